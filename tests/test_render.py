"""What the page shows: every text escaped, every citation a way to its words, a refusal unlike an answer."""

from __future__ import annotations

import re

import pytest
from markup import HOSTILE, Page

from ingest.article import Article
from ingest.errors import ReadError
from ingest.text import script
from rag.answer import Answer, Citation, Nearest, Sentence
from ui import export
from ui.render import chat, frame, pane
from ui.render.chat import Exchange
from ui.render.parts import alert
from ui.texts import CHINESE, ENGLISH, TEXTS, Texts, as_read, preferred
from ui.texts.said import Said

TEXT = "开头一段。\n\n小标题\n\n他说“成本是3.5万元”。\n接着说，時間很短。\n"
ARTICLE = Article(
    "kling", TEXT, "九位导演", "娱乐资本论", "王", "2024-12-18", "https://a.example/b?c=1&d=2", "zh-Hans",
    headings=((7, 10),),
)  # fmt: skip


def citation(number: int = 1, quote: str = "成本是3.5万元", **changes: str) -> Citation:
    start = TEXT.find(quote)
    fields = {"article": "kling", "title": "九位导演", "publisher": "娱乐资本论", "date": "2024-12-18",
              "url": "https://a.example/b"} | changes  # fmt: skip
    return Citation(number, quote=quote, start=start, end=start + len(quote), passage=TEXT, **fields)


def answer(**changes: object) -> Answer:
    fields = {
        "question": "多少钱？", "answer": "成本是3.5万元。[1]", "refused": False, "mode": "extract", "language": "zh",
        "sentences": (Sentence("成本是3.5万元。", (1,), "supported"),), "citations": (citation(),),
    } | changes  # fmt: skip
    return Answer(**fields)  # type: ignore[arg-type]


def shown(given: Answer, last: bool = False) -> Page:
    return Page(chat.exchange(Exchange(given.question, "answered", answer=given), 1, CHINESE, last))


def hostile_markup() -> dict[str, str]:
    """Each kind of text that others write, sent through every place that shows it."""
    bad = citation(quote=HOSTILE, article=HOSTILE, title=HOSTILE, publisher=HOSTILE, date=HOSTILE, url=HOSTILE)
    near = Nearest(HOSTILE, HOSTILE, HOSTILE, HOSTILE, "javascript:alert(1)", HOSTILE, 0, 9)
    said = answer(
        question=HOSTILE, answer=HOSTILE + "[1]", citations=(bad,), language=HOSTILE, mode="llm", model=HOSTILE,
        sentences=(Sentence(HOSTILE, (1,), "partial"),), rewritten=HOSTILE + "?", notice=HOSTILE,
    )  # fmt: skip
    refused = answer(question=HOSTILE, answer=HOSTILE, refused=True, sentences=(), citations=(), nearest=(near,))
    article = Article(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, (HOSTILE,))
    exports = [(HOSTILE, HOSTILE, HOSTILE)]
    rated = Exchange(HOSTILE, "answered", answer=said, rating="down", follow_ups=(HOSTILE,))
    return {
        "answer": chat.exchange(rated, 1, ENGLISH, True, exports),
        "refusal": chat.exchange(Exchange(HOSTILE, "answered", answer=refused), 1, ENGLISH),
        "stream": chat.exchange(Exchange(HOSTILE, text=HOSTILE), 1, ENGLISH),
        "error": chat.exchange(Exchange(HOSTILE, "failed", error=HOSTILE), 1, ENGLISH) + alert(HOSTILE),
        "shelf": pane.shelf([article], [HOSTILE], ENGLISH),
        "reader": pane.reader(article, 3, 40, ENGLISH),
        "welcome": chat.welcome([HOSTILE], ENGLISH),
        "scope": chat.scope(1, ENGLISH, HOSTILE),
    }


