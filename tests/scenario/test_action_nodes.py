from __future__ import annotations

import dataclasses

import pytest

from pytest_agentsim.scenario.action import (
    TAGS,
    BackgroundNoise,
    Break,
    Dtmf,
    Emotion,
    EndCall,
    Hold,
    Interruption,
    NetworkSimulation,
    Noise,
    Silence,
    Speed,
    Text,
    UnknownTag,
    Voice,
    Volume,
    attributes,
    tag_name,
)
from pytest_agentsim.scenario.action_nodes import attribute_names, printed
from pytest_agentsim.scenario.network import GOOD_LINE, Direction, NetworkConditions


def test_times_are_seconds() -> None:
    assert [each("2.5s").seconds for each in (Silence, Hold, Interruption, Break)] == [2.5] * 4


def test_a_break_without_a_time_is_short() -> None:
    assert (Break().seconds, Break("250ms").seconds) == (0.5, 0.25)


def test_ratios_are_factors() -> None:
    assert (Speed("1.2").factor, Volume("0.5").factor) == (1.2, 0.5)


def test_a_noise_has_a_gain_and_a_length_or_neither() -> None:
    assert (Noise("beep").gain, Noise("beep").milliseconds) == (None, None)
    noise = Noise("beep", "0.5", "1.5s")
    assert (noise.gain, noise.milliseconds) == (0.5, 1500.0)


def test_background_noise_has_a_gain_or_not() -> None:
    assert (BackgroundNoise("off").gain, BackgroundNoise("off", "0.3").gain) == (None, 0.3)


def test_what_a_network_simulation_leaves_out_is_as_on_a_good_line() -> None:
    assert NetworkSimulation(jitter="40").conditions == NetworkConditions(jitter=40.0)
    assert NetworkSimulation("0").conditions == GOOD_LINE


def test_a_network_simulation_has_bursts_and_a_direction() -> None:
    conditions = NetworkSimulation("12.5", burst="3", direction="both").conditions
    assert conditions == NetworkConditions(12.5, burst=3.0, direction=Direction.BOTH)


def test_keys_have_no_formatting() -> None:
    assert Dtmf("(12) 3-4#").keys == "1234#"


def test_a_value_that_is_not_filled_in_yet_has_no_number() -> None:
    with pytest.raises(ValueError, match="could not convert"):
        assert Silence("{{test_profile.wait}}").seconds


def test_the_offset_does_not_make_a_difference() -> None:
    assert Silence("1s", offset=3) == Silence("1s")


@pytest.mark.parametrize("node_type", list(TAGS.values()))
def test_nodes_are_frozen_and_have_slots(node_type: type) -> None:
    assert dataclasses.is_dataclass(node_type)
    assert "__slots__" in vars(node_type)
    assert not hasattr(object.__new__(node_type), "__dict__")


@pytest.mark.parametrize(
    ("tag", "required", "optional"),
    [
        ("endcall", (), ()),
        ("ivr", ("text",), ()),
        ("voice", ("provider", "id"), ("model", "text")),
        ("noise", ("sound",), ("volume", "time")),
        ("spell", (), ()),
    ],
)
def test_the_fields_of_a_node_are_its_attributes(
    tag: str, required: tuple[str, ...], optional: tuple[str, ...]
) -> None:
    assert attribute_names(TAGS[tag]) == (required, optional)


def test_a_log_gets_the_name_and_the_written_attributes() -> None:
    assert (tag_name(EndCall()), attributes(EndCall())) == ("endcall", {})
    assert attributes(Noise("beep", time="5")) == {"sound": "beep", "time": "5"}
    names = [tag_name(each) for each in (Text("a"), Emotion("sigh"), UnknownTag("<b>"))]
    assert names == ["text", "emotion", "unknown"]


def test_a_voice_prints_as_a_block_only_around_something() -> None:
    assert printed(Voice("11labs", "x")) == '<voice provider="11labs" id="x" />'
    around = Voice("11labs", "x", children=(Text("Hi"),))
    assert printed(around) == '<voice provider="11labs" id="x">Hi</voice>'
