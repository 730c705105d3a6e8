"""What a collected scenario does when pytest runs it: makes its calls, then answers for each expectation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.expect import evaluate
from pytest_agentsim.report.failure import ExpectationFailed, failure_message

if TYPE_CHECKING:
    from pytest_agentsim.expect import Verdict
    from pytest_agentsim.runner import RecordedCall
    from pytest_agentsim.scenario.model import Scenario
    from pytest_agentsim.scenario.personality import Personality
    from pytest_agentsim.scenario.profile import TestProfile
    from pytest_agentsim.simulate import Simulate

__all__ = ["ScenarioItem"]


class ScenarioItem:
    """The calls of one item and the verdicts on them.

    A generated test function calls `run` on the scenario's line of the file and `check` on the line of each
    expectation, so that pytest shows the line which was not met.
    """

    def __init__(
        self,
        scenario: Scenario,
        simulate: Simulate,
        *,
        personality: Personality,
        profile: TestProfile,
        verdicts: list[tuple[Verdict, ...]],
        require_judge: bool,
    ) -> None:
        self.scenario = scenario
        self._simulate = simulate
        self._personality = personality
        self._profile = profile
        self._verdicts = verdicts
        self._require_judge = require_judge
        self._failing: tuple[RecordedCall, tuple[Verdict, ...]] | None = None

    def __repr__(self) -> str:
        return f"<{self.scenario.name!r} with the personality {self._personality.name!r}>"

    def run(self) -> None:
        """Make the scenario's calls; raises ExpectationFailed when it fails for no line of its `expect:`."""
        __tracebackhide__ = True
        failed: list[tuple[RecordedCall, tuple[Verdict, ...]]] = []
        for _ in range(self.scenario.runs):
            verdicts = self._call()
            if not all(verdict.passed for verdict in verdicts):
                failed.append((self._simulate.calls[-1], verdicts))
        passed = self.scenario.runs - len(failed)
        if failed and passed < self.scenario.pass_rate * self.scenario.runs:
            self._failing = failed[0]
            self.check(None)

    def check(self, index: int | None) -> None:
        """Raise ExpectationFailed if the expectation of that index is the first one that was not met."""
        __tracebackhide__ = True
        if self._failing is None:
            return
        call, verdicts = self._failing
        first = next(verdict for verdict in verdicts if not verdict.passed)
        if first.index == index:
            raise ExpectationFailed(failure_message(call, verdicts, runs=self._runs()))

    def _runs(self) -> str:
        """Say how many runs went well, where there is more than one."""
        if self.scenario.runs == 1:
            return ""
        passed = sum(all(verdict.passed for verdict in of_call) for of_call in self._verdicts)
        needed = f"{self.scenario.pass_rate:.0%}"
        return f" (the first failing run; {passed} of {self.scenario.runs} runs passed, {needed} must)"

    def _call(self) -> tuple[Verdict, ...]:
        __tracebackhide__ = True
        result = self._simulate(self.scenario, personality=self._personality, test_profile=self._profile)
        verdicts = evaluate(self.scenario.expect, result, require_judge=self._require_judge)
        self._verdicts.append(verdicts)
        return verdicts
