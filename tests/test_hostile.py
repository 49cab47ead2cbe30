"""Folders that mean harm, or were filled by many hands: each bad file costs one line, and nothing else is lost."""

from __future__ import annotations

import io
import json
import os
import resource
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest import build, reading
from ingest.article import Article
from ingest.build import add_articles, ingest
from ingest.clean import clean
from ingest.errors import ReadError
from ingest.library import Library
from ingest.metadata import describe
from ingest.read import Document
from ingest.reading import Reader
from ingest.split import split

ROOT = Path(__file__).parents[1]
GOOD = "导演王岚用十四个月拍完了长片《雾中灯塔》，制作成本只有{}万元。"
Make = Callable[..., Library]


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return out.getvalue()


BAD: dict[str, tuple[bytes, str]] = {
    "cut.pdf": (b"%PDF-1.7\n1 0 obj\n<</Type/Catalog", "broken PDF"),
    "picture.md": (b"\x89PNG\r\n\x1a\n" + bytes(2000), "another format"),
    "paper.txt": (b"%PDF-1.4\n%\xe2\xe3", "another format"),
    "word.txt": (zipped(word__document_xml=b"<w/>"), "another format"),
    "old.docx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000), "broken .docx"),
    "bomb.docx": (zipped(word__document_xml=b"0" * 60_000_000), "unpacks to far more"),
    "nulls.txt": (bytes(100_000), "any known encoding"),
    "nothing.txt": (b"", "holds no text"),
    "blank.html": (b"<html><body>   </body></html>", "holds no text"),
    "huge.txt": (b"", "larger than 50 MB"),  # made sparse, below
    "long.txt": ("字".encode() * 4_000_001, "4,000,000 characters"),
}


def fill(folder: Path) -> dict[str, str]:
    """Three good articles among hostile files; a part of the reason that each of these must be skipped for, by name."""
    folder.mkdir()
    for number, name in enumerate(("a.md", "z🎬影.txt")):
        (folder / name).write_text(GOOD.format(number + 3), encoding="utf-8")
    half = '<script type="application/ld+json">{"headline": "半\\ud83d个", "author": "\\u0000"}</script>'
    (folder / "half.html").write_text(f"<html><head>{half}</head><body>{GOOD.format(6)}</body></html>", "utf-8")
    for name, (content, _) in BAD.items():
        (folder / name).write_bytes(content)
    with (folder / "huge.txt").open("wb") as huge:
        huge.truncate(3 << 30)
    reasons = {name: reason for name, (_, reason) in BAD.items()}
    outside = folder.parent / "secret.md"
    outside.write_text("密码是12345。", encoding="utf-8")
    (folder / "link.md").symlink_to(outside)
    (folder / "loop.md").symlink_to(folder / "loop.md")
    (folder / "gone.md").symlink_to(folder / "nowhere")
    (folder / "inner").mkdir()
    (folder / "inner" / "a.txt").write_text("另一篇同名的文章。", encoding="utf-8")
    (folder / "folder.md").mkdir()
    os.mkfifo(folder / "pipe.md")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(os.path.relpath(folder / "socket.md"))
    for name in ("two\nlines.md", "turned\u202edm.exe.md", "up..\r.md"):
        (folder / name).write_text(GOOD.format(9), encoding="utf-8")
    with open(os.fsencode(folder) + b"/\xff\xfe.md", "w", encoding="utf-8") as file:
        file.write(GOOD.format(9))
    names = dict.fromkeys(("two?lines.md", "turned?dm.exe.md", "up..?.md", "??.md"), "rename it")
    return reasons | names | {"link.md": "leads out", "inner/a.txt": "same name"}


