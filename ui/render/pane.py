"""The pane beside a room: the shelf, or an article open at some words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from ingest.article import Article
from ui.render.parts import alert, attributes, between, button, facts, original
from ui.texts import Texts

_LINE = re.compile(r"[^\n]*\S[^\n]*")


def shelf(
    articles: Sequence[Article], chosen: Sequence[str], texts: Texts, span: tuple[str, str] = ("", ""), told: str = ""
) -> str:
    """All articles: each can be read, and ticked to ask only those that are.

    `span` is of the days that were asked for, and `told` a sentence about what couldn't be done.
    """
    ticked = set(chosen)
    rows = "".join(_row(article, article.id in ticked, texts) for article in articles)
    count = texts.filled(texts.articles, count=len(articles))
    hint = texts.shelf_hint if articles else texts.empty_library
    dates = _dates(span, texts) if len(articles) > 1 else ""
    return (
        f'<section class="shelf" aria-label="{escape(texts.shelf)}"><header class="pane-head">'
        f"<h2>{escape(texts.shelf)}</h2><span>{escape(count)}</span>{_close(texts)}</header>"
        f'<p class="hint">{escape(hint)}</p>{dates}{alert(told)}<ul>{rows}</ul></section>'
    )


def _dates(span: tuple[str, str], texts: Texts) -> str:
    fields = "".join(
        f"<label><span>{escape(label)}</span><input{attributes(type='date', name=name, value=day)}></label>"
        for name, label, day in (("from", texts.date_from, span[0]), ("to", texts.date_to, span[1]))
    )
    return (
        f'<details class="dates"{attributes(open=any(span))}><summary>{escape(texts.by_date)}</summary>'
        f'<form data-event="apply">{fields}<button type="submit">{escape(texts.date_pick)}</button></form></details>'
    )


def _row(article: Article, checked: bool, texts: Texts) -> str:
    ask = escape(texts.ask_only.format(title=article.title))
    about, spoken = facts(article, texts), attributes(lang=article.language)
    return (
        f'<li><button type="button" role="checkbox" aria-checked="{str(checked).lower()}" data-event="input" '
        f'data-article="{escape(article.id)}" aria-label="{ask}" title="{ask}"></button>'
        f'<button type="button" class="read" data-event="select" data-article="{escape(article.id)}">'
        f"<b{spoken}>{escape(article.title)}</b> <small{spoken}>{about}</small></button></li>"
    )


def reader(article: Article, start: int, end: int, texts: Texts, evidence: bool = True) -> str:
    """A whole article with `article.text[start:end]` marked; nothing is marked where the span is empty."""
    headings = [begin for begin, _ in article.headings]
    lines = []
    for line in _LINE.finditer(article.text):
        tag = "h3" if any(line.start() <= begin < line.end() for begin in headings) else "p"
        lines.append(f"<{tag}>{_marked(article.text, *line.span(), start, end, evidence)}</{tag}>")
    about = between(article.publisher, article.author, article.date)
    spoken = attributes(lang=article.language)
    running = f'<span class="running" aria-hidden="true"{spoken}>{escape(article.title)}</span>'
    return (
        f'<section class="reader" aria-label="{escape(article.title)}"><header class="pane-head">'
        f"{button(texts.shelf, 'clear', css='back')}{running}{original(article.url, texts)}{_close(texts)}</header>"
        f'<div class="paper"{spoken} tabindex="0"><h2>{escape(article.title)}</h2>'
        f'<p class="facts">{about}</p>{"".join(lines)}</div></section>'
    )


def _marked(text: str, begin: int, stop: int, start: int, end: int, evidence: bool) -> str:
    start, end = max(begin, start), min(stop, end)
    if start >= end:
        return escape(text[begin:stop])
    css = "" if evidence else ' class="near"'
    return f"{escape(text[begin:start])}<mark{css}>{escape(text[start:end])}</mark>{escape(text[end:stop])}"


def _close(texts: Texts) -> str:
    return button("✕", page="close", css="icon narrow", label=texts.close)
