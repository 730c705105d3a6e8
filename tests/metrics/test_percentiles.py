"""Percentiles, as of the latencies of a call."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.metrics.percentiles import percentile, spread


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([3.0], 0.95, 3.0),
        ([2.0, 1.0], 0.5, 1.5),
        ([5, 1, 4, 2, 3], 0.5, 3),
        ([1.0, 2.0], 1.0, 2.0),
        ([1, 2], 0, 1),
    ],
)
def test_a_percentile_lies_between_the_values(values: list[float], share: float, expected: float) -> None:
    assert percentile(values, share) == pytest.approx(expected)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30))
def test_the_percentiles_rise_and_stay_among_the_values(values: list[float]) -> None:
    found = spread(values)
    shares = [found[f"p{share}"] for share in (25, 50, 75, 90, 95, 99)]
    assert [found["min"], *shares, found["max"]] == sorted([found["min"], *shares, found["max"]])
