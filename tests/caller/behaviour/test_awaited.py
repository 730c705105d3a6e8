"""What a step waits for, as a trigger."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.caller.behaviour.awaited import HOW_TO_HELP, awaited
from pytest_agentsim.caller.matcher.interface import Trigger
from pytest_agentsim.caller.matcher.offline import OfflineMatcher

HELP = f"The agent {HOW_TO_HELP}"


@pytest.mark.parametrize(
    ("when", "trigger"),
    [
        ("asked for your name", "The agent asks for your name"),
        ("you're asked for your name", "The agent asks for your name"),
        ("you are then asked your name", "The agent asks your name"),
        ("asked for your name again", "The agent asks for your name"),
        ("asked for your name for the second time", "The agent asks for your name"),
        ("asked again for your name", "The agent asks for your name"),
        ("prompted to enter your number", "The agent asks you to enter your number"),
        ("asked if you are new", "The agent asks if you are new"),
        ("asked about insurance", "The agent asks about insurance or asks if you have insurance"),
        ("asked for the reason of the call", HELP),
        ("asked for the purpose of your call", HELP),
        ("asked what you need help with", HELP),
        ("asked how they can help", HELP),
        ("asked why you are calling", HELP),
        ("asked to spell your name", 'contains "spell"'),
        ("told no slots are available", "The agent says that no slots are available"),
        ("told that it is late", "The agent says that it is late"),
        ("told the balance", "The agent tells you the balance"),
        ("told about a fee", "The agent tells you about a fee"),
        ("told you are being transferred", "The agent transfers you"),
        ("told that you will be connected to a nurse", "The agent transfers you to a nurse"),
        ("told to hold", "The agent tells you to hold"),
        ("offered to reschedule", "The agent offers to reschedule"),
        ("offered the option to reschedule", "The agent offers to reschedule"),
        ("given a confirmation number", "The agent gives you a confirmation number"),
        ("given options", "The agent offers options"),
        ("greeted", "The agent greets you"),
        ("put on hold", "The agent puts you on hold"),
        ("transferred to a human", "The agent transfers you to a human"),
        ("refused", "The agent refuses your request"),
        ("the cancellation is confirmed", "The agent confirms the cancellation"),
        ("the fee is mentioned to you", "The agent mentions the fee"),
        ("a discount is offered", "The agent offers a discount or asks if you would like a discount"),
        (
            "offered credit monitoring",
            "The agent offers credit monitoring or asks if you would like credit monitoring",
        ),
        ("asked to check the breaker", "The agent asks if you have checked the breaker"),
        (
            "asked to restart the router",
            "The agent asks you to restart the router or asks if you have restarted the router",
        ),
        (
            "the booking confirmation is provided",
            "The agent provides the booking confirmation or confirms the booking",
        ),
        ("your visit has been booked", "The agent confirms that your visit has been booked"),
        ("your visit has not been booked", "The agent says that your visit has not been booked"),
        ("the agent offers a discount", "The agent offers a discount"),
        ("they ask for your name", "The agent asks for your name"),
        (
            "asked for your name or asked to verify your identity",
            "The agent asks for your name or asks you to verify your identity",
        ),
        (
            "told it is closed or offered a callback",
            "The agent says that it is closed or offers a callback or asks if you would like a callback",
        ),
    ],
)
def test_a_clause_becomes_a_trigger(when: str, trigger: str) -> None:
    assert awaited(when).trigger == trigger


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("asked for the reason of the call", "Thanks for calling. How can I help you today?"),
        ("asked for your name for verification", "Can I have your full name, please?"),
        ("asked about insurance", "Do you have insurance?"),
        ("offered to reschedule", "Would you like to reschedule instead of cancelling?"),
        ("the cancellation is confirmed", "Your appointment has been cancelled."),
        ("the appointment confirmation is provided", "Your appointment on Monday has been booked."),
        ("told no slots are available", "I'm sorry, we have no slots available this week."),
        ("the balance is given", "Your balance is $420.00."),
        ("told you are being transferred", "I'm transferring you to a member of our team now."),
        ("asked to spell your name", "Could you spell that for me?"),
    ],
)
def test_the_trigger_holds_for_what_agents_say(when: str, said: str) -> None:
    trigger = Trigger(1, awaited(when).trigger)
    assert OfflineMatcher().match(said, triggers=[trigger]).holding == (1,)


@pytest.mark.parametrize("when", ["given options", "offered available times", "asked which day you prefer"])
def test_some_steps_wait_for_a_choice(when: str) -> None:
    assert awaited(when).options


@pytest.mark.parametrize(
    "when",
    [
        "asked for your name",
        "offered to reschedule",
        "told no slots are available",
        "asked which doctor you would like to see",
    ],
)
def test_others_wait_for_none(when: str) -> None:
    assert not awaited(when).options


@pytest.mark.parametrize(
    ("when", "why_not"),
    [
        ("", "it does not say when"),
        ("asked", 'it says "when asked", but not what for'),
        ("you are asked to do so", 'it says "when asked", but not what for'),
        ("ready to proceed", "it waits for a state of the caller"),
        ("everything is done", "it waits for a state of the caller"),
        ("the agent stays silent", "it waits for time to pass or for silence"),
        ("30 seconds have passed", "it waits for time to pass or for silence"),
        ("asked for x and say y when asked for z", "it has two triggers"),
    ],
)
def test_what_no_message_can_bring_about_is_told(when: str, why_not: str) -> None:
    waits = awaited(when)
    assert waits.trigger == ""
    assert waits.why_not.startswith(why_not)


@given(st.text())
def test_a_clause_is_a_trigger_or_has_a_reason_why_not(when: str) -> None:
    waits = awaited(when)
    assert bool(waits.trigger) != bool(waits.why_not)
