"""What caller and agent say to each other on a voice call, and when."""

from __future__ import annotations

from pytest_agentsim.result import Reason, Status
from tests.voice.harness import Agent, conduct, prompt


async def test_a_question_is_answered_and_the_caller_hangs_up() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.say(prompt("appointment"))
        await agent.stay()

    call = await conduct(program, recognized=["what is your name"])
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert call.said == ["caller: Hello", "agent: what is your name", "caller: Sarah"]
