from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.audio.stt.hints import MOST_WORDS, sentences_of, words_of
from pytest_agentsim.audio.stt.interface import Hints


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Your date of birth?", "your date of birth"),
        ("See Dr. Patel at 2:30 PM", "see doctor patel at two thirty p m"),
        ("at 9 a.m. on the 3rd", "at nine a m on the third"),
        ("Order ZX4418", "order z x four four one eight"),
        ("what\u2019s your e-mail", "what's your e mail"),
        ("karen@example.com", "karen at example com"),
        ("...", ""),
    ],
)
def test_a_text_becomes_the_words_that_are_heard(text, words):
    assert words_of(text) == tuple(words.split())


def test_each_sentence_of_a_phrase_stands_alone():
    found = [words for words, _ in sentences_of(Hints(("Thank you. Goodbye! Dr. Lee is in",)))]
    assert found == [("thank", "you"), ("goodbye",), ("doctor", "lee", "is", "in")]


def test_a_number_is_expected_in_each_way_to_read_it():
    found = dict(sentences_of(Hints(("room 412",))))
    assert found == {("room", "four", "hundred", "twelve"): 0.5, ("room", "four", "one", "two"): 0.5}


def test_very_many_hints_are_cut_off():
    found = sentences_of(Hints(("one two three four",) * MOST_WORDS))
    assert sum(len(words) for words, _ in found) <= MOST_WORDS


@given(st.text(max_size=100))
def test_words_hold_nothing_that_a_language_model_file_gives_a_meaning(text):
    for word in words_of(text):
        assert word
        assert not any(each.isspace() or each.isdecimal() or each in "<>\\" for each in word)
