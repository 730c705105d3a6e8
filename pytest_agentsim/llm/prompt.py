"""The prompts: texts in files of the package, or of the user's own folder.

Each file begins with the line ``version: N``. ``{{name}}`` stands for what is filled in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from pytest_agentsim.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Prompt", "Prompts"]

SUFFIX = ".md"

_VERSION = re.compile(r"version:[ \t]*(\S+)[ \t]*\n+")
_PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Prompt:
    """One text with its name and version."""

    name: str
    version: str
    text: str

    @property
    def title(self) -> str:
        """The prompt as recordings name it."""
        return f"{self.name} {self.version}"

    def filled(self, **values: str) -> str:
        """Put the values in; a placeholder that is filled in is not looked at again."""
        return _PLACEHOLDER.sub(lambda found: values[found[1]], self.text)


class Prompts:
    """Finds prompts by their names, in the user's `folder` first. Raises ConfigurationError for files of no use."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._read: dict[str, Prompt] = {}
        if folder is not None:
            _check(folder)

    def named(self, name: str) -> Prompt:
        """Return a prompt of the package, or what the user has in its place."""
        if name not in self._read:
            own = _built_in(name)
            path = self._folder / f"{name}{SUFFIX}" if self._folder is not None else None
            self._read[name] = _of_user(path, own) if path is not None and path.is_file() else own
        return self._read[name]


def built_in_names() -> list[str]:
    """Return the names of all prompts."""
    folder = files("pytest_agentsim.llm") / "prompts"
    return sorted(each.name.removesuffix(SUFFIX) for each in folder.iterdir() if each.name.endswith(SUFFIX))


def _built_in(name: str) -> Prompt:
    text = (files("pytest_agentsim.llm") / "prompts" / f"{name}{SUFFIX}").read_text(encoding="utf-8")
    return _parsed(name, text, f"{name}{SUFFIX}")


def _of_user(path: Path, own: Prompt) -> Prompt:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"The prompt {path} cannot be read: {error}") from None
    prompt = _parsed(own.name, text, str(path))
    known = set(_PLACEHOLDER.findall(own.text))
    for placeholder in _PLACEHOLDER.findall(prompt.text):
        if placeholder not in known:
            there_are = ", ".join(f"{{{{{each}}}}}" for each in sorted(known)) or "none"
            raise ConfigurationError(
                f"The prompt {path} has {{{{{placeholder}}}}}, for which there is no value; there are: {there_are}"
            )
    return prompt


def _parsed(name: str, text: str, where: str) -> Prompt:
    found = _VERSION.match(text)
    if found is None:
        raise ConfigurationError(f"The prompt {where} has to begin with a line like 'version: 1'")
    return Prompt(name, found[1], text[found.end() :].strip())


def _check(folder: Path) -> None:
    if not folder.is_dir():
        raise ConfigurationError(f"agentsim_prompts names {folder}, which is no folder")
    known = built_in_names()
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        if path.stem not in known and path.stem != "README":
            raise ConfigurationError(
                f"The prompt {path} takes the place of none; the prompts are {', '.join(known)}"
            )
