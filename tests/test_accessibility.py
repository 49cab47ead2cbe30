"""What who hears the page, or moves through it by keyboard, is told and can reach."""

from __future__ import annotations

import pytest
from markup import Page

from ingest.article import Article
from rag.answer import Answer, Citation, Sentence
from ui.render import chat, library, pane
from ui.render.chat import Exchange
from ui.texts import CHINESE, ENGLISH, Texts

ARTICLE = Article("a", "成本是3.5万元。", "九位导演", "娱乐资本论", date="2024-12-18", language="zh-Hans")
CITED = Citation(1, "a", "九位导演", "娱乐资本论", "2024-12-18", "", "成本是3.5万元。", 0, 10, "成本是3.5万元。")
ANSWER = Answer("多少钱？", "成本是3.5万元。[1]", False, "extract", "zh", (Sentence("成本是3.5万元。", (1,), "supported"),), (CITED,))  # fmt: skip


@pytest.mark.parametrize("texts", [CHINESE, ENGLISH], ids=lambda texts: texts.code)
def test_a_name_that_is_read_out_holds_what_is_seen(texts: Texts) -> None:
    shown = pane.shelf([ARTICLE], [], texts) + library.head(1, 1, "articles", True, texts)
    buttons = Page(shown).all("button")
    (read,) = [button for button in buttons if button.get("class") == "read"]
    assert "aria-label" not in read, "its title, publisher and date are its name"
    (again,) = [button for button in buttons if button.get("data-event") == "apply"]
    assert "aria-label" not in again and again["title"] == texts.reindex_hint


def test_answers_are_no_landmarks_of_one_name() -> None:
    page = Page(chat.exchange(Exchange("？", "answered", answer=ANSWER, follow_ups=("然后呢？",)), 1, CHINESE, True))
    assert page.all("section") and not [section for section in page.all("section") if "aria-label" in section]


def test_an_article_is_scrolled_by_keyboard() -> None:
    (paper,) = [part for part in Page(pane.reader(ARTICLE, 0, 9, CHINESE)).all("div") if part["class"] == "paper"]
    assert paper["tabindex"] == "0"


def test_who_adds_files_is_told_which_can_be_read() -> None:
    page = Page(library.head(0, 0, "articles", True, CHINESE))
    (chooser,) = page.all("input", type="file")
    assert page.all("span", id=chooser["aria-describedby"]) and "PDF" in page.text("span")
