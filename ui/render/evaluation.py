"""The evaluation room: a run's table, charts, and each question with what was wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from eval.compare import Change, Comparison, compare
from eval.history import Report
from eval.plots import Bar, bars
from ingest.split import sentences
from ui.render.parts import attributes, button, choice, spoken, tabs
from ui.texts import Texts

_METRICS = ("cases", "passed", "facts", "article_first", "exact", "false_answers", "false_refusals", "p50_ms")
_LESS_IS_BETTER = ("false_answers", "false_refusals")
_RATES = ("facts", "article_first", "exact", "false_answers", "false_refusals")
_CAUSES = {"not retrieved": "cause_not_retrieved", "not ranked": "cause_not_ranked", "not chosen": "cause_not_chosen"}


def head(chosen: str, busy: bool, editable: bool, texts: Texts) -> str:
    """The room's title, the choice of a question set, and what starts and stops a run."""
    sets = (("bundled", texts.set_bundled), ("feedback", texts.set_feedback))
    start = f'<button type="submit" class="strong-button">{escape(texts.run_set)}</button>'
    act = button(texts.stop_run, "stop", css="plain-button") if busy else start
    form = (
        f'<form class="run" data-event="submit">{choice("set", texts.question_set, sets, chosen)}{act}</form>'
        if editable
        else f'<p class="locked">{escape(texts.locked)}</p>'
    )
    return (
        f'<header class="sheet-head"><h2>{escape(texts.evaluation_title)}</h2></header>'
        f'<p class="hint">{escape(texts.evaluation_hint)}</p>{form}'
    )


def results(latest: Report | None, previous: Report | None, show: str, texts: Texts) -> str:
    """The latest run beside the one before it; `show` is which questions: "missed", "changed" or "all"."""
    if latest is None:
        return f'<p class="hint">{escape(texts.no_run)}</p>'
    comparison = compare(previous, latest) if previous else None
    moved = _moved(comparison.better, texts) | _moved(comparison.worse, texts) if comparison else {}
    about = latest["about"]
    model = about.get("model") or texts.excerpts
    ran = texts.filled(texts.run_of, date=about.get("date", ""), count=latest["metrics"]["cases"], model=model)
    compared = _compared(comparison, texts) if comparison else ""
    return (
        f'<p class="ran">{escape(ran)}{compared}</p>{_notes(latest, texts)}{_table(latest, previous, texts)}{_charts(latest, texts)}'
        f"{_questions(latest, moved, show, texts)}"
    )


def _notes(report: Report, texts: Texts) -> str:
    """What the figures don't show: articles that aren't there, and a language model that failed."""
    about = report["about"]
    absent = texts.between.join(about.get("absent_articles", ()))
    told = [texts.absent_articles.format(articles=absent)] if absent else []
    if about.get("fallbacks"):
        told.append(texts.filled(texts.fallbacks, count=about["fallbacks"]))
    return "".join(f'<p class="hint">{escape(line)}</p>' for line in told)


def _compared(comparison: Comparison, texts: Texts) -> str:
    told = [texts.better.format(count=len(comparison.better))] if comparison.better else []
    told += [texts.worse.format(count=len(comparison.worse))] if comparison.worse else []
    since = texts.compared.format(date=comparison.before["about"].get("date", ""))
    return f" <b>{escape(since)} {escape(' · '.join(told) or texts.no_change)}</b>"


def _moved(changes: Sequence[Change], texts: Texts) -> dict[str, str]:
    """Id → what was otherwise the last time, of the questions that got better, or of those that got worse."""
    return {change.now["id"]: _then(change, texts) for change in changes}


def _then(change: Change, texts: Texts) -> str:
    then, now = change.before["scores"], change.now["scores"]
    if then["passed"] != now["passed"]:
        return texts.passed_before if then["passed"] else texts.missed_before
    return texts.more_before if sum(then["facts"]) > sum(now["facts"]) else texts.fewer_before


def type_name(type: str, texts: Texts) -> str:
    """A type of question in the page's language, or its own name where that has none."""
    return getattr(texts, f"type_{type.replace('-', '_')}", type)


def _table(latest: Report, previous: Report | None, texts: Texts) -> str:
    """A row for all questions and one a type; the arrow says how a rate has changed since the run before."""
    headings = "".join(f'<th scope="col">{escape(getattr(texts, f"metric_{name}"))}</th>' for name in _METRICS)
    before = _groups(previous, texts) if previous else {}
    rows = ""
    for name, group in _groups(latest, texts).items():
        cells = "".join(_cell(metric, group, before.get(name, {})) for metric in _METRICS)
        rows += f'<tr><th scope="row">{escape(name)}</th>{cells}</tr>'
    return (
        f'<div class="wide" tabindex="0"><table class="rates"><thead><tr><th scope="col">{escape(texts.group)}</th>'
        f"{headings}</tr></thead><tbody>{rows}</tbody></table></div>"
        f'<p class="hint">{escape(texts.rates_note)}</p>'
    )


def _groups(report: Report, texts: Texts) -> dict[str, dict[str, Any]]:
    types = {type_name(type, texts): group for type, group in report["metrics"]["types"].items()}
    return {texts.group_all: report["metrics"], **types}


