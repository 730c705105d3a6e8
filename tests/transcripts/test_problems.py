"""What is wrong in a transcript is told with its place, all at once."""

from __future__ import annotations

import json

import pytest

from pytest_agentsim import TranscriptError, read_transcript

SAID = {"role": "Main Agent", "content": "Hello", "start_time": 0, "end_time": 1}
EPOCH = 1_760_520_142_000


def problems_of(source, **options) -> tuple[str, ...]:
    with pytest.raises(TranscriptError) as caught:
        read_transcript(source, **options)
    return caught.value.problems


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({**SAID, "content": 7}, "content is 7, expected a string"),
        ({**SAID, "content": None}, "content is missing, expected a string"),
        (
            {**SAID, "role": "Supervisor"},
            'role is "Supervisor", expected one of Testing Agent, Main Agent, Function Call, Function Call Result',
        ),
        (
            {"content": "x"},
            "role is missing, expected one of Testing Agent, Main Agent, Function Call, Function Call Result",
        ),
        (
            {**SAID, "start_time": "soon"},
            'start_time is "soon", expected seconds, epoch milliseconds, "MM:SS" or an ISO 8601 time',
        ),
        (
            {**SAID, "start_time": -1},
            'start_time is -1, expected seconds, epoch milliseconds, "MM:SS" or an ISO 8601 time',
        ),
        ({**SAID, "start_time": 2}, "end_time is 1, expected no less than start_time, 2"),
        ({**SAID, "end_time": EPOCH}, f"end_time is {EPOCH}, expected a time of the same kind as start_time"),
        ({"role": "Function Call"}, "data is missing, expected an object"),
        (
            {"role": "Function Call", "data": {"id": "1"}},
            "data.name is missing, expected the name of a function",
        ),
        ({"role": "Function Call", "data": {"id": [], "name": "f"}}, "data.id is [], expected a string"),
        (
            {"role": "Function Call Result", "data": {"result": 1}},
            "data.id is missing, expected the id of a function call",
        ),
        (7, "it is 7, expected an object"),
        (["Main Agent", "Hello"], 'it is ["Main Agent", "Hello"], expected an object'),
    ],
)
def test_an_entry_that_is_wrong_is_told_with_its_number(wrong, problem) -> None:
    assert problem in {
        each.removeprefix("entry 2: ")
        for each in problems_of([SAID, wrong, SAID])
        if each.startswith("entry 2: ")
    }


@pytest.mark.parametrize(
    ("name", "wrong", "problem"),
    [
        (
            "cekura_chat",
            {"role": "bot", "content": "x"},
            'role is "bot", expected one of user, assistant, system, developer',
        ),
        ("livekit", {"role": "user", "content": {}}, "content is {}, expected a string"),
        (
            "livekit",
            {"type": "image"},
            'type is "image", expected one of message, function_call, function_call_output, agent_handoff',
        ),
        ("pipecat", {"role": "assistant", "content": None}, "content is missing, expected a string"),
        (
            "pipecat",
            {"role": "tool", "content": "x"},
            "tool_call_id is missing, expected the id of a function call",
        ),
        (
            "livekit",
            {"role": "user", "content": "x", "interrupted": 1},
            "interrupted is 1, expected true or false",
        ),
        ("vapi", {"role": "user", "message": None}, "message is missing, expected a string"),
        ("vapi", {"role": "tool_calls"}, "toolCalls is missing, expected a list"),
        ("vapi", {"role": "tool_calls", "toolCalls": {}}, "toolCalls is {}, expected a list"),
        ("vapi", {"role": "tool_calls", "toolCalls": [1]}, "toolCalls[0] is 1, expected an object"),
        (
            "vapi",
            {"role": "tool_calls", "toolCalls": [{}]},
            "toolCalls[0].function is missing, expected an object",
        ),
        (
            "vapi",
            {"role": "tool_calls", "toolCalls": [{"function": {}}]},
            "toolCalls[0].function.name is missing, expected the name of a function",
        ),
        (
            "vapi",
            {"role": "user", "message": "x", "secondsFromStart": 1, "duration": -1},
            "duration is -1, expected a number that is not negative",
        ),
        ("retell", {"role": "user", "content": "x", "words": "x"}, 'words is "x", expected a list'),
        (
            "retell",
            {"role": "user", "content": "x", "words": [{"word": "x", "start": 2, "end": 1}]},
            "words[0].end is 1, expected no less than words[0].start, 2",
        ),
        (
            "retell",
            {"role": "boss"},
            'role is "boss", expected one of user, agent, tool_call_invocation, tool_call_result',
        ),
        ("elevenlabs", {"role": "bot", "message": "x"}, 'role is "bot", expected one of user, agent'),
        (
            "elevenlabs",
            {"role": "agent", "message": None, "tool_calls": [{"request_id": "1"}]},
            "tool_calls[0].tool_name is missing, expected the name of a function",
        ),
        (
            "pipecat",
            {"role": "bot", "content": "x"},
            'role is "bot", expected one of user, assistant, system, developer, tool_call, tool_call_result',
        ),
        (
            "webhook",
            {"role": "assistant", "content": "x"},
            'role is "assistant", expected one of user, bot, system, function_call, function_call_result',
        ),
        (
            "deepgram",
            {"word": "x", "start": 0, "end": 1},
            "speaker is missing, expected the number of a speaker, which Deepgram gives with diarize=true or multichannel=true",
        ),
        ("deepgram", {"word": "x", "start": 0, "speaker": 0}, "end is missing, expected seconds"),
        ("deepgram", {"word": "x", "end": 1, "speaker": 0}, "start is missing, expected seconds"),
        ("deepgram", {"word": 1, "start": 0, "end": 1, "speaker": 0}, "word is 1, expected a string"),
    ],
)
def test_each_format_tells_what_it_expects(name, wrong, problem) -> None:
    assert f"entry 1: {problem}" in problems_of([wrong], format=name, agent_speaker=0)


