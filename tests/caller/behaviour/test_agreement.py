"""Whether an agent has got the caller's data right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.caller.behaviour.agreement import Agreement, compared, verified
from pytest_agentsim.caller.identity import Identity

PROFILE = {
    "first_name": "Sarah",
    "last_name": "Johnson",
    "date_of_birth": "1990-01-01",
    "phone": "+15551234567",
    "account_number": "AC-4281",
}
SAME, DIFFERENT, SILENT = Agreement.SAME, Agreement.DIFFERENT, Agreement.SILENT


@pytest.mark.parametrize(
    ("value", "name", "said", "agreement"),
    [
        ("January 1, 1990", "date of birth", "So January 1st, 1990, correct?", SAME),
        ("January 1, 1990", "date of birth", "january first nineteen ninety is that right", SAME),
        ("January 1, 1990", "date of birth", "So that is January 1?", SAME),
        ("January 1, 1990", "date of birth", "So January 11, 1990, correct?", DIFFERENT),
        ("January 1, 1990", "date of birth", "So January 1, 1980, correct?", DIFFERENT),
        ("January 1, 1990", "date of birth", "Is your date of birth correct?", SILENT),
        ("555-123-4567", "phone number", "Is (555) 123-4567 right?", SAME),
        ("555-123-4567", "phone number", "It ends in 4567, right?", SAME),
        ("555-123-4567", "phone number", "five five five one two three four five six seven", SAME),
        ("555-123-4567", "phone number", "Is 555 123 4568 right?", DIFFERENT),
        ("AC-4281", "account number", "Account 4281, yes?", SAME),
        ("Sarah Johnson", "name", "Is your name Sarah Johnson?", SAME),
        ("Sarah Johnson", "name", "is your name sara johnson", SAME),
        ("Sarah Johnson", "name", "Is your name Susan Miller?", DIFFERENT),
        ("Sarah Johnson", "name", "I have Susan Miller, is that right?", DIFFERENT),
        ("Sarah Johnson", "name", "Is your name correct?", SILENT),
    ],
)
def test_a_datum_is_compared(value: str, name: str, said: str, agreement: Agreement) -> None:
    assert compared(value, name, said) is agreement


@pytest.mark.parametrize(
    ("item", "said", "answer"),
    [
        ("name", "Your name is Sarah Johnson, correct?", "Yes, that's correct."),
        ("name", "Your name is Sandra Jones, correct?", "No, my name is Sarah Johnson."),
        ("date of birth", "So July 4, 1985?", "No, my date of birth is January 1, 1990."),
        ("date of birth", "Can you confirm your date of birth?", "My date of birth is January 1, 1990."),
        (
            "name and date of birth",
            "Sarah Johnson, born July 4, 1985. Is that right?",
            "No, my date of birth is January 1, 1990.",
        ),
        ("appointment details", "Monday at 9 for Sarah Johnson, correct?", "Yes, that's correct."),
    ],
)
def test_what_is_read_back_is_confirmed_or_corrected(item: str, said: str, answer: str) -> None:
    assert verified(item, said, Identity(PROFILE, terse=False)) == answer


def test_a_terse_caller_corrects_with_the_bare_value() -> None:
    assert (
        verified("name", "Your name is Sandra Jones?", Identity(PROFILE, terse=True)) == "No, Sarah Johnson"
    )


@given(st.text(), st.text(), st.text())
def test_anything_can_be_verified(item: str, said: str, value: str) -> None:
    assert verified(item, said, Identity({"name": value}, terse=False))
