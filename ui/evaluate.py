"""`changji eval` and its own commands: run a question set, compare two runs, draft questions."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ingest.settings import library_folder
from ui.files import named, new_file, report_file, unused_file, write
from ui.options import add_command, open_assistant, positive

if TYPE_CHECKING:
    from eval.cases import Case
    from eval.compare import Limit
    from ingest.library import Library
    from rag.assistant import Assistant
    from rag.generate import Generator


def add_parser(commands: Any, answering: argparse.ArgumentParser) -> None:
    """Add `eval` to the command line's commands; `answering` holds the options of whatever answers questions."""
    told, examples = "run a question set, or a BEIR folder", ("", "my.jsonl --report report.html", "--over articles/")
    parser = add_command(commands, "eval", told, *examples, parents=[answering])
    parser.add_argument("file", nargs="?", type=named, help="JSON Lines (default: the bundled set)")
    parser.add_argument("--from-feedback", action="store_true", help="run what readers rated on the page instead")
    parser.add_argument("--out", type=new_file, metavar="JSON", help="write metrics and results there")
    parser.add_argument(
        "--report",
        type=report_file,
        action="append",
        default=[],
        metavar="FILE",
        help="write a report: .html or .md (repeatable)",
    )
    parser.add_argument("--over", type=named, metavar="FOLDER", help="ask a throw-away library of these articles")
    parser.add_argument(
        "--perturb", action="store_true", help="ask among noise, without the article, two at once, with figures changed"
    )
    parser.add_argument("--squad", type=named, metavar="JSON", help="ask a set in SQuAD's form over its own contexts")
    parser.add_argument("--limit", type=positive, metavar="N", help="ask only the first N questions")
    parser.add_argument("--scores-only", action="store_true", help="leave answers and times out of --out")
    parser.add_argument("--beir", type=named, metavar="DIR", help="measure retrieval on a BEIR folder instead")
    parser.add_argument("--distractors", type=named, metavar="JSONL", help="more documents, as noise")
    parser.add_argument("--retriever", choices=("hybrid", "words", "vectors"), help="of --beir (default: hybrid)")
    parser.add_argument("--judge", action="store_true", help="have the language model judge answers, too")
    usual = {name: str(parser.get_default(name)) for name in ("top_k", "strictness")}
    parser.set_defaults(run=_evaluate, usual={**usual, "llm": "none"})

    told = "show what got better or worse between two runs"
    compared = add_command(commands, "eval compare", told, "before.json now.json --fail-worse passed=2%")
    compared.add_argument("before", type=named, metavar="BEFORE.json")
    compared.add_argument("now", type=named, metavar="NOW.json")
    for kind, what in _LIMITS:
        compared.add_argument(
            f"--fail-{kind}", type=_limit(kind), action="append", dest="limits", metavar="METRIC=VALUE", default=[],
            help=f"{what}; METRIC as in the JSON, or of a group, as in multi.passed; 0.02 is 2%%",
        )  # fmt: skip
    compared.set_defaults(run=_compare)

    told = "draft questions from a folder of articles, to edit and to ask"
    drafted = add_command(commands, "eval make", told, "articles/ --out my.jsonl")
    drafted.add_argument("folder", type=named, metavar="FOLDER")
    drafted.add_argument("--out", type=unused_file, metavar="JSONL", help="write them there (default: standard output)")
    drafted.add_argument("--per-article", type=positive, default=8, metavar="N", help="at most so many (default: 8)")
    drafted.set_defaults(run=_make)


def joined(arguments: Sequence[str]) -> list[str]:
    """`eval compare …` and `eval make …` are commands of their own, while `eval FILE` asks the questions of a file."""
    if len(arguments) > 1 and arguments[0] == "eval" and arguments[1] in _OWN_COMMANDS:
        return [" ".join(arguments[:2]), *arguments[2:]]
    return list(arguments)


