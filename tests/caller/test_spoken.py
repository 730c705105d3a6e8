"""Values as people say them, and the keys they are kept under."""

from __future__ import annotations

import datetime as dt

import pytest

from pytest_agentsim.caller.spoken import look_up, said, said_of, spelled


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("1990-01-01", "January 1, 1990"),
        (dt.date(2024, 12, 31), "December 31, 2024"),
        ("1990-13-01", "1990-13-01"),
        (True, "yes"),
        (None, ""),
        (42, "42"),
        (["milk", "eggs", "bread"], "milk, eggs and bread"),
        ({"zip": "62701", "city": "Springfield", "street": "12 Main St"}, "12 Main St, Springfield, 62701"),
    ],
)
def test_a_value_is_said_as_people_say_it(value, words):
    assert said(value) == words


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("phone", "5551234567", "555-123-4567"),
        ("phone_number", "+15551234567", "555-123-4567"),
        ("mobile", "5551234", "555-1234"),
        ("phone", "+44 20 7946 0000", "+44 20 7946 0000"),
        ("phone", "555-0100", "555-0100"),
        ("account_number", "5551234567", "5551234567"),
        ("date_of_birth", "1990-01-01", "January 1, 1990"),
    ],
)
def test_a_phone_number_is_said_in_groups(key, value, words):
    assert said_of(key, value) == words


@pytest.mark.parametrize(
    ("wanted", "variables", "value"),
    [
        ("date of birth", {"dob": "1990-01-01"}, "January 1, 1990"),
        ("birthday", {"date_of_birth": "1990-01-01"}, "January 1, 1990"),
        ("full name", {"first_name": "Jo", "last_name": "Doe"}, "Jo Doe"),
        ("last name", {"first_name": "Jo", "last_name": "Doe"}, "Doe"),
        ("phone number", {"phone": "555", "account_number": "42"}, "555"),
        ("account number", {"phone": "555", "accountNumber": "42"}, "42"),
        ("zip code", {"address": {"zip": "62701"}}, "62701"),
        ("email address", {"email": "a@b.c", "address": "x"}, "a@b.c"),
        ("address", {"email_address": "a@b.c"}, None),
        ("doctor's name", {"name": "Jo Doe"}, None),
        ("last name", {"name": "Jo Doe"}, None),
        ("passport number", {"phone": "555"}, None),
        ("", {"phone": "555"}, None),
    ],
)
def test_a_profile_is_looked_up_by_what_people_call_it(wanted, variables, value):
    found = look_up(wanted, variables)
    assert (found.value if found else None) == value


def test_a_value_is_spelled_letter_by_letter():
    assert spelled("Jo Doe") == "J-o, D-o-e"
