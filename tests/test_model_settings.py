"""Which language model the environment and the options name; what can't work says so, and no key goes elsewhere."""

from __future__ import annotations

import pytest
from openai_server import KEY

from ingest.errors import LLMError
from ingest.library import Library
from rag.generate import load_generator
from ui.cli import main

SERVER = {"BASE_URL": "http://127.0.0.1:1/v1", "MODEL": "m"}


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BASE_URL", "MODEL", "API_KEY", "TIMEOUT", "CONTEXT"):
        monkeypatch.delenv(f"CHANGJI_LLM_{name}", raising=False)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


def test_no_settings_no_model() -> None:
    assert load_generator() is None


def test_an_openai_key_alone_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    model = load_generator()
    assert model and model.server == "https://api.openai.com/v1" and model.name == "gpt-4.1-mini"
    named = load_generator("gpt-4.1")
    assert named and named.name == "gpt-4.1"


@pytest.mark.parametrize(
    ("settings", "name", "says"),
    [
        ({"MODEL": "qwen3"}, None, "local:qwen3"),
        ({"MODEL": "qwen3", "API_KEY": KEY}, None, "local:qwen3"),
        ({"API_KEY": KEY}, None, "has no server: set CHANGJI_LLM_BASE_URL"),
        ({}, "qwen3", "CHANGJI_LLM_BASE_URL"),
        ({"BASE_URL": "http://127.0.0.1:1/v1"}, None, "CHANGJI_LLM_MODEL"),
        ({"BASE_URL": "localhost:11434", "MODEL": "m"}, None, "http://localhost:11434/v1"),
        ({**SERVER, "TIMEOUT": "soon"}, None, "CHANGJI_LLM_TIMEOUT"),
        ({**SERVER, "CONTEXT": "10"}, None, "CHANGJI_LLM_CONTEXT is 10, too little"),
        ({**SERVER, "CONTEXT": "0.5"}, None, "set it to 1,024 tokens or more"),
        ({**SERVER, "CONTEXT": "1023.9"}, None, "set it to 1,024 tokens or more"),
        ({}, "local:", "local:Qwen/Qwen3-1.7B"),
    ],
)
def test_settings_that_cannot_work_say_so(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], name: str | None, says: str
) -> None:
    for variable, value in settings.items():
        monkeypatch.setenv(f"CHANGJI_LLM_{variable}", value)
    with pytest.raises(LLMError, match=says):
        load_generator(name)


def test_the_least_context_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, value in {**SERVER, "CONTEXT": "1024"}.items():
        monkeypatch.setenv(f"CHANGJI_LLM_{variable}", value)
    model = load_generator()
    assert model and model.llm.metadata.context_window == 1024


@pytest.mark.parametrize("command", [["ask", "谁？"], ["doctor"]])
def test_a_key_without_a_server_is_told_and_sent_nowhere(
    command: list[str], library: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CHANGJI_LLM_API_KEY", KEY)
    assert main([*command, "--library", str(library.folder)]) in (1, 2)
    said = "".join(capsys.readouterr())
    assert "(CHANGJI_LLM_API_KEY) has no server" in said and KEY not in said


def test_a_key_given_without_a_server_is_told(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "谁？", "--llm-key", KEY, "--library", str(library.folder)]) == 2
    assert "has no server" in capsys.readouterr().err