@pytest.mark.parametrize("place", hostile_markup())
def test_hostile_text_stays_text(place: str) -> None:
    page = Page(hostile_markup()[place])
    allowed = {"article", "header", "footer", "section", "div", "span", "h2", "h3", "p", "ul", "ol", "li", "button"}
    allowed |= {"blockquote", "b", "small", "mark", "a", "svg", "path", "form", "label", "input", "details", "summary"}
    assert {tag for tag, _ in page.tags} <= allowed
    names = {name for _, attributes in page.tags for name in attributes}
    assert not [name for name in names if name.startswith("on")]
    assert not [a["href"] for a in page.all("a") if not a["href"].startswith(("http://", "https://"))]
    assert HOSTILE in page.text().replace("\xa0", " "), "the text itself is shown, as text"


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "//a.example", "http:", "ftp://a.example",
     "file:///etc/passwd", " https://a", "https://[broken", ""],
)  # fmt: skip
def test_only_web_addresses_become_links(url: str) -> None:
    assert not shown(answer(citations=(citation(url=url),))).all("a")


def test_a_web_address_is_linked_as_it_is() -> None:
    links = Page(pane.reader(ARTICLE, 0, 0, CHINESE)).all("a")
    assert [link["href"] for link in links] == [ARTICLE.url]
    assert "noopener" in links[0]["rel"]


@pytest.mark.parametrize("quote", ["成本是3.5万元", "成本是3.5万元”。\n接着说", TEXT.strip(), "時間很短。"])
def test_the_reader_marks_exactly_the_cited_words(quote: str) -> None:
    start = TEXT.find(quote)
    page = Page(pane.reader(ARTICLE, start, start + len(quote), CHINESE))
    assert page.text("mark") == re.sub(r"\n\s*", "", quote)
    whole = page.text("p") + page.text("h3") + page.text("mark")
    assert sorted(re.sub(r"\s", "", TEXT)) == sorted(re.sub(r"\s", "", whole.replace("娱乐资本论 · 王 · ", "")))


def test_the_reader_shows_headings_language_and_nothing_marked_without_a_span() -> None:
    page = Page(pane.reader(ARTICLE, 0, 0, CHINESE))
    assert page.text("h3") == "小标题"
    assert not page.all("mark")
    assert page.all("div", lang="zh-Hans")


def test_each_citation_opens_its_words_from_the_sentence_and_from_its_card() -> None:
    page = shown(answer())
    buttons = page.all("button", **{"data-event": "select", "data-article": "kling"})
    spans = {(button["data-start"], button["data-end"]) for button in buttons}
    item = citation()
    assert spans == {(str(item.start), str(item.end))}
    assert len(page.all("button", **{"class": "cite"})) == 2
    assert item.quote in page.text("button")


def test_what_is_quoted_from_one_article_stands_on_one_card() -> None:
    other = citation(3, article="other", title="另一篇")
    page = shown(answer(citations=(citation(1), citation(2, "時間很短。"), other)))
    titles = [data for at, data in page.texts if at == "button" and data in ("九位导演", "另一篇")]
    assert titles == ["九位导演", "另一篇"] and len(page.all("blockquote")) == 3


def test_quoted_words_keep_their_article_s_language() -> None:
    page = shown(answer(question="多少錢？", language="zh-Hant"))  # else they would be set in the fonts of another
    assert page.all("div", **{"class": "answer"})[0]["lang"] == "zh-Hant"
    assert [tag["lang"] for tag in page.all("span", **{"class": "sentence supported"})] == ["zh-Hans"]
    assert [tag["lang"] for tag in page.all("button", **{"class": "quote"})] == ["zh-Hans"]


def test_a_mark_without_a_citation_opens_nothing() -> None:
    page = shown(answer(sentences=(Sentence("成本是3.5万元。", (1, 7), "supported"),)))
    assert "[7]" not in page.text()


def test_support_is_shown_with_every_sentence() -> None:
    kinds = ("supported", "partial", "unsupported")
    sentences = tuple(Sentence(f"句子{kind}。", (1,), kind) for kind in kinds)
    page = shown(answer(answer="".join(s.text for s in sentences), sentences=sentences))
    labels = [data for at, data in page.texts if at == "small"]
    assert labels == ["✓", CHINESE.partial, CHINESE.unsupported]


def test_paragraphs_of_an_answer_are_kept() -> None:
    sentences = tuple(Sentence(text, (1,), "supported") for text in ("One.", "Two.", "Three."))
    markup = chat.exchange(
        Exchange("?", "answered", answer=answer(answer="One.[1] Two.[1]\n\nThree.[1]", sentences=sentences)), 1, ENGLISH
    )
    inside = markup[markup.index('<div class="answer"') : markup.index('<p class="badge">')]
    paragraphs = [Page(part).text() for part in inside.split("<p>")[1:]]
    assert paragraphs == ["One.[1]✓ Two.[1]✓", "Three.[1]✓"]


