"""Makes metrics of what files say."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pytest_agentsim.judge.instruction import instruction
from pytest_agentsim.judge.interface import AnswerKind
from pytest_agentsim.metric_files.asking import NOT_HEARD, JudgeForCode, question_of
from pytest_agentsim.metric_files.call_data import NOT_PASSED, PASSED, PlatformVerdict, data_of
from pytest_agentsim.metric_files.payload import When
from pytest_agentsim.metric_files.python_code import MetricCode, MetricCodeError, Outcome
from pytest_agentsim.metric_value import Direction
from pytest_agentsim.metrics.judging import judged_measurement, reason_to_skip
from pytest_agentsim.metrics.metric import DoesNotApply, Measurement, Metric, Need, NotJudged

if TYPE_CHECKING:
    from pytest_agentsim.metric_files.payload import MetricPayload
    from pytest_agentsim.metrics.measured_call import MeasuredCall

__all__ = ["metric_of"]

IF_IT_APPLIES = (
    "\n\nIf this does not apply to the call, say so instead of deciding it: begin the explanation with VALID_SKIP: and "
    "the reason."
)
SKIPPED_BY_CODE = "its code finds that it does not apply to this call"
NOT_DUE = "its condition does not hold for this call"


def metric_of(payload: MetricPayload) -> Metric:
    """Return the metric that a payload describes; it is measured when a scenario asks for it."""

    async def measured(call: MeasuredCall) -> Measurement:
        if not payload.for_simulations:
            raise DoesNotApply("it is not enabled for simulations (simulation_enabled)")
        if payload.has_to_be_heard:
            raise NotJudged(NOT_HEARD)
        await _check_due(payload, call)
        return await (_by_code if payload.code is not None else _by_judge)(payload, call)

    # Where it comes from: another metric of the same name from somewhere else is refused.
    measured.__module__, measured.__qualname__ = payload.place.file, payload.slug
    needs = {Need.OTHERS} if payload.code is not None else {Need.JUDGE}
    if payload.has_to_be_heard:
        needs = {Need.LISTENER, Need.VOICE}
    elif isinstance(payload.trigger, MetricCode):
        needs.add(Need.OTHERS)
    return Metric(
        payload.slug,
        payload.name,
        measured,
        direction=Direction.HIGHER if payload.kind is AnswerKind.RATING else Direction.NEITHER,
        needs=frozenset(needs),
        definition=f"Of {payload.place.file}.",
        on_request=True,
        reads=payload.code.texts if payload.code is not None else frozenset(),
    )


async def _check_due(payload: MetricPayload, call: MeasuredCall) -> None:
    """Raise DoesNotApply where the metric's own condition does not hold."""
    if payload.when is not When.CUSTOM:
        return
    if isinstance(payload.trigger, MetricCode):
        outcome = await _run(payload, payload.trigger, call)
        if not outcome.result:
            raise DoesNotApply(" ".join(outcome.explanation) or NOT_DUE)
        return
    condition = question_of(payload.slug, payload.trigger, call, AnswerKind.BINARY)
    text = instruction("evaluation_trigger", condition=condition.text)
    (answer,) = await call.judged(replace(condition, text=text))
    if answer.value is not True:
        raise DoesNotApply(answer.explanation or NOT_DUE)


async def _by_judge(payload: MetricPayload, call: MeasuredCall) -> Measurement:
    text = payload.instructions.strip()
    if payload.when is When.AUTOMATIC:
        text += IF_IT_APPLIES
    kind = payload.kind or AnswerKind.BINARY
    (answer,) = await call.judged(question_of(payload.slug, text, call, kind, payload.options))
    reason = reason_to_skip(answer)
    if reason:
        raise DoesNotApply(reason)
    return judged_measurement(call, answer)


async def _by_code(payload: MetricPayload, call: MeasuredCall) -> Measurement:
    if payload.code is None:
        raise TypeError(f"{payload.slug} has no code")
    outcome = await _run(payload, payload.code, call)
    if outcome.result is None:
        raise DoesNotApply(" ".join(outcome.explanation) or SKIPPED_BY_CODE)
    return Measurement(_value(payload, outcome.result), outcome.explanation, extra=outcome.extra)


async def _run(payload: MetricPayload, code: MetricCode, call: MeasuredCall) -> Outcome:
    """Run code in a thread: it may take a while, and wait for the judge, whom the loop asks meanwhile."""
    judge = JudgeForCode(payload.slug, call)
    try:
        outcome = await asyncio.to_thread(lambda: code.run(data_of(call), judge.functions))
    except MetricCodeError:
        if judge.refused is not None:
            raise judge.refused from None
        raise
    # Code that goes on without the judge that it has asked has nothing true to say.
    if judge.refused is not None:
        raise judge.refused
    return outcome


def _value(payload: MetricPayload, result: Any) -> Any:
    """Return a result as a value: what stands for a verdict on the platforms is one."""
    if isinstance(result, PlatformVerdict):
        return bool(result)
    is_score = isinstance(result, int | float) and not isinstance(result, bool)
    if payload.kind is AnswerKind.BINARY and is_score and result in (PASSED, NOT_PASSED):
        return result == PASSED
    return result
