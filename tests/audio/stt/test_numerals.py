from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.audio.stt.numerals import cardinal, clock_time, in_words, ordinal, year


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        ("0", "zero"),
        ("15 of 90", "fifteen of ninety"),
        ("412", "four hundred twelve"),
        ("1,042", "one thousand forty two"),
        ("00123", "zero zero one two three"),
        ("40771923", "four zero seven seven one nine two three"),
        ("in 1985", "in nineteen eighty five"),
        ("$42", "forty two dollars"),
        ("$1", "one dollar"),
        ("$186.40", "one hundred eighty six dollars and forty cents"),
        ("$2,350.01", "two thousand three hundred fifty dollars and one cent"),
        ("10%", "ten percent"),
        ("the 21st", "the twenty first"),
        ("March 14, 1988", "March fourteenth nineteen eighty eight"),
        ("july 4th", "july fourth"),
        ("1985-07-04", "july fourth nineteen eighty five"),
        ("7/4/1985", "july fourth nineteen eighty five"),
        ("1985-17-04", "one nine eight five one seven zero four"),
        ("at 2:30", "at two thirty"),
        ("at 10:05", "at ten oh five"),
        ("at 12:00", "at twelve"),
    ],
)
def test_numbers_are_read_aloud(written, heard):
    assert in_words(written) == heard


@pytest.mark.parametrize(
    ("number", "word"),
    [(1, "first"), (12, "twelfth"), (20, "twentieth"), (32, "thirty second"), (108, "one hundred eighth")],
)
def test_ordinals(number, word):
    assert ordinal(number) == word


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1900, "nineteen hundred"),
        (1905, "nineteen oh five"),
        (2000, "two thousand"),
        (2005, "two thousand five"),
        (2026, "two thousand twenty six"),
    ],
)
def test_years(number, words):
    assert year(number) == words


def test_full_hours_have_no_minutes():
    assert clock_time(3, 0) == "three"


@given(st.text(max_size=60))
def test_no_digit_is_left(text):
    assert not any(each in "0123456789" for each in in_words(text))


@given(st.integers(0, 999_999))
def test_every_cardinal_has_words_only(number):
    assert all(word.isalpha() for word in cardinal(number).split())
