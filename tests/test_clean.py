"""Cleaning: dirt goes and is named, wording and script stay, and clean text is left alone."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.clean import Cleaned, clean

SEEDS = Path(__file__).parents[2] / "shared" / "seeds"
BODY = (
    "三位导演在春天开始用生成式模型拍摄短片。他们先写剧本，再让模型生成分镜，最后由剪辑师逐格修改。\n\n"
    "制片人说，这样的流程把每一部短片的成本降到了两万元以内。摄影师却担心，画面会变得千篇一律。\n\n"
)


def kinds(cleaned: Cleaned) -> set[str]:
    return {removal.kind for removal in cleaned.removed}


def han(text: str) -> list[str]:
    return [character for character in text if "\u3400" <= character <= "\u9fff"]


# Marks


def test_marks_go_and_words_stay() -> None:
    text = (
        "# 标题\n\n**重点**在这里，_其次_在那里，`代码`也在。\n\n- 第一项\n* 第二项\n\n> 引用的话。\n\n***\n\n"
        "见[报道](https://example.com/a_(b)?c=d)。![图](https://example.com/x.png)\n\n"
        "| 导演 | 片名 |\n|---|---|\n| 张三 | 《雏菊》 |\n"
    )
    cleaned = clean(text)
    assert cleaned.text == (
        "标题\n\n重点在这里，其次在那里，代码也在。\n\n第一项\n\n第二项\n\n引用的话。\n\n见报道。\n\n"
        "导演 | 片名\n\n张三 | 《雏菊》"
    )
    assert {"image", "link address"} <= kinds(cleaned)


@pytest.mark.parametrize(
    "text",
    [
        "电话是186****1234或139****5678。",
        "嫌疑人张**和李**已被抓获，车牌为藏AL****。",
        "驾驶员张**让游客坐后备厢通过景区检查站，这件事在网上引起了许多人的讨论，有人说他应当受罚，有人说景区也有责任，至今没有结论，而游客李**没有回应。",
        "体积等于长*宽*高。",
        "file_name_with_underscores",
        "3 > 2，5*4*3",
    ],
)
def test_signs_that_are_no_marks_stay(text: str) -> None:
    assert clean(text).text == text


# Damage


def test_pinyin_glosses_go() -> None:
    cleaned = clean("技術(shù)與創(chuàng)作、發(fā)展狀況、他們(men)的節(jié)目。")
    assert cleaned.text == "技術與創作、發展狀況、他們的節目。"
    assert [(removal.kind, removal.count) for removal in cleaned.removed] == [("pinyin gloss", 5)]


@pytest.mark.parametrize(
    "text",
    [
        "行业(AI)与特效（VFX）",
        "塔可夫斯基(Andrei Tarkovsky)",
        "动态遮罩(rotoscope)",
        "他(he)说",
        "咖啡(café)",
        "钟馗（kuí）捉鬼",
        "作曲家刘龑(yǎn)",
        "技術(shù",
    ],
)
def test_real_parentheses_stay(text: str) -> None:
    assert clean(text).text == text


@pytest.mark.parametrize(
    ("damaged", "repaired"),
    [
        ("數字角色互動?!斑@種變革會催生新形態。", "數字角色互動。“這種變革會催生新形態。"),
        ("他說：“觀眾無法投入觀看等?!?/p>", "他說：“觀眾無法投入觀看等。”"),
        ("他問：“‘這是什么?!?/p>", "他問：“‘這是什么。’"),
        ("重構產業生態?!耙环矫?,降低門檻。", "重構產業生態。“一方\ufffd,降低門檻。"),
        ("思考等主觀情緒??咸乩锲娴乃囆g(shù)創作。", "思考等主觀情緒。肯特里奇的藝術創作。"),
        ("發展?fàn)顩r進行了解析", "發展\ufffd況進行了解析"),
        ("新紀元?!眲㈡懡淌谡f。", "新紀元。”劉\ufffd教授說。"),
    ],
)
def test_gbk_read_one_byte_off_is_read_right_and_losses_are_marked(damaged: str, repaired: str) -> None:
    cleaned = clean(damaged)
    assert cleaned.text == repaired
    assert "mojibake, repaired" in kinds(cleaned)


@pytest.mark.parametrize(
    "text",
    [
        "真的?!半天都没来AI",
        "什么??那就用AI吧",
        "What?!?",
        "https://mp.example.com/s?__biz=Mz",
        "谁拍的?薄荷味的B级片",
        "不是吗?!保罗说A",
    ],
)
def test_question_marks_are_no_damage(text: str) -> None:
    assert clean(text).text == text


def test_invisible_characters_entities_and_tags_go() -> None:
    cleaned = clean(
        "电\u200b影\ufeff与\u202eAI\x00\ud800，&ldquo;共生&rdquo;&amp;amp;共创&#65281;</p>第二段<br/>第三段&lt;p&gt;"
    )
    assert cleaned.text == "电影与AI，“共生”&共创！\n\n第二段\n\n第三段"
    cleaned.text.encode("utf-8")


def test_emoji_sequences_stay() -> None:
    assert clean("一家人👨\u200d👩\u200d👧看电影🎬").text == "一家人👨\u200d👩\u200d👧看电影🎬"


# Invariants

FRAGMENTS = [
    "导演",
    "九位导演用了它。",
    "技術(shù)",
    "平均成本是35000元。",
    "**重点**",
    "*强调*",
    "- 项目",
    "# 标题",
    "![](http://a.b/c.png)",
    "[文字](http://a.b)",
    "[[a/b]]",
    "&nbsp;",
    "&amp;lt;",
    "<p>",
    "</p>",
    "“引",
    "号”",
    "，",
    "。",
    "：",
    "；",
    "（注）",
    "(AI)",
    "S",
    "tability AI",
    "Demi Guo ",
    "the film was ",
    "AI",
    "\n",
    "\n\n",
    "　　",
    " ",
    "作者|李静林",
    "来源：网络",
    "欢迎关注公众号",
    "往期回顾",
    "点赞、收藏、转发支持一下！",
    "免责声明：仅供参考",
    "参考：http://x.y",
    "\u200b",
    "\u200d",
    "|a|b|",
    "|",
    "a|b\n---|---\nc|d\n",
    "记者 李四",
    "特别声明：以上内容",
    "返回搜狐，查看更多",
    "2024年12月6日",
    "---",
    "> ",
    "1. ",
    "\\*",
    "`码`",
    "编辑：小明",
    "(完)",
    "!",
    "的",
    "12",
    "这是一个足够长的句子，用来看看段落是不是会被正确地连接起来。",
    "\ud800",
    "\x00",
    "龑（yǎn）",
]


@settings(max_examples=600, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), min_size=5, max_size=30).map("".join))
def test_cleaning_is_idempotent_and_only_leaves_out(text: str) -> None:
    check_invariants(text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_so_it_is_with_any_text(text: str) -> None:
    check_invariants(text)


def check_invariants(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned.text).text == cleaned.text
    assert "\n\n\n" not in cleaned.text
    assert cleaned.text == cleaned.text.strip()
    for start, end in cleaned.headings:
        assert "\n" not in cleaned.text[start:end]
        assert cleaned.text[start:end]
    if "?" not in text and "&" not in text:
        rest = iter(han(text))
        assert all(character in rest for character in han(cleaned.text))


@pytest.mark.parametrize(
    "piece",
    [
        "*",
        "**a",
        "_a",
        "`a",
        "[",
        "![a](",
        "[[a|",
        "a(",
        "<p ",
        "<!--",
        "&amp;",
        "&#",
        "\\",
        "?",
        "?!",
        "??咸",
        "術(",
        "術(shù)",
        "# ",
        "> ",
        "|",
        "1. a\n",
        "未经",
        "http://",
        "“",
        "a\n",
        "的\n",
        "S\nt",
        "\u200d",
        "作者：",
        "编辑:a\n",
        "往期回顾\n",
        "短\n\n",
        "\u3000a\n",
    ],
)
def test_no_input_takes_more_than_linear_time(piece: str) -> None:
    text = (piece * 30_000)[:30_000]
    start = time.process_time()
    clean(text)
    clean(f"正文。\n\n{text}\n\n正文在这里。")
    assert time.process_time() - start < 8  # 1 to 2 s; with a quadratic step 20 s and more


def test_a_passage_is_cleaned_within_a_millisecond() -> None:
    passage = (BODY * 4)[:450]
    clean(passage)
    start = time.process_time()
    for _ in range(200):
        clean(passage)
    assert (time.process_time() - start) / 200 < 0.005  # 0.4 ms on an idle core


# The originals


def original(number: str) -> str:
    files = sorted(SEEDS.glob(f"{number}_*"))
    if not files:
        pytest.skip("the originals are not here")
    return files[0].read_text(encoding="utf-8")


def test_all_glosses_of_the_glossed_original_go() -> None:
    cleaned = clean(original("002"))
    counts = {removal.kind: removal.count for removal in cleaned.removed}
    assert counts["pinyin gloss"] >= 402
    assert counts["mojibake, repaired"] >= 9
    assert "(Andrei Tarkovsky)" in cleaned.text
    assert cleaned.text.count("(") <= 10


def test_originals_end_where_the_article_ends() -> None:
    assert clean(original("000")).text.endswith("”")
    assert clean(original("002")).text.endswith("。")
    assert clean(original("004")).text.endswith("品牌。")
    assert "Stability AI" in clean(original("001")).text
    assert "\nS" not in clean(original("001")).text.replace("\nStability", "")
