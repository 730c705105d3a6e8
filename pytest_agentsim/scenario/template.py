"""Templates: `{{test_profile.…}}` in whatever a scenario's author writes (platform_spec section f.2).

A placeholder names a key of the test profile by dots or brackets. Neither filters nor defaults exist, and
names are case-sensitive. `{{function.name.output}}` is well-formed too, but only the call knows its value, and fills it
in when it does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_agentsim.errors import ProfileKeyError
from pytest_agentsim.scenario.problem_log import did_you_mean
from pytest_agentsim.scenario.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "Placeholder",
    "TemplateProblem",
    "fill_in",
    "function_placeholders",
    "has_placeholder",
    "missing",
    "placeholders",
    "problems",
    "render",
]

# Of several opening braces in a row the last two count, as in {"n":{{test_profile.n}}}.
_BRACES = re.compile(r"\{\{(?!\{)(?:(?P<body>[^{}]*+)\}\})?")
_KEY = r"""\.[\w-]++|\[\s*+(?:'[^']*+'|"[^"]*+")\s*+\]"""
_PROFILE = re.compile(rf"\s*+test_profile(?P<keys>(?:{_KEY})++)\s*+")
_ONE_KEY = re.compile(
    r"""\.(?P<dotted>[\w-]+)|\[\s*(?P<quote>['"])(?P<quoted>.*?)(?P=quote)\s*\]""", re.DOTALL
)
_FUNCTION = re.compile(r"\s*+function\.(?P<name>[\w-]++)\.(?P<output>[\w-]++)\s*+")
_ROOT = re.compile(r"\s*+(?P<root>test_profile|function)\b")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A well-formed placeholder: as written, its keys from the outermost to the innermost, and its offset."""

    source: str
    keys: tuple[str, ...]
    start: int


@dataclass(frozen=True, slots=True)
class TemplateProblem:
    """Double braces that are no placeholder; `offset` counts characters from the start of the text."""

    offset: int
    message: str
    hint: str
    severity: Severity = Severity.ERROR


def placeholders(text: str) -> tuple[Placeholder, ...]:
    """Return the placeholders of the test profile, in order."""
    return tuple(placeholder for match in _braces(text) if (placeholder := _of_profile(match)))


def function_placeholders(text: str) -> tuple[Placeholder, ...]:
    """Return the placeholders of function outputs, in order; their keys are the function and its output."""
    return tuple(
        Placeholder(match[0], (function["name"], function["output"]), match.start())
        for match in _braces(text)
        if (function := _FUNCTION.fullmatch(match["body"] or ""))
    )


def has_placeholder(text: str) -> bool:
    """Tell whether the text holds a well-formed placeholder of either kind."""
    return bool(placeholders(text) or function_placeholders(text))


def problems(text: str) -> tuple[TemplateProblem, ...]:
    """Return what is wrong with the double braces in the text, in order."""
    return tuple(problem for match in _braces(text) if (problem := _problem(match)))


def render(text: str, variables: Mapping[str, Any]) -> str:
    """Replace the placeholders of the test profile; inserted values are not looked at again.

    Lists become "a, b and c", mappings "key: value", truth values "true" and "false", None an empty string.
    Raises ProfileKeyError for a key that the profile does not have; the error never shows a value.
    """

    def value_of(match: re.Match[str]) -> str:
        placeholder = _of_profile(match)
        return _worded(_look_up(placeholder, variables)) if placeholder else match[0]

    return _BRACES.sub(value_of, text)


def fill_in(text: str, outputs: Mapping[str, Mapping[str, Any]]) -> str:
    """Replace the placeholders of function outputs that are known, worded as `render` does; the others stay.

    `outputs` has by function the value of each output.
    """

    def value_of(match: re.Match[str]) -> str:
        function = _FUNCTION.fullmatch(match["body"] or "")
        if function is None or function["output"] not in outputs.get(function["name"], {}):
            return match[0]
        return _worded(outputs[function["name"]][function["output"]])

    return _BRACES.sub(value_of, text)


def missing(text: str, variables: Mapping[str, Any]) -> tuple[Placeholder, ...]:
    """Return the placeholders that `render` could not fill in."""
    return tuple(each for each in placeholders(text) if not _has(each, variables))


def _braces(text: str) -> Iterator[re.Match[str]]:
    return _BRACES.finditer(text)


def _of_profile(match: re.Match[str]) -> Placeholder | None:
    path = _PROFILE.fullmatch(match["body"] or "")
    if path is None:
        return None
    keys = tuple(
        key["dotted"] if key["dotted"] is not None else key["quoted"]
        for key in _ONE_KEY.finditer(path["keys"])
    )
    return Placeholder(match[0], keys, match.start())


def _problem(match: re.Match[str]) -> TemplateProblem | None:
    body = match["body"]
    if body is None:
        return TemplateProblem(match.start(), "the placeholder is not closed", 'write "}}" after the key')
    if _PROFILE.fullmatch(body) or _FUNCTION.fullmatch(body):
        return None
    root = _ROOT.match(body)
    if root is None:
        return TemplateProblem(
            match.start(),
            f"{match[0]} is not a placeholder; the braces would be spoken",
            f"write {{{{test_profile.{body.strip() if body.strip().isidentifier() else 'key'}}}}}",
            Severity.WARNING,
        )
    form = "{{test_profile.key}}" if root["root"] == "test_profile" else "{{function.name.output}}"
    return TemplateProblem(match.start(), f"malformed placeholder {match[0]}", f"write {form}")


def _has(placeholder: Placeholder, variables: Mapping[str, Any]) -> bool:
    try:
        _look_up(placeholder, variables)
    except ProfileKeyError:
        return False
    return True


def _look_up(placeholder: Placeholder, variables: Mapping[str, Any]) -> Any:
    value: Any = variables
    owner = "the test profile"
    for key in placeholder.keys:
        if not isinstance(value, Mapping):
            raise ProfileKeyError(f"{placeholder.source}: {owner} has no keys, it is a single value")
        if key not in value:
            raise ProfileKeyError(f'{placeholder.source}: {owner} has no key "{key}" ({_advice(key, value)})')
        value = value[key]
        owner = f'"{key}" of the test profile'
    return value


def _advice(key: str, variables: Mapping[str, Any]) -> str:
    names = sorted(str(each) for each in variables)
    known = f"it has: {', '.join(names)}" if names else "it is empty"
    return " ".join(filter(None, (did_you_mean(key, names), known)))


def _worded(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case Mapping():
            return ", ".join(f"{key}: {_worded(each)}" for key, each in value.items())
        case str() | bytes():
            return str(value)
        case Sequence():
            return _enumerated([words for each in value if (words := _worded(each))])
        case _:
            return str(value)


def _enumerated(words: list[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
