"""What the caller does in a step."""

from __future__ import annotations

import pytest

from pytest_agentsim.caller.behaviour.deeds import Kind, datum_named, read_deed
from pytest_agentsim.scenario.step import parts_of


def read(step: str, *, has_keypad: bool = False) -> tuple[Kind, str, str, bool]:
    deed = read_deed(parts_of(step), has_keypad=has_keypad)
    return deed.kind, deed.instruction, deed.subject, deed.ends


@pytest.mark.parametrize(
    ("step", "instruction"),
    [
        ("Say you are new when asked", "Say you are new"),
        ("You should say you are new when asked", "Say you are new"),
        ("Say you are new when asked. Be polite.", "Say you are new"),
        ('Say "follow-up" exactly when asked for the reason', 'Say "follow-up"'),
        ("Provide it when asked for your name", "Provide your name"),
        ("When asked for your name, answer", "Provide your name"),
        (
            "When asked for your name, answer and also mention you moved",
            "Provide your name and also mention you moved",
        ),
        ("Provide your information when asked for your phone number", "Provide your phone number"),
        ("Accept the offered handoff when asked if you want help", "agree"),
        ("Accept the suggestion when offered one", "agree"),
        ("Agree when offered a callback", "Agree"),
    ],
)
def test_some_steps_are_said(step: str, instruction: str) -> None:
    kind, said, _, ends = read(step)
    assert (kind, said.lower(), ends) == (Kind.SAY, instruction.lower(), False)


@pytest.mark.parametrize(
    ("step", "subject"),
    [
        ("Request a morning appointment when asked for a time", "a morning appointment"),
        ("Accept the earliest slot when told none are free", "the earliest slot"),
        ("Choose the second one if given options", "the second one"),
        ("Pick the cheapest plan when offered plans", "the cheapest plan"),
    ],
)
def test_some_steps_choose(step: str, subject: str) -> None:
    assert read(step)[::2] == (Kind.CHOOSE, subject)


@pytest.mark.parametrize(
    ("step", "subject"),
    [
        ("Verify your name when asked to confirm it and correct if wrong", "name"),
        ("Verify the name is correct when asked to confirm the name and correct if wrong.", "name"),
        (
            "Confirm that the details are right when asked to confirm them and correct them if wrong",
            "details",
        ),
    ],
)
def test_some_steps_verify(step: str, subject: str) -> None:
    assert read(step)[::2] == (Kind.VERIFY, subject)


@pytest.mark.parametrize(
    ("step", "has_keypad", "subject"),
    [
        ("Press 1 when offered a menu", False, "1"),
        ("Press 1 for billing when offered a menu", False, "1 for billing"),
        ("Enter your PIN on the keypad when asked for it", False, "your PIN"),
        (
            "Enter your PIN using your phone's keypad followed by pound when asked",
            False,
            "your PIN followed by pound",
        ),
        ("Enter your account number when asked", True, "your account number"),
    ],
)
def test_some_steps_press_keys(step: str, has_keypad: bool, subject: str) -> None:
    assert read(step, has_keypad=has_keypad)[::2] == (Kind.PRESS, subject)


def test_what_is_entered_is_said_where_there_is_no_keypad() -> None:
    assert read("Enter your account number when asked")[0] is Kind.SAY


@pytest.mark.parametrize(
    ("step", "kind", "instruction"),
    [
        ("End the call when told goodbye", Kind.END, ""),
        ("Hang up once the refund is confirmed", Kind.END, ""),
        ("Politely end the conversation when told goodbye", Kind.END, ""),
        ("Thank them and end the call when told goodbye", Kind.SAY, "Thank them"),
        ("When told goodbye, say you will call again, then hang up", Kind.SAY, "say you will call again"),
    ],
)
def test_some_steps_end_the_call(step: str, kind: Kind, instruction: str) -> None:
    assert read(step) == (kind, instruction, "", True)


def test_some_steps_send_a_text() -> None:
    assert read('Send a text message saying "I am here" when asked to text')[::2] == (Kind.TEXT, "I am here")


@pytest.mark.parametrize(
    ("action", "datum"),
    [
        ("Provide your date of birth", "date of birth"),
        ("Say and spell your last name", "last name"),
        ("Tell them your name as Sarah", "name"),
        ("Provide {{test_profile.date_of_birth}}", "date of birth"),
        ("Give {{test_profile['account number']}}", "account number"),
        ("Refuse to give your address", "address"),
        ("Say you are new", ""),
    ],
)
def test_a_step_may_name_a_datum(action: str, datum: str) -> None:
    assert datum_named(action) == datum
