"""How a call has ended, from the words of the platforms (platform_spec sections j.1 and j.2)."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_agentsim.result import FAULT_OF, EndedBy, Reason, Status
from pytest_agentsim.transcripts.entry import shown

__all__ = ["Ending", "ending"]


@dataclass(frozen=True, slots=True)
class Ending:
    """How a call has ended; `detail` is a sentence with the transcript's own words."""

    status: Status
    ended_by: EndedBy
    reason: Reason
    detail: str


_AGENT = (EndedBy.AGENT, Reason.AGENT_ENDED)
_CALLER = (EndedBy.CALLER, Reason.CALLER_ENDED)
_NOT_CONNECTED = (EndedBy.SIMULATOR, Reason.CONNECTION_FAILED)

# Written as `_plain` writes them: those of Cekura, then RubricHQ's, Vapi's, Retell's and LiveKit's.
_KNOWN: dict[str, tuple[EndedBy, Reason]] = {
    "main-agent-ended-call": _AGENT,
    "main-agent-ended-call-after-message-spoken": _AGENT,
    "main-agent-ended-call-with-hangup-task": _AGENT,
    "testing-agent-ended-call": _CALLER,
    "external-user-ended-call": _CALLER,
    "customer-ended-call": _CALLER,
    "customer-hung-up": _CALLER,
    "customer-hungup": _CALLER,
    "user-initiated": _CALLER,
    "main-agent-did-not-answer": _NOT_CONNECTED,
    "main-agent-busy": _NOT_CONNECTED,
    "main-agent-voicemail": _NOT_CONNECTED,
    "main-agent-call-not-connected": _NOT_CONNECTED,
    "main-agent-invalid-phone-number": _NOT_CONNECTED,
    "call-rejected": _NOT_CONNECTED,
    "sip-call-failed": _NOT_CONNECTED,
    "call-failed-unknown-error": _NOT_CONNECTED,
    "customer-did-not-answer": _NOT_CONNECTED,
    "customer-busy": _NOT_CONNECTED,
    "main-agent-silence-timed-out": (EndedBy.SIMULATOR, Reason.AGENT_TIMEOUT),
    "main-agent-whatsapp-timeout": (EndedBy.SIMULATOR, Reason.AGENT_TIMEOUT),
    "email-timeout": (EndedBy.SIMULATOR, Reason.AGENT_TIMEOUT),
    "exceeded-max-duration": (EndedBy.SIMULATOR, Reason.MAX_DURATION),
    "run-cancelled-by-user": (EndedBy.SIMULATOR, Reason.CANCELLED),
    "call-canceled": (EndedBy.SIMULATOR, Reason.CANCELLED),
    "testing-agent-pipeline-error": (EndedBy.SIMULATOR, Reason.INTERNAL_ERROR),
    "testing-agent-did-not-connect": (EndedBy.SIMULATOR, Reason.INTERNAL_ERROR),
    "testing-agent-dial-out-bot-crashed": (EndedBy.SIMULATOR, Reason.INTERNAL_ERROR),
    "testing-agent-dial-in-bot-crashed": (EndedBy.SIMULATOR, Reason.INTERNAL_ERROR),
    "testing-agent-sip-dial-out-bot-crashed": (EndedBy.SIMULATOR, Reason.INTERNAL_ERROR),
    "agent-timeout": (EndedBy.SIMULATOR, Reason.AGENT_TIMEOUT),
    "max-duration": (EndedBy.SIMULATOR, Reason.MAX_DURATION),
    "connection-failed": _NOT_CONNECTED,
    "connection-lost": (EndedBy.SIMULATOR, Reason.CONNECTION_LOST),
    "assistant-ended-call": _AGENT,
    "assistant-ended-call-after-message-spoken": _AGENT,
    "assistant-ended-call-with-hangup-task": _AGENT,
    "assistant-said-end-call-phrase": _AGENT,
    "user-hangup": _CALLER,
    "agent-hangup": _AGENT,
    "max-duration-reached": (EndedBy.SIMULATOR, Reason.MAX_DURATION),
    "dial-busy": _NOT_CONNECTED,
    "dial-failed": _NOT_CONNECTED,
    "dial-no-answer": _NOT_CONNECTED,
    # What this package writes itself.
    "caller-ended-call": _CALLER,
    "agent-ended-call": _AGENT,
    "agent-closed-connection": (EndedBy.AGENT, Reason.AGENT_CLOSED),
}

_STATUSES = {
    "failed": Status.FAILED,
    "error": Status.FAILED,
    "timeout": Status.FAILED,
    "cancelled": Status.FAILED,
    "not-connected": Status.FAILED,
    "incompleted": Status.INCOMPLETED,
    "rejected": Status.REJECTED,
}


def ending(reason: str, status: str) -> Ending:
    """Return how a call ended of which a transcript gives a reason and a status; each may be empty.

    A reason that nobody knows leaves it unknown who ended the call and why. A call without a status that says otherwise
    has completed, unless its reason does not let it.
    """
    ended_by, known = _KNOWN.get(_plain(reason), (EndedBy.UNKNOWN, Reason.UNKNOWN))
    if reason:
        detail = f"The transcript gives {shown(reason)} as the reason why the call ended."
    else:
        detail = "The transcript does not tell why the call ended."
    by_reason = Status.FAILED if known in FAULT_OF else Status.COMPLETED
    return Ending(_STATUSES.get(_plain(status), by_reason), ended_by, known, detail)


def _plain(words: str) -> str:
    return words.strip().lower().replace(" ", "-").replace("_", "-")
