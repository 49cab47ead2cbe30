"""The latest run of each question set and the one before it, kept beside the library."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

from ingest.errors import WriteError

_FOLDER = "evaluations"

Report = dict[str, Any]  # see eval.summary


def keep_run(folder: Path, name: str, report: Report) -> None:
    """Keep a run as the set's latest; what was the latest becomes the previous one. WriteError where that fails."""
    latest, previous = _paths(folder, name)
    scratch, copy = latest.with_suffix(".new"), previous.with_suffix(".new")
    try:
        latest.parent.mkdir(exist_ok=True)
        scratch.write_text(json.dumps(report, ensure_ascii=False), encoding="utf-8")
        if latest.exists():  # copied, for whenever this is cut off there must be a latest one
            shutil.copyfile(latest, copy)
            os.replace(copy, previous)
        os.replace(scratch, latest)
    except OSError as error:
        raise WriteError(folder, error) from error


def kept_runs(folder: Path, name: str) -> tuple[Report | None, Report | None]:
    """The set's latest run and the previous one; None for what isn't there or was written by another version."""
    latest, previous = (_read(path) for path in _paths(folder, name))
    return latest, None if previous == latest else previous  # the same one, where keeping another was cut off


def _paths(folder: Path, name: str) -> tuple[Path, Path]:
    plain = re.sub(r"\W+", "-", name)
    return folder / _FOLDER / f"{plain}.json", folder / _FOLDER / f"{plain}-previous.json"


def _read(path: Path) -> Report | None:
    try:
        report = json.loads(path.read_text("utf-8"))
        whole = all(key in report for key in ("about", "metrics", "results"))
        return report if whole and all("passed" in result["scores"] for result in report["results"]) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
