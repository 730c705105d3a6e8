"""Numbers and addresses that nobody has given the caller."""

from __future__ import annotations

import pytest

from pytest_agentsim.llm.made_up import made_up_in

FACTS = ('{"phone": "+1 (555) 123-4567", "date_of_birth": "1990-01-31", "email": "Sarah.J@example.com"}',)


@pytest.mark.parametrize(
    "words",
    [
        "It's 555 123 4567.",
        "It's +1 555-123-4567",
        "5 5 5, 1 2 3",
        "January 31, 1990",
        "01/31/1990",
        "Write to sarah.j@example.com.",
        "There are 3 of us, at 10:30.",
        "",
    ],
)
def test_what_the_caller_knows_may_be_said_in_any_form(words):
    assert made_up_in(words, FACTS) == []


@pytest.mark.parametrize(
    ("words", "invented"),
    [
        ("It's 555 999 4567.", "555 999 4567"),
        ("My account is 8842", "8842"),
        ("January 31, 1987", "1987"),
        ("01/31/1987", "01/31/1987"),
        ("555-999-4567", "555-999-4567"),
        ("It's s@example.com", "s@example.com"),
    ],
)
def test_what_it_does_not_know_is_made_up(words, invented):
    assert made_up_in(words, FACTS) == [invented]
