"""The digests are the project's own words and carry what the questions about them ask for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path

import pytest
import yaml

from eval.cases import Case, load_cases
from eval.facts import facts_met
from ingest.text import HAN, fold

ROOT = Path(__file__).parent.parent
ORIGINALS = ROOT.parent / "shared" / "seeds"
DIGESTS = {  # the number of the original each digest retells
    "cameron-budget": "000",
    "cameron-stability-ai": "001",
    "ai-cinema-warmth": "002",
    "nine-directors-kling": "003",
    "bbc-solo-creators": "004",
}
KEYS = {"title", "source_title", "publisher", "author", "date", "url", "language", "tags"}
SHARED_RUN = 16  # Han characters in a row that a digest and an original may not have in common
SMALLEST = {"fact": 100, "multi": 12, "followup": 16, "false-premise": 10, "unanswerable": 30}

needs_originals = pytest.mark.skipif(not ORIGINALS.is_dir(), reason="the originals are no part of the repository")
_PINYIN_GLOSS = re.compile(rf"(?<=[{HAN}])\([a-zà-ǜ]+\)")
_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)
_NOT_HAN = re.compile(f"[^{HAN}]")


def parts(name: str) -> tuple[dict[str, object], str]:
    match = _FRONT_MATTER.match((ROOT / "seeds" / f"{name}.md").read_text(encoding="utf-8"))
    assert match, f"{name} has no front matter"
    return yaml.safe_load(match[1]), match[2]


@lru_cache
def original(name: str) -> str:
    (path,) = ORIGINALS.glob(f"{DIGESTS[name]}_*.txt")
    return _PINYIN_GLOSS.sub("", path.read_text(encoding="utf-8"))


def han_runs(text: str) -> set[str]:
    han = _NOT_HAN.sub("", fold(text))
    return {han[i : i + SHARED_RUN] for i in range(len(han) - SHARED_RUN + 1)}


def answerable_facts() -> Iterator[tuple[Case, tuple[str, ...]]]:
    for case in load_cases():
        for fact in case.facts:
            yield case, fact


def test_every_digest_of_the_five_is_shipped_and_no_other() -> None:
    assert {path.stem for path in (ROOT / "seeds").glob("*.md")} == set(DIGESTS)


@pytest.mark.parametrize("name", DIGESTS)
def test_front_matter_names_the_source(name: str) -> None:
    head, body = parts(name)
    assert set(head) == KEYS
    tags = head.pop("tags")
    assert isinstance(tags, list) and tags and all(isinstance(tag, str) for tag in tags)
    assert all(isinstance(value, str) for value in head.values())
    assert head["title"] and head["title"] != head["source_title"]
    assert head["language"] == "zh-Hans"
    assert not head["date"] or date.fromisoformat(str(head["date"]))
    assert body.lstrip().startswith("## ")


@pytest.mark.parametrize("name", DIGESTS)
def test_digest_is_simplified(name: str) -> None:
    han = _NOT_HAN.sub("", parts(name)[1])
    changed = {a for a, b in zip(han, fold(han), strict=True) if a != b}
    assert changed <= set("甚著")  # Simplified as they stand; the search form makes 什 and 着 of them


@needs_originals
@pytest.mark.parametrize("name", DIGESTS)
def test_digest_copies_no_sentence_of_an_original(name: str) -> None:
    copied = han_runs(parts(name)[1]) & set().union(*(han_runs(original(other)) for other in DIGESTS))
    assert not copied


@needs_originals
def test_a_copied_sentence_would_be_seen() -> None:
    sentence = "天津美术学院科技艺术系教授刘姝铭对目前国内外"
    assert han_runs(sentence) <= han_runs(original("ai-cinema-warmth"))


@needs_originals
@pytest.mark.parametrize("name", DIGESTS)
def test_digest_keeps_every_figure_of_its_original(name: str) -> None:
    """Years, dates, money and counts of the article proper, as written; links, heads and tails have others."""
    text = re.sub(r"\S*://\S+|^.*(?:全文|分鐘).*$", "", original(name), flags=re.MULTILINE)
    figure = r"\d+(?:\.\d+)?(?=\s*(?:[年万亿%部岁歲人元分萬億]|幾|次))"
    digest = set(re.findall(r"\d+(?:\.\d+)?", parts(name)[1]))
    assert {number for number in re.findall(figure, text) if number not in digest} == set()


def test_questions_cover_every_kind() -> None:
    cases = load_cases()
    counts = Counter(case.type for case in cases)
    assert {kind: n for kind, n in SMALLEST.items() if counts[kind] < n} == {}
    languages = Counter(case.lang for case in cases if case.type == "fact")
    assert languages["zh"] >= 60 and languages["en"] >= 20 and languages["zh-Hant"] >= 15


def test_questions_are_all_different_and_say_why_they_are_there() -> None:
    cases = load_cases()
    assert len({(case.question, case.history) for case in cases}) == len(cases)
    assert all(case.why for case in cases)


def test_questions_name_articles_and_facts_only_where_there_is_an_answer() -> None:
    for case in load_cases():
        assert set(case.articles) <= set(DIGESTS), case.id
        assert bool(case.articles) == bool(case.facts) == (case.type != "unanswerable"), case.id
        assert case.type != "multi" or len(case.articles) > 1, case.id
        assert case.type != "followup" or case.history, case.id


def test_facts_stand_in_the_digests_the_questions_name() -> None:
    bodies = {name: parts(name)[1] for name in DIGESTS}
    missing = [
        (case.id, fact)
        for case, fact in answerable_facts()
        if not any(all(facts_met([fact], bodies[name])) for name in case.articles)
    ]
    assert missing == []


@needs_originals
def test_facts_stand_in_the_originals_too() -> None:
    missing = [
        (case.id, fact)
        for case, fact in answerable_facts()
        if not any(all(facts_met([fact], original(name))) for name in case.articles)
    ]
    assert missing == []
