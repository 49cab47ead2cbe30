"""Questions and answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

from ingest.text import language
from rag.answer import Answer, Citation, Nearest, Sentence
from ui.export import plain
from ui.render.parts import alert, attributes, button, facts, opener, original, spoken, titled
from ui.texts import Texts

_MARK = re.compile(r"\[(\d+)\]")
_END = re.compile(r"(?:(?<![0-9A-Za-z])[0-9A-Za-z'’-]{1,20}|\S)[^\w\s]{0,4}\Z")  # the last word or Han character
_BREAKS = re.compile(r"\s*\n\s*")
_LONG = 60  # characters of a question that is set smaller, as it is no heading
_THUMB = "M7 11v9H3v-9zM7 11l4-8c1.6 0 2.6 1.2 2.4 2.8L13 9h6c1.3 0 2.2 1.2 1.9 2.4l-1.7 7c-.2 1-1 1.6-2 1.6H7"


@dataclass(frozen=True)
class Exchange:
    """One question and what has come of it so far."""

    question: str
    state: Literal["asking", "answered", "stopped", "failed"] = "asking"
    text: str = ""  # the answer as far as it has streamed
    answer: Answer | None = None
    error: str = ""
    rating: Literal["", "up", "down"] = ""
    remarked: bool = False  # whether what the reader thinks of it has been kept
    follow_ups: tuple[str, ...] = ()  # questions to go on with
    chosen: tuple[str, ...] = ()  # ids of the only articles that were asked; () means the whole library


Exports = Sequence[tuple[str, str, str]]  # the conversation as files to save: label, file name, content


def welcome(suggestions: Iterable[str], texts: Texts, empty: bool = False) -> str:
    """What an empty conversation shows: an invitation, and questions that the library can answer.

    Where the library is `empty`, the way to fill it.
    """
    hint, onward = texts.welcome_hint, f"<ul>{_suggested(suggestions)}</ul>"
    if empty:
        hint = texts.empty_library
        onward = button(texts.add_title, page="go", css="plain-button", room="library")
    return f'<section class="welcome"><h2>{escape(texts.welcome)}</h2><p>{escape(hint)}</p>{onward}</section>'


def _suggested(questions: Iterable[str]) -> str:
    return "".join(f"<li>{_question(question)}</li>" for question in questions)


def _question(question: str) -> str:
    return button(question, "submit", lang=language(question), question=question)


def exchange(
    item: Exchange, number: int, texts: Texts, last: bool = False, exports: Exports = (), editable: bool = True
) -> str:
    """One question with its answer; only the last one can be asked again, edited, and gone on from.

    Where nothing may be changed, there are no thumbs either: what is thought of an answer is kept in the library.
    """
    body = _answer(item.answer, texts) if item.answer is not None else _streaming(item, texts)
    long, busy = ' class="long"' if len(item.question) > _LONG else "", str(item.state == "asking").lower()
    onward = _follow_ups(item, texts) if last else ""
    return (
        f'<article class="exchange {item.state}" aria-busy="{busy}" data-number="{number}">'
        f'<header><span class="take" aria-hidden="true">{number:02d}</span>'
        f'<h2{long} lang="{language(item.question)}">{escape(item.question)}</h2></header>'
        f"{body}{_actions(item, number, texts, last, exports, editable)}{onward}</article>"
    )


def scope(count: int, texts: Texts, title: str = "") -> str:
    """Above the question: that only `count` articles are asked, or the one of this title."""
    if not count:
        return ""
    text = titled(texts.ask_only, title) if title else escape(texts.asking_some.format(count=count))
    return f'<p class="scope"><span>{text}</span>{button(texts.ask_all, "clear")}</p>'


def _answer(answer: Answer, texts: Texts) -> str:
    rewritten = ""
    if answer.rewritten and answer.rewritten != answer.question:
        understood = escape(texts.rewritten).format(question=spoken(answer.rewritten))
        rewritten = f'<p class="rewritten">{understood}</p>'
    notice = f'<p class="notice"><b>{escape(texts.notice)}</b> {spoken(answer.notice)}</p>' if answer.notice else ""
    if answer.refused:
        return f"{rewritten}{_refusal(answer, texts)}{notice}"
    return (
        f'{rewritten}<div class="answer" lang="{escape(answer.language)}">{_sentences(answer, texts)}</div>'
        f"{_badge(answer, texts)}{notice}{_sources(answer.citations, texts)}"
    )


def _refusal(answer: Answer, texts: Texts) -> str:
    said = f'<p class="refusal" lang="{escape(answer.language)}">{escape(answer.answer)}</p>'
    if not answer.nearest:
        return said
    cards = "".join(_nearest(item, texts) for item in answer.nearest)
    return (
        f'{said}<section class="nearest"><h3>{escape(texts.nearest)} <small>{escape(texts.nearest_hint)}</small></h3>'
        f"<ol>{cards}</ol></section>"
    )


def _nearest(item: Nearest, texts: Texts) -> str:
    lines = _BREAKS.sub("\n", item.text)  # a heading stays apart from what follows it
    quote = opener(item, lines, "quote", evidence=False, lang=language(lines))
    title = opener(item, item.title, "title", evidence=False, lang=language(item.title))
    return (
        f'<li class="card"><div class="card-head">{title}'
        f'<span class="tag">{escape(texts.not_evidence)}</span></div>{_facts(item, texts)}'
        f"<blockquote>{quote}</blockquote></li>"
    )


def _badge(answer: Answer, texts: Texts) -> str:
    extract = answer.mode == "extract"
    name, hint = (texts.excerpts, texts.excerpts_hint) if extract else (answer.model or "LLM", texts.model_hint)
    return f'<p class="badge"><b title="{escape(hint)}">{escape(name)}</b> <span>{escape(hint)}</span></p>'


def _sources(citations: Sequence[Citation], texts: Texts) -> str:
    """A card for each article that is cited, with all that is quoted from it."""
    if not citations:
        return ""
    by_article: dict[str, list[Citation]] = {}
    for item in citations:
        by_article.setdefault(item.article, []).append(item)
    cards = "".join(
        f'<li class="card"><div class="card-head">{_title(items[0])}</div>'
        f"{_facts(items[0], texts)}{''.join(_quote(item, texts) for item in items)}</li>"
        for items in by_article.values()
    )
    return f'<section class="sources"><h3>{escape(texts.sources)}</h3><ol>{cards}</ol></section>'


def _title(item: Citation) -> str:
    return opener(item, item.title, "title", lang=language(item.title))


def _quote(item: Citation, texts: Texts) -> str:
    quote = opener(item, item.quote, "quote", lang=language(item.quote))
    return f"<blockquote>{_cite(item, texts)}{quote}</blockquote>"


def _facts(item: Citation | Nearest, texts: Texts) -> str:
    spoken = attributes(lang=language(item.publisher) if item.publisher else None)
    about = f"<span{spoken}>{facts(item, texts)}</span>"
    return f'<p class="facts">{about} {original(item.url, texts)}</p>'


def _sentences(answer: Answer, texts: Texts) -> str:
    """The answer's sentences with their marks, amid whatever else `answer.answer` says, in its paragraphs."""
    numbered = {item.number: item for item in answer.citations}
    bare, at, paragraphs = _MARK.sub("", answer.answer), 0, [""]
    for sentence in answer.sentences:
        found = bare.find(sentence.text, at)
        if found >= 0:
            _append(paragraphs, bare[at:found])
            at = found + len(sentence.text)
        paragraphs[-1] += _sentence(sentence, numbered, texts)
    _append(paragraphs, bare[at:])
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs if paragraph.strip())


