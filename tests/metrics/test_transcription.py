"""How well the agent has understood the caller's words."""

from __future__ import annotations

import json
from typing import Any

import jiwer
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.metrics.measured_call import MeasuredCall
from pytest_agentsim.metrics.spoken_words import spoken_words
from pytest_agentsim.metrics.transcription import word_error_rate
from pytest_agentsim.metrics.word_weights import weight
from pytest_agentsim.result import CallResult, Event, EventKind
from tests.metrics.calls import a_text_call, a_voice_call, with_events

NAMES = ("transcription_accuracy", "word_error_rate")
SAID = "My name is Sarah Johnson and I want to cancel my appointment on Monday"


def saying(*texts: str, **changes: Any) -> CallResult:
    said = [("caller", 2.0 * place, 2.0 * place + 1, text) for place, text in enumerate(texts)]
    return a_voice_call(*said, **changes)


def frame(text: object, direction: str = "received", **data: Any) -> Event:
    document = {"type": "transcript", "data": {"text": text, **data}}
    return Event(1.5, EventKind.FRAME, {"direction": direction, "frame": json.dumps(document)})


@pytest.mark.parametrize("name", NAMES)
def test_by_text_nothing_is_heard(name: str, value_of) -> None:
    assert value_of(name, a_text_call(("caller", 0.0, "Hi"))).reason == "a text call has no audio"


@pytest.mark.parametrize("name", NAMES)
def test_an_agent_that_does_not_tell_what_it_heard_is_skipped(name: str, value_of) -> None:
    value = value_of(name, saying(SAID))
    assert value.reason == "the agent does not tell what it heard (metadata `transcript`)"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("said", [(), ('<dtmf digits="1"/>',), ("[laughter]",)])
def test_a_caller_without_words_is_skipped(name: str, said: tuple[str, ...], value_of) -> None:
    assert value_of(name, saying(*said), heard="Hi").reason == "the caller has said nothing"


@pytest.mark.parametrize(
    "told",
    [
        SAID.upper(),
        [SAID[:16], SAID[16:]],
        [{"role": "user", "content": SAID}, {"role": "assistant", "content": "Hello"}],
        [{"role": "Testing Agent", "text": SAID}],
        ({"content": SAID}, 7, None),
    ],
)
def test_the_agent_may_tell_it_by_metadata(told: Any, value_of) -> None:
    call = saying(SAID, metadata={"transcript": told})
    assert value_of("transcription_accuracy", call).value == 100
    assert value_of("word_error_rate", call).value == 0


def test_the_agent_may_tell_it_by_frames(value_of) -> None:
    call = with_events(
        saying("Hi there", "Cancel it"),
        frame("Hi there"),
        frame("Hello", role="assistant"),
        frame("ignored", direction="sent"),
        Event(2.5, EventKind.FRAME, {"direction": "received", "frame": '{"type": "transcript", "da…'}),
        frame("Cancel it"),
    )
    assert value_of("word_error_rate", call).value == 0


@pytest.mark.parametrize(
    ("heard", "score"),
    [
        (SAID, 100),
        (SAID.replace("My name", "The name"), 99.9),  # a minor one
        (SAID.replace("Monday", "Sunday"), 80),
        (SAID.replace("Sarah Johnson", "Sara Jonson"), 80),
        (SAID.replace("Sarah Johnson", "Sara Jonson").replace("Monday", "Sunday"), 80),  # 3
        (SAID.replace("cancel", "council"), 80),  # 0.5 is above none
        (
            SAID.replace("Sarah Johnson", "Sara Jonson")
            .replace("Monday", "Sunday")
            .replace("cancel", "counsel"),
            60,
        ),  # 3.5
        (SAID.replace("I want", "I do not want"), 79.9),  # a negation that comes, and a minor one
        ("", 59.3),
    ],
)
def test_the_score_goes_by_what_the_words_are(heard: str, score: float, value_of) -> None:
    assert value_of("transcription_accuracy", saying(SAID), heard=heard).value == pytest.approx(score)


