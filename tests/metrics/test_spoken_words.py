"""The words of a sentence as they sound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.metrics.spoken_words import spoken_words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hello, World!", "hello world"),
        ("I'm here, it's fine and I can't wait", "i am here it is fine and i can not wait"),
        ("I won’t, they’ll see", "I will not they will see"),  # noqa: RUF001
        ("twenty-five dollars", "$25"),
        ("nineteen eighty five", "1985"),
        ("nineteen ninety", "1990"),
        ("two thousand and five", "2005"),
        ("two thousand twenty four", "2024"),
        ("twenty twenty four", "2024"),
        ("five five five, one two oh four", "555-1204"),
        ("two hundred and fifty thousand", "250,000"),
        ("three hundred twelve", "312"),
        ("2 thousand", "2000"),
        ("hundred", "100"),
        ("ten thirty a.m.", "10:30am"),
        ("May first", "May 1st"),
        ("the twenty third", "the 23rd"),
        ("fifty percent", "50%"),
        ("five km", "5 kilometers"),
        ("Dr. Smith, OK", "doctor smith okay"),
        ("Yes [laughter] I do", "yes I do"),
        ("two hundred and then we left", "200 and then we left"),
        ("007", "zero zero seven"),
    ],
)
def test_two_ways_of_writing_the_same_are_the_same(one: str, other: str) -> None:
    assert spoken_words(one) == spoken_words(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("fifteen", "fifty"), ("not", "now"), ("2005", "2 thousand 50"), ("can", "can't"), ("51", "5 10")],
)
def test_what_sounds_different_is_different(one: str, other: str) -> None:
    assert spoken_words(one) != spoken_words(other)


def test_a_language_without_spaces_is_taken_sign_by_sign() -> None:
    assert spoken_words("你好。") == ["你", "好"]


@given(st.integers(0, 999_999))
def test_a_number_in_words_is_the_number(number: int) -> None:
    assert spoken_words(in_words(number)) == [str(number)]


@given(st.text())
def test_any_text_has_words(text: str) -> None:
    words = spoken_words(text)
    assert all(word and not word.isspace() for word in words)


UNITS = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen
"""
TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety"


def in_words(number: int) -> str:
    if number < 20:
        return UNITS.split()[number]
    if number < 100:
        return TENS.split()[number // 10] + (f"-{UNITS.split()[number % 10]}" if number % 10 else "")
    size, name = (100, "hundred") if number < 1000 else (1000, "thousand")
    rest = f" and {in_words(number % size)}" if number % size else ""
    return f"{in_words(number // size)} {name}{rest}"
