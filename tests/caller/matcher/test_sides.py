"""Which side of a pair of opposites a text is on."""

from __future__ import annotations

import pytest

from pytest_agentsim.caller.matcher.sides import agree, is_far, is_on_way, opposed, sides_of


def pair(wanted, said):
    return sides_of(wanted), sides_of(said)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("number of bedrooms", "how many bathrooms do you need?"),
        ("first name", "and your last name?"),
        ("billing address", "what is the shipping address?"),
        ("check-in date", "when do you check out?"),
    ],
)
def test_one_side_is_opposed_to_the_other(wanted, said):
    assert opposed(*pair(wanted, said))


def test_who_names_both_sides_is_opposed_to_neither():
    assert not opposed(
        *pair("first name", "what is your first and last name? i mean first name and last name")
    )


def test_where_one_leaves_and_arrives_are_other_ways():
    wanted, said = pair("departure city", "which city are you going to?")
    assert opposed(wanted, said, ways=True)
    assert not opposed(wanted, said)


def test_texts_on_the_same_side_agree():
    assert agree(*pair("number of bedrooms", "how many beds?"))
    assert not agree(*pair("number of bedrooms", "how many baths?"))


@pytest.mark.parametrize("wanted", ["return date", "drop-off date", "destination"])
def test_where_or_when_something_ends_is_the_far_side(wanted):
    assert is_far(sides_of(wanted))


@pytest.mark.parametrize("wanted", ["departure date", "pick-up city", "date of birth"])
def test_where_or_when_something_begins_is_not(wanted):
    assert not is_far(sides_of(wanted))


def test_a_question_without_a_direction_is_on_no_way():
    assert not is_on_way(sides_of("what date?"))
    assert is_on_way(sides_of("what date are you coming back?"))


def test_where_somebody_goes_is_the_end_and_when_the_beginning_of_the_way():
    assert is_far(sides_of("where do you want to go?"))
    assert not is_far(sides_of("what time do you want to go?", of_time=True))


@pytest.mark.parametrize("said", ["when are you arriving?", "when would you like to check in?"])
def test_a_stay_begins_with_the_arrival(said):
    assert agree(*pair("when your stay starts", said))


def test_a_stay_ends_with_the_departure():
    wanted, said = pair("when your stay starts", "when will you be leaving again?")
    assert opposed(wanted, said)
