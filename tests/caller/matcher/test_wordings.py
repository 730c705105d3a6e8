"""What an agent is likely to say where a trigger holds."""

from __future__ import annotations

import pytest

from pytest_agentsim.caller.matcher.wordings import subjects_of, wordings_of


@pytest.mark.parametrize(
    ("trigger", "phrase"),
    [
        ("The agent asks for your account number", "what is your account number"),
        ("The agent asks for the date of the event", "which day would you like"),
        ("The agent asks for the type of food", "what kind of do you want"),
        ("The agent asks if you need anything else", "can i help you with anything else"),
        ("The agent says goodbye", "have a nice day"),
        ("The agent offers an appointment", "appointment"),
    ],
)
def test_a_phrase_is_expected(trigger, phrase):
    assert tuple(phrase.split()) in wordings_of(trigger)


def test_a_question_whether_something_is_so_is_not_a_question_for_data():
    assert not any(phrase[:1] == ("what",) for phrase in wordings_of("The agent asks whether you have a dog"))


def test_what_a_trigger_is_about_stands_in_its_text():
    assert subjects_of("The agent asks for your name and date of birth") == (
        ("name",),
        ("date", "of", "birth"),
    )


@pytest.mark.parametrize("trigger", ["", "   ", "The agent", "?!", 'contains "'])
def test_any_text_is_borne(trigger):
    assert all(phrase and all(phrase) for phrase in wordings_of(trigger))
