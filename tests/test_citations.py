"""Citations are exact or their fault is named; ALCE's measures split an answer as Chinese and English are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from eval.citations import Statement, citation_faults, citation_quality, statements, verified
from rag.answer import Answer, Citation

TEXT = "開頭。卡梅隆說，成本要減半。"
QUOTE = "卡梅隆說，成本要減半。"
CITATION = Citation(1, "a", "", "", "", "", QUOTE, 3, len(TEXT), TEXT)
ANSWER = Answer("问", f"{QUOTE}[1]", False, "extract", "zh", citations=(CITATION,))


def faults(answer: Answer) -> list[str]:
    return citation_faults(answer, {"a": TEXT}.get)


def test_exact_citations_have_no_faults() -> None:
    assert TEXT[3:] == QUOTE
    assert faults(ANSWER) == []
    assert faults(Answer("问", "文章里没有答案。", True, "extract", "zh")) == []


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (replace(ANSWER, citations=(replace(CITATION, start=2),)), "aren't at 2"),
        (replace(ANSWER, citations=(replace(CITATION, quote=QUOTE.replace("說", "说")),)), "aren't at"),
        (replace(ANSWER, citations=(replace(CITATION, quote="", start=3, end=3),)), "aren't at"),
        (replace(ANSWER, citations=(replace(CITATION, article="b"),)), "isn't there: b"),
        (replace(ANSWER, answer="没有标记。"), "isn't marked"),
        (replace(ANSWER, answer="多一个[1][2]。"), "mark [2]"),
        (replace(ANSWER, refused=True), "refusal"),
    ],
)
def test_each_fault_of_a_citation_is_named(answer: Answer, fault: str) -> None:
    found = faults(answer)
    assert len(found) == 1
    assert fault in found[0]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("甲做完了。[1]乙没有！[2][3]", [("甲做完了。", (1,)), ("乙没有！", (2, 3))]),
        ("甲做完了[1]。乙没有[2]", [("甲做完了。", (1,)), ("乙没有", (2,))]),
        ("他说：“成本要减半。”[1]然后走了。[2]", [("他说：“成本要减半。”", (1,)), ("然后走了。", (2,))]),
        ("It cost 3.5 million.[1] Mr. Smith left. [2]", [("It cost 3.5 million.", (1,)), ("Mr. Smith left.", (2,))]),
        ("The articles are in Chinese; they say:\n甲。[1]", [("甲。", (1,))]),
        ("- 一点。[1]\n- 两点。[2]", [("- 一点。", (1,)), ("- 两点。", (2,))]),
        ("价格是￥5！[1]", [("价格是￥5！", (1,))]),
    ],
)
def test_an_answer_is_split_into_statements_with_their_marks(
    answer: str, expected: list[tuple[str, tuple[int, ...]]]
) -> None:
    assert [(found.text, found.citations) for found in statements(answer)] == expected
    assert all(found.marked for found in statements(answer))


def test_a_mark_covers_the_unmarked_sentences_before_it_in_its_paragraph() -> None:
    assert statements("甲。乙。[1]丙。\n丁。[2]") == [
        Statement("甲。", (1,), marked=False),
        Statement("乙。", (1,)),
        Statement("丙。", (), marked=False),
        Statement("丁。", (2,)),
    ]


def holds_all_words(citations: Sequence[Citation], statement: str) -> bool:
    return set(statement.rstrip(".").split()) <= {word for citation in citations for word in citation.quote.split()}


@pytest.mark.parametrize(
    ("text", "quotes", "expected"),
    [
        ("AA BB.[1]", ["AA BB CC"], (1, 1)),
        ("AA BB.[1][2]", ["AA", "BB"], (1, 1)),  # only together
        ("AA BB.[1][2]", ["AA BB", "XX"], (1, 1 / 2)),  # the second adds nothing
        ("AA BB.[1][2]", ["AA BB", "AA BB XX"], (1, 1)),  # either is enough alone
        ("AA BB.[1][2]", ["AA", "XX"], (0, 0)),
        ("AA.[1] BB.", ["AA"], (1 / 2, 1)),  # an uncited statement costs recall only
        ("AA.[1] BB.[2][3]", ["AA", "XX", "YY"], (1 / 2, 1 / 3)),
        ("AA.[1] BB.[7]", ["AA"], (1 / 2, 1 / 2)),  # a mark without a citation helps nobody
        ("AA. BB.[1]", ["AA BB"], (1, 1)),  # one mark for both
        ("XX. BB.[1]", ["AA BB"], (1 / 2, 1)),  # which doesn't bear the first out
        ("", [], (0, 0)),
    ],
)
def test_citation_quality_of_worked_examples(text: str, quotes: list[str], expected: tuple[float, float]) -> None:
    citations = tuple(replace(CITATION, number=n, quote=quote) for n, quote in enumerate(quotes, 1))
    answer = Answer("?", text, False, "llm", "en", citations=citations)
    assert citation_quality(answer, holds_all_words) == pytest.approx(expected)


def test_the_name_of_a_source_before_a_line_states_nothing() -> None:
    cited = (replace(CITATION, title="题 (上)"),)
    named = Answer("?", f"《题 (上)》（2024-12-18）：{QUOTE}[1]", False, "extract", "zh", citations=cited)
    assert citation_quality(named, lambda citations, statement: statement == QUOTE) == (1, 1)
    other = replace(named, answer=f"《别的》：{QUOTE}[1]")
    assert citation_quality(other, lambda citations, statement: statement == QUOTE) == (0, 0)


def test_the_verifier_takes_words_from_quotes_and_names_from_what_is_around_them() -> None:
    about = replace(CITATION, quote="她说，成本要减到3万元。", passage="林若兰到了台北。她说，成本要减到3万元。")
    assert verified([about], "林若兰说，成本要减到3万元。")
    assert not verified([about], "陈默说，成本要减到3万元。")
    assert not verified([about], "林若兰说，成本要减到5万元。")
