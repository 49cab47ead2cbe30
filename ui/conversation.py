"""A conversation as JSON, which the visitor's browser keeps over a reload, and back again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rag.answer import Answer, Citation, Nearest, Sentence
from ui.render import chat as render
from ui.render.chat import Exchange
from ui.texts import CHINESE

MOST = 40  # exchanges that are kept, the newest


def to_json(exchanges: Sequence[Exchange]) -> str:
    """The newest exchanges that are no longer being answered."""
    return json.dumps([asdict(item) for item in exchanges if item.state != "asking"][-MOST:], ensure_ascii=False)


def from_json(kept: str) -> list[Exchange]:
    """The exchanges that were kept. What isn't one, as another version may have left it, is forgotten."""
    found = []
    for record in _records(kept):
        try:
            item = _exchange(record)
            render.exchange(item, 1, CHINESE)  # whatever can't be shown is no exchange either
        except (TypeError, KeyError, ValueError, AttributeError):
            continue
        found.append(item)
    return found


def _records(kept: str) -> list[Any]:
    try:
        records = json.loads(kept)
    except ValueError:
        return []
    return records if isinstance(records, list) else []


def _exchange(record: dict[str, Any]) -> Exchange:
    answer = record["answer"]
    lists = {"follow_ups": tuple(record["follow_ups"]), "chosen": tuple(record.get("chosen", ()))}
    return Exchange(**{**record, **lists, "answer": answer and _answer(answer)})


def _answer(record: dict[str, Any]) -> Answer:
    sentences = tuple(Sentence(s["text"], tuple(s["citations"]), s["support"]) for s in record["sentences"])
    citations = tuple(Citation(**citation) for citation in record["citations"])
    return Answer(
        **{
            **record,
            "sentences": sentences,
            "citations": citations,
            "nearest": tuple(Nearest(**n) for n in record["nearest"]),
        }
    )
