"""How often a scenario is run, and what its runs say of it together."""

from __future__ import annotations

import pytest

from pytest_agentsim.repetition import Repetition, Tally


def a_tally(passed: int, failed: int, repetition: Repetition | None = None) -> Tally:
    outcomes = (True,) * passed + (False,) * failed
    reasons = ("",) * passed + ("expect.turns: too many",) * failed
    return Tally(repetition or Repetition(passed + failed), outcomes, reasons)


# --- How many runs there have to be -------------------------------------------------------------------------------


def test_all_runs_are_wanted_at_once() -> None:
    assert Repetition(5, 0.8).wanted([]) == 5
    assert Repetition(5, 0.8).wanted([False, False]) == 5


def test_until_it_is_sure_no_run_is_wanted_that_may_be_needless() -> None:
    repetition = Repetition(20, 0.9, until_sure=True)
    # Three failures are one too many.
    assert repetition.wanted([]) == 3
    assert repetition.wanted([False, False, False]) == 3
    assert repetition.wanted([False, False]) == 3
    assert repetition.wanted([True] * 17) == 18
    assert repetition.wanted([True] * 18) == 18


def test_what_is_wanted_never_shrinks_while_runs_pass_and_fail() -> None:
    repetition = Repetition(30, 0.7, until_sure=True)
    outcomes: list[bool] = []
    wanted = [repetition.wanted(outcomes)]
    while wanted[-1] > len(outcomes):
        outcomes.append(len(outcomes) % 3 != 0)
        wanted.append(repetition.wanted(outcomes))
    assert wanted == sorted(wanted)
    assert wanted[-1] <= 30


def test_a_run_that_must_not_fail_ends_with_the_first_failure() -> None:
    repetition = Repetition(10, 1.0, until_sure=True)
    assert repetition.wanted([]) == 1
    assert repetition.wanted([True, True]) == 3
    assert repetition.wanted([True, True, False]) == 3
    assert not repetition.passes([True, True, False])


def test_one_run_has_nothing_to_be_sure_of() -> None:
    repetition = Repetition(1, 0.0, until_sure=True)
    assert repetition.wanted([]) == 1
    assert repetition.passes([False])


@pytest.mark.parametrize(
    ("outcomes", "pass_rate", "passes"),
    [([True, False], 0.5, True), ([True, False], 0.51, False), ([True], 1.0, True), ([False], 0.0, True)],
)
def test_the_share_that_passed_decides(outcomes: list[bool], pass_rate: float, passes: bool) -> None:
    assert Repetition(len(outcomes), pass_rate).passes(outcomes) is passes


def test_a_verdict_that_is_sure_decides_before_all_runs_are_made() -> None:
    assert Repetition(50, 0.9, until_sure=True).passes([True] * 18)
    assert not Repetition(50, 0.9, until_sure=True).passes([False] * 3)


# --- What the runs say --------------------------------------------------------------------------------------------


def test_a_tally_counts() -> None:
    tally = a_tally(8, 2)
    assert (tally.runs, tally.passed, tally.rate) == (10, 8, 0.8)
    assert tally.interval == pytest.approx((0.4902, 0.9433), abs=1e-4)


def test_the_k_of_pass_at_k_is_not_more_than_there_were_runs() -> None:
    assert a_tally(8, 2).pass_at(3) == 1.0
    assert a_tally(8, 2).pass_hat(3) == pytest.approx(56 / 120)
    assert (a_tally(1, 1).pass_at(3), a_tally(1, 1).pass_hat(3)) == (1.0, 0.0)
    assert a_tally(1, 1).k_within(3) == 2


def test_a_tally_speaks() -> None:
    tally = a_tally(8, 2)
    assert tally.headline() == "8 of 10 runs passed, 100% must"
    assert tally.rate_text(3) == "pass rate 80% (49% to 94%), pass@3 100%, pass^3 47%"
    assert tally.flaky_text() == "flaky: run 9 failed first: expect.turns: too many"


def test_runs_that_do_not_differ_are_not_flaky() -> None:
    for tally in (a_tally(3, 0), a_tally(0, 3)):
        assert not tally.is_flaky
        assert tally.flaky_text() == ""


def test_a_tally_tells_how_many_runs_were_not_needed() -> None:
    tally = a_tally(2, 1, Repetition(10, 1.0, until_sure=True))
    assert tally.saved == 7
    assert tally.headline() == "2 of 3 runs passed, 100% must; sure without 7 more"
    assert a_tally(2, 1).saved == 0
