"""Every regular expression of the project: those kept by its modules, and those written where they are used."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).parents[1]
_FUNCTIONS = {"compile", "search", "match", "fullmatch", "split", "sub", "subn", "findall", "finditer"}
_STANDS_IN = ("a", "1", "甲")  # for what is known at run time only
_MOST = 64  # ways to put one pattern together
_LITERAL = re.compile(
    r"[(,=:]\s*/((?:\\.|\[(?:\\.|[^\]\n])*\]|[^/\n*\\[])(?:\\.|\[(?:\\.|[^\]\n])*\]|[^/\n\\[])*)/[dgimsuy]*"
)
Found = Iterator[tuple[str, re.Pattern[str]]]


def patterns() -> Found:
    """Each with a name that says where it stands; one may come several times."""
    for room in ("ingest", "rag", "eval", "ui"):
        for file in sorted((ROOT / room).rglob("*.py")):
            module = importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
            yield from _kept(module)
            yield from _written(file, module)


def scripts() -> Found:
    """Those of the page's scripts; what they use is written alike in Python."""
    for file in sorted((ROOT / "ui").rglob("*.js")):
        text = file.read_text(encoding="utf-8")
        assert "RegExp" not in text, f"{file.name} makes a pattern that can't be seen here"
        for match in _LITERAL.finditer(text):
            yield f"{file.name}: {match[1]}", re.compile(match[1])


def _kept(module: ModuleType) -> Found:
    """The compiled patterns of a module, also those in tables."""
    for name, value in vars(module).items():
        for at, pattern in enumerate(each(value, re.Pattern)):
            yield f"{module.__name__}.{name}.{at}", pattern


def each(value: object, kind: type, depth: int = 0) -> Iterator[Any]:
    """What is of a kind, within tables of tables."""
    if isinstance(value, kind):
        yield value
    elif depth < 4 and isinstance(value, dict):
        for item in (*value.keys(), *value.values()):
            yield from each(item, kind, depth + 1)
    elif depth < 4 and isinstance(value, tuple | list | set | frozenset):
        for item in value:
            yield from each(item, kind, depth + 1)


def _written(file: Path, module: ModuleType) -> Found:
    """Those that a call of `re` is given; where it is a variable, any text in the module's tables may be one."""
    tables = [value for name, value in vars(module).items() if not name.startswith("__")]
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        here = _assigned(function)
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call) and _is_of_re(node)):
            found = list(_texts(call.args[0], vars(module), here))
            for text in found or each(tables, str):
                if pattern := _compiled(text, call):
                    yield f"{module.__name__}:{call.lineno} {text}", pattern
                else:
                    assert not found, f"{module.__name__}:{call.lineno} {text} can't be looked at"


def _is_of_re(call: ast.Call) -> bool:
    of_re = (
        isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name) and call.func.value.id == "re"
    )
    return of_re and call.func.attr in _FUNCTIONS  # type: ignore[attr-defined]


def _compiled(text: str, call: ast.Call) -> re.Pattern[str] | None:
    named = {node.attr for node in ast.walk(call) if isinstance(node, ast.Attribute)}
    try:
        return re.compile(text, sum(flag for name, flag in re.RegexFlag.__members__.items() if name in named))
    except re.error:
        return None


def _assigned(function: ast.FunctionDef) -> dict[str, list[ast.expr]]:
    """What is put into a function's variables."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                pairs = [(target, node.value)]
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    pairs = list(zip(target.elts, node.value.elts, strict=True))
                for name, value in pairs:
                    if isinstance(name, ast.Name):
                        found.setdefault(name.id, []).append(value)
    return found


def _texts(
    node: ast.expr, names: Mapping[str, Any], here: Mapping[str, list[ast.expr]], depth: int = 0
) -> Iterator[str]:
    """The texts that an expression may stand for, as far as that can be told; none where it can't."""
    if isinstance(node, ast.JoinedStr):
        parts = [list(_texts(part, names, here, depth + 1)) or list(_STANDS_IN) for part in node.values]
        yield from ("".join(chosen) for chosen, _ in zip(product(*parts), range(_MOST), strict=False))
    elif isinstance(node, ast.FormattedValue):
        yield from _texts(node.value, names, here, depth + 1)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = (
            list(_texts(part, names, here, depth + 1)) or list(_STANDS_IN) for part in (node.left, node.right)
        )
        yield from (one + other for one in left for other in right)
    elif isinstance(node, ast.IfExp):
        for part in (node.body, node.orelse):
            yield from _texts(part, names, here, depth + 1)
    elif isinstance(node, ast.Name) and node.id in here and depth < 4:
        for value in here[node.id]:
            yield from _texts(value, names, here, depth + 1)
    elif isinstance(node, ast.Name | ast.Attribute | ast.Constant | ast.Subscript):
        try:
            value = eval(compile(ast.Expression(node), "", "eval"), dict(names))
        except (NameError, TypeError, KeyError, AttributeError, IndexError):
            return
        yield from each(value, str)
