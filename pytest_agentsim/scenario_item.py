"""What a collected scenario does when pytest runs it: makes its calls, then answers for each expectation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_agentsim.expect import evaluate
from pytest_agentsim.report.failure import ExpectationFailed, failure_message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_agentsim.expect import Verdict
    from pytest_agentsim.runner import RecordedCall, StartedCall
    from pytest_agentsim.scenario.model import Channel, Expectation, Scenario
    from pytest_agentsim.scenario.personality import Personality
    from pytest_agentsim.scenario.profile import TestProfile
    from pytest_agentsim.simulate import Simulate

__all__ = ["JudgedCall", "ScenarioItem", "first_failing", "how_the_runs_went"]


@dataclass(frozen=True, slots=True)
class JudgedCall:
    """A call with the verdicts on it."""

    call: RecordedCall
    verdicts: tuple[Verdict, ...]

    @property
    def passed(self) -> bool:
        return all(verdict.passed for verdict in self.verdicts)


def first_failing(runs: Sequence[JudgedCall], pass_rate: float) -> JudgedCall | None:
    """Return the first run that failed, if fewer passed than the share `pass_rate` (0.0 to 1.0)."""
    passed = sum(run.passed for run in runs)
    if passed / len(runs) >= pass_rate:
        return None
    return next(run for run in runs if not run.passed)


def how_the_runs_went(runs: Sequence[JudgedCall], pass_rate: float) -> str:
    """Say how many runs went well, where there is more than one; goes after the headline of a failure."""
    if len(runs) == 1:
        return ""
    passed = sum(run.passed for run in runs)
    return f" (the first failing run; {passed} of {len(runs)} runs passed, {pass_rate:.0%} must)"


class ScenarioItem:
    """The calls of one item and the verdicts on them.

    A generated test function calls `run` on the scenario's line of the file and `check` on the line of each
    expectation, so that pytest shows the line which was not met. `in_file` are the expectations that have such
    a line; marks and a `scenario` fixture may have brought others.
    """

    def __init__(
        self,
        scenario: Scenario,
        simulate: Simulate,
        *,
        personality: Personality,
        profile: TestProfile,
        in_file: tuple[Expectation, ...],
        channel: Channel,
        started: list[StartedCall],
        verdicts: list[tuple[Verdict, ...]],
        require_judge: bool,
    ) -> None:
        self.scenario = scenario
        self._simulate = simulate
        self._personality = personality
        self._profile = profile
        self._in_file = in_file
        self._channel = channel
        self._verdicts = verdicts
        self._require_judge = require_judge
        self._started = started
        self._runs: list[JudgedCall] = []
        self._failing: JudgedCall | None = None

    def __repr__(self) -> str:
        return (
            f"<{self.scenario.name!r} over {self._channel} with the personality {self._personality.name!r}>"
        )

    def start(self) -> None:
        """Ask for the scenario's calls, which may overlap, unless that has been done; raises as `Simulate` does."""
        self._simulate.start_runs(
            self._started,
            self.scenario,
            personality=self._personality,
            test_profile=self._profile,
            channel=self._channel,
        )

    def run(self) -> None:
        """Make the scenario's calls; raises ExpectationFailed when it fails for no line of the file's `expect:`."""
        __tracebackhide__ = True
        self.start()
        for result in self._simulate.finish_each(self._started):
            verdicts = evaluate(self.scenario.expect, result, require_judge=self._require_judge)
            self._verdicts.append(verdicts)
            self._runs.append(JudgedCall(self._simulate.calls[-1], verdicts))
        self._failing = first_failing(self._runs, self.scenario.pass_rate)
        if self._failing is not None and self._line() is None:
            self._fail(self._failing)

    def check(self, index: int) -> None:
        """Raise ExpectationFailed if the file's expectation of that index is the first one that was not met."""
        __tracebackhide__ = True
        if self._failing is not None and self._line() == index:
            self._fail(self._failing)

    def _line(self) -> int | None:
        """The index of the file's expectation that failed first; None when something else did."""
        if self._failing is None:
            return None
        index = next(verdict.index for verdict in self._failing.verdicts if not verdict.passed)
        if index is None:
            return None
        expectation = self.scenario.expect[index]
        return self._in_file.index(expectation) if expectation in self._in_file else None

    def _fail(self, failing: JudgedCall) -> None:
        __tracebackhide__ = True
        told = how_the_runs_went(self._runs, self.scenario.pass_rate)
        raise ExpectationFailed(failure_message(failing.call, failing.verdicts, runs=told))
