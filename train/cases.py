"""Questions to fit the answerer on, each with what a small throw-away library retrieves for it."""

from __future__ import annotations

import gzip
import json
import random
import tempfile
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import digits

import numpy as np
from rich.progress import track

from ingest.article import Article
from ingest.build import add_articles
from ingest.library import Library
from ingest.text import fold
from rag import extract
from rag.extract import Candidate
from rag.features import READ
from rag.query import Query, analyse
from rag.retrieve import Hit, Retriever

SETS = ("drcd-dev", "cmrc2018-trial", "mlqa-zh", "mlqa-en-zh", "rgb-zh")
ARTICLES_IN_A_LIBRARY = 8
TOP_K = 8
QUESTIONS = Path(__file__).with_name("questions.jsonl")
ARTICLES = Path(__file__).with_name("articles.jsonl")
ASKED_ELSEWHERE = 3  # of so many questions one is asked of a library without its article as well
FAR_ASKED = 8  # libraries of which a question about nothing in any article is asked
SEED = 5


@dataclass
class Question:
    """A question, the articles it is about, and the paragraphs and words that answer it."""

    text: str
    answers: tuple[str, ...]
    articles: list[str]
    paragraphs: list[str]
    sentence: str = ""  # how the one that answers begins, where that was written down

    @property
    def article(self) -> str | None:
        """The article that it is about, the first of several; None where it is about nothing in any."""
        return None if self.articles[0] == "None" else self.articles[0]


@dataclass(frozen=True)
class Case:
    """A question with what was retrieved for it."""

    set: str  # one of SETS, or "written", or "elsewhere" where its article isn't in the library
    query: Query
    question: Question
    hits: list[Hit]
    articles: dict[str, Article]

    @property
    def collection(self) -> str:
        """The letter of the made-up articles that it asks about; "" where it asks about the news, a set's or none."""
        return "" if self.set in SETS else (self.question.article or "").rstrip(digits)


def read(folder: Path) -> tuple[dict[str, list[str]], list[Question]]:
    """Title → paragraphs, in the file's order, and the questions, of a set. An untitled document is its own article."""
    documents = {d["_id"]: d | {"text": " ".join(d["text"].split())} for d in _lines(folder / "corpus.jsonl.gz")}
    paragraphs: dict[str, list[str]] = defaultdict(list)
    for document in documents.values():
        paragraphs[document["title"] or document["_id"]].append(document["text"])
    questions = {
        q["_id"]: Question(q["text"], tuple(fold(a) for a in q["metadata"]["answers"]), [], [])
        for q in _lines(folder / "queries.jsonl.gz")
    }
    for line in (folder / "qrels" / "test.tsv").read_text().splitlines()[1:]:
        query, answering, _ = line.split("\t")
        questions[query].articles.append(documents[answering]["title"] or answering)
        questions[query].paragraphs.append(documents[answering]["text"])
    return paragraphs, [question for question in questions.values() if question.paragraphs]


