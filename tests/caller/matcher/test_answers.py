"""What type of answer a question asks for, and what types of value a statement gives."""

from __future__ import annotations

import pytest

from pytest_agentsim.caller.matcher.answers import asked_types, asked_which, noun_types, value_types


@pytest.mark.parametrize(
    ("description", "type_"),
    [
        ("phone number of the hotel", "phone"),
        ("number to call the museum", "phone"),
        ("number of riders to call a taxi for", "count"),
        ("number of nights", "duration"),
        ("date of birth", "date"),
        ("percentage humidity for a particular day", "percent"),
    ],
)
def test_a_description_names_the_type_of_its_head(description, type_):
    assert noun_types(description) == {type_}


def test_a_preference_is_asked_for_by_what_it_is_about():
    assert asked_types("did you have a preference for the date of the event?") == {"date"}


def test_the_date_when_something_happens_is_no_time():
    assert asked_types("can you tell me the date when you wish to come") == {"date"}


@pytest.mark.parametrize(
    "question",
    [
        "which restaurant would you like?",
        "what restaurant are you talking about?",
        "do you have a preferred restaurant?",
        "is there a restaurant that you prefer?",
        "is there a preference for a restaurant?",
    ],
)
def test_what_is_to_be_named_is_known_however_it_is_asked_for(question):
    assert "restaurant" in asked_which(question)


@pytest.mark.parametrize("question", ["would you like a restaurant?", "where is the restaurant?"])
def test_nothing_is_to_be_named_where_nothing_is_chosen(question):
    assert not asked_which(question)


@pytest.mark.parametrize(
    ("statement", "types"),
    [
        ("it costs $4,402.19.", {"money"}),
        ("the cost will be 240.32 payable at the station", {"money"}),
        ("you can call them at 604-257-8584.", {"phone"}),
        ("it leaves on march 12th at 7:10 am.", {"date", "time"}),
        ("the humidity will be 37 %.", {"percent"}),
        ("there are 3 tickets for 7 pm.", {"count", "code", "time"}),
        ("reference number dtonytih.", {"code"}),
    ],
)
def test_the_digits_of_a_value_are_no_other_value(statement, types):
    assert value_types(statement) == types


@pytest.mark.parametrize("statement", ["i'll send you a confirmation email.", "your booking details follow."])
def test_a_reference_without_a_code_is_none(statement):
    assert "code" not in value_types(statement)
