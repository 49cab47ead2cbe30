"""A Hugging Face chat model in this process, as a LlamaIndex LLM. Imported only when one is asked for."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.llms import ChatMessage, CompletionResponse, CompletionResponseGen, CustomLLM, LLMMetadata

from ingest.errors import LLMError
from ingest.hub import only_here
from rag.failures import CutOff

_REPLY_TOKENS = 512
_LONGEST_CONTEXT = 32768


class LocalLLM(CustomLLM):
    """A causal language model with a chat template. One answer at a time: a second one waits for the first."""

    _name: str = PrivateAttr()
    _model: Any = PrivateAttr()
    _tokenizer: Any = PrivateAttr()
    _lock: Any = PrivateAttr()

    def __init__(self, name: str, model: Any, tokenizer: Any) -> None:
        super().__init__(messages_to_prompt=self._prompt)
        self._name, self._model, self._tokenizer = name, model, tokenizer
        self._lock = threading.Lock()

    @property
    def metadata(self) -> LLMMetadata:
        """The model's name and the length of its context in tokens."""
        context = min(getattr(self._model.config, "max_position_embeddings", 4096), _LONGEST_CONTEXT)
        return LLMMetadata(model_name=self._name, context_window=context, num_output=_REPLY_TOKENS, is_chat_model=True)

    def _prompt(self, messages: Sequence[ChatMessage]) -> str:
        plain = [{"role": str(message.role.value), "content": message.content or ""} for message in messages]
        # enable_thinking is for templates that know it (Qwen3); others don't look at it.
        return self._tokenizer.apply_chat_template(
            plain, tokenize=False, add_generation_prompt=True, enable_thinking=False
        )

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        """The whole text that follows a prompt."""
        text = ""
        for response in self.stream_complete(prompt, formatted, **kwargs):
            text = response.text
        return CompletionResponse(text=text)

    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponseGen:
        """The text that follows a prompt, as it is written."""
        return self._stream(prompt)

    def _stream(self, prompt: str) -> CompletionResponseGen:
        import torch
        from transformers import StoppingCriteria, StoppingCriteriaList, TextIteratorStreamer

        left = threading.Event()
        failed: list[BaseException] = []

        class Abandoned(StoppingCriteria):
            def __call__(self, ids: torch.Tensor, scores: torch.Tensor, **_: Any) -> torch.Tensor:
                return torch.full((ids.shape[0],), left.is_set(), device=ids.device)

        streamer = TextIteratorStreamer(self._tokenizer, skip_prompt=True, skip_special_tokens=True)
        inputs = self._tokenizer(prompt, return_tensors="pt", add_special_tokens=False).to(self._model.device)

        def run() -> None:
            try:
                with self._lock, torch.inference_mode():
                    written = self._model.generate(
                        input_ids=inputs["input_ids"],
                        attention_mask=inputs["attention_mask"],
                        max_new_tokens=_REPLY_TOKENS,
                        do_sample=False,
                        streamer=streamer,
                        stopping_criteria=StoppingCriteriaList([Abandoned()]),
                    )[0, inputs["input_ids"].shape[1] :]
                if len(written) >= _REPLY_TOKENS and int(written[-1]) not in self._ends():
                    failed.append(CutOff())
            except BaseException as error:
                failed.append(error)
                streamer.end()

        writer = threading.Thread(target=run, name="local-model", daemon=True)
        writer.start()
        text = ""
        try:
            for piece in streamer:
                text += piece
                yield CompletionResponse(text=text, delta=piece)
        finally:
            left.set()
        writer.join()  # how it ended is known a moment after the last piece
        if failed:
            raise failed[0]

    def _ends(self) -> set[int]:
        """The tokens with which the model ends an answer."""
        ends = self._model.generation_config.eos_token_id
        return set(ends) if isinstance(ends, list) else {ends}


def load_local(name: str) -> LocalLLM:
    """A chat model from a folder, the local cache, or the hub (with progress); LLMError if there is none."""
    if not name:
        raise LLMError("No model is named after local:; write for example local:Qwen/Qwen3-1.7B, or local:FOLDER.")
    try:
        only_local = only_here([name])
        import torch
        import transformers

        tokenizer = transformers.AutoTokenizer.from_pretrained(
            name, local_files_only=only_local, trust_remote_code=False
        )
        model: Any = transformers.AutoModelForCausalLM.from_pretrained(
            name, local_files_only=only_local, trust_remote_code=False, use_safetensors=True, dtype="auto"
        )
    except Exception as error:
        raise _failed(name, error) from None
    if not tokenizer.chat_template:
        raise LLMError(
            "The model {name} has no chat template; choose one made for chat, such as Qwen/Qwen3-1.7B.", name=name
        )
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return LocalLLM(name, model.to(device).eval(), tokenizer)


def _failed(name: str, error: Exception) -> LLMError:
    kind = type(error).__name__
    if Path(name).exists():
        return LLMError(
            "The folder {name} holds no chat model that transformers can load ({kind}); give one saved with "
            "save_pretrained as safetensors.",
            name=name,
            kind=kind,
        )
    return LLMError(
        "The model {name} is neither a folder here nor in the local cache, and couldn't be fetched ({kind}); check the "
        "spelling and the connection.",
        name=name,
        kind=kind,
    )