def _cell(name: str, group: dict[str, Any], before: dict[str, Any]) -> str:
    value = group.get(name)
    if value is None:
        return "<td>–</td>"
    if not isinstance(value, dict):
        return f"<td>{round(value)}</td>"
    error = f" <small>± {100 * value['error']:.1f}</small>" if value.get("error") else ""
    then = before.get(name)
    step = value["mean"] - then["mean"] if isinstance(then, dict) else 0.0
    css = "moved worse" if (step < 0) != (name in _LESS_IS_BETTER) else "moved"
    arrow = f' <small class="{css}">{"▲" if step > 0 else "▼"} {100 * abs(step):.1f}</small>'
    moved = arrow if abs(step) >= 0.0005 else ""
    return f"<td>{100 * value['mean']:.1f}{error}{moved}</td>"


def _charts(report: Report, texts: Texts) -> str:
    metrics = report["metrics"]
    types = {name: group.get("passed") for name, group in _groups(report, texts).items()}
    rates = {getattr(texts, f"metric_{name}"): metrics.get(name) for name in _RATES}
    drawn = "".join(
        f"<figure><figcaption>{escape(told)}</figcaption>{bars(rows, told)}</figure>"
        for told, rows in ((texts.chart_passed, _bars(types)), (texts.chart_rates, _bars(rates)))
        if rows
    )
    return f'<div class="charts">{drawn}</div>'


def _bars(rates: dict[str, dict[str, Any] | None]) -> list[Bar]:
    return [_bar(name, rate) for name, rate in rates.items() if rate]


def _bar(name: str, rate: dict[str, Any]) -> Bar:
    low, high = rate["interval"]
    return Bar(name, rate["mean"], low, high, rate["count"])


def _questions(report: Report, moved: Mapping[str, str], show: str, texts: Texts) -> str:
    shown: dict[str, list[dict[str, Any]]] = {
        "missed": [result for result in report["results"] if not result["scores"]["passed"]],
        "changed": [result for result in report["results"] if result["id"] in moved],
        "all": report["results"],
    }
    options = [(key, getattr(texts, f"show_{key}").format(count=len(some))) for key, some in shown.items()]
    items = "".join(
        _question(result, moved.get(result["id"], ""), texts) for result in shown.get(show, shown["missed"])
    )
    return (
        f'<div class="views"><div role="group" aria-label="{escape(texts.question_set)}">'
        f'{tabs(options, show, "select", "show")}</div></div><div class="questions">{items}</div>'
    )


def _question(result: dict[str, Any], moved: str, texts: Texts) -> str:
    passed = result["scores"]["passed"]
    css, sign, label = ("passed", "✓", texts.passed) if passed else ("missed", "✗", texts.missed)
    mark = attributes(class_="mark", title=label, aria_label=label, role="img")
    about = " · ".join(part for part in (type_name(result["type"], texts), moved) if part)
    return (
        f'<details class="asked {css}"><summary><span{mark}>{sign}</span>'
        f"{spoken(result['question'], 'text')}<small>{escape(about)}</small></summary>"
        f"<dl>{''.join(_told(result, texts))}</dl></details>"
    )


def _told(result: dict[str, Any], texts: Texts) -> Iterable[str]:
    """What was asked, answered, expected and wrong, as terms and descriptions."""
    expected = result.get("expected", {})
    cited = dict.fromkeys(citation["title"] or citation["article"] for citation in result.get("citations", ()))
    wrong = texts.between_clauses.join(faults(result, texts))
    refused = f"{escape(texts.refused)} · " if result.get("refused") else ""
    facts = "".join(
        spoken(fact[0], f"fact {'met' if met else 'unmet'}")
        for fact, met in zip(expected.get("facts", ()), result["scores"].get("facts", ()), strict=False)
    )
    if expected.get("refusal") == "right":
        facts = escape(texts.expected_refusal)
    for term, description in (
        (texts.asked_before, " / ".join(map(spoken, expected.get("history", ())))),
        (texts.given, f"{refused}{_answer(result.get('answer', ''))}"),
        (texts.cited, " · ".join(map(spoken, cited))),
        (texts.expected, facts),
        (texts.expected_articles, escape(" · ".join(expected.get("articles", ())))),
        (texts.missing, wrong),
    ):
        if description:
            yield f"<dt>{escape(term)}</dt><dd>{description}</dd>"


def _answer(text: str) -> str:
    """An answer with each sentence in its own language: what an article says needn't be in the question's."""
    told, at = "", 0
    for start, end in sentences(text):
        told += text[at:start] + spoken(text[start:end])  # between sentences lies white space alone
        at = end
    return told


def faults(result: dict[str, Any], texts: Texts) -> list[str]:
    """Why a question was missed, as markup, in the page's language; whatever else the run's reason says stays as is."""
    scores, expected = result["scores"], result.get("expected", {})
    if scores["passed"]:
        return []
    if scores.get("refusal") is False:
        return [escape(texts.wrong_refusal if result.get("refused") else texts.wrong_answer)]
    found = []
    pairs = zip(expected.get("facts", ()), scores.get("facts", ()), strict=False)
    missing = [fact[0] for fact, met in pairs if not met]
    if missing:
        found.append(escape(texts.wrong_facts).format(facts=texts.between.join(map(spoken, missing))))
        cause = _CAUSES.get(scores.get("cause", ""))
        found += [escape(getattr(texts, cause))] if cause else []
    if scores.get("article_first") is False and result.get("citations"):
        found.append(escape(texts.wrong_article).format(article=spoken(result["citations"][0]["title"])))
    return found or [escape(str(scores.get("reason", "")))]
