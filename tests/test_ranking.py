"""Passages and sentences are ranked for what an assistant would look for."""

from __future__ import annotations

from eval.cases import Case
from eval.ranking import sentence_scores
from ingest.library import Library
from rag.assistant import Assistant


def test_sentences_are_ranked_for_the_question_as_the_assistant_reads_it(library: Library) -> None:
    question = "What does Zhao Qiming believe?"  # 赵启明 in the article
    one = Case("q", question, "en", "fact", articles=("lighthouse",), facts=(("选择",),))
    found = sentence_scores(one, question, Assistant(library), one.articles)
    assert found and found["hit@1"] == 1
