"""A histogram of durations that stays small however many there are."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.audio.timing import LONGEST, RESOLUTION, Spread


def spread(*seconds: float) -> Spread:
    made = Spread()
    for each in seconds:
        made.add(each)
    return made


def test_nothing_counted_is_nothing() -> None:
    assert (Spread().count, Spread().longest, Spread().percentile(0.99)) == (0, 0.0, 0.0)


def test_the_percentiles_of_a_hundred_durations() -> None:
    made = spread(*(number / 1000 for number in range(1, 101)))
    assert made.percentile(0.5) == pytest.approx(0.05, abs=2 * RESOLUTION)
    assert made.percentile(0.99) == pytest.approx(0.099, abs=2 * RESOLUTION)
    assert made.percentile(1.0) == made.longest == 0.1


def test_one_stall_among_punctual_frames_shows_in_the_longest_alone() -> None:
    made = spread(*[0.0002] * 999, 0.7)
    assert made.percentile(0.99) == pytest.approx(0.0003)
    assert made.longest == 0.7


def test_what_is_early_counts_as_punctual() -> None:
    made = spread(-0.5)
    assert (made.count, made.longest, made.percentile(1.0)) == (1, 0.0, 0.0)


def test_what_is_longer_than_the_longest_counts_as_that() -> None:
    assert spread(3600.0).longest == LONGEST


def test_it_stays_small() -> None:
    made = spread(*(number % 1000 / 1_000_000 for number in range(20_000)))
    assert made.count == 20_000
    assert sys.getsizeof(made._counts) < 2000


@given(st.lists(st.floats(0, LONGEST), min_size=1), st.floats(0, 1))
def test_a_percentile_is_not_exceeded_by_that_share(durations: list[float], share: float) -> None:
    limit = spread(*durations).percentile(share)
    within = sum(each <= limit for each in durations)
    assert within >= share * len(durations) - 1e-9
    assert limit <= max(durations)
