"""What an estimate may be off by."""

from __future__ import annotations

from statistics import NormalDist
from typing import NamedTuple

__all__ = ["Estimate", "Interval", "check_confidence", "normal_quantile"]


class Interval(NamedTuple):
    """The values that are compatible with what was seen, both ends included."""

    low: float
    high: float


class Estimate(NamedTuple):
    """The most plausible value, and the interval around it."""

    value: float
    low: float
    high: float


def normal_quantile(confidence: float) -> float:
    """Return how many standard deviations to either side hold the share `confidence` of a normal distribution."""
    check_confidence(confidence)
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def check_confidence(confidence: float) -> None:
    """Raise ValueError unless a confidence lies between 0 and 1, such as 0.95."""
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence lies between 0 and 1, such as 0.95; {confidence!r} does not")
