"""Who cuts whom off, and how soon the agent stops for a caller who does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.metric_value import Direction, Evidence
from pytest_agentsim.metrics.floor import intrusions
from pytest_agentsim.metrics.harness import check_on_time
from pytest_agentsim.metrics.metric import DoesNotApply, Measurement, Need
from pytest_agentsim.metrics.percentiles import spread
from pytest_agentsim.metrics.registry import built_in
from pytest_agentsim.result import Speaker
from pytest_agentsim.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_agentsim.metrics.floor import Intrusion
    from pytest_agentsim.metrics.measured_call import MeasuredCall

__all__ = [
    "ai_interrupting_user",
    "barge_in_success_rate",
    "interruption_score",
    "stop_time_after_user_interruption",
    "user_interrupting_ai",
]

BEST_SCORE = 5.0  # platform_spec section i.1, "Interruption Score"


@built_in("AI Interrupting User", direction=Direction.LOWER, needs=(Need.VOICE,))
def ai_interrupting_user(call: MeasuredCall) -> Measurement:
    """How often the agent starts to speak while the caller is speaking.

    Counted are the agent's stretches of speech that begin 50 ms or more before the end of one of the caller's, and what
    the caller left unsaid because the agent claimed the turn, also where the caller was silent before the agent was
    heard. Pauses below 0.5 s are part of a stretch. Specified in platform_spec i.1 "AI Interrupting User".
    """
    found = intrusions(call, Speaker.AGENT)
    return Measurement(len(found), evidence=_told(found, "the agent began while the caller was speaking"))


@built_in("User Interrupting AI", needs=(Need.VOICE,))
def user_interrupting_ai(call: MeasuredCall) -> Measurement:
    """How often the caller starts to speak while the agent is speaking.

    Counted are the caller's stretches of speech that begin 50 ms or more before the end of one of the agent's, whose
    pauses below 0.5 s are part of it. How often a caller does so is up to the scenario and the personality.
    Specified in platform_spec i.1 "User Interrupting AI".
    """
    found = intrusions(call, Speaker.CALLER)
    return Measurement(len(found), evidence=_told(found, "the caller began while the agent was speaking"))


@built_in("Stop Time After User Interruption", unit="s", direction=Direction.LOWER, needs=(Need.VOICE,))
def stop_time_after_user_interruption(call: MeasuredCall) -> Measurement:
    """How long the agent speaks on once the caller has begun to speak into its speech, on average.

    From the caller's first sample to the end of the agent's stretch of speech, of which pauses below 0.5 s are part.
    Details: average, min, max and percentiles. Good is less than 0.5 s. Specified in platform_spec i.1 "Stop Time After
    User Interruption", there in milliseconds.
    """
    found = _barge_ins(call)
    details = spread([each.seconds for each in found])
    slowest = sorted(found, key=lambda each: -each.seconds)
    return Measurement(
        details["average"],
        (f"over {counted(len(found), 'interruption')}",),
        details,
        tuple(
            Evidence(f"the agent spoke on for {each.seconds:.3f} s", each.turn, each.time) for each in slowest
        ),
    )


@built_in("Barge-in success rate", direction=Direction.HIGHER, needs=(Need.VOICE,))
def barge_in_success_rate(call: MeasuredCall, *, within: float = 1.0) -> Measurement:
    """The share (0 to 1) of the caller's interruptions for which the agent stops in time.

    In time is `within` seconds from the caller's first sample; stopping and its time are those of
    `stop_time_after_user_interruption`. Beyond the hosted platforms' catalogue.
    """
    found = _barge_ins(call)
    failed = [each for each in found if each.seconds > within]
    return Measurement(
        1 - len(failed) / len(found),
        (f"the agent stopped within {within:g} s for {len(found) - len(failed)} of {len(found)}",),
        evidence=tuple(
            Evidence(f"the agent spoke on for {each.seconds:.3f} s", each.turn, each.time) for each in failed
        ),
    )


@built_in("Interruption Score", direction=Direction.HIGHER, needs=(Need.VOICE,))
def interruption_score(call: MeasuredCall) -> Measurement:
    """How seldom the agent interrupts the caller, from 0 to 5.

    5 * (1 - interruptions / turns), not below 0; the interruptions are those of `ai_interrupting_user`, the turns those
    of both sides. Detail: percent, the same as 0 to 100. Specified in platform_spec i.1 "Interruption Score", with both
    scales as in appendix 1, row 19.
    """
    found = intrusions(call, Speaker.AGENT)
    turns = len(call.result.turns)
    if not turns:
        raise DoesNotApply("the call has no turns")
    share = max(0.0, 1 - len(found) / turns)
    return Measurement(
        BEST_SCORE * share,
        (f"{counted(len(found), 'interruption')} in {counted(turns, 'turn')}",),
        {"percent": 100 * share},
        _told(found, "the agent began while the caller was speaking"),
    )


def _barge_ins(call: MeasuredCall) -> tuple[Intrusion, ...]:
    found = intrusions(call, Speaker.CALLER)
    if not found:
        raise DoesNotApply("the caller did not interrupt the agent")
    check_on_time(call.result)
    return found


def _told(found: Iterable[Intrusion], what: str) -> tuple[Evidence, ...]:
    return tuple(Evidence(what, each.turn, each.time) for each in found)
