"""Whether paired measurements have shifted, and by how much: Wilcoxon's signed ranks."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING

from pytest_agentsim.statistics.interval import Estimate, check_confidence, normal_quantile
from pytest_agentsim.statistics.pairs import nth_mean
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

__all__ = ["paired_shift", "signed_rank_test"]

MOST_EXACT = 100  # pairs


def signed_rank_test(differences: Sequence[float]) -> float:
    """Return the two-sided p-value (0.0 to 1.0) of "the differences of the pairs lie symmetrically around 0".

    The differences that are not 0 are ranked by their size; the sum of the ranks of the positive ones is compared with
    what random signs give: exactly, ties included, for up to 100 pairs, and by the normal distribution with the
    corrections for ties and continuity for more. Without a difference the value is 1.
    Source: F. Wilcoxon, "Individual comparisons by ranking methods", Biometrics Bulletin 1 (1945).
    """
    check_values(differences)
    moved = [each for each in differences if each != 0]
    sizes = [abs(each) for each in moved]
    ranks = doubled_ranks(sizes)
    positive = sum(rank for rank, each in zip(ranks, moved, strict=True) if each > 0)
    if len(moved) <= MOST_EXACT:
        return two_sided(_ways(ranks), positive)
    count = len(moved)
    variance = count * (count + 1) * (2 * count + 1) / 24 - tie_term(sizes) / 48
    distance = max(0.0, abs(positive - sum(ranks) / 2) / 2 - 0.5)
    return 2 * NormalDist().cdf(-distance / math.sqrt(variance))


def paired_shift(differences: Sequence[float], confidence: float = 0.95) -> Estimate:
    """Return by how much pairs have shifted: the median of the means of all pairs of differences.

    The interval has the shifts that the signed ranks do not reject: from the (c+1)th smallest to the (c+1)th largest
    of these means, for the largest c that they exceed with the confidence. Too few pairs (5 or fewer at 95 %) have no
    end. In the unit of the differences; raises ValueError without one.
    Source: J. L. Hodges and E. L. Lehmann, "Estimates of location based on rank tests", Annals of Mathematical
    Statistics 34 (1963).
    """
    check_values(differences)
    check_confidence(confidence)
    if not differences:
        raise ValueError("without a difference there is no shift")
    count = len(differences)
    means = count * (count + 1) // 2
    middle = (nth_mean(differences, (means + 1) // 2) + nth_mean(differences, means // 2 + 1)) / 2
    outside = _outside(count, confidence)
    if outside < 1:
        return Estimate(middle, -math.inf, math.inf)
    return Estimate(middle, nth_mean(differences, outside), nth_mean(differences, means + 1 - outside))


def _outside(count: int, confidence: float) -> int:
    """Return which mean, counted from either end, is the end of the interval; 0 where none is far enough out."""
    if count > MOST_EXACT:
        deviation = math.sqrt(count * (count + 1) * (2 * count + 1) / 24)
        return math.floor(count * (count + 1) / 4 - normal_quantile(confidence) * deviation)
    return number_within(_ways(range(1, count + 1)), (1 - confidence) / 2 * 2**count)


def _ways(ranks: Sequence[int]) -> list[int]:
    """Return with how many choices of signs the positive ranks add up to 0, 1, 2 and so on."""
    width = len(ranks) // 8 + 1
    ways = 1
    for rank in ranks:
        ways += ways << (8 * width * rank)
    return coefficients(ways, width)
