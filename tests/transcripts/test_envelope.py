"""What the interfaces and webhooks of the platforms put around the entries."""

from __future__ import annotations

import json

import pytest

from pytest_agentsim import EndedBy, Reason, Status, TranscriptError, read_transcript
from pytest_agentsim.transcripts.reading import read_all, read_one

VAPI = [
    {
        "role": "bot",
        "message": "Hello",
        "time": 1_760_520_143_000,
        "endTime": 1_760_520_144_000,
        "secondsFromStart": 1,
    }
]
RETELL = [{"role": "agent", "content": "Hello", "words": [{"word": "Hello", "start": 1, "end": 2}]}]
ELEVENLABS = [{"role": "agent", "message": "Hello", "time_in_call_secs": 1}]
CEKURA = [{"role": "Main Agent", "content": "Hello", "start_time": 1, "end_time": 2}]
CHAT = [{"role": "assistant", "content": "Hello", "timestamp": 1}]


@pytest.mark.parametrize(
    ("document", "name"),
    [
        ({"transcript_object": CEKURA}, "cekura"),
        ({"transcript_json": CEKURA}, "cekura"),
        ({"transcript_json": json.dumps(ELEVENLABS), "transcript_type": "elevenlabs"}, "elevenlabs"),
        ({"cekura_transcript_json": CHAT}, "cekura_chat"),
        ({"transcript": "[00:01] Main Agent: Hello"}, "cekura_text"),
        ({"messages": VAPI, "transcript": "AI: Hello"}, "vapi"),
        ({"transcript": "AI: Hello", "artifact": {"messages": VAPI}}, "vapi"),
        (
            {"message": {"type": "end-of-call-report", "call": {"id": "1"}, "artifact": {"messages": VAPI}}},
            "vapi",
        ),
        ({"transcript_object": RETELL, "transcript": "Agent: Hello"}, "retell"),
        (
            {"event": "call_ended", "call": {"transcript_with_tool_calls": RETELL, "transcript_object": []}},
            "retell",
        ),
        ({"conversation_id": "c", "transcript": ELEVENLABS}, "elevenlabs"),
        ({"type": "post_call_transcription", "data": {"transcript": ELEVENLABS}}, "elevenlabs"),
        (
            {"chat_history": {"items": [{"type": "message", "role": "assistant", "content": ["Hello"]}]}},
            "livekit",
        ),
        ({"runs": {"17": {"transcript_object": CEKURA}}}, "cekura"),
    ],
)
def test_the_entries_are_found(document, name) -> None:
    read = read_one(document)
    assert (read.format, [turn.text for turn in read.result.turns]) == (name, ["Hello"])


def test_a_run_of_cekura_tells_what_it_was() -> None:
    run = {
        "id": 17,
        "scenario": {"id": 3, "name": "Cancel", "personality_name": "Impatient"},
        "status": "failed",
        "call_ended_reason": "Main agent-silence-timed-out",
        "duration": "01:05",
        "run_as_text": True,
        "metadata": {"customer": "c1"},
        "transcript_object": CEKURA,
    }
    result = read_transcript(run)
    assert (result.scenario, result.run_id, result.personality) == ("Cancel", "17", "Impatient")
    assert (result.status, result.ended_by, result.ended_reason) == (
        Status.FAILED,
        EndedBy.SIMULATOR,
        Reason.AGENT_TIMEOUT,
    )
    assert (result.duration, result.channel, result.metadata) == (65.0, "text", {"customer": "c1"})


def test_a_call_of_retell_tells_how_long_it_was_and_why_it_ended() -> None:
    call = {
        "call_id": "r1",
        "start_timestamp": 1_760_520_142_000,
        "duration_ms": 2500,
        "disconnection_reason": "agent_hangup",
        "transcript_object": RETELL,
    }
    result = read_transcript({"event": "call_ended", "call": call})
    assert (result.run_id, result.started_at, result.duration) == ("r1", "2025-10-15T09:22:22.000+00:00", 2.5)
    assert (result.ended_by, result.ended_reason) == (EndedBy.AGENT, Reason.AGENT_ENDED)


def test_a_call_of_elevenlabs_tells_it_in_its_metadata() -> None:
    metadata = {
        "start_time_unix_secs": 1_760_520_142,
        "call_duration_secs": 7,
        "termination_reason": "Call ended by remote party",
    }
    result = read_transcript({"conversation_id": "e1", "transcript": ELEVENLABS, "metadata": metadata})
    assert (result.run_id, result.started_at, result.duration) == ("e1", "2025-10-15T09:22:22.000+00:00", 7.0)
    assert (result.ended_reason, result.metadata) == (Reason.UNKNOWN, metadata)
    assert "Call ended by remote party" in result.detail


def test_the_call_of_a_webhook_of_vapi_tells_it_beside_the_messages() -> None:
    report = {
        "endedReason": "customer-ended-call",
        "startedAt": "2025-10-15T09:22:20.000Z",
        "endedAt": "2025-10-15T09:22:30.000Z",
        "artifact": {"messages": VAPI},
    }
    result = read_transcript({"message": report})
    assert result.ended_by is EndedBy.CALLER
    # The seconds of the messages count from 2 s after the call began for the platform.
    assert (result.started_at, result.turns[0].time, result.duration) == (
        "2025-10-15T09:22:22.000+00:00",
        1.0,
        8.0,
    )


def test_a_call_lasts_at_least_until_its_last_word() -> None:
    assert read_transcript({"transcript_object": CEKURA, "duration": "00:01"}).duration == 2.0


def test_a_call_on_which_nobody_has_spoken_is_one_without_turns() -> None:
    read = read_one({"transcript_object": [], "call_ended_reason": "Main agent-did-not-answer"})
    assert (read.format, read.result.turns, read.result.status) == ("none", (), Status.FAILED)
    assert read.result.ended_reason is Reason.CONNECTION_FAILED


def test_of_several_calls_each_can_be_read() -> None:
    document = {"runs": [{"id": 1, "transcript_object": CEKURA}, {"id": 2, "transcript_object": RETELL}]}
    assert [(each.format, each.result.run_id) for each in read_all(document)] == [
        ("cekura", "1"),
        ("retell", "2"),
    ]
    with pytest.raises(TranscriptError, match="it holds 2 calls; give one of them"):
        read_transcript(document)


def test_of_a_whole_result_that_is_of_text_each_run_is() -> None:
    result = {
        "id": 9,
        "run_as_text": True,
        "status": "completed",
        "runs": {"1": {"id": 1, "transcript_object": CEKURA}},
    }
    call = read_transcript({"event_type": "result.completed", "data": result})
    assert (call.channel, call.run_id) == ("text", "1")


def test_what_is_wrong_around_the_entries_is_told() -> None:
    document = {
        "transcript_object": CEKURA,
        "startedAt": "yesterday",
        "duration_ms": "long",
        "scenario_name": [],
    }
    with pytest.raises(TranscriptError) as caught:
        read_transcript(document)
    assert caught.value.problems == (
        "scenario_name is [], expected a string",
        'startedAt is "yesterday", expected seconds, epoch milliseconds, "MM:SS" or an ISO 8601 time',
        'duration_ms is "long", expected a number that is not negative',
    )
