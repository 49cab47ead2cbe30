"""The library room: adding articles, the table of them, what was done, the timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby

from ingest.article import Article
from ingest.build import Report
from ingest.read import MAX_BYTES, SUFFIXES
from ingest.uploads import MOST
from rag.timeline import Event
from ui.render.parts import alert, attributes, button, done, tabs
from ui.texts import Texts

_KINDS = ("Markdown", "TXT", "HTML", "PDF", "Word")
_MB = MAX_BYTES // 2**20


def head(articles: int, passages: int, view: str, editable: bool, texts: Texts) -> str:
    """The room's title, its two views, and where articles are added."""
    told = texts.filled(texts.library_facts, articles=articles, passages=passages)
    views = tabs((("articles", texts.view_articles), ("timeline", texts.view_timeline)), view, "select", "view")
    again = button(texts.reindex, "apply", css="plain-button", hint=texts.reindex_hint) if editable and articles else ""
    return (
        f'<header class="sheet-head"><h2>{escape(texts.library_title)}</h2><p>{escape(told)}</p></header>'
        f"{_adding(texts) if editable else _locked(texts)}"
        f'<div class="views"><div role="group" aria-label="{escape(texts.library_title)}">{views}</div>{again}</div>'
    )


def _locked(texts: Texts) -> str:
    return f'<p class="locked">{escape(texts.locked)}</p>'


def _adding(texts: Texts) -> str:
    hint = texts.add_hint.format(kinds=texts.between.join(_KINDS), size=_MB, count=MOST)
    told = attributes(
        data_uploading=texts.uploading,
        data_most=MOST,
        data_size=MAX_BYTES,
        data_many=texts.too_many.format(count=MOST),
        data_big=texts.too_big.format(name="{name}", size=_MB),
        data_failed=texts.not_uploaded,
    )
    chooser = attributes(
        type="file", multiple=True, accept=",".join(SUFFIXES), aria_label=texts.add_title,
        aria_describedby="adding-hint",
    )  # fmt: skip
    line = attributes(type="url", name="address", required=True, placeholder="https://…", maxlength=2000)
    return (
        f'<div class="adding"><label class="drop"{told}><b>{escape(texts.add_title)}</b>'
        f'<span id="adding-hint">{escape(hint)}</span><input{chooser}>'
        '<span class="uploading" role="status"></span></label>'
        f'<form class="address" data-event="submit"><label class="field"><span>{escape(texts.address_label)}</span>'
        f"<input{line}></label>"
        f'<button type="submit" class="plain-button">{escape(texts.address_add)}</button></form></div>'
    )


def table(
    articles: Sequence[Article], counts: Mapping[str, int], added: Mapping[str, str], chosen: Sequence[str],
    editable: bool, texts: Texts,
) -> str:  # fmt: skip
    """All articles; on a narrow screen each row becomes a card."""
    if not articles:
        return f'<p class="hint">{escape(texts.empty_library)}</p>'
    columns = ("title", "publisher", "date", "language", "passages", "tags", "added")
    headings = "".join(
        f'<th scope="col" class="{name}">{escape(getattr(texts, f"column_{name}"))}</th>' for name in columns
    )
    if editable:
        headings += f'<th scope="col" class="acts"><span class="unseen">{escape(texts.column_actions)}</span></th>'
    ticked = set(chosen)
    rows = "".join(_row(a, counts.get(a.id, 0), added.get(a.id, ""), a.id in ticked, editable, texts) for a in articles)
    hint = f'<p class="hint">{escape(texts.shelf_hint)}</p>'
    return f'{hint}<table class="articles"><thead><tr>{headings}</tr></thead><tbody>{rows}</tbody></table>'


