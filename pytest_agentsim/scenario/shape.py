"""What the JSON Schema finds wrong with a file, in the words of somebody who explains it to the author."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_agentsim.scenario.problem_log import Path, ProblemLog, did_you_mean, nearest
from pytest_agentsim.scenario.schema import FileKind, accepts, errors

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_agentsim.scenario.tree import Document

__all__ = ["check_shape"]

KINDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
}
ID_FIELDS = ("type", "fixed_message")
STEP_FIELDS = ("when", "say", "then")


def check_shape(
    document: Document, log: ProblemLog, kind: FileKind = FileKind.SCENARIOS, *, lenient: bool = False
) -> frozenset[Path]:
    """Log where the document is not what the schema of its kind allows; return the paths of the unusable values.

    With `lenient` a condition may lack what the platform's OpenAPI has a default for.
    """
    if accepts(document.root.value, kind):
        return frozenset()
    broken: set[Path] = set()
    for error in errors(document.root.value, kind):
        path: Path = tuple(error.absolute_path)
        if error.validator == "required":
            _log_missing(document, log, path, error, lenient)
        elif error.validator == "additionalProperties":
            _log_unknown(document, log, path, error)
        elif path not in broken:
            broken.add(path)
            log.error(document.place(document.node(path)), path, _sentence(error), _hint(error))
    return frozenset(broken)


def _log_missing(document: Document, log: ProblemLog, path: Path, error: Any, lenient: bool) -> None:
    is_row = "id" in error.validator_value
    for name in error.validator_value:
        if name in error.instance or (is_row and (name == "condition" or (lenient and name in ID_FIELDS))):
            continue  # a row without `condition` is for the rules, which know whether it is the first
        if any(nearest(each, error.schema["properties"]) == name for each in _unknown(error)):
            continue  # it is there but misspelt, which is reported
        message = f"{name} is required"
        if is_row and name in ID_FIELDS:
            message = f"Validation error: {message}"
        if "when" in error.validator_value:
            message = "is required."
        log.error(document.place(document.node(path)), (*path, name), message)


def _log_unknown(document: Document, log: ProblemLog, path: Path, error: Any) -> None:
    known = error.schema["properties"]
    owner = document.node(path)
    for name in _unknown(error):
        hint = did_you_mean(name, known)
        if tuple(known)[: len(STEP_FIELDS)] == STEP_FIELDS:
            message = f"unknown field(s) {name}. Allowed: when, say, then."
            log.error(document.key_place(owner, name), path, message, hint)
        else:
            message = f'"{name}" is not a field of {error.schema["title"]}'
            log.error(document.key_place(owner, name), (*path, name), message, hint)


def _unknown(error: Any) -> list[str]:
    return [
        name
        for name in error.instance
        if name not in error.schema["properties"] and not name.startswith("x-")
    ]


def _sentence(error: Any) -> str:
    if "errorMessage" in error.schema:
        return str(error.schema["errorMessage"])
    words = WORDS.get(error.validator)
    return words(error) if words else str(error.message)


def _type(error: Any) -> str:
    expected = error.validator_value
    names = [expected] if isinstance(expected, str) else [each for each in expected if each != "null"]
    return "must be " + _either([KINDS[each] for each in names])


def _enum(error: Any) -> str:
    values = [each for each in error.validator_value if each is not None]
    return "must be one of " + ", ".join(values)


def _range(error: Any) -> str:
    low, high = error.schema.get("minimum"), error.schema.get("maximum")
    kind = "a whole number" if "integer" in error.schema.get("type", ()) else "a number"
    if low is not None and high is not None:
        return f"must be {kind} from {low} to {high}"
    return f"must be at least {low}" if high is None else f"must be at most {high}"


def _too_many(error: Any) -> str:
    what = {"maxLength": "characters", "maxItems": "items", "maxProperties": "keys"}[error.validator]
    return f"can have at most {error.validator_value} {what}; it has {len(error.instance)}"


def _either(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


WORDS: dict[str, Callable[[Any], str]] = {
    "type": _type,
    "enum": _enum,
    "const": lambda error: f'must be "{error.validator_value}"',
    "minimum": _range,
    "maximum": _range,
    "minLength": lambda _: "cannot be empty",
    "minItems": lambda error: (
        "cannot be empty"
        if error.validator_value == 1
        else f"must have at least {error.validator_value} items"
    ),
    "minProperties": lambda _: "cannot be empty",
    "maxLength": _too_many,
    "maxItems": _too_many,
    "maxProperties": _too_many,
}


def _hint(error: Any) -> str:
    expected = error.schema.get("type", ())
    value = error.instance
    if error.validator == "enum" and isinstance(value, str):
        return did_you_mean(value, [each for each in error.validator_value if isinstance(each, str)])
    if error.validator == "const" and str(value) == error.validator_value:
        return "put it in quotes"
    if error.validator != "type":
        return ""
    if "string" in expected and value is None:
        return 'write "" for an empty text'
    if "string" in expected and isinstance(value, (bool, int, float)) and "errorMessage" not in error.schema:
        return "put it in quotes"
    if "array" in expected and isinstance(value, (str, int)):
        return "write it as a list: [ … ]"
    if isinstance(value, str) and ("integer" in expected or "boolean" in expected):
        return "write it without quotes"
    return ""