@pytest.mark.parametrize(("wrong", "score"), [(4, 60), (6, 60), (7, 40), (12, 40), (13, 20)])
def test_more_errors_are_a_lower_tier(wrong: int, score: float, value_of) -> None:
    nouns = [f"noun{chr(97 + place)}" for place in range(14)]
    heard = [f"x{noun}" if place < wrong else noun for place, noun in enumerate(nouns)]
    value = value_of("transcription_accuracy", saying(" ".join(nouns)), heard=" ".join(heard))
    assert (value.value, value.details["weighted_errors"]) == (score, wrong)


def test_a_word_that_is_wrong_again_counts_once(value_of) -> None:
    value = value_of(
        "transcription_accuracy", saying("Sarah", "Sarah", "Sarah"), heard=["Sandra", "Zara", "Tara"]
    )
    assert value.details["weighted_errors"] == 1


def test_of_more_than_ten_turns_the_errors_are_those_of_ten(value_of) -> None:
    said = [f"noun{chr(97 + place)}" for place in range(20)]
    heard = [f"x{each}" for each in said[:6]] + said[6:]
    value = value_of("transcription_accuracy", saying(*said), heard=heard)
    assert (value.value, value.details["weighted_errors"]) == (80, 3)


def test_every_minor_variation_takes_a_tenth_off(value_of) -> None:
    value = value_of("transcription_accuracy", saying("um so the appointment"), heard="appointment")
    assert value.value == pytest.approx(99.7)


def test_the_explanation_has_both_sections(value_of) -> None:
    value = value_of("transcription_accuracy", saying(SAID), heard=SAID.replace("Monday", "Sunday"))
    assert value.explanation == (
        "Major Variations: 'monday' became 'sunday'",
        "Minor Variations: None",
        "Metric Score: 80",
        "WER: 7.1 %",
    )
    assert [(each.text, each.turn) for each in value.evidence] == [("'monday' became 'sunday'", 1)]


def test_in_other_languages_there_is_the_error_rate_alone(value_of) -> None:
    call = saying("Ich möchte absagen", language="de")
    assert value_of("transcription_accuracy", call, heard="x").outcome.value == "skipped"
    assert value_of("word_error_rate", call, heard="ich mochte absagen").value == pytest.approx(1 / 3)


def test_the_error_rate_counts_each_kind_of_error(value_of) -> None:
    value = value_of("word_error_rate", saying("a b c d"), heard="a x c d e f")
    assert value.value == 0.75
    assert value.details == {"substitutions": 1, "deletions": 0, "insertions": 2, "words": 4}


WORDS = st.lists(
    st.sampled_from(["sarah", "monday", "the", "not", "cancel", "five", "a"]), min_size=1, max_size=12
)


@given(WORDS, st.lists(st.sampled_from(["sarah", "sunday", "the", "cancel", "five"]), max_size=12))
def test_the_error_rate_is_that_of_jiwer(said: list[str], heard: list[str]) -> None:
    value = word_error_rate(MeasuredCall(saying(" ".join(said))), heard=" ".join(heard))
    one, other = (" ".join(spoken_words(" ".join(each))) for each in (said, heard))
    assert value.value == pytest.approx(jiwer.wer(one, other or " "))


@pytest.mark.parametrize(
    "word", ["sarah", "appointment", "42", "monday", "not", "morning", "booking", "meeting"]
)
def test_names_nouns_numbers_and_negations_count_in_full(word: str) -> None:
    assert weight(word) == 1


@pytest.mark.parametrize(
    "word", ["cancel", "cancelled", "cancelling", "making", "tried", "went", "wants", "stopped"]
)
def test_verbs_count_half(word: str) -> None:
    assert weight(word) == 0.5


@pytest.mark.parametrize("word", ["the", "and", "is", "um", "really", "quickly", "good", "yes", "to"])
def test_everything_else_is_minor(word: str) -> None:
    assert weight(word) == 0
