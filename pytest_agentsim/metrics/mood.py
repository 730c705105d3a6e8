"""How the caller feels about the call, as a judge sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.judge.instruction import instruction
from pytest_agentsim.judge.interface import AnswerKind, Question
from pytest_agentsim.metric_value import Direction
from pytest_agentsim.metrics.judging import ask_judge, evidence_of, judged_measurement, reason_to_skip
from pytest_agentsim.metrics.metric import DoesNotApply, Measurement, Need
from pytest_agentsim.metrics.registry import built_in
from pytest_agentsim.result import Speaker

if TYPE_CHECKING:
    from pytest_agentsim.metrics.measured_call import MeasuredCall

__all__ = ["csat", "sentiment"]

# platform_spec section i.1, "CSAT"
SENTIMENT = {"positive": 5.0, "neutral": 5.0, "negative": 1.0}
COOPERATION = {"cooperative": 5.0, "partly": 3.0, "uncooperative": 1.0}
BEST_SCORE = 5.0


@built_in("CSAT", direction=Direction.HIGHER, needs=(Need.JUDGE,))
async def csat(call: MeasuredCall) -> Measurement:
    """How satisfied the caller is with the call, from 0 to 100.

    A judge tells the caller's sentiment at the end (positive and neutral count 5, negative 1) and, asked by itself, its
    cooperation (5, partly 3, none 1); the value is their mean, of 5 as 100. Above 70 is good. Details: sentiment and
    cooperation, 1 to 5. Specified in platform_spec i.1 "CSAT".
    """
    _need_caller(call)
    questions = (
        _asked("csat_sentiment", tuple(SENTIMENT)),
        _asked("csat_cooperation", tuple(COOPERATION)),
    )
    mood, help_given = await call.judged(*questions)
    for answer in (mood, help_given):
        reason = reason_to_skip(answer)
        if reason:
            raise DoesNotApply(reason)
    scores = {"sentiment": SENTIMENT[str(mood.value)], "cooperation": COOPERATION[str(help_given.value)]}
    told = [f"{name}: {answer.value}" for name, answer in zip(scores, (mood, help_given), strict=True)]
    return Measurement(
        100 * sum(scores.values()) / (BEST_SCORE * len(scores)),
        (*told, *(each.explanation for each in (mood, help_given) if each.explanation)),
        scores,
        evidence_of(call, (mood, help_given)),
    )


@built_in("Sentiment", needs=(Need.JUDGE,))
async def sentiment(call: MeasuredCall) -> Measurement:
    """The caller's mood over the call: positive, neutral or negative.

    As a judge sees it; mere politeness is neutral. Specified in platform_spec i.1 "Sentiment" and appendix 1, row 20.
    """
    _need_caller(call)
    return judged_measurement(call, await ask_judge(call, "sentiment", AnswerKind.WORD, tuple(SENTIMENT)))


def _asked(name: str, options: tuple[str, ...]) -> Question:
    return Question("csat", instruction(name), AnswerKind.WORD, options)


def _need_caller(call: MeasuredCall) -> None:
    if not call.result.said_by(Speaker.CALLER):
        raise DoesNotApply("the caller has said nothing")
