from __future__ import annotations

import pytest

from pytest_agentsim.scenario.action import (
    EndCall,
    Hold,
    Interruption,
    Ivr,
    NetworkSimulation,
    Spell,
    Text,
    UnknownTag,
    Voice,
)
from pytest_agentsim.scenario.action_rules import Place, check_nesting, check_placement
from pytest_agentsim.scenario.problems import Severity


def test_inside_of_ignored_interruptions_anything_may_stand() -> None:
    for tag in ("silence", "spell", "audio", "voice"):
        assert not list(check_nesting(tag, 0, ["ignore_interruptions"], strict=True))


def test_a_voice_holds_inline_tags_and_small_blocks() -> None:
    assert not list(check_nesting("silence", 0, ["voice"], strict=True))
    assert list(check_nesting("ignore_interruptions", 0, ["voice"], strict=True))


def test_a_recording_is_refused_at_any_depth_inside_of_spelled_words() -> None:
    (found,) = check_nesting("audio", 7, ["spell", "ignore_interruptions"], strict=False)
    assert (found.offset, found.severity) == (7, Severity.ERROR)


def test_the_innermost_block_decides() -> None:
    (found,) = check_nesting("silence", 0, ["ignore_interruptions", "spell"], strict=False)
    assert "inside <spell>" in found.message
    assert not list(check_nesting("silence", 0, ["spell", "ignore_interruptions"], strict=False))


def test_blank_text_and_dropped_tags_do_not_count_as_a_start() -> None:
    nodes = (Text(" \n"), UnknownTag("<b>"), Interruption("1s"), Text("Hi"))
    assert not list(check_placement(nodes, Place(followup=True)))


def test_blank_text_beside_a_whole_action_tag_does_not_count() -> None:
    assert not list(check_placement((Text(" "), Ivr("Hi"), Text(" ")), Place(first_message=True)))


def test_only_the_first_node_after_the_end_is_reported() -> None:
    nodes = (EndCall(), Text(" "), Hold("1s", offset=9), Text("Bye"))
    (found,) = check_placement(nodes, Place())
    assert found.offset == 9


def test_an_end_inside_of_a_block_ends_the_call_as_well() -> None:
    nodes = (Spell((Text("A"), EndCall())), Text("more"))
    (found,) = check_placement(nodes, Place())
    assert "text after <endcall>" in found.message


def test_a_second_voice_of_the_same_provider_is_fine() -> None:
    nodes = (Voice("11labs", "a", text="x"), Voice("11labs", "b", text="y"))
    assert not list(check_placement(nodes, Place(voice_provider="11labs")))


def test_a_provider_that_is_not_known_yet_is_not_compared() -> None:
    nodes = (Voice("11labs", "a", text="x"),)
    assert not list(check_placement(nodes, Place(voice_provider="{{test_profile.provider}}")))


@pytest.mark.parametrize(
    "node",
    [
        NetworkSimulation(jitter="4", latency="{{test_profile.latency}}"),
        NetworkSimulation("{{test_profile.loss}}", burst="3"),
        NetworkSimulation(jitter="4", latency="6"),
        NetworkSimulation("0", jitter="0"),
        NetworkSimulation("50", burst="2.1"),
        NetworkSimulation("50", burst="1"),
        NetworkSimulation("100", burst="3"),
    ],
)
def test_a_network_simulation_that_may_change_something_is_fine(node: NetworkSimulation) -> None:
    assert not list(check_placement((node,), Place()))