_OWN_COMMANDS = ("compare", "make")
_LIMITS: tuple[tuple[Literal["below", "above", "worse"], str], ...] = (
    ("below", "exit with 1 if it is lower now"),
    ("above", "exit with 1 if it is higher now"),
    ("worse", "exit with 1 if it got worse by more than that"),
)


def _limit(kind: Literal["below", "above", "worse"]) -> Callable[[str], Limit]:
    def parsed(text: str) -> Limit:
        from eval.compare import Limit

        name, _, number = text.partition("=")
        return Limit(kind, name.strip(), _threshold(text, name.strip(), number.strip()))

    return parsed


def _threshold(text: str, name: str, number: str) -> float:
    """A limit's number. One that no run could break, as 2 for 2%, would switch the limit off."""
    from eval.summary import METRICS

    known = METRICS.get(name.rpartition(".")[2])  # of an unknown metric the runs tell which there are
    percent = number.endswith("%")
    try:
        value = float(number.removesuffix("%")) / (100 if percent else 1)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value >= 0):
        raise argparse.ArgumentTypeError(f"{text} must be a metric and a number from 0, as in passed=0.85")
    if known and known.unit in ("%", "") and value > 1:
        raise argparse.ArgumentTypeError(f"{text} is more than the whole; write a share, as in 0.02 or 2%")
    if known and known.unit not in ("%", "") and percent:
        raise argparse.ArgumentTypeError(f"{text} is counted in {known.unit}; write a number without %")
    return value


def _compare(chosen: argparse.Namespace) -> int:
    from eval.compare import compare, failures, load_report, print_comparison

    comparison = compare(load_report(chosen.before), load_report(chosen.now))
    failed = failures(comparison, chosen.limits)
    print_comparison(comparison)
    for failure in failed:
        print(f"changji: {failure}", file=sys.stderr)
    return 1 if failed else 0


def _make(chosen: argparse.Namespace) -> int:
    from dataclasses import asdict

    from eval.draft import draft
    from eval.scratch import scratch_library
    from ingest.errors import CasesError

    with scratch_library() as library:  # for an article to have the id here that it will have in the user's
        _ingest(library, chosen.folder)
        cases = draft(library.articles(), chosen.per_article)
    if not cases:
        raise CasesError(f"No sentence in {chosen.folder} has a name, date or figure to ask for; name another folder.")
    records = ({key: found for key, found in asdict(case).items() if key != "among"} for case in cases)
    lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    if chosen.out:
        write(chosen.out, lines)
        print(f"Wrote {len(cases)} drafts; edit them, then ask them: changji eval {chosen.out}", file=sys.stderr)
    else:
        print(lines, end="")
    return 0


_QUESTIONS = ("file", "from_feedback", "squad", "beir")  # one of them
_ANSWERING = ("llm", "llm_url", "llm_key", "top_k", "strictness")
_WITHOUT = {
    "beir": ("report", "over", "perturb", "judge", "limit", "scores_only", "library", *_ANSWERING),
    "squad": ("over", "library"),
}
_ONLY_WITH = {"distractors": "beir", "retriever": "beir", "scores_only": "out"}


def _check_together(chosen: argparse.Namespace) -> None:
    """An option that would be passed over in silence is a CasesError."""
    from ingest.errors import CasesError

    given = {name for name, value in vars(chosen).items() if value and str(value) != chosen.usual.get(name)}
    apart = [*combinations(_QUESTIONS, 2), *((one, other) for one, others in _WITHOUT.items() for other in others)]
    if not chosen.from_feedback:  # which the library keeps
        apart.append(("over", "library"))
    for one, other in apart:
        if {one, other} <= given:
            raise CasesError(f"{_option(one)} and {_option(other)} don't go together; leave one of them out.")
    for option, needed in _ONLY_WITH.items():
        if option in given and needed not in given:
            raise CasesError(f"{_option(option)} needs {_option(needed)}; give both, or leave it out.")
    _check_files(chosen)
    if chosen.reranker and chosen.retriever in ("words", "vectors"):
        raise CasesError("--reranker reorders what the hybrid retriever finds; leave --retriever out, or --reranker.")


