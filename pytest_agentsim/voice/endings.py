"""How a voice call ends that neither its script nor the caller has ended, in words that a person understands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_agentsim.result import EndedBy, Reason, Status
from pytest_agentsim.session.chirp import CloseKind
from pytest_agentsim.visible import shortened

if TYPE_CHECKING:
    from pytest_agentsim.voice.line_events import LineClosed

__all__ = [
    "AGENT_ENDED",
    "Ending",
    "agent_silent",
    "hung_up_early",
    "lost",
    "never_stopped",
    "nobody_spoke",
    "took_too_long",
]

LONGEST_QUOTE = 200  # characters


@dataclass(frozen=True, slots=True)
class Ending:
    """The outcome of a call; `detail` is a sentence."""

    status: Status
    ended_by: EndedBy
    reason: Reason
    detail: str


AGENT_ENDED = Ending(Status.COMPLETED, EndedBy.AGENT, Reason.AGENT_ENDED, "The agent ended the call.")


def took_too_long(limit: float) -> Ending:
    """The call has reached its limit, in seconds."""
    detail = f"The call had not ended after {limit:g} s."
    return Ending(Status.FAILED, EndedBy.SIMULATOR, Reason.MAX_DURATION, detail)


def never_stopped(limit: float) -> Ending:
    """The agent has spoken for longer than anybody may, in seconds."""
    return Ending(
        Status.FAILED,
        EndedBy.SIMULATOR,
        Reason.AGENT_NEVER_STOPPED,
        f"The agent had spoken for {limit:g} s without a pause that would have let the caller answer.",
    )


def nobody_spoke(limit: float) -> Ending:
    """Both sides have waited for the other to begin, for so many seconds."""
    return Ending(
        Status.INCOMPLETED,
        EndedBy.SIMULATOR,
        Reason.NOBODY_SPOKE,
        f"Neither side said anything within {limit:g} s. The caller waits for the agent to speak first because the "
        "scenario's first message is empty.",
    )


def agent_silent(seconds: float, asked: int) -> Ending:
    """The agent has said nothing for so long, although it was asked so often whether it is there."""
    return Ending(
        Status.FAILED,
        EndedBy.SIMULATOR,
        Reason.AGENT_TIMEOUT,
        f"The agent said nothing for {seconds:.0f} s{_although(asked)}.",
    )


def _although(asked: int) -> str:
    if not asked:
        return ""
    return (
        f", although the caller asked {'once' if asked == 1 else f'{asked} times'} whether it was still there"
    )


def lost(closed: LineClosed, *, agent_error: str, agent_failed: bool, early: bool) -> Ending | None:
    """Tell of a connection that did not end as calls do; None for one that the agent has closed normally.

    `agent_error` is the agent's latest `session.error`, `agent_failed` whether that was an internal error; `early`
    tells that the connection was never used.
    """
    detail = f"{sentence(closed, agent_error=agent_error, early=early)}."
    if closed.meaning.kind is CloseKind.DROPPED and not agent_failed:
        return Ending(Status.INCOMPLETED, EndedBy.SIMULATOR, Reason.CONNECTION_LOST, detail)
    if closed.meaning.kind is not CloseKind.NORMAL or agent_failed:
        return Ending(Status.INCOMPLETED, EndedBy.AGENT, Reason.AGENT_ERROR, detail)
    return None


def hung_up_early(closed: LineClosed, *, agent_error: str, early: bool, unfinished: str) -> Ending:
    """The agent has closed the connection normally, but too soon; `unfinished` says what was still to come."""
    detail = f"{sentence(closed, agent_error=agent_error, early=early)}{unfinished}."
    return Ending(Status.INCOMPLETED, EndedBy.AGENT, Reason.AGENT_HUNG_UP_EARLY, detail)


def sentence(closed: LineClosed, *, agent_error: str, early: bool) -> str:
    """Say how the connection ended, without a full stop."""
    told = f"{closed.meaning.sentence[:1].upper()}{closed.meaning.sentence[1:]}"
    if closed.reason:
        told += f", saying {shortened(closed.reason, LONGEST_QUOTE)!r}"
    if early:
        told += ", right after the upgrade"
    if agent_error:
        told += f"; it had reported {shortened(agent_error, LONGEST_QUOTE)!r}"
    return told
