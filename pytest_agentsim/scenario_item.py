"""What a collected scenario does when pytest runs it: makes its calls, then answers for each expectation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.repetition import Repetition
from pytest_agentsim.report.failure import Failure
from pytest_agentsim.scenario_runs import JudgedCall, tally_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_agentsim.expect import Verdict
    from pytest_agentsim.report.failure import ExpectationFailed
    from pytest_agentsim.scenario.model import Expectation, Scenario
    from pytest_agentsim.scenario_runs import ScenarioRuns
    from pytest_agentsim.simulate import Simulate

__all__ = ["ScenarioItem", "failure_of"]


def failure_of(runs: Sequence[JudgedCall], repetition: Repetition | None, k: int) -> ExpectationFailed | None:
    """Return what to raise for the first run that failed, if too few have passed; `k` is that of pass@k.

    Without a repetition all runs have to pass.
    """
    failing = next((run for run in runs if not run.passed), None)
    repetition = repetition or Repetition()
    if failing is None or repetition.passes([run.passed for run in runs]):
        return None
    tally = tally_of(repetition, [run.verdicts for run in runs])
    headline, notes = "", []
    if tally is not None:
        headline = f" (the first failing run; {tally.headline()})"
        notes = [line for line in (tally.rate_text(k), tally.flaky_text()) if line]
    return Failure(failing.call, tuple(failing.verdicts), headline, tuple(notes)).error()


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
        runs: ScenarioRuns,
        title: str,
        in_file: tuple[Expectation, ...],
        verdicts: list[tuple[Verdict, ...]],
        pass_k: int,
    ) -> None:
        self.scenario = scenario
        self._simulate = simulate
        self._runs = runs
        self._title = title
        self._in_file = in_file
        self._verdicts = verdicts
        self._pass_k = pass_k
        self._failing: JudgedCall | None = None
        self._failure: ExpectationFailed | None = None

    def __repr__(self) -> str:
        return f"<{self._title}>"

    def start(self) -> None:
        """Ask for the scenario's calls, which may overlap, unless that has been done; raises as `Simulate` does."""
        self._runs.start()

    def run(self) -> None:
        """Make the scenario's calls; raises ExpectationFailed when it fails for no line of the file's `expect:`."""
        __tracebackhide__ = True
        self.start()
        runs: list[JudgedCall] = []
        for position, result in enumerate(self._simulate.finish_each(self._runs.started)):
            verdicts = self._runs.judged(position, result)
            self._verdicts.append(verdicts)
            runs.append(JudgedCall(self._simulate.calls[-1], verdicts))
        self._failure = failure_of(runs, self._runs.repetition, self._pass_k)
        if self._failure is not None:
            self._failing = next(run for run in runs if not run.passed)
            if self._line() is None:
                raise self._failure

    def check(self, index: int) -> None:
        """Raise ExpectationFailed if the file's expectation of that index is the first one that was not met."""
        __tracebackhide__ = True
        if self._failure is not None and self._line() == index:
            raise self._failure

    def _line(self) -> int | None:
        """The index of the file's expectation that failed first; None when something else did."""
        if self._failing is None:
            return None
        index = next(verdict.index for verdict in self._failing.verdicts if not verdict.passed)
        if index is None:
            return None
        expectation = self.scenario.expect[index]
        return self._in_file.index(expectation) if expectation in self._in_file else None
