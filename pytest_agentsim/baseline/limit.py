"""How much worse than its baseline a run may be: `latency_p95:10%`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_agentsim.baseline.compare import Comparison

__all__ = ["Limit", "limit_from"]


@dataclass(frozen=True, slots=True)
class Limit:
    """How much worse a metric may get: in its unit, or as a share of what it was where `is_relative`.

    Of pass rates and other shares a percentage is one of percentage points.
    """

    metric: str
    amount: float
    is_relative: bool

    def is_exceeded(self, comparison: Comparison) -> bool:
        """Tell whether a comparison of this metric shows a worsening, and one beyond the limit."""
        if not comparison.finding.is_change:
            return False
        is_share_of_before = self.is_relative and not comparison.is_share
        allowed = self.amount * abs(comparison.before) if is_share_of_before else self.amount
        return comparison.worsening > allowed

    def __str__(self) -> str:
        return f"{self.amount * 100:g}%" if self.is_relative else f"{self.amount:g}"


def limit_from(written: str) -> Limit:
    """Read a limit; raises ValueError for anything that is not written like ``latency_p95:10%`` or ``turns:2``."""
    metric, colon, amount = (part.strip() for part in written.rpartition(":"))
    number = float(amount.removesuffix("%"))
    if not colon or not metric or not 0 <= number < math.inf:
        raise ValueError(f"no metric, or no limit of 0 or more: {written!r}")
    is_relative = amount.endswith("%")
    return Limit(metric, number / 100 if is_relative else number, is_relative)
