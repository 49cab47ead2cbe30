"""Where a Hugging Face model is: in a folder, in this machine's cache, or on the hub."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def only_here(names: Sequence[str]) -> bool:
    """Whether to look on this machine alone: for folders, and for models in the cache if the hub doesn't answer soon.

    `names` are what one model may be called. One that is neither here nor there is a FileNotFoundError, before seconds
    go into importing torch.
    """
    if any(Path(name).exists() for name in names):
        return True
    cached, there = any(map(_cached, names)), any(map(_on_hub, names))
    if not cached and not there:
        raise FileNotFoundError(names[0])
    return not there


def _cached(name: str) -> bool:
    from huggingface_hub import try_to_load_from_cache

    return any(isinstance(try_to_load_from_cache(name, file), str) for file in ("modules.json", "config.json"))


def _on_hub(name: str) -> bool:
    """One quick attempt; further on the hub's client would retry for minutes."""
    from huggingface_hub import HfApi

    try:
        HfApi().model_info(name, timeout=3.0)
    except Exception:  # no such model, no connection, a proxy's page: all the same here
        return False
    return True
