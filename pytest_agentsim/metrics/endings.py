"""How a call has ended, and who was reached, as a judge sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.judge.interface import AnswerKind
from pytest_agentsim.metrics.judging import ask_judge, judged_measurement
from pytest_agentsim.metrics.metric import DoesNotApply, Measurement, Need
from pytest_agentsim.metrics.registry import built_in
from pytest_agentsim.result import EndedBy

if TYPE_CHECKING:
    from pytest_agentsim.metrics.measured_call import MeasuredCall

__all__ = [
    "appropriate_termination_by_main_agent",
    "appropriate_termination_by_testing_agent",
    "voicemail_detection",
]


@built_in("Voicemail Detection", needs=(Need.JUDGE,))
async def voicemail_detection(call: MeasuredCall) -> Measurement:
    """Whether the call has reached a voice mail instead of somebody who talks: true if so.

    As a judge sees it. Specified in platform_spec i.1 "Voicemail Detection".
    """
    if not call.result.turns:
        raise DoesNotApply("nobody has said anything")
    return judged_measurement(call, await ask_judge(call, "voicemail_detection", AnswerKind.BINARY))


@built_in("Appropriate Termination by Main Agent", needs=(Need.JUDGE,))
async def appropriate_termination_by_main_agent(call: MeasuredCall) -> Measurement:
    """Whether the agent did not hang up too early.

    True where the caller has ended the call. Where the agent has, a judge decides: what the caller wanted must be
    settled or handed over, and ending right after a question is early. Skipped where neither has ended it. Specified in
    platform_spec i.1 "Appropriate Termination by Main Agent".
    """
    return await _in_order(call, EndedBy.AGENT, EndedBy.CALLER, "termination_by_main_agent")


@built_in("Appropriate Termination by Testing Agent", needs=(Need.JUDGE,))
async def appropriate_termination_by_testing_agent(call: MeasuredCall) -> Measurement:
    """Whether the caller did not leave early or abruptly.

    True where the agent has ended the call; where the caller has, a judge decides. Skipped where neither has ended it.
    Specified in platform_spec i.1 "Appropriate Termination by Testing Agent".
    """
    return await _in_order(call, EndedBy.CALLER, EndedBy.AGENT, "termination_by_testing_agent")


async def _in_order(call: MeasuredCall, one: EndedBy, other: EndedBy, topic: str) -> Measurement:
    ended_by = call.result.ended_by
    if ended_by is other:
        return Measurement(True, (f"the {other.value} has ended the call",))
    if ended_by is not one:
        raise DoesNotApply(
            "the transcript does not tell who ended the call"
            if ended_by is EndedBy.UNKNOWN
            else f"neither side has ended the call: {call.result.ended_reason.value}"
        )
    return judged_measurement(call, await ask_judge(call, topic, AnswerKind.BINARY))