def _append(paragraphs: list[str], text: str) -> None:
    first, *more = escape(text).split("\n")
    paragraphs[-1] += first
    paragraphs += more


def _sentence(sentence: Sentence, numbered: dict[int, Citation], texts: Texts) -> str:
    marks = "".join(_cite(numbered[number], texts) for number in sentence.citations if number in numbered)
    name, hint = {
        "supported": ("✓", f"{texts.supported}: {texts.supported_hint}"),
        "partial": (texts.partial, texts.partial_hint),
    }.get(sentence.support, (texts.unsupported, texts.unsupported_hint))
    label = attributes(title=hint, aria_label=hint, role="img") if name == "✓" else attributes(title=hint)
    end = _END.search(sentence.text)  # kept together with the marks, so that these never begin a line
    cut = end.start() if end else len(sentence.text)
    begin, last = (f'<span class="said">{escape(part)}</span>' for part in (sentence.text[:cut], sentence.text[cut:]))
    css = attributes(class_=f"sentence {sentence.support}", lang=language(sentence.text))
    return (
        f'<span{css}>{begin}<span class="marks">{last}{marks}'
        f'<small class="support"{label}>{escape(name)}</small></span></span>'
    )


def _cite(item: Citation, texts: Texts) -> str:
    label = texts.citation.format(number=item.number, quote=item.quote)
    return opener(item, f"[{item.number}]", "cite", aria_label=label, **_pointed(item))


