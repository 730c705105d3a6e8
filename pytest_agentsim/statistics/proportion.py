"""Intervals of a pass rate and of the difference of two."""

from __future__ import annotations

import math

from pytest_agentsim.statistics.interval import Estimate, Interval, normal_quantile

__all__ = ["check_counts", "newcombe_interval", "wilson_interval"]


def wilson_interval(successes: int, trials: int, confidence: float = 0.95) -> Interval:
    """Return which true rates (0.0 to 1.0) are compatible with so many successes.

    The score interval: with p the share of successes in n trials and z the normal quantile, its ends are
    (p + z²/2n ± z·√(p(1-p)/n + z²/4n²)) / (1 + z²/n).
    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
    Raises ValueError without a trial.
    """
    check_counts(successes, trials)
    z = normal_quantile(confidence)
    share = successes / trials
    square = z * z / trials
    centre = (share + square / 2) / (1 + square)
    reach = z * math.sqrt(share * (1 - share) / trials + square / (4 * trials)) / (1 + square)
    # Rounding would otherwise leave the ends of 0 and all successes a little off 0 and 1.
    low = 0.0 if successes == 0 else max(0.0, centre - reach)
    high = 1.0 if successes == trials else min(1.0, centre + reach)
    return Interval(low, high)


def newcombe_interval(
    successes: int, trials: int, other_successes: int, other_trials: int, confidence: float = 0.95
) -> Estimate:
    """Return by how much the first true rate is above the other one (-1.0 to 1.0), for calls that are not paired.

    The hybrid of two Wilson intervals (l1, u1) and (l2, u2) around p1 and p2: from
    d - √((p1-l1)² + (u2-p2)²) to d + √((u1-p1)² + (p2-l2)²), where d = p1 - p2.
    Source: R. G. Newcombe, "Interval estimation for the difference between independent proportions", Statistics in
    Medicine 17 (1998), method 10.
    """
    first = wilson_interval(successes, trials, confidence)
    other = wilson_interval(other_successes, other_trials, confidence)
    share, other_share = successes / trials, other_successes / other_trials
    difference = share - other_share
    return Estimate(
        difference,
        max(-1.0, difference - math.hypot(share - first.low, other.high - other_share)),
        min(1.0, difference + math.hypot(first.high - share, other_share - other.low)),
    )


def check_counts(successes: int, trials: int) -> None:
    """Raise ValueError unless there are trials, and no more successes than these."""
    if trials < 1:
        raise ValueError("without a trial there is no rate")
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} of {trials} trials cannot have succeeded")
