"""An agent that repeats what it was told in confidence: neither password nor token is in anything a call leaves."""

from __future__ import annotations

import base64
import json
import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from pytest_agentsim.caller.matcher.offline import OfflineMatcher
from pytest_agentsim.report.artifacts import write_artifacts
from pytest_agentsim.result import EventKind, Reason, Status
from tests.voice.harness import Agent, Conducted, Traffic, call_at, conditions, conduct, serving, speech

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pytest_agentsim.caller.matcher.interface import MatchDecision, Trigger
    from pytest_agentsim.result import Turn

USER = "simulator"
PASSWORD = 's3cr"et/with\\all+sorts'
TOKEN = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
CREDENTIALS: dict[str, Any] = {"user": USER, "password": PASSWORD}

SPELLINGS = {
    "plain": PASSWORD,
    "JSON": json.dumps(PASSWORD)[1:-1],
    "JSON within JSON": json.dumps(json.dumps(PASSWORD))[3:-3],
    "base64": base64.b64encode(PASSWORD.encode()).decode(),
    "URL": quote(PASSWORD, safe=""),
    "token": TOKEN,
    "header": f"Basic {TOKEN}",
}

SCRIPT = conditions(("", "Hello"), ("The agent asks for your name", "Sarah"))


def check_that_they_are_nowhere(call: Conducted, directory: Path, log: pytest.LogCaptureFixture) -> None:
    result = call.result
    write_artifacts(result, directory)
    left_behind = {
        "result": json.dumps(result.to_json()),
        "detail": result.detail,
        "repr": repr(result) + repr(result.events) + repr(result.turns),
        "log": log.text,
        **{path.name: path.read_text(encoding="utf-8") for path in directory.rglob("*.json*")},
    }
    assert {"result.json", "transcript.json", "events.jsonl"} < set(left_behind)
    for place, text in left_behind.items():
        for spelling, written in SPELLINGS.items():
            for form in (written, json.dumps(written)[1:-1]):
                assert form not in text, f"the {spelling} is in the {place}"


async def hello(agent: Agent) -> None:
    await agent.until_caller_is_silent()


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_they_are_nowhere_whatever_the_agent_echoes(
    spelling: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "pytest_agentsim")
    written = SPELLINGS[spelling]

    async def program(agent: Agent) -> None:
        await hello(agent)
        for frame in (
            f"malformed {written}",
            f'{{"malformed": "{written}',
            json.dumps([written]),
            json.dumps(written),
            json.dumps({"type": written, "data": {}}),
            json.dumps({"type": f"odd {written}", "data": {written: written}}),
            json.dumps({"type": "speech.started", "data": {written: written}}),
            json.dumps({"type": "speech.started", "data": {"utterance_id": written}, written: 1}),
            json.dumps({"type": "speech.completed", "id": written, "data": {"utterance_id": written}}),
            json.dumps({"type": "mark", "data": {"name": written}}),
            json.dumps({"type": "session.error", "data": {"code": 1, "message": written}}),
            json.dumps({"type": "session.error", "data": {"code": written, "message": "no"}}),
            json.dumps({"type": "session.error", "data": {"code": "X", "message": f"not {written}!"}}),
        ):
            await agent.send(frame)
        for odd in (f"{written}".encode(), f"{written}!".encode()):
            await agent.send(odd if len(odd) % 2 else b"x" + odd)
        await agent.wait(0.2)
        await agent.hang_up(1011, f"oh no {written}"[:120])

    call = await conduct(program, SCRIPT, **CREDENTIALS)
    call.check(Status.INCOMPLETED, Reason.AGENT_ERROR)
    assert "it had reported 'X: not " in call.result.detail
    assert call.result.detail.count("***") >= 2
    check_that_they_are_nowhere(call, tmp_path, caplog)
    # The agent itself gets its mark back as it was, and no password in what is told of its errors.
    [echo] = [each for each in call.agent.events if each["type"] == "mark"]
    assert echo["data"] == {"name": written}
    told = [each["data"]["message"] for each in call.agent.events if each["type"] == "session.error"]
    assert len(told) >= 9
    assert not any(written in message for message in told)


