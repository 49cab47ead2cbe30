"""Every error that the page can meet is told in Chinese as well as in English: what is raised is read from the code."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import errors
from ingest.chinese import CHINESE
from ingest.errors import ChangjiError, ReadError, WriteError
from ingest.reading import Reader
from ingest.text import script

HOUSE = Path(__file__).parent.parent
COMMAND_LINE = {"backup.py", "doctor.py"}  # of ingest/: what only the command line does
OPENING = {"database.py", "sqlite.py", "library.py", "stores.py"}  # of ingest/: wrong before the page is there
PASSED_ON = {("reading.py", "answer['error']"), ("read.py", "error.message")}  # messages that were made elsewhere
ROOMS = ("ingest", "rag", "ui/rooms")
FOUND = [path for room in ROOMS for path in sorted((HOUSE / room).glob("*.py"))]
FILES = [path for path in FOUND if path.name not in COMMAND_LINE | OPENING] + [
    HOUSE / "eval/feedback.py",
    HOUSE / "eval/run.py",
]
ERRORS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, ChangjiError)}
MAKERS = {*ERRORS - {"WriteError"}, "_Unreadable"}  # what takes a message; WriteError has its own


def fields(sentence: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def raised(path: Path) -> Iterator[tuple[int, ast.expr, set[str]]]:
    """Line, message and names of the fields of each error that a file makes."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKERS and node.args:
            yield node.lineno, node.args[0], {keyword.arg for keyword in node.keywords if keyword.arg}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(HOUSE).as_posix())
def test_every_message_has_its_chinese(path: Path) -> None:
    for line, message, given in raised(path):
        if (path.name, ast.unparse(message)) in PASSED_ON:
            continue
        assert isinstance(message, ast.Constant), f"line {line}: write the message with {{fields}}, not as an f-string"
        assert message.value in CHINESE, f"line {line}: ingest/chinese.py lacks {message.value!r}"
        assert fields(message.value) - {"name"} <= given, f"line {line}"


def test_messages_are_found_in_the_code() -> None:
    every = [*FILES, *(HOUSE / "ingest" / name for name in OPENING)]
    found = {message.value for path in every for _, message, _ in raised(path) if isinstance(message, ast.Constant)}
    written = {WriteError(Path("library"), "full").message}
    assert set(CHINESE) <= found | written, "ingest/chinese.py holds what nothing says any more"


@pytest.mark.parametrize("english", CHINESE)
def test_the_chinese_is_chinese_and_fills_the_same_fields(english: str) -> None:
    chinese = CHINESE[english]
    assert re.search("[一-鿿]", chinese) and script(chinese) == "zh-Hans" and fields(chinese) <= fields(english)
    given = dict.fromkeys(fields(english), 3)
    error = ChangjiError(english, **given)
    assert str(error) == english.format(**given) and error.told("zh") == chinese.format(**given)


def test_an_error_is_told_on_one_line_and_braces_in_a_name_stay() -> None:
    error = ReadError("{name} is encrypted; save a copy without a password.", name="{a}\n{name}.pdf")
    assert str(error) == "{a} {name}.pdf is encrypted; save a copy without a password."
    assert error.told("zh") == "{a} {name}.pdf 加了密；请另存一份没有密码的。"
    assert ReadError("no Chinese {for} this").told("zh") == "no Chinese {for} this"


def test_what_a_process_of_its_own_says_is_told_in_chinese_too(tmp_path: Path) -> None:
    (tmp_path / "坏.pdf").write_bytes(b"%PDF-1.7 broken")
    with Reader() as reader, pytest.raises(ReadError) as caught:
        reader.read(tmp_path / "坏.pdf")
    assert caught.value.told("zh") == "坏.pdf 这个 PDF 已损坏；请重新导出或下载。"
