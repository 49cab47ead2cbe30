"""Changji speaks to nobody: no process of it connects, or as much as looks up a name, beyond this machine."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from openai_server import OpenAIServer, Reply
from pages import post

ROOT = Path(__file__).parents[1]
QUESTION = "九位导演使用可灵的平均成本是多少？"
# Python runs this in every process that it starts with the folder on its path; audit hooks see what any library does.
WATCH = """
import os, sys

HERE = ("127.0.0.1", "::1", "localhost", "0.0.0.0", "::", "", None)

def watch(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        where = address[0] if isinstance(address, tuple) else None
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        where = arguments[0]
    else:
        return
    where = where.decode() if isinstance(where, bytes) else where
    if where not in HERE:
        with open(os.environ["WATCHED"], "a") as log:
            log.write(f"{event} {where} by {' '.join(sys.argv)[:200]}\\n")
        raise OSError(101, "Network is unreachable")

sys.addaudithook(watch)
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a new user, in which whatever reaches beyond this machine fails, and is logged at WATCHED."""
    tmp_path = tmp_path_factory.mktemp("silence")
    (tmp_path / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
    (tmp_path / "home").mkdir()
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "LC_ALL", "VIRTUAL_ENV")}
    path = os.pathsep.join((str(tmp_path), str(ROOT)))
    env = kept | {
        "PYTHONPATH": path, "WATCHED": str(tmp_path / "watched"), "HOME": str(tmp_path / "home"),
        "CHANGJI_LIBRARY": str(tmp_path / "library"),
    }  # fmt: skip
    changji("ingest", "seeds", env=env)
    assert attempts(env) == ""
    return env


@pytest.fixture
def watched(home: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """That environment with a log of the test's own."""
    return home | {"WATCHED": str(tmp_path / "watched")}


def attempts(watched: dict[str, str]) -> str:
    log = Path(watched["WATCHED"])
    return log.read_text(encoding="utf-8") if log.exists() else ""


def changji(*arguments: str, env: dict[str, str], before: tuple[str, ...] = ()) -> str:
    command = [*before, sys.executable, "-m", "ui.cli", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_watch_sees_what_it_should(watched: dict[str, str]) -> None:
    for code in ("import urllib.request as u; u.urlopen('http://example.invalid')",
                 "import httpx; httpx.get('http://192.0.2.1')"):  # fmt: skip
        done = subprocess.run([sys.executable, "-c", code], env=watched, capture_output=True, text=True, timeout=60)
        assert "Network is unreachable" in done.stderr, done.stderr
    assert "example.invalid" in attempts(watched) and "192.0.2.1" in attempts(watched)


def _questions(folder: Path) -> str:
    cases = [json.loads(line) for line in (ROOT / "eval/questions/film.jsonl").read_text("utf-8").splitlines()[:6]]
    path = folder / "questions.jsonl"
    path.write_text("".join(json.dumps(case, ensure_ascii=False) + "\n" for case in cases), encoding="utf-8")
    return str(path)


def test_importing_every_module_reaches_nobody(watched: dict[str, str]) -> None:
    files = [file for room in ("ingest", "rag", "eval", "ui") for file in sorted((ROOT / room).rglob("*.py"))]
    modules = [".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for file in files]
    code = f"import importlib\nfor name in {modules!r}: importlib.import_module(name)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=watched, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert attempts(watched) == ""


def test_asking_evaluating_and_looking_over_reach_nobody(watched: dict[str, str], tmp_path: Path) -> None:
    assert "35000" in changji("ask", QUESTION, env=watched)
    changji("eval", _questions(tmp_path), env=watched)
    changji("doctor", env=watched)
    changji("backup", str(tmp_path / "copy"), env=watched)
    assert attempts(watched) == ""


def test_a_language_model_on_this_machine_is_the_only_one_spoken_to(watched: dict[str, str]) -> None:
    with OpenAIServer(Reply("九位导演使用可灵的平均成本是35000元[1]。")) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        env = watched | {"CHANGJI_LLM_BASE_URL": server.url, "CHANGJI_LLM_MODEL": "tiny"}
        assert json.loads(changji("ask", QUESTION, "--json", env=env))["mode"] == "llm"
        server.shutdown()
        assert len(server.requests) == 1
    assert attempts(watched) == ""


def test_the_page_reaches_nobody(watched: dict[str, str]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address, command = f"http://127.0.0.1:{port}", [sys.executable, "-m", "ui.cli", "chat", "--port", str(port)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=ROOT, env=watched, stdout=quiet, stderr=quiet) as serving:
        try:
            _wait(address, serving)
            event, (answer,) = post(address, "ask", QUESTION, [], [])
            assert event == "complete" and "35000" in answer["answer"]
            assert serving.poll() is None
        finally:
            serving.terminate()
    assert attempts(watched) == ""


def _wait(address: str, serving: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert serving.poll() is None, "the page did not start"
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError("the page did not answer")


def test_without_any_network_everything_works(watched: dict[str, str], tmp_path: Path) -> None:
    """In a network namespace of its own, which holds nothing: also what is written in Rust and C can reach nobody."""
    alone = ("unshare", "--map-root-user", "--net")
    if not shutil.which("unshare") or subprocess.run([*alone, "true"], capture_output=True).returncode:
        pytest.skip("this system gives no process a network of its own")
    env = watched | {"CHANGJI_LIBRARY": str(tmp_path / "library")}
    changji("ingest", "seeds", env=env, before=alone)
    assert "35000" in changji("ask", QUESTION, env=env, before=alone)
    changji("eval", _questions(tmp_path), env=env, before=alone)