def _check_files(chosen: argparse.Namespace) -> None:
    """A CasesError where one file is to be read and written, or written twice: the questions would be lost."""
    from ingest.errors import CasesError

    taken = {path.resolve() for path in (chosen.file, chosen.squad, chosen.distractors) if path}
    for path in filter(None, (chosen.out, *chosen.report)):
        if path.resolve() in taken:
            raise CasesError(f"{path} is named twice; name another file for the results.")
        if not path.exists() or path.is_file():  # a pipe or a terminal may be written twice
            taken.add(path.resolve())


def _option(name: str) -> str:
    return "A file of questions" if name == "file" else f"--{name.replace('_', '-')}"


def _evaluate(chosen: argparse.Namespace) -> int:
    _check_together(chosen)
    if chosen.beir:
        from eval.beir import evaluate_beir

        result = evaluate_beir(
            chosen.beir,
            chosen.distractors,
            chosen.retriever or "hybrid",
            embedder=chosen.embedder,
            reranker=chosen.reranker,
        )
        print(json.dumps(result, indent=2))
        _write_json(chosen.out, result)
        return 0
    from eval.judge import judge
    from eval.perturb import run_perturbed
    from eval.report import print_report
    from eval.run import run
    from eval.summary import to_json

    with _asked(chosen) as (cases, assistant):
        model = _judge_of(assistant) if chosen.judge else None
        finished = (run_perturbed if chosen.perturb else run)(cases, assistant)
        judged = {"judged": judge(finished, model)} if model else {}
    report = {**to_json(finished), **judged}
    print_report(report)
    _write_json(chosen.out, to_json(finished, answers=False) if chosen.scores_only else report)
    for path in chosen.report:
        _write_report(path, report)
    return 0


def _judge_of(assistant: Assistant) -> Generator:
    """The model that judges: to be told after minutes of asking that there is none would be late."""
    from ingest.errors import LLMError

    if assistant.generator is None:
        raise LLMError("No language model is there to judge; name one with --llm and --llm-url.")
    return assistant.generator


@contextmanager
def _asked(chosen: argparse.Namespace) -> Iterator[tuple[list[Case], Assistant]]:
    """The questions, and the assistant over the user's library, or over a throw-away one of what is named."""
    from eval.scratch import scratch_library
    from ingest.build import add_articles

    if not (chosen.squad or chosen.over):
        yield _cases(chosen), open_assistant(chosen)
        return
    with scratch_library(chosen.embedder) as library:
        if chosen.squad:
            from eval.squad import load_squad

            articles, cases = load_squad(chosen.squad, chosen.limit)
            add_articles(library, articles)
        else:
            cases = _cases(chosen)
            _ingest(library, chosen.over)
        yield cases, open_assistant(argparse.Namespace(**{**vars(chosen), "library": library.place}))


def _ingest(library: Library, folder: Path) -> None:
    """Bring a folder's articles into a throw-away library; what is passed over is told, for answers may miss it."""
    from ingest.build import ingest
    from ingest.errors import CasesError

    for path, reason in ingest(library, folder).skipped:
        print(f"  skipped {path}: {reason}", file=sys.stderr)
    if not library.passage_counts():
        raise CasesError(f"No article in {folder} could be read; name another folder.")


def _cases(chosen: argparse.Namespace) -> list[Case]:
    from eval.cases import load_cases
    from eval.feedback import load_feedback

    cases = load_feedback(library_folder(chosen.library)) if chosen.from_feedback else load_cases(chosen.file)
    return cases[: chosen.limit]


def _write_report(path: Path, report: dict[str, Any]) -> None:
    if path.suffix.lower() == ".md":
        from eval.report import markdown as written
    else:
        from eval.html import html as written
    write(path, written(report))


def _write_json(path: Path | None, result: dict[str, Any]) -> None:
    if path:
        write(path, json.dumps(result, ensure_ascii=False, indent=1) + "\n")
