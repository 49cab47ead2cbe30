"""Results that can't be written: one sentence says so, before the questions are asked where that can be known."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from test_cli import changji

from ingest.library import Library
from ui.cli import main
from ui.files import new_file, write

FULL = Path("/dev/full")  # takes nothing
full_disk = pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full here")


@pytest.mark.parametrize(
    "command",
    [
        ("eval", "--limit", "1", "--out", "{}.json"),
        ("eval", "--limit", "1", "--report", "{}.html"),
        ("eval", "make", "seeds", "--out", "{}.jsonl"),
    ],
)
@pytest.mark.parametrize("name", ["x" * 300, "none/out"])
def test_a_file_that_cannot_be_made_is_told_before_any_work(
    command: tuple[str, ...], name: str, library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [part.format(tmp_path / name) for part in command]
    with pytest.raises(SystemExit) as ended:
        main(arguments + (["--library", str(library.folder)] if "make" not in command else []))
    assert ended.value.code == 2 and "can't be written" in capsys.readouterr().err.splitlines()[-1]


def test_trying_a_file_leaves_all_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "old.json").write_text("old")
    (tmp_path / "link.json").symlink_to(tmp_path / "new.json")
    os.mkfifo(tmp_path / "pipe")
    before = sorted(tmp_path.iterdir())
    for path in (*before, tmp_path / "other.json"):
        assert new_file(str(path)) == path
    assert sorted(tmp_path.iterdir()) == before and (tmp_path / "old.json").read_text() == "old"


@full_disk
@pytest.mark.parametrize(
    "command",
    [
        ("eval", "--limit", "1", "--out", str(FULL)),
        ("eval", "make", "seeds", "--per-article", "1", "--out", str(FULL)),
        ("backup", str(FULL.parent)),
    ],
)
def test_a_file_that_refuses_what_is_written_is_told(
    command: tuple[str, ...], library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, *(["--library", str(library.folder)] if "make" not in command else [])]) == 2
    told = capsys.readouterr().err.splitlines()[-1]
    assert told.startswith("changji: ") and command[-1] in told and "name another file" in told


@pytest.mark.parametrize(
    "arguments", ["{0}/set.jsonl --out {0}/./set.jsonl", "--squad {0}/set.jsonl --out {0}/set.jsonl",
                  "--out {0}/new.md --report {0}/new.md", "--report {0}/new.md --report {0}/new.md"],
)  # fmt: skip
def test_results_take_the_place_of_nothing_that_is_read_or_written(
    arguments: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "set.jsonl").write_text("{}")
    assert main(["eval", *arguments.format(tmp_path).split()]) == 2
    assert "is named twice" in capsys.readouterr().err and (tmp_path / "set.jsonl").read_text() == "{}"


def test_drafts_take_the_place_of_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "edited.jsonl").write_text("{}")
    with pytest.raises(SystemExit) as ended:
        main(["eval", "make", "seeds", "--out", str(tmp_path / "edited.jsonl")])
    assert ended.value.code == 2 and "holds something already" in capsys.readouterr().err
    assert (tmp_path / "edited.jsonl").read_text() == "{}"


def test_what_is_no_text_is_written_as_json_writes_it(tmp_path: Path) -> None:
    write(tmp_path / "out.json", '"\udcbf"')
    assert json.loads((tmp_path / "out.json").read_text("utf-8")) == "\udcbf"


@full_disk
@pytest.mark.parametrize("command", [("articles", "--json"), ("ask", "可灵的用户有多少？")])
def test_an_output_that_refuses_what_is_written_is_told(command: tuple[str, ...], library: Library) -> None:
    with FULL.open("w") as full:
        finished = changji(*command, library=library.folder, output=full)
    assert finished.returncode == 2 and finished.stderr.count("\n") == 1
    assert finished.stderr.startswith("changji: the output can't be read or written (No space left on device)")


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("remove", "\udcbf"), "There is no article"),
        (("ask", "谁？", "--articles", "\udcbf"), "holds half a character, which is no text"),
    ],
)
def test_an_id_that_is_no_text_is_told_in_a_sentence(
    command: tuple[str, ...], told: str, library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--library", str(library.folder)]) == 2
    assert told in capsys.readouterr().err
