"""What the documentation claims of the scenario language, as rows that are measured: one call, one number each.

A function with `@proves(…)` makes a call and returns what it has measured in the recording or on the line. The test of the
row compares that with what is expected; `page.py` writes all of them down.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

__all__ = ["ROWS", "Row", "Value", "proves"]

Value = float | str


@dataclass(frozen=True)
class Row:
    """One claim: `subject` is the tag or the field, `scenario` what was called with, `what` the quantity."""

    subject: str
    scenario: str
    what: str
    expected: Value
    tolerance: float
    unit: str
    measure: Callable[[Path], Awaitable[Value]]

    def __str__(self) -> str:
        return f"{self.subject}: {self.what}"

    def holds_for(self, measured: Value) -> bool:
        if isinstance(self.expected, str) or isinstance(measured, str):
            return measured == self.expected
        return abs(measured - self.expected) <= self.tolerance


ROWS: list[Row] = []


def proves(
    subject: str, *, scenario: str, what: str, expected: Value, tolerance: float = 0.0, unit: str = ""
) -> Callable[[Callable[[Path], Awaitable[Value]]], Callable[[Path], Awaitable[Value]]]:
    """Make a row of a function that measures; it is given an empty folder."""

    def keep(measure: Callable[[Path], Awaitable[Value]]) -> Callable[[Path], Awaitable[Value]]:
        ROWS.append(Row(subject, scenario, what, expected, tolerance, unit, measure))
        return measure

    return keep
