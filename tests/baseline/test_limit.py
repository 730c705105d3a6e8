"""How much worse a metric may get."""

from __future__ import annotations

import math

import pytest

from pytest_agentsim.baseline.compare import ALL, Comparison, Finding
from pytest_agentsim.baseline.limit import Limit, limit_from
from pytest_agentsim.baseline.record import MetricKind
from pytest_agentsim.metric_value import Direction
from pytest_agentsim.statistics.interval import Estimate


def a_comparison(
    before: float,
    shift: float,
    direction: Direction = Direction.LOWER,
    finding: Finding = Finding.WORSE,
    *,
    is_share: bool = False,
) -> Comparison:
    estimate = Estimate(shift, -math.inf, math.inf)
    kind = MetricKind("s", direction)
    return Comparison(
        ALL, "x", kind, before, before + shift, estimate, (9, 9), True, is_share, 0.01, 0.01, finding
    )


@pytest.mark.parametrize(
    ("written", "limit"),
    [
        ("latency_p95:10%", Limit("latency_p95", 0.1, True)),
        (" turns : 2 ", Limit("turns", 2.0, False)),
        ("a:b:0", Limit("a:b", 0.0, False)),
    ],
)
def test_a_limit_is_read(written: str, limit: Limit) -> None:
    assert limit_from(written) == limit


@pytest.mark.parametrize(
    "written", ["latency", "latency:", ":5%", "latency:-1", "latency:inf", "latency:soon"]
)
def test_anything_else_is_no_limit(written: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        limit_from(written)


def test_a_limit_is_shown_as_it_was_written() -> None:
    assert [str(limit_from(each)) for each in ("a:10%", "a:0.25", "a:2.5%")] == ["10%", "0.25", "2.5%"]


def test_a_percentage_is_one_of_what_was_before() -> None:
    limit = limit_from("x:10%")
    assert limit.is_exceeded(a_comparison(2.0, 0.21))
    assert not limit.is_exceeded(a_comparison(2.0, 0.19))


def test_a_percentage_of_a_share_is_one_of_points() -> None:
    limit = limit_from("x:5%")
    for shift, is_exceeded in ((-0.06, True), (-0.04, False)):
        comparison = a_comparison(0.1, shift, Direction.HIGHER, is_share=True)
        assert limit.is_exceeded(comparison) is is_exceeded


def test_a_number_is_in_the_unit_of_the_metric() -> None:
    assert limit_from("x:0.5").is_exceeded(a_comparison(2.0, 0.6))
    assert not limit_from("x:0.5").is_exceeded(a_comparison(2.0, 0.4))


def test_what_is_better_or_not_shown_exceeds_no_limit() -> None:
    limit = limit_from("x:0")
    assert not limit.is_exceeded(a_comparison(2.0, -1.0, finding=Finding.BETTER))
    assert not limit.is_exceeded(a_comparison(2.0, 1.0, finding=Finding.NOTHING))
    assert not limit.is_exceeded(a_comparison(2.0, 1.0, finding=Finding.TOO_FEW))


def test_where_neither_direction_is_worse_both_count() -> None:
    limit = limit_from("x:0.5")
    assert limit.is_exceeded(a_comparison(2.0, 0.6, Direction.NEITHER, Finding.HIGHER))
    assert limit.is_exceeded(a_comparison(2.0, -0.6, Direction.NEITHER, Finding.LOWER))
