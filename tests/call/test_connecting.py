"""How a call is opened: its headers, and what becomes of a connection that is refused."""

from __future__ import annotations

import http
import socket
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim.call import run_call
from pytest_agentsim.result import EventKind, FailureKind, Reason
from pytest_agentsim.scenario.loader import load_mapping
from tests.call.harness import (
    AGENT_CLOSED,
    CALLER_ENDED,
    SECRET_REJECTED,
    Call,
    Line,
    Wire,
    converse,
    failed,
    listening,
    listening_raw,
    scenario,
    spec,
)

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from pytest_agentsim.result import CallResult

HANG_UP = scenario("Hello <endcall/>")
CONNECTION_FAILED = failed(Reason.CONNECTION_FAILED)


async def stay(wire: Wire) -> None:
    await wire.stay()


def warnings_of(call: Call) -> list[str]:
    return [event.data["message"] for event in call.result.events_of(EventKind.WARNING)]


# --- the headers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-RUBRIC-SECRET", "shh"),
        ("X-RUBRIC-AGENT-ID", "7"),
        ("X-RUBRIC-SCENARIO-ID", "scenario-1"),
        ("X-RUBRIC-RUN-ID", "run-1"),
        ("X-RUBRIC-BATCH-ID", "batch-1"),
    ],
)
async def test_the_protocols_header_arrives_once_and_as_it_is(header: str, value: str) -> None:
    call = await converse(stay, HANG_UP, secret="shh", agent_id="7")
    assert call.wire.headers.get_all(header) == [value]
    assert call.ending == CALLER_ENDED


async def test_the_protocols_headers_are_sent_even_without_a_secret() -> None:
    call = await converse(stay, HANG_UP)
    assert call.wire.headers.get_all("X-RUBRIC-SECRET") == [""]


@pytest.mark.parametrize(
    ("metadata", "header", "value"),
    [
        ({"X-Bot-Id": "billing"}, "X-Bot-Id", "billing"),
        ({"x-lower": "Kept As It Is"}, "x-lower", "Kept As It Is"),
        ({"X-Number": 42}, "X-Number", "42"),
        ({"X-Flag": True}, "X-Flag", "true"),
        ({"X-Odd": 'a;b="c", d'}, "X-Odd", 'a;b="c", d'),
    ],
)
async def test_a_metadata_field_whose_name_begins_with_x_arrives_verbatim(
    metadata: dict[str, Any], header: str, value: str
) -> None:
    call = await converse(stay, scenario("Hello <endcall/>", metadata=metadata))
    assert (header, value) in list(call.wire.headers.raw_items())
    assert warnings_of(call) == []


async def test_other_metadata_fields_are_no_headers() -> None:
    call = await converse(stay, scenario("Hello <endcall/>", metadata={"Bot": "billing", "XY": "1"}))
    assert {"Bot", "XY"}.isdisjoint(call.wire.headers)


async def test_the_profiles_x_fields_arrive_and_its_other_fields_do_not() -> None:
    call = await converse(stay, HANG_UP, profile={"X-Tenant": "acme", "name": "Sarah"})
    assert call.wire.headers["X-Tenant"] == "acme"
    assert "name" not in call.wire.headers


async def test_the_scenarios_metadata_wins_over_the_profile_and_that_over_the_agents_settings() -> None:
    call = await converse(
        stay,
        scenario("Hello <endcall/>", metadata={"X-Both": "scenario", "X-All": "scenario"}),
        profile={"x-both": "profile", "X-All": "profile", "X-Agent": "profile"},
        headers={"X-Agent": "agent", "X-ALL": "agent", "Authorization": "Basic abc"},
    )
    headers = call.wire.headers
    assert [headers.get_all(name) for name in ("X-Both", "X-All", "X-Agent", "Authorization")] == [
        ["scenario"],
        ["scenario"],
        ["profile"],
        ["Basic abc"],
    ]


