"""Reads JSON with the place of every value.

`json` decides whether the text is valid and words what is wrong with it; a second pass over the then valid
text finds the places.
"""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_right
from typing import Any, NoReturn

from pytest_agentsim.scenario.tree import MAX_DEPTH, Document, Node, TreeBuilder

__all__ = ["read_json"]

TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]]|-?[0-9][0-9.eE+-]*|true|false|null')
TOKEN_OR_CONSTANT = re.compile(TOKEN.pattern + "|-?Infinity|NaN")
CONSTANTS = {"true": True, "false": False, "null": None}
LONGEST_NUMBER = 1000


def read_json(text: str, file: str) -> Document:
    """Return the value of `text`; raises ScenarioError with every problem found."""
    builder = TreeBuilder(file)
    _check(text, builder)
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    for match in TOKEN.finditer(text):
        number = bisect_right(starts, match.start())
        _take(builder, match.group(), number, match.start() - starts[number - 1] + 1)
    return builder.document(lines)


def _check(text: str, builder: TreeBuilder) -> None:
    def refuse_constant(name: str) -> NoReturn:
        token = next(match for match in TOKEN_OR_CONSTANT.finditer(text) if match.group() == name)
        before = text[: token.start()]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        builder.refuse(line, column, f"{name} is not JSON", "use a number")

    try:
        json.loads(text, parse_constant=refuse_constant, parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        builder.refuse(error.lineno, error.colno, f"is not JSON: {error.msg[:1].lower()}{error.msg[1:]}")
    except RecursionError:
        builder.refuse(1, 1, f"is nested more than {MAX_DEPTH} levels deep")


def _take(builder: TreeBuilder, written: str, line: int, column: int) -> None:
    match written:
        case "{" | "[":
            builder.start(Node(None, line, column), is_mapping=written == "{")
        case "}" | "]":
            builder.end()
        case _:
            builder.add(Node(_scalar(builder, written, line, column), line, column, column + len(written)))


def _scalar(builder: TreeBuilder, written: str, line: int, column: int) -> Any:
    if written in CONSTANTS:
        return CONSTANTS[written]
    if len(written) > LONGEST_NUMBER and written[0] != '"':
        builder.refuse(line, column, "a number of this length cannot be used", "put it in quotes")
    value = json.loads(written)
    if isinstance(value, float) and not math.isfinite(value):
        builder.refuse(line, column, "a number of this size cannot be used")
    return value
