"""The JSON Schema of scenario files: its text for editors, and validation against it for the loader.

`accepts` answers the only question that most files raise, whether all is well, some ten times faster than
`jsonschema` could; `errors` has `jsonschema` explain the others.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from pytest_agentsim.scenario.acceptor import compile_acceptor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jsonschema import ValidationError

__all__ = ["accepts", "errors", "load_schema"]

ANNOTATIONS = frozenset({"description", "$schema", "$id", "$defs"})


@cache
def load_schema() -> dict[str, Any]:
    """Return the schema as it ships; it must not be changed."""
    text = files("pytest_agentsim.scenario").joinpath("scenario.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def accepts(data: Any) -> bool:
    """Tell whether a file's data is what the schema allows."""
    return _acceptor()(data)


def errors(data: Any) -> Iterator[ValidationError]:
    """Go through what the schema does not allow in a file's data."""
    return iter(_validator().iter_errors(data))


@cache
def _acceptor() -> Callable[[Any], bool]:
    return compile_acceptor(_inlined(load_schema()))


@cache
def _validator() -> Any:
    import jsonschema

    draft = jsonschema.Draft202012Validator
    integers = draft.TYPE_CHECKER.redefine("integer", _is_integer)
    extend: Any = jsonschema.validators.extend  # the stubs have no types for it
    return extend(draft, type_checker=integers)(_inlined(load_schema()))


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