def test_all_problems_are_told_in_the_order_of_the_entries() -> None:
    found = problems_of([{**SAID, "content": 1}, 7, {**SAID, "end_time": "x"}, SAID, SAID, SAID])
    assert [each.partition(":")[0] for each in found] == ["entry 1", "entry 2", "entry 3"]


def test_of_very_many_problems_the_first_are_shown() -> None:
    with pytest.raises(TranscriptError) as caught:
        read_transcript([{**SAID, "content": 1}] * 100)
    assert len(caught.value.problems) == 100
    assert len(str(caught.value).splitlines()) == 21
    assert str(caught.value).endswith("and 80 more problems")


def test_times_of_two_kinds_cannot_be_those_of_one_call() -> None:
    entries = [SAID, {**SAID, "start_time": EPOCH, "end_time": EPOCH + 1}]
    [found] = problems_of(entries)
    assert found == (
        "entry 2: its time is in seconds or milliseconds since 1970, that of entry 1 in seconds since the call began; "
        "expected the same for all"
    )


def test_a_problem_names_the_file(tmp_path) -> None:
    file = tmp_path / "call.json"
    file.write_text(json.dumps([SAID, {**SAID, "content": 1}]))
    assert problems_of(file) == (f"{file}: entry 2: content is 1, expected a string",)
    assert problems_of(str(file)) == problems_of(file)


def test_a_problem_in_one_of_several_calls_names_the_call() -> None:
    call = {"messages": [{"role": "bot", "content": 1}, {"role": "user", "content": "Hi"}]}
    assert problems_of({"calls": [call, call]})[1] == "call 2, entry 1: content is 1, expected a string"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "Expecting value: line 1 column 1 (char 0)"),
        ("[\n  {'role': 'user'}\n]", "(char 5); strings stand in double quotes in JSON"),
        ("[NaN]", "NaN is not JSON"),
        ("[" * 100 + "]" * 100, "nested more than 64 levels deep"),
        ("Hello,\nhow are you?", "Expecting value: line 1 column 1 (char 0)"),
    ],
)
def test_a_file_that_is_no_json_tells_where(tmp_path, text, problem) -> None:
    file = tmp_path / "call.json"
    file.write_text(text)
    [found] = problems_of(file)
    assert found.startswith(f"{file}: it is neither JSON nor lines of the form [MM:SS] Role: text: ")
    assert found.endswith(problem)


def test_a_file_that_cannot_be_read_is_told(tmp_path) -> None:
    missing, binary = tmp_path / "none.json", tmp_path / "call.wav"
    binary.write_bytes(b"RIFF\xff\xfe")
    assert problems_of(missing) == (f"{missing}: the file cannot be read: No such file or directory",)
    assert problems_of(binary) == (f"{binary}: the file is not UTF-8 text",)


@pytest.mark.parametrize("data", [[{"role": {1}}], [{"role": float("nan")}]])
def test_data_that_cannot_be_json_is_refused(data) -> None:
    assert problems_of(data)[0].startswith("it holds what cannot be JSON: ")


def test_lines_of_a_text_that_belong_to_no_turn_are_told() -> None:
    found = problems_of(
        "Call 7\n[00:01] Main Agent: Hi\n[00:02] Function Call: find\n[00:03] Function Call Result: 7"
    )
    assert found == (
        'line 1: it is "Call 7", expected [MM:SS] Role: text',
        'line 3: the function call is "find", expected name(arguments)',
        'line 4: the function call result is "7", expected name -> result',
    )


def test_what_a_transcript_holds_does_not_reach_the_terminal_as_it_is() -> None:
    [found] = problems_of([{**SAID, "content": ["\x1b[2J\u202e"]}, SAID])
    assert found.isprintable()
