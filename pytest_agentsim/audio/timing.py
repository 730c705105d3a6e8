"""How well the process keeps time: a histogram of fixed size, however long a call lasts."""

from __future__ import annotations

__all__ = ["Spread"]

RESOLUTION = 0.0001  # s
LONGEST = 10.0  # s; whatever is longer counts as this


class Spread:
    """Durations in seconds, kept as counts per tenth of a millisecond."""

    def __init__(self) -> None:
        self._counts: dict[int, int] = {}
        self.count = 0
        self.longest = 0.0

    def add(self, seconds: float) -> None:
        """Count one duration; what is below zero counts as zero."""
        seconds = min(max(seconds, 0.0), LONGEST)
        bin_ = int(seconds / RESOLUTION)
        self._counts[bin_] = self._counts.get(bin_, 0) + 1
        self.count += 1
        self.longest = max(self.longest, seconds)

    def percentile(self, share: float) -> float:
        """Return what that share (0.0 to 1.0) of the durations does not exceed; 0.0 when there are none."""
        wanted = share * self.count
        seen = 0
        for bin_ in sorted(self._counts):
            seen += self._counts[bin_]
            if seen >= wanted:
                return min((bin_ + 1) * RESOLUTION, self.longest)
        return 0.0
