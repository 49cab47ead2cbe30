"""Any question set in SQuAD's JSON (SQuAD 1 and 2, CMRC 2018, DRCD, MLQA, XQuAD …) as articles and cases."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from eval.cases import Case, language_of
from ingest.article import Article
from ingest.errors import CasesError
from ingest.text import is_text, language


def load_squad(path: Path, limit: int | None = None) -> tuple[list[Article], list[Case]]:
    """Every context as an article, and the questions, at most `limit`: one fact each, any of the gold answers.

    A question marked impossible (SQuAD 2) must be refused. Nothing says that no other context answers it, though.
    """
    articles: dict[str, Article] = {}  # by text, for contexts may be repeated
    cases: dict[str, Case] = {}
    try:
        for title, paragraph in _paragraphs(_read(path)):
            context = paragraph["context"]
            article = articles.setdefault(context, _article(len(articles), title, context))
            for question in paragraph["qas"]:
                _add(cases, _case(question, article.id), path)
    except (KeyError, TypeError, AttributeError) as error:
        raise CasesError(
            f"{path} isn't in SQuAD's form (at {error}); it must hold data → paragraphs → context and qas, each with a "
            "question, an id and answers."
        ) from error
    if not cases:
        raise CasesError(f"{path} holds no questions.")
    return list(articles.values()), list(cases.values())[:limit]


def _add(cases: dict[str, Case], case: Case, path: Path) -> None:
    """Sets repeat a question with its id, where its context is repeated; another question with the id would be lost."""
    if cases.setdefault(case.id, case).question != case.question:
        raise CasesError(f"{path} has two questions with the id {case.id!r}; give each its own.")
    if not is_text(case.id, case.question):
        raise CasesError(f"{path} has half a character in a question (a lone surrogate); write the whole one.")


def _read(path: Path) -> dict[str, Any]:
    try:
        data = path.read_bytes()
        return json.loads(gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CasesError(f"{path} can't be read ({reason}); check the file's name and try again.") from error
    except (ValueError, RecursionError) as error:
        raise CasesError(f"{path} isn't JSON; a set in SQuAD's form is one JSON object.") from error


def _paragraphs(loaded: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for document in loaded["data"]:
        for paragraph in document["paragraphs"]:
            yield str(document.get("title") or ""), paragraph


def _article(number: int, title: str, context: str) -> Article:
    return Article(f"context-{number}", context, title.replace("_", " "), language=language(context))


def _case(question: dict[str, Any], article: str) -> Case:
    asked = question["question"]
    lang = language_of(asked)
    golds = tuple(dict.fromkeys(text for answer in question["answers"] if (text := answer["text"].strip())))
    if question.get("is_impossible") or not golds:
        return Case(str(question["id"]), asked, lang, "unanswerable")
    return Case(str(question["id"]), asked, lang, "fact", articles=(article,), facts=(golds,))
