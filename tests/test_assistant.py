"""The whole road on the bundled digests: keyless, and with a language model behind a real HTTP server."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from openai_server import Reply, serving

from eval.cases import Case, load_cases
from ingest.errors import QuestionError
from ingest.library import Library
from ingest.text import spelled_as_in_taiwan
from rag.answer import Answer
from rag.assistant import Assistant, Turn
from rag.generate import load_generator
from rag.prompts import REFUSAL_SENTINEL

COST = "九位导演使用可灵的平均成本是多少？"
NOWHERE = "张艺谋用Sora拍了哪部电影？"


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BASE_URL", "MODEL", "API_KEY", "TIMEOUT", "CONTEXT"):
        monkeypatch.delenv(f"CHANGJI_LLM_{name}", raising=False)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


def with_llm(library: Library, url: str, monkeypatch: pytest.MonkeyPatch) -> Assistant:
    monkeypatch.setenv("CHANGJI_LLM_BASE_URL", url)
    monkeypatch.setenv("CHANGJI_LLM_MODEL", "scripted")
    monkeypatch.setenv("CHANGJI_LLM_TIMEOUT", "60")  # the first answer loads what speaks to servers
    return Assistant(library, load_generator())


@pytest.fixture(scope="module")
def answered(digests: Library) -> list[tuple[Case, Answer]]:
    """The whole question set with its answers; the tests of this module share them."""
    assistant = Assistant(digests)
    return [(case, assistant.ask(case.question, [Turn(asked) for asked in case.history])) for case in load_cases()]


@pytest.mark.slow
def test_offsets_hold_for_every_citation_of_the_whole_question_set(
    digests: Library, answered: list[tuple[Case, Answer]]
) -> None:
    cited = 0
    for _, answer in answered:
        assert answer.refused == (not answer.citations)
        assert [citation.number for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
        for citation in answer.citations:
            text = digests.article(citation.article).text
            assert text[citation.start : citation.end] == citation.quote
            assert f"[{citation.number}]" in answer.answer
            cited += 1
    assert cited > 150


@pytest.mark.slow
def test_most_of_the_question_set_is_answered_and_refused_as_it_should_be(answered: list[tuple[Case, Answer]]) -> None:
    """Guards against a fall, not a target: what is measured stands in the README."""
    unanswerable, facts = (
        [answer.refused for case, answer in answered if case.type == kind] for kind in ("unanswerable", "fact")
    )
    assert sum(unanswerable) / len(unanswerable) > 0.7
    assert sum(facts) / len(facts) < 0.1


def test_what_was_offered_to_go_on_with_is_offered_again_only_when_nothing_else_is_left(digests: Library) -> None:
    assistant = Assistant(digests)
    answer, offered = assistant.ask(COST), []
    first = assistant.follow_ups(answer, {COST})
    while offers := assistant.follow_ups(answer, {COST}, offered):
        if offered and offers == first:
            break
        assert not set(offers) & set(offered) and COST not in offers
        offered += offers
    assert len(offered) > len(first) > 0 and offers == first
    assert first[0] not in assistant.follow_ups(answer, {COST, first[0]}, offered), "it was asked"
    understood = replace(answer, rewritten=first[0])
    assert first[0] not in assistant.follow_ups(understood, {COST}, offered), "what was asked was understood so"
    traditional = assistant.follow_ups(answer, {COST}, language="zh-Hant")
    assert traditional == [spelled_as_in_taiwan(question) for question in first] != first
    assert first[0] not in assistant.follow_ups(answer, {COST, traditional[0]}), (
        "it was asked in Traditional characters"
    )


@pytest.mark.parametrize(
    "question", ["可灵有多少用户？", "可靈有多少用戶？", "可灵AI的用户数量是多少？", "How many users does Kling have?"]
)
def test_what_the_answer_has_told_is_not_offered_to_go_on_with(question: str, digests: Library) -> None:
    assistant = Assistant(digests)
    answer = assistant.ask(question)
    offers = assistant.follow_ups(answer, {question}, language="zh")
    assert offers
    for offer in offers:
        first = assistant.ask(offer).citations[0]
        assert not [told for told in answer.citations if first.quote in told.quote], f"{offer} is answered already"


@pytest.mark.parametrize(
    ("question", "notice"),
    [
        (f"{COST}蒙古的首都在哪里？", "文章里没有说：蒙古的首都在哪里？"),
        ("九位導演使用可靈的平均成本是多少？蒙古的首都在哪裡？", "文章裡沒有說：蒙古的首都在哪裡？"),
        ("How many users does Kling have? What is the capital of Mongolia?",
         "The articles don't say: What is the capital of Mongolia?"),
        (COST, ""),
    ],
)  # fmt: skip
def test_of_several_questions_it_says_which_the_articles_leave_open(
    digests: Library, question: str, notice: str
) -> None:
    answer = Assistant(digests).ask(question)
    assert not answer.refused and answer.notice == notice


@pytest.mark.parametrize("question", ["火星上现在的气温是多少度？", "蒙古的首都叫什么？", "天气怎么样？"])
def test_a_change_of_subject_is_not_answered_with_the_topic(digests: Library, question: str) -> None:
    answer = Assistant(digests).ask(question, [Turn(COST), Turn("那它花了多长时间？")])
    assert answer.refused and not answer.rewritten, answer.answer


@pytest.mark.parametrize("asked", ["贾樟柯怎么看AI？", "what does Jia Zhangke think about AI?"])
def test_who_goes_on_to_another_subject_is_not_told_the_same_again(digests: Library, asked: str) -> None:
    before = Turn("九位导演使用可灵的平均成本是多少？")
    answer = Assistant(digests).ask(f"{'那' if asked[0] == '贾' else 'And '}{asked}", [before])
    assert answer.rewritten == asked
    assert "35000" not in answer.answer and "贾樟柯" in answer.answer


@pytest.mark.parametrize("question", ["今天天气怎么样？", "红烧肉怎么做？", "Who won the 2022 World Cup?", "你好"])
def test_what_has_nothing_to_do_with_the_articles_is_refused(digests: Library, question: str) -> None:
    answer = Assistant(digests).ask(question)
    assert answer.refused and not answer.citations and not answer.sentences


@pytest.mark.parametrize(
    "question",
    [
        "卡梅隆对AI是支持还是反对？",
        "電影人怎麼看AI？",
        "AI给电影行业带来了哪些影响？",
        "How is AI changing filmmaking?",
    ],
)
def test_a_broad_question_which_many_sentences_answer_is_answered(digests: Library, question: str) -> None:
    answer = Assistant(digests).ask(question)
    assert not answer.refused and answer.citations


def test_stricter_refuses_at_least_as_much(digests: Library) -> None:
    for case in load_cases()[::25]:
        lenient, strict = (Assistant(digests, strictness=s).ask(case.question) for s in ("lenient", "strict"))
        assert strict.refused or not lenient.refused


def test_an_answer_grows_and_ends_with_itself(digests: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving("九位导演使用可灵的平均成本约为35000元[1]。") as server:
        *pieces, answer = with_llm(digests, server.url, monkeypatch).stream(COST)
    assert len(pieces) > 1 and all(later.startswith(earlier) for earlier, later in pairwise(pieces))
    assert answer.mode == "llm" and answer.model == "scripted"
    assert answer.citations[0].article == "nine-directors-kling" and answer.sentences[0].support == "supported"


def test_a_made_up_figure_is_marked(digests: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving("九位导演使用可灵的平均成本是98000元[1]。") as server:
        answer = with_llm(digests, server.url, monkeypatch).ask(COST)
    assert [sentence.support for sentence in answer.sentences] == ["unsupported"]


def test_no_model_is_called_without_evidence(digests: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving("这句话不该被要来。") as server:
        answer = with_llm(digests, server.url, monkeypatch).ask(NOWHERE)
        assert answer.refused and not server.prompts


def test_a_model_that_finds_nothing_refuses(digests: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(REFUSAL_SENTINEL) as server:
        *pieces, answer = with_llm(digests, server.url, monkeypatch).stream(COST)
    assert answer.refused and not answer.citations and REFUSAL_SENTINEL not in answer.answer
    assert not any(REFUSAL_SENTINEL in piece for piece in pieces)


def test_a_failing_server_falls_back_to_the_articles_sentences(
    digests: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(Reply(status=401)) as server:
        answer = with_llm(digests, server.url, monkeypatch).ask(COST)
    assert answer.mode == "extract" and "35000" in answer.answer and answer.notice


@pytest.mark.parametrize("wordless", ["[1][1]", "。", "...", "**", "1. [1]", "```\n```", "来源：\n[1]"])
def test_an_answer_without_a_sentence_is_none(digests: Library, monkeypatch: pytest.MonkeyPatch, wordless: str) -> None:
    with serving(wordless) as server:
        answer = with_llm(digests, server.url, monkeypatch).ask(COST)
    assert answer.mode == "extract" and "35000" in answer.answer and "回答是空的" in answer.notice


@pytest.mark.parametrize("characters", [1, 6, 100])
def test_thoughts_that_the_model_only_closes_are_no_part_of_the_answer(
    digests: Library, monkeypatch: pytest.MonkeyPatch, characters: int
) -> None:
    written = "先找找看各篇文章里说的成本，大概是9万元。\n</think>\n\n平均成本约为35000元。[1]"
    with serving(Reply(written, characters=characters)) as server:
        *pieces, answer = with_llm(digests, server.url, monkeypatch).stream(COST)
    assert answer.answer == pieces[-1] == "平均成本约为35000元。[1]"
    assert [sentence.support for sentence in answer.sentences] == ["supported"]


def test_thoughts_alone_are_no_answer(digests: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving("成本是9万元。</think>") as server:
        answer = with_llm(digests, server.url, monkeypatch).ask(COST)
    assert answer.mode == "extract" and "9万元" not in answer.answer


@pytest.mark.parametrize("short", ["3.5万元。[1]", "# 成本", "是。"])
def test_a_short_answer_is_one(digests: Library, monkeypatch: pytest.MonkeyPatch, short: str) -> None:
    with serving(short) as server:
        assert with_llm(digests, server.url, monkeypatch).ask(COST).mode == "llm"


def test_a_follow_up_is_rewritten_by_the_model_and_shown(digests: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    script = ("《潜入梦海》的创作周期有多长？", "《潜入梦海》的创作周期是一周[1]。")
    with serving(*script) as server:
        answer = with_llm(digests, server.url, monkeypatch).ask(
            "那它花了多长时间？", [Turn("《潜入梦海》的成本是多少？")]
        )
    assert answer.rewritten == script[0] and "一周" in answer.answer


def test_each_suggestion_can_be_answered(digests: Library) -> None:
    assistant = Assistant(digests)
    for language in ("zh", "zh-Hant", "en"):
        questions = assistant.suggestions(language)
        assert 2 <= len(questions) <= 4
        answers = [assistant.ask(question) for question in questions]
        assert not any(answer.refused or answer.unsure for answer in answers)
        assert {answer.language for answer in answers} == {language}


def test_an_unknown_article_is_named(digests: Library) -> None:
    with pytest.raises(QuestionError, match="nowhere"):
        Assistant(digests).ask(COST, articles=["nowhere"])


def test_no_articles_chosen_means_all(digests: Library) -> None:
    assistant = Assistant(digests)
    assert assistant.ask(COST, articles=[]).citations == assistant.ask(COST).citations != ()


@pytest.mark.parametrize("history", [["问" * 2001], ["问" * 2001, *["谁？"] * 7]])
def test_an_earlier_question_is_no_longer_than_a_question_may_be(library: Library, history: list[str]) -> None:
    with pytest.raises(QuestionError, match="2,001 characters"):
        Assistant(library).ask("它呢？", [Turn(asked) for asked in history])


@pytest.mark.parametrize("history", [["问" * 2000], ["问" * 2001, *["谁？"] * 8]])
def test_what_is_long_past_bears_on_no_question(library: Library, history: list[str]) -> None:
    assert Assistant(library).ask("它呢？", [Turn(asked) for asked in history]).question == "它呢？"
