"""The text of a scenario file, or data given in Python, as values that know their line and column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from pytest_agentsim.scenario.json_reader import read_json
from pytest_agentsim.scenario.tree import Document, Node, TreeBuilder
from pytest_agentsim.scenario.yaml_reader import read_yaml

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["MAX_FILE_SIZE", "PYTHON", "Format", "from_python", "parse", "read"]

MAX_FILE_SIZE = 1_000_000  # bytes (platform_spec section l.6)
PYTHON = "<python>"
BYTE_ORDER_MARK = "\ufeff"

Format = Literal["yaml", "json"]


def read(path: Path, display: str) -> Document:
    """Return the values of a file; `.json` is JSON, all else YAML. Raises ScenarioError."""
    return parse(_decoded(path, display), display, "json" if path.suffix == ".json" else "yaml")


def parse(text: str, file: str, file_format: Format) -> Document:
    """Return the values of a text. Raises ScenarioError."""
    text = text.removeprefix(BYTE_ORDER_MARK)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        _refuse_character(text, error.start, file)
    return read_json(text, file) if file_format == "json" else read_yaml(text, file)


def from_python(data: Mapping[Any, Any]) -> Document:
    """Return a payload given in Python, all at one place. Raises ScenarioError for what is no plain data."""
    builder = TreeBuilder(PYTHON)
    _take(builder, data)
    return builder.document()


def _decoded(path: Path, display: str) -> str:
    builder = TreeBuilder(display)
    try:
        size = path.stat().st_size
        if size > MAX_FILE_SIZE:
            hint = "split it into several files"
            builder.refuse(1, 1, f"the file has {size:,} bytes; at most {MAX_FILE_SIZE:,} are read", hint)
        content = path.read_bytes()
    except OSError as error:
        builder.refuse(1, 1, f"the file cannot be read: {error.strerror or error}")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        builder.refuse(line, column, "the file is not UTF-8 text", "save it as UTF-8")


def _refuse_character(text: str, offset: int, file: str) -> None:
    before = text[:offset]
    line, column = before.count("\n") + 1, offset - before.rfind("\n")
    TreeBuilder(file).refuse(line, column, f"U+{ord(text[offset]):04X} alone is not a character")


def _take(builder: TreeBuilder, value: Any) -> None:
    node = Node(None, 1, 1)
    if isinstance(value, Mapping):
        builder.start(node, is_mapping=True)
        for key, below in value.items():
            builder.add(Node(key, 1, 1))
            _take(builder, below)
        builder.end()
    elif isinstance(value, (list, tuple)):
        builder.start(node, is_mapping=False)
        for below in value:
            _take(builder, below)
        builder.end()
    elif value is None or isinstance(value, (str, int, float)):
        builder.add(Node(value, 1, 1))
    else:
        builder.refuse(1, 1, f"a value of type {type(value).__name__} cannot be part of a scenario")
