"""How an agent turn is read."""

from __future__ import annotations

import pytest

from pytest_agentsim.caller.matcher.cues import Cue
from pytest_agentsim.caller.matcher.utterance import Form, read


@pytest.mark.parametrize(
    "words",
    [
        "where do you need to go",
        "when would you like your party to start",
        "what hotel would you like to stay at",
        "for what location would you like the forecast",
        "how many seats do you need",
    ],
)
def test_recognised_words_are_not_cut_behind_a_question_word(words):
    (sentence,) = read(words).sentences
    assert (sentence.text, sentence.form) == (words, Form.OPEN_QUESTION)


def test_recognised_words_are_cut_where_a_question_begins():
    assert [each.text for each in read("i found a table would you like to book it").sentences] == [
        "i found a table",
        "would you like to book it",
    ]


def test_a_question_without_its_mark_is_given_one():
    (sentence,) = read("where do you need to go").sentences
    assert sentence.marked == "where do you need to go?"


@pytest.mark.parametrize("words", ["Where do you need to go?", "Please tell me your name.", "It is done."])
def test_what_is_marked_as_it_should_be_stays_as_it_is(words):
    (sentence,) = read(words).sentences
    assert sentence.marked == words


@pytest.mark.parametrize(
    "words",
    [
        "Do you like Music, Sports, or anything else?",
        "What type of food? Indian? Chinese? Something else?",
    ],
)
def test_the_end_of_a_list_of_choices_offers_no_further_help(words):
    assert not read(words).has(Cue.ANYTHING_ELSE)


def test_what_is_read_otherwise_is_kept_as_it_was_said():
    words = "Do you like Music, or anything else?"
    (sentence,) = read(words).sentences
    assert (sentence.said, sentence.text) == (words, "Do you like Music, or other?")


def test_a_word_joiner_of_the_agent_joins_its_word():
    (sentence,) = read("What is your pass\u2060word?").sentences
    assert sentence.text == "What is your password?"


def test_who_somebody_is_is_asked_about_somebody_else():
    (sentence,) = read("Who is your doctor?").sentences
    assert sentence.bearer == "doctor"
