"""The same call in each format: what all of them tell is the same, and what one does not tell is absent."""

from __future__ import annotations

import pytest

from pytest_agentsim import EndedBy, Reason, Speaker, Status, ToolCall, Turn, read_transcript
from pytest_agentsim.transcripts.reading import read_one

AGENT, CALLER = Speaker.AGENT, Speaker.CALLER
TURNS = (
    Turn(1, AGENT, "Acme Clinic, how can I help?", 0.5, 2.0),
    Turn(2, CALLER, "Please cancel my appointment.", 3.2, 5.4),
    Turn(3, AGENT, "One moment.", 5.9, 6.5),
    Turn(4, AGENT, "It is cancelled.", 8.0, 9.1),
    Turn(5, CALLER, "Thank you, goodbye.", 10.0, 11.2),
)
WORDS = [(turn.speaker, turn.text) for turn in TURNS]
ARGUMENTS, RESULT = {"patient": "Sarah Johnson"}, {"confirmation": "ACM-1042"}


def a_function_call(time: float | None, identifier: str = "call_1") -> tuple[ToolCall, ...]:
    return (ToolCall(identifier, "cancel_appointment", ARGUMENTS, time, 3, RESULT),)


def words(result):
    return [(turn.speaker, turn.text) for turn in result.turns]


def times(result):
    return [(turn.time, turn.end) for turn in result.turns]


@pytest.mark.parametrize(
    ("file", "name", "calls"),
    [
        ("cekura.json", "cekura", a_function_call(6.6)),
        ("vapi.json", "vapi", a_function_call(6.6)),
        ("retell.json", "retell", a_function_call(None)),
        ("pipecat_timed.json", "pipecat", a_function_call(None)),
        ("webhook.json", "webhook", a_function_call(6.6)),
    ],
)
def test_a_format_that_tells_all_times_gives_the_whole_call(example, file, name, calls) -> None:
    read = read_one(example(file))
    assert read.format == name
    assert read.result.turns == TURNS
    assert read.result.tool_calls == calls
    assert read.result.channel == "voice"


@pytest.mark.parametrize(
    ("file", "name", "starts", "calls"),
    [
        ("cekura_times.json", "cekura", [0, 3, 5, 8, 10], a_function_call(6)),
        ("cekura_text.txt", "cekura_text", [0, 3, 5, 8, 10], a_function_call(6, identifier="")),
        ("elevenlabs.json", "elevenlabs", [0, 3, 5, 8, 10], a_function_call(5)),
        ("livekit.json", "livekit", [0, 3, 5, 8, 10], ()),
        ("cekura_chat.json", "livekit", [0, 2.7, 5.4, 7.5, 9.5], ()),
        ("pipecat_untimed.json", "pipecat", [None] * 5, a_function_call(None)),
    ],
)
def test_a_format_that_does_not_tell_when_turns_ended_leaves_it_open(
    example, file, name, starts, calls
) -> None:
    read = read_one(example(file))
    assert read.format == name
    assert words(read.result) == WORDS
    assert times(read.result) == [(start, None) for start in starts]
    assert read.result.tool_calls == calls
    assert read.result.duration is None


def test_the_words_of_deepgram_become_turns(example) -> None:
    result = read_transcript(example("deepgram.json"), agent_speaker=0)
    joined = Turn(3, AGENT, "One moment. It is cancelled.", 5.9, 9.1)
    assert result.turns == (*TURNS[:2], joined, Turn(4, CALLER, "Thank you, goodbye.", 10.0, 11.2))


def test_deepgram_does_not_tell_which_speaker_the_agent_is(example) -> None:
    with pytest.raises(Exception, match="does not tell which one is the agent; say it with agent_speaker=0"):
        read_transcript(example("deepgram.json"))
    with pytest.raises(Exception, match="there is no speaker 7, only 0, 1"):
        read_transcript(example("deepgram.json"), agent_speaker=7)


