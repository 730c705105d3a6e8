"""How a call has ended, from the words of the platforms."""

from __future__ import annotations

import pytest

from pytest_agentsim.result import FAULT_OF, EndedBy, Reason, Status
from pytest_agentsim.transcripts.endings import ending


@pytest.mark.parametrize(
    ("words", "status", "by", "reason"),
    [
        ("Main agent-ended-call", Status.COMPLETED, EndedBy.AGENT, Reason.AGENT_ENDED),
        ("main-agent-ended-call", Status.COMPLETED, EndedBy.AGENT, Reason.AGENT_ENDED),
        ("Testing agent-ended-call", Status.COMPLETED, EndedBy.CALLER, Reason.CALLER_ENDED),
        ("customer-ended-call", Status.COMPLETED, EndedBy.CALLER, Reason.CALLER_ENDED),
        ("user_hangup", Status.COMPLETED, EndedBy.CALLER, Reason.CALLER_ENDED),
        ("exceeded-max-duration", Status.FAILED, EndedBy.SIMULATOR, Reason.MAX_DURATION),
        ("connection_lost", Status.FAILED, EndedBy.SIMULATOR, Reason.CONNECTION_LOST),
        ("agent_closed_connection", Status.COMPLETED, EndedBy.AGENT, Reason.AGENT_CLOSED),
        ("participant_disconnected", Status.COMPLETED, EndedBy.UNKNOWN, Reason.UNKNOWN),
        ("", Status.COMPLETED, EndedBy.UNKNOWN, Reason.UNKNOWN),
    ],
)
def test_the_reason_tells_who_ended_the_call_and_whether_it_completed(words, status, by, reason) -> None:
    found = ending(words, "")
    assert (found.status, found.ended_by, found.reason) == (status, by, reason)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("completed", Status.COMPLETED),
        ("ended", Status.COMPLETED),
        ("failed", Status.FAILED),
        ("timeout", Status.FAILED),
        ("REJECTED", Status.REJECTED),
        ("INCOMPLETED", Status.INCOMPLETED),
    ],
)
def test_a_status_is_read_too(words, status) -> None:
    assert ending("", words).status is status


def test_a_call_whose_status_is_not_known_has_not_completed_for_a_reason_that_does_not_let_it() -> None:
    assert ending("agent_timeout", "ended").status is Status.FAILED
    assert Reason.AGENT_TIMEOUT in FAULT_OF


def test_the_words_of_the_transcript_are_kept() -> None:
    assert ending("pipeline-error", "").detail == (
        'The transcript gives "pipeline-error" as the reason why the call ended.'
    )
    assert ending("", "").detail == "The transcript does not tell why the call ended."
