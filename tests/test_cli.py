"""The command line as a user meets it: the real program in a process of its own, on the bundled digests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from ui.cli import main

ROOT = Path(__file__).resolve().parent.parent
QUESTION = "九位导演使用可灵的平均成本是多少？"


def changji(*arguments: str, library: Path | None = None, **more: object) -> subprocess.CompletedProcess[str]:
    """Run the program without any language model configured."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("CHANGJI_", "OPENAI_"))}
    if library is not None:
        environment["CHANGJI_LIBRARY"] = str(library)
    environment |= more.pop("env", {})  # type: ignore[arg-type]
    return subprocess.run(
        [sys.executable, "-m", "ui.cli", *arguments],
        stdout=more.pop("output", subprocess.PIPE), stderr=subprocess.PIPE, text=True, encoding="utf-8", cwd=ROOT,
        env=environment, timeout=120, **more,
    )  # fmt: skip


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("library")
    finished = changji("ingest", "seeds", library=folder)
    assert finished.returncode == 0, finished.stderr
    assert "5 added" in finished.stdout
    return folder


def test_answers_with_an_exact_quote(library: Path) -> None:
    answer = json.loads(changji("ask", QUESTION, "--json", library=library).stdout)
    articles = {a["id"]: a["text"] for a in json.loads(changji("articles", "--json", library=library).stdout)}
    first = answer["citations"][0]
    assert not answer["refused"] and answer["mode"] == "extract" and answer["language"] == "zh"
    assert "35000" in answer["answer"] and first["article"] == "nine-directors-kling"
    for citation in answer["citations"]:
        assert articles[citation["article"]][citation["start"] : citation["end"]] == citation["quote"]
        assert f"[{citation['number']}]" in answer["answer"]
    assert len(answer["sentences"]) <= 3 and set(answer["timings"]) == {"retrieve_ms", "answer_ms"}


def test_prints_answer_then_numbered_sources(library: Path) -> None:
    printed = changji("ask", QUESTION, library=library).stdout
    assert printed.index("35000") < printed.index("[nine-directors-kling]")
    assert "2024-12-18" in printed and "娱乐资本论" in printed


def test_refuses_in_the_language_of_the_question(library: Path) -> None:
    chinese = json.loads(changji("ask", "张艺谋用Sora拍了哪部电影？", "--json", library=library).stdout)
    english = json.loads(changji("ask", "What is the capital of Mongolia?", "--json", library=library).stdout)
    assert chinese["refused"] and "没有" in chinese["answer"] and chinese["citations"] == []
    assert english["refused"] and "don't" in english["answer"]
    assert chinese["nearest"] and all(passage["label"] == "not evidence" for passage in chinese["nearest"])


def test_narrows_to_articles(library: Path) -> None:
    answer = json.loads(changji("ask", QUESTION, "--json", "--articles", "cameron-budget", library=library).stdout)
    cited = [*answer["citations"], *answer["nearest"]]
    assert cited and all(source["article"] == "cameron-budget" for source in cited)


def test_follow_up_by_history_and_at_the_prompt(library: Path) -> None:
    earlier, later = "《潜入梦海》的成本是多少？", "那它花了多长时间？"
    told = changji("ask", later, "--history", earlier, library=library).stdout
    prompted = changji("ask", library=library, input=f"{earlier}\n{later}\n").stdout
    assert "一周" in told and "《潜入梦海》" in told
    assert "5000" in prompted and "一周" in prompted


def test_second_ingest_changes_nothing(library: Path) -> None:
    before = (library / "articles.sqlite").stat().st_size
    finished = changji("ingest", "seeds", library=library)
    assert "5 unchanged" in finished.stdout and "added" not in finished.stdout
    assert (library / "articles.sqlite").stat().st_size == before


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("ask", ""), "empty"),
        (("ask", "   "), "empty"),
        (("ask", "q" * 100_000), "more than 2,000"),
        (("ask", "谁？", "--articles", "nowhere"), "nowhere"),
        (("ask", "谁？", "--embedder", "other/model"), "re-embed"),
        (("ingest", "/nonexistent-folder"), "nothing at"),
        (("ingest",), "name a folder"),
        (("remove", "nowhere"), "nowhere"),
        (("eval", "/nonexistent.jsonl"), "nonexistent.jsonl"),
    ],
)
def test_bad_input_gets_one_sentence_and_an_exit_code(library: Path, arguments: tuple[str, ...], says: str) -> None:
    finished = changji(*arguments, library=library)
    assert finished.returncode == 2
    assert says in finished.stderr and "Traceback" not in finished.stderr
    assert finished.stderr.count("\n") == 1