def test_every_hostile_file_costs_one_line_and_the_others_are_ingested(tmp_path: Path) -> None:
    expected = fill(tmp_path / "folder")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("CHANGJI_", "OPENAI_"))}
    library = str(tmp_path / "library")
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "ui.cli", "ingest", str(tmp_path / "folder"), "--library", library],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30)),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    first, *lines = done.stdout.splitlines()
    assert first.startswith(f"3 added, {len(expected)} skipped") and "holds 3 articles" in first
    said = dict(line.removeprefix(f"  skipped {tmp_path / 'folder'}/").split(": ", 1) for line in lines)
    assert said.keys() == expected.keys()
    assert [said[name] for name, reason in expected.items() if reason not in said[name]] == []
    assert time.monotonic() - begun < 60
    asked = subprocess.run(
        [sys.executable, "-m", "ui.cli", "articles", "--json", "--library", library],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert {article["id"] for article in json.loads(asked.stdout)} == {"a", "half", "z🎬影"}


def test_a_file_that_may_not_be_read_is_skipped(
    tmp_path: Path, new_library: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a.md", "b.md"):
        (tmp_path / "in" / name).write_text(GOOD.format(3), encoding="utf-8")
    opening = Path.open

    def denied(path: Path, *arguments: Any, **more: Any) -> object:
        if path.name == "a.md":
            raise PermissionError(13, "Permission denied", str(path))
        return opening(path, *arguments, **more)

    monkeypatch.setattr(Path, "open", denied)
    report = ingest(new_library(), tmp_path / "in")
    assert report.added == ["b"] and "Permission denied" in str(report.skipped[0][1])


def test_a_bug_that_one_file_meets_keeps_no_other_out(
    tmp_path: Path, new_library: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a.md", "b.md"):
        (tmp_path / "in" / name).write_text(name + GOOD.format(3), encoding="utf-8")
    cleaning = reading.clean
    monkeypatch.setattr(reading, "clean", lambda text: cleaning(text) if "b.md" in text else 1 // 0)
    report = ingest(new_library(), tmp_path / "in")
    assert report.added == ["b"] and "ZeroDivisionError" in str(report.skipped[0][1])


# Limits


@pytest.fixture
def slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of three Word files; the process that reads them obeys what `a` and `b` say."""
    (tmp_path / "in").mkdir()
    for name in ("a.docx", "b.docx", "c.docx"):
        (tmp_path / "in" / name).write_text(GOOD.format(3), encoding="utf-8")
    return tmp_path / "in"


def _instead(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Have the process read every file as text, after running `code` with its `path`."""
    house = subprocess.Popen

    def start(command: list[str], **more: object) -> subprocess.Popen[str]:
        program = (
            "import time, os; import ingest.reading as r; plain = r.read_article\n"
            f"def read(path):\n    {code}\n    return plain(path.rename(path.with_suffix('.txt')))\n"
            f"r.read_article = read; r.serve({reading.MEMORY})"
        )
        return house([command[0], "-c", program], **more)

    monkeypatch.setattr(reading.subprocess, "Popen", start)


@pytest.mark.parametrize(
    ("code", "reason"),
    [("if path.stem == 'b': time.sleep(60)", "takes over"), ("if path.stem == 'b': os.abort()", "breaks what reads it"),
     ("if path.stem == 'b': x = bytes(4 << 30)", "too much memory")],
)  # fmt: skip
def test_a_file_that_hangs_crashes_or_swallows_memory_is_skipped(
    slow: Path, new_library: Make, monkeypatch: pytest.MonkeyPatch, code: str, reason: str
) -> None:
    _instead(monkeypatch, code)
    if reason == "takes over":
        monkeypatch.setattr(reading, "TIMEOUT", 6.0)  # which the process must start within
    report = ingest(new_library(), slow)
    assert report.added == ["a", "c"]
    assert [reason in str(said) for _, said in report.skipped] == [True]


def test_large_text_is_read_apart_and_small_text_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "场记在第{}场戏里记下了每一个镜头。\n\n"
    (tmp_path / "small.txt").write_text(GOOD.format(3), encoding="utf-8")
    (tmp_path / "large.txt").write_text("".join(text.format(n) for n in range(9000)), encoding="utf-8")
    with Reader() as reader:
        reader.read(tmp_path / "small.txt")
        assert reader._process is None
        apart = reader.read(tmp_path / "large.txt")
        process = reader._process
        assert process is not None
    assert process.poll() is not None
    assert apart == reading.read_article(tmp_path / "large.txt")


# Whatever a file holds


def test_a_file_that_changes_while_it_is_read_is_read_again_next_time(
    tmp_path: Path, new_library: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is kept is one state of it, under that state's own digest."""
    (tmp_path / "in").mkdir()
    path, library = tmp_path / "in" / "a.txt", new_library()
    path.write_text(GOOD.format(3), encoding="utf-8")
    digest = build.digest

    def changing(path: Path) -> str:
        before = digest(path)
        path.write_text(GOOD.format(4), encoding="utf-8")
        return before

    monkeypatch.setattr(build, "digest", changing)
    assert ingest(library, path.parent).added == ["a"]
    monkeypatch.setattr(build, "digest", digest)
    path.write_text(GOOD.format(3), encoding="utf-8")
    assert ingest(library, path.parent).changed == ["a"]
    assert "3万元" in library.article("a").text


HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "\0\u202e\u2066\u200b\ufeff\ud800\udfff\u0301\u2028\x85\r\n\t　。！？…“”《》()[]!*_#|-:`~<>&\\/甲技術a1."
        ),
    ),
    max_size=300,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=HOSTILE, times=st.sampled_from([1, 1, 1, 40]))
def test_any_text_becomes_passages_that_stand_at_their_offsets(text: str, times: int) -> None:
    document = Document(text * times)
    about, body = describe(document, Path("a.txt"))
    cleaned = clean(body)
    assert clean(cleaned.text).text == cleaned.text
    assert not any(character in cleaned.text for character in "\0\u202e\u2066\r")
    article = Article("a", cleaned.text, about.title, headings=cleaned.headings)
    for passage in split(article, 64):
        assert passage.text == article.text[passage.start : passage.end] and passage.text.strip()


def test_lone_surrogates_and_nulls_reach_no_store(new_library: Make) -> None:
    library = new_library()
    add_articles(library, [Article("a", "灯光师\ud83d在\0片场。", "标\udc00题", tags=("\ud800",))])
    text = library.article("a").text
    text.encode()
    assert "\0" not in text and library.passages_of("a")[0].text == text


@pytest.mark.slow
def test_very_many_tiny_files_are_ingested(tmp_path: Path) -> None:
    files = int(os.environ.get("CHANGJI_TEST_FILES", "10000"))
    for number in range(files):
        folder = tmp_path / "in" / f"{number // 1000:03}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number}.txt").write_text(f"第{number}号镜头拍的是灯塔。", encoding="utf-8")
    library = Library.create(tmp_path / "library")
    report = ingest(library, tmp_path / "in")
    assert len(report.added) == files and not report.skipped
    assert ingest(library, tmp_path / "in").unchanged == report.added
    library.close()


def test_an_unlikely_name_is_refused_alone_too(tmp_path: Path, new_library: Make) -> None:
    path = tmp_path / "two\nlines.md"
    path.write_text(GOOD.format(3), encoding="utf-8")
    report = ingest(new_library(), path)
    assert not report.added and "rename" in str(report.skipped[0][1])
    with pytest.raises(ReadError):
        ingest(new_library(), tmp_path / "none")
