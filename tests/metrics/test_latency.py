"""How long the agent takes to answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_agentsim.result import Latency
from tests.metrics.calls import a_text_call, a_transcript, a_voice_call


def test_the_latency_of_a_text_call_is_from_message_to_message(value_of) -> None:
    call = a_text_call(
        ("caller", 0.0, "Hi"), ("agent", 0.5, "Hello"), ("caller", 0.5, "Bye"), ("agent", 2.0, "Bye")
    )
    assert value_of("latency", call).value == 1.0


def test_only_the_first_answer_of_several_counts(value_of) -> None:
    call = a_text_call(("caller", 0.0, "Hi"), ("agent", 0.5, "Hello"), ("agent", 9.0, "Still there?"))
    assert value_of("latency", call).value == 0.5


def test_the_latency_of_a_voice_call_is_what_was_measured_on_it(value_of) -> None:
    call = a_voice_call(
        ("caller", 0, 1, "Hi"), ("agent", 2, 3, "Hello"), latencies=(Latency(2, 0.25), Latency(4, 0.75))
    )
    value = value_of("latency", call)
    assert (value.value, value.details["max"]) == (0.5, 0.75)


def test_percentiles_lie_between_the_values(value_of) -> None:
    latencies = tuple(Latency(2 * each, each / 10) for each in range(1, 12))
    call = a_voice_call(("caller", 0, 1, "Hi"), latencies=latencies)
    details = value_of("latency", call).details
    assert [round(details[f"p{share}"], 6) for share in (25, 50, 75, 90, 95, 99)] == [
        0.35,
        0.6,
        0.85,
        1.0,
        1.05,
        1.09,
    ]


def test_the_slowest_answers_are_the_evidence(value_of) -> None:
    latencies = tuple(Latency(2 * each, each / 10) for each in range(1, 6))
    found = value_of("latency", a_voice_call(("caller", 0, 1, "Hi"), latencies=latencies)).evidence
    assert [each.turn for each in found] == [10, 8, 6]


def test_every_answer_is_known_by_its_turn(value_of) -> None:
    latencies = (Latency(2, 0.25), Latency(4, None), Latency(6, 0.75))
    value = value_of("latency", a_voice_call(("caller", 0, 1, "Hi"), latencies=latencies))
    assert value.extra == {"by_turn": {"2": 0.25, "6": 0.75}}


def test_an_answer_that_the_harness_was_late_for_does_not_count(value_of) -> None:
    call = a_voice_call(("caller", 0, 1, "Hi"), latencies=(Latency(2, 0.5), Latency(4, None)))
    value = value_of("latency", call)
    assert value.value == 0.5
    assert value.explanation == ("over 1 answer; 1 more not measurable, because the harness was late itself",)


def test_with_no_other_answer_it_is_not_measurable(value_of) -> None:
    call = a_voice_call(("caller", 0, 1, "Hi"), latencies=(Latency(2, None),))
    assert value_of("latency", call).outcome.value == "not measurable"


def test_a_call_without_an_answer_is_skipped(value_of) -> None:
    value = value_of("latency", a_voice_call(("agent", 0, 1, "Hello")))
    assert (value.outcome.value, value.reason) == ("skipped", "the agent had nothing to answer")


def test_of_a_transcript_the_times_of_the_turns_are_used(value_of) -> None:
    call = a_transcript(("caller", 0, 1, "Hi"), ("agent", 1.5, 3, "Hello"))
    assert value_of("latency", call).value == pytest.approx(0.5)


def test_an_agent_that_cuts_the_caller_off_answers_nothing(value_of) -> None:
    call = a_transcript(("caller", 0, 3, "Hi, I am"), ("agent", 2.5, 4, "Hello"))
    assert value_of("latency", call).outcome.value == "skipped"


def test_of_a_transcript_that_does_not_tell_when_the_caller_had_finished_it_is_not_measurable(
    value_of,
) -> None:
    told = a_transcript(("caller", 0, 1, "Hi"), ("agent", 1.5, 3, "Hello"))
    call = replace(told, turns=tuple(replace(turn, end=None) for turn in told.turns))
    value = value_of("latency", call)
    assert value.outcome.value == "not measurable"
    assert value.reason == "the transcript does not tell the times at 1 answer"


def test_of_a_transcript_what_is_told_counts(value_of) -> None:
    told = a_transcript(
        ("caller", 0, 1, "Hi"), ("agent", 1.5, 3, "Hello"), ("caller", 4, 5, "Bye"), ("agent", 6, 7, "Bye")
    )
    call = replace(told, turns=(*told.turns[:3], replace(told.turns[3], time=None, end=None)))
    value = value_of("latency", call)
    assert value.value == pytest.approx(0.5)
    assert value.explanation == (
        "over 1 answer; 1 more not measurable, because the transcript does not tell the times",
    )
