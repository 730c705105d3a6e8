"""Voice calls on which the recogniser errs."""

from __future__ import annotations

from pytest_agentsim.result import EventKind, Reason, Status
from tests.voice.harness import Agent, conduct, prompt

SCRIPT = {
    "role": "You have a question about a bill",
    "first_message": {"say": "Hello"},
    "conditions": [
        {"when": "The agent asks for your account number", "say": "One two three. <endcall/>"},
        {"when": "The agent asks for your name", "say": "Sarah."},
    ],
}


async def asking(agent: Agent) -> None:
    await agent.until_caller_is_silent()
    await agent.say(prompt("appointment"))
    await agent.stay()


async def test_a_trigger_holds_for_words_that_sound_like_its_own() -> None:
    call = await conduct(
        asking,
        recognized=["may i have your a count number please"],
        script=SCRIPT,
    )
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    (decision,) = call.result.events_of(EventKind.DECISION)
    (reason, _) = (each["reason"] for each in decision.data["candidates"])
    assert 'heard "a count number", read as "account number"' in reason
    assert call.said[-2:] == ["agent: may i have your a count number please", "caller: One two three."]
