"""Scenarios that were run several times: what their runs say together."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from pytest_agentsim.repetition import Repetition, Tally
from pytest_agentsim.report.page.words import line_shown, seconds_shown
from pytest_agentsim.report.verdicts import CallOutcome
from pytest_agentsim.wording import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_agentsim.report.page.row import Row
    from pytest_agentsim.report.stored import StoredCall
    from pytest_agentsim.report.verdicts import Judgement

__all__ = ["Repeated", "repeated"]


@dataclass(frozen=True, slots=True)
class Repeated:
    """The runs of one item over one channel by one personality, in their order.

    `tally` counts those that were judged; `missing` is how many of the others are not stored. `outcome` is what pytest
    made of all of them together, `k` that of pass@k and pass^k.
    """

    rows: tuple[Row, ...]
    tally: Tally
    missing: int
    outcome: str
    detail: str
    k: int

    @property
    def key(self) -> str:
        """What names it on the page: the place of its first run."""
        return f"runs-{self.rows[0].index}"

    @property
    def title(self) -> str:
        return self.rows[0].title

    @property
    def channel(self) -> str:
        return self.rows[0].channel

    @property
    def personality(self) -> str:
        return self.rows[0].personality

    @property
    def tags(self) -> tuple[str, ...]:
        return self.rows[0].tags

    @property
    def flakiness(self) -> float:
        """How much the runs differ: 0.0 where they all went the same way, up to 1.0 where half of them passed."""
        return 1 - 2 * abs(self.tally.rate - 0.5)

    @property
    def turns(self) -> int:
        """How many turns a call has in the median."""
        return round(median(row.turns for row in self.rows))

    @property
    def duration(self) -> float | None:
        """How long a call is in the median, in seconds."""
        return _median([row.duration for row in self.rows])

    @property
    def latency(self) -> float | None:
        """How long the agent takes to answer in the median of the calls, in seconds."""
        return _median([row.latency for row in self.rows])

    @property
    def waits(self) -> tuple[float | None, ...]:
        """How long the agent takes to answer in each run, in the median, in seconds."""
        return tuple(row.latency for row in self.rows)

    @property
    def counted_in(self) -> str:
        """What `waits` has one of each of."""
        return "run"

    @property
    def slowest(self) -> float:
        """How long the slowest run took; 0 where none was measured."""
        return max((each for each in self.waits if each is not None), default=0.0)

    @property
    def duration_words(self) -> str:
        return "" if self.duration is None else seconds_shown(self.duration)

    @property
    def latency_words(self) -> str:
        return "" if self.latency is None else seconds_shown(self.latency)

    @property
    def verdict_words(self) -> str:
        """Say whether enough runs passed; where some are missing, only how many of the others did."""
        tally = self.tally
        if self.missing:
            return f"{tally.passed} of {counted(tally.runs, 'run')} passed, {self.missing} not here"
        return f"{'enough' if tally.passes else 'too few'}: {tally.headline()}"

    @property
    def rate_words(self) -> str:
        return self.tally.rate_text(self.k)

    @property
    def flaky_words(self) -> str:
        """Say which run failed first, and why, where the runs differ."""
        return line_shown(self.tally.flaky_text().removeprefix("flaky: "))

    @property
    def telling_runs(self) -> tuple[Row, Row] | None:
        """The first run that passed and the first that failed; None where they do not differ."""
        passed = next((row for row in self.rows if row.passed is True), None)
        failed = next((row for row in self.rows if row.passed is False), None)
        return (passed, failed) if passed is not None and failed is not None else None

    @property
    def is_enough(self) -> bool | None:
        """Whether enough runs passed; None where not all of them are known."""
        return None if self.missing else self.tally.passes


def repeated(runs: Sequence[tuple[StoredCall, Row]]) -> Repeated | None:
    """Sum up the runs of an item; None where there is but one, or none that was judged."""
    judged = sorted(
        (
            (call.judgement, row, call.passed)
            for call, row in runs
            if call.judgement is not None and call.passed is not None
        ),
        key=lambda each: each[0].run,
    )
    if not judged or len(runs) < 2:
        return None
    first = judged[0][0]
    planned = max(first.runs_planned, first.runs)
    outcomes = tuple(_passed(judgement, otherwise=passed) for judgement, _, passed in judged)
    tally = Tally(
        # With fewer runs than were planned it was sure earlier.
        Repetition(planned, first.pass_rate, until_sure=first.runs < planned),
        outcomes,
        tuple(_reason(judgement) for judgement, _, _ in judged),
    )
    rows = tuple(row for _, row in sorted(runs, key=lambda each: each[1].run))
    return Repeated(
        rows,
        tally,
        max(0, first.runs - len(judged)),
        first.item_outcome.value,
        line_shown(first.node_id),
        first.pass_k,
    )


def _passed(judgement: Judgement, *, otherwise: bool) -> bool:
    """Tell whether a run has passed, also one of an item of which nobody expects that it does."""
    if judgement.outcome in (CallOutcome.XFAILED, CallOutcome.XPASSED) and judgement.verdicts:
        return all(each.passed for each in judgement.verdicts)
    return otherwise


def _reason(judgement: Judgement) -> str:
    missed = next((each for each in judgement.verdicts if not each.passed), None)
    return judgement.message if missed is None else f"{missed.path}: {missed.message}"


def _median(values: Sequence[float | None]) -> float | None:
    known = [each for each in values if each is not None]
    return median(known) if known else None
