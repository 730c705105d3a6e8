"""What the tests by ranks share: ranks of values with ties, and the exact distribution of a sum of ranks."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["check_values", "coefficients", "doubled_ranks", "number_within", "tie_term", "two_sided"]


def check_values(values: Iterable[float]) -> None:
    """Raise ValueError for values that have no order, such as NaN, or no size."""
    if not all(map(math.isfinite, values)):
        raise ValueError("only finite numbers can be compared")


def doubled_ranks(values: Sequence[float]) -> list[int]:
    """Return twice the rank of each value, from 2 on; equal ones share the mean of their ranks, so twice is whole."""
    counts = Counter(values)
    ranks: dict[float, int] = {}
    below = 0
    for value in sorted(counts):
        ranks[value] = 2 * below + counts[value] + 1
        below += counts[value]
    return [ranks[value] for value in values]


def tie_term(values: Iterable[float]) -> int:
    """Return the sum of t³ - t over the groups of t equal values, by which ties lessen a variance."""
    return sum(count**3 - count for count in Counter(values).values())


def coefficients(polynomial: int, width: int) -> list[int]:
    """Return the coefficients of 1, x, x² and so on, of `width` bytes each, of a polynomial kept in one whole number.

    So kept, a polynomial is multiplied by 1 + xʳ, which counts sums with and without r, by a shift and an addition.
    """
    places = -(-polynomial.bit_length() // (8 * width))
    data = polynomial.to_bytes(places * width, "little")
    return [int.from_bytes(data[start : start + width], "little") for start in range(0, len(data), width)]


def two_sided(ways: Sequence[int], seen: int) -> float:
    """Return the p-value of a sum of ranks that was seen; `ways[n]` is in how many ways a sum is n."""
    below, above = sum(ways[: seen + 1]), sum(ways[seen:])
    return min(1.0, 2 * min(below, above) / sum(ways))


def number_within(ways: Sequence[int], allowed: float) -> int:
    """Return how many of the smallest sums together have no more than the allowed number of ways."""
    number = so_far = 0
    for each in ways:
        so_far += each
        if so_far > allowed:
            break
        number += 1
    return number
