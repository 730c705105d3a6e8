"""An agent that repeats what it was told in confidence: the secret is in nothing that a call leaves."""

from __future__ import annotations

import base64
import json
import logging
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from pytest_agentsim.call import run_call
from pytest_agentsim.caller.matcher.offline import OfflineMatcher
from pytest_agentsim.clock import VirtualClock
from pytest_agentsim.report.artifacts import write_artifacts
from tests.call.harness import Wire, converse, listening, scenario, spec

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pytest_agentsim.caller.matcher.interface import MatchDecision, Trigger
    from pytest_agentsim.result import CallResult, Turn

SECRET = 's3cr"et/with\\all+sorts'
PASSWORD = "dXNlcjpwYXNz"


def spellings(secret: str) -> dict[str, str]:
    return {
        "plain": secret,
        "JSON": json.dumps(secret)[1:-1],
        "JSON within JSON": json.dumps(json.dumps(secret))[3:-3],
        "base64": base64.b64encode(secret.encode()).decode(),
        "base64 in the middle": base64.b64encode(f"user:{secret}!".encode()).decode(),
        "URL": quote(secret, safe=""),
    }


def check_that_it_is_nowhere(result: CallResult, directory: Path, log: pytest.LogCaptureFixture) -> None:
    write_artifacts(result, directory)
    left_behind = {
        "result": json.dumps(result.to_json()),
        "repr": repr(result) + repr(result.events) + repr(result.turns),
        "log": log.text,
        **{path.name: path.read_text(encoding="utf-8") for path in directory.rglob("*.json*")},
    }
    assert {"result.json", "transcript.json", "events.jsonl"} < set(left_behind)
    hidden = {**spellings(SECRET), "password": PASSWORD}
    hidden["base64 in the middle"] = hidden["base64 in the middle"][
        8:-4
    ]  # the rest is not the secret's alone
    for place, text in left_behind.items():
        for spelling, written in hidden.items():
            for form in (written, json.dumps(written)[1:-1]):
                assert form not in text, f"the secret is in the {place} ({spelling})"


