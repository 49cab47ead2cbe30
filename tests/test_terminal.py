"""What the command line prints: nothing cut off in a pipe, one object a line for programs, and one of a thing singular."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from openai_server import Reply, serving
from rich.console import Console

from ingest.article import Article
from ingest.build import Report
from ingest.errors import ReadError
from ingest.library import Library
from ingest.text import script
from rag.answer import Answer, Nearest, Sentence
from ui import terminal
from ui.cli import main

LONG = Article("an-id-of-many-words-that-nobody-would-type", "", "标题很长" * 40, "一个出版者的名字", date="2024-12-18")
COST = "《雾中灯塔》的制作成本是多少？"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts what a user or program would type on standard input."""
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_a_list_in_a_pipe_is_as_wide_as_its_longest_line(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.print_articles([LONG], {LONG.id: 1})
    assert any(LONG.id in line and LONG.title in line for line in capsys.readouterr().out.splitlines())


@pytest.mark.parametrize(("count", "details", "lines"), [(5, False, 5), (6, False, 1), (6, True, 6)])
def test_many_files_passed_over_for_one_reason_are_counted(
    count: int, details: bool, lines: int, library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    report = Report()
    for number in range(count):
        report.skip(Path(f"{number}.xyz"), ReadError("{kind} is not a type of file that Changji reads", kind=".xyz"))
    report.skip(Path("b.pdf"), ReadError("{name} is encrypted.", name="b.pdf"))
    terminal.print_report(report, library, details)
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("  skipped")]
    assert len(told) == lines + 1 and any("b.pdf is encrypted" in line for line in told)
    assert (f"  skipped {count} files: .xyz" in " ".join(told)) == (lines == 1)


@pytest.mark.parametrize("width", [40, 80, 120])
def test_a_list_in_a_terminal_cuts_nothing_off(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.StringIO()
    monkeypatch.setattr(
        terminal, "Console", lambda: Console(file=shown, width=width, force_terminal=True, no_color=True)
    )
    terminal.print_articles([LONG], {LONG.id: 1})
    printed = shown.getvalue()
    assert LONG.id in printed and LONG.date in printed and printed.count("题") == LONG.title.count("题")


def test_questions_of_a_program_are_answered_an_object_a_line(
    library: Library, typed: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    typed(f"\ufeff{COST}\n\n{'问' * 3000}\n  \r\n那它花了多长时间？\n\n")
    assert main(["ask", "--json", "--library", str(library.folder)]) == 0
    first, refused, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["question"] == COST and "3.5万" in first["answer"]
    assert "more than 2,000" in refused["error"] and refused["question"].startswith("问")
    assert second["question"] == "那它花了多长时间？"


@pytest.mark.parametrize(
    ("before", "options", "told"),
    [
        ([COST], ["--json"], False),  # a program's questions, each by itself
        ([], ["--json", "--history", COST], True),
        ([COST], [], True),  # a conversation
        ([COST, ""], [], True),
    ],
)
def test_a_question_s_answer_depends_on_those_before_in_a_conversation_only(
    before: list[str], options: list[str], told: bool, library: Library, typed: Callable[[str], None],
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    typed("\n".join([*before, "那它花了多长时间？"]))
    assert main(["ask", *options, "--library", str(library.folder)]) == 0
    last = capsys.readouterr().out.rpartition("那它花了多长时间？")[2]
    assert ("没有这个问题的答案" not in last) == told


def test_an_empty_line_leaves_a_terminal(
    library: Library, typed: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(f"\n{COST}\n")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    assert main(["ask", "--library", str(library.folder)]) == 0
    told = capsys.readouterr()
    assert told.out == "? " and "an empty line ends" in told.err


@pytest.mark.parametrize("errors", ["strict", "surrogateescape"])  # the locale's
def test_questions_that_are_no_text_are_told(
    errors: str, library: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(COST.encode("gb18030")), "utf-8", errors))
    assert main(["ask", "--json", "--library", str(library.folder)]) == 2
    assert "save them as UTF-8" in capsys.readouterr().err


@pytest.mark.parametrize("ids", [["kling", COST], [COST]])
def test_a_question_taken_for_an_id_is_told(
    ids: Sequence[str], library: Library, typed: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    typed("")
    assert main(["ask", "--library", str(library.folder), "--articles", *ids]) == 2
    told = capsys.readouterr().err
    assert COST in told and "put it before --articles" in told and told.count("\n") == 1


def test_one_article_is_no_articles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "one.md").write_text("导演王岚拍完了长片《雾中灯塔》。", encoding="utf-8")
    where = ["--library", str(tmp_path / "library")]
    main(["ingest", str(tmp_path / "one.md"), *where])
    main(["backup", str(tmp_path / "kept"), *where])
    main(["doctor", *where])
    printed = capsys.readouterr().out
    assert printed.count("1 article ") >= 2 and "1 article in 1 passage" in printed and "1 articles" not in printed


@pytest.mark.parametrize("source", ["", "nothing-here"])
def test_what_is_not_there_leaves_no_library_behind(
    source: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ingest", source, "--library", str(tmp_path / "library")]) == 2
    assert capsys.readouterr().err.startswith("changji: ") and not (tmp_path / "library").exists()


@pytest.mark.parametrize("command", [("eval", ""), ("eval", "--over", ""), ("eval", "make", ""), ("restore", "")])
def test_an_empty_name_is_none(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(command)
    assert ended.value.code == 2 and "is empty; name a file or folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("question", "label"),
    [
        ("火星上有几家银行？", "(不是依据)"),
        ("火星上有幾家銀行？", "(不是依據)"),
        ("Who won the 1998 World Cup?", "(not evidence)"),
    ],
)
def test_passages_beneath_a_refusal_are_labelled_as_it_is_told_and_end_as_they_do(
    question: str, label: str, capsys: pytest.CaptureFixture[str]
) -> None:
    nearest = [Nearest("a", "标题", "", "", "", text, 0, 3) for text in ("短。", "长" * 500)]
    language = script(question) if "？" in question else "en"
    refusal = Answer(question, "", True, "extract", "zh" if language == "zh-Hans" else language, nearest=tuple(nearest))
    terminal.print_answer(refusal)
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert "短。" in lines and f"{'长' * 160}…" in lines and sum(line.endswith(label) for line in lines) == 2


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh", ["部分有据: 一。", "未见依据: 二。"]),
        ("zh-Hant", ["部分有據: 一。", "未見依據: 二。"]),
        ("fr", ["Partly supported: 一。", "Not supported: 二。"]),
    ],
)
def test_sentences_without_evidence_are_marked_in_the_answer_s_language(
    language: str, told: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    sentences = (
        Sentence("一。", (), "partial"),
        Sentence("二。", (), "unsupported"),
        Sentence("三。", (), "supported"),
    )
    terminal.print_answer(Answer("", "一。二。三。", False, "llm", language, sentences))
    assert [line.strip() for line in capsys.readouterr().out.splitlines()] == ["一。二。三。", *told, ""]


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "gb2312", "utf-8"])
@pytest.mark.parametrize(
    "command", [["ask", COST], ["ask", "--json", f"{COST}🎬"], ["articles"], ["articles", "--json"]]
)
def test_what_the_output_s_encoding_lacks_is_escaped(
    command: list[str], encoding: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(written, encoding))
    assert main([*command, "--library", str(library.folder)]) == 0
    printed = written.getvalue().decode(encoding)
    assert ("灯塔" if encoding in ("gb2312", "utf-8") else "\\u706f\\u5854") in printed
    if "--json" in command:
        told = json.loads(printed)
        assert command[0] == "articles" or told["question"] == f"{COST}🎬"


@pytest.mark.parametrize("command", [["ask", COST], ["ask"]])
def test_a_terminal_shows_that_a_language_model_is_asked(
    command: list[str], library: Library, typed: Callable[[str], None], monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    for terminal_told in ("1", ""):  # what rich takes for a terminal
        monkeypatch.setenv("FORCE_COLOR", terminal_told)
        typed(COST)
        with serving(Reply("约3.5万元。[1]", first_pause=0.3)) as server:
            model = ["--llm", "slow-pen", "--llm-url", server.url]
            assert main([*command, *model, "--library", str(library.folder)]) == 0
        assert ("asking slow-pen" in capsys.readouterr().err) == bool(terminal_told)
