"""What the summary says of repeated scenarios."""

from __future__ import annotations

from typing import Any

from pytest_agentsim.repetition import Repetition, Tally
from pytest_agentsim.report.repetition import repetition_lines


def an_item(name: str, passed: int, failed: int, repetition: Repetition) -> tuple[str, dict[str, Any]]:
    outcomes = (True,) * passed + (False,) * failed
    return name, Tally(repetition, outcomes, ("",) * passed + ("too many turns",) * failed).to_json(2)


def test_without_repeated_scenarios_nothing_is_said() -> None:
    assert repetition_lines([], most=5) == []


def test_the_failing_ones_come_first_and_flaky_ones_tell_why() -> None:
    lines = repetition_lines(
        [
            an_item("a", 3, 0, Repetition(3)),
            an_item("b", 2, 1, Repetition(3, 0.5)),
            an_item("suite.yaml::c", 1, 2, Repetition(3, 0.5)),
        ],
        most=3,
    )
    assert lines == [
        "3 scenarios, 2 flaky; 6 of 9 runs passed",
        "c",
        "  1 of 3, pass rate 33% (6% to 79%), pass@2 67%, pass^2 0%",
        "  flaky: run 2 failed first: too many turns",
        "b",
        "  2 of 3, pass rate 67% (21% to 94%), pass@2 100%, pass^2 33%",
        "  flaky: run 3 failed first: too many turns",
        "a",
        "  3 of 3, pass rate 100% (44% to 100%), pass@2 100%, pass^2 100%",
    ]


def test_many_of_them_are_cut_short() -> None:
    lines = repetition_lines([an_item(str(number), 2, 0, Repetition(2)) for number in range(13)], most=10)
    assert len(lines) == 22
    assert lines[-1] == "… and 3 more, which the JUnit file has"


def test_of_flaky_ones_the_nearest_to_a_coins_toss_comes_first() -> None:
    items = [an_item("rarely", 9, 1, Repetition(10, 0.5)), an_item("often", 6, 4, Repetition(10, 0.5))]
    assert repetition_lines(items, most=1)[1] == "often"


def test_calls_that_were_not_needed_are_counted() -> None:
    lines = repetition_lines([an_item("a", 0, 1, Repetition(10, until_sure=True))], most=5)
    assert lines[-1] == "until sure: 9 calls of 10 not needed"
