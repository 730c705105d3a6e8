"""The caller's data in the words and keys of a step."""

from __future__ import annotations

import pytest

from pytest_agentsim.caller.behaviour.filling import filled, keys_to_press
from pytest_agentsim.errors import ProfileKeyError

PROFILE = {
    "name": "Sarah Johnson",
    "date_of_birth": "1990-01-01",
    "phone": "5551234567",
    "accountNumber": "AC-4281",
    "plan": "Blue Cross",
    "address": {"city": "Rome"},
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Provide {{test_profile.date_of_birth}}", "Provide your date of birth as January 1, 1990"),
        ("Give {{test_profile.phone}}", "Give your phone as 555-123-4567"),
        ("State {{test_profile.accountNumber}}", "State your account number as AC-4281"),
        ("Provide {{test_profile.address.city}}", "Provide your city as Rome"),
        (
            "Provide {{test_profile.name}} and also mention it",
            "Provide your name as Sarah Johnson and also mention it",
        ),
        ("Say {{test_profile.name}}", 'Say "Sarah Johnson"'),
        ("Spell {{test_profile.name}}", 'Spell "Sarah Johnson"'),
        ("Say and spell {{test_profile.name}}", 'Say and spell "Sarah Johnson"'),
        ("Say you have {{test_profile.plan}}", "Say you have Blue Cross"),
        ("Provide {{test_profile.plan}} {{test_profile.name}}", "Provide Blue Cross Sarah Johnson"),
        ("Say you were born on {{test_profile.date_of_birth}}", "Say you were born on January 1, 1990"),
        ("Agree", "Agree"),
    ],
)
def test_placeholders_are_filled_in_as_people_say_them(text: str, expected: str) -> None:
    assert filled(text, PROFILE) == expected


def test_a_missing_key_is_told() -> None:
    with pytest.raises(ProfileKeyError, match="nickname"):
        filled("Say {{test_profile.nickname}}", PROFILE)


@pytest.mark.parametrize(
    ("subject", "keys"),
    [
        ("1", "1"),
        ("1 for billing", "1"),
        ("the number 2", "2"),
        ("two", "2"),
        ("star", "*"),
        ("the pound key", "#"),
        ("1 2 3", "123"),
        ('"42#"', "42#"),
        ("{{test_profile.accountNumber}} followed by the pound key", "4281#"),
        ("your account number", "4281"),
        ("your account number and then press #", "4281#"),
        ("your phone number", "5551234567"),
        ("a key", ""),
    ],
)
def test_keys_are_found(subject: str, keys: str) -> None:
    assert keys_to_press(subject, PROFILE) == keys
