"""Whether the agent has achieved what the scenario expects of it, as a judge sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.judge.expected_outcome import JudgedLine, questions_of, score
from pytest_agentsim.judge.quotes import located
from pytest_agentsim.metric_value import Direction
from pytest_agentsim.metrics.metric import DoesNotApply, Measurement, Need
from pytest_agentsim.metrics.registry import built_in

if TYPE_CHECKING:
    from pytest_agentsim.metrics.measured_call import MeasuredCall

__all__ = ["expected_outcome"]


@built_in("Expected Outcome", direction=Direction.HIGHER, needs=(Need.JUDGE,))
async def expected_outcome(call: MeasuredCall) -> Measurement:
    """Whether the call is as each line of the scenario's `expected_outcome` says: 100, 50 or 0.

    A judge answers each line with yes, no, or blocked where the call never came to it. 100 if all lines are met, 0 if
    one is not, else 50: a person has to look at it. Extra: `outcome_alignments`, the lines with their answers.
    Specified in platform_spec i.1 "Expected Outcome".
    """
    questions = questions_of(call.result.expected_outcome)
    if not questions:
        raise DoesNotApply("the scenario expects no outcome")
    answers = await call.judged(*questions)
    judged = [JudgedLine(question.text, answer) for question, answer in zip(questions, answers, strict=True)]
    return Measurement(
        score(judged),
        tuple(_told(each) for each in judged),
        evidence=tuple(found for each in judged for found in located(each.answer.quotes, call.result)),
        extra={
            "outcome_alignments": [
                {"prompt_part": each.line, "aligned": each.aligned, "outcome": each.answer.explanation}
                for each in judged
            ]
        },
    )


def _told(judged: JudgedLine) -> str:
    reason = f" ({judged.answer.explanation})" if judged.answer.explanation else ""
    return f"{judged.aligned}: {judged.line}{reason}"
