"""Sentences and passages: nothing lost, nothing twice, within the budget, cut where a reader would."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.article import Article
from ingest.split import count_tokens, sentences, split
from rag.sentences import outline

RARE = "".join(map(chr, range(0x20000, 0x20190)))  # four tokens a character
FAMILY = "👨\u200d👩\u200d👧\u200d👦🏳\ufe0f\u200d🌈"
_CHINESE = st.text(alphabet="可灵生成的画面導演說電影，。！？；：、“”「」《》（）…—３．５万 \n", max_size=200)
_ENGLISH = st.text(alphabet="abcdefgABC 0123456789.,;:!?'\"()-\n", max_size=300)
_ODD = st.text(alphabet=[*"好a\ud83d\udc00\u200b\u200d\ufeff\u3000\u2028\xa0\x85\x00\t\r\n𠀀𡃁👨🏳\u0301"], max_size=120)
_PIECES = st.sampled_from([
    "可灵生成的画面很好" * 60, "film " * 300, "a" * 1500, RARE, FAMILY * 60, "\n" * 400, " \u3000" * 200, "。", "真的，" * 200,
    "\ud83d" * 200, "\u200b" * 300, "Mr. Smith paid 3.5 million. ", "第一章\n",
])  # fmt: skip
_MIXED = st.lists(st.one_of(_CHINESE, _ENGLISH, _ODD, _PIECES), max_size=6).map("".join)
TEXTS = st.one_of(_CHINESE, _ENGLISH, _ODD, _MIXED)


def _written(text: str) -> list[int]:
    """Where the characters stand that aren't blank."""
    return [at for at, character in enumerate(text) if not character.isspace()]


def _covered(text: str, spans: list[tuple[int, int]]) -> list[int]:
    return [at for start, end in spans for at in range(start, end) if not text[at].isspace()]


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@given(TEXTS)
def test_sentences_hold_every_written_character_once_in_order(text: str) -> None:
    spans = sentences(text)
    assert _covered(text, spans) == _written(text)
    for start, end in spans:
        assert text[start:end] == text[start:end].strip() != ""
        assert "\n" not in text[start:end]


@given(TEXTS, st.sampled_from([8, 40, 256]))
@example(RARE, 256)
@example(FAMILY * 60, 40)
@example("好。" + "\n" * 3000 + "好。", 8)
def test_passages_are_exact_complete_and_within_the_budget(text: str, budget: int) -> None:
    passages = split(Article("a", text, "t"), budget)
    assert _covered(text, [(passage.start, passage.end) for passage in passages]) == _written(text)
    for passage in passages:
        assert passage.article == "a"
        assert passage.text == text[passage.start : passage.end] == passage.text.strip() != ""
        assert count_tokens(passage.text) <= budget
    assert len({passage.id for passage in passages}) == len(passages)


def test_passages_are_filled_rather_than_crumbled() -> None:
    text = "可灵生成的画面已经可以用在正片里，导演这样说。" * 200
    passages = split(Article("a", text, "t"), 256)
    assert all(count_tokens(passage.text) > 200 for passage in passages[:-1])


def test_passages_end_where_sentences_end() -> None:
    text = "".join(f"第{n}位导演谈到了人工智能，他的看法与别人不同。" for n in range(200))
    ends = {end for _, end in sentences(text)}
    passages = split(Article("a", text, "t"), 100)
    assert len(passages) > 10
    assert {passage.end for passage in passages} <= ends


def test_a_sentence_beyond_the_budget_is_cut_at_its_clauses() -> None:
    text = "导演谈到了人工智能与剪辑的关系，" * 60 + "就这样。"
    passages = split(Article("a", text, "t"), 64)
    assert len(passages) > 5
    assert all(passage.text.endswith(("，", "。")) for passage in passages)


def test_english_without_marks_is_cut_between_words() -> None:
    text = "machines remember every single frame " * 100
    passages = split(Article("a", text, "t"), 64)
    assert " ".join(passage.text for passage in passages).split() == text.split()


