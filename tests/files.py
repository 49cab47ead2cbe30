"""Files that tests write."""

from __future__ import annotations

from pathlib import Path


def write(folder: Path, name: str, content: bytes | str) -> Path:
    """A file of that name in the folder."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
