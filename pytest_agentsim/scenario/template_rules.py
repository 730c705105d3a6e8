"""Checks templates against the test profile that a scenario itself has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_agentsim.scenario import template
from pytest_agentsim.scenario.problem_log import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_agentsim.scenario.reading import Entry, Reading

__all__ = ["check_keys", "check_template"]


def check_template(reading: Reading, entry: Entry, variables: Mapping[str, Any] | None) -> None:
    """Log malformed placeholders of a text that is no action, and those whose key is missing."""
    for each in template.problems(entry.value):
        reading.within(entry, each.offset, each.message, each.hint, each.severity)
    check_keys(reading, entry, variables, source=entry.value)


def check_keys(
    reading: Reading, entry: Entry, variables: Mapping[str, Any] | None, *, source: str, offset: int = 0
) -> None:
    """Log the placeholders in `source` whose key is not among `variables`; with None, none is missing.

    `source` begins `offset` characters into the entry's text.
    """
    if variables is None or "{{" not in source:
        return
    for each in template.missing(source, variables):
        key, known = _missing_key(each.keys, variables)
        message = f'{each.source}: the test profile has no key "{key}"'
        reading.within(entry, offset + each.start, message, did_you_mean(key, known) or _all(known))


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
