"""The house: imports point from ui to eval to rag to ingest, one room owns each library, heavy ones load late."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent
MAY_IMPORT = {
    "ingest": {"ingest", "seeds"},
    "rag": {"rag", "ingest"},
    "eval": {"eval", "rag", "ingest"},
    "ui": {"ui", "eval", "rag", "ingest", "seeds"},
    "train": {"train", "eval", "rag", "ingest"},
    "seeds": set(),
}
ROOMS = ("desk", "pane", "chat", "library", "settings", "evaluation")  # of the page
BENCH = "eval/bench/systems.py"  # sets up peers, which build on some of the same libraries
# Files that may import a library; a folder stands for all its files. train/ builds models and may use any.
OWNERS = {
    "chromadb": {"ingest/vectors.py", "ingest/vectorserver.py", "ingest/chromaclient.py", BENCH},
    "tantivy": {"ingest/words.py"},
    "sqlalchemy": {"ingest/connection.py"},
    "sqlite3": {"ingest/sqlite.py"},
    "psycopg": {"ingest/postgres.py", "ingest/liveness.py"},
    "tiktoken": {"ingest/split.py"},
    "opencc": {"ingest/text.py"},
    "rjieba": {"ingest", "rag"},
    "sentence_transformers": {"ingest/embed.py"},
    "tokenizers": {"ingest/embed.py"},
    "safetensors": {"ingest/embed.py"},
    "pypdfium2": {"ingest/read.py"},
    "docx": {"ingest/worddocument.py"},
    "lxml": {f"ingest/{name}.py" for name in ("webpage", "elements", "pagefields", "pagetables")},
    "urllib3": {"ingest/address.py"},
    "gradio": {"ui/app.py", "ui/api.py", *(f"ui/rooms/{name}.py" for name in ROOMS)},
    "llama_index": {"rag", "eval/judge.py", BENCH},
    "langchain_core": {BENCH},
    "txtai": {BENCH},
    "matplotlib": {"eval/bench/plot.py"},
    "pickle": {"eval/bench/systems.py"},  # what turns data into code; a peer there keeps its index so
    "marshal": set(),
    "shelve": set(),
    "joblib": set(),
    "sklearn": set(),
    "scipy": set(),
}
HEAVY = {"torch", "gradio", "sentence_transformers", "transformers", "llama_index", "chromadb", "sklearn", "scipy"}
# modules that may import heavy libraries as they load, for nothing loads them before it must
LATE = {
    "ingest.chromaclient", "rag.llamaindex", "rag.local", "ui.app", "ui.api", *(f"ui.rooms.{name}" for name in ROOMS)
}  # fmt: skip
needs_cli = pytest.mark.skipif(not (HOUSE / "ui/cli.py").exists(), reason="ui/cli.py isn't written yet")
FILES = sorted(path for room in MAY_IMPORT for path in (HOUSE / room).rglob("*.py"))


def imports(nodes: Iterator[ast.AST]) -> Iterator[str]:
    """Dotted names of what is imported among the nodes."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"relative import in line {node.lineno}"
            yield node.module or ""


def runtime(node: ast.AST) -> Iterator[ast.AST]:
    """Nodes that run when the module is imported: nothing within functions or `if TYPE_CHECKING`."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
            continue
        yield child
        yield from runtime(child)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(HOUSE).as_posix())
def test_a_file_keeps_to_its_room(path: Path) -> None:
    name, source = path.relative_to(HOUSE).as_posix(), path.read_text(encoding="utf-8")
    room, tree = name.split("/")[0], ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            assert not any(a.name.split(".")[0] == "eval" for a in node.names), "`import eval` hides the builtin"
        if isinstance(node, ast.ImportFrom):
            assert node.module != "eval", "write `from eval.metrics import …`"
    for module in imports(ast.walk(tree)):
        library = module.split(".")[0]
        assert library not in MAY_IMPORT or library in MAY_IMPORT[room], f"{room} must not know {module}"
        owners = OWNERS.get(library, {name})
        assert room == "train" or owners & {name, room}, f"{module} belongs to {', '.join(owners) or 'the tests'}"
    if room != "train" and name.removesuffix(".py").replace("/", ".") not in LATE:
        early = {module for module in imports(runtime(tree)) if module in LATE or module.split(".")[0] in HEAVY}
        assert not early, f"{', '.join(early)} must be imported in the function that needs it"
    assert "trust_remote_code=True" not in source
    assert len(source.splitlines()) <= 350, "split it"


def loaded_by(*arguments: str) -> set[str]:
    """The heavy libraries that `changji` with these arguments loads."""
    code = (
        f"import sys; sys.argv = ['changji', *{arguments!r}]\n"
        "from ui.cli import main\n"
        "try: code = main()\nexcept SystemExit as ended: code = ended.code\n"
        "assert not code, code\nprint()\nprint(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=HOUSE, timeout=300)
    assert done.returncode == 0, done.stderr
    return HEAVY & set(done.stdout.splitlines()[-1].split())


@needs_cli
def test_help_loads_nothing_heavy() -> None:
    assert loaded_by("--help") == set()


@needs_cli
def test_a_keyless_answer_needs_neither_torch_nor_gradio(tmp_path: Path) -> None:
    library = ("--library", str(tmp_path / "library"))
    loaded_by("ingest", "seeds", *library)
    loaded = loaded_by("ask", "九位导演使用可灵的平均成本是多少？", *library)
    assert "chromadb" in loaded  # so that the test sees what is loaded
    assert not loaded & {"torch", "gradio", "sentence_transformers", "transformers"}
