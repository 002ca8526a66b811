"""What every module keeps to; each check is first shown to see a fault."""

from __future__ import annotations

import ast
import doctest
import importlib
import re
from pathlib import Path

import pytest

from architecture.tree import PACKAGE, SRC, modules, name

MOST_LINES = 400
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "shared"}
BROAD = {"Exception", "BaseException"}
REASON = re.compile(r"#.*\w+ \w+")
MODULES = modules()
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def undocumented(source: str) -> list[str]:
    """Give the public modules, classes, functions and methods without a docstring."""
    tree = ast.parse(source)
    found = [] if ast.get_docstring(tree) else ["<module>"]
    return found + _undocumented_in(tree, "")


def _undocumented_in(scope: ast.Module | ast.ClassDef, prefix: str) -> list[str]:
    found: list[str] = []
    for node in scope.body:
        if not isinstance(node, Definition) or node.name.startswith("_") or _is_overload(node):
            continue
        if not ast.get_docstring(node):
            found.append(prefix + node.name)
        if isinstance(node, ast.ClassDef):
            found += _undocumented_in(node, f"{prefix}{node.name}.")
    return found


def _is_overload(node: Definition) -> bool:
    return any(isinstance(d, ast.Name) and d.id == "overload" for d in node.decorator_list)


def broad_excepts(source: str) -> list[int]:
    """Give the lines that catch everything, say no reason for it and do not raise it again."""
    lines = source.splitlines()
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ExceptHandler)
        and _is_broad(node.type)
        and not isinstance(node.body[-1], ast.Raise)
        and not REASON.search(re.sub(r"noqa: \w+", "", lines[node.lineno - 1]))
    ]


def _is_broad(caught: ast.expr | None) -> bool:
    if caught is None:
        return True
    each = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(isinstance(e, ast.Name) and e.id in BROAD for e in each)


def is_vague(path: Path) -> bool:
    """Tell whether a module or its room says nothing about what is in it."""
    return bool(VAGUE & {path.stem, *path.parent.parts})


def test_there_are_modules() -> None:
    assert len(MODULES) > 50


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_fits_in_the_head(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= MOST_LINES, f"{name(path)} has {lines} lines"


def test_names_say_what_is_in_them() -> None:
    assert is_vague(Path("kg/utils.py"))
    assert is_vague(Path("kg/common/terms.py"))
    assert [name(path) for path in MODULES if is_vague(path.relative_to(PACKAGE))] == []


def test_nothing_is_caught_without_a_reason() -> None:
    assert broad_excepts("try:\n    f()\nexcept Exception:\n    pass\n") == [3]
    assert broad_excepts(
        "try:\n    f()\nexcept (ValueError, BaseException):  # noqa: E1\n  g()"
    ) == [3]
    assert broad_excepts("try:\n    f()\nexcept:\n    pass\n") == [3]
    assert broad_excepts("try:\n    f()\nexcept Exception:  # the worker dies here\n    g()") == []
    assert broad_excepts("try:\n    f()\nexcept Exception:\n    g()\n    raise\n") == []
    found = {name(p): broad_excepts(p.read_text(encoding="utf-8")) for p in MODULES}
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_everything_public_is_explained() -> None:
    planted = 'class A:\n    """A."""\n    def f(self): ...\n    def _g(self): ...\ndef h(): ...\n'
    assert undocumented(planted) == ["<module>", "A.f", "h"]
    found = {name(p): undocumented(p.read_text(encoding="utf-8")) for p in MODULES}
    assert {path: names for path, names in found.items() if names} == {}


EXAMPLES = [p for p in MODULES if ">>>" in p.read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", EXAMPLES, ids=name)
def test_the_examples_in_docstrings_run(path: Path) -> None:
    dotted = ".".join(path.relative_to(SRC).with_suffix("").parts).removesuffix(".__init__")
    module = importlib.import_module(dotted)
    result = doctest.testmod(module)
    assert result.attempted, f"{dotted} shows examples that doctest does not see"
    assert result.failed == 0
