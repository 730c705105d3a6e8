"""How often a scenario is run, and what its runs say of it together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pytest_agentsim.statistics.pass_k import pass_at_k, pass_hat_k
from pytest_agentsim.statistics.proportion import wilson_interval
from pytest_agentsim.statistics.sequential import rate_test
from pytest_agentsim.wording import counted, percentage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_agentsim.statistics.interval import Interval
    from pytest_agentsim.statistics.sequential import TruncatedTest

__all__ = ["CONFIDENCE", "ERROR_RATE", "MARGIN", "Repetition", "Tally"]

CONFIDENCE = 0.95
# How often a verdict may be wrong that is given early, for rates that are this far from the one that is wanted.
ERROR_RATE = 0.05
MARGIN = 0.1


@dataclass(frozen=True)
class Repetition:
    """At most `runs` runs, of which the share `pass_rate` (0.0 to 1.0) has to pass.

    With `until_sure` there are no more of them than a sequential test needs, see `statistics.sequential.rate_test`.
    """

    runs: int = 1
    pass_rate: float = 1.0
    until_sure: bool = False

    @cached_property
    def test(self) -> TruncatedTest | None:
        """The test that may end the runs early; None where all of them are made."""
        if not self.until_sure or self.runs == 1:
            return None
        return rate_test(self.pass_rate, self.runs, margin=MARGIN, error_rate=ERROR_RATE)

    def wanted(self, outcomes: Sequence[bool]) -> int:
        """Return how many runs there have to be in any case, now that so many have passed or failed."""
        if self.test is None:
            return self.runs
        return len(outcomes) + self.test.fewest_further(sum(outcomes), len(outcomes))

    def passes(self, outcomes: Sequence[bool]) -> bool:
        """Tell whether the runs are good enough together; all that are `wanted` must have been made."""
        verdict = self.test.verdict(sum(outcomes), len(outcomes)) if self.test is not None else None
        return verdict if verdict is not None else sum(outcomes) / len(outcomes) >= self.pass_rate


@dataclass(frozen=True)
class Tally:
    """What became of the runs of a repeated scenario: of each, whether it passed and the first thing not met."""

    repetition: Repetition
    outcomes: tuple[bool, ...]
    reasons: tuple[str, ...]

    @property
    def runs(self) -> int:
        """How many runs there were (at least 1)."""
        return len(self.outcomes)

    @property
    def passed(self) -> int:
        """How many of them passed."""
        return sum(self.outcomes)

    @property
    def rate(self) -> float:
        """The share that passed (0.0 to 1.0)."""
        return self.passed / self.runs

    @property
    def interval(self) -> Interval:
        """The true rates that are compatible with it, by Wilson."""
        return wilson_interval(self.passed, self.runs, CONFIDENCE)

    @property
    def passes(self) -> bool:
        """Whether they are good enough together."""
        return self.repetition.passes(self.outcomes)

    @property
    def saved(self) -> int:
        """How many runs there was no need for."""
        return self.repetition.runs - self.runs

    @property
    def is_flaky(self) -> bool:
        """Whether the runs differ."""
        return 0 < self.passed < self.runs

    @property
    def first_failed(self) -> int | None:
        """The number of the first run that failed (from 1 on); None if none did."""
        return None if self.passed == self.runs else self.outcomes.index(False) + 1

    def k_within(self, k: int) -> int:
        """Return the k of pass@k and pass^k: not more than there were runs."""
        return min(k, self.runs)

    def pass_at(self, k: int) -> float:
        """The probability that at least one of k calls passes (0.0 to 1.0)."""
        return pass_at_k(self.passed, self.runs, self.k_within(k))

    def pass_hat(self, k: int) -> float:
        """The probability that all of k calls pass (0.0 to 1.0)."""
        return pass_hat_k(self.passed, self.runs, self.k_within(k))

    def rate_text(self, k: int) -> str:
        """Say the pass rate with its interval, pass@k and pass^k."""
        within = self.k_within(k)
        low, high = (percentage(end) for end in self.interval)
        return (
            f"pass rate {percentage(self.rate)} ({low} to {high}), "
            f"pass@{within} {percentage(self.pass_at(k))}, pass^{within} {percentage(self.pass_hat(k))}"
        )

    def flaky_text(self) -> str:
        """Say which run failed first, and why, where the runs differ; else nothing."""
        if self.first_failed is None or not self.is_flaky:
            return ""
        return f"flaky: run {self.first_failed} failed first: {self.reasons[self.first_failed - 1]}"

    def headline(self) -> str:
        """Say how many runs passed and had to, and whether that was sure before all were made."""
        wanted = f"{self.passed} of {counted(self.runs, 'run')} passed, {percentage(self.repetition.pass_rate)} must"
        return f"{wanted}; sure without {self.saved} more" if self.saved else wanted

    def to_json(self, k: int) -> dict[str, Any]:
        """Return what the summary of the whole run needs, as plain data."""
        return {
            "runs": self.runs,
            "passed": self.passed,
            "passes": self.passes,
            "saved": self.saved,
            "is_flaky": self.is_flaky,
            "rate_text": self.rate_text(k),
            "flaky_text": self.flaky_text(),
        }
