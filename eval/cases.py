"""Question sets: JSON Lines, one case a line, plain or gzip."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from ingest.errors import CasesError
from ingest.text import is_text, language

Type = Literal["fact", "multi", "followup", "unanswerable", "false-premise"]
TYPES: tuple[Type, ...] = ("fact", "multi", "followup", "unanswerable", "false-premise")
REJECTION = "negative rejection"  # a perturbation: the question's article is taken away


@dataclass(frozen=True)
class Case:
    """One question, and what a right answer to it holds."""

    id: str
    question: str
    lang: str  # of the question: "zh", "zh-Hant", "en", …; left out in a file, the question tells it
    type: str  # one of TYPES in a question set; a perturbation has its own name
    history: tuple[str, ...] = ()  # the user's earlier questions in the conversation
    articles: tuple[str, ...] = ()  # ids of the articles that answer it
    facts: tuple[tuple[str, ...], ...] = ()  # every one must be met, by any of its alternatives
    why: str = ""  # the reason the case is there
    among: tuple[str, ...] = ()  # ids of the only articles that are asked; () means the whole library

    @property
    def refusal(self) -> Literal["right", "wrong", "allowed"]:
        """What refusing is: right where nothing answers; allowed, but no answer, where the premise is false."""
        if self.type in ("unanswerable", REJECTION) or (self.type == "false-premise" and not self.facts):
            return "right"
        return "allowed" if self.type == "false-premise" else "wrong"


def load_cases(path: Path | None = None) -> list[Case]:
    """The cases of a file, or of the bundled set; a CasesError names the file and line of what is malformed."""
    path = Path(str(files("eval") / "questions" / "film.jsonl")) if path is None else path
    cases: dict[str, Case] = {}
    for number, record in json_lines(path):
        case = _case(record, f"Line {number} of {path}")
        if case.id in cases:
            raise CasesError(f"Line {number} of {path} repeats the id {case.id!r}; give each question its own.")
        cases[case.id] = case
    if not cases:
        raise CasesError(f"{path} holds no questions; write one JSON object a line.")
    return list(cases.values())


def json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line number and object of each line of a JSON Lines file that isn't blank."""
    for number, line in read_lines(path):
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            reason = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
            raise CasesError(f"Line {number} of {path} isn't JSON ({reason}); write one object a line.") from error
        if not isinstance(record, dict):
            raise CasesError(f"Line {number} of {path} is no JSON object; write one object a line.")
        yield number, record


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """The numbered lines of a UTF-8 file, gzip or plain (told by its bytes, not its name), without blank ones."""
    try:
        with open(path, "rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        with gzip.open(path, "rb") if packed else open(path, "rb") as file:
            for number, line in enumerate(file, 1):
                text = line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
                if text.strip():
                    yield number, text
    except UnicodeDecodeError as error:
        raise CasesError(f"{path} isn't UTF-8 text; save it as UTF-8 and try again.") from error
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CasesError(f"{path} can't be read ({reason}); check the file's name and try again.") from error


def _case(record: dict[str, Any], where: str) -> Case:
    for key in ("id", "question", "type"):
        if not isinstance(record.get(key, ""), str):
            raise CasesError(f"{where} has no text as {key!r}; write it in quotation marks.")
        if not record.get(key, "").strip():
            raise CasesError(f"{where} lacks {key!r}; it must be a text that isn't blank.")
    _check_keys(record, where)
    if record["type"] not in TYPES:
        raise CasesError(f"{where} has the unknown type {record['type']!r}; it must be one of {', '.join(TYPES)}.")
    for key in ("lang", "why"):
        if not isinstance(record.get(key, ""), str):
            raise CasesError(f"{where} has no text as {key!r}; write it in quotation marks.")
    if not is_text(record["id"], record["question"]):
        raise CasesError(f"{where} holds half a character (a lone surrogate); write the whole one.")
    facts = record.get("facts", [])
    if not isinstance(facts, list) or not all(_is_texts(fact) and fact for fact in facts):
        raise CasesError(
            f'{where} has malformed "facts"; it must be a list of lists of alternatives, each a text, as in '
            '[["35000元", "¥35,000"], ["九位导演"]].'
        )
    return Case(
        id=record["id"],
        question=record["question"],
        lang=record.get("lang", "") or language_of(record["question"]),
        type=record["type"],
        history=_texts(record, "history", where),
        articles=_texts(record, "articles", where),
        facts=tuple(tuple(fact) for fact in facts),
        why=record.get("why", ""),
    )


_OPTIONAL = ("lang", "history", "articles", "facts", "why")
_ALIKE = 0.8  # fact and facts are, and article and articles; title and type are not


def _check_keys(record: dict[str, Any], where: str) -> None:
    """Keys of other programs are passed over, but not what is meant for one of ours: its question would ask for less."""
    for key in sorted(record.keys() - {*_OPTIONAL, "id", "question", "type"}):
        meant = get_close_matches(key.lower(), [known for known in _OPTIONAL if known not in record], 1, _ALIKE)
        if meant:
            raise CasesError(
                f"{where} has the unknown key {key!r}; write {meant[0]!r}, or give it a name less like that."
            )


def language_of(question: str) -> str:
    """The language of a question as cases name it."""
    return language(question).replace("zh-Hans", "zh")


def _texts(record: dict[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = record.get(key, [])
    if not _is_texts(value):
        raise CasesError(f'{where} has a malformed "{key}"; it must be a list of texts.')
    return tuple(value)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value)
