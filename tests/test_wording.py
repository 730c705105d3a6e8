"""Numbers and lists as a person would say them."""

from __future__ import annotations

import pytest

from pytest_agentsim.scenario.expectations import Bounds
from pytest_agentsim.wording import amount, counted, how_often, listed, percentage, times, were


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 turns"), (1, "1 turn"), (2, "2 turns"), (11, "11 turns")]
)
def test_things_are_counted(number: int, said: str) -> None:
    assert counted(number, "turn") == said


@pytest.mark.parametrize(
    ("bounds", "of_turns", "of_times"),
    [
        (Bounds(1, 1), "exactly 1 turn", "exactly once"),
        (Bounds(2, 2), "exactly 2 turns", "exactly 2 times"),
        (Bounds(1, None), "at least 1 turn", "at least once"),
        (Bounds(2, None), "at least 2 turns", "at least 2 times"),
        (Bounds(11, None), "at least 11 turns", "at least 11 times"),
        (Bounds(None, 1), "at most 1 turn", "at most once"),
        (Bounds(0, 1), "at most 1 turn", "at most once"),
        (Bounds(0, 3), "at most 3 turns", "at most 3 times"),
        (Bounds(1, 3), "1 to 3 turns", "1 to 3 times"),
    ],
)
def test_ranges_are_said(bounds: Bounds, of_turns: str, of_times: str) -> None:
    assert (amount(bounds, "turn"), how_often(bounds)) == (of_turns, of_times)


@pytest.mark.parametrize("bounds", [Bounds(0, 0), Bounds(None, 0)])
def test_none_is_a_range_too(bounds: Bounds) -> None:
    assert amount(bounds, "turn") == "no turns"


def test_times_are_counted() -> None:
    assert [times(number) for number in (1, 2)] == ["once", "2 times"]


def test_there_was_one_or_there_were_others() -> None:
    assert [were(number) for number in (0, 1, 2)] == ["were none", "was 1", "were 2"]


@pytest.mark.parametrize(
    ("values", "said"), [([1], "id 1"), ([1, 2], "ids 1 and 2"), ([1, 2, 5], "ids 1, 2 and 5")]
)
def test_values_are_listed(values: list[int], said: str) -> None:
    assert listed("id", values) == said


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.0, "0%"),
        (1.0, "100%"),
        (2 / 3, "67%"),
        (0.995, "99.5%"),
        (0.9999, "over 99.9%"),
        (0.004, "0.4%"),
        (0.0001, "under 0.1%"),
    ],
)
def test_a_share_is_said_as_a_percentage(share, said):
    assert percentage(share) == said
