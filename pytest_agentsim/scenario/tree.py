"""Values of a scenario file that know where they were written, and the builder that both readers feed.

Limits hold while the tree is built, so that a small file cannot expand into a large one: what an alias
repeats counts every time that it appears.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from pytest_agentsim.errors import ScenarioError
from pytest_agentsim.scenario.problem_log import Path, ProblemLog
from pytest_agentsim.scenario.problems import Location

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["MAX_DEPTH", "MAX_NODES", "Document", "Node", "TreeBuilder"]

MAX_NODES = 50_000
MAX_DEPTH = 64

MERGE_KEY = object()  # what stands for the key "<<", which a quoted "<<" is not

# What stands for one character within the quotes of a one-line YAML or JSON string.
_CHARACTER = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[0-9a-fA-F]{4}"
    r"|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\U[0-9a-fA-F]{8}|\\.|."
)
_SURROGATE = re.compile("[\ud800-\udfff]")  # could be read but never sent
_SINGLE_QUOTED_CHARACTER = re.compile(r"''|.")


class Node:
    """A value with its place; `line` and `column` count from 1.

    `value` is plain Python data. `items` (of a list) and `fields` (of a mapping) are the nodes below it,
    `keys` the places of a mapping's keys. `end` is the column after a scalar that stands in one line, else 0.
    """

    __slots__ = ("column", "depth", "end", "fields", "finished", "items", "keys", "line", "size", "value")

    def __init__(self, value: Any, line: int, column: int, end: int = 0) -> None:
        self.value = value
        self.line = line
        self.column = column
        self.end = end
        self.items = _NO_ITEMS
        self.fields = _NO_FIELDS
        self.keys = _NO_KEYS
        self.size = 1
        self.depth = 0
        self.finished = True

    def child(self, step: str | int) -> Node | None:
        """Return the node one step below, or None."""
        if isinstance(step, str):
            return self.fields.get(step)
        return self.items[step] if 0 <= step < len(self.items) else None


# Of all scalars; only containers get their own, which `TreeBuilder.start` fills.
_NO_ITEMS: list[Node] = []
_NO_FIELDS: dict[str, Node] = {}
_NO_KEYS: dict[str, tuple[int, int]] = {}


@dataclass(frozen=True, slots=True)
class Document:
    """One file's values."""

    file: str
    root: Node
    lines: Sequence[str] = ()

    def node(self, path: Path) -> Node:
        """Return the node at `path`, or the last one on the way to it."""
        node = self.root
        for step in path:
            below = node.child(step)
            if below is None:
                return node
            node = below
        return node

    def place(self, node: Node) -> Location:
        """Return where the value was written."""
        return Location(self.file, node.line, node.column)

    def key_place(self, node: Node, key: str) -> Location:
        """Return where a mapping's key was written."""
        return Location(self.file, *node.keys.get(key, (node.line, node.column)))

    def place_within(self, node: Node, offset: int) -> Location:
        """Return where the character at `offset` of a text was written.

        For a text in several lines that is no literal block (``|``), its start.
        """
        if not node.end and self._opens_literal(node):
            return self._within_literal(node, offset)
        return Location(self.file, node.line, node.column + self._width(node, offset))

    def _opens_literal(self, node: Node) -> bool:
        opening = "".join(self.lines[node.line - 1 : node.line])[node.column - 1 :]
        return opening.startswith("|")

    def _within_literal(self, node: Node, offset: int) -> Location:
        """A literal block keeps its lines as they are, less an indentation."""
        before = node.value[:offset]
        texts = node.value.split("\n")
        written = self.lines[node.line : node.line + len(texts)]
        indents = (len(line) - len(text) for line, text in zip(written, texts, strict=False) if text.strip())
        row = before.count("\n")
        column = offset - (before.rfind("\n") + 1)
        return Location(self.file, node.line + 1 + row, max(next(indents, 0), 0) + column + 1)

    def _width(self, node: Node, offset: int) -> int:
        if not node.end or node.line > len(self.lines):
            return 0
        raw = self.lines[node.line - 1][node.column - 1 : node.end - 1]
        quote = raw[:1]
        if quote not in ("'", '"'):
            return min(offset, max(len(raw) - 1, 0))
        characters = (_CHARACTER if quote == '"' else _SINGLE_QUOTED_CHARACTER).finditer(raw, 1, len(raw) - 1)
        widths = [match.end() for match in characters]
        return ([1, *widths])[min(offset, len(widths))]


@dataclass(slots=True)
class _Frame:
    """A mapping or list that is not complete yet."""

    node: Node
    is_mapping: bool
    key: object = None
    key_expected: bool = True
    merged: list[Node] = field(default_factory=list)


