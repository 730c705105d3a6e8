"""What the caller answers when something is read back to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.caller.behaviour.read_back import read_back
from pytest_agentsim.caller.identity import Identity

PROFILE = {
    "full_name": "Sarah Johnson",
    "date_of_birth": "1990-01-01",
    "phone_number": "5551234567",
    "account_number": "AC-4281",
    "email": "sarah.j@example.com",
    "address": "18 Orchard Road, Fairview",
    "insurance_plan": "Blue Shield PPO",
    "X-Secret": "99887766",
}
YES = "Yes, that's correct."
NAME = "No, my name is Sarah Johnson."
BIRTH = "No, my date of birth is January 1, 1990."
PHONE = "No, my phone number is 555-123-4567."
SLOT = "No, I said Monday, March 9 at 9:30 AM."
CHOSE = ("Which day works for you?", "I'll take Monday, March 9 at 9:30 AM, please.")
CANCELS = ("How can I help you?", "I need to cancel my appointment.")


def answer(agent_text: str, *said: tuple[str, str], terse: bool = False) -> str | None:
    found = read_back(agent_text, said, Identity(PROFILE, terse=terse))
    return found and found.words


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Your date of birth is January 1st, 1990, is that right?", YES),
        ("Your date of birth is January 11th, 1990, is that right?", BIRTH),
        ("your date of birth is january first nineteen ninety is that right", YES),
        ("your date of birth is january tenth nineteen ninety is that right", BIRTH),
        ("So you were born on the first of January, 1990?", YES),
        ("So you were born on the first of June, 1990?", BIRTH),
        ("Is your phone number still (555) 123-4567?", YES),
        ("Is your phone number still (555) 123-9999?", PHONE),
        ("five five five one two three four five six seven, correct?", YES),
        ("five five five one two three four five six eight, correct?", PHONE),
        ("We can reach you at the number ending in 4567, right?", YES),
        ("Are you Sarah Johnson?", YES),
        ("Are you Susan Miller?", NAME),
        ("Am I speaking with Sarah?", YES),
        ("am i speaking with susan miller", NAME),
        ("your name is sara johnson is that correct", YES),
        ("So that's S-A-R-A-H, correct?", YES),
        ("So that's S-A-R-A, correct?", "No, my name is Sarah, S-a-r-a-h."),
        ("Is your email sarah dot j at example dot com?", YES),
        ("So your email is sara.j@example.com, correct?", "No, my email is sarah.j@example.com."),
        ("Account A C four two eight one, is that right?", YES),
        ("Your account number is AC-4218, right?", "No, my account number is AC-4281."),
        ("And you live at 18 Orchard Road, right?", YES),
        ("Your address is 80 Orchid Lane, is that correct?", "No, my address is 18 Orchard Road, Fairview."),
        ("I have your insurance plan as Aetna, right?", "No, my insurance plan is Blue Shield PPO."),
    ],
)
def test_data_of_the_profile_are_confirmed_or_corrected(agent: str, words: str) -> None:
    assert answer(agent) == words


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("So that's March 9th at nine thirty, is that right?", YES),
        ("So that's March 3rd at nine, is that right?", SLOT),
        ("So that's Monday at 9:30?", YES),
        ("So that's Thursday at 9:30, correct?", SLOT),
        ("so that's thursday march fifth at two is that right", SLOT),
        ("I've put you down for Monday the 9th. Did I get that right?", YES),
    ],
)
def test_what_the_caller_has_chosen_is_confirmed_or_corrected(agent: str, words: str) -> None:
    assert answer(agent, CHOSE) == words


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("So you'd like to cancel your appointment, is that right?", YES),
        (
            "So you'd like to reschedule your appointment, is that right?",
            "No, I need to cancel my appointment.",
        ),
    ],
)
def test_what_the_caller_wants_is_confirmed_or_said_again(agent: str, words: str) -> None:
    assert answer(agent, CANCELS) == words


ALL = "I have {name}, born {birth}, phone number {phone}, for {slot}. Is all of that correct?"
RIGHT = {
    "name": "Sarah Johnson",
    "birth": "January 1, 1990",
    "phone": "555-123-4567",
    "slot": "Monday, March 9 at 9:30 AM",
}


def test_several_values_are_right_together() -> None:
    assert answer(ALL.format(**RIGHT), CHOSE) == YES


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": "Susan Miller"}, NAME),
        ({"birth": "January 1, 1980"}, BIRTH),
        ({"phone": "555-123-4568"}, PHONE),
        ({"slot": "Monday, March 9 at 10:30 AM"}, SLOT),
        (
            {"birth": "July 4, 1990", "phone": "555-999-4567"},
            "No, my date of birth is January 1, 1990. My phone number is 555-123-4567.",
        ),
    ],
)
def test_of_several_values_those_are_corrected_that_are_wrong(wrong: dict[str, str], words: str) -> None:
    assert answer(ALL.format(**RIGHT | wrong), CHOSE) == words


class TestWhatWasSaid:
    ASKED = "What is your date of birth?"

    def test_goes_before_the_profile(self) -> None:
        said = (self.ASKED, "May 4, 1985.")
        assert answer("So May 4, 1985?", said) == YES
        assert answer("So January 1, 1990?", said) == "No, my date of birth is May 4, 1985."

    def test_the_last_of_it_counts(self) -> None:
        said = ((self.ASKED, "May 4, 1985."), (self.ASKED, "My date of birth is January 1, 1990."))
        assert answer("So May 4, 1985, correct?", *said) == BIRTH

    def test_a_bare_value_is_told_with_its_name(self) -> None:
        said = ("What is your phone number?", "555-123-4567.")
        assert answer("555 123 4568?", said) == PHONE

    def test_numbers_of_people_are_compared(self) -> None:
        said = ("How many?", "A table for six, please.")
        assert answer("A table for six, correct?", said) == YES
        assert answer("So a table for four, correct?", said) == "No, I said 6 people."


@pytest.mark.parametrize(
    "agent",
    [
        "So that's two tickets for the museum, right?",
        "Your confirmation number is 88213, is that right?",
        "You have an appointment on Tuesday, March 3rd at 10. Is that correct?",
        "Your account is in good standing, correct?",
    ],
)
def test_what_the_caller_knows_nothing_about_is_taken_to_be_right(agent: str) -> None:
    assert answer(agent, CANCELS) == YES


@pytest.mark.parametrize(
    "agent",
    [
        "What is your date of birth?",
        "Can you confirm your date of birth?",
        "How can I help you?",
        "We have Tuesday at 9 AM. Does that work?",
        "I can offer Thursday, March 5 at 2:00 PM. Would you like that?",
        "Would you like Thursday or Friday?",
        "Shall I book Thursday at 2 for you?",
        "Your confirmation number is ACM-1042. Is there anything else?",
        "We are open from 9 AM to 5 PM.",
        "Do you have insurance?",
        "Did Dr. Chen call you on Tuesday?",
        "All right, one moment.",
        "",
    ],
)
def test_other_questions_are_no_read_back(agent: str) -> None:
    assert answer(agent, CANCELS) is None


def test_headers_of_the_profile_are_nothing_that_a_caller_knows() -> None:
    assert "99887766" not in str(answer("Your secret is 11223344, is that right?"))


def test_a_terse_caller_says_bare_values() -> None:
    assert answer("Are you Sarah Johnson?", terse=True) == "Yes."
    assert answer("Your date of birth is May 1, 1990, correct?", terse=True) == "No, January 1, 1990"


@given(st.text() | st.lists(st.sampled_from(ALL.split())).map(" ".join), st.text())
def test_anything_can_be_read_back(agent: str, said: str) -> None:
    found = read_back(agent, [("", said)], Identity(PROFILE, terse=False))
    assert found is None or found.words