def _row(article: Article, passages: int, added: str, ticked: bool, editable: bool, texts: Texts) -> str:
    read, ask = (text.format(title=article.title) for text in (texts.read, texts.ask_only))
    tick = attributes(
        type="button", role="checkbox", aria_checked=str(ticked).lower(), data_event="input", aria_label=ask, title=ask
    )
    title = (
        f'<span class="titled"><button{tick} data-article="{escape(article.id)}"></button>'
        f"{button(article.title, 'select', css='title', label=read, lang=article.language, article=article.id)}</span>"
    )
    spoken = {"zh-Hans": texts.simplified, "zh-Hant": texts.traditional, "en": texts.english}
    cells = {
        "title": title,
        "publisher": escape(article.publisher or "–"),
        "date": escape(article.date or "–"),
        "language": escape(spoken.get(article.language, article.language or "–")),
        "passages": str(passages),
        "tags": "".join(f"<i>{escape(tag)}</i>" for tag in article.tags[:4]) or "–",
        "added": f"<time{attributes(datetime=added)}>{escape(added[:10])}</time>" if added else "–",
    }
    written = "".join(_cell(name, cell, article.language, texts) for name, cell in cells.items())
    return f"<tr>{written}{_acts(article, texts) if editable else ''}</tr>"


def _cell(name: str, cell: str, spoken: str, texts: Texts) -> str:
    told = {"class_": f"{name} none" if cell == "–" else name, "data_label": getattr(texts, f"column_{name}")}
    return f"<td{attributes(**told, lang=spoken if name in ('publisher', 'tags') else None)}>{cell}</td>"


def _acts(article: Article, texts: Texts) -> str:
    replace, delete = (text.format(title=article.title) for text in (texts.replace_named, texts.delete_named))
    chooser = attributes(type="file", accept=",".join(SUFFIXES), data_article=article.id, aria_label=replace)
    return (
        f'<td class="acts"><label class="act" title="{escape(replace)}">{escape(texts.replace)}<input{chooser}></label>'
        f"{button(texts.delete, 'delete', css='act', label=delete, article=article.id)}</td>"
    )


def report(reports: Sequence[Report], titles: Mapping[str, str], texts: Texts) -> str:
    """What came of adding: counts, what was passed over and why, and what cleaning repaired and removed."""
    counts = {
        texts.added: sum(len(one.added) for one in reports),
        texts.changed: sum(len(one.changed) for one in reports),
        texts.unchanged: sum(len(one.unchanged) for one in reports),
        texts.skipped: sum(len(one.skipped) for one in reports),
    }
    summed = " · ".join(text.format(count=count) for text, count in counts.items() if count)
    read = done(summed) if any(one.added or one.changed or one.unchanged for one in reports) else ""
    skipped = "".join(alert(reason.told(texts.code)) for one in reports for _, reason in one.skipped)
    cleaned = []
    for id, removals in (pair for one in reports for pair in one.cleaned.items()):
        text = texts.cleaned.format(title=titles.get(id, id), count=sum(removal.count for removal in removals))
        items = "".join(
            f"<li><b>{escape(texts.removal(one.kind))} ×{one.count}</b> {escape(one.sample)}</li>" for one in removals
        )
        cleaned.append(f"<details><summary>{escape(text)}</summary><ul>{items}</ul></details>")
    return f'<div class="report">{read}{skipped}{"".join(cleaned)}</div>'


def removed(article: Article, source: str, texts: Texts) -> str:
    """That an article is gone, with a way back; `source` is its file elsewhere, or ""."""
    back = texts.deleted_source.format(file=source) if source else ""
    return done(
        f"{texts.deleted.format(title=article.title)} {back}".strip(), button(texts.undo, "undo", css="plain-button")
    )


def timeline(events: Sequence[Event], texts: Texts) -> str:
    """Events under their years; each opens its article at the sentence."""
    if not events:
        return f'<p class="hint">{escape(texts.timeline_empty)}</p>'
    years = "".join(
        f'<section class="year"><h3>{escape(year)}</h3><ol>{"".join(map(_event, group))}</ol></section>'
        for year, group in groupby(events, key=lambda event: event.date[:4])
    )
    return f'<p class="hint">{escape(texts.timeline_hint)}</p><div class="timeline">{years}</div>'


def _event(event: Event) -> str:
    article = event.article
    place = attributes(data_event="select", data_article=article.id, data_start=event.start, data_end=event.end)
    source = " · ".join(part for part in (article.title, article.publisher) if part)
    day = f"<time{attributes(datetime=event.date)}>{escape(event.date[5:])}</time>"
    return (
        f'<li><button type="button" class="event"{place}>{day}'
        f"<span{attributes(lang=article.language)}>{escape(event.text)}<small>{escape(source)}</small></span>"
        "</button></li>"
    )
