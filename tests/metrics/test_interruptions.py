"""Who cuts whom off, and how soon the agent stops for a caller who does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_agentsim.result import CallResult, Event, EventKind, HarnessCheck
from tests.metrics.calls import Said, a_text_call, a_transcript, a_voice_call, cut_off, with_events

NAMES = (
    "ai_interrupting_user",
    "user_interrupting_ai",
    "stop_time_after_user_interruption",
    "barge_in_success_rate",
    "interruption_score",
)
POLITE: tuple[Said, ...] = (
    ("caller", 0, 2, "Hi"),
    ("agent", 2.5, 4, "Hello"),
    ("caller", 4.75, 6, "Bye"),
    ("agent", 6.5, 7, "Bye"),
)


def barge_in_at(time: float) -> Event:
    return Event(time, EventKind.BARGE_IN, {"by": "caller", "cause": "scenario", "start": time})


def test_on_a_polite_call_nobody_interrupts(value_of) -> None:
    call = a_voice_call(*POLITE)
    assert value_of("ai_interrupting_user", call).value == 0
    assert value_of("user_interrupting_ai", call).value == 0


@pytest.mark.parametrize("name", NAMES)
def test_on_a_text_call_there_is_nothing_to_hear(name: str, value_of) -> None:
    value = value_of(name, a_text_call(("caller", 0.0, "Hi"), ("agent", 0.5, "Hello")))
    assert (value.outcome.value, value.reason) == ("skipped", "a text call has no audio")


@pytest.mark.parametrize("made", [a_voice_call, a_transcript])
def test_an_agent_that_begins_before_the_caller_has_finished_interrupts(made, value_of) -> None:
    call = made(("caller", 0, 3, "Hi"), ("agent", 2, 4, "Hello"))
    value = value_of("ai_interrupting_user", call)
    assert (value.value, [(each.turn, each.time) for each in value.evidence]) == (1, [(2, 2)])
    assert value_of("user_interrupting_ai", call).value == 0


@pytest.mark.parametrize("made", [a_voice_call, a_transcript])
def test_an_agent_interrupts_that_silences_the_caller_before_it_is_heard(made, value_of) -> None:
    call = cut_off(made(("caller", 0, 3, "Hi, I am—"), ("agent", 3.1, 4, "Hello")), 1)
    value = value_of("ai_interrupting_user", call)
    assert (value.value, [(each.turn, each.time) for each in value.evidence]) == (1, [(1 + 1, 3)])


def test_a_caller_that_is_silenced_by_the_agents_voice_was_interrupted_once(value_of) -> None:
    call = cut_off(
        a_voice_call(("caller", 0, 3, "Hi, I am—"), ("agent", 2.5, 4, "Hello")), 1, "the agent's voice"
    )
    assert value_of("ai_interrupting_user", call).value == 1


def test_the_end_of_the_call_is_no_interruption(value_of) -> None:
    call = cut_off(a_voice_call(("caller", 0, 3, "Hi, I am—")), 1, "the end of the connection")
    assert value_of("ai_interrupting_user", call).value == 0


def test_who_overlaps_for_less_than_50_ms_takes_the_turn(value_of) -> None:
    call = a_voice_call(("caller", 0, 3, "Hi"), ("agent", 2.96, 4, "Hello"))
    assert value_of("ai_interrupting_user", call).value == 0


def test_a_breath_is_part_of_what_the_agent_says(value_of) -> None:
    call = a_voice_call(("caller", 0, 9, "Hi"), ("agent", 2, 3, "Hello,"), ("agent", 3.25, 4, "hello"))
    assert value_of("ai_interrupting_user", call).value == 1


def test_a_caller_that_begins_before_the_agent_has_finished_interrupts(value_of) -> None:
    call = a_voice_call(("agent", 0, 3, "Hello"), ("caller", 2, 4, "Wait"))
    assert value_of("user_interrupting_ai", call).value == 1
    assert value_of("ai_interrupting_user", call).value == 0


def test_a_caller_that_cuts_into_a_breath_of_the_agent_interrupts(value_of) -> None:
    call = with_events(
        a_voice_call(("agent", 0, 2, "Hello,"), ("caller", 2.1, 3, "Wait"), ("agent", 2.25, 2.6, "well")),
        barge_in_at(2.1),
    )
    assert value_of("user_interrupting_ai", call).value == 1
    assert value_of("ai_interrupting_user", call).value == 0
    assert value_of("stop_time_after_user_interruption", call).value == pytest.approx(0.5)


def test_the_stop_time_is_from_the_callers_first_sound_to_the_agents_last(value_of) -> None:
    call = a_voice_call(
        ("agent", 0, 3, "Hello"), ("caller", 2.75, 4, "Wait"), ("agent", 5, 8, "Yes"), ("caller", 7, 9, "No")
    )
    value = value_of("stop_time_after_user_interruption", call)
    assert value.value == 0.625
    assert (value.details["min"], value.details["max"]) == (0.25, 1)
    assert [(each.turn, each.time) for each in value.evidence] == [(4, 7), (2, 2.75)]


def test_a_barge_in_succeeds_when_the_agent_stops_in_time(value_of) -> None:
    call = a_voice_call(
        ("agent", 0, 3, "Hello"), ("caller", 2.75, 4, "Wait"), ("agent", 5, 8, "Yes"), ("caller", 6, 9, "No")
    )
    assert value_of("barge_in_success_rate", call).value == 0.5
    assert value_of("barge_in_success_rate", call, within=2).value == 1
    assert value_of("barge_in_success_rate", call, within=0.1).value == 0


@pytest.mark.parametrize("name", ["stop_time_after_user_interruption", "barge_in_success_rate"])
def test_without_an_interruption_there_is_nothing_to_stop_for(name: str, value_of) -> None:
    assert value_of(name, a_voice_call(*POLITE)).reason == "the caller did not interrupt the agent"


@pytest.mark.parametrize("name", ["stop_time_after_user_interruption", "barge_in_success_rate"])
def test_what_the_harness_was_late_for_is_not_measurable(name: str, value_of) -> None:
    late = HarnessCheck(500, 0.001, lateness_p99=0.03, lateness_max=0.2, gap_p99=0.05)
    value = value_of(name, a_voice_call(("agent", 0, 3, "Hello"), ("caller", 2, 4, "Wait"), harness=late))
    assert value.outcome.value == "not measurable"
    assert value.reason.startswith("the harness itself was late: by up to 30 ms")


def test_the_score_is_five_less_the_share_of_turns_that_interrupt(value_of) -> None:
    call = a_voice_call(
        ("caller", 0, 3, "Hi"), ("agent", 2, 4, "Hello"), ("caller", 5, 6, "Hm"), ("agent", 6.5, 7, "Bye")
    )
    value = value_of("interruption_score", call)
    assert (value.value, value.details) == (3.75, {"percent": 75})


def test_nobody_scores_below_zero(value_of) -> None:
    call = a_voice_call(("caller", 0, 9, "Hi"), ("agent", 2, 3, "Hm"), ("agent", 4, 5, "Hm"))
    several: CallResult = a_voice_call(("caller", 0, 9, "Hi"), ("agent", 2, 3, "Hm"))
    assert value_of("interruption_score", call).value == pytest.approx(5 / 3)
    assert value_of("interruption_score", several).value == 2.5


def test_on_a_call_without_speech_there_is_nothing_to_interrupt(value_of) -> None:
    assert value_of("ai_interrupting_user", a_voice_call()).reason == "nobody has spoken"


def test_without_any_times_nothing_can_be_said(value_of) -> None:
    call = replace(a_text_call(("caller", 0.0, "Hi"), ("agent", 0.5, "Hello")), channel="voice")
    value = value_of("ai_interrupting_user", call)
    assert value.outcome.value == "not measurable"
    assert value.reason == "neither a log, a recording nor the turns tell when anybody spoke"


def test_of_a_transcript_that_tells_the_times_of_some_turns_nothing_can_be_said(value_of) -> None:
    told = a_transcript(("caller", 0, 2, "Hi"), ("agent", 1, 3, "Hello"), ("caller", 2, 4, "Hm"))
    call = replace(told, turns=(*told.turns[:2], replace(told.turns[2], end=None)))
    value = value_of("ai_interrupting_user", call)
    assert value.reason == "neither a log, a recording nor the turns tell when anybody spoke"
    assert value_of("ai_interrupting_user", told).value == 1


def test_a_turn_without_a_time_is_not_the_one_in_which_it_happened(value_of) -> None:
    logged = a_voice_call(("caller", 0, 3, "Hi, I am"), ("agent", 2, 4, "Hello"))
    call = replace(logged, turns=tuple(replace(turn, time=None, end=None) for turn in logged.turns))
    [found] = value_of("ai_interrupting_user", call).evidence
    assert (found.turn, found.time) == (None, 2)


def test_where_the_ends_of_turns_are_not_known_it_happened_in_the_one_that_began_nearest(value_of) -> None:
    logged = a_voice_call(
        ("agent", 0, 1, "Hello"),
        ("caller", 2, 6, "Hi, I am"),
        ("agent", 5, 7, "Yes?"),
        ("agent", 9, 10, "Hm?"),
    )
    call = replace(
        logged, turns=tuple(replace(turn, time=int(turn.time) - 0.5, end=None) for turn in logged.turns)
    )
    [found] = value_of("ai_interrupting_user", call).evidence
    assert (found.turn, found.time) == (3, 5)
