"""What becomes of the telephone keys that the caller presses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_agentsim.result import CallResult, Event, EventKind, HarnessCheck, ToolCall
from tests.metrics.calls import a_text_call, a_transcript, a_voice_call, with_events

NAMES = ("keypad_round_trip", "keypad_accuracy")
KEYS = '<dtmf digits="1234#"/>'


def told(answer: str) -> CallResult:
    return a_text_call(("caller", 0.0, KEYS), ("agent", 1.0, answer))


@pytest.mark.parametrize("name", NAMES)
def test_a_caller_that_presses_nothing_is_skipped(name: str, value_of) -> None:
    value = value_of(name, a_text_call(("caller", 0.0, "Hi"), ("agent", 1.0, "Hello")))
    assert (value.outcome.value, value.reason) == ("skipped", "the caller pressed no keys")


def test_the_round_trip_is_from_the_last_tone_to_the_answer(value_of) -> None:
    call = a_voice_call(
        ("caller", 0, 2, KEYS),
        ("agent", 2.5, 3, "Thanks"),
        ("caller", 4, 5, '<dtmf digits="1"/>'),
        ("agent", 6.5, 7, "DTMF: 1"),
    )
    value = value_of("keypad_round_trip", call)
    # The tones have ended 0.1 s before the turn, with which a silence is sent.
    assert (value.value, value.details["max"]) == (pytest.approx(1.1), pytest.approx(1.6))
    assert [(each.text, each.turn) for each in value.evidence] == [
        ("answered 1 after 1.600 s", 3),
        ("answered 1234# after 0.600 s", 1),
    ]


def test_of_a_transcript_the_turn_ends_with_the_tone(value_of) -> None:
    call = a_transcript(("caller", 0, 2, KEYS), ("agent", 2.5, 3, "Thanks"))
    assert value_of("keypad_round_trip", call).value == 0.5


def test_by_text_it_is_from_message_to_message(value_of) -> None:
    assert value_of("keypad_round_trip", told("Thanks")).value == 1


def test_keys_with_words_after_them_are_not_what_is_answered(value_of) -> None:
    call = a_voice_call(("caller", 0, 2, f"{KEYS} that is it"), ("agent", 3, 4, "Thanks"))
    assert value_of("keypad_round_trip", call).reason == "the agent did not answer any keys"


@pytest.mark.parametrize(
    "call",
    [
        a_voice_call(("caller", 0, 2, KEYS)),
        a_voice_call(("caller", 0, 2, KEYS), ("agent", 1, 3, "Please enter")),
        a_voice_call(("caller", 0, 2, KEYS), ("caller", 12, 13, "Hello?"), ("agent", 14, 15, "Yes?")),
    ],
)
def test_keys_that_nobody_answers_have_no_round_trip(call: CallResult, value_of) -> None:
    assert value_of("keypad_round_trip", call).outcome.value == "not measurable"


def test_what_the_harness_was_late_for_is_not_measurable(value_of) -> None:
    late = HarnessCheck(500, 0.001, lateness_p99=0.03, lateness_max=0.2, gap_p99=0.05)
    call = a_voice_call(("caller", 0, 2, KEYS), ("agent", 2.5, 3, "Thanks"), harness=late)
    assert value_of("keypad_round_trip", call).reason.startswith("the harness itself was late")


@pytest.mark.parametrize(
    "answer",
    [
        "I have account 1234.",
        "You have entered 1 2 3 4, is that right?",
        "One, two, three, four. Thanks.",
        "1-2-3-4",
        "Account 99, number 1234#",
    ],
)
def test_keys_that_the_agent_says_back_were_taken_right(answer: str, value_of) -> None:
    assert value_of("keypad_accuracy", told(answer)).value == 1


def test_a_key_that_the_agent_took_wrong_is_found(value_of) -> None:
    value = value_of("keypad_accuracy", told("You have entered 1 2 8 4."))
    assert value.value == 0.75
    assert [each.text for each in value.evidence] == ["1234 was pressed, the agent took 1284"]


def test_a_key_that_the_agent_did_not_notice_is_found(value_of) -> None:
    assert value_of("keypad_accuracy", told("You have entered 1 2 4.")).value == 0.75


@pytest.mark.parametrize("answer", ["Thanks.", "The fee is 25 dollars.", "That will be 99 98"])
def test_an_agent_that_does_not_say_them_back_leaves_it_open(answer: str, value_of) -> None:
    value = value_of("keypad_accuracy", told(answer))
    assert (value.outcome.value, value.reason) == ("skipped", "the agent does not tell which keys it took")


@pytest.mark.parametrize(
    "arguments", [{"account": "1234"}, {"account": {"number": 1234}}, '{"account": ["1234"]}']
)
def test_keys_are_looked_for_in_function_calls(arguments: object, value_of) -> None:
    call = replace(told("Thanks"), tool_calls=(ToolCall("1", "find", arguments, 0.5, after_turn=1),))
    assert value_of("keypad_accuracy", call).value == 1


def test_keys_are_looked_for_in_metadata(value_of) -> None:
    call = with_events(
        told("Thanks"),
        Event(0.0, EventKind.CALLER_TURN, {"number": 1, "text": KEYS}),
        Event(0.5, EventKind.METADATA, {"metadata": {"keys": "1235", "known": True, "name": None}}),
    )
    assert value_of("keypad_accuracy", call).value == 0.75


def test_metadata_from_before_the_keys_is_not_of_them(value_of) -> None:
    call = with_events(
        told("Thanks"),
        Event(0.0, EventKind.METADATA, {"metadata": {"line": "1234"}}),
        Event(0.0, EventKind.CALLER_TURN, {"number": 1, "text": KEYS}),
    )
    assert value_of("keypad_accuracy", call).outcome.value == "skipped"


def test_what_comes_after_other_keys_is_not_of_these(value_of) -> None:
    call = a_text_call(
        ("caller", 0.0, '<dtmf digits="55"/>'),
        ("agent", 1.0, "Thanks"),
        ("caller", 2.0, '<dtmf digits="77"/>'),
        ("agent", 3.0, "5 5? I mean 77"),
    )
    assert value_of("keypad_accuracy", call).explanation == ("2 of 2 keys in 1 turn",)


def test_a_single_key_is_a_choice_that_nobody_repeats(value_of) -> None:
    call = a_text_call(("caller", 0.0, '<dtmf digits="1"/>'), ("agent", 1.0, "One moment"))
    assert value_of("keypad_accuracy", call).outcome.value == "skipped"
