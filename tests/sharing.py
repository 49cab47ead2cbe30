"""What tests of libraries on servers share: what one holds, how another machine sees it, and moments of a writing."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ingest.build import ingest
from ingest.consistency import differences, misplaced
from ingest.errors import LibraryError
from ingest.library import Library
from ingest.settings import Place

QUESTION = "影片的制作成本只有多少？"
MOMENTS = {
    "before the vectors": ("_write_vectors", True),
    "after the vectors": ("_write_vectors", False),
    "after the commit": ("_written", False),
    "as what was replaced is forgotten": ("_forget", True),
}


def another(place: Place, name: str = "another") -> Place:
    """The same place, as another machine sees it."""
    return replace(place, folder=place.folder.with_name(name))


def environment(place: Place) -> dict[str, str]:
    """For a process of another machine that shares the place."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("CHANGJI_", "OPENAI_"))}
    return {**kept, "CHANGJI_DATABASE": place.database, "CHANGJI_CHROMA": place.chroma, "PYTHONUNBUFFERED": "1"}


def texts(library: Library) -> dict[str, str]:
    """Article id → text."""
    return {article.id: article.text for article in library.articles()}


def agree(library: Library) -> bool:
    """Whether words and vectors hold the passages that the database holds, and no others."""
    return not differences(library._database, library._words, library._open_vectors())


def sound(library: Library) -> bool:
    """Whether the three agree once it is brought up to date, and every passage is what stands at its offsets."""
    library._refresh()  # as a question would
    return agree(library) and not list(misplaced(library._database))


def said(answer: Any) -> dict[str, Any]:
    """An answer without the time it took."""
    return {key: value for key, value in answer.to_dict().items() if key != "timings"}


def at(moment: str, run: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Run something once, at a moment of the second writing from now on."""
    name, first = MOMENTS[moment]
    does, calls = getattr(Library, name), []

    def done(self: Library, *arguments: Any) -> None:
        calls.append(arguments)
        if first and len(calls) == 2:
            run()
        does(self, *arguments)
        if not first and len(calls) == 2:
            run()

    monkeypatch.setattr(Library, name, done)


def change(folder: Path) -> None:
    """Change two articles, add one, take one away."""
    for name, old, new in (("lighthouse", "3.5万元", "4.5万元"), ("writers", "820", "830")):
        path = folder / f"{name}.md"
        path.write_text(path.read_text("utf-8").replace(old, new), encoding="utf-8")
    (folder / "props.md").write_text("---\ntitle: 道具\n---\n道具师在仓库里找到了钟。\n", "utf-8")
    (folder / "festival.md").unlink()


def expected(folder: Path, tmp_path: Path) -> dict[str, str]:
    """What a library in a folder of its own makes of the articles."""
    library = Library.create(tmp_path / "embedded")
    ingest(library, folder)
    found = texts(library)
    library.close()
    return found


@contextmanager
def in_small_lots(library: Library) -> Iterator[None]:
    """Every article is written by itself."""
    embedder, lot = library.embedder, library.embedder.lot
    embedder.lot = 1
    try:
        yield
    finally:
        embedder.lot = lot


def once_free(write: Callable[[], None]) -> None:
    """Write as soon as the server has found out that who wrote before is gone."""
    end = time.monotonic() + 10
    while True:
        try:
            return write()
        except LibraryError as error:
            if "Another process" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(0.1)
