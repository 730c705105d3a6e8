"""How much and how fast the agent speaks, and how soon it begins to."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.metrics.measured_call import MeasuredCall
from pytest_agentsim.metrics.talking import talk_ratio, words_per_minute
from pytest_agentsim.result import Event, EventKind, HarnessCheck
from tests.metrics.calls import Said, a_text_call, a_transcript, a_voice_call, cut_off, with_events

LATE = HarnessCheck(500, 0.001, lateness_p99=0.03, lateness_max=0.2, gap_p99=0.05)
A_CALL: tuple[Said, ...] = (
    ("agent", 1, 4, "Hello, how can I help you today?"),
    ("caller", 5, 7, "Cancel my appointment"),
    ("agent", 8, 10, "Done!"),
)


def completed(time: float, type_: str = "speech.completed", direction: str = "received") -> Event:
    frame = json.dumps({"type": type_, "data": {"utterance_id": "1"}})
    return Event(time, EventKind.FRAME, {"direction": direction, "frame": frame})


@pytest.mark.parametrize("made", [a_voice_call, a_transcript])
def test_the_talk_ratio_is_the_agents_share_of_the_call(made, value_of) -> None:
    value = value_of("talk_ratio", made(*A_CALL, duration=20.0))
    assert value.value == 0.25
    assert value.details["speech_share"] == pytest.approx(5 / 7)


def test_the_time_before_the_connection_does_not_count(value_of) -> None:
    call = with_events(a_voice_call(*A_CALL, duration=11.0), Event(1, EventKind.CONNECTED, {}))
    assert value_of("talk_ratio", call).value == 0.5
    assert value_of("time_to_first_word", call).value == 0


def test_words_per_minute_are_those_of_the_time_in_which_the_agent_speaks(value_of) -> None:
    assert value_of("words_per_minute", a_voice_call(*A_CALL)).value == 60 * 8 / 5


def test_a_pause_within_a_turn_is_no_speaking_time(value_of) -> None:
    call = a_voice_call(("agent", 0, 9, "One two three"))
    paused = replace(
        call, events=tuple(replace(e, data={**e.data, "spans": [[0, 1], [7, 9]]}) for e in call.events)
    )
    assert value_of("words_per_minute", paused).value == 60


def test_turns_whose_words_are_not_known_do_not_count(value_of) -> None:
    call = a_voice_call(("agent", 0, 1, "One two"), ("agent", 2, 9, ""), ("agent", 9.5, 10, "DTMF: 1"))
    assert value_of("words_per_minute", call).value == 120


@pytest.mark.parametrize(
    ("text", "words"), [("Don't pay $3.50 — twenty-five, please!", 5), ("¿Cómo está?", 2)]
)
def test_a_word_is_what_lies_between_spaces(text: str, words: int, value_of) -> None:
    assert value_of("words_per_minute", a_voice_call(("agent", 0, 60, text))).value == words


def test_without_any_words_the_rate_is_not_measurable(value_of) -> None:
    value = value_of("words_per_minute", a_voice_call(("agent", 0, 1, "")))
    assert value.outcome.value == "not measurable"
    assert value.reason == "the agent's words are not known: they were not recognised"


def test_a_caller_that_talks_alone_leaves_no_words_to_count(value_of) -> None:
    value = value_of("words_per_minute", a_voice_call(("caller", 0, 1, "Hi")))
    assert value.reason == "the agent has said nothing"


def test_in_chinese_there_are_no_words_to_count(value_of) -> None:
    value = value_of("words_per_minute", a_voice_call(("agent", 0, 1, "你好"), language="zh-CN"))
    assert (value.outcome.value, value.reason) == ("skipped", "words are not parted by spaces in 'zh'")


def test_the_first_word_is_timed_from_the_connection(value_of) -> None:
    spoken = with_events(a_voice_call(*A_CALL), Event(0.25, EventKind.CONNECTED, {}))
    written = with_events(a_text_call(("agent", 1.5, "Hello")), Event(0.25, EventKind.CONNECTED, {}))
    assert value_of("time_to_first_word", spoken).value == 0.75
    assert value_of("time_to_first_word", written).value == 1.25


@pytest.mark.parametrize("call", [a_text_call(("caller", 0.0, "Hi")), a_voice_call(("caller", 0, 1, "Hi"))])
def test_an_agent_that_says_nothing_has_no_first_word(call, value_of) -> None:
    assert value_of("time_to_first_word", call).reason == "the agent has said nothing"


def test_the_endpointing_delay_is_from_the_last_sample_to_the_agents_notice(value_of) -> None:
    call = with_events(
        a_voice_call(("caller", 0, 2, "Hi"), ("agent", 3, 4, "Hello"), ("caller", 5, 6, "Bye")),
        completed(1.0),  # in a pause of the caller's: too early to be the end
        completed(2.25),
        completed(2.75),
        completed(6.75),
    )
    value = value_of("endpointing_delay", call)
    assert (value.value, value.details["max"]) == (0.5, 0.75)
    assert [each.turn for each in value.evidence] == [3, 1]


def test_a_notice_after_the_next_turn_has_begun_is_not_of_this_one(value_of) -> None:
    call = with_events(a_voice_call(("caller", 0, 2, "Hi"), ("caller", 5, 6, "Hi?")), completed(6.5))
    assert value_of("endpointing_delay", call).value == 0.5


def test_a_turn_that_the_agent_has_cut_off_has_no_end_to_notice(value_of) -> None:
    call = with_events(
        cut_off(a_voice_call(("caller", 0, 2, "Hi"), ("agent", 2, 4, "Yes")), 1), completed(2.5)
    )
    assert value_of("endpointing_delay", call).outcome.value == "skipped"


@pytest.mark.parametrize(
    "frames",
    [
        (),
        (completed(3, "speech.started"),),
        (completed(3, direction="sent"),),
        (Event(3, EventKind.FRAME, {"direction": "received", "frame": 'not "speech.completed'}),),
    ],
)
def test_of_an_agent_that_gives_no_notice_the_delay_is_not_known(frames, value_of) -> None:
    value = value_of("endpointing_delay", with_events(a_voice_call(*A_CALL), *frames))
    assert (value.outcome.value, value.reason.split(" by ")[0]) == ("skipped", "the agent does not say")


@pytest.mark.parametrize("name", ["time_to_first_word", "endpointing_delay"])
def test_what_the_harness_was_late_for_is_not_measurable(name: str, value_of) -> None:
    call = with_events(a_voice_call(*A_CALL, harness=LATE), completed(7.5))
    assert value_of(name, call).outcome.value == "not measurable"


@pytest.mark.parametrize("name", ["talk_ratio", "words_per_minute", "time_to_first_word"])
def test_on_a_call_without_speech_nobody_talks(name: str, value_of) -> None:
    assert value_of(name, a_voice_call()).reason == "nobody has spoken"


@given(st.integers(0, 1000))
def test_when_the_call_took_place_makes_no_difference(later: int) -> None:
    def call(shift: int) -> MeasuredCall:
        said = [(who, start + shift, end + shift, words) for who, start, end, words in A_CALL]
        return MeasuredCall(
            with_events(a_voice_call(*said, duration=20 + shift), Event(shift, EventKind.CONNECTED, {}))
        )

    assert talk_ratio(call(later)) == talk_ratio(call(0))
    assert words_per_minute(call(later)) == words_per_minute(call(0))


@given(st.integers(0, 100))
def test_silence_at_the_end_changes_no_rate_of_speech(more: int) -> None:
    call = MeasuredCall(a_voice_call(*A_CALL, duration=10.0 + more))
    assert words_per_minute(call).value == 96
    assert talk_ratio(call).value == pytest.approx(5 / (10 + more))