def test_missing_library_says_what_to_do(tmp_path: Path) -> None:
    finished = changji("ask", "谁？", library=tmp_path / "none")
    assert finished.returncode == 2 and "changji ingest" in finished.stderr
    assert not (tmp_path / "none").exists()


def test_library_of_another_version_is_left_alone(tmp_path: Path) -> None:
    import sqlite3

    folder = tmp_path / "old"
    assert changji("ingest", "seeds/bbc-solo-creators.md", library=folder).returncode == 0
    with sqlite3.connect(folder / "articles.sqlite") as connection:
        connection.execute("UPDATE manifest SET value = '0' WHERE key = 'schema'")
    for command in (("ask", "谁？"), ("ingest", "seeds")):
        finished = changji(*command, library=folder)
        assert finished.returncode == 2 and "another version" in finished.stderr


def test_empty_folder_unknown_type_and_broken_pdf(tmp_path: Path) -> None:
    empty, mixed, folder = tmp_path / "empty", tmp_path / "mixed", tmp_path / "library"
    empty.mkdir()
    mixed.mkdir()
    (mixed / "good.txt").write_text("导演王小明在2021年拍摄了短片《河边》。", encoding="utf-8")
    (mixed / "broken.pdf").write_bytes(b"%PDF-1.7 this is not a PDF")
    (mixed / "picture.xyz").write_bytes(bytes(range(256)))
    (mixed / "binary.txt").write_bytes(bytes(range(256)) * 8)
    assert changji("ingest", str(empty), library=folder).returncode == 2
    finished = changji("ingest", str(mixed), library=folder)
    assert finished.returncode == 0 and "1 added" in finished.stdout and "3 skipped" in finished.stdout
    assert all(name in finished.stdout for name in ("broken.pdf", "picture.xyz", "binary.txt"))
    assert "王小明" in changji("ask", "谁拍了《河边》？", library=folder).stdout


def test_a_source_that_cannot_be_read_keeps_no_other_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--library", str(tmp_path / "library")]
    (tmp_path / "good.md").write_text("导演王小明在2021年拍摄了短片《河边》。", encoding="utf-8")
    (tmp_path / "empty.md").touch()
    bad = ("http://127.0.0.1/x", str(tmp_path / "empty.md"))
    assert main(["ingest", *bad, str(tmp_path), *where]) == 2
    told = capsys.readouterr()
    assert "no public address" in told.err and told.err.count("\n") == 1 and "1 added" in told.out
    assert [main(["ingest", source, *where]) for source in (*bad, str(tmp_path))] == [2, 2, 0]


def test_an_address_that_cannot_be_read_makes_no_library(tmp_path: Path) -> None:
    addresses = ["http://127.0.0.1/x", "http://localhost/"]
    assert main(["ingest", *addresses, "--library", str(tmp_path / "library")]) == 2
    assert not (tmp_path / "library").exists()


def test_what_cleaning_did_is_one_line_unless_it_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a.md", "b.md"):
        text = f"导演王小明在2021年拍摄了短片《{name}》。\u200b他们(men)在片场。\n\n返回搜狐，查看更多\n"
        (tmp_path / "in" / name).write_text(text, encoding="utf-8")
    told = []
    for details in ([], ["--details"]):
        main(["ingest", str(tmp_path / "in"), "--library", str(tmp_path / f"library{len(details)}"), *details])
        told.append([line for line in capsys.readouterr().out.splitlines() if "cleaned" in line])
    assert len(told[0]) == 1 and "cleaned 2 articles" in told[0][0] and "--details" in told[0][0]
    assert [line.split(":")[0].strip() for line in told[1]] == ["cleaned a", "cleaned b"]