def _pointed(item: Citation) -> dict[str, Any]:
    """What page.js shows beside a citation that is pointed at."""
    about = {"data_quote": item.quote, "data_from": item.title}
    return about | {"data_quote_lang": language(item.quote), "data_from_lang": language(item.title)}


def _streaming(item: Exchange, texts: Texts) -> str:
    lines = "".join(f"<p>{_MARK.sub(_faint, escape(line))}</p>" for line in item.text.split("\n") if line.strip())
    text = f'<div class="answer" lang="{language(item.text)}">{lines}</div>'
    if item.state == "failed":
        return f"{text}{alert(item.error)}"
    if item.state == "stopped":
        return f'{text}<p class="notice">{escape(texts.stopped)}</p>'
    return text if lines else f'<p class="searching">{escape(texts.searching)}</p>'


def _faint(mark: re.Match[str]) -> str:
    return f'<span class="cite">{mark.group()}</span>'


def _actions(item: Exchange, number: int, texts: Texts, last: bool, exports: Exports, editable: bool) -> str:
    copy = rate = again = save = ""
    if item.answer is not None:
        copy = button(texts.copy, page="copy", copy=plain(item.answer), copied=texts.copied)
        rate = _rating(item, number, texts) if editable else ""
    if last and item.state != "asking":
        again = button(texts.retry, "retry") + button(texts.edit, "edit")
        save = _exports(exports, texts)
    pressed = copy + again + save + rate
    return f'<footer class="actions">{pressed}</footer>{_remark(item, number, texts)}' if pressed else ""


def _rating(item: Exchange, number: int, texts: Texts) -> str:
    def thumb(rating: str, label: str) -> str:
        pressed = str(item.rating == rating).lower()
        return (
            f'<button type="button"{attributes(class_=f"icon thumb {rating}", data_event="like", data_rating=rating)}'
            f"{attributes(data_number=number, aria_pressed=pressed, aria_label=label, title=label)}>"
            f'<svg viewBox="0 0 24 24" aria-hidden="true"><path d="{_THUMB}"/></svg></button>'
        )

    return f'<span class="rating">{thumb("up", texts.good)}{thumb("down", texts.bad)}</span>'


def _remark(item: Exchange, number: int, texts: Texts) -> str:
    """After a thumb: room for a remark, and then thanks."""
    if not item.rating:
        return ""
    if item.remarked:
        return f'<p class="notice" role="status">{escape(texts.remark_saved)}</p>'
    label = texts.remark_good if item.rating == "up" else texts.remark_bad
    return (
        f'<form class="remark" data-event="like" data-number="{number}" data-rating="{item.rating}">'
        f"<input{attributes(name='remark', maxlength=1000, placeholder=label, aria_label=label)}>"
        f'<button type="submit">{escape(texts.remark_save)}</button></form>'
    )


def _exports(exports: Exports, texts: Texts) -> str:
    if not exports:
        return ""
    items = "".join(
        f"<li>{button(label, page='save', file=name, content=content)}</li>" for label, name, content in exports
    )
    return f'<details class="menu"><summary>{escape(texts.export)}</summary><ul>{items}</ul></details>'


def _follow_ups(item: Exchange, texts: Texts) -> str:
    if not item.follow_ups:
        return ""
    asked = _suggested(item.follow_ups)
    return f'<section class="follow-ups"><h3>{escape(texts.follow_ups)}</h3><ul>{asked}</ul></section>'
