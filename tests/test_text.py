"""The search form: where ways of writing meet that readers take for one another."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.text import as_in_taiwan, english_words, fold, in_title_marks, language, script, word_at, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("導演說人工智慧改變了電影", "导演说人工智慧改变了电影"),
        ("ＡＩ　２．０", "AI 2.0"),
        ("ＳＯＲＡ", "sora"),
        ("甚麼", "什么"),
        ("妳們", "你们"),
        ("這裏", "这里"),
        ("着名", "著名"),
        ("9５％", "95%"),
        ("ﬁlm", "film"),
        ("Cafe\u0301", "CAFÉ"),
        ("？！（）", "?!()"),
    ],
)
def test_fold_makes_them_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_fold_keeps_different_characters_apart() -> None:
    assert fold("灯塔") != fold("灯搭")
    assert fold("sora") != fold("sara")


@given(st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x9FFF, exclude_categories=["Cs"])))
def test_han_and_ascii_survive_folding_twice(text: str) -> None:
    kept = "".join(character for character in text if character.isascii() or "\u4e00" <= character <= "\u9fff")
    assert fold(fold(kept)) == fold(kept)


@given(st.text())
@example("\udcff")  # what a terminal makes of an invalid byte
@example("问\ud83d题")
@example("\x00\ufeff\u200b")
def test_any_text_has_a_search_form_and_a_language(text: str) -> None:
    fold(text).encode()
    assert all(term and " " not in term for term in words(text))
    assert language(text) in ("zh-Hans", "zh-Hant", "en")
    assert script(text) in ("zh-Hans", "zh-Hant")


@pytest.mark.parametrize(
    ("text", "offset", "expected"),
    [("參與人數", 1, (0, "参与")), ("AI的普及率", 4, (3, "普及率")), ("…\ud800呢", 1, (1, "?"))],
)
def test_a_character_belongs_to_a_word(text: str, offset: int, expected: tuple[int, str]) -> None:
    assert word_at(text, offset) == expected


def test_traditional_and_simplified_have_the_same_terms() -> None:
    assert words("導演談電影的軟體") == words("导演谈电影的软体")


def test_han_text_gives_words_and_pairs() -> None:
    terms = words("可灵生成电影")
    assert {"可灵", "灵生", "生成", "成电", "电影"} <= set(terms)


def test_pairs_don_t_reach_over_punctuation() -> None:
    assert "影导" not in words("看电影。导演")


def test_latin_terms_come_whole_and_in_parts() -> None:
    terms = words("Seedream4.0和Films")
    assert {"seedream4.0", "seedream", "4.0", "film"} <= set(terms)
    assert "films" not in terms


@pytest.mark.parametrize("written", ["3.5万", "35,000", "三万五", "35 thousand"])
def test_numbers_are_terms_by_their_value(written: str) -> None:
    assert "#35000" in words(written)


def test_numbers_that_every_text_holds_are_no_terms() -> None:
    assert not {"#0", "#1"} & set(words("一个人等于零"))


def test_numbers_come_in_the_same_order_whatever_the_hash_seed() -> None:
    told = [f"#{n}" for n in range(2, 60)]
    assert [term for term in words("、".join(f"{n}年" for n in range(59, 1, -1))) if term[0] == "#"] == sorted(told)


def test_english_words_leave_out_function_words_and_plurals() -> None:
    assert english_words("What are the studios' films of the bus?") == ["studio", "film", "bus"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("导演是谁？", "zh-Hans"),
        ("導演是誰？", "zh-Hant"),
        ("Who directed the film?", "en"),
        ("Who directed 《雾中灯塔》?", "en"),
        ("Sora 是什么", "zh-Hans"),
        ("OpenAI 发布了 Sora 2 吗？", "zh-Hans"),
        ("AI", "en"),
        ("中文", "zh-Hans"),
        (
            "链接 https://www.example.com/news/what-the-future-of-film-is-for-us-and-why-it-is-not-in-the-cloud",
            "zh-Hans",
        ),
        ("請看http://a.example/how-it-was-made/the-end，很有趣", "zh-Hant"),
        ("See https://a.example/ and http://b.example/?q=电影短片 for more", "en"),
    ],
)
def test_language(text: str, expected: str) -> None:
    assert language(text) == expected


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("文件夹是只读的", "資料夾是唯讀的"),
        ("请把后缀改过来", "請把副檔名改過來"),
        ("检查文件夹权限", "檢查資料夾權限"),
        ("是二进制数据", "是二進位資料"),
        ("读者反馈", "讀者回饋"),
        ("应用", "套用"),
        ("应用程序", "應用程式"),
    ],
)
def test_an_interface_is_read_in_taiwans_words(written: str, shown: str) -> None:
    assert as_in_taiwan(written) == shown


@pytest.mark.parametrize(
    ("title", "marked"),
    [("纸鸢", "《纸鸢》"), ("《紙鳶》獲獎", "《〈紙鳶〉獲獎》"), ("After the strike", "《After the strike》")],
)
def test_marks_within_a_title_are_single(title: str, marked: str) -> None:
    assert in_title_marks(title) == marked
