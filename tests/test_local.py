"""A Hugging Face model without a server, and a real server with one: both tiny, made here."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tiny_model import save_tiny_model

from ingest.article import Article
from ingest.errors import LLMError
from ingest.split import split
from rag.cite import Source, cite
from rag.generate import Generator, load_generator

ARTICLE = Article(
    "kling", "九位导演使用可灵的平均成本约为3.5万元。贾樟柯对可灵很满意。", "九位导演用可灵", date="2024-12-18"
)
SOURCES = [Source.of(passage, ARTICLE) for passage in split(ARTICLE)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_model(tmp_path_factory.mktemp("tiny"))


def endless(model: Generator | None) -> list[str]:
    """What a model with random weights writes: it never ends by itself, which is said."""
    assert model
    pieces = []
    with pytest.raises(LLMError, match="stopped in the middle"):
        for piece in model.stream("平均成本是多少？", SOURCES, "zh-Hans"):
            pieces.append(piece)
    return pieces


def test_a_model_that_ends_its_answer_is_not_cut_off(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = load_generator(f"local:{folder}")
    assert model
    monkeypatch.setattr("rag.local._REPLY_TOKENS", 4)
    generate, written = model.llm._model.generate, []
    monkeypatch.setattr(model.llm._model, "generate", lambda **asked: written.append(generate(**asked)) or written[-1])
    text = "".join(endless(model))
    monkeypatch.setattr(model.llm._model.generation_config, "eos_token_id", int(written[0][0, -1]))
    assert text.startswith("".join(model.stream("平均成本是多少？", SOURCES, "zh-Hans")))


def test_a_model_in_this_process_streams(folder: Path) -> None:
    model = load_generator(f"local:{folder}")
    assert model and model.name == f"local:{folder}"
    pieces = endless(model)
    text = "".join(pieces)
    assert len(pieces) > 1 and text.strip()
    assert "<|end|>" not in text and "passage" not in text, "neither control tokens nor the prompt"
    _, sentences, _ = cite(text, SOURCES)
    assert all(sentence.support != "supported" for sentence in sentences), "random words are borne out by nothing"


def test_it_stops_when_nobody_listens(folder: Path) -> None:
    model = load_generator(f"local:{folder}")
    assert model
    stream = model.stream("平均成本是多少？", SOURCES, "zh-Hans")
    next(stream)
    stream.close()
    began = time.monotonic()
    assert model.llm._lock.acquire(timeout=5), "generation ends, so that the next question needn't wait"
    model.llm._lock.release()
    assert time.monotonic() - began < 2


def test_its_time_is_bounded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHANGJI_LLM_TIMEOUT", "0.05")
    model = load_generator(f"local:{folder}")
    assert model
    with pytest.raises(LLMError, match="CHANGJI_LLM_TIMEOUT"):
        list(model.stream("平均成本是多少？", SOURCES, "zh-Hans"))


def test_a_model_without_a_chat_template_is_no_chat_model(tmp_path: Path) -> None:
    with pytest.raises(LLMError, match="has no chat template"):
        load_generator(f"local:{save_tiny_model(tmp_path, chat=False)}")


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    with pytest.raises(LLMError, match="holds no chat model"):
        load_generator(f"local:{tmp_path}")


def test_a_name_that_cannot_be_fetched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    began = time.monotonic()
    with pytest.raises(LLMError, match="neither a folder here nor in the local cache"):
        load_generator("local:changji/no-such-model")
    assert time.monotonic() - began < 10


def test_code_in_a_models_folder_is_never_run(tmp_path: Path) -> None:
    folder, trace = save_tiny_model(tmp_path / "model"), tmp_path / "ran"
    config = folder / "config.json"
    classes = '"auto_map": {"AutoConfig": "evil.Evil", "AutoModelForCausalLM": "evil.Evil"}'
    config.write_text(config.read_text().replace("{", "{" + classes + ",", 1).replace('"llama"', '"evil"'))
    (folder / "evil.py").write_text(f"open({str(trace)!r}, 'w')\nclass Evil: pass\n")
    with pytest.raises(LLMError):
        load_generator(f"local:{folder}")
    assert not trace.exists()


@contextmanager
def transformers_serving(folder: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("transformers")), "serve", str(folder), "--host", "127.0.0.1"]
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        [*command, "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    ) as server:
        try:
            _wait_for(f"http://127.0.0.1:{port}/health", server)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            server.terminate()


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        if server.poll() is not None:
            pytest.skip("`transformers serve` doesn't start here; install transformers[serving]")
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.5)
    pytest.fail("`transformers serve` didn't come up within two minutes")


@pytest.mark.slow
def test_a_real_server(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("fastapi")
    pytest.importorskip("accelerate", reason="`transformers serve` needs accelerate")
    with transformers_serving(folder) as url:
        monkeypatch.setenv("CHANGJI_LLM_BASE_URL", url)
        monkeypatch.setenv("CHANGJI_LLM_MODEL", str(folder))
        model = load_generator()
        assert model
        pieces = endless(model)
        assert len(pieces) > 1 and "".join(pieces).strip()
        monkeypatch.setenv("CHANGJI_LLM_MODEL", "no/such-model")
        other = load_generator()
        assert other
        with pytest.raises(LLMError):
            list(other.stream("平均成本是多少？", SOURCES, "zh-Hans"))
