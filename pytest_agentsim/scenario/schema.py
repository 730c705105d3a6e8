"""The JSON Schemas of scenario files and of personality files: for editors, and for the loader to validate against.

`accepts` answers the only question that most files raise, whether all is well, some ten times faster than
`jsonschema` could; `errors` has `jsonschema` explain the others.
"""

from __future__ import annotations

import json
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from pytest_agentsim.scenario.acceptor import compile_acceptor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jsonschema import ValidationError

__all__ = ["FileKind", "accepts", "errors", "load_schema"]

OF_METRICS = ("metric_limits", "simple_metric_limits", "quantity")
ANNOTATIONS = frozenset({"description", "$schema", "$id", "$defs"})


class FileKind(StrEnum):
    """What a file holds."""

    SCENARIOS = "scenarios"
    PERSONALITIES = "personalities"


@cache
def load_schema(kind: FileKind = FileKind.SCENARIOS) -> dict[str, Any]:
    """Return the schema of such files; it must not be changed."""
    if kind is FileKind.PERSONALITIES:
        return _of_personalities()
    text = files("pytest_agentsim.scenario").joinpath("scenario.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def accepts(data: Any, kind: FileKind = FileKind.SCENARIOS) -> bool:
    """Tell whether a file's data is what the schema allows."""
    return _acceptor(kind)(data)


def errors(data: Any, kind: FileKind = FileKind.SCENARIOS) -> Iterator[ValidationError]:
    """Go through what the schema does not allow in a file's data."""
    return iter(_validator(kind).iter_errors(data))


def _of_personalities() -> dict[str, Any]:
    """Make the schema of personality files, in which personalities and limits are what they are in a scenario."""
    personality = load_schema()["$defs"]["personality"]
    notes = {"^x-": {"description": "Ignored; room for YAML anchors and notes."}}
    return {
        "$schema": load_schema()["$schema"],
        "$id": "urn:pytest-agentsim:personalities",
        "title": "a personality file",
        "description": "Personalities of your own for the scenarios of pytest-agentsim.",
        "type": "object",
        "properties": {
            "personalities": {
                "title": "personalities",
                "description": "Personalities by their names.",
                "type": "object",
                "minProperties": 1,
                "patternProperties": notes,
                "additionalProperties": {"$ref": "#/$defs/personality"},
            },
            "rubric": {
                "title": "rubric",
                "description": "What metrics of every scenario in this folder and below must be, by name; or rules "
                "as the hosted platforms have them.",
                "type": "object",
                "minProperties": 1,
                "properties": {
                    "evaluation_logic": {"description": 'The platforms\' "and".', "type": "string"},
                    "rules": {
                        "description": "The platforms' rules.",
                        "type": "array",
                        "items": {"type": "object"},
                    },
                },
                "patternProperties": notes,
                "additionalProperties": {"$ref": "#/$defs/metric_limits"},
            },
        },
        "patternProperties": notes,
        "additionalProperties": False,
        "$defs": {
            "personality": personality,
            **{name: load_schema()["$defs"][name] for name in OF_METRICS},
        },
    }


@cache
def _acceptor(kind: FileKind) -> Callable[[Any], bool]:
    return compile_acceptor(_inlined(load_schema(kind)))


@cache
def _validator(kind: FileKind) -> Any:
    import jsonschema

    draft = jsonschema.Draft202012Validator
    integers = draft.TYPE_CHECKER.redefine("integer", _is_integer)
    extend: Any = jsonschema.validators.extend  # the stubs have no types for it
    return extend(draft, type_checker=integers)(_inlined(load_schema(kind)))


def _is_integer(_: Any, value: Any) -> bool:
    """1.0 is an integer to JSON Schema, and no id to anybody."""
    return isinstance(value, int) and not isinstance(value, bool)


def _inlined(part: Any) -> Any:
    """Put what `$ref` refers to in its place, and leave annotations out."""
    if isinstance(part, list):
        return [_inlined(each) for each in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return _inlined(_definition(part["$ref"]))
    return {key: _members(key, value) for key, value in part.items() if key not in ANNOTATIONS}


def _definition(pointer: str) -> Any:
    part: Any = load_schema()
    for step in pointer.removeprefix("#/").split("/"):
        part = part[step]
    return part


def _members(keyword: str, value: Any) -> Any:
    """Inline one keyword's value; the members of `properties` are names, none of which is an annotation."""
    if keyword in ("properties", "patternProperties"):
        return {name: _inlined(below) for name, below in value.items()}
    return _inlined(value)
