"""The expected outcome: judged line by line, and what becomes of the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim.expect import Outcome, evaluate
from pytest_agentsim.judge import Answer, AnswerKind, JudgeError, Question
from pytest_agentsim.judge.expected_outcome import lines_of
from pytest_agentsim.judge.given import as_judge
from pytest_agentsim.metric_value import MetricOutcome
from pytest_agentsim.metrics.measure import measured
from pytest_agentsim.metrics.selection import chosen_metrics
from tests.metrics.calls import a_text_call

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_agentsim.result import CallResult

EXPECTED = """
- The main agent should ask for the name.
2. The main agent should confirm the cancellation.

(3) The main agent should say goodbye.
"""
LINES = (
    "The main agent should ask for the name.",
    "The main agent should confirm the cancellation.",
    "The main agent should say goodbye.",
)


async def judged(judge: Any, expected: str = EXPECTED) -> CallResult:
    call = a_text_call(
        ("agent", 0.0, "What is your name?"),
        ("caller", 1.0, "Sarah"),
        ("agent", 2.0, "It is cancelled."),
        expected_outcome=expected,
    )
    metrics = chosen_metrics((), expected_outcome=expected)
    return await measured(call, metrics=metrics, judge=as_judge(judge))


def answering(*values: Any) -> Callable[[Question, CallResult], Any]:
    """A judge that answers the lines one after the other."""
    left = list(values)
    return lambda question, call: left.pop(0)


def test_bullets_and_numbers_are_no_part_of_a_line() -> None:
    assert lines_of(EXPECTED) == LINES


def test_a_line_may_begin_with_a_number_of_its_own() -> None:
    assert lines_of("3 appointments are offered.") == ("3 appointments are offered.",)


async def test_each_line_is_a_question() -> None:
    asked: list[Question] = []

    def judge(question: Question, call: CallResult) -> bool:
        asked.append(question)
        return True

    await judged(judge)
    assert [(each.text, each.kind, each.topic) for each in asked] == [
        (line, AnswerKind.LINE, "expected_outcome") for line in LINES
    ]


@pytest.mark.parametrize(
    ("answers", "score", "outcome"),
    [
        (("yes", "yes", "yes"), 100, Outcome.MET),
        (("yes", "no", "yes"), 0, Outcome.NOT_MET),
        (("yes", "yes", "blocked"), 50, Outcome.NOT_JUDGED),
        (("blocked", "no", "yes"), 0, Outcome.NOT_MET),
        ((True, True, None), 50, Outcome.NOT_JUDGED),
    ],
)
async def test_the_answers_make_the_score_and_the_verdict(
    answers: tuple[Any, ...], score: float, outcome: Outcome
) -> None:
    call = await judged(answering(*answers))
    assert call.metric("expected_outcome").value == score
    assert evaluate([], call)[-1].outcome is outcome


async def test_a_verdict_says_which_lines_are_not_met_and_quotes_what_was_said() -> None:
    no = Answer("no", "it never asks back", ("it is  CANCELLED", "nobody said this"))
    verdict = evaluate([], await judged(answering(True, no, "blocked")))[-1]
    assert verdict.message == "the judge finds 1 of 3 lines not met"
    assert verdict.evidence == (
        "no: The main agent should confirm the cancellation. (it never asks back)",
        "blocked: The main agent should say goodbye.",
        "turn 3: it is CANCELLED",
    )
    assert verdict.turns == (3,)


async def test_a_line_that_the_call_never_came_to_asks_for_a_person() -> None:
    call = await judged(answering(True, True, "blocked"))
    verdict = evaluate([], call, require_judge=True)[-1]
    assert not verdict.passed
    assert verdict.message == (
        "needs a person's review: the call never came to 1 of 3 lines; --agentsim-require-judge makes that a failure"
    )


async def test_the_lines_are_kept_with_their_answers() -> None:
    call = await judged(answering(True, Answer("no", "why"), True))
    assert call.metric("expected_outcome").extra["outcome_alignments"][1] == {
        "prompt_part": LINES[1],
        "aligned": "no",
        "outcome": "why",
    }


async def test_without_a_judge_it_is_not_judged() -> None:
    value = (await judged(None)).metric("expected_outcome")
    assert (value.outcome, value.reason) == (MetricOutcome.NOT_JUDGED, "no judge is configured")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("maybe", "the judge answered 'maybe', where yes, no or blocked is expected"),
        (3, "the judge answered 3, where yes, no or blocked is expected"),
    ],
)
async def test_an_answer_that_is_none_is_told_and_judges_nothing(answer: Any, reason: str) -> None:
    call = await judged(answering(True, answer, True))
    value = call.metric("expected_outcome")
    assert (value.outcome, value.reason) == (MetricOutcome.FAILED, reason)
    assert evaluate([], call)[-1].message == f"not judged, because {reason}"


async def test_a_judge_that_raises_is_told_and_the_other_metrics_go_on() -> None:
    def judge(question: Question, call: CallResult) -> bool:
        raise JudgeError("the model is not there; start it")

    call = await judged(judge)
    assert call.metric("expected_outcome").reason == "the model is not there; start it"
    assert call.metric("turns").value == 3


async def test_a_judge_that_answers_too_little_is_told() -> None:
    class Lazy:
        name = "lazy"

        async def answers(self, questions: Any, call: CallResult) -> list[Answer]:
            return [Answer("yes")]

    value = (await judged(Lazy())).metric("expected_outcome")
    assert value.reason == "the judge gave 1 answers to 3 questions"
