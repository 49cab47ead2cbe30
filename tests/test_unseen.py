"""The question set on made-up articles, on which nothing is tuned: what it asks stands in its articles."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from eval.cases import Case, load_cases
from eval.facts import facts_met
from ingest.article import Article
from ingest.build import ingest
from ingest.library import Library

UNSEEN = Path(__file__).parent.parent / "eval" / "unseen"
CASES = load_cases(UNSEEN / "questions.jsonl")


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Article]:
    library = Library.create(tmp_path_factory.mktemp("unseen"))
    report = ingest(library, UNSEEN / "articles")
    assert not report.skipped
    found = {article.id: article for article in library.articles()}
    library.close()
    return found


def test_every_kind_of_question_is_asked_and_every_article_is_asked_about(articles: dict[str, Article]) -> None:
    types, languages = Counter(case.type for case in CASES), Counter(case.lang for case in CASES)
    assert types["fact"] >= 90 and types["unanswerable"] >= 25 and types["followup"] >= 8
    assert languages["en"] >= 25 and languages["zh-Hant"] >= 15
    assert {name for case in CASES for name in case.articles} == set(articles)
    assert len({case.question for case in CASES}) == len({case.id for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_what_is_asked_stands_in_its_articles(case: Case, articles: dict[str, Article]) -> None:
    assert bool(case.facts) == bool(case.articles) == (case.type != "unanswerable")
    assert all(facts_met(case.facts, "\n".join(articles[name].text for name in case.articles)))
