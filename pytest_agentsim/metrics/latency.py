"""How long the agent takes to answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.metric_value import Direction, Evidence
from pytest_agentsim.metrics.floor import turn_at
from pytest_agentsim.metrics.metric import DoesNotApply, Measurement, NotMeasurable
from pytest_agentsim.metrics.percentiles import spread
from pytest_agentsim.metrics.registry import built_in
from pytest_agentsim.result import Latency, Speaker
from pytest_agentsim.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_agentsim.metrics.measured_call import MeasuredCall
    from pytest_agentsim.result import CallResult

__all__ = ["answers", "latency"]

SHOWN = 3


@built_in("Latency", unit="s", direction=Direction.LOWER)
def latency(call: MeasuredCall) -> Measurement:
    """The average time from the end of the caller's speech to the start of the agent's answer.

    Over all hand-offs from the caller to the agent; turns with which an agent cuts the caller off answer nothing. On
    the text channel from a message of the caller to the next one of the agent. Details: average, min, max, p25, p50,
    p75, p90, p95, p99, by linear interpolation; `extra` has them by the number of the agent's turn. An answer that the
    harness itself was late for does not count, nor one whose times a transcript that was read does not tell; where such
    a call has a recording, the speech in it counts. Specified in platform_spec i.1 "Latency", there in milliseconds.
    """
    every = tuple(_heard(call) if _is_heard(call) else answers(call.result))
    if not every:
        raise DoesNotApply("the agent had nothing to answer")
    known = [(each.turn, each.seconds) for each in every if each.seconds is not None]
    reason = _why_not_known(call.result)
    if not known:
        raise NotMeasurable(f"{reason} at {counted(len(every), 'answer')}")
    details = spread([seconds for _, seconds in known])
    slowest = sorted(known, key=lambda each: -each[1])[:SHOWN]
    missing = len(every) - len(known)
    note = f"; {missing} more not measurable, because {reason}" if missing else ""
    return Measurement(
        details["average"],
        (f"over {counted(len(known), 'answer')}{note}",),
        details,
        tuple(Evidence(f"answered after {seconds:.3f} s", turn or None) for turn, seconds in slowest),
        {"by_turn": {str(turn): seconds for turn, seconds in known if turn}},
    )


def answers(result: CallResult) -> Iterator[Latency]:
    """The agent's answers with how long each took: those that the call has measured, else by the times of the turns.

    Where a transcript is all there is, an answer that begins before the caller has finished answers nothing, and how
    long one took is not known unless the transcript tells when the caller had finished.
    """
    if result.latencies or result.harness is not None:
        yield from result.latencies
        return
    for asked, answered in zip(result.turns, result.turns[1:], strict=False):
        if asked.speaker is Speaker.CALLER and answered.speaker is Speaker.AGENT and not asked.interrupted:
            # What is written takes no time.
            finished = asked.time if result.channel == "text" and asked.end is None else asked.end
            if finished is None or answered.time is None:
                yield Latency(answered.number, None)
            elif answered.time >= finished:
                yield Latency(answered.number, answered.time - finished)


def _is_heard(call: MeasuredCall) -> bool:
    """Whether the recording of a call that was read from a transcript is to be measured; it is finer than that."""
    return _is_read(call.result) and call.recording is not None and call.result.channel != "text"


def _heard(call: MeasuredCall) -> Iterator[Latency]:
    """The agent's answers in a recording: its speech after that of the caller, with nothing in between.

    The number of a turn is 0 where the transcript does not tell which one it is.
    """
    speech = call.spoken
    for answer in speech.agent:
        before = [each for each in speech.caller if each.start < answer.start]
        asked = max((each.end for each in before), default=None)
        is_first = asked is not None and not any(
            each is not answer and each.end > asked and each.start < answer.start for each in speech.agent
        )
        if asked is not None and is_first and answer.start >= asked:
            turn = turn_at(call.result, Speaker.AGENT, answer.start)
            yield Latency(0 if turn is None else turn.number, answer.start - asked)


def _is_read(result: CallResult) -> bool:
    return result.harness is None and not result.latencies


def _why_not_known(result: CallResult) -> str:
    return "the transcript does not tell the times" if _is_read(result) else "the harness was late itself"
