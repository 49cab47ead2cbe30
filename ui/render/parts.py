"""Pieces that several rooms show."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from ingest.article import Article
from ingest.text import language
from rag.answer import Citation, Nearest
from ui.texts import Texts

_DATE = re.compile(r"\d{4}(?:-\d{2}){0,2}")
_WEB = re.compile(r"https?://[^\s/?#\[\]]\S*", re.IGNORECASE)


def attributes(**values: object) -> str:
    """Attributes of an element, escaped; `_` in a name stands for `-`, and what is None or False is left out."""
    written = []
    for name, value in values.items():
        name = name.strip("_").replace("_", "-")
        if value is True:
            written.append(f" {name}")
        elif value is not None and value is not False:
            written.append(f' {name}="{escape(str(value))}"')
    return "".join(written)


def button(
    text: str, event: str = "", page: str = "", css: str = "", label: str = "", hint: str = "", lang: str = "",
    **data: object,
) -> str:  # fmt: skip
    """A button that tells the server of an `event`, or that page.js answers by itself (`page`).

    `label` is its name in place of its text, and `hint` says more than its text does.
    """
    does = {"data_event": event or None, "data_page": page or None}
    more = {f"data_{name}": value for name, value in data.items()}
    told = {"aria_label": label or None, "title": label or hint or None, "lang": lang or None}
    named = attributes(class_=css or None, **does, **more, **told)
    return f'<button type="button"{named}>{escape(text)}</button>'


def alert(message: str) -> str:
    """One sentence about what could not be done."""
    return f'<p class="error" role="alert">{escape(message)}</p>' if message else ""


def done(message: str, more: str = "") -> str:
    """One sentence about what has been done; `more` is markup."""
    return f'<p class="done" role="status">{escape(message)} {more}</p>' if message else ""


def progress(text: str, done: int, total: int) -> str:
    """How far something has come, as a bar under a line of text."""
    bar = f'<progress value="{done}" max="{max(total, 1)}" aria-label="{escape(text)}"></progress>'
    return f'<div class="progress" role="status"><span>{escape(text)}</span>{bar}</div>'


def facts(item: Article | Citation | Nearest, texts: Texts) -> str:
    """Publisher and date of what is cited, as markup."""
    return between(item.publisher, item.date or texts.no_date)


def between(*parts: str) -> str:
    """What is told of an article in one line, as markup; a date is never torn in two."""
    told = (f"<time>{part}</time>" if _DATE.fullmatch(part) else escape(part) for part in parts if part)
    return " · ".join(told)


def original(url: str, texts: Texts) -> str:
    """A link to where the article was published, if that is a plain web address."""
    if not web(url):
        return ""
    return (
        f'<a class="original" href="{escape(url)}" target="_blank" rel="noopener noreferrer nofollow" '
        f'title="{escape(url)}">{escape(texts.original)}&nbsp;↗</a>'
    )


def web(url: str) -> str:
    """The address itself if it is a plain web address, else ""."""
    return url if _WEB.fullmatch(url) else ""


def titled(text: str, title: str) -> str:
    """A text of the page with an article's title in it."""
    return escape(text).format(title=spoken(title))


def spoken(text: str, css: str = "") -> str:
    """Words that aren't the page's own, which keep their own language and with it their fonts; figures have none."""
    lang = language(text) if any(map(str.isalpha, text)) else None
    told = attributes(class_=css or None, lang=lang)
    return f"<span{told}>{escape(text)}</span>" if told else escape(text)


def opener(item: Citation | Nearest, text: str, css: str, evidence: bool = True, **more: object) -> str:
    """A button that opens the article at the item's words."""
    place = {"article": item.article, "start": item.start, "end": item.end, "evidence": int(evidence)}
    data = {f"data_{name}": value for name, value in place.items()}
    return f'<button type="button"{attributes(class_=css, data_event="select", **data, **more)}>{escape(text)}</button>'


def noted(hint: str, flags: Sequence[str] = ()) -> str:
    """Small print: a hint, and the flags and variables that do the same, none of which is torn in two."""
    named = " · ".join(f"<code>{escape(flag)}</code>" for flag in flags)
    return f"<small>{' '.join(filter(None, (escape(hint), named)))}</small>" if hint or named else ""


def field(name: str, label: str, hint: str = "", flags: Sequence[str] = (), **more: object) -> str:
    """A labelled line of a form; `more` are the input's attributes."""
    told = noted(hint, flags)
    return f'<label class="field"><span>{escape(label)}</span><input{attributes(name=name, **more)}>{told}</label>'


def choice(
    name: str, label: str, options: Sequence[tuple[str, str]], chosen: str, hint: str = "", flags: Sequence[str] = ()
) -> str:
    """A labelled choice of a form; `options` are (value, text)."""
    items = "".join(
        f"<option{attributes(value=value, selected=value == chosen)}>{escape(text)}</option>" for value, text in options
    )
    select = f'<select name="{escape(name)}">{items}</select>'
    return f'<label class="field"><span>{escape(label)}</span>{select}{noted(hint, flags)}</label>'


def tabs(options: Sequence[tuple[str, str]], chosen: str, event: str, name: str) -> str:
    """Buttons of which one is pressed; `options` are (value, text), and `name` is the event's field for the value."""
    return "".join(
        f'<button type="button"{attributes(class_="tab", aria_pressed=str(value == chosen).lower(), data_event=event)}'
        f"{attributes(**{f'data_{name}': value})}>{escape(text)}</button>"
        for value, text in options
    )
