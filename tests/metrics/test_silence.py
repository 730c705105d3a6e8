"""Whether it was silent for too long, and who let it be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.metrics.measured_call import MeasuredCall
from pytest_agentsim.metrics.silence import (
    dead_air_share,
    detect_silence_in_conversation,
    infrastructure_issues,
)
from pytest_agentsim.result import CallResult, Event, EventKind, Reason
from tests.metrics.calls import Said, a_text_call, a_transcript, a_voice_call, cut_off, with_events

if TYPE_CHECKING:
    from collections.abc import Callable

# 2 s of silence before the call is greeted, 1 s before the answer, 7 s at the end.
A_CALL: tuple[Said, ...] = (("agent", 2, 5, "Hello"), ("caller", 5, 8, "Hi"), ("agent", 9, 13, "Bye"))
VOICE_ONLY = ("detect_silence_in_conversation", "dead_air_share")


def lasting(seconds: float, *said: Said, made: Callable[..., CallResult] = a_voice_call) -> CallResult:
    return made(*said, duration=seconds)


@pytest.mark.parametrize("made", [a_voice_call, a_transcript])
def test_silence_is_where_neither_side_speaks_longer_than_the_setting(made, value_of) -> None:
    call = lasting(20, *A_CALL, made=made)
    assert value_of("detect_silence_in_conversation", call).value is True
    assert value_of("detect_silence_in_conversation", call, silence_duration=7).value is True
    value = value_of("detect_silence_in_conversation", call, silence_duration=6)
    assert (value.value, value.details, value.evidence[0].time) == (False, {"longest": 7}, 13)


def test_the_time_before_the_connection_is_no_silence(value_of) -> None:
    call = with_events(lasting(30, ("agent", 25, 30, "Hello")), Event(20, EventKind.CONNECTED, {}))
    assert value_of("detect_silence_in_conversation", call).details == {"longest": 5}
    assert value_of("dead_air_share", call).value == 0.5


def test_keys_and_noises_end_a_silence(value_of) -> None:
    cough = Event(9, EventKind.SOUND, {"sound": "cough1", "start": 8, "end": 9})
    keys = Event(16, EventKind.AGENT_TURN, {"text": "DTMF: 1", "keys": "1", "spans": [[15, 16]], "number": 2})
    call = with_events(lasting(20, ("caller", 0, 2, "Hi")), cough, keys)
    assert value_of("detect_silence_in_conversation", call).details == {"longest": 6}


@pytest.mark.parametrize(
    "behind", [{"base": 0.3, "reduced": 0.1, "start": 0.0}, {"volume": 0.5, "start": 0.0, "end": 30.0}]
)
def test_what_is_heard_behind_the_caller_ends_no_silence(behind: dict[str, float], value_of) -> None:
    call = with_events(
        lasting(20, *A_CALL), Event(0, EventKind.SOUND, {"sound": "office-ambience", **behind})
    )
    assert value_of("detect_silence_in_conversation", call).details == {"longest": 7}


def test_dead_air_is_the_share_of_the_call_without_speech(value_of) -> None:
    call = lasting(20, *A_CALL)
    assert value_of("dead_air_share", call).value == 0.5
    assert value_of("dead_air_share", call, longer_than=1.5).value == 0.45


@pytest.mark.parametrize("name", VOICE_ONLY)
def test_by_text_there_is_no_silence_to_hear(name: str, value_of) -> None:
    assert value_of(name, a_text_call(("caller", 0.0, "Hi"))).outcome.value == "skipped"


@pytest.mark.parametrize("name", [*VOICE_ONLY, "infrastructure_issues"])
def test_a_call_on_which_nobody_spoke_is_skipped(name: str, value_of) -> None:
    assert value_of(name, lasting(20)).reason == "nobody has spoken"


@pytest.mark.parametrize("made", [a_voice_call, a_transcript])
def test_an_agent_that_answers_in_time_has_no_issue(made, value_of) -> None:
    call = lasting(20, ("caller", 0, 2, "Hi"), ("agent", 12, 14, "Hello"), made=made)
    assert value_of("infrastructure_issues", call).value is True
    value = value_of("infrastructure_issues", call, infra_issues_timeout=9)
    assert (value.value, value.details) == (False, {"longest": 10})
    assert [(each.turn, each.time) for each in value.evidence] == [(1, 2)]


def test_an_agent_that_is_silent_until_the_end_has_an_issue(value_of) -> None:
    assert value_of("infrastructure_issues", lasting(20, ("caller", 0, 2, "Hi"))).details == {"longest": 18}


def test_a_caller_that_asks_whether_anybody_is_there_goes_on_waiting(value_of) -> None:
    call = lasting(20, ("caller", 0, 2, "Hi"), ("caller", 10, 12, "Are you there?"), ("agent", 16, 18, "Yes"))
    assert value_of("infrastructure_issues", call).details == {"longest": 12}
    assert value_of("infrastructure_issues", call).value is False


def test_the_silence_before_the_caller_speaks_is_not_the_agents(value_of) -> None:
    call = lasting(40, ("agent", 0, 2, "Hello"), ("caller", 30, 32, "Hi"), ("agent", 33, 40, "Bye"))
    assert value_of("infrastructure_issues", call).details == {"longest": 1}


def test_a_silence_that_the_caller_keeps_in_its_turn_is_not_the_agents(value_of) -> None:
    call = lasting(30, ("caller", 0, 2, "Let me check"), ("agent", 21, 30, "Sure"))
    kept = replace(
        call,
        events=tuple(
            replace(each, time=20.0) if each.kind is EventKind.CALLER_TURN else each for each in call.events
        ),
    )
    assert value_of("infrastructure_issues", call).value is False
    assert value_of("infrastructure_issues", kept).details == {"longest": 1}


def test_an_agent_that_cuts_the_caller_off_has_not_been_awaited_for_long(value_of) -> None:
    call = cut_off(
        lasting(20, ("caller", 0, 3, "Hi, I am"), ("agent", 2.5, 4, "Hm"), ("agent", 15, 20, "Bye")), 1
    )
    assert value_of("infrastructure_issues", call).details == {"longest": 0}


def test_an_agent_that_presses_a_key_has_answered(value_of) -> None:
    keys = Event(6, EventKind.AGENT_TURN, {"text": "DTMF: 1", "keys": "1", "spans": [[5, 6]], "number": 2})
    call = with_events(lasting(20, ("caller", 0, 2, "Press 1")), keys)
    assert value_of("infrastructure_issues", call).details == {"longest": 3}


@pytest.mark.parametrize("said", [(), (("caller", 0, 2, "Hi"),)])
def test_a_call_that_ended_for_want_of_an_answer_has_an_issue(said: tuple[Said, ...], value_of) -> None:
    call = replace(lasting(5, *said), ended_reason=Reason.AGENT_TIMEOUT)
    value = value_of("infrastructure_issues", call)
    assert (value.value, len(value.evidence)) == (False, 1)


def test_by_text_the_agent_is_awaited_from_message_to_message(value_of) -> None:
    call = a_text_call(
        ("agent", 0.0, "Hello"),
        ("caller", 0.0, "Hi"),
        ("caller", 5.0, "Hi?"),
        ("agent", 12.0, "Yes"),
        ("caller", 12.0, "Bye"),
    )
    value = value_of("infrastructure_issues", call)
    assert (value.value, value.details, value.evidence[0].turn) == (False, {"longest": 12}, 2)


def test_without_a_turn_of_the_caller_the_agent_had_nothing_to_answer(value_of) -> None:
    value = value_of("infrastructure_issues", lasting(20, ("agent", 0, 2, "Hello")))
    assert (value.outcome.value, value.reason) == ("skipped", "the agent had nothing to answer")


SPEECH = st.lists(
    st.tuples(st.sampled_from(["caller", "agent"]), st.integers(0, 30), st.integers(1, 5)),
    min_size=1,
    max_size=8,
)


@given(SPEECH, st.integers(1, 1000))
def test_when_the_call_took_place_makes_no_difference(said: list[tuple[str, int, int]], later: int) -> None:
    def call(shift: int) -> MeasuredCall:
        spoken = [(who, start + shift, start + length + shift, "words") for who, start, length in said]
        spoken.sort(key=lambda each: each[1])
        return MeasuredCall(with_events(lasting(40 + shift, *spoken), Event(shift, EventKind.CONNECTED, {})))

    for metric in (detect_silence_in_conversation, dead_air_share):
        assert metric(call(later)).value == metric(call(0)).value
        assert metric(call(later)).details == metric(call(0)).details
    if any(who == "caller" for who, _, _ in said):
        assert infrastructure_issues(call(later)).details == infrastructure_issues(call(0)).details


@given(SPEECH, st.integers(0, 60))
def test_silence_at_the_end_adds_to_dead_air_alone(said: list[tuple[str, int, int]], more: int) -> None:
    spoken = sorted(
        ((who, start, start + length, "words") for who, start, length in said), key=lambda each: each[1]
    )
    before = dead_air_share(MeasuredCall(lasting(40, *spoken))).value
    after = dead_air_share(MeasuredCall(lasting(40 + more, *spoken))).value
    assert after * (40 + more) == pytest.approx(before * 40 + more)


def test_of_a_transcript_without_times_waits_are_not_measurable(value_of) -> None:
    told = a_text_call(("caller", 0.0, "Hi"), ("agent", 0.5, "Hello"))
    call = replace(told, turns=tuple(replace(turn, time=None) for turn in told.turns))
    value = value_of("infrastructure_issues", call)
    assert value.reason == "the transcript does not tell when turn 1 began"


def test_of_a_transcript_that_does_not_tell_the_end_of_the_call_its_silence_is_not_measurable(
    value_of,
) -> None:
    call = replace(a_transcript(*A_CALL), duration=None)
    assert value_of("dead_air_share", call).reason == "the transcript does not tell how long the call lasted"