class TreeBuilder:
    """Builds a tree from the events of a reader: scalars, and starts and ends of mappings and lists.

    Problems that leave the rest readable (a duplicate key) are collected in `log`; what makes going on
    pointless raises ScenarioError at once.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.log = ProblemLog()
        self.root: Node | None = None
        self._frames: list[_Frame] = []
        self._produced = 0

    def start(self, node: Node, *, is_mapping: bool) -> None:
        """Open the mapping or list `node`; what is added until `end` belongs to it."""
        if len(self._frames) >= MAX_DEPTH:
            self.refuse(node.line, node.column, f"is nested more than {MAX_DEPTH} levels deep")
        if self._at_key():
            self._refuse_key(node)
        self._count(node, 1)
        if is_mapping:
            node.value, node.fields, node.keys = {}, {}, {}
        else:
            node.value, node.items = [], []
        node.finished = False
        self._frames.append(_Frame(node, is_mapping))

    def end(self) -> None:
        """Close the innermost mapping or list."""
        frame = self._frames.pop()
        node = frame.node
        for source in frame.merged:
            self._count(node, source.size)
            _merge(node, source)
        below = (*node.items, *node.fields.values())
        node.size = 1 + sum(each.size for each in below)
        node.depth = 1 + max((each.depth for each in below), default=0)
        node.finished = True
        self._attach(node)

    def add(self, node: Node, *, is_merge_key: bool = False) -> None:
        """Add a scalar as the next key, value or item."""
        if not self._at_key():
            self._count(node, 1)
        if isinstance(node.value, str) and not node.value.isascii() and _SURROGATE.search(node.value):
            self.refuse(node.line, node.column, "a \\u escape is half of a character")
        if is_merge_key and self._at_key():
            self._frames[-1].key = MERGE_KEY
            self._frames[-1].key_expected = False
        else:
            self._attach(node)

    def repeat(self, node: Node, line: int, column: int) -> None:
        """Add a node once more, for the alias at `line` and `column`."""
        if not node.finished:
            self.refuse(line, column, "an alias stands inside of what it repeats")
        if len(self._frames) + node.depth > MAX_DEPTH:
            self.refuse(line, column, f"is nested more than {MAX_DEPTH} levels deep")
        self._count(node, node.size)
        self._attach(node)

    def document(self, lines: Sequence[str] = ()) -> Document:
        """Return the finished tree, or raise ScenarioError with what was collected."""
        self.log.raise_errors()
        if self.root is None:
            self.refuse(1, 1, "the file is empty")
        return Document(self.file, self.root, lines)

    def refuse(self, line: int, column: int, message: str, hint: str = "") -> NoReturn:
        """Raise ScenarioError for what ends the reading."""
        self.log.error(Location(self.file, line, column), (), message, hint)
        raise ScenarioError(self.log.errors)

    def _count(self, node: Node, produced: int) -> None:
        self._produced += produced
        if self._produced > MAX_NODES:
            self.refuse(node.line, node.column, f"the file expands to more than {MAX_NODES:,} values")

    def _at_key(self) -> bool:
        return bool(self._frames) and self._frames[-1].is_mapping and self._frames[-1].key_expected

    def _attach(self, node: Node) -> None:
        if not self._frames:
            self.root = node
        elif not self._frames[-1].is_mapping:
            self._frames[-1].node.items.append(node)
            self._frames[-1].node.value.append(node.value)
        elif self._frames[-1].key_expected:
            self._take_key(self._frames[-1], node)
        else:
            self._take_value(self._frames[-1], node)

    def _take_key(self, frame: _Frame, node: Node) -> None:
        frame.key_expected = False
        key = frame.key = self._key_of(node)
        if key in frame.node.keys:
            place, first = Location(self.file, node.line, node.column), frame.node.keys[key][0]
            self.log.error(place, (), f'the key "{key}" is there twice', f"the first one is in line {first}")
        else:
            frame.node.keys[key] = (node.line, node.column)

    def _key_of(self, node: Node) -> str:
        if isinstance(node.value, str):
            return node.value
        if not isinstance(node.value, int) or isinstance(node.value, bool):
            self._refuse_key(node)
        return str(node.value)

    def _refuse_key(self, node: Node) -> NoReturn:
        hint = 'put it in quotes; a value that begins with "{{" too'
        self.refuse(node.line, node.column, "a key must be text", hint)

    def _take_value(self, frame: _Frame, node: Node) -> None:
        frame.key_expected = True
        if frame.key is MERGE_KEY:
            self._take_merge(frame, node)
        elif isinstance(frame.key, str) and frame.key not in frame.node.fields:
            frame.node.fields[frame.key] = node
            frame.node.value[frame.key] = node.value

    def _take_merge(self, frame: _Frame, node: Node) -> None:
        sources = node.items if isinstance(node.value, list) else [node]
        if not all(isinstance(each.value, dict) for each in sources):
            self.refuse(node.line, node.column, '"<<" takes a mapping or a list of mappings')
        frame.merged.extend(sources)


def _merge(node: Node, source: Node) -> None:
    """Add the fields of `source` that `node` does not have itself."""
    for key, value in source.fields.items():
        if key not in node.fields:
            node.fields[key] = value
            node.keys[key] = source.keys[key]
            node.value[key] = value.value
