"""Checks templates against the test profile that a scenario itself has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pytest_agentsim.scenario import template
from pytest_agentsim.scenario.problem_log import did_you_mean
from pytest_agentsim.scenario.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_agentsim.scenario.reading import Entry, Reading

__all__ = ["check_action_keys", "check_template"]

KEYPAD = re.compile(r"<dtmf\b[^<>]*>")


def check_template(reading: Reading, entry: Entry, variables: Mapping[str, Any] | None) -> None:
    """Log malformed placeholders of a text that is no action, and those whose key is missing."""
    for problem in template.problems(entry.value):
        reading.within(entry, problem.offset, problem.message, problem.hint, problem.severity)
    if variables is None:
        return
    for each in template.missing(entry.value, variables):
        _log_missing(reading, entry, variables, each, offset=each.start)


def check_action_keys(
    reading: Reading, entry: Entry, variables: Mapping[str, Any] | None, *, source: str, offset: int
) -> None:
    """Log the placeholders in an action whose key is not among `variables`; with None, none is missing.

    `source` begins `offset` characters into the entry's text. A `<dtmf>` without its key presses nothing, and the call
    goes on (platform_spec section c.4), so that this is no error unless the settings are strict.
    """
    if variables is None or "{{" not in source:
        return
    tags = [] if reading.settings.strict else [tag.span() for tag in KEYPAD.finditer(source)]
    for each in template.missing(source, variables):
        is_in_keypad = any(start < each.start < end for start, end in tags)
        severity = Severity.WARNING if is_in_keypad else Severity.ERROR
        _log_missing(reading, entry, variables, each, offset=offset + each.start, severity=severity)


def _log_missing(
    reading: Reading,
    entry: Entry,
    variables: Mapping[str, Any],
    placeholder: template.Placeholder,
    *,
    offset: int,
    severity: Severity = Severity.ERROR,
) -> None:
    key, known = _missing_key(placeholder.keys, variables)
    message = f'{placeholder.source}: the test profile has no key "{key}"'
    if severity is Severity.WARNING:
        message += ", so that no keys are pressed"
    reading.within(entry, offset, message, did_you_mean(key, known) or _all(known), severity)


def _missing_key(keys: tuple[str, ...], variables: Mapping[str, Any]) -> tuple[str, list[str]]:
    """Return the first key on the path that is missing, and the keys that are there instead."""
    level: Any = variables
    for key in keys:
        if not isinstance(level, dict):
            return key, []
        if key not in level:
            return key, [str(each) for each in level]
        level = level[key]
    return keys[-1], []


def _all(known: list[str]) -> str:
    return f"it has: {', '.join(sorted(known))}" if known else ""
