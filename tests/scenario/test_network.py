"""How bad a connection is, as a tag or a personality says it."""

from __future__ import annotations

import math
from typing import Any

import pytest

from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.scenario.network import GOOD_LINE, Direction, NetworkConditions
from pytest_agentsim.scenario.personality import BUILT_IN


def test_what_is_left_out_is_as_on_a_good_line() -> None:
    assert NetworkConditions.of({}) == GOOD_LINE
    assert GOOD_LINE.are_good


def test_numbers_may_be_written_as_text() -> None:
    fields = {"packet_loss": "12.5", "jitter": "40", "latency": 150, "burst": 3, "direction": "receive"}
    assert NetworkConditions.of(fields) == NetworkConditions(12.5, 40.0, 150.0, 3.0, Direction.RECEIVE)


def test_fields_that_are_none_of_the_connection_are_passed_over() -> None:
    assert NetworkConditions.of({"x-note": "rural", "jitter": 40}) == NetworkConditions(jitter=40.0)


@pytest.mark.parametrize(
    ("direction", "send", "receive"),
    [(Direction.SEND, 5.0, 0.0), (Direction.RECEIVE, 0.0, 5.0), (Direction.BOTH, 5.0, 5.0)],
)
def test_a_direction_that_is_not_named_is_good(direction: Direction, send: float, receive: float) -> None:
    conditions = NetworkConditions(5.0, direction=direction)
    assert conditions.towards(Direction.SEND).packet_loss == send
    assert conditions.towards(Direction.RECEIVE).packet_loss == receive


@pytest.mark.parametrize("fields", [{"packet_loss": 0.1}, {"jitter": 1.0}, {"latency": 1.0}])
def test_a_line_with_anything_wrong_is_not_good(fields: dict[str, float]) -> None:
    assert not NetworkConditions(**fields).are_good


@pytest.mark.parametrize(("loss", "frames"), [(0, 1.0), (50, 2.0), (90, 10.0), (100, math.inf)])
def test_the_more_is_lost_the_more_is_lost_in_a_row(loss: float, frames: float) -> None:
    assert NetworkConditions(loss).burst_by_chance == pytest.approx(frames)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"packet_loss": 101}, "packet_loss of a network simulation must be between 0 and 100, not 101"),
        ({"packet_loss": -1}, "packet_loss .* between 0 and 100, not -1"),
        ({"jitter": -0.5}, "jitter of a network simulation must be at least 0, not -0.5"),
        ({"latency": math.inf}, "latency .* must be at least 0, not inf"),
        ({"latency": math.nan}, "latency .* must be at least 0, not nan"),
        ({"burst": 0}, "burst .* must be between 1 and 500, not 0"),
    ],
)
def test_a_connection_that_cannot_be_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        NetworkConditions(**fields)


def test_every_personality_that_is_built_in_has_a_connection_that_can_be() -> None:
    found = {name: NetworkConditions.of(each.network_simulation) for name, each in BUILT_IN.items()}
    assert [name for name, conditions in found.items() if not conditions.are_good] == ["bad-line"]