def test_a_heading_opens_its_passage_and_names_those_that_follow() -> None:
    text = "引言在前。\n\n版权\n\n" + "第一段讲到了版权的归属问题。" * 30 + "\n\n成本\n\n讲成本。"
    headings = tuple((text.index(word + "\n"), text.index(word + "\n") + 2) for word in ("版权", "成本"))
    passages = split(Article("a", text, "t", headings=headings), 100)
    assert [passages[0].text, passages[0].heading] == ["引言在前。", ""]
    about_rights = [passage for passage in passages if passage.heading == "版权"]
    assert about_rights[0].start == headings[0][0]
    assert len(about_rights) > 2
    assert [passages[-1].text, passages[-1].heading] == ["成本\n\n讲成本。", "成本"]


@pytest.mark.parametrize("heading", ["1. 成本下降", "AI来了！导演怎么办", "第一問：誰來寫？誰來拍"])
def test_a_heading_of_several_sentences_is_one(heading: str) -> None:
    text = f"引言在前。\n\n{heading}\n\n讲成本。"
    span = (text.index(heading), text.index(heading) + len(heading))
    article = Article("a", text, "t", headings=(span,))
    assert [passage.heading for passage in split(article)] == ["", heading]
    assert [sentence.text for sentence in outline(article).sentences if sentence.is_heading] == [heading]


def test_a_heading_that_ends_within_a_sentence_loses_none() -> None:
    assert [(p.start, p.end) for p in split(Article("a", "成本下降。完了。", "t", headings=((0, 3),)))] == [(0, 8)]


