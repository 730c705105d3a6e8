"""Where a project begins, and which personality files its pytest settings name, as far as files alone tell."""

from __future__ import annotations

import configparser
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Project", "project_of"]

INI = "agentsim_personalities"
# Where pytest looks for its settings, in this order, and the sections in which they stand.
SECTIONS = {
    "pytest.toml": ("pytest",),
    ".pytest.toml": ("pytest",),
    "pytest.ini": ("pytest",),
    ".pytest.ini": ("pytest",),
    "pyproject.toml": ("tool.pytest", "tool.pytest.ini_options"),
    "tox.ini": ("pytest",),
    "setup.cfg": ("tool:pytest",),
}
# These are pytest's even when there is nothing in them.
PYTESTS_OWN = ("pytest.toml", ".pytest.toml", "pytest.ini", ".pytest.ini")


@dataclass(frozen=True, slots=True)
class Project:
    """The folder that pytest would call its rootdir, and the files that `agentsim_personalities` names."""

    root: Path
    personalities: tuple[Path, ...] = ()


def project_of(folder: Path) -> Project:
    """Return the project to which a folder belongs: that of the nearest settings of pytest, or else of setuptools."""
    folder = Path(os.path.abspath(folder))  # noqa: PTH100  (as pytest's rootdir, not resolved)
    for root in (folder, *folder.parents):
        for name, sections in SECTIONS.items():
            settings = _settings(root / name, sections)
            if settings is not None:
                return Project(root, tuple(root / each for each in _lines(settings.get(INI, []))))
    return Project(next(filter(_is_of_python, (folder, *folder.parents)), folder))


def _is_of_python(folder: Path) -> bool:
    return (folder / "pyproject.toml").is_file() or (folder / "setup.py").is_file()


def _settings(path: Path, sections: tuple[str, ...]) -> Mapping[str, Any] | None:
    """Return pytest's settings in a file; None if there are none, or none that can be read."""
    try:
        text = path.read_text(encoding="utf-8")
        tables = _toml(text) if path.suffix == ".toml" else _ini(text)
    except (OSError, UnicodeDecodeError, configparser.Error, tomllib.TOMLDecodeError):
        return None
    found = [tables[each] for each in sections if each in tables]
    if not found:
        return {} if path.name in PYTESTS_OWN else None
    return {name: value for each in found for name, value in each.items()}


def _ini(text: str) -> Mapping[str, Mapping[str, Any]]:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.read_string(text)
    return parser


def _toml(text: str) -> Mapping[str, Mapping[str, Any]]:
    """Return the tables of a TOML file by their dotted names."""
    tables: dict[str, Mapping[str, Any]] = {}

    def collect(table: Mapping[str, Any], name: str) -> None:
        tables[name] = table
        for key, below in table.items():
            if isinstance(below, dict):
                collect(below, f"{name}.{key}".lstrip("."))

    collect(tomllib.loads(text), "")
    return tables


def _lines(value: Any) -> list[str]:
    lines = value.splitlines() if isinstance(value, str) else value if isinstance(value, list) else []
    return [line.strip() for line in lines if isinstance(line, str) and line.strip()]
