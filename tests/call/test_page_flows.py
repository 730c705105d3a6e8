"""The two sessions printed on the X-RUBRIC page, frame for frame."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pytest_agentsim.result import Speaker
from pytest_agentsim.scenario.loader import load_text
from tests.call.harness import CALLER_ENDED, Wire, converse

if TYPE_CHECKING:
    from pytest_agentsim.scenario.model import Scenario

PAYMENT_PLAN = """
name: set up a payment plan
scenario_type: conditional_actions
scenario_language: en
conditional_actions:
  role: You are a customer who wants to pay in instalments
  conditions:
    - {id: 0, condition: FIRST_MESSAGE, action: "", type: standard, fixed_message: true}
    - {id: 1, condition: The agent asks how it can help, action: I'd like to set up a payment plan, type: standard, fixed_message: true}
    - {id: 2, condition: The agent asks what monthly amount works, action: About $150 a month, type: standard, fixed_message: true}
    - {id: 3, condition: The agent asks you to tell more, action: "Actually that's all, thanks! <endcall/>", type: standard, fixed_message: true}
"""

BALANCE = """
name: ask for the balance
scenario_type: conditional_actions
scenario_language: en
conditional_actions:
  role: You are a customer who wants to know the balance
  first_message:
    say: What's my balance?
    then: ["<endcall/>"]
"""


def from_yaml(text: str) -> Scenario:
    [loaded] = load_text(text, name="page.scenario.yaml", format="yaml").scenarios
    return loaded


def parsed(wire: Wire) -> list[tuple[str, Any]]:
    return [(who, json.loads(frame)) for who, frame in wire.frames]


async def test_a_quick_conversation() -> None:
    lines = [
        "Hi, thanks for contacting Acme. How can I help?",
        "Sure \N{EM DASH} what monthly amount works for you?",
        "Got it. Can you tell me a little more?",
    ]

    async def agent(wire: Wire) -> None:
        for line in lines:
            await wire.say(line)
            await wire.hear()

    call = await converse(agent, from_yaml(PAYMENT_PLAN), secret="shh")

    assert call.wire.headers["X-RUBRIC-SECRET"] == "shh"
    assert parsed(call.wire) == [
        ("agent", {"content": "Hi, thanks for contacting Acme. How can I help?"}),
        ("caller", {"content": "I'd like to set up a payment plan"}),
        ("agent", {"content": "Sure \N{EM DASH} what monthly amount works for you?"}),
        ("caller", {"content": "About $150 a month"}),
        ("agent", {"content": "Got it. Can you tell me a little more?"}),
        ("caller", {"content": "Actually that's all, thanks!", "type": "end_call"}),
    ]
    assert call.ending == CALLER_ENDED
    assert [(turn.number, turn.speaker) for turn in call.result.turns] == [
        (number, Speaker.AGENT if number % 2 else Speaker.CALLER) for number in range(1, 7)
    ]
    assert call.result.conditions_fired == (1, 2, 3)


async def test_a_run_with_a_function_call() -> None:
    frames = [
        '{"role": "Function Call", "data": {"id": "c1", "name": "lookup_account", "arguments": "{}"}}',
        r'{"role": "Function Call Result", "data": {"id": "c1", "result": "{\"balance\":420.00}"}}',
        '{"content": "Your balance is $420.00."}',
    ]

    async def agent(wire: Wire) -> None:
        await wire.hear()
        for frame in frames:
            await wire.send(frame)
        await wire.stay()

    call = await converse(agent, from_yaml(BALANCE))

    assert call.wire.frames[:4] == [
        ("caller", '{"content": "What\'s my balance?"}'),
        *(("agent", frame) for frame in frames),
    ]
    assert call.wire.frames[4:] == [("caller", '{"content": "", "type": "end_call"}')]
    assert call.ending == CALLER_ENDED
    assert call.said == ["caller: What's my balance?", "agent: Your balance is $420.00."]
    [lookup] = call.result.tool_calls
    assert (lookup.id, lookup.name, lookup.arguments, lookup.result, lookup.after_turn) == (
        "c1",
        "lookup_account",
        {},
        {"balance": 420.0},
        1,
    )
    assert [entry["role"] for entry in call.result.transcript()] == [
        "Testing Agent",
        "Function Call",
        "Function Call Result",
        "Main Agent",
    ]
