"""What the command line prints."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from ingest.article import Article, counted
from ingest.build import Progress, Report
from ingest.errors import ChangjiError, QuestionError
from ingest.text import in_title_marks
from rag.answer import Answer, Citation, Nearest
from ui.texts import TEXTS

if TYPE_CHECKING:
    from ingest.library import Library
    from rag.assistant import Assistant, Turn

_OUT = Console(highlight=False, soft_wrap=True)
_LEAVING = "Ask; an empty line ends. · 请提问；空行结束。"  # before any question tells the language
_FEW = 5  # files passed over for the same reason that are named
_SHOWN = 160  # characters of a passage that is no evidence
_ENDLESS = 1_000_000  # characters in a line
_COLUMNS = ("id", "title", "publisher", "date", "language", "passages")


@contextmanager
def progress(title: str) -> Iterator[Progress]:
    """A progress bar on standard error, which disappears when done."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(escape(title), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def print_report(report: Report, library: Library, details: bool) -> None:
    """One line that sums an ingest up, then what was passed over and what was cleaned."""
    counts = [
        f"{len(ids)} {what}"
        for what, ids in (("added", report.added), ("changed", report.changed), ("unchanged", report.unchanged),
                          ("removed", report.removed), ("skipped", report.skipped))
        if ids
    ]  # fmt: skip
    held = library.passage_counts()
    _OUT.print(f"{', '.join(counts) or 'nothing to do'}; the library at {library.place} holds "
               f"{counted(len(held), 'article')} in {counted(sum(held.values()), 'passage')}.", markup=False)  # fmt: skip
    _print_skipped(report, details)
    if details:
        _print_removals(report)
    elif report.cleaned:
        count = sum(removal.count for removals in report.cleaned.values() for removal in removals)
        _OUT.print(f"  cleaned {counted(len(report.cleaned), 'article')}: {count} repairs and removals "
                   "(--details shows them)", markup=False)  # fmt: skip


def _print_skipped(report: Report, details: bool) -> None:
    """A line for each file; one alone where it would be the same of many, unless each is to be named."""
    alike = Counter(str(reason) for _, reason in report.skipped)
    many = {} if details else {reason: count for reason, count in alike.items() if count > _FEW}
    for path, reason in report.skipped:
        if str(reason) not in many:
            _OUT.print(f"  skipped {path}: {reason}", markup=False)
    for told, count in many.items():
        _OUT.print(f"  skipped {count} files: {told} (--details names them)", markup=False)


def _print_removals(report: Report) -> None:
    """What cleaning took from each article, and repaired in it."""
    for id, removals in report.cleaned.items():
        kinds = ", ".join(f"{removal.kind} ×{removal.count}" for removal in removals)
        _OUT.print(f"  cleaned {id}: {kinds}", markup=False)
        for removal in removals:
            _OUT.print(f"    {removal.kind}: {removal.sample}", markup=False)


def print_answer(answer: Answer) -> None:
    """The answer, then its sources; or the refusal, then the nearest passages."""
    if answer.notice:
        _OUT.print(f"[yellow]{escape(answer.notice)}[/]")
    if answer.rewritten:
        _OUT.print(f"[dim]→ {escape(answer.rewritten)}[/]")
    _OUT.print(f"[yellow]{escape(answer.answer)}[/]" if answer.refused else escape(answer.answer))
    texts = TEXTS[answer.language if answer.language in TEXTS else "en"]
    for sentence in answer.sentences:
        if sentence.support != "supported":
            told = texts.partial if sentence.support == "partial" else texts.unsupported
            _OUT.print(f"[yellow]  {told}: {escape(sentence.text)}[/]")
    _OUT.print()
    for citation in answer.citations:
        _OUT.print(f"[bold]\\[{citation.number}][/] {escape(_source(citation))}")
        _OUT.print(f"    [dim]“{escape(' '.join(citation.quote.split()))}”[/]")
    for nearest in answer.nearest:
        _OUT.print(f"[bold]≈[/] {escape(_source(nearest))} [dim]({texts.not_evidence})[/]")
        _OUT.print(f"    [dim]{escape(_shortened(' '.join(nearest.text.split())))}[/]")


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _source(source: Citation | Nearest) -> str:
    parts = (in_title_marks(source.title), source.publisher, source.date, source.url, f"[{source.article}]")
    return " · ".join(part for part in parts if part)


def print_articles(articles: Sequence[Article], counts: Mapping[str, int]) -> None:
    """A table of the library: ids and dates in one piece, whatever else is long in several lines, and nothing cut off."""
    table = Table(*_columns(articles))
    for a in articles:
        row = (a.id, a.title, a.publisher, a.date, a.language, str(counts.get(a.id, 0)))
        table.add_row(*map(escape, row))
    console = Console()
    if not console.is_terminal:
        console.width = _ENDLESS
    console.print(table, crop=False)


def _columns(articles: Sequence[Article]) -> list[Column]:
    whole = {name: [getattr(a, name) for a in articles] for name in ("id", "date")}
    least = {name: max(map(cell_len, (name, *whole.get(name, ())))) for name in _COLUMNS}
    return [Column(name, overflow="fold", min_width=width) for name, width in least.items()]


def answered(assistant: Assistant, question: str, history: Sequence[Turn], articles: Sequence[str] | None) -> Answer:
    """The answer; a terminal shows meanwhile that a language model is asked, which can take its time."""
    model = assistant.generator
    with progress(f"asking {model.name}") if model is not None else nullcontext():
        return assistant.ask(question, history, articles)


def ask_again_and_again(
    assistant: Assistant, history: list[Turn], articles: Sequence[str] | None, as_json: bool = False
) -> None:
    """A prompt loop that remembers the conversation; end of input leaves it, and in a terminal an empty line.

    `as_json` prints a line of JSON for each question: the answer, or why there is none. What a pipe holds is then no
    conversation: each of its questions is asked after `history` alone, so that no answer depends on its place.
    """
    from rag.conversation import KEPT_TURNS, Turn

    typed = sys.stdin.isatty()
    if typed and not as_json:
        print(_LEAVING, file=sys.stderr)
    for question in _questions("? " if typed and not as_json else "", typed):
        try:
            answer = answered(assistant, question, history, articles)
        except ChangjiError as error:
            _print_error(question, error, as_json)
            continue
        if as_json:
            print(json.dumps(answer.to_dict(), ensure_ascii=False), flush=True)
        else:
            print_answer(answer)
        if typed or not as_json:
            history[:] = [*history, Turn(question, answer.answer)][-KEPT_TURNS:]


def _questions(prompt: str, typed: bool) -> Iterator[str]:
    while (question := _read(prompt)) is not None:
        if question:
            yield question
        elif typed:
            return


def _read(prompt: str) -> str | None:
    """A line, without a byte order mark; None at the end of input."""
    try:
        line = input(prompt)
        line.encode()  # in some locales what is no text isn't told of before
    except EOFError:
        return None
    except UnicodeError as error:
        raise QuestionError("The questions aren't UTF-8 text; save them as UTF-8 and try again.") from error
    return line.removeprefix("\ufeff").strip()


def _print_error(question: str, error: ChangjiError, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"question": question, "error": str(error)}, ensure_ascii=False), flush=True)
    else:
        _OUT.print(str(error), markup=False)
