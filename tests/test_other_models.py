"""Other embedders and rerankers, by the roads users take, on tiny real models made here and on hubs that fail."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from ingest.embed import BUNDLED, Reranker, load_embedder
from ingest.errors import EmbedderError
from ingest.library import Library
from rag.retrieve import Retriever
from tests.tiny_model import save_tiny_embedder, save_tiny_encoder
from ui.cli import main

ROOT = Path(__file__).parents[1]
WORDS = [
    "query", "passage", "film", "camera", "电", "影", "镜", "头", "为", "这", "个", "句", "子", "生", "成", "表", "示",
    "以", "用", "于", "检", "索", "相", "关", "文", "章", "：", "represent", "this", "sentence", "for", "searching",
    "relevant", "passages", "instruct", "retrieve", "that", "answer", "the", "导", "演",
]  # fmt: skip

INSTRUCTION = "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: "


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an embedder, “plain”, and a reranker."""
    folder = tmp_path_factory.mktemp("models")
    save_tiny_embedder(folder / "plain", WORDS)
    save_tiny_encoder(folder / "reranker", WORDS, labels=1)
    return folder


def _copy(models: Path, name: str, prompts: dict[str, str]) -> str:
    folder = shutil.copytree(models / "plain", models / name, dirs_exist_ok=True)
    settings = folder / "config_sentence_transformers.json"
    settings.write_text(json.dumps(json.loads(settings.read_text()) | {"prompts": prompts}))
    return str(folder)


def test_any_model_gives_unit_vectors_and_a_name_that_changes_with_its_weights(models: Path) -> None:
    model = load_embedder(str(models / "plain"))
    vectors = model.embed_passages(["film camera", "电影镜头", ""])
    assert vectors.shape == (3, model.dimensions) == (3, 16)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert model.embed_passages([]).shape == (0, 16)
    other = load_embedder(str(save_tiny_embedder(models / "other", WORDS, seed=1)))
    assert other.name.split("-")[-1] != model.name.split("-")[-1]


def test_a_model_without_prompts_embeds_queries_as_passages(models: Path) -> None:
    model = load_embedder(str(models / "plain"))
    assert np.allclose(model.embed_query("film"), model.embed_passages(["film"])[0], atol=1e-6)


@pytest.mark.parametrize(
    ("name", "query", "passage"),
    [
        ("multilingual-e5-small", "query: ", "passage: "),
        ("multilingual-e5-large-instruct", INSTRUCTION, ""),
        ("bge-small-zh-v1.5", "为这个句子生成表示以用于检索相关文章：", ""),
        ("bge-base-en-v1.5", "Represent this sentence for searching relevant passages: ", ""),
        ("bge-m3", "", ""),
        ("model-e55", "", ""),
    ],
)  # fmt: skip
def test_families_get_the_prompts_they_were_trained_with(models: Path, name: str, query: str, passage: str) -> None:
    plain, model = load_embedder(str(models / "plain")), load_embedder(_copy(models, name, {}))
    assert np.allclose(model.embed_query("film"), plain.embed_query(query + "film"), atol=1e-5)
    assert np.allclose(model.embed_passages(["film"]), plain.embed_passages([passage + "film"]), atol=1e-5)
    if query:
        assert not np.allclose(model.embed_query("film"), plain.embed_query("film"), atol=1e-3)


def test_the_models_own_prompts_come_first(models: Path) -> None:
    plain = load_embedder(str(models / "plain"))
    own = load_embedder(_copy(models, "own-e5", {"query": "camera ", "document": ""}))
    assert np.allclose(own.embed_query("film"), plain.embed_query("camera film"), atol=1e-5)
    assert np.allclose(own.embed_passages(["film"]), plain.embed_passages(["film"]), atol=1e-5)


def test_a_reranker_scores_each_text(models: Path) -> None:
    scores = Reranker(str(models / "reranker")).scores("film", ["camera", "film camera", "电影"])
    assert scores.shape == (3,)
    assert np.isfinite(scores).all()
    assert len(set(scores.tolist())) == 3


# By the command line


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """A library of the digests, made with the bundled embedder."""
    assert main(["ingest", str(ROOT / "seeds"), "--library", str(tmp_path / "library")]) == 0
    return tmp_path / "library"


def _hits(folder: Path, mode: str) -> list[str]:
    library = Library(folder)
    hits = Retriever(library).retrieve("导演的电影镜头", mode=mode)
    library.close()
    return [hit.passage.id for hit in hits]