@pytest.mark.parametrize(
    ("source", "where"),
    [
        ("metadata", "the scenario's metadata"),
        ("profile", "the test profile"),
        ("headers", "the agent's settings"),
    ],
)
@pytest.mark.parametrize(
    ("header", "kept"),
    [
        ("X-RUBRIC-SECRET", "shh"),
        ("x-rubric-agent-id", "7"),
        ("X-Rubric-Scenario-Id", "scenario-1"),
        ("X-RUBRIC-RUN-ID", "run-1"),
        ("X-RUBRIC-BATCH-ID", "batch-1"),
    ],
)
async def test_nobody_can_replace_a_header_of_the_protocol_and_a_warning_tells(
    source: str, where: str, header: str, kept: str
) -> None:
    forged = {header: "forged"}
    call = await converse(
        stay,
        scenario("Hello <endcall/>", metadata=forged if source == "metadata" else {}),
        profile=forged if source == "profile" else {},
        headers=forged if source == "headers" else {},
        secret="shh",
        agent_id="7",
    )
    assert call.wire.headers.get_all(header) == [kept]
    [warning] = warnings_of(call)
    assert header in warning
    assert where in warning
    assert call.ending == CALLER_ENDED


async def test_a_value_that_cannot_travel_is_left_out_and_a_warning_tells() -> None:
    call = await converse(stay, scenario("Hello <endcall/>", metadata={"X-City": "Łódź"}))
    assert "X-City" not in call.wire.headers
    [warning] = warnings_of(call)
    assert "X-City" in warning
    assert "Latin-1" in warning


async def test_the_url_is_called_exactly_as_it_was_configured() -> None:
    async with listening(stay) as line:
        await run_call(spec(HANG_UP, f"{line.url}/billing?bot=billing&x=%20"))
    request = line.wire.socket.request
    assert request is not None
    assert request.path == "/ws/billing?bot=billing&x=%20"


async def test_what_was_called_with_which_headers_is_on_record() -> None:
    call = await converse(stay, HANG_UP, secret="a-long-secret", agent_id="7")
    first, second = call.result.events[:2]
    assert (first.kind, second.kind) == (EventKind.CONNECTING, EventKind.CONNECTED)
    assert first.data["url"] == call.line.url
    assert first.data["headers"]["X-RUBRIC-AGENT-ID"] == "7"
    assert first.data["headers"]["X-RUBRIC-SECRET"] == "***"


# --- no connection -----------------------------------------------------------------------------------------


async def call_to(url: str, **endpoint: Any) -> tuple[Call, CallResult]:
    result = await run_call(spec(HANG_UP, url, **endpoint))
    return Call(result, Line(url)), result


def check_that_nothing_was_said(result: CallResult) -> None:
    assert (result.turns, result.tool_calls, result.metadata) == ((), (), {})
    assert result.failure_kind is FailureKind.INFRASTRUCTURE
    assert not result.events_of(EventKind.CONNECTED)


async def test_a_port_at_which_nobody_listens_fails_the_connection() -> None:
    with closing(socket.socket()) as bound:  # bound, but it never listens
        bound.bind(("127.0.0.1", 0))
        call, result = await call_to(f"ws://127.0.0.1:{bound.getsockname()[1]}")
    assert call.ending == CONNECTION_FAILED
    assert f"nothing accepts connections at {call.line.url}; start the agent" in result.detail
    check_that_nothing_was_said(result)


@pytest.mark.parametrize(
    ("status", "ending", "words"),
    [
        (http.HTTPStatus.UNAUTHORIZED, SECRET_REJECTED, "rejected the secret with HTTP 401"),
        (http.HTTPStatus.FORBIDDEN, SECRET_REJECTED, "rejected the secret with HTTP 403"),
        (
            http.HTTPStatus.NOT_FOUND,
            CONNECTION_FAILED,
            "answered with HTTP 404 instead of opening a WebSocket",
        ),
        (http.HTTPStatus.INTERNAL_SERVER_ERROR, CONNECTION_FAILED, "HTTP 500 instead of opening a WebSocket"),
        (http.HTTPStatus.SERVICE_UNAVAILABLE, CONNECTION_FAILED, "the agent failed; see its own log"),
    ],
)
async def test_an_http_answer_ends_the_call_and_the_detail_names_it(
    status: http.HTTPStatus, ending: object, words: str
) -> None:
    async with listening(stay, process_request=lambda peer, request: peer.respond(status, "no\n")) as line:
        call, result = await call_to(line.url)
    assert call.ending == ending
    assert words in result.detail
    assert line.wires == []
    check_that_nothing_was_said(result)