def test_on_channels_of_their_own_two_who_speak_at_once_are_not_cut_into_words() -> None:
    def channel(*words):
        return {
            "alternatives": [{"words": [{"word": word, "start": at, "end": at + 0.3} for at, word in words]}]
        }

    channels = [
        channel((0.0, "I"), (0.4, "would"), (0.8, "like"), (5.0, "Yes")),
        channel((0.6, "Mhm"), (3.0, "Sure?")),
    ]
    # A channel on which nobody spoke may have no alternatives.
    document = {"metadata": {"duration": 6.0}, "results": {"channels": [*channels, {"alternatives": []}]}}
    result = read_transcript(document, agent_speaker=1)
    assert words(result) == [
        (CALLER, "I would like"),
        (AGENT, "Mhm Sure?"),
        (CALLER, "Yes"),
    ]
    assert result.duration == 6.0


@pytest.mark.parametrize(
    "entries",
    [
        [
            {"role": "tool_call_invocation", "tool_call_id": "1", "name": "find", "arguments": "{}"},
            {
                "role": "tool_call_result",
                "tool_call_id": "1",
                "successful": False,
                "content": "no such patient",
            },
        ],
        [
            {
                "role": "agent",
                "message": None,
                "time_in_call_secs": 5,
                "tool_calls": [{"request_id": "1", "tool_name": "find", "params_as_json": "{}"}],
                "tool_results": [
                    {
                        "request_id": "1",
                        "tool_name": "find",
                        "result_value": "no such patient",
                        "is_error": True,
                        "tool_latency_secs": 0.8,
                    }
                ],
            }
        ],
    ],
)
def test_a_function_call_that_a_format_says_has_failed_is_one_that_failed(entries) -> None:
    result = read_transcript(entries)
    assert result.tool_calls[0].result == {"error": "no such patient"}
    assert result.metric("tool_call_success").value is False


def test_how_long_a_function_took_is_what_elevenlabs_says(example) -> None:
    # The two entries are 1 s apart, in whole seconds.
    assert read_transcript(example("elevenlabs.json")).metric("tool_latency").value == pytest.approx(0.8)


def test_when_elevenlabs_does_not_say_how_long_a_function_took_it_is_not_known() -> None:
    called = {"request_id": "1", "tool_name": "find", "params_as_json": "{}"}
    returned = {"request_id": "1", "tool_name": "find", "result_value": "x", "is_error": False}
    entries = [
        {
            "role": "agent",
            "message": None,
            "time_in_call_secs": 5,
            "tool_calls": [called],
            "tool_results": [],
        },
        {
            "role": "agent",
            "message": None,
            "time_in_call_secs": 6,
            "tool_calls": [],
            "tool_results": [returned],
        },
    ]
    result = read_transcript(entries)
    assert (result.tool_calls[0].time, result.tool_calls[0].result) == (5.0, "x")
    assert result.metric("tool_latency").outcome.value == "not measurable"


@pytest.mark.parametrize("name", ["cekura_times.json", "cekura_text.txt"])
def test_times_to_the_second_do_not_tell_how_long_a_function_took(example, name) -> None:
    value = read_transcript(example(name)).metric("tool_latency")
    assert value.outcome.value == "not measurable"


def test_what_elevenlabs_says_was_interrupted_is(example) -> None:
    result = read_transcript(example("elevenlabs.json"))
    assert [turn.number for turn in result.turns if turn.interrupted] == [4]


def test_the_order_of_vapi_is_that_of_the_clock_although_its_seconds_disagree(example) -> None:
    # `secondsFromStart` of the function calls counts from 1.2 s later than that of the turns.
    result = read_transcript(example("vapi.json"))
    assert result.tool_calls[0].after_turn == 3
    assert result.started_at == "2025-10-15T09:22:22.000+00:00"


def test_vapi_without_epoch_times_is_read_by_its_seconds() -> None:
    entries = [
        {"role": "bot", "message": "Hello", "secondsFromStart": 1, "duration": 500},
        {"role": "user", "message": "Bye", "secondsFromStart": 2.5},
    ]
    assert times(read_transcript(entries)) == [(1, 1.5), (2.5, None)]