def test_ids_come_from_the_content() -> None:
    text = "第一句。" * 100
    before, after = split(Article("a", text, "t")), split(Article("a", text + "又一句。", "t"))
    other = split(Article("b", text, "t"))
    assert before[0].id == after[0].id
    assert before[-1].id != after[-1].id
    assert not {p.id for p in before} & {p.id for p in other}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("成本降到3.5万元。导演走了。", ["成本降到3.5万元。", "导演走了。"]),
        ("The U.S. market grew 3.5 percent. Mr. Smith left.", ["The U.S. market grew 3.5 percent.", "Mr. Smith left."]),
        ("Dr. Li met J. R. Tan. They spoke.", ["Dr. Li met J. R. Tan.", "They spoke."]),
        ("See example.com. Then go.", ["See example.com.", "Then go."]),
        ("用Sora 2.0. Next.", ["用Sora 2.0.", "Next."]),
        ("他说：“这是真的。”她不信。", ["他说：“这是真的。”", "她不信。"]),
        ("他說：「版權屬於作者。」然後離開。", ["他說：「版權屬於作者。」", "然後離開。"]),
        ("“真的？！”（她笑了。）完了", ["“真的？！”", "（她笑了。）", "完了"]),
        ("他想了想……然后说：“好……”她走了。", ["他想了想……然后说：“好……”", "她走了。"]),
        ('He said "No." Then he left.', ['He said "No."', "Then he left."]),
        ("See No. 5 first. Then No. 6.", ["See No. 5 first.", "Then No. 6."]),
        ('"Really?" she said. (He nodded.) End', ['"Really?" she said.', "(He nodded.)", "End"]),
        ("They start at 9 p.m. today. Good.", ["They start at 9 p.m. today.", "Good."]),
        ("看《流浪地球！》了吗？看了", ["看《流浪地球！》了吗？", "看了"]),
        ("标题\n正文一。\n\n正文二", ["标题", "正文一。", "正文二"]),
        ("他走了｡她没走！", ["他走了｡", "她没走！"]),
        (
            "It opened on Dec. 18, 2024. It closed in Dec. The end.",
            ["It opened on Dec. 18, 2024.", "It closed in Dec.", "The end."],
        ),
        ("See Fig. 3 in Vol. 2. Nos. 5 and 6 won.", ["See Fig. 3 in Vol. 2.", "Nos. 5 and 6 won."]),
        (
            "Lee et al. (2024) say so on pp. 3–5. He is Al. It won.",
            ["Lee et al. (2024) say so on pp. 3–5.", "He is Al.", "It won."],
        ),
        (
            "Kuaishou Technology Co. Ltd. grew. Its Co. The end.",
            ["Kuaishou Technology Co. Ltd. grew.", "Its Co.", "The end."],
        ),
        ("It cost approx. $5 million. Go.", ["It cost approx. $5 million.", "Go."]),
        ("Gov. Lee left St. Louis. Prof. Tan stayed.", ["Gov. Lee left St. Louis.", "Prof. Tan stayed."]),
        (
            "Warner Bros. Discovery won. He left Warner Bros. The end.",
            ["Warner Bros. Discovery won.", "He left Warner Bros.", "The end."],
        ),
        ("记者见到了Dr. Li。他走了。", ["记者见到了Dr. Li。", "他走了。"]),
        ("面对“会取代演员吗？”的提问，他回答：不会。", ["面对“会取代演员吗？”的提问，他回答：不会。"]),
        ("他把“會取代導演嗎？”這個問題拋給觀眾。", ["他把“會取代導演嗎？”這個問題拋給觀眾。"]),
        ("「會取代導演嗎？」這個問題，他想了很久。", ["「會取代導演嗎？」這個問題，他想了很久。"]),
        ("他喊出“开机！”之后，全场鼓掌。", ["他喊出“开机！”之后，全场鼓掌。"]),
        ('一句"太贵了！"让全场安静。', ['一句"太贵了！"让全场安静。']),
        ("片名叫“再见，爱人！”，由李四执导。", ["片名叫“再见，爱人！”，由李四执导。"]),
        ("“真的吗？”，他问。“真的。”。完了", ["“真的吗？”，他问。", "“真的。”。", "完了"]),
        ("围绕“谁写？”“谁拍？”等问题讨论。", ["围绕“谁写？”“谁拍？”等问题讨论。"]),
        ("演员（你没看错！）都是生成的。", ["演员（你没看错！）都是生成的。"]),
        ("他写道：“路是走路的人。”这句话贴在门口。", ["他写道：“路是走路的人。”", "这句话贴在门口。"]),
        ("“我不同意。”“为什么？”“太贵。”", ["“我不同意。”", "“为什么？”", "“太贵。”"]),
        ("他宣称“没有人要建墙！”这是第一次。", ["他宣称“没有人要建墙！”", "这是第一次。"]),
        ("他说：“不会！”的确，他没有。", ["他说：“不会！”", "的确，他没有。"]),
        ("他在《卷不动了？AI编剧来了》里写道。完了", ["他在《卷不动了？AI编剧来了》里写道。", "完了"]),
        ("見〈誰來寫？誰來拍〉一文。完了", ["見〈誰來寫？誰來拍〉一文。", "完了"]),
        ("他看了《雏菊。他走了。看《潮》。", ["他看了《雏菊。", "他走了。", "看《潮》。"]),
        ("见https://a.cn/watch?v=abc&t=2s，成本降了。完了", ["见https://a.cn/watch?v=abc&t=2s，成本降了。", "完了"]),
        ("See https://a.cn/b?cd. Then go.", ["See https://a.cn/b?cd.", "Then go."]),
        ("三点：\n1. 编剧失业。\n12. 剪辑师留下。", ["三点：", "1. 编剧失业。", "12. 剪辑师留下。"]),
        ("他选了第1. 她没选。", ["他选了第1.", "她没选。"]),
        (
            '他放下剧本。"我不担心。"他说。"真的？"她问。',
            ["他放下剧本。", '"我不担心。"', "他说。", '"真的？"', "她问。"],
        ),
        ('他说："不。不要。"她走了。', ['他说："不。', '不要。"', "她走了。"]),
        ("", []),
        (" \n\u3000", []),
    ],
)
def test_sentences_end_where_a_reader_would_stop(text: str, expected: list[str]) -> None:
    assert _sentences(text) == expected