def _lines(path: Path) -> Iterator[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def asked(folder: Path, most: int) -> Iterator[tuple[Query, Question, list[Hit], dict[str, Article]]]:
    """Each question with what a small library that holds its article retrieves for it."""
    paragraphs, questions = read(folder)
    draw = random.Random(SEED)
    titles = list(paragraphs)
    on_a_shelf = ARTICLES_IN_A_LIBRARY
    if all(len(own) == 1 for own in paragraphs.values()):
        on_a_shelf *= 25  # search results, in the order of their questions: those of eight questions together
    else:
        draw.shuffle(titles)
    shelf = {title: i // on_a_shelf for i, title in enumerate(titles)}
    draw.shuffle(questions)
    by_shelf: dict[int, list[Question]] = defaultdict(list)
    for question in questions[:most]:
        by_shelf[shelf[question.articles[0]]].append(question)
    for number, its_questions in track(sorted(by_shelf.items()), description=folder.name):
        with tempfile.TemporaryDirectory() as temporary:
            library = Library.create(Path(temporary))
            articles = {
                t: Article(t, "\n\n".join(paragraphs[t]), _title(t, paragraphs))
                for t, n in shelf.items()
                if n == number
            }
            add_articles(library, articles.values())
            retriever = Retriever(library)
            for question in its_questions:
                query = analyse(question.text)
                yield query, question, retriever.retrieve(query, TOP_K + 4), articles
            library.close()


def _title(title: str, paragraphs: dict[str, list[str]]) -> str:
    """An untitled document is called by how it begins, as an article without a head would be."""
    return paragraphs[title][0][:20] if title.startswith("rgb-") else title


def written(news: Path, held: bool) -> Iterator[Case]:
    """The questions of train/questions.jsonl, each asked of a library with its article, a third also of one without.

    Those that are `held` out from the reader's training, or the others.
    """
    records = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    records = [record for record in records if held_out(record["line"], record["question"]) == held]
    articles = articles_of({record["line"] for record in records}, news)
    shelves = _shelves(articles)
    far = [record for record in records if record["line"] is None]
    pairs = list(zip(shelves, [*shelves[1:], shelves[0]], strict=True))
    for n, (shelf, other) in enumerate(track(pairs, description="written")):
        with tempfile.TemporaryDirectory() as temporary:
            library = Library.create(Path(temporary))
            here = {articles[line].id: articles[line] for line in shelf}
            add_articles(library, here.values())
            retriever = Retriever(library)
            for i, record in enumerate([*(r for r in records if r["line"] in {*shelf, *other}), *far]):
                if record["line"] is None and (i + n) % len(shelves) >= FAR_ASKED:
                    continue
                if record["line"] not in {None, *shelf} and zlib.crc32(record["question"].encode()) % ASKED_ELSEWHERE:
                    continue
                query, near = retriever.understood(record["question"]), record["line"] in shelf
                answers = (fold(record["answer"]),) if near and record["answerable"] else ()
                text = articles[record["line"]].text if record["line"] is not None else ""
                question = Question(record["question"], answers, [str(record["line"])], [text], record["sentence"])
                hits = _telling(retriever.retrieve(query, TOP_K), question)
                yield Case("written" if near else "elsewhere", query, question, hits, here)
            library.close()


def _shelves(articles: Iterable[int | str]) -> list[list[int | str]]:
    """Articles that share a library: of the news any few, but a whole collection of those made up for it.

    What a collection tells of one film, a reader may take for another's; so its articles stay together.
    """
    news: list[int | str] = sorted((line for line in articles if isinstance(line, int)), key=str)
    random.Random(SEED).shuffle(news)
    collections: dict[str, list[int | str]] = defaultdict(list)
    for id in sorted(line for line in articles if isinstance(line, str)):
        collections[id.rstrip(digits)].append(id)
    at = range(0, len(news), ARTICLES_IN_A_LIBRARY)
    return [*(news[i : i + ARTICLES_IN_A_LIBRARY] for i in at), *collections.values()]


def _telling(hits: Sequence[Hit], question: Question) -> list[Hit]:
    """Without the passages of other articles that hold the answer's words: nobody looked whether they answer, too."""

    def unsure(hit: Hit) -> bool:
        return hit.passage.article != question.article and any(a in fold(hit.passage.text) for a in question.answers)

    return [hit for hit in hits if not unsure(hit)]


def held_out(article: int | str | None, question: str) -> bool:
    """Whether the reader doesn't learn from a question: all those of an article, or one about nothing in any."""
    return zlib.crc32((question if article is None else str(article)).encode()) % 4 == 0


def articles_of(lines: set[int | str | None], news: Path) -> dict[int | str, Article]:
    """Line number in the news → article, of those asked for, and id → article of all in train/articles.jsonl."""
    own = [json.loads(line) for line in ARTICLES.read_text(encoding="utf-8").splitlines()]
    found: dict[int | str, Article] = {a["id"]: Article(a["id"], a["text"], a["title"]) for a in own}
    for n, record in enumerate(_lines(news)):
        if n in lines:
            found[n] = Article(str(n), f"{record['first']}\n{record['rest']}", record["first"][:40])
    return found


def holds_answer(candidate: Candidate, question: Question) -> bool:
    """Whether a sentence stands in the paragraph that answers and holds the answer's words."""
    text = fold(candidate.text)
    return any(candidate.text in p for p in question.paragraphs) and any(answer in text for answer in question.answers)


def measured(case: Case, weights: np.ndarray) -> list[Candidate]:
    """The sentences of what was retrieved, ranked by what is measured, with weights of shape (len(MEASURED),)."""
    alone = extract.Weights(weights, np.r_[weights, np.zeros(len(READ))])
    return extract.rank(case.query, case.hits[:TOP_K], case.articles, alone, _Unread())


class _Unread:
    """A reader that reads nothing."""

    def scores(self, question: str, title: str, sentences: Sequence[str]) -> np.ndarray:
        """Unknown ones, shape (len(sentences),)."""
        return np.full(len(sentences), np.nan)
