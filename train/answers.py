"""Fit the keyless answerer: `python -m train.answers DEV_FOLDER NEWS_FILE`.

Reads question sets in BEIR format whose queries name their answers (drcd-dev, cmrc2018-trial, mlqa-zh, mlqa-en-zh), puts
their documents into small throw-away libraries, as many articles as a user might have, and asks every question there:

- the sentence ranker (rag/extract.json) learns, from pairs of sentences of which one holds the answer, which it is;
- refusal (rag/answerable.json) learns to tell questions asked as they are from the same questions asked after the
  passage that answers them was taken away while the rest of its article stayed; and from train/questions.jsonl:
  questions written for this purpose on articles of the training news, paraphrased as people ask, of which a part is near
  the subject but not answered. The articles themselves are not in the project, only their line numbers.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.progress import track

from ingest.article import Article
from ingest.build import add_articles
from ingest.library import Library
from ingest.text import fold
from rag import answerable, extract
from rag.query import Query, analyse
from rag.retrieve import Hit, Retriever

SETS = ("drcd-dev", "cmrc2018-trial", "mlqa-zh", "mlqa-en-zh", "rgb-zh")
ARTICLES_IN_A_LIBRARY = 8
TOP_K = 8
SEED = 5
QUESTIONS = Path(__file__).with_name("questions.jsonl")
WRITTEN_WEIGHT = 4.0  # of a written question, against one made by taking a passage away
# Of the answerable questions, how many may be refused at each strictness.
FALSE_REFUSALS = {"lenient": 0.01, "normal": 0.04, "strict": 0.15}


@dataclass
class Question:
    """A question, the articles it is about, and the paragraphs and words that answer it."""

    text: str
    answers: tuple[str, ...]
    articles: list[str]
    paragraphs: list[str]


def read(folder: Path) -> tuple[dict[str, list[str]], list[Question]]:
    """Title → paragraphs, in the file's order, and the questions, of one set. An untitled document is its own article."""
    documents = {d["_id"]: d | {"text": " ".join(d["text"].split())} for d in _lines(folder / "corpus.jsonl.gz")}
    paragraphs: dict[str, list[str]] = defaultdict(list)
    for document in documents.values():
        paragraphs[document["title"] or document["_id"]].append(document["text"])
    questions = {
        q["_id"]: Question(q["text"], tuple(fold(a) for a in q["metadata"]["answers"]), [], [])
        for q in _lines(folder / "queries.jsonl.gz")
    }
    for line in (folder / "qrels" / "test.tsv").read_text().splitlines()[1:]:
        query, document, _ = line.split("\t")
        questions[query].articles.append(documents[document]["title"] or document)
        questions[query].paragraphs.append(documents[document]["text"])
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
            articles = {t: Article(t, "\n\n".join(paragraphs[t]), _title(t, paragraphs)) for t, n in shelf.items() if n == number}
            add_articles(library, articles.values())
            retriever = Retriever(library)
            for question in its_questions:
                query = analyse(question.text)
                yield query, question, retriever.retrieve(query, TOP_K + 4), articles
            library.close()


def _title(title: str, paragraphs: dict[str, list[str]]) -> str:
    """An untitled document is called by how it begins, as an article without a head would be."""
    return paragraphs[title][0][:20] if title.startswith("rgb-") else title


def written(news: Path) -> Iterator[tuple[Query, Question, list[Hit], dict[str, Article]]]:
    """The questions of train/questions.jsonl, asked of libraries that hold their articles; unanswerable ones lack answers."""
    records = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    lines = sorted({record["line"] for record in records})
    texts = {n: r["first"] + "\n" + r["rest"] for n, r in enumerate(_lines(news)) if n in set(lines)}
    for i in range(0, len(lines), ARTICLES_IN_A_LIBRARY):
        shelf = lines[i : i + ARTICLES_IN_A_LIBRARY]
        with tempfile.TemporaryDirectory() as temporary:
            library = Library.create(Path(temporary))
            articles = {str(n): Article(str(n), texts[n], texts[n].split("\n")[0][:40]) for n in shelf}
            add_articles(library, articles.values())
            retriever = Retriever(library)
            for record in (r for r in records if r["line"] in shelf):
                query = analyse(record["question"])
                answers = (fold(record["answer"]),) if record["answerable"] else ()
                question = Question(record["question"], answers, [str(record["line"])], [texts[record["line"]]])
                yield query, question, retriever.retrieve(query, TOP_K + 4), articles
            library.close()


def holds_answer(candidate: extract.Candidate, question: Question) -> bool:
    """Whether a sentence stands in the paragraph that answers and holds the answer's words."""
    text = fold(candidate.text)
    return any(candidate.text in p for p in question.paragraphs) and any(answer in text for answer in question.answers)


