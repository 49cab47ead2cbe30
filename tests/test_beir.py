"""A BEIR folder is measured through the real library and retriever, whatever its documents are called."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest

from eval.beir import evaluate_beir
from ingest.errors import CasesError

DOCUMENTS = [
    ("a/b c", "可灵的九位导演", "九位导演用可灵各拍了一部短片，每部平均成本约三万五千元。"),
    ("维基#2", "", "卡梅隆說，特效電影的成本必須減半，才能繼續拍下去。"),
    ("3", "空", ""),
    (" 意大利/4 ", None, "意大利的一位老人独自做完了一部动画，只用了十天。"),
]
QUERIES = [
    ("q 1", "九位导演平均花了多少成本？"),
    ("q/2", "卡梅隆说成本要怎样？"),
    (" q3", "谁独自做完了动画？"),
    ("unjudged", "没有人标注过的问题？"),
    ("irrelevant", "只标注了无关文档的问题？"),
]
QRELS = [("q 1", "a/b c", 1), ("q/2", "维基#2", 2), (" q3", " 意大利/4 ", 1), ("irrelevant", "3", 0)]


def write(path: Path, lines: Sequence[Any], packed: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    plain = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    data = ("\n".join(plain) + "\n").encode()
    path.with_name(path.name + ".gz" * packed).write_bytes(gzip.compress(data) if packed else data)


def beir(
    folder: Path, packed: bool = False, qrels: Sequence[tuple[str, str, int]] = QRELS, header: bool = True
) -> Path:
    write(folder / "corpus.jsonl", [{"_id": i, "title": t, "text": x} for i, t, x in DOCUMENTS], packed)
    write(folder / "queries.jsonl", [{"_id": i, "text": x} for i, x in QUERIES], packed)
    judged = [f"{q}\t{d}\t{grade}" for q, d, grade in qrels]
    write(folder / "qrels" / "test.tsv", ["query-id\tcorpus-id\tscore"] * header + judged, packed)
    return folder


def test_documents_are_found_whatever_their_ids(tmp_path: Path) -> None:
    found = evaluate_beir(beir(tmp_path), progress=False)
    assert (found["queries"], found["corpus"], found["skipped"]) == (3, 4, 1)  # unjudged: of another split
    assert found["metrics"]["hit@1"] == found["metrics"]["mrr@10"] == found["metrics"]["ndcg@10"] == 1
    assert found["errors"]["hit@1"] == 0
    assert found["passages"] >= 3
    json.dumps(found)


def test_gzip_and_a_missing_header_make_no_difference(tmp_path: Path) -> None:
    plain = evaluate_beir(beir(tmp_path / "plain"), progress=False)
    packed = evaluate_beir(beir(tmp_path / "packed", packed=True, header=False), progress=False)
    assert plain["metrics"] == packed["metrics"]
    assert packed["queries"] == 3


@pytest.mark.parametrize("retriever", ["hybrid", "words", "vectors"])
def test_each_part_of_the_retriever_can_be_measured_alone(tmp_path: Path, retriever: Any) -> None:
    found = evaluate_beir(beir(tmp_path), retriever=retriever, progress=False)
    assert found["retriever"] == retriever
    assert found["metrics"]["recall@10"] == 1


def test_words_alone_find_nothing_where_no_word_is_shared(tmp_path: Path) -> None:
    folder = beir(tmp_path)
    write(folder / "queries.jsonl", [{"_id": "q 1", "text": "火车乘客"}], packed=False)
    recall = {
        retriever: evaluate_beir(folder, retriever=retriever, progress=False)["metrics"]["recall@10"]
        for retriever in ("words", "vectors", "hybrid")
    }
    assert recall == {"words": 0, "vectors": 1, "hybrid": 1}


def test_a_document_that_the_corpus_lacks_lowers_recall(tmp_path: Path) -> None:
    found = evaluate_beir(beir(tmp_path, qrels=[*QRELS, ("q 1", "gone", 1)]), progress=False)
    assert found["metrics"]["recall@10"] == pytest.approx(5 / 6, abs=1e-5)
    assert found["metrics"]["hit@1"] == 1


def test_a_wrong_judgement_scores_nothing(tmp_path: Path) -> None:
    found = evaluate_beir(beir(tmp_path, qrels=[("q 1", "维基#2", 1), ("q/2", "a/b c", 1)]), progress=False)
    assert found["metrics"]["hit@1"] == 0
    assert 0 < found["metrics"]["mrr@10"] < 1


def test_distractors_join_the_corpus_and_are_never_relevant(tmp_path: Path) -> None:
    noise = tmp_path / "noise.jsonl.gz"
    question = QUERIES[0][1]
    records = [{"first": question, "rest": ""}, {"text": "无关。"}, {"_id": "a/b c", "title": "题", "text": "无关。"}]
    noise.write_bytes(gzip.compress("\n".join(json.dumps(record) for record in records).encode()))
    folder = beir(tmp_path / "set")
    found = evaluate_beir(folder, distractors=noise, progress=False)
    assert found["corpus"] == 7
    assert found["metrics"]["hit@1"] == pytest.approx(2 / 3, abs=1e-5)  # the question itself comes first
    assert found["metrics"]["recall@10"] == 1
    assert evaluate_beir(folder, noise, limit=1, limit_distractors=1, progress=False)["corpus"] == 5


def test_a_document_of_many_passages_counts_once_at_its_best(tmp_path: Path) -> None:
    folder = beir(tmp_path)
    long = "九位导演都说，平均成本在下降。" * 400
    with (folder / "corpus.jsonl").open("a", encoding="utf-8") as corpus:
        corpus.write(json.dumps({"_id": "long", "text": long + "卡梅隆说，成本要怎样就怎样。"}) + "\n")
    found = evaluate_beir(folder, progress=False)
    assert found["passages"] > 10
    assert found["metrics"]["recall@10"] == 1


@pytest.mark.parametrize("retriever", ["hybrid", "words", "vectors"])
def test_long_documents_keep_no_other_from_the_first_hundred(tmp_path: Path, retriever: Any) -> None:
    folder = beir(tmp_path, qrels=[("q 1", "short", 1)])
    words = "导演 成本 平均 九位 花了 镜头 短片 可灵 剧组 预算 拍摄 演员 灯光 制片 上映".split()
    chance = Random(1)
    long = ["。".join("".join(chance.choices(words, k=9)) for _ in range(1200)) for _ in range(3)]
    texts = [*long, "火车上的乘客平均有点累。"]
    documents = [{"_id": id, "text": text} for id, text in zip(("1", "2", "3", "short"), texts, strict=True)]
    write(folder / "corpus.jsonl", documents, packed=False)
    found = evaluate_beir(folder, retriever=retriever, progress=False)
    assert found["passages"] > 200 and (found["metrics"]["hit@1"], found["metrics"]["recall@100"]) == (0, 1)


@pytest.mark.parametrize(("judged", "first"), [("a/b c", 1), ("q 1", 1), ("other", 0)])
def test_a_document_that_is_the_query_is_not_ranked_unless_it_is_relevant(
    judged: str, first: float, tmp_path: Path
) -> None:
    folder = beir(tmp_path, qrels=[("q 1", judged, 1)])
    with (folder / "corpus.jsonl").open("a", encoding="utf-8") as corpus:
        for id, text in (("q 1", QUERIES[0][1]), ("other", "火车上的乘客。")):
            corpus.write(json.dumps({"_id": id, "text": text}) + "\n")
    assert evaluate_beir(folder, progress=False)["metrics"]["hit@1"] == first


@pytest.mark.parametrize(
    ("name", "content", "named"),
    [
        ("corpus.jsonl", None, "corpus.jsonl"),
        ("corpus.jsonl", '{"_id": "a"}', "Line 1 of"),
        ("corpus.jsonl", '{"text": "a"}', "_id"),
        ("queries.jsonl", "{", "Line 1 of"),
        ("qrels/test.tsv", None, "qrels/test.tsv"),
        ("qrels/test.tsv", "q 1\ta/b c\t1\nq 1 a/b c 1", "Line 2 of"),
        ("qrels/test.tsv", "q 1\ta/b c\t1\nq 1\t3\tinf", "Line 2 of"),
        ("qrels/test.tsv", "other\ta/b c\t1", "No query"),
        ("qrels/test.tsv", "q 1\tgone\t1", "No relevant document"),
        ("corpus.jsonl", "", "No relevant document"),
    ],
)
def test_a_malformed_folder_is_named(tmp_path: Path, name: str, content: str | None, named: str) -> None:
    folder = beir(tmp_path)
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_text(content, encoding="utf-8")
    with pytest.raises(CasesError, match=named) as caught:
        evaluate_beir(folder, progress=False)
    assert str(folder) in str(caught.value)


def test_unknown_retrievers_and_missing_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(CasesError, match="hybrid, words, vectors"):
        evaluate_beir(beir(tmp_path), retriever="dense", progress=False)  # type: ignore[arg-type]
    with pytest.raises(CasesError, match="nowhere"):
        evaluate_beir(tmp_path / "nowhere", progress=False)
