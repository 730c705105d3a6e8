"""Names of pytest that begin with an underscore may change in any release; what uses them is listed here."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import pytest_agentsim

PACKAGE = Path(pytest_agentsim.__file__).parent
ALLOWED = {
    "collection.py": {"_getobj"},
    "overlap.py": {"_fixturemanager", "_initrequest"},
}


def modules():
    return sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))


def private_names_of_pytest():
    """Return the attributes of pytest's public classes that begin with one underscore."""
    classes = [value for value in vars(pytest).values() if isinstance(value, type)]
    return {
        name
        for each in classes
        if each.__module__.startswith("_pytest")
        for name in dir(each)
        if name.startswith("_") and not name.startswith("__")
    }


def used(tree):
    """Return the private names that a module looks up on something else than itself, or overrides."""
    private = private_names_of_pytest()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in private and not is_own(node):
            yield node.attr
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in private:
            yield node.value
        if isinstance(node, ast.ClassDef) and any("pytest" in ast.unparse(base) for base in node.bases):
            yield from (
                each.name for each in node.body if isinstance(each, ast.FunctionDef) and each.name in private
            )


def is_own(node):
    return isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")


@pytest.mark.parametrize("module", modules())
def test_nothing_is_imported_from_the_private_package_but_where_it_is_checked(module):
    tree = ast.parse((PACKAGE / module).read_text(encoding="utf-8"))
    imported = [each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names]
    imported += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    private = [name for name in imported if name.partition(".")[0] == "_pytest"]
    assert not private or module == "overlap.py"


def test_private_names_are_used_only_where_it_is_allowed():
    found = {
        module: names
        for module in modules()
        if (names := set(used(ast.parse((PACKAGE / module).read_text(encoding="utf-8")))))
    }
    assert found == ALLOWED
