"""Order statistics of all pairs of values, without making the pairs: there may be millions of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["nth_difference", "nth_mean"]

# Bisection ends at this share of the range; what is closer together than that counts as equal.
PRECISION = 1e-13


def nth_mean(values: Sequence[float], number: int) -> float:
    """Return the nth smallest (from 1 on) of the means of all pairs of values, each value with itself too."""
    ordered = sorted(values)

    def up_to(limit: float) -> tuple[int, float]:
        count, largest = 0, -math.inf
        partner = len(ordered) - 1
        for index, value in enumerate(ordered):
            while partner >= index and (value + ordered[partner]) / 2 > limit:
                partner -= 1
            if partner < index:
                break
            count += partner - index + 1
            largest = max(largest, (value + ordered[partner]) / 2)
        return count, largest

    return _nth(up_to, number, ordered[0], ordered[-1])


def nth_difference(values: Sequence[float], others: Sequence[float], number: int) -> float:
    """Return the nth smallest (from 1 on) of the differences of each value and each of the others."""
    ordered, subtracted = sorted(values), sorted(others)

    def up_to(limit: float) -> tuple[int, float]:
        count, largest = 0, -math.inf
        # Of the ordered values, `place` are within the limit together with the one that is subtracted.
        place = 0
        for other in subtracted:
            while place < len(ordered) and ordered[place] - other <= limit:
                place += 1
            if place:
                count += place
                largest = max(largest, ordered[place - 1] - other)
        return count, largest

    return _nth(up_to, number, ordered[0] - subtracted[-1], ordered[-1] - subtracted[0])


def _nth(up_to: Callable[[float], tuple[int, float]], number: int, lowest: float, highest: float) -> float:
    """Bisect between the extremes; `up_to` tells how many pairs are up to a limit, and the largest of them."""
    if up_to(lowest)[0] >= number:
        return lowest
    low, high = lowest, highest
    while high - low > PRECISION * (highest - lowest):
        middle = low + (high - low) / 2
        if not low < middle < high:
            break
        if up_to(middle)[0] >= number:
            high = middle
        else:
            low = middle
    return up_to(high)[1]
