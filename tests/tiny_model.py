"""Tiny models with random weights, saved as transformers saves models: for tests of everything around a model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

_TEMPLATE = (
    "{% for message in messages %}<|{{ message.role }}|>{{ message.content }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
_TEXT = [
    "平均成本约为3.5万元。",
    "九位导演使用可灵。",
    "The articles answer this question.",
    "根据文章段落回答问题[1]。",
]


def save_tiny_model(folder: Path, chat: bool = True) -> Path:
    """A two-layer Llama of some 100,000 weights and its tokenizer, in `folder`."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<|end|>", "<|system|>", "<|user|>", "<|assistant|>"]
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_TEXT, trainer)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|end|>", pad_token="<|end|>")
    if chat:
        fast.chat_template = _TEMPLATE
    fast.save_pretrained(folder)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(fast), hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2,
        max_position_embeddings=4096, eos_token_id=fast.eos_token_id, pad_token_id=fast.pad_token_id, bos_token_id=None,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder


def save_tiny_encoder(folder: Path, words: Sequence[str], seed: int = 0, labels: int = 0) -> Path:
    """A one-layer BERT that knows `words`, in `folder`; with labels it is a cross-encoder."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizerFast

    folder.mkdir(parents=True)
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ":", *words]
    (folder / "vocab.txt").write_text("\n".join(vocabulary))
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
        initializer_range=0.5, num_labels=labels or 2,
    )  # fmt: skip
    (BertForSequenceClassification if labels else BertModel)(config).save_pretrained(folder)
    return folder


def save_tiny_embedder(folder: Path, words: Sequence[str], seed: int = 0) -> Path:
    """A sentence-transformers model of that encoder with mean pooling, without prompts."""
    from sentence_transformers import SentenceTransformer

    encoder = save_tiny_encoder(folder.with_name(folder.name + "-encoder"), words, seed)
    SentenceTransformer(str(encoder), device="cpu").save(str(folder))
    return folder