def test_what_the_answer_says_around_its_sentences_is_kept() -> None:
    text = "The articles say:\n《九位导演》（2024）：成本是3.5万元。[1] However, 其余不详。"
    markup = chat.exchange(Exchange("?", "answered", answer=answer(answer=text)), 1, ENGLISH)
    inside = markup[markup.index('<div class="answer"') : markup.index('<p class="badge">')]
    paragraphs = [Page(part).text() for part in inside.split("<p>")[1:]]
    assert paragraphs == ["The articles say:", "《九位导演》（2024）：成本是3.5万元。[1]✓ However, 其余不详。"]


def test_a_sentence_that_the_answer_words_otherwise_is_still_shown() -> None:
    page = shown(answer(answer="成本 是 3.5万元。[1]"))
    assert "成本是3.5万元。" in page.text() and page.all("button", **{"class": "cite"})


def test_a_refusal_cites_nothing_and_labels_the_nearest_passages() -> None:
    near = Nearest("kling", "九位导演", "娱乐资本论", "2024-12-18", "https://a.example/b", "开头一段。", 0, 5)
    page = shown(answer(answer="没有答案。", refused=True, sentences=(), citations=(), nearest=(near,)))
    assert page.all("p", **{"class": "refusal"})
    assert not page.all("button", **{"class": "cite"})
    assert CHINESE.not_evidence in page.text()
    assert page.all("button", **{"data-article": "kling", "data-evidence": "0", "data-start": "0", "data-end": "5"})
    assert not page.all("mark")
    assert Page(pane.reader(ARTICLE, 0, 5, CHINESE, evidence=False)).all("mark", **{"class": "near"})


def test_badge_tells_excerpts_from_a_model() -> None:
    assert CHINESE.excerpts in shown(answer()).text()
    written = shown(answer(mode="llm", model="qwen3:8b")).text()
    assert "qwen3:8b" in written and CHINESE.excerpts not in written


def test_rewritten_question_and_notice_are_shown() -> None:
    text = shown(answer(rewritten="可灵短片的成本是多少？", notice="模型没有回应。")).text()
    assert "可灵短片的成本是多少？" in text and "模型没有回应。" in text


def test_only_the_last_exchange_can_be_asked_again() -> None:
    def events(last: bool) -> set[str]:
        return {a.get("data-event", "") for a in shown(answer(), last).all("button")}

    assert events(True) - events(False) == {"retry", "edit"}


def test_only_the_last_exchange_goes_on_and_is_saved() -> None:
    item = Exchange("问", "answered", answer=answer(), follow_ups=("然后呢？",))
    exports = [("对话", "changji.md", "# 问\n")]
    last, earlier = (Page(chat.exchange(item, 2, CHINESE, which, exports)) for which in (True, False))
    assert last.all("button", **{"data-event": "submit", "data-question": "然后呢？"})
    assert last.all("button", **{"data-page": "save", "data-file": "changji.md", "data-content": "# 问\n"})
    assert "然后呢？" not in earlier.text() and not earlier.all("button", **{"data-page": "save"})


def test_an_unfinished_answer_keeps_what_has_come() -> None:
    for state, more in (("asking", ""), ("stopped", CHINESE.stopped), ("failed", "断了。")):
        page = Page(chat.exchange(Exchange("问", state, text="已经说到[1]这里", error=more), 1, CHINESE))
        assert "已经说到[1]这里" in page.text() and more in page.text()
        assert page.all("article")[0]["aria-busy"] == str(state == "asking").lower()


def test_the_shelf_ticks_what_is_chosen() -> None:
    other = Article("other", "文。", "另一篇")
    boxes = Page(pane.shelf([ARTICLE, other], ["other"], CHINESE)).all("button", role="checkbox")
    assert [(box["data-article"], box["aria-checked"]) for box in boxes] == [("kling", "false"), ("other", "true")]
    assert CHINESE.empty_library in Page(pane.shelf([], [], CHINESE)).text()
    assert "2" in Page(chat.scope(2, CHINESE)).text() and chat.scope(0, CHINESE) == ""
    assert "只问《九位导演》" in Page(chat.scope(1, CHINESE, "九位导演")).text()


