"""Averages and percentiles of some numbers, as the details of a metric."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["PERCENTILES", "percentile", "spread"]

# platform_spec section i.1, "Latency"
PERCENTILES = (25, 50, 75, 90, 95, 99)


def percentile(values: Sequence[float], share: float) -> float:
    """Return what the share (0.0 to 1.0) of the values is not above, between two of them by linear interpolation."""
    return _of_ordered(sorted(values), share)


def _of_ordered(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return mean, least, greatest and the percentiles of at least one value, by the names that metrics use."""
    ordered = sorted(values)
    found = {"average": fmean(ordered), "min": ordered[0], "max": ordered[-1]}
    return found | {f"p{share}": _of_ordered(ordered, share / 100) for share in PERCENTILES}
