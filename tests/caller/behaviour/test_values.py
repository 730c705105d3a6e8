"""The values that a sentence states, in figures or in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.caller.behaviour.values import Kind, agree, in_figures, main_value, values_in


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("So that's March 3rd at nine?", [(Kind.DATE, (3, 3, None)), (Kind.TIME, (540, None))]),
        ("march third nineteen ninety", [(Kind.DATE, (3, 3, 1990))]),
        ("the third of March, 1990", [(Kind.DATE, (3, 3, 1990))]),
        ("January first, two thousand and one", [(Kind.DATE, (1, 1, 2001))]),
        ("03/04/1990", [(Kind.DATE, (3, 4, 1990))]),
        ("1990-03-04", [(Kind.DATE, (3, 4, 1990))]),
        (
            "Tuesday the 12th at ten thirty a.m.",
            [(Kind.WEEKDAY, ("tuesday",)), (Kind.DATE, (None, 12, None)), (Kind.TIME, (630, "a"))],
        ),
        ("2:15 PM", [(Kind.TIME, (135, "p"))]),
        ("noon", [(Kind.TIME, (720, "p"))]),
        ("five five five, one two three, four five six seven", [(Kind.NUMBER, ("5551234567",))]),
        ("(555) 123 4567 and 60614", [(Kind.NUMBER, ("5551234567",)), (Kind.NUMBER, ("60614",))]),
        ("double five one two", [(Kind.NUMBER, ("5512",))]),
        ("account A C four two eight one", [(Kind.CODE, ("AC4281",))]),
        ("booking QX7R2L", [(Kind.CODE, ("QX7R2L",))]),
        ("S-A-R-A-H", [(Kind.SPELLED, ("sarah",))]),
        ("s as in sam, a as in apple, r as in robert, a, h", [(Kind.SPELLED, ("sarah",))]),
        ("maria dot j at example dot com", [(Kind.EMAIL, ("maria.j@example.com",))]),
        ("$420.00 or forty dollars", [(Kind.MONEY, (42000,)), (Kind.MONEY, (4000,))]),
        (
            "a table for six on friday at eight",
            [(Kind.COUNT, ("people", 6)), (Kind.WEEKDAY, ("friday",)), (Kind.TIME, (480, None))],
        ),
        ("two tickets", [(Kind.COUNT, ("ticket", 2))]),
        ("at 18 Orchard Road", []),
        ("one moment, may I have your first name?", []),
        ("", []),
    ],
)
def test_values_are_found(text: str, values: list[tuple[Kind, tuple[object, ...]]]) -> None:
    assert [(each.kind, each.key) for each in values_in(in_figures(text))] == values


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("January 1, 1990", "january first", True),
        ("January 1, 1990", "January 1, 1980", False),
        ("January 1, 1990", "January 11", False),
        ("555-123-4567", "5 5 5 1 2 3 4 5 6 7", True),
        ("555-123-4567", "4567", True),
        ("555-123-4567", "4568", False),
        ("AC-4281", "4281", True),
        ("AC-4281", "AC 4 2 1 8", False),
        ("at 9:30", "9:30 AM", True),
        ("9:30 AM", "9:30 PM", False),
        ("at 9", "10 AM", False),
        ("6 people", "a party of six", True),
        ("6 people", "6 tickets", False),
        ("Monday", "at 9", False),
    ],
)
def test_values_agree_that_may_be_the_same(one: str, other: str, same: bool) -> None:
    (mine,), (theirs,) = values_in(in_figures(one)), values_in(in_figures(other))
    assert agree(mine, theirs) is same
    assert agree(theirs, mine) is same


def test_a_datum_that_only_has_a_number_in_it_is_no_value() -> None:
    assert main_value("18000 Orchard Road, Fairview") is None


@given(
    st.text()
    | st.lists(
        st.sampled_from(
            ["march", "third", "at", "nine", "five", "oh", "double", "a", "@", "dot", ".", "1", "-", "'", "c"]
        )
    ).map(" ".join)
)
def test_values_lie_within_the_text_one_after_the_other(text: str) -> None:
    written = in_figures(text)
    position = 0
    for value in values_in(written):
        assert position <= value.start < value.end <= len(written)
        position = value.end
        assert agree(value, value)