async def hang_up_at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")


async def speak_something_else(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"SSH-2.0-OpenSSH_9.7\r\n")
    await writer.drain()


async def never_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()  # returns when the caller hangs up


@pytest.mark.parametrize(
    ("server", "words"),
    [
        (hang_up_at_once, "did not answer as a WebSocket server"),
        (speak_something_else, "did not answer as a WebSocket server"),
        (never_answer, "opened no WebSocket within 0.05 s; is the agent busy"),
    ],
)
async def test_a_server_without_a_handshake_fails_the_connection(
    server: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]], words: str
) -> None:
    timeout = 0.05 if server is never_answer else 10
    async with listening_raw(server) as url:
        call, result = await call_to(url, connect_timeout=timeout)
    assert call.ending == CONNECTION_FAILED
    assert words in result.detail
    check_that_nothing_was_said(result)


async def test_a_ca_file_that_is_none_fails_the_connection(tmp_path: Path) -> None:
    ca_file = tmp_path / "ca.pem"
    ca_file.write_text("not a certificate", encoding="utf-8")
    call, result = await call_to("wss://127.0.0.1:1", ca_file=str(ca_file))
    assert call.ending == CONNECTION_FAILED
    assert f"the CA file {ca_file} cannot be used" in result.detail


@pytest.mark.parametrize("greets_first", [False, True], ids=["at once", "after a greeting"])
async def test_close_code_1008_rejects_the_call(greets_first: bool) -> None:
    async def agent(wire: Wire) -> None:
        if greets_first:
            await wire.say("Hello")
        await wire.socket.close(1008, "Unauthorized")

    call = await converse(agent, scenario(""), secret="wrong")
    assert call.ending == SECRET_REJECTED
    assert "rejected the secret; set it by AGENTSIM_SECRET" in call.result.detail
    assert call.said == ["agent: Hello"] * greets_first
    assert call.result.failure_kind is FailureKind.INFRASTRUCTURE


# --- no call at all ----------------------------------------------------------------------------------------


async def test_a_missing_profile_key_ends_the_call_before_it_connects() -> None:
    asks_too_much = scenario(
        "Hi",
        ("The agent asks for your name", "I am {{test_profile.nickname}}"),
        test_profile={"nickname": "Sal"},
    )
    async with listening(stay) as line:
        result = await run_call(spec(asks_too_much, line.url, profile={"name": "Sarah"}))
    assert (result.status, result.ended_by, result.ended_reason) == failed(Reason.SCRIPT_ERROR)
    assert result.failure_kind is FailureKind.CALLER
    assert "nickname" in result.detail
    assert line.wires == []
    assert [event.kind for event in result.events] == [EventKind.ENDED]


async def test_an_attribute_that_the_profile_makes_invalid_ends_it_as_well() -> None:
    odd = scenario("Hi", (0, '<silence time="{{test_profile.pause}}"/>Go on'), test_profile={"pause": "1s"})
    async with listening(stay) as line:
        result = await run_call(spec(odd, line.url, profile={"pause": "a while"}))
    assert result.ended_reason is Reason.SCRIPT_ERROR
    assert "<silence> time must be seconds" in result.detail
    assert line.wires == []


async def test_a_scenario_that_no_rule_can_follow_ends_before_it_connects() -> None:
    behavioural = load_mapping({"name": "free", "instructions": "Sing", "scenario_language": "en"})
    async with listening(stay) as line:
        result = await run_call(spec(behavioural, line.url))
    assert (result.status, result.ended_by, result.ended_reason) == failed(Reason.SCRIPT_ERROR)
    assert 'step 1 needs a language model: "Sing"' in result.detail
    assert line.wires == []


async def test_an_agent_that_takes_the_call_and_closes_at_once_has_ended_it() -> None:
    async def agent(wire: Wire) -> None:
        await wire.socket.close()

    call = await converse(agent, scenario(""))
    assert call.ending == AGENT_CLOSED
    assert call.said == []
