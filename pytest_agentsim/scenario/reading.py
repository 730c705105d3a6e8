"""What the readers of a file's parts share: the usable values with their places, and the log of problems."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pytest_agentsim.scenario.problems import Location, Severity
from pytest_agentsim.scenario.settings import LoadSettings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_agentsim.scenario.problem_log import Path, ProblemLog
    from pytest_agentsim.scenario.tree import Document, Node

__all__ = ["Entry", "Fields", "Reading"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A value of the file and the path to it."""

    node: Node
    path: Path

    @property
    def value(self) -> Any:
        return self.node.value

    def wrote(self, name: str) -> bool:
        """Whether a mapping has the field, usable or not."""
        return name in self.node.fields


@dataclass(frozen=True, slots=True)
class Fields:
    """A scenario's fields by their canonical names: its own, and those that `defaults:` give to all.

    `written` has the names of those too whose value cannot be used.
    """

    own: dict[str, Entry]
    defaults: dict[str, Entry] = field(default_factory=dict)
    written: frozenset[str] = frozenset()

    def get(self, name: str) -> Entry | None:
        return self.own.get(name) or self.defaults.get(name)

    def value(self, name: str, default: Any) -> Any:
        entry = self.get(name)
        return default if entry is None else entry.value

    def both(self, name: str) -> Sequence[Entry]:
        """The default and the own value, for a field in which the two are combined."""
        return [each[name] for each in (self.defaults, self.own) if name in each]


@dataclass(frozen=True, slots=True)
class Reading:
    """One file that is being read.

    `broken` has the paths of the values that the schema has refused; no reader gets to see them.
    """

    document: Document
    log: ProblemLog
    broken: frozenset[Path] = frozenset()
    settings: LoadSettings = field(default_factory=LoadSettings)

    @property
    def root(self) -> Entry:
        return Entry(self.document.root, ())

    def fields(self, owner: Entry) -> dict[str, Entry]:
        """Return a mapping's usable fields."""
        return {
            name: Entry(node, path)
            for name, node in owner.node.fields.items()
            if (path := (*owner.path, name)) not in self.broken
        }

    def items(self, owner: Entry) -> list[Entry]:
        """Return a list's usable items."""
        paths = [(*owner.path, index) for index in range(len(owner.node.items))]
        return [
            Entry(node, path)
            for node, path in zip(owner.node.items, paths, strict=True)
            if path not in self.broken
        ]

    def place(self, entry: Entry) -> Location:
        return self.document.place(entry.node)

    def error(self, entry: Entry, message: str, hint: str = "") -> None:
        """Log an error of a value."""
        self.log.error(self.place(entry), entry.path, message, hint)

    def warn(self, entry: Entry, message: str, hint: str = "") -> None:
        """Log a warning about a value."""
        self.log.warn(self.place(entry), entry.path, message, hint)

    def missing(self, owner: Entry, name: str, message: str, hint: str = "") -> None:
        """Log the lack of a field."""
        self.log.error(self.place(owner), (*owner.path, name), message, hint)

    def within(
        self, entry: Entry, offset: int, message: str, hint: str = "", severity: Severity = Severity.ERROR
    ) -> None:
        """Log a problem at a character of a text."""
        log = self.log.error if severity is Severity.ERROR else self.log.warn
        log(self.document.place_within(entry.node, offset), entry.path, message, hint)
