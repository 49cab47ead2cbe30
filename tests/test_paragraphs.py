"""Lines become paragraphs and headings: what is torn is joined, and what stands by itself stays apart."""

from __future__ import annotations

import textwrap

import pytest
from test_clean import BODY

from ingest.clean import clean

# Headings


def test_headings_are_spans_of_the_clean_text() -> None:
    cleaned = clean("## 一场实验\n\n" + BODY + "AI赋能电影的未来\n\n" + BODY)
    assert [cleaned.text[start:end] for start, end in cleaned.headings] == ["一场实验", "AI赋能电影的未来"]


@pytest.mark.parametrize(
    "line",
    [
        "2024年12月06日 10:20 人民日报",
        "原创 李四 娱乐资本论 2024年12月06日 18:30 北京",
        "2024-12-06 10:20·人民日报",
        "Updated Dec. 6, 2024, 10:20 a.m. ET",
    ],
)
def test_a_date_and_source_at_the_head_is_no_heading(line: str) -> None:
    cleaned = clean(f"{line}\n\n{BODY}成本下降\n\n{BODY}")
    assert cleaned.text.startswith(line)
    assert [cleaned.text[start:end] for start, end in cleaned.headings] == ["成本下降"]


def test_a_date_inside_the_article_can_be_a_heading() -> None:
    cleaned = clean(BODY + "2024年12月6日 开机\n\n" + BODY)
    assert [cleaned.text[start:end] for start, end in cleaned.headings] == ["2024年12月6日 开机"]


@pytest.mark.parametrize(
    "caption", ["▲ 电影《雏菊》剧照", "图源：豆瓣", "圖／美聯社", "《雏菊》海报", "新华社记者李静摄", "图1：成本"]
)
def test_a_caption_is_no_heading_and_keeps_none_from_being_one(caption: str) -> None:
    cleaned = clean(f"{BODY}{caption}\n\n{BODY}成本下降\n\n{caption}\n\n{BODY}{caption}\n\n怎么做海报\n\n{BODY}")
    assert [cleaned.text[start:end] for start, end in cleaned.headings] == ["成本下降", "怎么做海报"]


def test_a_list_of_short_lines_is_no_stack_of_headings() -> None:
    assert clean("他列出三点\n\n特效越来越贵\n\n票房不见增长\n\n流程没有变化\n\n" + BODY).headings == ()


def test_the_rows_of_a_small_table_are_no_headings() -> None:
    rows = "| 年份 | 影片数 |\n|---|---|\n| 2024 | 37 |\n\n"
    cleaned = clean(f"{BODY}{rows}{BODY}01 | 成本下降\n\n{BODY}")
    assert [cleaned.text[start:end] for start, end in cleaned.headings] == ["01 | 成本下降"]


# Lines


def test_text_wrapped_at_a_width_is_joined_beside_headings_and_rows() -> None:
    prose = (
        "成本下降以后制片人把省下的钱投到了前期的剧本开发和角色设计上面去了而且摄影师也同意这样做。画面会不会千篇一律是另一回事。"
        * 2
    )
    wrapped = "\n".join(prose[at : at + 34] for at in range(0, len(prose), 34))
    rows = "年份 影片数\n2023 14\n2024 37\n图1 成本"
    text = "\n".join(f"第{number}节\n{wrapped}\n{rows}" for number in ("一", "二", "三"))
    cleaned = clean(text + "\n完。").text.split("\n\n")
    assert cleaned.count(prose) == 3
    assert {"第一节", "2023 14", "图1 成本"} <= set(cleaned)


def test_torn_lines_are_joined_as_their_script_wants() -> None:
    text = (
        "而这个\nS\ntability AI，在行业里是个传奇。\n\n"
        + "他们训练了一个模型，\n称为视频模型。\n\nDemi\nGuo is the founder of a young company in\nCalifornia.\n"
    )
    assert clean(text).text.split("\n\n") == [
        "而这个Stability AI，在行业里是个传奇。",
        "他们训练了一个模型，称为视频模型。",
        "Demi Guo is the founder of a young company in California.",
    ]


@pytest.mark.parametrize(
    "section",
    [
        "成本下降\n制片人说，成本降到了两万元。摄影师担心，画面会变得一样。",
        "一、成本下降\n制片人说，成本降到了两万元。摄影师担心，画面会变得一样。",
        "01\n观众怎么看\n制片人说，成本降到了两万元。摄影师担心，画面会变得一样。",
        "The cost\nIt fell to $3.5 million, said J. Smith. Nobody was surprised by that.",
    ],
)
def test_a_heading_directly_above_its_text_stays_apart(section: str) -> None:
    assert clean(BODY + section + "\n\n" + BODY).text == BODY + section.replace("\n", "\n\n") + "\n\n" + BODY.strip()


def test_headings_of_one_length_are_no_text_wrapped_at_a_width() -> None:
    headings = ("拍摄成本一年里下降了九成", "制作速度一年里加快了三倍", "上座人数一年里减少了四成")
    text = "\n\n".join(heading + "\n" + BODY.partition("\n")[0] for heading in headings)
    cleaned = clean(text)
    assert [cleaned.text[start:end] for start, end in cleaned.headings] == list(headings)