@pytest.mark.parametrize("name", ["pipe.txt", "pipe"])
def test_what_is_no_file_is_not_taken_for_a_folder(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(tmp_path / name)
    assert main(["ingest", str(tmp_path / name), "--library", str(tmp_path / "library")]) == 2
    assert "is no regular file" in capsys.readouterr().err and not (tmp_path / "library").exists()


def test_port_in_use_is_one_sentence(library: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        finished = changji("chat", "--port", str(taken.getsockname()[1]), library=library)
    assert finished.returncode == 2 and "port" in finished.stderr.lower() and "Traceback" not in finished.stderr


def test_help_and_keyless_ask_stay_light(library: Path) -> None:
    code = (
        "import sys, ui.cli; sys.argv[0] = 'changji'\n"
        "try: ui.cli.main(sys.argv[1:])\nexcept SystemExit: pass\n"
        "print([m for m in ('torch', 'gradio', 'sentence_transformers', 'llama_index.core') if m in sys.modules])"
    )
    for arguments in (("--help",), ("ask", QUESTION)):
        finished = subprocess.run(
            [sys.executable, "-c", code, *arguments], capture_output=True, text=True, encoding="utf-8", cwd=ROOT,
            env={**os.environ, "CHANGJI_LIBRARY": str(library)}, timeout=60,
        )  # fmt: skip
        assert finished.stdout.splitlines()[-1] == "[]", finished.stdout + finished.stderr


def test_eval_writes_the_contract(library: Path, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    cases = [
        {"id": "a", "question": QUESTION, "lang": "zh", "type": "fact", "history": [],
         "articles": ["nine-directors-kling"], "facts": [["35000", "3.5万"]]},
        {"id": "b", "question": "张艺谋用Sora拍了哪部电影？", "lang": "zh", "type": "unanswerable", "history": [],
         "articles": [], "facts": []},
    ]  # fmt: skip
    questions.write_text("\n".join(json.dumps(case, ensure_ascii=False) for case in cases), encoding="utf-8")
    out = tmp_path / "out.json"
    finished = changji("eval", str(questions), "--out", str(out), library=library)
    assert finished.returncode == 0, finished.stderr
    written = json.loads(out.read_text(encoding="utf-8"))
    assert [result["id"] for result in written["results"]] == ["a", "b"]
    assert [result["refused"] for result in written["results"]] == [False, True]
    assert written["metrics"]


@pytest.mark.parametrize("port", ["0", "65536", "99999", "-1", "http"])
def test_a_port_that_cannot_be_is_told(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["chat", "--port", port])
    assert ended.value.code == 2 and "must be a port, a whole number from 1 to 65535" in capsys.readouterr().err


def test_tells_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"changji {version('changji')}\n"


@pytest.mark.parametrize(
    "command",
    "ingest ask chat eval eval_compare eval_make articles remove doctor backup restore migrate".replace(
        "_", "-"
    ).split(),
)
def test_the_help_of_a_command_shows_how_it_is_used(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = command.split("-")
    with pytest.raises(SystemExit):
        main([*words, "--help"])
    printed = capsys.readouterr().out
    examples = printed.partition("examples:\n")[2].splitlines()
    assert examples and all(line.startswith(f"  changji {' '.join(words)}") for line in examples)
    assert printed.split("\n\n")[1][0].isupper(), "it tells what the command does"


def test_a_user_needs_no_home(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for variable in ("HOME", "CHANGJI_LIBRARY", "XDG_DATA_HOME"):
        monkeypatch.setenv(variable, "")  # so that what is set is put back
        monkeypatch.delenv(variable)
    monkeypatch.setattr("pwd.getpwuid", {}.__getitem__)  # as for a user that the machine doesn't know
    assert main(["articles"]) == 2
    assert "There is no library at /nonexistent/" in capsys.readouterr().err and Path.home().is_absolute()


@pytest.mark.parametrize("closed", ["stdin", "stdout"])
def test_a_stream_that_is_closed_ends_nothing(closed: str, library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, closed, None)
    assert main(["ask", *(["谁？"] if closed == "stdout" else []), "--library", str(library)]) == 0


def test_a_question_needs_no_quotation_marks(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "How", "many", "users?", "--json", "--library", str(library)]) == 0
    assert json.loads(capsys.readouterr().out)["question"] == "How many users?"


def test_an_empty_name_is_not_the_usual_library(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["articles", "--library", ""])
    assert ended.value.code == 2 and "--library: is empty" in capsys.readouterr().err