def test_what_stands_around_the_entries_of_a_webhook_is_kept(example) -> None:
    result = read_transcript(example("webhook.json"))
    assert (result.status, result.ended_by, result.ended_reason) == (
        Status.COMPLETED,
        EndedBy.CALLER,
        Reason.CALLER_ENDED,
    )
    assert result.detail == 'The transcript gives "customer-hungup" as the reason why the call ended.'
    assert result.metadata == {"customer": "cust_1"}
    assert (result.run_id, result.started_at, result.duration) == (
        "call-7",
        "2025-10-15T09:22:22.000+00:00",
        12.0,
    )


def test_how_a_call_ended_of_which_only_entries_are_known_is_not_known(example) -> None:
    result = read_transcript(example("cekura.json"))
    assert (result.status, result.ended_by, result.ended_reason) == (
        Status.COMPLETED,
        EndedBy.UNKNOWN,
        Reason.UNKNOWN,
    )
    assert result.failure_kind is None


def test_a_turn_of_several_lines_is_read_from_text_as_it_is_printed() -> None:
    text = "[00:01] Main Agent: Two things:\n        first,\n        second.\n[00:09] Testing Agent: Fine.\n"
    result = read_transcript(text)
    assert result.turns[0].text == "Two things:\nfirst,\nsecond."
    assert result.transcript_text() + "\n" == text


def test_the_messages_of_a_language_model_are_read_with_their_function_calls() -> None:
    function = {"name": "find", "arguments": '{"name": "Sarah"}'}
    entries = [
        {"role": "system", "content": "You are the clinic's agent."},
        {"role": "user", "content": [{"type": "text", "text": "I am"}, {"type": "text", "text": "Sarah."}]},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "1", "type": "function", "function": function}],
        },
        {"role": "tool", "tool_call_id": "1", "content": '{"id": 7}'},
        {"role": "assistant", "content": "Hello Sarah."},
    ]
    read = read_one(entries)
    assert read.format == "pipecat"
    assert words(read.result) == [(CALLER, "I am Sarah."), (AGENT, "Hello Sarah.")]
    assert read.result.tool_calls == (ToolCall("1", "find", {"name": "Sarah"}, None, 1, {"id": 7}),)


def test_the_history_of_a_livekit_session_is_read() -> None:
    began = 1_760_520_142.0
    items = [
        {"type": "message", "role": "system", "content": ["Be kind."], "created_at": began},
        {
            "type": "message",
            "role": "assistant",
            "content": ["Hello", "there"],
            "created_at": began + 1,
            "interrupted": True,
        },
        {"type": "message", "role": "user", "content": ["Find me"], "created_at": began + 3},
        {"type": "function_call", "call_id": "1", "name": "find", "arguments": "{}", "created_at": began + 4},
        {
            "type": "function_call_output",
            "call_id": "1",
            "output": "none",
            "is_error": True,
            "created_at": began + 4.5,
        },
        {"type": "agent_handoff", "created_at": began + 5},
    ]
    read = read_one({"history": {"items": items}})
    assert read.format == "livekit"
    assert read.result.turns == (
        Turn(1, AGENT, "Hello there", 0.0, interrupted=True),
        Turn(2, CALLER, "Find me", 2.0),
    )
    assert read.result.tool_calls == (ToolCall("1", "find", {}, 3.0, 2, {"error": "none"}),)


def test_cekura_takes_the_role_names_of_customers() -> None:
    entries = [
        {
            "role": "agent",
            "content": "Hello",
            "start_time": "2025-09-02T10:36:59.5Z",
            "end_time": "2025-09-02T10:37:01Z",
        },
        {
            "role": "user",
            "content": "Hi",
            "start_time": "2025-09-02T10:37:02Z",
            "end_time": "2025-09-02T10:37:03Z",
        },
    ]
    read = read_one(entries)
    assert (read.format, words(read.result)) == ("cekura", [(AGENT, "Hello"), (CALLER, "Hi")])
    assert times(read.result) == [(0.0, 1.5), (2.5, 3.5)]


def test_retell_roles_that_are_no_part_of_the_conversation_are_left_out() -> None:
    entries = [
        {"role": "agent", "content": "Hello", "words": []},
        {"role": "node_transition", "new_node_name": "billing", "time_sec": 1},
        {"role": "user", "content": "Hi", "words": []},
    ]
    assert words(read_transcript(entries)) == [(AGENT, "Hello"), (CALLER, "Hi")]
