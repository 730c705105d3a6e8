"""Text as it is compared, and where in a text something stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.plain_text import plain, where

# What differs from its plain form in length or place: a sharp s, an accent that is composed or not, blanks, quotes.
LETTERS = st.text("aBcß \n\t\N{NO-BREAK SPACE}'\"\N{RIGHT SINGLE QUOTATION MARK}“é\u0301İ.(\\", max_size=20)


@pytest.mark.parametrize(
    ("wanted", "text", "found"),
    [
        ("been cancelled", "It has Been\n cancelled.", "Been\n cancelled"),
        ("a (b)", "see A (B) there", "A (B)"),
        (
            "doesn't",
            "It doesn\N{RIGHT SINGLE QUOTATION MARK}t match",
            "doesn\N{RIGHT SINGLE QUOTATION MARK}t",
        ),
        ("strasse", "Die Straße 5", "Straße"),
        ("café", "one cafe\u0301 please", "cafe\u0301"),
        ("5 €", "That is 5\N{NO-BREAK SPACE}€.", "5\N{NO-BREAK SPACE}€"),
    ],
)
def test_words_are_found_where_they_stand(wanted: str, text: str, found: str) -> None:
    span = where(wanted, text)
    assert span is not None
    assert text[slice(*span)] == found


@pytest.mark.parametrize("wanted", ["", "  ", "no", "hell o"])
def test_what_is_not_there_is_nowhere(wanted: str) -> None:
    assert where(wanted, "Hello") is None


@given(before=LETTERS, wanted=LETTERS, after=LETTERS)
def test_what_is_found_says_what_was_wanted(before: str, wanted: str, after: str) -> None:
    text = f"{before}{wanted}{after}"
    span = where(wanted, text)
    assert (span is not None) == bool(plain(wanted) and plain(wanted) in plain(text))
    if span is not None:
        assert plain(wanted) in plain(text[slice(*span)])