@pytest.mark.parametrize("name", ["Stability AI", "Samir"])
def test_a_linked_name_that_opens_a_paragraph_is_no_heading(name: str) -> None:
    text = BODY + f"{name}\n用二十年的经验说明了成本为什么会下降。他还说，观众不会在意。\n\n" + BODY
    assert f"{name}用二十年" in clean(text).text.replace(" 用", "用")


def test_short_openings_are_torn_where_lines_are_torn_all_over() -> None:
    text = "导演和制片人\n都说，这样的成本低。摄影师却担心，画面会变得千篇一律。\n\n观众后来看了这部\n短片，他们说画\n面很美。\n\n"
    assert clean(BODY + text + BODY).text.split("\n\n")[2:4] == [
        block.replace("\n", "") for block in text.strip().split("\n\n")
    ]


def test_questions_without_a_stop_stay_apart_from_their_answers() -> None:
    text = "记者：您怎么看\n王明：我不担心。\n记者：那么速度呢\n王明：快了三倍。\n记者：谢谢"
    assert clean(BODY + text + "\n\n" + BODY).text == BODY + text.replace("\n", "\n\n") + "\n\n" + BODY.strip()


def test_a_sentence_torn_by_blank_lines_is_joined() -> None:
    text = BODY + "导演说：“这些作品很幼稚。它们就像今天的\n\n 电影一样，只是一次\n\n涂鸦。”\n\n" + BODY
    assert "“这些作品很幼稚。它们就像今天的电影一样，只是一次涂鸦。”" in clean(text).text


@pytest.mark.parametrize(
    "last",
    [
        "答：我不担心。（笑）",
        "“电影是每秒24格的真理。”——戈达尔",
        "观众在影院观看短片。新华社记者李静摄",
        "觀眾在影院觀看短片。記者李靜攝",
        "导演在片场。图/受访者供图",
        "導演在片場。圖／美聯社",
        "导演在片场。（图片来源：视觉中国）",
        "短片的结尾很美。😂",
        "他说这是转折点。[1]",
    ],
)
def test_a_remark_behind_the_last_stop_ends_a_paragraph(last: str) -> None:
    assert clean(BODY * 5 + last + "\n\n" + BODY).text.split("\n\n")[10] == last


@pytest.mark.parametrize("torn", ["他笑了。他们在河边拍摄", "他笑了。他说这是一次", "他笑了。他用（一种新的）方法"])
def test_a_sentence_behind_the_last_stop_goes_on_below(torn: str) -> None:
    assert torn + "三位导演" in clean(BODY * 5 + torn + "\n\n" + BODY).text


def test_paragraphs_without_a_stop_are_not_joined_where_that_is_the_authors_habit() -> None:
    text = "他笑了笑。然后走了\n\n第二天他又来了。说要拍电影\n\n没有人相信他。除了他的母亲"
    assert clean(text).text == text


@pytest.mark.parametrize("width", [20, 26, 38])
def test_text_wrapped_at_a_width_becomes_paragraphs(width: int) -> None:
    paragraphs = [paragraph * 2 for paragraph in BODY.strip().split("\n\n")]
    wrapped = "\n".join(
        paragraph[at : at + width] for paragraph in paragraphs for at in range(0, len(paragraph), width)
    )
    joined = clean(wrapped).text
    assert joined.replace("\n\n", "") == "".join(paragraphs)
    assert joined.count("\n\n") <= 1


def test_lines_that_are_paragraphs_stay_apart() -> None:
    text = "第一节|拍完电影，他转身拥抱AI\n“如果早二十年，我会自己开一家公司。”\n他很直白:\n特效越做越贵\n票房不见增长"
    assert clean(text).text == text.replace("\n", "\n\n")


def test_a_hyphen_goes_that_only_divides_a_word_at_a_lines_end() -> None:
    text = (
        "Directors have been using genera-\ntive models since last spring in their post-\nproduction rooms. Cinematogra-\n"
        "phers fear it. Generative, or generative, is a word that they hear in each of the meet-\nings now."
    )
    assert clean(text).text == (
        "Directors have been using generative models since last spring in their post-production rooms. Cinematogra-phers "
        "fear it. Generative, or generative, is a word that they hear in each of the meet-ings now."
    )


ENGLISH = (
    "“We had budgeted $110,000 for this shot,” Lu said. “Now it’s one person, one computer, two afternoons.” He added "
    "that the costs fell to under $420. Cleanup took another week. Nobody complained about it at all."
)


@pytest.mark.parametrize("width", [60, 66, 72])
@pytest.mark.parametrize("between", ["\n\n", "\n"])
def test_a_sentence_that_ends_where_the_next_word_had_no_room_ends_no_paragraph(width: int, between: str) -> None:
    text = between.join([textwrap.fill(ENGLISH, width)] * 3)
    assert clean(text).text.split("\n\n") == [ENGLISH] * 3


def test_a_line_that_says_who_speaks_from_which_minute_on_stands_alone() -> None:
    turns = [
        "发言人 1 00:01",
        BODY.split("\n\n")[0],
        "李静 (01:02:03)",
        "那成本呢？我听说降了很多",
        "发言人 1 00:20",
        "对。",
    ]
    cleaned = clean("\n".join(turns[:2]) + "\n\n" + "\n".join(turns[2:4]) + "\n\n" + "\n".join(turns[4:]))
    assert cleaned.text.split("\n\n") == turns
    assert cleaned.headings == ()