def test_an_empty_library_shows_the_way_to_fill_it() -> None:
    page = Page(chat.welcome([], CHINESE, empty=True))
    assert CHINESE.empty_library in page.text() and page.all("button", **{"data-room": "library"})


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("成本是3.5万元。", "元。"),
        ("It cost 35,000 yuan.", "yuan."),
        ("他说“好。”", "好。”"),
        ("。", "。"),
        ("长" * 9, "长"),
    ],
)
def test_the_end_of_a_sentence_stays_with_its_marks(text: str, kept: str) -> None:
    said = answer(answer=text, sentences=(Sentence(text, (1,), "partial"),))
    markup = chat.exchange(Exchange("?", "answered", answer=said), 1, ENGLISH)
    assert f'<span class="marks"><span class="said">{kept}</span><button' in markup
    assert text in Page(markup).text()


def test_english_counts_one_in_the_singular() -> None:
    assert ENGLISH.filled(ENGLISH.library_facts, articles=1, passages=11) == "1 article in 11 passages"


def test_the_copied_text_carries_answer_and_sources() -> None:
    text = export.plain(answer(citations=(citation(url="javascript:alert(1)"), citation(2, "時間很短。"))))
    assert "成本是3.5万元。[1]" in text
    assert "[1] 九位导演 · 娱乐资本论 · 2024-12-18\n    “成本是3.5万元”" in text
    assert "[2]" in text and "https://a.example/b" in text and "javascript" not in text


def test_both_languages_say_everything_and_fill_in_the_same() -> None:
    names = [name for room in Texts.__mro__ for name, text in vars(room).items() if isinstance(text, Said)]
    assert len(names) == len(set(names)) > 100
    for name in names:
        chinese, english = getattr(CHINESE, name), getattr(ENGLISH, name)
        assert chinese and english
        assert re.findall(r"{\w+}", chinese) == re.findall(r"{\w+}", english), name
    assert set(TEXTS) == {"zh", "zh-Hant", "en"}


def test_who_reads_traditional_chinese_is_told_everything_in_it() -> None:
    traditional = TEXTS["zh-Hant"]
    names = [name for room in Texts.__mro__ for name, text in vars(room).items() if isinstance(text, Said)]
    written = "".join(getattr(traditional, name) for name in names)
    assert script(written) == "zh-Hant" and not set(written) & set("设习阅书闭导库页时问话")
    for name in names:
        assert re.findall(r"{\w+}", getattr(traditional, name)) == re.findall(r"{\w+}", getattr(CHINESE, name)), name
    assert traditional.room_settings == "設定" and CHINESE.room_settings == "设置"
    assert traditional.removal("pinyin gloss") == "拼音注" and 'data-speaks="zh-Hant"' in frame.bar(traditional)
    missing = ReadError("{name} holds no text; give a file that holds an article.", name="设置.md")
    assert missing.told("zh-Hant").startswith("设置.md") and script(missing.told("zh-Hant")[5:]) == "zh-Hant"


@pytest.mark.parametrize(
    ("accepted", "language", "read"),
    [("zh-TW,zh;q=0.9", "zh", "zh-Hant"), ("zh-HK", "zh", "zh-Hant"), ("zh-Hant-HK", "zh", "zh-Hant"),
     ("en-GB,zh-TW;q=0.8", "zh", "zh-Hant"), ("zh-CN,zh-TW;q=0.8", "zh", "zh"), ("zh", "zh", "zh"), ("", "zh", "zh"),
     ("zh-TW", "en", "en")],
)  # fmt: skip
def test_chinese_is_written_as_the_browser_asks(accepted: str, language: str, read: str) -> None:
    assert as_read(language, accepted) == read


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("en-US,en;q=0.9,zh-TW;q=0.8", "en"), ("zh-TW", "zh"), ("fr-FR", "en"),
     ("de,en;q=0.5,zh;q=0.7", "zh"), ("", "zh"), ("*", "zh"), ("en;q=x, zh;q=0.2", "en")],
)  # fmt: skip
def test_the_browser_s_language_decides(accepted: str, language: str) -> None:
    assert preferred(accepted) == language
