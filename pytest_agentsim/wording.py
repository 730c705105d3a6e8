"""Numbers and lists as a person would say them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_agentsim.scenario.expectations import Bounds

__all__ = ["amount", "counted", "how_often", "listed", "percentage", "times", "were"]


def counted(number: int, noun: str) -> str:
    """Say a number of things: "1 turn", "8 turns"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def amount(bounds: Bounds, noun: str) -> str:
    """Say a range of things: "exactly 4 turns", "at most 1 turn", "2 to 5 turns", "no turns"."""
    low, high = bounds.minimum or 0, bounds.maximum
    if high == 0:
        return f"no {noun}s"
    if high is None:
        return f"at least {counted(low, noun)}"
    if low == 0:
        return f"at most {counted(high, noun)}"
    return f"exactly {counted(low, noun)}" if low == high else f"{low} to {counted(high, noun)}"


def percentage(share: float) -> str:
    """Say a share (0.0 to 1.0): "67%", "99.5%"; all and nothing only where it is that."""
    rounded = round(share * 100, 1 if share > 0.99 or share < 0.01 else 0)
    if rounded in (0.0, 100.0) and share not in (0.0, 1.0):
        return "under 0.1%" if rounded == 0 else "over 99.9%"
    return f"{rounded:g}%"


def times(number: int) -> str:
    """Say how often: "once", "2 times"."""
    return "once" if number == 1 else f"{number} times"


def how_often(bounds: Bounds) -> str:
    """Say a range of times that is not "never": "exactly once", "at least 2 times"."""
    return re.sub(r"\b1 time\b", "once", amount(bounds, "time"))


def were(number: int) -> str:
    """Say how many there were, after "there": "was 1", "were 3", "were none"."""
    return "was 1" if number == 1 else f"were {number or 'none'}"


def listed(noun: str, values: Sequence[object]) -> str:
    """List values that are not none: "condition 1", "conditions 1, 2 and 5"."""
    *first, last = values
    return f"{noun}s {', '.join(map(str, first))} and {last}" if first else f"{noun} {last}"
