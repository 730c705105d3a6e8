from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.caller import phrases
from pytest_agentsim.caller.impulses import RATES, Impulse, Impulses
from pytest_agentsim.scenario.personality import InterruptionLevel

LOW, MEDIUM, HIGH = InterruptionLevel.LOW, InterruptionLevel.MEDIUM, InterruptionLevel.HIGH
TURNS = 8  # of the agent in a call of middling length


def interrupted(
    level: InterruptionLevel, seed: int, turns: int = TURNS, language: str = "en"
) -> dict[int, Impulse]:
    """Return the turns that the caller cuts into if the agent lets it each time."""
    impulses, found = Impulses(level, seed=seed, language=language), {}
    for turn in range(turns):
        impulse = impulses.at_turn(turn)
        if impulse is not None:
            found[turn] = impulse
            impulses.followed(turn)
    return found


def test_a_caller_who_does_not_interrupt_has_no_impulses():
    impulses = Impulses(InterruptionLevel.OFF, seed=1, language="en")
    assert impulses.words == ()
    assert all(impulses.at_turn(turn) is None for turn in range(100))


@pytest.mark.parametrize(("level", "least", "most"), [(LOW, 0.8, 1.0), (MEDIUM, 1.8, 3.0), (HIGH, 4.5, 8.0)])
def test_the_level_decides_how_often_a_call_is_interrupted(level, least, most):
    counts = [len(interrupted(level, seed)) for seed in range(300)]
    assert least <= sum(counts) / len(counts) <= most
    assert max(counts) <= (RATES[level].most or TURNS)


@given(seed=st.integers(0, 2**32 - 1), level=st.sampled_from([LOW, MEDIUM, HIGH]))
def test_the_same_seed_gives_the_same_impulses_within_the_rates(seed: int, level: InterruptionLevel) -> None:
    found = interrupted(level, seed)
    assert found == interrupted(level, seed)
    rate, words = RATES[level], phrases.of("en").interjections
    for impulse in found.values():
        assert rate.earliest <= impulse.after <= rate.latest
        assert impulse.words in words
    for turn in range(TURNS):
        in_a_row = {*range(turn, turn + rate.in_a_row + 1)}
        assert not in_a_row <= set(found), "a turn is heard out after so many that were not"


def test_another_seed_gives_other_impulses():
    assert len({tuple(interrupted(HIGH, seed).items()) for seed in range(20)}) == 20


def test_what_does_not_come_to_it_changes_nothing_later():
    asked = Impulses(HIGH, seed=3, language="en")
    for turn in range(5):
        asked.at_turn(turn)
    assert asked.at_turn(5) == Impulses(HIGH, seed=3, language="en").at_turn(5)


def test_a_turn_is_not_interrupted_twice():
    impulses = Impulses(HIGH, seed=1, language="en")
    turn = next(turn for turn in range(20) if impulses.at_turn(turn))
    impulses.followed(turn)
    assert impulses.at_turn(turn) is None


def test_the_caller_speaks_its_language():
    words = phrases.of("de").interjections
    assert {each.words for seed in range(20) for each in interrupted(HIGH, seed, language="de").values()} == {
        *words
    }
