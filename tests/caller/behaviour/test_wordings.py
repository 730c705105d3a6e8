"""How agents word what steps wait for most often."""

from __future__ import annotations

import pytest

from pytest_agentsim.caller.behaviour.awaited import awaited
from pytest_agentsim.caller.behaviour.wordings import wording_of, wordings_for


def words(when: str, said: str) -> str:
    return wording_of(wordings_for(awaited(when).trigger), (said,))


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("asked for the reason of the call", "Please tell me why you're calling."),
        ("asked how they can help", "How can I make your day better?"),
        ("asked for any additional information", "Is there anything else you'd like the doctor to know?"),
        ("asked if you have any other details", "Do you have any other details to add?"),
        ("the appointment confirmation is provided", "You're all set for Tuesday."),
        ("the reservation is confirmed", "We have you down for six people."),
        ("told the flight has been changed", "I've rebooked you on the 7:10 departure."),
        ("told no slots are available", "We're fully booked this week."),
        ("told that eight o'clock is not available", "Eight o'clock is taken."),
        ("asked for your symptoms", "What seems to be bothering you?"),
        ("asked why you want to cancel", "May I ask what's prompting the change?"),
        ("told a crew has been dispatched", "A repair team is already on the way."),
        ("offered a discount", "I could take 20 percent off your bill."),
    ],
)
def test_they_are_known(when: str, said: str) -> None:
    assert words(when, said)


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("asked for the reason of the call", "Is there anything else, or how can I help?"),
        ("asked for any additional information", "What is your name?"),
        ("the appointment confirmation is provided", "Would you be all set for Tuesday?"),
        ("told the flight has been changed", "I see you're booked from Denver to Boston."),
        ("told no slots are available", "We have Tuesday at nine available."),
        ("asked for your name", "What seems to be the problem?"),
        ("told the hours", "You're all set."),
    ],
)
def test_others_are_none_of_them(when: str, said: str) -> None:
    assert not words(when, said)
