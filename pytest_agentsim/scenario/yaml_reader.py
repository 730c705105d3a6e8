"""Reads YAML so that data stays what the author typed.

Only ``true`` and ``false`` are booleans, only plain decimal digits are numbers, and dates are text; ``no``,
``on``, ``0123`` and ``1990-01-01`` are what they look like. The tree is built from the parser's events,
without recursion.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NoReturn

from pytest_agentsim.scenario.tree import MAX_DEPTH, Document, Node, TreeBuilder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import yaml

__all__ = ["read_yaml"]

# The scalars of the YAML 1.2 core schema, without what a reader would not expect of them (octal, .inf, 1e3).
CONSTANTS: dict[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "Null", "NULL", "~", ""), None),
}
INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,999})")
DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,299})\.[0-9]+")

TAG_PREFIX = "tag:yaml.org,2002:"
SCALAR_TAGS: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "null": (type(None),),
}

LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")

# What the parsers say (libyaml's and the Python one's wording), and what it means to an author.
PLAIN_WORDS = (
    (
        "mapping values are not allowed",
        '":" is not expected here',
        "check the indentation; quote text that has ': ' in it",
    ),
    ("unexpected end of stream", "a quote is opened and never closed", ""),
    ("expected ',' or ']'", 'a list that begins with "[" is not closed', ""),
    (
        "expected ',' or '}'",
        'a mapping that begins with "{" is not closed',
        "put text that begins with { in quotes",
    ),
    (
        "unknown escape character",
        "no such escape in double quotes",
        r"write \\ for a backslash, or use single quotes",
    ),
    ("could not find expected ':'", "this line is not 'key: value'", "check the indentation and the colon"),
    ("expected '-' indicator", "expected the next item of a list", "check the indentation and the dash"),
    (
        "expected key",
        "does not belong here",
        'check the indentation; put text that begins with { or " in quotes',
    ),
    ("expected <block end>", "does not belong here", "check the indentation and the quotes"),
    ("expected '<document start>'", "does not belong here", "check the indentation"),
    ("expected <document start>", "does not belong here", "check the indentation"),
    # libyaml looks ahead, and from a thousand levels on gives up before the reader has seen the first of them.
    ("exceeded maximum nesting depth", f"is nested more than {MAX_DEPTH} levels deep", ""),
)


def read_yaml(text: str, file: str) -> Document:
    """Return the one document of `text`; raises ScenarioError with every problem found."""
    import yaml

    builder = TreeBuilder(file)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _Reader(builder).read(yaml.parse(text, Loader=loader))
    except yaml.MarkedYAMLError as error:
        _refuse_syntax(builder, text, error)
    except yaml.reader.ReaderError as error:
        before = text[: error.position] if isinstance(error.position, int) else ""
        lines = LINE_BREAK.split(before)
        message = f"the character U+{_code(error.character):04X} cannot be part of a file"
        builder.refuse(len(lines), len(lines[-1]) + 1, message)
    return builder.document(LINE_BREAK.split(text))


class _Reader:
    """Turns the parser's events into calls of the builder."""

    def __init__(self, builder: TreeBuilder) -> None:
        self.builder = builder
        self.anchors: dict[str, Node] = {}
        self.documents = 0
        self.handlers: dict[str, Callable[[Any], None]] = {
            "ScalarEvent": self.scalar,
            "MappingStartEvent": self.mapping,
            "SequenceStartEvent": self.sequence,
            "MappingEndEvent": self.end,
            "SequenceEndEvent": self.end,
            "AliasEvent": self.alias,
            "DocumentStartEvent": self.document,
        }

    def read(self, events: Iterable[Any]) -> None:
        for event in events:
            handler = self.handlers.get(type(event).__name__)
            if handler is not None:
                handler(event)

    def document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            self.refuse(event, "several YAML documents in one file", "write one, or a list under scenarios:")

    def scalar(self, event: Any) -> None:
        start, end = event.start_mark, event.end_mark
        is_bare_line = start.line == end.line and not event.tag and not event.anchor
        node = Node(
            self.value(event), start.line + 1, start.column + 1, end.column + 1 if is_bare_line else 0
        )
        if event.anchor:
            self.anchors[event.anchor] = node
        self.builder.add(node, is_merge_key=event.value == "<<" and event.implicit[0] and not event.tag)

    def mapping(self, event: Any) -> None:
        self.open(event, "map", is_mapping=True)

    def sequence(self, event: Any) -> None:
        self.open(event, "seq", is_mapping=False)

    def open(self, event: Any, tag: str, *, is_mapping: bool) -> None:
        if event.tag not in (None, "!", TAG_PREFIX + tag):
            self.refuse(event, f"the tag {event.tag} is not supported")
        node = Node(None, event.start_mark.line + 1, event.start_mark.column + 1)
        if event.anchor:
            self.anchors[event.anchor] = node
        self.builder.start(node, is_mapping=is_mapping)

    def end(self, _: Any) -> None:
        self.builder.end()

    def alias(self, event: Any) -> None:
        node = self.anchors.get(event.anchor)
        if node is None:
            hint = "put text that begins with * in quotes"
            self.refuse(event, f"the alias *{event.anchor} has no anchor before it", hint)
        self.builder.repeat(node, event.start_mark.line + 1, event.start_mark.column + 1)

    def value(self, event: Any) -> Any:
        text: str = event.value
        if event.tag is None:
            return _plain(text) if event.implicit[0] else text
        if event.tag in ("!", TAG_PREFIX + "str"):
            return text
        kind = event.tag.removeprefix(TAG_PREFIX)
        if kind not in SCALAR_TAGS:
            hint = "put text that begins with ! in quotes"
            self.refuse(event, f"the tag {event.tag} is not supported", hint)
        value = _plain(text)
        if type(value) not in SCALAR_TAGS[kind]:
            self.refuse(event, f'"{text}" is not of the type !!{kind}')
        return float(value) if kind == "float" else value

    def refuse(self, event: Any, message: str, hint: str = "") -> NoReturn:
        self.builder.refuse(event.start_mark.line + 1, event.start_mark.column + 1, message, hint)


def _plain(text: str) -> Any:
    """Return what an unquoted scalar means."""
    if text in CONSTANTS:
        return CONSTANTS[text]
    if INTEGER.fullmatch(text):
        return int(text)
    return float(text) if DECIMAL.fullmatch(text) else text


def _refuse_syntax(builder: TreeBuilder, text: str, error: yaml.MarkedYAMLError) -> None:
    problem = error.problem or "is not YAML"
    context = error.context or ""
    opened = error.context_mark if "quoted" in context or "flow" in context else None
    mark = opened or error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    if "cannot start any token" in problem:
        builder.refuse(line, column, *_bad_start(text, line, column))
    for fragment, message, hint in PLAIN_WORDS:
        if fragment in problem:
            builder.refuse(line, column, message, hint)
    builder.refuse(line, column, problem)


def _bad_start(text: str, line: int, column: int) -> tuple[str, str]:
    lines = LINE_BREAK.split(text)
    rest = lines[line - 1][column - 1 :] if line <= len(lines) else ""
    if rest.startswith("\t"):
        return "a tab cannot indent", "use spaces"
    return f'a value cannot begin with "{rest[:1]}"', "put it in quotes"


def _code(character: str | int) -> int:
    return character if isinstance(character, int) else ord(character)
