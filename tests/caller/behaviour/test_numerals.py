"""Number words as figures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.caller.behaviour.numerals import figures


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("march fifth at nine thirty", "march 5 at 9 30"),
        ("nineteen ninety", "1990"),
        ("january first nineteen ninety", "january 1 1990"),
        ("nineteen eighty five", "1985"),
        ("twenty twenty six", "2026"),
        ("july twenty-third", "july 23"),
        ("one two three four", "1 2 3 4"),
        ("forty two", "42"),
        ("thirty, please", "30, please"),
        ("sixteenth", "16"),
        ("no numbers", "no numbers"),
        ("4 or 5", "4 or 5"),
        ("", ""),
    ],
)
def test_numbers_are_written_in_figures(words: str, written: str) -> None:
    assert figures(words) == written


@given(st.text())
def test_any_text_goes_through(text: str) -> None:
    assert figures(text.lower()) is not None
