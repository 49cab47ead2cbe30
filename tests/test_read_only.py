"""Libraries that can only be read, for want of permission or of space: they answer, and say why they aren't written."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from stage import QUESTIONS, shown

from ingest.build import remove
from ingest.errors import LibraryError
from ingest.library import Library
from ingest.replica import writable

ROOT = Path(__file__).parents[1]
_CAP_DAC_OVERRIDE, _PR_CAPBSET_DROP = 1, 24


def _as_a_user() -> None:
    """In a child before it starts: what root may do regardless of a file's permissions, it may no longer."""
    if os.geteuid() == 0:
        ctypes.CDLL(None).prctl(_PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE, 0, 0, 0)


def _changji(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("CHANGJI_", "OPENAI_"))}
    return subprocess.run(
        [sys.executable, "-m", "ui.cli", *arguments], cwd=ROOT, env=environment, preexec_fn=_as_a_user,
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip


@pytest.fixture
def read_only(stage: Path) -> Iterator[Path]:
    """The library's folder, in which nobody may write."""
    library = stage / "library"
    paths = [library, *library.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    probe = subprocess.run(["touch", str(library / "probe")], preexec_fn=_as_a_user, capture_output=True)
    if probe.returncode == 0:
        (library / "probe").unlink()
        pytest.skip("this user may write anywhere")
    yield library
    for path in paths:
        path.chmod(0o755 if path.is_dir() else 0o644)


def test_a_read_only_library_answers_and_says_that_it_cant_be_written(
    read_only: Path, stage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (stage / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(stage / "temporary"))
    kept = {path: path.read_bytes() for path in read_only.rglob("*") if path.is_file()}
    asked = _changji("ask", QUESTIONS[0], "--json", "--library", str(read_only))
    assert asked.returncode == 0, asked.stderr
    assert "3.5万元" in json.loads(asked.stdout)["answer"]
    for command in (("ingest", str(stage / "articles")), ("remove", "kling")):
        written = _changji(*command, "--library", str(read_only))
        assert written.returncode == 2 and "read-only" in written.stderr and written.stderr.count("\n") == 1
    assert kept == {path: path.read_bytes() for path in read_only.rglob("*") if path.is_file()}
    assert not list((stage / "temporary").iterdir())


def test_on_a_disk_without_any_space_it_still_answers(stage: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = shown(stage / "library")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(100, 100, 0))
    assert shown(stage / "library") == expected
    library = Library(stage / "library")
    with pytest.raises(LibraryError, match="disk full"):
        remove(library, ["kling"])
    library.close()


def test_what_a_writer_removes_meanwhile_doesnt_make_a_library_read_only(
    stage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passing, allowed = stage / "library" / "passing", os.access
    passing.touch()

    def access(path: Any, mode: int) -> bool:
        passing.unlink(missing_ok=True)
        return allowed(path, mode)

    monkeypatch.setattr(os, "access", access)
    assert writable(stage / "library")
