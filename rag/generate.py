"""The language model: any LlamaIndex LLM writes an answer from numbered passages, or makes a follow-up stand alone.

CHANGJI_LLM_BASE_URL   an OpenAI-compatible server: http://localhost:11434/v1 (Ollama), http://localhost:8000/v1 (vLLM)
CHANGJI_LLM_MODEL      the model's name there, or local:NAME for a Hugging Face model in this process
CHANGJI_LLM_API_KEY    its key, where it wants one; OPENAI_API_KEY alone means OpenAI
CHANGJI_LLM_TIMEOUT    seconds for a whole answer; half of them may pass without a word
CHANGJI_LLM_CONTEXT    tokens the model can read and write at once, 1024 or more
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ingest.errors import LLMError
from ingest.split import count_tokens, sentences
from rag.failures import CutOff, emptied, explained, wait_before_retry, within
from rag.prompts import Excerpt, Message, answer_messages, passage_block, rewrite_messages

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

    from rag.cite import Source
    from rag.conversation import Turn

BASE_URL, MODEL, KEY = "CHANGJI_LLM_BASE_URL", "CHANGJI_LLM_MODEL", "CHANGJI_LLM_API_KEY"
TIMEOUT, CONTEXT = "CHANGJI_LLM_TIMEOUT", "CHANGJI_LLM_CONTEXT"
OPENAI_URL, OPENAI_MODEL = "https://api.openai.com/v1", "gpt-4.1-mini"
LOCAL = "local:"

_SECONDS = 120.0
_CONTEXT_TOKENS = 8192
_LEAST_CONTEXT = 1024  # what asks takes a third of it
_REPLY_TOKENS = 1024  # kept free for the answer
_OTHER_TOKENIZERS = 0.8  # other models' tokens are shorter than o200k_base's, by which we count
_WORTH_TOKENS = 60  # a passage cut shorter than that is left out
_HISTORY_TOKENS, _TURN_TOKENS = 1500, 300
_ATTEMPTS = 3
_CUT_SHORT = {"length", "content_filter"}  # reasons to finish before the answer was whole
_THOUGHTS, _THOUGHTS_END = "<think>", "</think>"
_LONGEST_QUESTION = 400  # characters; a longer rewriting isn't one
# Control characters could rule a terminal, and halves of a character can't be printed.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LABEL = re.compile(
    r"^(?:改写后的问题|改寫後的問題|最后的问题|问题|問題|question|rewritten question)\s*[:：]\s*", re.IGNORECASE
)


class Generator:
    """One LLM at work. `server` is its address for messages; `timeout` bounds each answer, in seconds."""

    def __init__(self, llm: LLM, name: str = "", server: str = "", timeout: float = _SECONDS) -> None:
        self.llm, self.server, self.timeout = llm, server, timeout
        self.name = name or llm.metadata.model_name

    def stream(self, question: str, passages: Sequence[Source], language: str) -> Iterator[str]:
        """Pieces of the answer in `language`, with [n] marks that count `passages` from 1; LLMError on any failure."""
        excerpts = self._fitting(question, passages, language)
        return self._written(answer_messages(question, excerpts, language))

    def rewrite(self, question: str, history: Sequence[Turn]) -> str:
        """The question as it would be asked without the conversation, or itself where the model makes nothing of it."""
        written = behind_thoughts("".join(self._written(rewrite_messages(question, _recent(history))))).strip()
        line = _LABEL.sub("", (written.splitlines() or [""])[0]).strip().strip('“”"「」').strip()
        return line if 0 < len(line) <= _LONGEST_QUESTION else question

    def probe(self) -> None:
        """Return if the model answers anything at all, else raise an LLMError that says why not."""
        for _ in self._written([Message("user", "1 + 1 = ?")]):
            return

    def _fitting(self, question: str, passages: Sequence[Source], language: str) -> list[Excerpt]:
        """Passages in order, as many as the model's context takes; the last one may end at an earlier sentence."""
        frame = sum(count_tokens(message.content) for message in answer_messages(question, [], language))
        context = self.llm.metadata.context_window
        room = int(max(context - min(_REPLY_TOKENS, context // 4), 0) * _OTHER_TOKENIZERS) - frame
        excerpts: list[Excerpt] = []
        for number, source in enumerate(passages, 1):
            excerpt = Excerpt(source.title, source.publisher, source.date, source.passage.text)
            size = count_tokens(passage_block(number, excerpt))
            if size > room:
                spare = room - size + count_tokens(excerpt.text)
                shorter = _first_tokens(excerpt.text, spare) if spare >= _WORTH_TOKENS or not excerpts else ""
                return [*excerpts, excerpt._replace(text=shorter)] if shorter else excerpts
            excerpts.append(excerpt)
            room -= size
        return excerpts

    def _written(self, messages: Sequence[Message]) -> Iterator[str]:
        """The model's words as they come. Attempts that fail before the first word are repeated while time remains."""
        deadline = time.monotonic() + self.timeout
        for attempt in range(_ATTEMPTS):
            began = False
            try:
                for piece in _without_thoughts(within(lambda: self._deltas(messages), deadline, self.timeout / 2)):
                    began = True
                    yield piece
            except Exception as error:
                wait = None if began or attempt + 1 == _ATTEMPTS else wait_before_retry(error, attempt)
                if wait is None or time.monotonic() + wait >= deadline:
                    raise explained(error, self.server, self.name) from None
                time.sleep(wait)
                continue
            if not began:
                raise emptied(self.name)
            return

    def _deltas(self, messages: Sequence[Message]) -> Iterator[str]:
        from llama_index.core.llms import ChatMessage

        reasons: set[str] | None = None  # unknown: only servers of OpenAI's kind say why they have finished
        for response in self.llm.stream_chat([ChatMessage(role=m.role, content=m.content) for m in messages]):
            choices = getattr(response.raw, "choices", None)
            if choices is not None:
                reasons = (reasons or set()) | {choice.finish_reason for choice in choices if choice.finish_reason}
            if delta := _UNPRINTABLE.sub("", response.delta or ""):
                yield delta
        if reasons is not None and (not reasons or reasons & _CUT_SHORT):
            raise CutOff


def _without_thoughts(pieces: Iterator[str]) -> Iterator[str]:
    """What a reasoning model says after <think>…</think>, without the white space around it."""
    held, state = "", "start"
    for piece in pieces:
        if state == "open":
            yield piece
            continue
        held = (held + piece).lstrip()
        if state == "start" and held.startswith(_THOUGHTS):
            state = "thinking"
        if state == "thinking" and _THOUGHTS_END in held:
            held, state = held.split(_THOUGHTS_END, 1)[1].lstrip(), "thought"
        if held and state != "thinking" and not (state == "start" and _THOUGHTS.startswith(held)):
            state = "open"
            yield held
    if state == "start" and held:
        yield held


def behind_thoughts(written: str) -> str:
    """What stands behind a reasoning model's thoughts: some chat templates open them, and the model only closes them."""
    _, closing, answer = written.rpartition(_THOUGHTS_END)
    return answer.lstrip() if closing else written


def _first_tokens(text: str, room: int) -> str:
    """The first sentences of a text that fit into `room` tokens."""
    end = 0
    for _, stop in sentences(text):
        if count_tokens(text[:stop]) > room:
            break
        end = stop
    return text[:end]


def _recent(history: Sequence[Turn]) -> list[tuple[str, str]]:
    """The latest turns that fit the budget, oldest first; long answers are cut."""
    kept: list[tuple[str, str]] = []
    room = _HISTORY_TOKENS
    for turn in reversed(history):
        answer = turn.answer if count_tokens(turn.answer) <= _TURN_TOKENS else _first_tokens(turn.answer, _TURN_TOKENS)
        room -= count_tokens(turn.question) + count_tokens(answer)
        if room < 0 and kept:
            break
        kept.append((turn.question, answer))
    return kept[::-1]


def load_generator(name: str | None = None, url: str | None = None, key: str | None = None) -> Generator | None:
    """The model that is asked for here or by the environment; None if none is. LLMError if it can't be had.

    `name` is a model of the server, or local:NAME_OR_FOLDER. What isn't given is taken from the variables above, save
    that a key of the environment goes to no `url` that is given here.
    """
    model, elsewhere = name or os.environ.get(MODEL, ""), url is not None
    url = (os.environ.get(BASE_URL, "") if url is None else url).strip().rstrip("/")
    key = os.environ.get(KEY, "") if key is None and not elsewhere else key or ""
    openai_key = "" if elsewhere else os.environ.get("OPENAI_API_KEY", "")
    timeout, context = _number(TIMEOUT, _SECONDS), _context()
    if model.startswith(LOCAL):
        from rag.local import load_local

        return Generator(load_local(model.removeprefix(LOCAL)), name=model, timeout=timeout)
    if not (model or url or key or openai_key):
        return None
    if not (model or url or openai_key):
        raise LLMError(
            "The language model's key (CHANGJI_LLM_API_KEY) has no server: set CHANGJI_LLM_BASE_URL and CHANGJI_LLM_MODEL "
            "too, or OPENAI_API_KEY instead for OpenAI."
        )
    if not (url or openai_key):
        raise LLMError(
            "The model {model} has no server: set CHANGJI_LLM_BASE_URL (and CHANGJI_LLM_API_KEY where it needs a key), "
            "or use local:{model} to run it in this process.",
            model=model,
        )
    if url and not model:
        raise LLMError(
            "No model is named for {server}: set CHANGJI_LLM_MODEL to one that this server has.", server=_address(url)
        )
    llm = _openai_like(
        url or OPENAI_URL, model or OPENAI_MODEL, key or (openai_key if not url else ""), timeout, context
    )
    return Generator(llm, server=_address(url or OPENAI_URL), timeout=timeout)


def _context() -> int:
    tokens = _number(CONTEXT, _CONTEXT_TOKENS)
    if tokens < _LEAST_CONTEXT:
        raise LLMError(
            "{variable} is {tokens:g}, too little for a question and a passage; set it to {least:,} tokens or more.",
            variable=CONTEXT,
            tokens=tokens,
            least=_LEAST_CONTEXT,
        )
    return int(tokens)


def _number(variable: str, default: float) -> float:
    written = os.environ.get(variable, "")
    try:
        value = float(written) if written else default
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise LLMError(
            "{variable} is {written!r}; set it to a number above zero, or leave it out for {default:g}.",
            variable=variable,
            written=written,
            default=default,
        )
    return value


def _address(url: str) -> str:
    """The server's address without user name and password."""
    try:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    except ValueError:
        raise LLMError(
            "CHANGJI_LLM_BASE_URL isn't an address: it should look like http://localhost:11434/v1."
        ) from None


def _openai_like(url: str, model: str, key: str, timeout: float, context: int) -> LLM:
    import httpx
    from llama_index.llms.openai_like import OpenAILike

    here = urlsplit(_address(url).lower()).hostname in ("localhost", "127.0.0.1", "::1")
    limits: Any = httpx.Timeout(timeout / 2, connect=min(10.0, timeout / 2))
    settings: dict[str, Any] = {
        "http_client": httpx.Client(timeout=limits, trust_env=not here)
    }  # no proxy for localhost
    return OpenAILike(
        model=model,
        api_base=url,
        api_key=key or "none",  # the client insists on one
        is_chat_model=True,
        context_window=context,
        temperature=0.0,
        max_retries=0,  # we repeat ourselves, within the timeout
        timeout=timeout,
        **settings,
    )
