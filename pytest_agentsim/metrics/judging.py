"""Asking a judge for a metric: what becomes of its answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pytest_agentsim.judge.instruction import instruction
from pytest_agentsim.judge.interface import AnswerKind, Question
from pytest_agentsim.judge.quotes import located
from pytest_agentsim.metrics.metric import DoesNotApply, Measurement
from pytest_agentsim.result import Speaker

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_agentsim.judge.interface import Answer
    from pytest_agentsim.metric_value import Evidence, Number
    from pytest_agentsim.metrics.measured_call import MeasuredCall

__all__ = ["ask_judge", "evidence_of", "judged_measurement", "need_agent_turns", "reason_to_skip"]

NOT_APPLICABLE = "the judge finds that it does not apply to this call"

_VALID_SKIP = re.compile(r"\s*VALID_SKIP\s*:?\s*", re.IGNORECASE)  # platform_spec section i.3


async def ask_judge(
    call: MeasuredCall,
    topic: str,
    kind: AnswerKind,
    options: tuple[str, ...] = (),
    *,
    text: str = "",
    **values: str,
) -> Answer:
    """Return a judge's answer to `text`, or else to the instruction of the topic's name filled with the values.

    Raises NotJudged, JudgeError, and DoesNotApply for what the judge says does not apply.
    """
    question = Question(topic, text or instruction(topic, **values), kind, options)
    (answer,) = await call.judged(question)
    reason = reason_to_skip(answer)
    if reason:
        raise DoesNotApply(reason)
    return answer


def reason_to_skip(answer: Answer) -> str:
    """Say why an answer is none that counts; nothing where it does."""
    skipped = _VALID_SKIP.match(answer.explanation)
    if skipped is not None:
        return answer.explanation[skipped.end() :] or NOT_APPLICABLE
    return (answer.explanation or NOT_APPLICABLE) if answer.value is None else ""


def judged_measurement(call: MeasuredCall, answer: Answer, value: Number = None, **more: Any) -> Measurement:
    """Return an answer as a measurement, with where in the call its quotes are; `value` if it is another one."""
    told = (answer.explanation,) if answer.explanation else ()
    return Measurement(
        answer.value if value is None else value, told, evidence=evidence_of(call, [answer]), **more
    )


def evidence_of(call: MeasuredCall, answers: Iterable[Answer]) -> tuple[Evidence, ...]:
    """Return where in the call the words are that answers rest on."""
    return tuple(found for each in answers for found in located(each.quotes, call.result))


def need_agent_turns(call: MeasuredCall) -> None:
    """Raise DoesNotApply where the agent has said nothing."""
    if not call.result.said_by(Speaker.AGENT):
        raise DoesNotApply("the agent has said nothing")