def test_a_library_is_re_embedded_asked_and_reranked_with_other_models(
    seeds: Path, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model, question = str(models / "plain"), "九位导演使用可灵的平均成本是多少？"
    by_words, by_vectors = _hits(seeds, "words"), _hits(seeds, "vectors")
    assert main(["ingest", "--embedder", model, "--library", str(seeds)]) == 0
    assert _hits(seeds, "words") == by_words
    assert _hits(seeds, "vectors") != by_vectors
    capsys.readouterr()
    assert main(["ask", question, "--library", str(seeds), "--reranker", str(models / "reranker"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["question"] == question
    assert main(["ingest", "--embedder", BUNDLED, "--library", str(seeds)]) == 0
    assert _hits(seeds, "vectors") == by_vectors


def test_retrieval_of_a_folder_of_queries_is_measured_with_the_reranker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Longest first, for a model of random weights may like either better.
    monkeypatch.setattr(Reranker, "scores", lambda self, question, texts: np.asarray([len(text) for text in texts]))
    lines = {
        "corpus.jsonl": [
            '{"_id": "a", "text": "电影镜头"}',
            '{"_id": "b", "text": "导演的句子和别的相关文章一样长。"}',
        ],
        "queries.jsonl": ['{"_id": "q", "text": "电影镜头"}'],
        "qrels/test.tsv": ["q\ta\t1"],
    }
    (tmp_path / "qrels").mkdir()
    for name, written in lines.items():
        (tmp_path / name).write_text("\n".join(written), encoding="utf-8")
    firsts = []
    for options in ([], ["--reranker", str(models / "reranker")]):
        assert main(["eval", "--beir", str(tmp_path), *options]) == 0
        firsts.append(json.loads(capsys.readouterr().out)["metrics"]["hit@1"])
    assert firsts == [1, 0]


_KILLED = """
import os, signal, sys
from ingest import embed
from ui.cli import main
embed_passages, calls = embed.TransformerEmbedder.embed_passages, []
def killed(self, texts):
    calls.append(1)
    if len(calls) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return embed_passages(self, texts)
embed.TransformerEmbedder.embed_passages = killed
main(["ingest", "--embedder", sys.argv[1], "--library", sys.argv[2]])
"""


@pytest.mark.slow
def test_killed_in_the_middle_of_re_embedding_the_old_embedder_still_answers(seeds: Path, models: Path) -> None:
    before = _hits(seeds, "vectors")
    arguments = [sys.executable, "-c", _KILLED, str(models / "plain"), str(seeds)]
    assert subprocess.run(arguments, cwd=ROOT, capture_output=True, timeout=120).returncode == -9
    library = Library(seeds)
    assert library.manifest["embedder"] == BUNDLED
    library.close()
    assert _hits(seeds, "vectors") == before
    assert main(["ingest", "--embedder", str(models / "plain"), "--library", str(seeds)]) == 0
    assert _hits(seeds, "vectors") != before


# Hubs that fail


class _Hub(BaseHTTPRequestHandler):
    """Knows no model, as the real one answers a misspelt name."""

    def do_HEAD(self) -> None:
        self.send_error(404 if self.path.count("/") > 1 else 200)

    do_GET = do_HEAD

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def hub() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def _contents(folder: Path) -> tuple[object, ...]:
    library = Library(folder)
    contents = library.manifest, library.catalogue()
    library.close()
    return (*contents, _hits(folder, "vectors"))


def _changji(endpoint: str, *arguments: str) -> tuple[subprocess.CompletedProcess[str], float]:
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "ui.cli", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120,
        env={**os.environ, "HF_ENDPOINT": endpoint, "HF_HUB_OFFLINE": "0"},
    )  # fmt: skip
    return done, time.perf_counter() - began


@pytest.mark.slow
def test_a_name_that_the_hub_doesnt_know_is_one_sentence_and_the_library_untouched(seeds: Path, hub: str) -> None:
    before = _contents(seeds)
    done, seconds = _changji(hub, "ingest", "--embedder", "no-such/model", "--library", str(seeds))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert done.stderr.startswith("changji: The model no-such/model is neither a folder")
    assert seconds < 60  # most of it imports torch; retries would take minutes
    assert _contents(seeds) == before


@pytest.mark.parametrize("option", ["--embedder", "--reranker"])
def test_without_a_hub_a_name_fails_at_once(seeds: Path, option: str) -> None:
    command = ("ingest",) if option == "--embedder" else ("ask", "谁？")
    done, seconds = _changji("http://127.0.0.1:9", *command, option, "no-such/model", "--library", str(seeds))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert seconds < 10


@pytest.mark.parametrize(
    ("load", "instead"), [(load_embedder, "use the bundled model"), (Reranker, "without reranking")]
)
@pytest.mark.parametrize("name", ["no-such/model", "/no/such/folder", "a b", "model"])
def test_a_name_that_leads_nowhere_is_one_sentence(
    load: Callable[[str], object], instead: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(EmbedderError, match=rf"^The model {name} is neither a folder.*{instead}\.$"):
        load(name)


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(EmbedderError, match="holds no model"):
        load_embedder(str(tmp_path))
