from __future__ import annotations

from functools import cache
from itertools import combinations

import pytest

pytest.importorskip("numpy")
pytest.importorskip("soundfile")

from pytest_agentsim.audio.sounds import BACKGROUND_SOUNDS, background
from tests.audio.sound_library.likeness import distance, traits

SEEDS = (0, 1)


@cache
def measured(name: str):
    return [traits(background(name, seed)) for seed in SEEDS]


def within(name: str) -> float:
    """How far apart two seeds of the same sound are."""
    return distance(*measured(name))


def between(one: str, other: str) -> float:
    """How near the two sounds come to each other, whatever their seeds."""
    return min(distance(left, right) for left in measured(one) for right in measured(other))


def test_any_two_backgrounds_differ_more_than_two_seeds_of_either():
    too_alike = [
        f"{one} and {other}: {between(one, other):.1f}, two seeds of one {max(within(one), within(other)):.1f}"
        for one, other in combinations(BACKGROUND_SOUNDS, 2)
        if between(one, other) <= max(within(one), within(other))
    ]
    assert not too_alike


def test_any_two_backgrounds_differ_clearly():
    nearest = min(combinations(BACKGROUND_SOUNDS, 2), key=lambda pair: between(*pair))
    assert between(*nearest) > 10, nearest


@pytest.mark.parametrize("name", BACKGROUND_SOUNDS)
def test_two_seeds_of_a_background_are_nearer_to_each_other_than_to_any_other(name):
    others = {other: between(name, other) for other in BACKGROUND_SOUNDS if other != name}
    nearest = min(others, key=others.__getitem__)
    assert within(name) < others[nearest], nearest
