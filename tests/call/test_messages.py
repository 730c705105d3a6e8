"""Every form of frame in both directions, and frames that break the protocol in the middle of a call."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from pytest_agentsim.result import EventKind, Speaker
from tests.call.harness import AGENT_ENDED, CALLER_ENDED, Call, Wire, converse, scenario

TWO_TURNS = scenario("Hello", (0, "Thanks <endcall/>"))


async def with_frames(*frames: str | bytes) -> Call:
    """Make a call in which the agent sends these frames before its reply."""

    async def agent(wire: Wire) -> None:
        await wire.hear()
        for frame in frames:
            await wire.send(frame)
        await wire.say("What can I do for you?")
        await wire.stay()

    return await converse(agent, TWO_TURNS)


def check_that_the_call_went_on(call: Call) -> None:
    assert call.ending == CALLER_ENDED
    assert call.said == ["caller: Hello", "agent: What can I do for you?", "caller: Thanks"]
    assert call.wire.heard == [{"content": "Hello"}, {"content": "Thanks", "type": "end_call"}]


# --- from the caller ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first_message", "frames"),
    [
        (
            "I'd like to set up a payment plan",
            ['{"content": "I\'d like to set up a payment plan"}', '{"content": "", "type": "end_call"}'],
        ),
        ("Grüße \N{WAVING HAND SIGN}", [r'{"content": "Gr\u00fc\u00dfe \ud83d\udc4b"}', '{"content": "", "type": "end_call"}']),
        ('She said "no"\nand left', [r'{"content": "She said \"no\"\nand left"}', '{"content": "", "type": "end_call"}']),
        ("Thanks, goodbye! <endcall/>", ['{"content": "Thanks, goodbye!", "type": "end_call"}']),
        ("<endcall />", ['{"content": "", "type": "end_call"}']),
    ],
)  # fmt: skip
async def test_the_callers_frames_are_exactly_those_of_the_page(
    first_message: str, frames: list[str]
) -> None:
    async def agent(wire: Wire) -> None:
        while "type" not in await wire.hear():
            await wire.say("Well")

    ending = [] if "endcall" in first_message else [(0, "<endcall/>")]
    call = await converse(agent, scenario(first_message, *ending))
    assert [frame for who, frame in call.wire.frames if who == "caller"] == frames
    assert call.ending == CALLER_ENDED


async def test_keys_travel_as_a_tag_inside_the_words_and_the_transcript_has_them() -> None:
    async def agent(wire: Wire) -> None:
        await wire.say("Please enter your account number followed by the hash key.")
        await wire.stay()

    action = 'Sure, entering it now. <dtmf digits="1234#"/><endcall/>'
    call = await converse(agent, scenario("", ("The agent asks you to enter the account number", action)))
    assert [frame for who, frame in call.wire.frames if who == "caller"] == [
        r'{"content": "Sure, entering it now. <dtmf digits=\"1234#\"/>", "type": "end_call"}'
    ]
    assert call.result.turns[-1].text == 'Sure, entering it now. <dtmf digits="1234#"/>'
    assert call.result.keys_pressed_by(Speaker.CALLER) == ("1234#",)


async def test_dtmf_without_its_profile_key_presses_nothing_and_the_call_goes_on() -> None:
    async def agent(wire: Wire) -> None:
        await wire.hear()
        await wire.say("What can I do for you?")
        await wire.stay()

    script = scenario('It is <dtmf digits="{{test_profile.pin}}"/> that', (0, "Thanks <endcall/>"))
    call = await converse(agent, script)
    assert call.ending == CALLER_ENDED
    assert call.said[0] == "caller: It is that"
    (warning,) = call.result.events_of(EventKind.WARNING)
    assert warning.data["message"].startswith("<dtmf> presses no keys")


async def test_tags_that_are_only_heard_leave_no_trace_in_the_frame_and_are_on_record() -> None:
    async def agent(wire: Wire) -> None:
        await wire.stay()

    call = await converse(agent, scenario('<noise sound="beep" time="500" />Hello <endcall/>'))
    assert call.wire.heard == [{"content": "Hello", "type": "end_call"}]
    [tag] = call.result.events_of(EventKind.TAG)
    assert tag.data == {"tag": "noise", "attributes": {"sound": "beep", "time": "500"}}


# --- from the agent ----------------------------------------------------------------------------------------


async def test_a_reply_is_a_turn() -> None:
    check_that_the_call_went_on(await with_frames())


async def test_a_reply_may_carry_metadata() -> None:
    async def agent(wire: Wire) -> None:
        await wire.hear()
        await wire.say("One moment\N{HORIZONTAL ELLIPSIS}", metadata={"customer_id": "cust_123"})
        await wire.stay()

    call = await converse(agent, TWO_TURNS)
    assert call.said == ["caller: Hello", "agent: One moment\N{HORIZONTAL ELLIPSIS}", "caller: Thanks"]
    assert call.result.metadata == {"customer_id": "cust_123"}
    assert call.ending == CALLER_ENDED


async def test_a_frame_with_metadata_alone_is_recorded_and_is_no_turn() -> None:
    call = await with_frames('{"metadata": {"internal_call_id": "abc-123"}}')
    check_that_the_call_went_on(call)
    assert call.result.metadata == {"internal_call_id": "abc-123"}
    [event] = call.result.events_of(EventKind.METADATA)
    assert event.data == {"metadata": {"internal_call_id": "abc-123"}}


async def test_metadata_is_merged_and_the_last_write_of_a_key_wins() -> None:
    call = await with_frames(
        '{"metadata": {"a": 1, "b": {"x": 1}}}',
        '{"metadata": {}}',
        '{"metadata": {"b": {"y": 2}, "c": null}}',
    )
    check_that_the_call_went_on(call)
    assert call.result.metadata == {"a": 1, "b": {"y": 2}, "c": None}


async def test_function_frames_are_recorded_and_are_no_turns() -> None:
    call = await with_frames(
        r'{"role": "Function Call", "data": {"id": "call_1", "name": "lookup_account", "arguments": "{\"id\":\"123\"}"}}',
        r'{"role": "Function Call Result", "data": {"id": "call_1", "result": "{\"balance\":420.00}"}}',
    )
    check_that_the_call_went_on(call)
    [made] = call.result.tool_calls
    assert (made.id, made.name, made.arguments, made.result) == (
        "call_1",
        "lookup_account",
        {"id": "123"},
        {"balance": 420.0},
    )
    assert made.after_turn == 1
    roles = [entry["role"] for entry in call.result.transcript()]
    assert roles == ["Testing Agent", "Function Call", "Function Call Result", "Main Agent", "Testing Agent"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('"{}"', {}),
        ('{"id": 1}', {"id": 1}),
        ('"[1, 2]"', [1, 2]),
        ('"null"', None),
        ("null", None),
        ('"just words"', "just words"),
        ('""', ""),
    ],
)
async def test_arguments_are_taken_as_json_text_as_an_object_and_as_mere_text(
    written: str, read: Any
) -> None:
    frame = f'{{"role": "Function Call", "data": {{"id": "1", "name": "f", "arguments": {written}}}}}'
    call = await with_frames(frame)
    check_that_the_call_went_on(call)
    assert [made.arguments for made in call.result.tool_calls] == [read]


async def test_results_find_their_calls_by_id_in_whatever_order_they_come() -> None:
    def called(number: str) -> str:
        return json.dumps(
            {"role": "Function Call", "data": {"id": number, "name": f"f{number}", "arguments": "{}"}}
        )

    def returned(number: str) -> str:
        return json.dumps({"role": "Function Call Result", "data": {"id": number, "result": f'"r{number}"'}})

    call = await with_frames(called("1"), called("2"), called("3"), returned("3"), returned("1"))
    check_that_the_call_went_on(call)
    assert [(made.name, made.result) for made in call.result.tool_calls] == [
        ("f1", "r1"),
        ("f2", None),
        ("f3", "r3"),
    ]


async def test_an_empty_reply_is_a_turn_too() -> None:
    async def agent(wire: Wire) -> None:
        await wire.hear()
        await wire.say("")
        await wire.stay()

    call = await converse(agent, TWO_TURNS)
    assert call.said == ["caller: Hello", "agent: ", "caller: Thanks"]


async def test_end_call_from_the_agent_ends_the_call_with_its_words() -> None:
    async def agent(wire: Wire) -> None:
        await wire.hear()
        await wire.say("Goodbye!", type="end_call", metadata={"outcome": "done"})

    call = await converse(agent, TWO_TURNS)
    assert call.ending == AGENT_ENDED
    assert call.said == ["caller: Hello", "agent: Goodbye!"]
    assert call.result.metadata == {"outcome": "done"}
    assert call.wire.heard == [{"content": "Hello"}]


@pytest.mark.parametrize("frame", ['{"type": "end_call"}', '{"content": "", "type": "end_call"}', '{"content": null, "type": "end_call"}'])  # fmt: skip
async def test_end_call_from_the_agent_without_words_is_no_turn(frame: str) -> None:
    async def agent(wire: Wire) -> None:
        await wire.hear()
        await wire.send(frame)

    call = await converse(agent, TWO_TURNS)
    assert call.ending == AGENT_ENDED
    assert call.said == ["caller: Hello"]


# --- what breaks the protocol ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("frame", "kind"),
    [
        (b"\x00\xff binary", "binary_frame"),
        ("", "malformed_json"),
        ("Hello, plain text", "malformed_json"),
        ('{"content": "cut o', "malformed_json"),
        ('{"content": NaN}', "malformed_json"),
        ("[" * 100_000, "too_deep"),
        ('{"metadata": ' + '{"a":' * 100 + "1" + "}" * 101, "too_deep"),
        ('["content", "Hello"]', "not_an_object"),
        ("null", "not_an_object"),
        ("42", "not_an_object"),
        ('{"content": 42}', "wrong_type"),
        ('{"content": ["Hello"]}', "wrong_type"),
        ('{"metadata": "cust_123"}', "wrong_type"),
        ('{"type": {"end_call": true}}', "wrong_type"),
        ('{"role": 5}', "wrong_type"),
        ('{"role": "Function Call", "data": []}', "wrong_type"),
        ('{"role": "Function Call"}', "missing_field"),
        ('{"role": "Function Call", "data": {"id": "1", "name": "f"}}', "missing_field"),
        ('{"role": "Function Call Result", "data": {"result": "1"}}', "missing_field"),
        ('{"type": "goodbye"}', "unknown_type"),
        ('{"role": "assistant"}', "unknown_role"),
        ("{}", "unknown_frame"),
        ('{"text": "Hello"}', "unknown_frame"),
        ('{"content": "' + "x" * 1_100_000 + '"}', "too_large"),
    ],
    ids=lambda value: repr(value[:30]),
)
async def test_a_breach_of_the_protocol_is_recorded_and_the_call_goes_on(
    frame: str | bytes, kind: str
) -> None:
    call = await with_frames(frame)
    check_that_the_call_went_on(call)
    violations = call.result.events_of(EventKind.PROTOCOL_VIOLATION)
    assert [event.data["violation"] for event in violations] == [kind]
    [violation] = violations
    assert violation.data["message"]
    assert len(violation.data["sample"]) <= 200
    assert violation.data["sample"].isprintable()


async def test_the_sample_of_a_long_frame_is_its_beginning() -> None:
    call = await with_frames("not JSON " + "x" * 1000)
    [violation] = call.result.events_of(EventKind.PROTOCOL_VIOLATION)
    assert violation.data["sample"] == "not JSON " + "x" * 190 + "\N{HORIZONTAL ELLIPSIS}"


@pytest.mark.parametrize(
    ("frame", "words", "kind"),
    [
        ('{"content": "Hi", "type": "greeting"}', "Hi", "unknown_type"),
        ('{"content": "Hi", "role": "assistant"}', "Hi", "unknown_role"),
        ('{"content": "Hi", "metadata": 1}', "Hi", "wrong_type"),
        (r'{"content": "Hi \ud83d"}', "Hi \N{REPLACEMENT CHARACTER}", "lone_surrogate"),
    ],
)
async def test_words_in_a_frame_with_a_fault_count_as_a_turn_all_the_same(
    frame: str, words: str, kind: str
) -> None:
    async def agent(wire: Wire) -> None:
        await wire.hear()
        await wire.send(frame)
        await wire.stay()

    call = await converse(agent, TWO_TURNS)
    assert call.said == ["caller: Hello", f"agent: {words}", "caller: Thanks"]
    [violation] = call.result.events_of(EventKind.PROTOCOL_VIOLATION)
    assert violation.data["violation"] == kind
    assert call.ending == CALLER_ENDED


async def test_breaches_of_every_kind_at_once_stop_nothing() -> None:
    call = await with_frames(
        "nonsense", b"\x00", "{}", '{"metadata": {"a": 1}}', '{"content": 1, "metadata": {"b": 2}}'
    )
    check_that_the_call_went_on(call)
    assert len(call.result.events_of(EventKind.PROTOCOL_VIOLATION)) == 4
    assert call.result.metadata == {"a": 1, "b": 2}
    assert [turn.speaker for turn in call.result.turns] == [Speaker.CALLER, Speaker.AGENT, Speaker.CALLER]


@pytest.mark.parametrize(("language", "is_warned_of"), [("ta", True), ("th", False), ("en", False)])
async def test_a_language_in_which_the_caller_has_no_sentences_of_its_own_is_a_warning(
    language: str, is_warned_of: bool
) -> None:
    async def agent(wire: Wire) -> None:
        await wire.hear()
        await wire.say("Goodbye", type="end_call")

    call = await converse(agent, replace(TWO_TURNS, language=language))
    told = [event.data["message"] for event in call.result.events_of(EventKind.WARNING)]
    assert bool(told) == is_warned_of
    assert all(f'no sentences of its own in the language "{language}"' in each for each in told)
