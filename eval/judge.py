"""What a language model thinks of answers: LlamaIndex's own evaluators, apart from everything that is computed.

    faithfulness   whether the passages cited support the answer, 0 or 1
    relevancy      whether answer and passages are about the question, 0 or 1
    correctness    of the answer beside what it should hold, 1 to 5

A judgement varies with the model and from one time to the next; the computed metrics don't.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

from eval.metrics import estimate
from eval.progress import bar
from eval.run import Result, Run
from rag.failures import explained, wait_before_retry
from rag.generate import Generator

_THOUGHT = re.compile(r".*</think>|<think>.*", re.DOTALL)  # some servers leave out where it begins
# A line that is a score and nothing else but its name before it, emphasis around it, and what it is out of.
_NAMED = r"[^\d\n:：]{0,20}(?:score|rating|grade|correctness|分|评价)[^\d\n:：]{0,10}(?:[(（][^)）\n]{0,40}[)）][\s*_`]{0,9})?[:：]"
_OUT_OF = r"(?:/|out of)\s*5|分"
_SCORE = re.compile(
    rf"[\s*_`>#]{{0,20}}(?:{_NAMED}[\s*_`]{{0,9}})?(?P<score>[1-4](?:\.\d+)?|5(?:\.0+)?)[\s*_`]{{0,9}}(?:{_OUT_OF})?[\s*_`.。]{{0,9}}",
    re.IGNORECASE,
)
# A line that begins with a verdict, with or without its name before it; else the words that prompts ask for, as they do.
_VERDICT = re.compile(
    r"^[\W_]*(?:(?:final )?(?:answer|verdict|答案|回答)(?: is)?[\W_]*)?(?:(yes(?![a-z])|是(?!否))|no(?![a-z])|否|不是)",
    re.IGNORECASE | re.MULTILINE,
)
_CAPITALS = re.compile(r"(?<![A-Za-z])(?:(YES)|NO)(?![A-Za-z])")
_ATTEMPTS = 3  # at one judgement: a busy server must not cost all that came before

Judged = Iterator[tuple[str, float | None]]


def judge(run: Run, generator: Generator, progress: bool = True) -> dict[str, Any]:
    """The model's name and the mean of each judgement with its standard error and count, of all answers not refused.

    Judgements without a score in them are counted as "unread". LLMError where the model can't be had.
    """
    judged = _judges(generator.llm)
    given = [result for result in run.results if result.answer.citations and not result.answer.refused]
    samples: dict[str, list[float]] = {}
    unread = 0
    with bar("Judging", progress) as advance:
        for number, result in enumerate(given, 1):
            try:
                for name, score in judged(result):
                    if score is None:
                        unread += 1
                    else:
                        samples.setdefault(name, []).append(score)
            except Exception as error:
                raise explained(error, generator.server, generator.name) from None
            advance(number, len(given))
    means = {name: estimate(sample) for name, sample in samples.items()}
    metrics = {name: {"mean": m.mean, "error": m.error, "count": m.count} for name, m in means.items()}
    return {"model": generator.name, "metrics": metrics, "unread": unread}


def _judges(llm: Any) -> Callable[[Result], Judged]:
    from llama_index.core.evaluation import CorrectnessEvaluator, FaithfulnessEvaluator, RelevancyEvaluator

    faithfulness, relevancy = FaithfulnessEvaluator(llm), RelevancyEvaluator(llm)
    correctness = CorrectnessEvaluator(llm, parser_function=_parsed)

    def judged(result: Result) -> Judged:
        asked, said = result.case.question, result.answer.answer
        contexts = list(dict.fromkeys(citation.passage for citation in result.answer.citations))
        for name, evaluator in (("faithfulness", faithfulness), ("relevancy", relevancy)):
            yield name, _verdict(_evaluated(evaluator, query=asked, response=said, contexts=contexts).feedback or "")
        if result.case.facts:
            held = "; ".join(fact[0] for fact in result.case.facts)
            yield "correctness", _evaluated(correctness, query=asked, response=said, reference=held).score

    return judged


def _evaluated(evaluator: Any, **asked: Any) -> Any:
    for attempt in range(_ATTEMPTS):
        try:
            return evaluator.evaluate(**asked)
        except Exception as error:
            wait = wait_before_retry(error, attempt)
            if wait is None or attempt + 1 == _ATTEMPTS:
                raise
            time.sleep(wait)
    raise AssertionError  # the last attempt returns or raises


def _verdict(reply: str) -> float | None:
    """1 for YES, 0 for NO. LlamaIndex's own reading takes any "yes" for one, a thinking model's musing on it too."""
    said = _THOUGHT.sub("", reply)
    found = _VERDICT.search(said) or _CAPITALS.search(said)
    return float(bool(found[1])) if found else None


def _parsed(reply: str) -> tuple[float | None, str]:
    """The first line that is a score from 1 to 5; a number in a sentence may be anything, and isn't guessed at."""
    lines = _THOUGHT.sub("", reply).splitlines()
    found = next((match for line in lines if (match := _SCORE.fullmatch(line))), None)
    return (float(found["score"]) if found else None), reply
