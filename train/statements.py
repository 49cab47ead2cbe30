"""How sure the verifier is of statements made from train/questions.jsonl: `python -m train.statements`.

A question with its answer in the place of its question word is a true statement, worded as people ask rather than as
the article tells it. False are the same statement against the article without the sentence that answers, and the
statement with the answer to another question about the article. Printed are the verifier's verdicts, and how much more
closeness counts than wording in a logistic regression on the first two kinds.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from rich.progress import track

from ingest.article import Article
from ingest.split import BUDGET, sentences, split
from rag.cite import Source, cite
from rag.evidence import Evidence
from rag.meaning import closeness
from rag.wording import log_odds
from train.cases import QUESTIONS, SEED, articles_of

_ASKED = re.compile(
    "谁|什么时候|什么地方|什么名字|哪一?(?:位|个|家|天|年|部|所|座|些|种|几[位个家部])?[人年天]?|什么|多少[钱次人岁天]?|几(?=[个位部天次岁家])|"
    "多久|多长时间|多长|多大"
)
_NO_SLOT = re.compile("为什么|为何|怎么|如何|吗|有没有|是不是")  # what is asked for is no part of a sentence
TRUE, REMOVED, SWAPPED = "true", "its sentence removed", "another answer"


class Made(NamedTuple):
    """A statement, and the article it is held against."""

    kind: str
    text: str
    article: Article


def statement(question: str, answer: str) -> str | None:
    """The question as a statement; None where it asks for no part of a sentence, or several, or isn't one sentence."""
    if _NO_SLOT.search(question) or len(_ASKED.findall(question)) != 1:
        return None
    stated = _ASKED.sub(lambda match: answer, question).rstrip("？?") + "。"
    return stated if len(sentences(stated)) == 1 else None


def statements(news: Path) -> Iterator[Made]:
    """True and false statements about each article that is asked about in Chinese."""
    records = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    by_article: dict[int | str, list[dict[str, str]]] = defaultdict(list)
    for record in records:
        if record["answerable"] and record["lang"] == "zh" and statement(record["question"], record["answer"]):
            by_article[record["line"]].append(record)
    articles, draw = articles_of(set(by_article), news), random.Random(SEED)
    for line, asked in by_article.items():
        for record in asked:
            yield from _of(record, asked, articles[line], draw)


def _of(record: dict[str, str], asked: list[dict[str, str]], article: Article, draw: random.Random) -> Iterator[Made]:
    text, question = article.text, record["question"]
    opening = record["sentence"].strip()
    told = [(start, end) for start, end in sentences(text) if text[start:end].strip().startswith(opening)]
    if not told:
        return
    true = str(statement(question, record["answer"]))
    yield Made(TRUE, true, article)
    start, end = told[0]
    yield Made(REMOVED, true, replace(article, text=text[:start] + text[end:], headings=()))
    word = _ASKED.findall(question)[0]
    others = [one["answer"] for one in asked if one["answer"] != record["answer"] and word in one["question"]]
    false = statement(question, draw.choice(others)) if others else None
    if false:
        yield Made(SWAPPED, false, article)


def evidence(made: Made) -> tuple[float, float]:
    """Of the sentence that shares most wording with a statement: the log-odds of that, and its closeness in meaning."""
    text = made.article.text
    shared, quote = max((log_odds(made.text, Evidence(text[a:b])), text[a:b]) for a, b in sentences(text))
    return shared, closeness(made.text, quote, by_clause=True)


def main() -> None:
    """Print the verdicts on all statements, and the weight of closeness."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path, help="folder that holds train/news.jsonl.gz")
    news = parser.parse_args().data / "train" / "news.jsonl.gz"
    verdicts: dict[str, Counter[str]] = defaultdict(Counter)
    rows, labels = [], []
    for made in track(list(statements(news)), description="statements"):
        sources = [Source.of(passage, made.article) for passage in split(made.article, BUDGET)]
        _, (claim,), _ = cite(f"{made.text}[1-{len(sources)}]", sources)
        verdicts[made.kind][claim.support] += 1
        if made.kind != SWAPPED:
            rows.append(evidence(made))
            labels.append(made.kind == TRUE)
    for kind, supports in verdicts.items():
        print(
            kind, {name: f"{count / supports.total():.1%}" for name, count in supports.most_common()}, supports.total()
        )
    print(f"closeness counts {_ratio(rows, labels):.1f} times as much as the log-odds of the wording")


def _ratio(rows: list[tuple[float, float]], labels: list[bool]) -> float:
    from sklearn.linear_model import LogisticRegression

    wording, near = LogisticRegression(C=10).fit(rows, labels).coef_[0]
    return near / wording


if __name__ == "__main__":
    main()