def fit_ranker(rows: Sequence[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Weights from pairwise differences, logistic loss (RankNet, Burges 2005, with a linear model)."""
    from sklearn.linear_model import LogisticRegression

    draw = np.random.default_rng(SEED)
    differences = []
    for features, right in rows:
        for good in np.flatnonzero(right):
            wrong = np.flatnonzero(~right)
            for bad in draw.choice(wrong, min(len(wrong), 12), replace=False):
                differences.append(features[good] - features[bad])
    x = np.array(differences)
    scale = np.maximum(x.std(axis=0), 1e-9)
    both, labels = np.concatenate([x, -x]) / scale, np.repeat([1, 0], len(x))
    return LogisticRegression(C=1.0, fit_intercept=False, max_iter=2000).fit(both, labels).coef_[0] / scale


def fit_refusal(x: np.ndarray, y: np.ndarray, written: np.ndarray) -> dict:
    """A logistic model, its thresholds, and the curve, on the written questions by cross-validation."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score

    mean, deviation = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-9)
    z, weights = (x - mean) / deviation, np.where(written, WRITTEN_WEIGHT, 1.0)

    def fitted(rows: np.ndarray) -> LogisticRegression:
        model = LogisticRegression(C=0.1, max_iter=2000, class_weight="balanced")
        return model.fit(z[rows], y[rows], sample_weight=weights[rows])

    folds = np.random.default_rng(SEED).integers(0, 10, len(y))
    chance = np.zeros(len(y))
    for fold_number in range(10):
        out = folds == fold_number
        chance[out] = fitted(~out).predict_proba(z[out])[:, 1]
    wrong, right = chance[written & ~y], chance[written & y]
    thresholds = {name: float(np.quantile(right, rate)) for name, rate in FALSE_REFUSALS.items()}
    whole = fitted(np.ones(len(y), dtype=bool))
    curve = [[round(float((wrong >= t).mean()), 3), round(float((right < t).mean()), 3)] for t in np.linspace(0.05, 0.95, 19)]
    return {
        "weights": whole.coef_[0].tolist(), "bias": float(whole.intercept_[0]), "mean": mean.tolist(),
        "deviation": deviation.tolist(), "thresholds": thresholds,
        "cross_validated": {
            "questions": int(written.sum()), "auroc": float(roc_auc_score(y[written], chance[written])),
            "auroc_passages_taken_away": float(roc_auc_score(y[~written], chance[~written])),
            "false_refusals": FALSE_REFUSALS,
            "false_answers": {name: round(float((wrong >= t).mean()), 3) for name, t in thresholds.items()},
            "curve_false_answers_and_false_refusals": curve,
        },
    }  # fmt: skip


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("dev", type=Path)
    parser.add_argument("news", type=Path, help="news.jsonl.gz")
    parser.add_argument("--most", type=int, default=800, help="questions of each set")
    arguments = parser.parse_args()
    cases = [(name, *case) for name in SETS for case in asked(arguments.dev / name, arguments.most)]
    cases += [("written", *case) for case in written(arguments.news)]
    rows, names = [], []
    for name, query, question, hits, articles in track(cases, description="sentences"):
        ranked = extract.rank(query, hits[:TOP_K], articles, np.zeros(len(extract.FEATURES)))
        right = np.array([holds_answer(c, question) for c in ranked], dtype=bool)
        if right.any() and not right.all():
            rows.append((np.stack([c.features for c in ranked]), right))
            names.append(name)
    weights = fit_ranker([row for i, row in enumerate(rows) if i % 2])
    held_out = {
        name: round(float(np.mean([right[np.argmax(f @ weights)] for i, (f, right) in enumerate(rows) if not i % 2 and names[i] == name])), 3)
        for name in (*SETS, "written")
    }
    weights = fit_ranker(rows)
    card = {
        "weights": dict(zip(extract.FEATURES, weights.round(4).tolist(), strict=True)),
        "held_out_hit@1": held_out, "questions": len(rows), "sets": list(SETS), "seed": SEED,
        "made_by": "python -m train.answers",
    }
    Path("rag/extract.json").write_text(json.dumps(card, indent=1) + "\n")
    print(json.dumps(card, indent=1))
    extract._weights.cache_clear()
    fitted = {}
    for language in ("zh", "en"):
        fitted[language] = fit_refusal(*_refusal_cases([c for c in cases if c[1].chinese == (language == "zh")]))
        print(language, fitted[language]["thresholds"], fitted[language]["cross_validated"], dict(zip(answerable.FEATURES, np.round(fitted[language]["weights"], 2), strict=True)))
    fitted["features"], fitted["made_by"] = list(answerable.FEATURES), "python -m train.answers"
    Path("rag/answerable.json").write_text(json.dumps(fitted, indent=1) + "\n")


def _refusal_cases(cases: Sequence[tuple]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features, whether answerable, and whether written: of each question from a set, as it is and with its passages gone."""
    x, y, by_hand = [], [], []
    for name, query, question, hits, articles in track(cases, description="refusal"):
        if name == "written":
            asked = [(bool(question.answers), hits[:TOP_K])]
        else:
            without = [hit for hit in hits if not _answers(hit, question)]
            asked = [(True, hits[:TOP_K]), (False, without[:TOP_K])]
        for answered, found in asked:
            ranked = extract.rank(query, found, articles)
            if ranked and (name == "written" or not answered or any(holds_answer(c, question) for c in ranked[:3])):
                x.append(answerable.features(query, ranked))
                y.append(answered)
                by_hand.append(name == "written")
    return np.array(x), np.array(y), np.array(by_hand)


def _answers(hit: Hit, question: Question) -> bool:
    """Whether a passage overlaps a paragraph that answers, or holds the answer's words by chance."""
    text = hit.passage.text
    overlaps = any(text in p or p in text or text[:40] in p or text[-40:] in p for p in question.paragraphs)
    return overlaps or any(answer in fold(text) for answer in question.answers)


if __name__ == "__main__":
    main()
