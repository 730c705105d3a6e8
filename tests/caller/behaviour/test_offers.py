"""What an agent offers, and what of it suits a wish."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.caller.behaviour.offers import options_in, pick

CLINIC = "I can offer Thursday, March 5 at 2:00 PM or Monday, March 9 at 9:30 AM. Which day works for you?"
SHORT = "We have Tuesday at 9 or Thursday at 4."
HEARD = "i can offer thursday march fifth at two or monday march ninth at nine thirty"
PLANS = "Would you like the basic plan for $10, the plus plan for $25 or the premium plan for $40?"


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (CLINIC, ["Thursday, March 5 at 2:00 PM", "Monday, March 9 at 9:30 AM"]),
        (SHORT, ["Tuesday at 9", "Thursday at 4"]),
        (HEARD, ["thursday march 5 at 2", "monday march 9 at 9 30"]),
        ("I have openings at 9, 10:30 or 2 PM tomorrow.", ["9", "10:30", "2 PM tomorrow"]),
        ("Would you like morning or afternoon?", ["morning", "afternoon"]),
        ("We could do Tuesday at 9 AM. Does that work?", ["Tuesday at 9 AM"]),
        (PLANS, ["basic plan", "plus plan", "premium plan"]),
        ("Do you want express or standard shipping?", ["express", "standard shipping"]),
        ("You have an appointment on Tuesday at 10:00 AM. Shall I move it?", []),
        ("You have an appointment on Tuesday at 10 AM. I can offer Friday at 8 AM.", ["Friday at 8 AM"]),
        (
            "Our mornings are fully booked, but I have Tuesday at 2 or Friday at 4.",
            ["Tuesday at 2", "Friday at 4"],
        ),
        ("I don't have anything on Monday. Thursday at 2 PM is free.", ["Thursday at 2 PM"]),
        ("We are open Monday to Friday from 8 AM to 6 PM.", []),
        ("How can I help you today?", []),
        ("", []),
    ],
)
def test_options_are_found(text: str, options: list[str]) -> None:
    assert [each.text for each in options_in(text)] == options


@pytest.mark.parametrize(
    ("text", "wish", "chosen"),
    [
        (CLINIC, "a morning appointment", "Monday, March 9 at 9:30 AM"),
        (CLINIC, "an afternoon slot", "Thursday, March 5 at 2:00 PM"),
        (CLINIC, "an evening slot", None),
        (CLINIC, "the earliest available slot", "Thursday, March 5 at 2:00 PM"),
        (CLINIC, "the latest time", "Monday, March 9 at 9:30 AM"),
        (CLINIC, "the second option", "Monday, March 9 at 9:30 AM"),
        (CLINIC, "the third option", None),
        (CLINIC, "Monday", "Monday, March 9 at 9:30 AM"),
        (CLINIC, "any day but Monday", "Thursday, March 5 at 2:00 PM"),
        (CLINIC, "a time before noon", "Monday, March 9 at 9:30 AM"),
        (CLINIC, "a time after 1 PM", "Thursday, March 5 at 2:00 PM"),
        (CLINIC, "a time after 3 PM", None),
        (CLINIC, "a date after March 6", "Monday, March 9 at 9:30 AM"),
        (CLINIC, "a date on or after March ninth", "Monday, March 9 at 9:30 AM"),
        (CLINIC, "a date before March 5", None),
        (CLINIC, "a date by March 5", "Thursday, March 5 at 2:00 PM"),
        (CLINIC, "the cheapest", None),
        (PLANS, "a plan under $25", "basic plan"),
        (PLANS, "a plan up to 25 dollars", "basic plan"),
        (PLANS, "a plan over $30", "premium plan"),
        (PLANS, "a morning appointment", None),
        (CLINIC, "any time", "Thursday, March 5 at 2:00 PM"),
        (HEARD, "a morning appointment", "monday march 9 at 9 30"),
        (SHORT, "an afternoon appointment", "Thursday at 4"),
        ("Tuesday at 2 PM or 9 AM are free.", "the earliest slot", "9 AM"),
        ("Would you like morning or afternoon?", "a morning appointment", "morning"),
        (PLANS, "the cheapest plan", "basic plan"),
        (PLANS, "the most expensive one", "premium plan"),
        (PLANS, "the plus plan", "plus plan"),
        ("Do you want express or standard shipping?", "express", "express"),
        ("Do you want express or standard shipping?", "pigeons", None),
    ],
)
def test_the_option_that_suits_is_chosen(text: str, wish: str, chosen: str | None) -> None:
    option = pick(wish, options_in(text))
    assert (option.text if option else None) == chosen


@given(
    st.text() | st.lists(st.sampled_from([*CLINIC.split(), *PLANS.split(), *HEARD.split()])).map(" ".join),
    st.text(),
)
def test_whatever_is_said_is_looked_through(text: str, wish: str) -> None:
    options = options_in(text)
    chosen = pick(wish, options)
    assert chosen is None or chosen in options
