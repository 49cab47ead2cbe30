"""What readers think of answers, kept beside the library as JSON Lines, and read again as a question set."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Literal

from eval.cases import Case, json_lines, language_of
from eval.facts import facts_met
from ingest.errors import CasesError, WriteError
from rag.answer import Answer

Rating = Literal["", "up", "down"]
_FILE = "feedback.jsonl"
_REMARK = 1000  # characters of a remark that are kept
_BETWEEN = re.compile(r"[;；\n]+")
_DIGITS = r"\d+(?:[.,]\d+)*"
_FACT = re.compile(  # what an answer must go on saying: titles, and figures with their scale: 2亿4千万, 3万5000, $3.5 million
    rf"《[^》]+》|(?:百分之)?{_DIGITS}(?: ?[十百千万萬亿億]+(?:{_DIGITS}[十百千万萬亿億]*)*)?"
    r"(?:[%％]| ?(?:thousand|million|billion|trillion|percent|per cent)\b)?"
)
_NOT_TOLD = re.compile(  # of the answer's own making: the mark of a citation, and whose words a line holds
    r"\[\d+\]|^《[^》\n]*》(?:（[\d-]+）)?：", re.MULTILINE
)


def keep(
    folder: Path, answer: Answer, history: Sequence[str], rating: Rating, remark: str = "", among: Sequence[str] = ()
) -> None:
    """Append a rating of an answer to the library's feedback; a later one of the same answer takes its place.

    `history` holds the questions asked before it, `among` the ids of the only articles that were asked. A folder that
    can't be written is a LibraryError.
    """
    record = {
        "id": _id(answer, history),
        "at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "rating": rating,
        "remark": remark.strip()[:_REMARK],
        "question": answer.question,
        "history": list(history),
        "among": list(among),
        "lang": answer.language,
        "refused": answer.refused,
        "answer": answer.answer,
        "articles": list(dict.fromkeys(citation.article for citation in answer.citations)),
    }
    try:
        with (folder / _FILE).open("a", encoding="utf-8") as file:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    except OSError as error:
        raise WriteError(folder, error) from error


def _id(answer: Answer, history: Sequence[str]) -> str:
    said = json.dumps([*history, answer.question, answer.answer], ensure_ascii=False)
    return "feedback-" + hashlib.sha256(said.encode()).hexdigest()[:12]


def load_feedback(folder: Path) -> list[Case]:
    """The library's feedback as cases; a CasesError says where there is none that can be one.

    A good answer must go on citing its articles and stating its figures and titles; a good refusal must stay one. A
    poor refusal must become an answer, and a poor answer must hold what the remark names; without a remark it
    says nothing about what is right, and is left out.
    """
    path = folder / _FILE
    latest = {str(record["id"]): record for _, record in json_lines(path) if "id" in record} if path.exists() else {}
    cases = [case for record in latest.values() for case in _cases(record)]
    if not cases:
        raise CasesError(
            "The library at {folder} holds no feedback to evaluate; rate answers on the page, and say of poor ones "
            "what they should have said.",
            folder=folder,
        )
    return cases


def _cases(record: dict[str, Any]) -> Iterator[Case]:
    good, remark, question = record.get("rating") == "up", str(record.get("remark") or ""), record.get("question")
    if not question or not record.get("rating") or not (good or remark or record.get("refused")):
        return
    refused, question = bool(record.get("refused")), str(question)
    wanted = _told(str(record.get("answer", "")), question) if good else _BETWEEN.split(remark)
    history = tuple(map(str, record.get("history") or ()))
    facts = tuple((fact.strip(),) for fact in dict.fromkeys(wanted) if fact.strip())
    yield Case(
        id=str(record["id"]),
        question=question,
        lang=str(record.get("lang") or language_of(question)),
        type="unanswerable" if good and refused else "followup" if history else "fact",
        history=history,
        articles=tuple(map(str, record.get("articles") or ())) if good else (),
        facts=() if good and refused else facts,
        why=remark if good else f"rated poor: {record.get('answer', '')}",
        among=tuple(map(str, record.get("among") or ())),
    )


def _told(answer: str, question: str) -> list[str]:
    """What a good answer states beyond the question; a piece that the same answer wouldn't meet is none of its facts."""
    stated = [fact for fact in _FACT.findall(_NOT_TOLD.sub("", answer)) if fact not in question]
    return [fact for fact, met in zip(stated, facts_met([(fact,) for fact in stated], answer), strict=True) if met]
