"""Reads one file of the user's own personalities, `*.agentsim.yaml` and the like, or a mapping given in Python."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Any

from pytest_agentsim.errors import ScenarioError
from pytest_agentsim.scenario import source
from pytest_agentsim.scenario.action_values import check_background, is_custom_sound
from pytest_agentsim.scenario.personality_reader import DEFAULT
from pytest_agentsim.scenario.problem_log import ProblemLog
from pytest_agentsim.scenario.reading import Entry, Reading
from pytest_agentsim.scenario.rubric import RUBRIC, read_rubric
from pytest_agentsim.scenario.schema import FileKind
from pytest_agentsim.scenario.shape import check_shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pytest_agentsim.scenario.model import Expectation
    from pytest_agentsim.scenario.problems import Location, Problem
    from pytest_agentsim.scenario.tree import Document

__all__ = ["Definition", "PersonalityFile", "definitions_in", "is_personality_file", "read_personality_file"]

PATTERNS = ("*.agentsim.yaml", "*.agentsim.yml", "*.agentsim.json")
LONGEST_NAME = 255  # platform_spec section e


@dataclass(frozen=True, slots=True)
class Definition:
    """A personality as it was written: its fields, or None when they cannot be used, which has been logged then."""

    name: str
    fields: Mapping[str, Any] | None
    entry: Entry
    document: Document

    @property
    def base(self) -> str | int:
        """The name or id of the personality that it starts from."""
        base: str | int = DEFAULT if self.fields is None else self.fields.get("base", DEFAULT)
        return base

    @property
    def place(self) -> Location:
        """Where its name stands."""
        owner = self.document.node(self.entry.path[:-1])
        return self.document.key_place(owner, self.name)

    def log_base(self, log: ProblemLog, message: str, hint: str) -> None:
        """Log that it cannot start from its base."""
        path = self.entry.path
        if self.fields is not None and "base" in self.fields:
            path = (*path, "base")
        log.error(self.document.place(self.document.node(path)), path, message, hint)


@dataclass(frozen=True, slots=True)
class PersonalityFile:
    """What a file defines, and what is wrong with it as far as it alone can tell."""

    definitions: tuple[Definition, ...]
    problems: tuple[Problem, ...]
    rubric: tuple[Expectation, ...] = ()


def is_personality_file(name: str) -> bool:
    """Tell by its name whether a file holds personalities."""
    return any(fnmatch(name, pattern) for pattern in PATTERNS)


def read_personality_file(
    path: Path, display: str, metric_ids: Mapping[int, str] | None = None
) -> PersonalityFile:
    """Read a file; `display` is its name in problems, `metric_ids` are the slugs of the platforms' numeric ids."""
    try:
        document = source.read(path, display)
    except ScenarioError as error:
        return PersonalityFile((), error.problems)
    log = ProblemLog()
    rubric: list[Expectation] = []
    definitions = definitions_in(
        document, log, folder=path.parent, rubric=rubric, metric_ids=metric_ids or {}
    )
    return PersonalityFile(definitions, (*log.errors, *log.warnings), tuple(rubric))


def definitions_in(
    document: Document,
    log: ProblemLog,
    *,
    folder: Path | None = None,
    rubric: list[Expectation] | None = None,
    metric_ids: Mapping[int, str] | None = None,
) -> tuple[Definition, ...]:
    """Return what a document defines; sound files are looked for in `folder`, or else beside each scenario.

    What it has under `rubric:` is added to the list.
    """
    if not isinstance(document.root.value, dict):
        hint = "write personalities: and below it names with their fields"
        log.error(document.place(document.root), (), "a personality file is a mapping", hint)
        return ()
    reading = Reading(document, log, check_shape(document, log, FileKind.PERSONALITIES))
    root = reading.root
    if not root.wrote("personalities") and not root.wrote(RUBRIC) and not log.failed:
        reading.missing(root, "personalities", "personalities is required", "or rubric")
    given = reading.fields(root).get(RUBRIC)
    if given is not None and rubric is not None:
        rubric += read_rubric(reading, given, metric_ids or {})
    return tuple(_definitions(reading, folder))


def _definitions(reading: Reading, folder: Path | None) -> Iterator[Definition]:
    owner = reading.fields(reading.root).get("personalities")
    # Those whose value cannot be used too: they are not unknown.
    for name, node in owner.node.fields.items() if owner else ():
        if name.startswith("x-"):
            continue
        entry = Entry(node, ("personalities", name))
        if not 1 <= len(name) <= LONGEST_NAME:
            reading.error(entry, f"a personality's name has from 1 to {LONGEST_NAME} characters")
        fields = None if reading.log.failed_below(entry.path) else _fields(reading, entry, folder)
        yield Definition(name, fields, entry, reading.document)


def _fields(reading: Reading, entry: Entry, folder: Path | None) -> dict[str, Any]:
    fields = {"name": entry.path[-1], **entry.value}
    sound = fields.get("background_noise", "")
    problem = check_background(sound)
    if problem is not None:
        reading.warn(reading.fields(entry)[problem.attribute], problem.message, problem.hint)
    if folder is not None and is_custom_sound(sound) and "://" not in sound:
        fields["background_noise"] = str((folder / sound).absolute())
    return fields
