"""The runs of one item's scenario: which of them have been asked for, and the verdicts on those that are over."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_agentsim.repetition import Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pytest_agentsim.expect import Verdict
    from pytest_agentsim.repetition import Repetition
    from pytest_agentsim.result import CallResult
    from pytest_agentsim.runner import RecordedCall, StartedCall

__all__ = ["JudgedCall", "ScenarioRuns", "tally_of"]


@dataclass(frozen=True, slots=True)
class JudgedCall:
    """A call with the verdicts on it."""

    call: RecordedCall
    verdicts: tuple[Verdict, ...]

    @property
    def passed(self) -> bool:
        """Whether it is as expected."""
        return all(verdict.passed for verdict in self.verdicts)


class ScenarioRuns:
    """Asks for the runs of a scenario, all of them or as many as a verdict takes.

    Runs count in the order in which they were asked for, whichever ends first: if failing calls are short ones, the
    first ones to end say nothing about the others. Only as many are asked for as there have to be in any case, so
    that none is made in vain. `ask` asks for one call, `judge` gives the verdicts on a finished one.
    """

    def __init__(
        self,
        repetition: Repetition,
        started: list[StartedCall],
        *,
        ask: Callable[[], StartedCall],
        judge: Callable[[CallResult], tuple[Verdict, ...]],
    ) -> None:
        self.repetition = repetition
        self.started = started
        self._ask = ask
        self._judge = judge
        self._verdicts: list[tuple[Verdict, ...]] = []
        self._outcomes: list[bool] = []
        # Read from the loop's thread as well.
        self.is_settled = repetition.test is None

    def start(self) -> None:
        """Ask for the runs that there have to be in any case; raises as `Simulate.start` does."""
        wanted = self.repetition.wanted(self._outcomes)
        while len(self.started) < wanted:
            self.started.append(self._ask())
        self.is_settled = self.repetition.test is None or wanted == len(self._outcomes)

    def judged(self, position: int, result: CallResult) -> tuple[Verdict, ...]:
        """Return the verdicts on the run at that position (from 0 on), and ask for those that it leads to."""
        if position == len(self._verdicts):
            verdicts = self._judge(result)
            self._verdicts.append(verdicts)
            self._outcomes.append(all(verdict.passed for verdict in verdicts))
        self.start()  # also where that has failed before
        return self._verdicts[position]

    def go_on(self) -> None:
        """Judge what is over, and ask for what it leads to, before anybody waits for it.

        What goes wrong is met again, and told, in the item's own turn.
        """
        # Whatever a judge or an endpoint raises.
        with suppress(Exception):
            while not self.is_settled:
                position = len(self._verdicts)
                call = self.started[position]
                if not call.running.done():
                    return
                if call.time_limit is not None and call.time_limit.is_over:
                    break
                self.judged(position, call.running.result())
        self.is_settled = True


def tally_of(repetition: Repetition, verdicts: Iterable[tuple[Verdict, ...]]) -> Tally | None:
    """Count the runs of a scenario; None where it is not repeated, or where nothing was expected of the runs."""
    found = tuple(verdicts)
    if repetition.runs == 1 or not found:
        return None
    not_met = [next((each for each in of_run if not each.passed), None) for of_run in found]
    return Tally(
        repetition,
        tuple(each is None for each in not_met),
        tuple("" if each is None else f"{each.path}: {each.message}" for each in not_met),
    )
