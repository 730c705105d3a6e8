"""Each example of the documentation plays to its end, by text and by voice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim.audio.dtmf import tones
from pytest_agentsim.result import Speaker
from pytest_agentsim.scenario.loader import load_mapping
from tests.call.harness import Wire, converse
from tests.reference.examples import EXAMPLES
from tests.voice.harness import Agent, conduct, scenario, speech

if TYPE_CHECKING:
    from pytest_agentsim.result import CallResult
    from tests.reference.examples import Example

KEYS = "DTMF: "
A_WORD = 0.3  # s, of an agent that takes its time


def said(result: CallResult) -> list[str]:
    return [turn.text for turn in result.said_by(Speaker.CALLER)]


def check(result: CallResult, example: Example) -> None:
    assert said(result)[: len(example.caller)] == list(example.caller)
    assert result.conditions_fired[: len(example.fired)] == example.fired
    assert result.status.value == "completed", result.detail


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
async def test_an_example_plays_to_its_end_by_text(example: Example) -> None:
    async def agent(wire: Wire) -> None:
        if example.caller_speaks_first:
            await wire.hear()
        for line in example.agent:
            keys = line.removeprefix(KEYS)
            await wire.say(line if keys == line else f'<dtmf digits="{keys}"/>')
            if (await wire.hear()).get("type") == "end_call":
                return
        await wire.say("Goodbye", type="end_call")

    payload = scenario(example.script, channel="text")
    call = await converse(agent, load_mapping(payload))
    check(call.result, example)


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
async def test_an_example_plays_to_its_end_by_voice(example: Example) -> None:
    async def agent(agent: Agent) -> None:
        if example.caller_speaks_first:
            await agent.until_caller_is_silent(0.5)
        for line in example.agent:
            keys = line.removeprefix(KEYS)
            await agent.say(speech(len(line.split()) * A_WORD) if keys == line else tones(keys))
            await agent.until_caller_is_silent(0.5)

    words = [line for line in example.agent if not line.startswith(KEYS)]
    call: Any = await conduct(agent, example.script, recognized=words)
    check(call.result, example)
