"""Whether measurements that are not paired have shifted, and by how much: the rank sums of Mann and Whitney."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING

from pytest_agentsim.statistics.interval import Estimate, check_confidence, normal_quantile
from pytest_agentsim.statistics.pairs import nth_difference
from pytest_agentsim.statistics.ranks import (
    check_values,
    coefficients,
    doubled_ranks,
    number_within,
    tie_term,
    two_sided,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["rank_sum_test", "unpaired_shift"]

MOST_EXACT = 60  # values on both sides together


def rank_sum_test(values: Sequence[float], others: Sequence[float]) -> float:
    """Return the two-sided p-value (0.0 to 1.0) of "both sides come from the same distribution".

    All values are ranked together; the sum of the ranks of one side is compared with what a random choice of as many
    gives: exactly, ties included, for up to 60 values together, and by the normal distribution with the corrections for
    ties and continuity for more. Raises ValueError when a side has no value.
    Source: H. B. Mann and D. R. Whitney, "On a test of whether one of two random variables is stochastically larger
    than the other", Annals of Mathematical Statistics 18 (1947).
    """
    _check(values, others)
    pooled = [*values, *others]
    ranks = doubled_ranks(pooled)
    count, other_count, together = len(values), len(others), len(pooled)
    total = sum(ranks[:count])
    if together <= MOST_EXACT:
        ways = _ways(ranks, count)
        return two_sided(ways, total)
    crossings = total / 2 - count * (count + 1) / 2
    tied = tie_term(pooled) / (together * (together - 1))
    variance = count * other_count / 12 * (together + 1 - tied)
    distance = max(0.0, abs(crossings - count * other_count / 2) - 0.5)
    return 2 * NormalDist().cdf(-distance / math.sqrt(variance)) if variance > 0 else 1.0


def unpaired_shift(values: Sequence[float], others: Sequence[float], confidence: float = 0.95) -> Estimate:
    """Return by how much the values are above the others: the median of all differences of one and one.

    The interval has the shifts that the rank sums do not reject. Too few values (3 and 3 at 95 %) have no end. In the
    unit of the values; raises ValueError when a side has none.
    Source: J. L. Hodges and E. L. Lehmann, "Estimates of location based on rank tests", Annals of Mathematical
    Statistics 34 (1963).
    """
    _check(values, others)
    check_confidence(confidence)
    pairs = len(values) * len(others)
    middle = (
        nth_difference(values, others, (pairs + 1) // 2) + nth_difference(values, others, pairs // 2 + 1)
    ) / 2
    outside = _outside(len(values), len(others), confidence)
    if outside < 1:
        return Estimate(middle, -math.inf, math.inf)
    return Estimate(
        middle, nth_difference(values, others, outside), nth_difference(values, others, pairs + 1 - outside)
    )


def _check(values: Sequence[float], others: Sequence[float]) -> None:
    check_values((*values, *others))
    if not values or not others:
        raise ValueError("there is nothing to compare without a value on either side")


def _outside(count: int, other_count: int, confidence: float) -> int:
    """Return which difference, counted from either end, is the end of the interval; 0 where none is far enough out."""
    together = count + other_count
    if together > MOST_EXACT:
        deviation = math.sqrt(count * other_count * (together + 1) / 12)
        return math.floor(count * other_count / 2 - normal_quantile(confidence) * deviation)
    ways = _ways(range(1, together + 1), count)
    smallest = count * (count + 1) // 2
    return number_within(ways[smallest:], (1 - confidence) / 2 * math.comb(together, count))


def _ways(ranks: Sequence[int], count: int) -> list[int]:
    """Return in how many ways `count` of the ranks add up to 0, 1, 2 and so on."""
    # What is counted is at most the number of all subsets.
    width = len(ranks) // 8 + 1
    ways = [1] + [0] * count
    for rank in ranks:
        for chosen in range(count, 0, -1):
            ways[chosen] += ways[chosen - 1] << (8 * width * rank)
    return coefficients(ways[count], width)
