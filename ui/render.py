"""Answers and articles as HTML that is safe to show: every text is escaped here, and nothing here knows gradio.

Whatever can be pressed carries `data-event` (what page.js tells the server) and the event's other `data-` fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from ingest.article import Article
from rag.answer import Answer, Citation, Nearest, Sentence
from ui.texts import Texts

_MARK = re.compile(r"\[(\d+)\]")
_WEB = re.compile(r"https?://[^\s/?#\[\]]\S*", re.IGNORECASE)
_LINE = re.compile(r"[^\n]*\S[^\n]*")
_LONG = 60  # characters of a question that is set smaller, as it is no heading


@dataclass(frozen=True)
class Exchange:
    """One question and what has come of it so far."""

    question: str
    state: Literal["asking", "answered", "stopped", "failed"] = "asking"
    text: str = ""  # the answer as far as it has streamed
    answer: Answer | None = None
    error: str = ""


def bar(texts: Texts) -> str:
    """The head of the page: its name, and what concerns the page as a whole."""
    return (
        f'<div class="brand" data-speaks="{escape(texts.language)}"><svg viewBox="0 0 24 24" aria-hidden="true">'
        f'<path d="M3 10h18v10H3zM3 10l17.4-4.7M7.2 8.8 6 4.6M12 7.5l-1.2-4.2M16.9 6.2l-1.2-4.2"/></svg>'
        f"<h1>{escape(texts.name)}</h1><p>{escape(texts.tagline)}</p></div>"
        f'<nav aria-label="{escape(texts.name)}">{_button(texts.library, "", page="open", css="narrow")}'
        f"{_button(texts.new, 'clear')}"
        f'<button type="button" data-event="input" data-language="{"en" if texts.language != "en" else "zh"}">'
        f"{escape(texts.other_language)}</button>"
        f'<button type="button" class="icon" data-page="theme" aria-label="{escape(texts.theme)}" '
        f'title="{escape(texts.theme)}"><svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="8"/>'
        f'<path class="full" d="M12 4a8 8 0 0 1 0 16z"/></svg></button></nav>'
    )


def welcome(suggestions: Iterable[str], texts: Texts) -> str:
    """What an empty conversation shows: an invitation, and questions that the library can answer."""
    items = "".join(
        f'<li><button type="button" data-event="submit" data-question="{escape(question)}">{escape(question)}'
        "</button></li>"
        for question in suggestions
    )
    return (
        f'<section class="welcome"><h2>{escape(texts.welcome)}</h2><p>{escape(texts.welcome_hint)}</p>'
        f"<ul>{items}</ul></section>"
    )


def exchange(item: Exchange, number: int, texts: Texts, last: bool = False) -> str:
    """One question with its answer; only the last one can be asked again or edited."""
    if item.answer is not None:
        body = _answer(item.answer, texts)
    else:
        body = _streaming(item, texts)
    long = ' class="long"' if len(item.question) > _LONG else ""
    return (
        f'<article class="exchange {item.state}" aria-busy="{str(item.state == "asking").lower()}"><header>'
        f'<span class="take" aria-hidden="true">{number:02d}</span><h2{long}>{escape(item.question)}</h2></header>'
        f"{body}{_actions(item, texts, last)}</article>"
    )


def shelf(articles: Sequence[Article], chosen: Sequence[str], texts: Texts) -> str:
    """The library as a list: each title opens its article, each box narrows the questions to it."""
    count = texts.articles.format(count=len(articles))
    hint = texts.library_hint if articles else texts.empty_library
    rows = "".join(_shelf_row(article, article.id in chosen, texts) for article in articles)
    return (
        f'<section class="shelf" aria-label="{escape(texts.library)}"><header class="pane-head">'
        f"<h2>{escape(texts.library)}</h2><span>{escape(count)}</span>{_close(texts)}</header>"
        f'<p class="hint">{escape(hint)}</p><ul>{rows}</ul></section>'
    )


def scope(chosen: Sequence[str], texts: Texts) -> str:
    """The line over the question box that says how many articles are asked, "" for all of them."""
    if not chosen:
        return ""
    text = texts.asking_some.format(count=len(chosen))
    return f'<p class="scope">{escape(text)} {_button(texts.ask_all, "clear")}</p>'


def alert(message: str) -> str:
    """One sentence about a question that could not be asked."""
    return f'<p class="error" role="alert">{escape(message)}</p>' if message else ""


def reader(article: Article, start: int, end: int, texts: Texts, evidence: bool = True) -> str:
    """A whole article with `article.text[start:end]` marked; nothing is marked where the span is empty."""
    headings = [begin for begin, _ in article.headings]
    lines = []
    for line in _LINE.finditer(article.text):
        tag = "h3" if any(line.start() <= begin < line.end() for begin in headings) else "p"
        lines.append(f"<{tag}>{_marked(article.text, *line.span(), start, end, evidence)}</{tag}>")
    facts = " · ".join(part for part in (article.publisher, article.author, article.date) if part)
    return (
        f'<section class="reader" aria-label="{escape(article.title)}"><header class="pane-head">'
        f"{_button(texts.back, 'clear', css='back')}{_original(article.url, texts)}{_close(texts)}</header>"
        f'<div class="paper" lang="{escape(article.language)}" tabindex="-1"><h2>{escape(article.title)}</h2>'
        f'<p class="facts">{escape(facts)}</p>{"".join(lines)}</div></section>'
    )


def plain(answer: Answer) -> str:
    """An answer with its numbered sources as plain text, for the clipboard."""
    sources = []
    for item in answer.citations:
        parts = (item.title, item.publisher, item.date, _http(item.url))
        sources.append(f"[{item.number}] {' · '.join(part for part in parts if part)}\n    “{item.quote}”")
    return "\n\n".join([answer.question, answer.answer, *(["\n".join(sources)] if sources else [])])


def _answer(answer: Answer, texts: Texts) -> str:
    rewritten = ""
    if answer.rewritten and answer.rewritten != answer.question:
        rewritten = f'<p class="rewritten">{escape(texts.rewritten.format(question=answer.rewritten))}</p>'
    notice = f'<p class="notice"><b>{escape(texts.notice)}</b> {escape(answer.notice)}</p>' if answer.notice else ""
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
    return (
        f'<li class="card"><div class="card-head">{_open(item, item.title, "title", evidence=False)}'
        f'<span class="tag">{escape(texts.not_evidence)}</span></div>{_facts(item, texts)}'
        f"<blockquote>{_open(item, item.text, 'quote', evidence=False)}</blockquote></li>"
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
        f'<li class="card"><div class="card-head">{_open(items[0], items[0].title, "title")}</div>'
        f"{_facts(items[0], texts)}{''.join(_quote(item, texts) for item in items)}</li>"
        for items in by_article.values()
    )
    title = escape(texts.sources)
    return f'<section class="sources" aria-label="{title}"><h3>{title}</h3><ol>{cards}</ol></section>'


def _quote(item: Citation, texts: Texts) -> str:
    return f"<blockquote>{_cite(item, texts)}{_open(item, item.quote, 'quote')}</blockquote>"


def _facts(item: Citation | Nearest, texts: Texts) -> str:
    facts = " · ".join(part for part in (item.publisher, item.date or texts.no_date) if part)
    return f'<p class="facts">{escape(facts)} {_original(item.url, texts)}</p>'


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
    if sentence.support == "supported":
        return f'<span class="sentence">{escape(sentence.text)}{marks}</span>'
    partial = sentence.support == "partial"
    name, hint = (texts.partial, texts.partial_hint) if partial else (texts.unsupported, texts.unsupported_hint)
    return (
        f'<span class="sentence {"partial" if partial else "unsupported"}"><span>{escape(sentence.text)}</span>{marks}'
        f'<small class="support" title="{escape(hint)}">{escape(name)}</small></span>'
    )


def _streaming(item: Exchange, texts: Texts) -> str:
    lines = "".join(f"<p>{_MARK.sub(_faint, escape(line))}</p>" for line in item.text.split("\n") if line.strip())
    if item.state == "failed":
        return f'<div class="answer">{lines}</div>{alert(item.error)}'
    if item.state == "stopped":
        return f'<div class="answer">{lines}</div><p class="notice">{escape(texts.stopped)}</p>'
    return f'<div class="answer">{lines}</div>' if lines else f'<p class="searching">{escape(texts.searching)}</p>'


def _faint(mark: re.Match[str]) -> str:
    return f'<span class="cite">{mark.group()}</span>'


def _actions(item: Exchange, texts: Texts, last: bool) -> str:
    copy = again = ""
    if item.answer is not None:
        copy = (
            f'<button type="button" data-page="copy" data-copy="{escape(plain(item.answer))}" '
            f'data-copied="{escape(texts.copied)}">{escape(texts.copy)}</button>'
        )
    if last and item.state != "asking":
        again = _button(texts.retry, "retry") + _button(texts.edit, "edit")
    return f'<footer class="actions">{copy}{again}</footer>' if copy or again else ""


def _shelf_row(article: Article, checked: bool, texts: Texts) -> str:
    facts = " · ".join(part for part in (article.publisher, article.date or texts.no_date) if part)
    ask, read = (escape(text.format(title=article.title)) for text in (texts.ask_only, texts.read))
    return (
        f'<li><button type="button" role="checkbox" aria-checked="{str(checked).lower()}" data-event="input" '
        f'data-article="{escape(article.id)}" aria-label="{ask}" title="{ask}"></button>'
        f'<button type="button" class="read" data-event="select" data-article="{escape(article.id)}" '
        f'aria-label="{read}"><b>{escape(article.title)}</b><small>{escape(facts)}</small></button></li>'
    )


def _cite(item: Citation, texts: Texts) -> str:
    label = texts.citation.format(number=item.number, quote=item.quote)
    return _open(item, f"[{item.number}]", "cite", f' aria-label="{escape(label)}" title="{escape(item.quote)}"')


def _open(item: Citation | Nearest, text: str, css: str, more: str = "", evidence: bool = True) -> str:
    return (
        f'<button type="button" class="{css}" data-event="select" data-article="{escape(item.article)}" '
        f'data-start="{item.start}" data-end="{item.end}" data-evidence="{int(evidence)}"{more}>{escape(text)}</button>'
    )


def _marked(text: str, begin: int, stop: int, start: int, end: int, evidence: bool) -> str:
    start, end = max(begin, start), min(stop, end)
    if start >= end:
        return escape(text[begin:stop])
    css = "" if evidence else ' class="near"'
    return f"{escape(text[begin:start])}<mark{css}>{escape(text[start:end])}</mark>{escape(text[end:stop])}"


def _original(url: str, texts: Texts) -> str:
    if not _http(url):
        return ""
    return (
        f'<a class="original" href="{escape(url)}" target="_blank" rel="noopener noreferrer nofollow" '
        f'title="{escape(url)}">{escape(texts.original)}&nbsp;↗</a>'
    )


def _http(url: str) -> str:
    """The address itself if it is a plain web address, else ""."""
    return url if _WEB.fullmatch(url) else ""


def _button(text: str, event: str, page: str = "", css: str = "") -> str:
    what = f'data-page="{page}"' if page else f'data-event="{event}"'
    return f'<button type="button" class="{css}" {what}>{escape(text)}</button>'


def _close(texts: Texts) -> str:
    label = escape(texts.close)
    return (
        f'<button type="button" class="icon narrow" data-page="close" aria-label="{label}" title="{label}">✕</button>'
    )
