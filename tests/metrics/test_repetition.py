"""Whether the agent says the same again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.metrics.measured_call import MeasuredCall
from pytest_agentsim.metrics.repetition import unnecessary_repetition_count, unnecessary_repetition_score
from tests.metrics.calls import a_text_call, a_voice_call

if TYPE_CHECKING:
    from pytest_agentsim.result import CallResult

NAMES = ("unnecessary_repetition_count", "unnecessary_repetition_score")
BOOKED = "Your appointment is on Monday at 3 with Doctor Smith."


def answering(*answers: str, caller: str = "Yes", **changes: object) -> CallResult:
    """A call on which the agent says one thing after another, and the caller hardly anything in between."""
    said = []
    for place, answer in enumerate(answers):
        said += [("caller", 2.0 * place, caller), ("agent", 2.0 * place + 1, answer)]
    return a_text_call(*said, **changes)


@pytest.mark.parametrize("name", NAMES)
def test_an_agent_that_says_nothing_does_not_repeat_itself(name: str, value_of) -> None:
    assert value_of(name, a_text_call(("caller", 0.0, "Hi"))).reason == "the agent has said nothing"


def test_what_is_confirmed_once_is_no_repetition(value_of) -> None:
    assert value_of("unnecessary_repetition_count", answering(BOOKED, f"So, {BOOKED}")).value == 0


def test_what_is_confirmed_again_is_one(value_of) -> None:
    value = value_of("unnecessary_repetition_count", answering(BOOKED, BOOKED, f"Great. {BOOKED}"))
    assert (value.value, [(each.text, each.turn) for each in value.evidence]) == (1, [(BOOKED, 6)])


def test_how_often_something_may_be_confirmed_is_a_setting(value_of) -> None:
    call = answering(BOOKED, BOOKED, BOOKED)
    assert value_of("unnecessary_repetition_count", call, confirmations=0).value == 2
    assert value_of("unnecessary_repetition_count", call, confirmations=2).value == 0


def test_the_score_is_five_less_the_share_of_turns_that_repeat(value_of) -> None:
    value = value_of("unnecessary_repetition_score", answering(BOOKED, BOOKED, BOOKED, BOOKED))
    assert (value.value, value.details) == (3.75, {"percent": 75})


def test_nobody_scores_below_zero(value_of) -> None:
    call = a_text_call(("caller", 0.0, "Hi"), ("agent", 1.0, f"{BOOKED} " * 9))
    assert value_of("unnecessary_repetition_score", call).value == 0


def test_the_same_in_other_words_around_it_is_the_same(value_of) -> None:
    call = answering(
        BOOKED,
        "I have put you down for an appointment with Doctor Smith on Monday at 3.",
        "So that is an appointment with Doctor Smith, Monday at 3!",
    )
    assert value_of("unnecessary_repetition_count", call).value == 1


def test_neither_is_what_is_no_longer_denied(value_of) -> None:
    denied = "You do not have an appointment on Monday."
    call = answering(denied, denied, "You have an appointment on Monday.")
    assert value_of("unnecessary_repetition_count", call).value == 0


@pytest.mark.parametrize(
    "changed",
    [
        "Your appointment is on Tuesday at 3 with Doctor Smith.",
        "Your appointment is on Monday at 4 with Doctor Smith.",
        "Your appointment is not on Monday at 3 with Doctor Smith.",
    ],
)
def test_what_has_changed_is_no_repetition(changed: str, value_of) -> None:
    call = answering(BOOKED, BOOKED, changed)
    assert value_of("unnecessary_repetition_count", call).value == 0


@pytest.mark.parametrize(
    "sentence",
    [
        "Thank you for calling Acme Clinic.",
        "Is there anything else I can help you with?",
        "Okay.",
        "What is your name?",
    ],
)
def test_courtesies_and_the_usual_questions_are_none(sentence: str, value_of) -> None:
    assert value_of("unnecessary_repetition_count", answering(*[sentence] * 4)).value == 0


@pytest.mark.parametrize(
    "request_", ["Could you repeat that?", "Sorry?", "What did you say?", "I didn't catch that"]
)
def test_what_the_caller_asks_to_hear_again_is_none(request_: str, value_of) -> None:
    call = answering(BOOKED, BOOKED, BOOKED, BOOKED, caller=request_)
    assert value_of("unnecessary_repetition_count", call).value == 0


def test_a_question_that_is_asked_again_because_it_was_not_understood_is_none(value_of) -> None:
    question = "What is your date of birth?"
    call = answering(question, *[f"I'm sorry, I didn't catch that. {question}"] * 3)
    assert value_of("unnecessary_repetition_count", call).value == 0
    assert value_of("unnecessary_repetition_count", answering(*[question] * 3)).value == 1


def test_what_is_said_again_into_a_silence_is_none(value_of) -> None:
    call = a_text_call(("caller", 0.0, "Hi"), *[("agent", float(place), BOOKED) for place in range(1, 5)])
    assert value_of("unnecessary_repetition_count", call).value == 0


def test_a_question_does_not_repeat_a_statement(value_of) -> None:
    statement = "Your date of birth is on file."
    call = answering(statement, statement, "What is your date of birth?")
    assert value_of("unnecessary_repetition_count", call).value == 0


def test_voice_calls_have_it_too(value_of) -> None:
    call = a_voice_call(
        *[
            (who, 2.0 * place, 2.0 * place + 1, BOOKED if who == "agent" else "Yes")
            for place, who in enumerate(["caller", "agent"] * 3)
        ]
    )
    assert value_of("unnecessary_repetition_count", call).value == 1


def test_in_other_languages_all_words_count(value_of) -> None:
    said = "Ihr Termin ist am Montag um drei Uhr."
    assert value_of("unnecessary_repetition_count", answering(said, said, said, language="de-DE")).value == 1
    changed = "Ihr Termin ist am Dienstag um drei Uhr."
    assert value_of("unnecessary_repetition_count", answering(said, said, changed, language="de")).value == 0


SENTENCES = st.lists(
    st.sampled_from([BOOKED, "The clinic opens at 8.", "Your balance is 25 dollars.", "Sure."]),
    min_size=1,
    max_size=8,
)


@given(SENTENCES)
def test_the_score_goes_with_the_count(said: list[str]) -> None:
    call = MeasuredCall(answering(*said))
    count, score = unnecessary_repetition_count(call).value, unnecessary_repetition_score(call).value
    assert score == pytest.approx(5 * (1 - count / (2 * len(said))))
    assert count == sum(max(0, said.count(each) - 2) for each in set(said) if each != "Sure.")
