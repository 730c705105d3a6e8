"""A personality by its name, its id or its fields."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.scenario.loader import LoadSettings, resolve_personality
from pytest_agentsim.scenario.personality import (
    BUILT_IN,
    BUILT_IN_CHOICES,
    PLANS,
    Choice,
    InterruptionLevel,
    Personality,
    Plans,
    Wording,
)

SETTINGS = LoadSettings(
    personality_ids={1234: ("impatient", "de")},
    personalities={**BUILT_IN_CHOICES, "own": Choice(Personality("own", speed=0.9), None)},
)


def test_a_personality_stays_what_it_is() -> None:
    own = Personality("x")
    assert resolve_personality(own, SETTINGS) is own


def test_a_name_is_looked_up() -> None:
    assert resolve_personality("own", SETTINGS).speed == 0.9
    assert resolve_personality("bad-line", SETTINGS) == BUILT_IN["bad-line"]


def test_an_id_of_the_platform_brings_its_language() -> None:
    personality = resolve_personality(1234, SETTINGS)
    assert (personality.name, personality.language) == ("impatient", "de")


def test_fields_change_what_they_name_and_leave_the_rest_of_the_base() -> None:
    personality = resolve_personality({"base": "impatient", "name": "mine", "wording": "chatty"}, SETTINGS)
    assert (personality.name, personality.wording) == ("mine", Wording.CHATTY)
    assert personality.interruption_level is InterruptionLevel.MEDIUM


def test_without_a_base_fields_change_the_normal_personality() -> None:
    assert (
        resolve_personality({"interruption_level": "low"}, SETTINGS).interruption_level
        is InterruptionLevel.LOW
    )


@pytest.mark.parametrize("level", ["off", "low", "medium", "high"])
def test_an_interruption_level_overrides_the_plans_beside_it_and_those_of_the_base(level: str) -> None:
    stop = {"num_words": 9, "voice_seconds": 9, "backoff_seconds": 9}
    beside = {"interruption_level": level, "start_speaking_plan": 9, "stop_speaking_plan": stop}
    for value in (beside, {"base": "slow-speaker", "interruption_level": level}):
        assert resolve_personality(value, SETTINGS).plans == PLANS[InterruptionLevel(level)]


def test_plans_change_those_of_the_bases_level() -> None:
    stop = {"num_words": 9, "voice_seconds": 9, "backoff_seconds": 9}
    personality = resolve_personality({"base": "interrupter", "stop_speaking_plan": stop}, SETTINGS)
    assert personality.plans == Plans(PLANS[InterruptionLevel.HIGH].start_speaking_plan, stop)
    assert personality.interruption_level is InterruptionLevel.HIGH


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("impatent", r"unknown personality 'impatent' \(did you mean \"impatient\"\? known are: bad-line, "),
        (99, r"unknown personality 99 \(known ids are 1234;"),
        ({"base": "nobody"}, "unknown personality 'nobody'"),
        ({"speeed": 1}, '"speeed" is not a field of a personality'),
        ({"speed": 5}, "personality.speed: must be a number from 0.8 to 1.2"),
        ({"speed": object()}, "a value of type object cannot be part of a scenario"),
    ],
)
def test_what_cannot_be_resolved_is_a_configuration_error(value: Any, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        resolve_personality(value, SETTINGS)
