"""What several votes come to."""

from __future__ import annotations

import pytest

from pytest_agentsim.judge import Answer, AnswerKind, JudgeError, Question
from pytest_agentsim.llm.votes import agreed

LINE = Question("expected_outcome", "It works.", AnswerKind.LINE)
BINARY = Question("relevancy", "Is it on topic?", AnswerKind.BINARY)
RATING = Question("quality", "How good?", AnswerKind.RATING)


def votes(question, *values):
    return agreed(question, [Answer(value, f"says {value}") for value in values])


def test_one_vote_is_the_answer():
    assert votes(LINE, "yes") == Answer("yes", "says yes")


def test_most_votes_decide():
    assert votes(BINARY, True, False, True) == Answer(True, "says True (2 of 3 votes)")


def test_divided_votes_on_a_line_leave_it_to_a_person():
    assert votes(LINE, "yes", "no", "blocked", "no", "yes") == Answer(
        "blocked", "the votes are divided: 2 for yes, 2 for no, 1 for blocked"
    )


def test_divided_votes_on_anything_else_are_an_error():
    with pytest.raises(JudgeError, match="1 for True, 1 for does not apply; use an odd number"):
        votes(BINARY, True, None)


def test_of_numbers_it_is_the_median():
    assert votes(RATING, 1, 5, 4) == Answer(4.0, "says 4 (the median of 3 votes)")


def test_a_number_does_not_apply_if_most_say_so():
    assert votes(RATING, None, 5, None).value is None
