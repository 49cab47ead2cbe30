"""The benchmark's own parts, on a little data: that figures are real, repeat, and reach the page."""

from __future__ import annotations

import json
import os
import re
from itertools import islice
from pathlib import Path

import pytest
from servers import Chroma, Postgres

from eval.bench import measure
from eval.bench.__main__ import main
from eval.bench.isolated import command, isolated, memory_mb
from eval.bench.parts import Options, growth, servers
from eval.bench.report import markdown
from eval.bench.systems import SYSTEMS
from eval.bench.texts import articles, windows
from ingest.article import Article
from ingest.build import add_articles
from ingest.library import Library
from ingest.settings import Place

TEXTS = [f"第{n}场戏在雨里拍了{n + 2}遍，摄影师用的是第{n}号镜头。" * 30 for n in range(12)]
PACKAGES = {"LlamaIndex": "llama_index.retrievers.bm25", "LangChain": "langchain_chroma", "txtai": "txtai"}


@pytest.fixture
def news(tmp_path: Path) -> Path:
    path = tmp_path / "news.jsonl"
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in TEXTS))
    return path


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    folder = tmp_path / "beir"
    (folder / "qrels").mkdir(parents=True)
    (folder / "corpus.jsonl").write_text(json.dumps({"_id": "a", "text": "导演王岚拍完了《雾中灯塔》。"}))
    questions = [{"_id": str(n), "text": f"谁拍了《雾中灯塔》第{n}部？"} for n in range(8)]
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, questions)))
    (folder / "qrels" / "test.tsv").write_text("".join(f"{n}\ta\t1\n" for n in range(8)))
    return folder


def test_articles_never_end_and_never_repeat(news: Path) -> None:
    found = list(islice(articles(news), 40))
    assert found[:12] == TEXTS
    assert len(set(found)) == 40
    assert all(len(window) == 450 for window in windows(news, 30))


@pytest.mark.slow
def test_growth_reaches_the_page(news: Path, beir: Path) -> None:
    options = Options(news, beir, None, sizes=[10], files=0, rounds=1, noise=0)
    (row,) = growth(options, lambda text: None)
    assert row["passages"] >= 10
    assert row["disk_bytes"] > 10 * 256 * 4
    assert 0 < row["chinese"]["p50_ms"] <= row["chinese"]["p95_ms"]
    part = {"figures": [row], "date": "2026-01-01", "load": [0.1, 0.2], "machine": measure.machine()}
    page = markdown({"growth": part}, "plot.svg")
    assert f"| {row['passages']:,} |" in page and "![Growth](plot.svg)" in page


@pytest.mark.slow
def test_a_library_on_servers_is_measured_beside_one_in_a_folder(
    news: Path, beir: Path, postgres: Postgres, chroma: Chroma
) -> None:
    options = Options(news, beir, None, [], 12, 1, 0, postgres.schema(), chroma.address)
    figures = servers(options, lambda text: None)
    assert figures["served"]["passages"] == figures["embedded"]["passages"] >= 12
    assert all(figures["ratio"][key] > 0 for key in ("wall", "p50_ms", "follow_ms"))
    part = {"figures": figures, "date": "2026-01-01", "load": [0.1, 0.2], "machine": measure.machine()}
    assert f"{figures['ratio']['wall']:.1f}×" in markdown({"servers": part}, "plot.svg")
    in_use = Place(news.parent / "in-use", options.database, options.chroma)
    add_articles(Library.create(in_use), [Article("mine", TEXTS[0], "")])
    with pytest.raises(ValueError, match="holds articles"):
        servers(options, lambda text: None)
    assert list(Library(in_use).passage_counts()) == ["mine"]


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_system_finds_what_it_ingested(name: str, tmp_path: Path) -> None:
    if name in PACKAGES:
        pytest.importorskip(PACKAGES[name], reason="the peers come with the extra [bench]")
    texts = {"rain": TEXTS[0], "sea": "灯塔守望着青岛的海。" * 20} | ({"bare": "。"} if name == "txtai" else {})
    (tmp_path / "index").mkdir()
    assert SYSTEMS[name].add(texts, tmp_path / "index") >= 2
    assert SYSTEMS[name].open(tmp_path / "index")("青岛的海边有什么？", 2)[0] == "sea"


def test_a_measured_command_is_really_run() -> None:
    # From a fresh process: what the calling one holds is counted, and the peers may have been loaded into this.
    spent, peak = isolated(command, "-c", "held = b'x' * 600_000_000")
    assert 0.01 < spent.cpu <= spent.wall * 1.5
    assert 570 < peak < 1200
    with pytest.raises(RuntimeError, match="failed with 3"):
        command("-c", "raise SystemExit(3)")


def test_isolated_functions_share_nothing() -> None:
    held, before = b"x" * 300_000_000, dict(os.environ)
    assert isolated(memory_mb)[1] < memory_mb()[1] - len(held) / 2**20
    assert dict(os.environ) == before, "what keeps it on one core would keep the next one, too"


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_the_readmes_quote_what_was_measured(readme: str) -> None:
    root = Path(__file__).parents[1]
    parts = json.loads((root / "docs" / "benchmarks.json").read_text(encoding="utf-8"))
    assert (root / "docs" / "benchmarks.md").read_text(encoding="utf-8") == markdown(parts, "benchmarks.svg")
    told = (root / readme).read_text(encoding="utf-8")
    rows = [
        f"| {system} | {times['wall']:.1f}× | {times['cpu']:.1f}× | {times['disk_bytes']:.1f}× |"
        for system, times in parts["ingest"]["figures"]["times_ours"].items() if system != "Changji"
    ]  # fmt: skip
    assert rows and [row for row in rows if row not in told] == []
    cold, chat = parts["cold"]["figures"]["ask_over_imports"], parts["chat"]["figures"]["first_request_over_imports"]
    assert re.search(rf"`changji ask`.*\b{cold:.2f}\b.*`changji chat`.*\b{chat:.2f}\b", told, re.DOTALL)


def test_data_must_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["embedding"])
    assert "--news" in capsys.readouterr().err
