"""The commands over a library on servers, which the environment names; a library moves there and back."""

from __future__ import annotations

from pathlib import Path

import pytest
from found import NEW, OLD, OTHER, everywhere
from servers import PASSWORD
from sharing import agree, another

from ingest import backup
from ingest.backup import back_up, restore
from ingest.build import add_articles
from ingest.library import Library
from ingest.settings import Place
from ui.cli import main

SEEDS = Path(__file__).parents[1] / "seeds"


@pytest.fixture
def chosen(shared: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    """The shared place as what the environment names."""
    for variable in ("CHANGJI_LLM_BASE_URL", "CHANGJI_LLM_MODEL", "OPENAI_API_KEY"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("CHANGJI_LIBRARY", str(shared.folder))
    monkeypatch.setenv("CHANGJI_DATABASE", shared.database)
    monkeypatch.setenv("CHANGJI_CHROMA", shared.chroma)
    return shared


@pytest.mark.usefixtures("chosen")
def test_the_commands_use_the_servers_that_the_environment_names(
    shared: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    question = ["ask", "九位导演使用可灵的平均成本是多少？"]
    assert main(question) == 2 and "changji ingest" in capsys.readouterr().err
    assert main(["ingest", str(SEEDS)]) == 0
    assert main(question) == 0 and "[1]" in capsys.readouterr().out
    assert main(["ask", question[1], "--library", str(another(shared).folder)]) == 0  # another machine's folder
    assert main(["eval", "--over", str(SEEDS / "cameron-budget.md"), "--limit", "1"]) == 0
    assert len(Library(shared).articles()) == 5  # for what is evaluated over goes elsewhere
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert "5 articles" in said and shared.chroma in said and PASSWORD not in said and "heim" not in said
    assert not (shared.folder / "articles.sqlite").exists()
    assert main(["remove", "cameron-budget"]) == 0 and len(Library(another(shared)).articles()) == 4


def test_a_library_moves_to_servers_and_back(chosen: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Library.create(tmp_path / "home")
    add_articles(home, [OLD, OTHER])
    library = Library.create(chosen)
    add_articles(library, [NEW])
    known = library.manifest["library"]
    back_up(home, tmp_path / "copy")
    monkeypatch.setattr(backup, "load_embedder", lambda name: pytest.fail("nothing needs embedding"))
    assert main(["restore", str(tmp_path / "copy")]) == 2  # there are articles
    assert main(["restore", str(tmp_path / "copy"), "--replace"]) == 0
    assert everywhere(library, "灯光师") == everywhere(home, "灯光师") and agree(library)
    assert library.manifest["library"] == known  # no other library's, whose vectors it would take for its own
    assert main(["backup", str(tmp_path / "again")]) == 0
    restore(tmp_path / "again", tmp_path / "back")
    back = Library(tmp_path / "back")
    assert back.catalogue() == library.catalogue() == home.catalogue()
    assert everywhere(back, "灯光师") == everywhere(home, "灯光师") and agree(back)
