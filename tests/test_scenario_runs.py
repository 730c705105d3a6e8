"""Which runs of a scenario are asked for, and when."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import pytest

from pytest_agentsim.expect import Outcome, Verdict
from pytest_agentsim.repetition import Repetition
from pytest_agentsim.scenario_runs import ScenarioRuns, tally_of

MET = Verdict(Outcome.MET, "call", "")
NOT_MET = Verdict(Outcome.NOT_MET, "expect.turns", "too many")


@dataclass
class Limit:
    is_over: bool = False


@dataclass
class Call:
    """A call that ends when the test says so."""

    running: Future[Any] = field(default_factory=Future)
    time_limit: Limit | None = None

    def end(self, *, well: bool = True) -> None:
        self.running.set_result(well)


class Line:
    """Runs of a scenario with the calls that they have asked for."""

    def __init__(self, runs: int, pass_rate: float = 1.0, *, until_sure: bool = True) -> None:
        self.calls: list[Any] = []
        self.judged: list[Any] = []
        self.fails_to_ask = False
        self.runs = ScenarioRuns(
            Repetition(runs, pass_rate, until_sure), self.calls, ask=self.ask, judge=self.judge
        )

    def ask(self) -> Any:
        if self.fails_to_ask:
            raise ConnectionRefusedError("nobody there")
        return Call()

    def judge(self, result: Any) -> tuple[Verdict, ...]:
        self.judged.append(result)
        return (MET,) if result else (NOT_MET,)


def test_all_runs_are_asked_for_at_once() -> None:
    line = Line(5, until_sure=False)
    line.runs.start()
    assert len(line.calls) == 5
    assert line.runs.is_settled


def test_only_the_runs_that_there_have_to_be_are_asked_for() -> None:
    line = Line(20, 0.9)
    line.runs.start()
    assert len(line.calls) == 3
    assert not line.runs.is_settled


def test_runs_that_are_over_lead_to_further_ones_before_anybody_waits_for_them() -> None:
    line = Line(20, 0.9)
    line.runs.start()
    line.calls[0].end()
    line.runs.go_on()
    assert len(line.calls) == 4


def test_runs_count_in_their_order_and_not_in_that_of_their_ends() -> None:
    line = Line(20, 0.9)
    line.runs.start()
    for call in line.calls[1:]:
        call.end(well=False)
    line.runs.go_on()
    assert line.judged == []
    line.calls[0].end(well=False)
    line.runs.go_on()
    assert line.judged == [False, False, False]
    assert line.runs.is_settled
    assert len(line.calls) == 3


def test_each_run_is_judged_once() -> None:
    line = Line(3)
    line.runs.start()
    line.calls[0].end()
    line.runs.go_on()
    assert line.runs.judged(0, True) == (MET,)
    assert line.judged == [True]


def test_whatever_goes_wrong_ahead_is_met_again_by_who_waits() -> None:
    line = Line(3)
    line.runs.start()
    line.fails_to_ask = True
    line.calls[0].end()
    line.runs.go_on()
    assert line.runs.is_settled
    with pytest.raises(ConnectionRefusedError, match="nobody there"):
        line.runs.judged(0, True)


def test_after_the_time_limit_nothing_more_is_asked_for() -> None:
    line = Line(3)
    line.runs.start()
    line.calls[0].time_limit = Limit(is_over=True)
    line.calls[0].end()
    line.runs.go_on()
    assert line.runs.is_settled
    assert (len(line.calls), line.judged) == (1, [])


def test_repeated_runs_are_tallied_with_the_first_thing_that_was_not_met() -> None:
    tally = tally_of(Repetition(3), [(MET,), (MET, NOT_MET), (NOT_MET, NOT_MET)])
    assert tally is not None
    assert tally.outcomes == (True, False, False)
    assert tally.reasons == ("", "expect.turns: too many", "expect.turns: too many")


def test_one_run_and_runs_without_verdicts_are_not_tallied() -> None:
    assert tally_of(Repetition(1), [(MET,)]) is None
    assert tally_of(Repetition(3), []) is None
