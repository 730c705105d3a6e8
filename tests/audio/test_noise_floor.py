"""The noise floor below an agent's speech."""

from __future__ import annotations

import math

import pytest

from pytest_agentsim.audio.noise_floor import LEAST, MOST, MOST_WHEN_SETTLED, SETTLED, WINDOW, NoiseFloor


def power(level: float) -> float:
    return 10 ** (level / 10)


def floor_after(*levels: float) -> float:
    floor = NoiseFloor()
    for level in levels:
        floor.learn(power(level))
    return 10 * math.log10(floor.power_above(0.0))


@pytest.mark.parametrize(
    ("levels", "floor"),
    [
        ((), MOST),
        ((-20,), MOST),
        ((-50,), -50),
        ((-50, -20, -30), -50),
        ((-20, -30, -50), -50),
        ((-90,), LEAST),
        ((-20,) * SETTLED, MOST_WHEN_SETTLED),
        ((-35,) * SETTLED, -35),
        ((-35,) * (SETTLED - 1), MOST),
        ((-50,) + (-35,) * (WINDOW - 1), -50),
        ((-50,) + (-35,) * WINDOW, -35),
    ],
)
def test_the_floor_is_the_least_of_the_latest_levels(levels: tuple[float, ...], floor: float) -> None:
    assert floor_after(*levels) == pytest.approx(floor)


def test_a_margin_is_added_in_decibels() -> None:
    floor = NoiseFloor()
    floor.learn(power(-50))
    assert floor.power_above(9.0) == pytest.approx(power(-41))


def test_what_was_learnt_can_be_forgotten() -> None:
    floor = NoiseFloor()
    floor.learn(power(-60))
    floor.forget()
    assert floor.power_above(0.0) == NoiseFloor().power_above(0.0)
