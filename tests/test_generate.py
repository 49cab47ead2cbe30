"""The language model: what it is asked, how it streams, and that every failure becomes one sentence in time."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from openai_server import KEY, OpenAIServer, Reply, serving

from ingest.article import Article
from ingest.errors import LLMError
from ingest.split import count_tokens, split
from rag.cite import Source
from rag.conversation import Turn
from rag.generate import Generator, load_generator
from rag.prompts import REFUSAL_SENTINEL

VARIABLES = ("BASE_URL", "MODEL", "API_KEY", "TIMEOUT", "CONTEXT")
ARTICLE = Article(
    "kling",
    "2024年12月6日，快手在中国电影博物馆举办首映。九位导演使用可灵的平均成本约为3.5万元。贾樟柯对可灵很满意。",
    "九位导演用可灵",
    publisher="娱乐资本论",
    date="2024-12-18",
)
QUESTION = "平均成本是多少？"


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(f"CHANGJI_LLM_{name}", raising=False)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


def sources(*articles: Article) -> list[Source]:
    return [Source.of(passage, article) for article in articles or (ARTICLE,) for passage in split(article)]


@contextmanager
def generator(
    monkeypatch: pytest.MonkeyPatch, *script: Reply | str, timeout: float = 5, key: str = KEY, **settings: str
) -> Iterator[tuple[Generator, OpenAIServer]]:
    with serving(*script, key=KEY) as server:
        chosen = {"BASE_URL": server.url, "MODEL": "scripted", "API_KEY": key, "TIMEOUT": str(timeout), **settings}
        for name, value in chosen.items():
            monkeypatch.setenv(f"CHANGJI_LLM_{name}", value)
        loaded = load_generator()
        assert loaded
        yield loaded, server


def answer(generator: Generator, passages: Sequence[Source] = (), language: str = "zh-Hans") -> str:
    return "".join(generator.stream(QUESTION, passages or sources(), language))


def failure(generator: Generator) -> str:
    with pytest.raises(LLMError) as caught:
        answer(generator)
    message = str(caught.value)
    assert KEY not in message and "scripted failure" not in message and "\n" not in message
    assert message.endswith(".") and (";" in message or ":" in message), "says what happened, and what to do next"
    return message


def test_an_answer_streams_as_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    with generator(monkeypatch, Reply("平均约3.5万元。[1]", pause=0.05, characters=2)) as (model, server):
        arrivals = []
        for _ in model.stream(QUESTION, sources(), "zh-Hans"):
            arrivals.append(time.monotonic())
        assert len(arrivals) > 3 and arrivals[-1] - arrivals[0] > 0.1
        assert model.name == "scripted"
        assert server.requests[0]["stream"] is True


def test_passages_are_numbered_with_title_and_date(monkeypatch: pytest.MonkeyPatch) -> None:
    other = Article("other", "AI 短片在上海首映。", "上海首映", date="2025-11")
    with generator(monkeypatch, "好。[1]") as (model, server):
        answer(model, sources(ARTICLE, other))
        prompt = server.prompts[0]
    assert '<passage n="1" title="九位导演用可灵" publisher="娱乐资本论" date="2024-12-18">' in prompt
    assert '<passage n="2" title="上海首映" date="2025-11">' in prompt
    assert ARTICLE.text in prompt and QUESTION in prompt and REFUSAL_SENTINEL in prompt


def test_passages_are_cut_to_the_models_context(monkeypatch: pytest.MonkeyPatch) -> None:
    long = Article("long", "".join(f"第{i}句话说的是导演怎样用新工具完成镜头和剪辑。" for i in range(400)), "长文")
    with generator(monkeypatch, "好。[1]", CONTEXT="2000") as (model, server):
        answer(model, sources(long))
        prompt = server.prompts[0]
    shown = prompt.split('<passage n="1" title="长文">\n')[1].split("\n\n问题")[0]
    assert 700 < count_tokens(prompt) < 2000 - 500
    last = shown.removesuffix("\n</passage>").split("\n")[-1]
    assert last.endswith("。") and last in long.text
    assert 'n="2"' in prompt, "as many as fit"


def test_even_a_tiny_context_shows_whole_sentences_or_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with generator(monkeypatch, "好。[1]") as (model, server):
        monkeypatch.setattr(model.llm, "context_window", 100)
        answer(model)
        assert "九位导演使用可灵" not in server.prompts[0]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("约\x1b[31m3.5\x1b]0;P\x07万元。[1]", "约[31m3.5]0;P万元。[1]"),
        ("\x9b2J约\x003.5\r\n\t万元\x7f\x08。", "2J约3.5\n\t万元。"),
        ("\x1b约3.5万元\ud83d。", "约3.5万元。"),
        ("\x00<think>嗯\x1b</think>\x07约3.5万元。🎬", "约3.5万元。🎬"),
    ],
)
def test_what_rules_a_terminal_is_no_part_of_the_answer(
    monkeypatch: pytest.MonkeyPatch, written: str, told: str
) -> None:
    with generator(monkeypatch, Reply(written, characters=1)) as (model, _):
        assert answer(model) == told


def test_thoughts_are_not_part_of_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    with generator(monkeypatch, Reply("<think>\n先找成本。\n</think>\n\n约3.5万元。[1]", characters=3)) as (model, _):
        assert answer(model) == "约3.5万元。[1]"


def test_text_that_only_looks_like_the_start_of_thoughts_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    with generator(monkeypatch, Reply("<the> 3.5万元", characters=1)) as (model, _):
        assert answer(model) == "<the> 3.5万元"


def test_a_follow_up_is_rewritten_from_the_conversation(monkeypatch: pytest.MonkeyPatch) -> None:
    history = [Turn("谁参加了可灵计划？", "贾樟柯等九位导演。"), Turn("平均成本是多少？", "约3.5万元。")]
    with generator(monkeypatch, "改写后的问题：“九位导演的短片花了多长时间？”\n\n解释……") as (model, server):
        assert model.rewrite("那花了多长时间？", history) == "九位导演的短片花了多长时间？"
        prompt = server.prompts[0]
    assert prompt.index("谁参加了可灵计划") < prompt.index("约3.5万元") < prompt.index("那花了多长时间")


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("问成本吧。\n</think>\n\n九位导演花了多长时间？", "九位导演花了多长时间？"),
        ("问成本吧。</think>\n", "那花了多长时间？"),
    ],
)
def test_thoughts_are_no_part_of_the_question(monkeypatch: pytest.MonkeyPatch, written: str, asked: str) -> None:
    with generator(monkeypatch, written) as (model, _):
        assert model.rewrite("那花了多长时间？", [Turn("谁？")]) == asked


def test_a_rewriting_that_is_no_question_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with generator(monkeypatch, "好" * 1000) as (model, _):
        assert model.rewrite("那花了多长时间？", [Turn("谁？")]) == "那花了多长时间？"


def test_the_conversation_has_a_token_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    history = [Turn(f"问题{i}？", f"第{i}个回答。" + "这一句说的是电影制作。" * 100) for i in range(50)]
    with generator(monkeypatch, "问题？") as (model, server):
        model.rewrite("那呢？", history)
        prompt = server.prompts[0]
    assert "问题49？" in prompt and "问题0？" not in prompt
    assert count_tokens(prompt) < 2000


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ([Reply(status=400)], "rejected the request (400)"),
        ([Reply(status=404)], "the model scripted (404)"),
        ([Reply(status=429, headers={"Retry-After": "120"})], "asks to wait 120 seconds"),
        ([Reply(status=500)], "failed (500)"),
        ([Reply("平均约3.5万元。", cut_after=1)], "stopped in the middle"),
        ([Reply("平均约3.5万元。", finishes=False)], "stopped in the middle"),
        ([Reply("平均约3.5万元。首映", reason="length")], "stopped in the middle"),
        ([Reply("平均约3.5万元。首映", reason="content_filter")], "stopped in the middle"),
        ([Reply("")], "empty answer"),
        ([Reply("\x1b\x07")], "empty answer"),
        ([Reply(raw=b"data: {not json\n\n")], "can't be read"),
        ([Reply(raw=b"<html>Welcome</html>")], "empty answer"),
        ([Reply(raw=b'data: {"error": {"message": "out of memory"}}\n\n')], "stopped in the middle"),
        ([Reply(raw="data: 中文\n\n".encode("gbk"))], "can't be read"),
    ],
    ids=[
        "400",
        "404",
        "429",
        "500",
        "cut off",
        "unfinished",
        "too long",
        "filtered",
        "empty",
        "unprintable",
        "malformed",
        "a web page",
        "error event",
        "gbk",
    ],
)
def test_a_failure_is_one_sentence(monkeypatch: pytest.MonkeyPatch, script: list[Reply], says: str) -> None:
    with generator(monkeypatch, *script) as (model, _):
        assert says in failure(model)


def test_a_wrong_key_is_refused_once_and_never_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    with generator(monkeypatch, "好。", key="sk-wrong-key-42") as (model, server):
        message = failure(model)
    assert "CHANGJI_LLM_API_KEY" in message and "sk-wrong" not in message
    assert server.requests == []


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_server_is_asked_again_after_the_time_it_names(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    busy = Reply(status=status, headers={"Retry-After": "0.8"})
    with generator(monkeypatch, busy, "约3.5万元。[1]") as (model, server):
        began = time.monotonic()
        assert answer(model) == "约3.5万元。[1]"
        assert time.monotonic() - began >= 0.8
        assert len(server.requests) == 2


def test_attempts_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    with generator(monkeypatch, Reply(status=503, headers={"Retry-After": "0.05"})) as (model, server):
        failure(model)
        assert len(server.requests) == 3


def test_what_was_streamed_is_never_streamed_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    with generator(monkeypatch, Reply("平均约3.5万元。", cut_after=1), "好。") as (model, server):
        failure(model)
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    "slow",
    [
        Reply("约3.5万元。", first_pause=3),
        Reply("约3.5万元。" * 20, pause=0.2),
        Reply("约3.5万元。", keep_alives=40),
        Reply(status=503, headers={"Retry-After": "2"}),
    ],
    ids=["silent", "dripping", "keep-alives only", "asks to wait too long"],
)
def test_the_timeout_holds(monkeypatch: pytest.MonkeyPatch, slow: Reply) -> None:
    with generator(monkeypatch, slow, timeout=1) as (model, _):
        began = time.monotonic()
        message = failure(model)
        assert time.monotonic() - began < 1.5
    assert "CHANGJI_LLM_TIMEOUT" in message or "503" in message


def test_a_server_that_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("CHANGJI_LLM_BASE_URL", f"http://name:{KEY}@127.0.0.1:{port}/v1")
    monkeypatch.setenv("CHANGJI_LLM_MODEL", "scripted")
    model = load_generator()
    assert model
    began = time.monotonic()
    assert f"http://127.0.0.1:{port}/v1 can't be reached" in failure(model)
    assert time.monotonic() - began < 5


def test_leaving_in_mid_answer_hangs_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with generator(monkeypatch, Reply("约3.5万元。" * 100, pause=0.01)) as (model, _):
        stream = model.stream(QUESTION, sources(), "zh-Hans")
        next(stream)
        began = time.monotonic()
        stream.close()
        assert time.monotonic() - began < 0.5


def test_a_proxy_is_not_asked_for_localhost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with generator(monkeypatch, "好。[1]") as (model, _):
        assert answer(model) == "好。[1]"


def test_openais_key_is_not_sent_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with generator(monkeypatch, "好。", key="") as (model, server):
        assert "(401)" in failure(model)
        assert server.requests == []


def test_importing_it_loads_no_library() -> None:
    heavy = "{'llama_index', 'openai', 'torch', 'transformers'}"
    code = f"import sys, rag.generate, rag.cite; assert not {heavy} & {{*sys.modules}}"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parent.parent)