@pytest.mark.parametrize("before", [155, 170, 180, 190, 199, 470, 490])
async def test_a_password_where_a_quotation_ends_is_not_cut_before_it_is_found(before: int) -> None:
    password = "a-password-of-26-characters"

    async def program(agent: Agent) -> None:
        await hello(agent)
        await agent.send("x" * before + password)
        await agent.send(json.dumps({"type": "y" * 30 + password}))
        await agent.event("session.error", code="X", message="z" * before + password)
        await agent.hang_up(1011, "w" * 90 + password)

    call = await conduct(program, SCRIPT, user=USER, password=password)
    call.check(Status.INCOMPLETED, Reason.AGENT_ERROR)
    for beginning in (password[:4], password[:12]):
        assert beginning not in json.dumps(call.result.to_json())


async def test_a_password_with_a_quote_is_found_within_a_quotation_with_another_quote() -> None:
    password = "it's-secret"

    async def program(agent: Agent) -> None:
        await hello(agent)
        await agent.event("session.error", code="X", message=f'"{password}"')
        await agent.hang_up(1011, f'not "{password}"')

    call = await conduct(program, SCRIPT, user=USER, password=password)
    assert "s-secret" not in json.dumps(call.result.to_json())
    assert "***" in call.result.detail


class TalkativeMatcher(OfflineMatcher):
    """Quotes the agent in its error."""

    async def decide(
        self, agent_text: str, *, history: Sequence[Turn], triggers: Sequence[Trigger]
    ) -> MatchDecision:
        raise ValueError(f"cannot understand {agent_text!r}")


@pytest.mark.parametrize("spelling", ["plain", "base64", "URL", "token", "header"])
async def test_they_are_not_in_the_text_of_an_exception(
    spelling: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def program(agent: Agent) -> None:
        await hello(agent)
        await agent.say(speech(0.6))
        await agent.stay()

    traffic = Traffic()
    agents: list[Agent] = []
    async with serving(program, traffic, agents) as url:
        call = await call_at(
            url,
            traffic,
            agents,
            SCRIPT,
            recognized=[f"Your password is {SPELLINGS[spelling]}."],
            matcher=TalkativeMatcher(),
            **CREDENTIALS,
        )
    call.check(Status.FAILED, Reason.INTERNAL_ERROR)
    assert "ValueError: cannot understand 'Your password is " in call.result.detail
    [warning] = call.events(EventKind.WARNING)
    assert "***" in warning["traceback"]
    check_that_they_are_nowhere(call, tmp_path, caplog)
    assert SPELLINGS[spelling] not in json.dumps(call.agent.events)


async def test_they_are_not_in_what_a_refused_connection_leaves(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "pytest_agentsim")

    async def program(agent: Agent) -> None:
        raise AssertionError("the call was not to be taken")

    call = await conduct(
        program,
        SCRIPT,
        serve_options={"process_request": lambda peer, _: peer.respond(401, f"Basic {TOKEN} is wrong")},
        **CREDENTIALS,
    )
    call.check(Status.REJECTED, Reason.CREDENTIALS_REJECTED)
    check_that_they_are_nowhere(call, tmp_path, caplog)


async def test_they_are_not_in_what_a_failed_connection_leaves(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"ws://127.0.0.1:1/{quote(PASSWORD, safe='')}?token={quote(TOKEN, safe='')}"
    call = await call_at(url, Traffic(), [], SCRIPT, **CREDENTIALS)
    call.check(Status.INCOMPLETED, Reason.CONNECTION_FAILED)
    assert "ws://127.0.0.1:1/***?token=…" in call.result.detail
    check_that_they_are_nowhere(call, tmp_path, caplog)


async def test_secrets_in_headers_are_hidden_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("VOICE_KEY", "the-key-of-the-voice")

    async def program(agent: Agent) -> None:
        await hello(agent)
        assert agent.socket.request is not None
        key = agent.socket.request.headers["X-Voice-Key"]
        await agent.event("session.error", code="X", message=key)
        await agent.hang_up(1008, key)

    call = await conduct(program, SCRIPT, headers={"X-Voice-Key": "${VOICE_KEY}"})
    call.check(Status.INCOMPLETED, Reason.AGENT_ERROR)
    assert "the-key-of-the-voice" not in json.dumps(call.result.to_json())
    assert call.result.detail.count("***") == 2
