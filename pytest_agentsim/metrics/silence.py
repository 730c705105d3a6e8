"""Whether it was silent on the call for too long, and who let it be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.metric_value import Direction, Evidence
from pytest_agentsim.metrics.metric import DoesNotApply, Measurement, Need
from pytest_agentsim.metrics.registry import built_in
from pytest_agentsim.metrics.speech import Span, joined_spans
from pytest_agentsim.metrics.waits import waits_for_the_agent
from pytest_agentsim.result import Reason
from pytest_agentsim.wording import counted

if TYPE_CHECKING:
    from pytest_agentsim.metrics.measured_call import MeasuredCall

__all__ = ["dead_air_share", "detect_silence_in_conversation", "infrastructure_issues", "silences"]

# The call has ended because the agent has said nothing, however short the limits of the call were.
_FOR_WANT_OF_THE_AGENT = (Reason.AGENT_TIMEOUT, Reason.NOBODY_SPOKE)


@built_in("Detect Silence in Conversation", needs=(Need.VOICE,))
def detect_silence_in_conversation(call: MeasuredCall, *, silence_duration: float = 10.0) -> Measurement:
    """Whether it was never silent on both sides for longer than `silence_duration` seconds.

    From the connection to the end of the call; words, keys and noises of either side end a silence, what is heard
    behind the caller does not. Detail: longest, in seconds. Specified in platform_spec i.1 "Detect Silence in
    Conversation".
    """
    found = silences(call)
    long = [each for each in found if each.duration > silence_duration]
    return Measurement(
        not long,
        (f"{_times(len(long))} longer than {silence_duration:g} s",),
        {"longest": max((each.duration for each in found), default=0.0)},
        tuple(
            Evidence(f"both sides were silent for {each.duration:.1f} s", time=each.start) for each in long
        ),
    )


@built_in("Infrastructure Issues")
def infrastructure_issues(call: MeasuredCall, *, infra_issues_timeout: float = 10.0) -> Measurement:
    """Whether the agent never stayed silent for longer than `infra_issues_timeout` seconds after the caller's turn.

    From the end of the turn until the agent speaks or presses a key, or the call ends. What the caller says meanwhile,
    as "Are you still there?", does not count as silence and does not end the wait. A call that ended because the agent
    did not answer has an issue however short its limits were. By text from message to message. Detail: longest, in
    seconds. Specified in platform_spec i.1 "Infrastructure Issues".
    """
    gave_up = call.result.ended_reason in _FOR_WANT_OF_THE_AGENT
    found = () if gave_up and not call.result.turns else tuple(waits_for_the_agent(call))
    if not found and not gave_up:
        raise DoesNotApply("the agent had nothing to answer")
    long = [each for each in found if each.silence > infra_issues_timeout]
    evidence = [
        Evidence(f"the agent was silent for {each.silence:.1f} s", each.turn, each.start) for each in long
    ]
    if gave_up and not long:
        evidence.append(Evidence("the call ended because the agent said nothing", time=call.result.duration))
    return Measurement(
        not evidence,
        (
            f"{len(long)} of {counted(len(found), 'wait')} for the agent longer than {infra_issues_timeout:g} s",
        ),
        {"longest": max((each.silence for each in found), default=0.0)},
        tuple(evidence),
    )


@built_in("Dead air share", direction=Direction.LOWER, needs=(Need.VOICE,))
def dead_air_share(call: MeasuredCall, *, longer_than: float = 0.0) -> Measurement:
    """The share (0 to 1) of the call in which neither side is heard.

    The silences are those of `detect_silence_in_conversation`, without those that are no longer than `longer_than`
    seconds. Detail: longest, in seconds. Beyond the hosted platforms' catalogue.
    """
    found = [each for each in silences(call) if each.duration > longer_than]
    if not call.length:
        raise DoesNotApply("the call has no length")
    total = sum(each.duration for each in found)
    return Measurement(
        min(1.0, total / call.length),
        (f"{total:.1f} s of {call.length:.1f} s in {counted(len(found), 'silence')}",),
        {"longest": max((each.duration for each in found), default=0.0)},
    )


def silences(call: MeasuredCall) -> tuple[Span, ...]:
    """Return when neither side was heard, from the connection to the end. Raises DoesNotApply, NotMeasurable."""
    speech = call.speech
    if not speech.sounds:
        speech = call.spoken
    heard = joined_spans((*speech.caller, *speech.agent, *speech.sounds))
    edges = [call.connected_at]
    for each in heard:
        edges += [each.start, each.end]
    edges.append(call.duration)
    gaps = zip(edges[::2], edges[1::2], strict=True)
    return tuple(Span(start, end) for start, end in gaps if end > start)


def _times(number: int) -> str:
    return "no silence" if not number else counted(number, "silence")
