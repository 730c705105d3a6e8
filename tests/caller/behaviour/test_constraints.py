"""Steps that say under which condition the caller gives or takes something."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.caller.behaviour.constraints import Constraint, constraint_of, is_constraint, wish_of

PROVIDE = Constraint("Provide your phone number", "asked for your phone number")
RELUCTANTLY = Constraint(
    "Provide your phone number", "asked for your phone number", 1, "Refuse to give your phone number"
)
TWICE_RELUCTANTLY = replace(RELUCTANTLY, refusals=2)
NEVER = Constraint("Refuse to give your phone number", "asked for your phone number")


@pytest.mark.parametrize(
    ("step", "constraint"),
    [
        ("Do not give your phone number unless asked twice", RELUCTANTLY),
        ("Don't share {{test_profile.phone_number}} unless you are asked twice.", RELUCTANTLY),
        ("Only provide your phone number when asked twice", RELUCTANTLY),
        ("Give your phone number only if asked again", RELUCTANTLY),
        ("Never reveal your phone number until they insist", RELUCTANTLY),
        ("Refuse to give your phone number the first time you are asked", RELUCTANTLY),
        ("Withhold your phone number at first", RELUCTANTLY),
        ("Do not give your phone number unless asked three times", TWICE_RELUCTANTLY),
        ("Only give your phone number if asked", PROVIDE),
        ("Do not give your phone number unless asked", PROVIDE),
        ("Do not give your phone number", NEVER),
        ("Never share your phone number, even if asked", NEVER),
        ("Decline any upsell", Constraint("Decline", "offered any upsell")),
        (
            "Politely decline all upgrades or add-ons when offered",
            Constraint("Decline", "offered any upsell"),
        ),
        ("Do not accept any promotions", Constraint("Decline", "offered any upsell")),
        ("Decline all offers", Constraint("Decline", "offered anything")),
        ("Choose the cheapest plan", Constraint("Choose the cheapest plan", "given options")),
        ("Only accept a date after March 6", Constraint("Request a date after March 6", "given options")),
        ("Accept only mornings when offered times", Constraint("Request mornings", "offered times")),
        (
            "Never accept an appointment before noon",
            Constraint("Request an appointment after noon", "given options"),
        ),
        (
            "Do not accept any slot on Monday",
            Constraint("Request a slot on any day but Monday", "given options"),
        ),
        ("Don't accept afternoon slots", Constraint("Request any time but afternoon", "given options")),
        ("Do not pay more than $20", Constraint("Accept an option up to $20", "given options")),
    ],
)
def test_a_constraint_is_an_action_and_its_time(step: str, constraint: Constraint) -> None:
    assert constraint_of(step) == constraint


def test_the_first_offer_is_refused_and_the_second_taken() -> None:
    found = constraint_of("Reject the first offer and accept the second one when offered times")
    assert found is not None
    assert (found.action, found.when, found.refusals) == ("Accept any option", "offered times", 1)


@pytest.mark.parametrize(
    "step",
    [
        "Do not agree to any extra charges",
        "Never accept anything that is not in writing",
        "Only speak when spoken to",
        "Do not end the call unless you have a confirmation number",
    ],
)
def test_others_are_told_from_plain_steps(step: str) -> None:
    assert constraint_of(step) is None
    assert is_constraint(step)


@pytest.mark.parametrize(
    "step",
    [
        "Provide your name when asked for your name",
        "Decline when offered to reschedule",
        "Choose the cheapest plan when given options",
        "Request a morning appointment if given options",
        "Say no when asked if you are new",
    ],
)
def test_plain_steps_are_none(step: str) -> None:
    assert constraint_of(step) is None
    assert not is_constraint(step)


@pytest.mark.parametrize(
    ("line", "wish"),
    [
        ("A morning appointment", "A morning appointment"),
        ("Only accept a date after March 6", "a date after March 6"),
        ("Don't accept Mondays", "any day but Mondays"),
        ("Choose the cheapest plan", "the cheapest plan"),
        ("Do not give your phone number", ""),
        ("Decline any upsell", ""),
        ("Never agree to a fee", ""),
    ],
)
def test_a_preference_is_a_wish_or_none(line: str, wish: str) -> None:
    assert wish_of(line) == wish


@given(st.text())
def test_any_step_can_be_looked_at(text: str) -> None:
    found = constraint_of(text)
    assert found is None or (found.action and found.when)
    assert isinstance(wish_of(text), str)