@pytest.mark.parametrize("spelling", spellings(SECRET))
async def test_the_secret_is_nowhere(spelling: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    written = spellings(SECRET)[spelling]

    async def agent(wire: Wire) -> None:
        headers = wire.headers
        assert (headers["X-RUBRIC-SECRET"], headers["Authorization"]) == (SECRET, f"Basic {PASSWORD}")
        await wire.hear()
        arguments = json.dumps({"secret": written, written: 1})
        await wire.say(role="Function Call", data={"id": written, "name": written, "arguments": arguments})
        await wire.say(role="Function Call Result", data={"id": written, "result": f"not JSON {written}"})
        await wire.say(metadata={written: {"deep": [written]}, "password": PASSWORD})
        await wire.send(f"malformed {written}")
        await wire.send(f"malformed {written}".encode())
        await wire.say(type=f"odd {written}")
        await wire.say(role=f"odd {written}")
        await wire.say(f"Your secret is {written}, your password is {PASSWORD}.")
        await wire.hear()
        await wire.socket.close(1011, f"oh no {written}"[:120])

    asks = scenario("Hello", (0, "Go on"), metadata={"X-Note": SECRET})
    call = await converse(agent, asks, secret=SECRET, headers={"Authorization": f"Basic {PASSWORD}"})
    assert call.result.ended_reason == "connection_lost"
    assert "(oh no " in call.result.detail
    assert "***" in call.result.detail
    assert "Your secret is " in call.result.turns[1].text
    check_that_it_is_nowhere(call.result, tmp_path, caplog)


async def test_a_secret_at_the_end_of_a_long_close_reason_is_not_cut_before_it_is_found(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "a-secret-of-25-characters"

    async def agent(wire: Wire) -> None:
        await wire.socket.close(4000, "x" * 98 + secret)

    call = await converse(agent, scenario(""), secret=secret)
    assert secret[:-5] not in call.result.detail
    assert "xxx***" in call.result.detail


@pytest.mark.parametrize("before", [170, 190, 199])
async def test_a_secret_across_the_end_of_a_sample_is_not_cut_before_it_is_found(before: int) -> None:
    secret = "a-secret-of-25-characters"

    async def agent(wire: Wire) -> None:
        await wire.send("x" * before + secret)
        await wire.say(type="y" * 30 + secret)
        await wire.socket.close()

    call = await converse(agent, scenario(""), secret=secret)
    assert secret[:4] not in json.dumps(call.result.to_json())


async def test_a_secret_with_a_quote_is_found_in_a_quoted_text_with_the_other_quote(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "it's-secret"

    async def agent(wire: Wire) -> None:
        await wire.say(f'The "secret" is {secret}.')
        await wire.stay()

    script = scenario("", ('contains "never"', "x"), on_no_match="fail")
    call = await converse(agent, script, secret=secret, clock=VirtualClock())
    assert "s-secret" not in json.dumps(call.result.to_json())


async def test_the_secret_is_not_in_the_detail_of_a_caller_that_is_stuck(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def agent(wire: Wire) -> None:
        await wire.say(f"Your secret is {SECRET}.")
        await wire.stay()

    call = await converse(
        agent,
        scenario("", ('contains "never"', "x"), on_no_match="fail"),
        secret=SECRET,
        clock=VirtualClock(),
    )
    assert "Your secret is ***." in call.result.detail
    check_that_it_is_nowhere(call.result, tmp_path, caplog)


class TalkativeMatcher(OfflineMatcher):
    """Quotes the agent in its error."""

    async def decide(
        self, agent_text: str, *, history: Sequence[Turn], triggers: Sequence[Trigger]
    ) -> MatchDecision:
        raise ValueError(f"cannot understand {agent_text!r}")


async def test_the_secret_is_not_in_the_traceback_of_an_internal_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def agent(wire: Wire) -> None:
        await wire.say(f"Your secret is {SECRET}.")
        await wire.stay()

    call = await converse(agent, scenario(""), matcher=TalkativeMatcher(), secret=SECRET)
    assert call.result.ended_reason == "internal_error"
    check_that_it_is_nowhere(call.result, tmp_path, caplog)


async def test_the_secret_is_not_in_what_a_refused_connection_leaves(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    async def agent(wire: Wire) -> None:
        raise AssertionError("the call was not to be taken")

    async with listening(
        agent, process_request=lambda peer, request: peer.respond(403, f"{SECRET} is wrong")
    ) as line:
        result = await run_call(spec(scenario(""), line.url, secret=SECRET))
    assert result.ended_reason == "secret_rejected"
    check_that_it_is_nowhere(result, tmp_path, caplog)


async def test_the_secret_is_not_in_the_url_of_a_call_that_failed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    result = await run_call(
        spec(scenario(""), f"ws://127.0.0.1:1/{quote(SECRET)}?key={PASSWORD}", secret=SECRET)
    )
    assert result.ended_reason == "connection_failed"
    assert "ws://127.0.0.1:1/***?key=" in result.detail
    check_that_it_is_nowhere(result, tmp_path, caplog)


async def test_a_secret_that_is_also_the_name_of_a_field_does_no_harm() -> None:
    async def agent(wire: Wire) -> None:
        await wire.hear()
        await wire.say(role="Function Call", data={"id": "1", "name": "f", "arguments": '{"text": 1}'})
        await wire.say("the text is text")
        await wire.stay()

    call = await converse(agent, scenario("Hello", (0, "Bye <endcall/>")), secret="text")
    assert call.said == ["caller: Hello", "agent: the *** is ***", "caller: Bye"]
    assert [made.arguments for made in call.result.tool_calls] == [{"***": 1}]
    assert call.result.ended_reason == "caller_ended_call"
