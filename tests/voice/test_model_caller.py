"""A behavioural scenario on the phone, played by a model whose answers are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_agentsim.llm.errors import ModelError
from pytest_agentsim.result import FailureKind, Reason, Speaker, Status
from tests.voice.harness import Agent, conduct, speech

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_agentsim.llm.caller_model import Part
    from pytest_agentsim.result import Turn

BEHAVIOURAL = {
    "scenario_type": "instruction",
    "conditional_actions": None,
    "first_message": "Hi, I want to cancel",
    "instructions": "1. Key in 12# when asked for your number\n2. End the call when it is cancelled",
    "tools": ["TOOL_END_CALL", "TOOL_DTMF"],
}


class Playing:
    """Answers in place of a language model, one answer after the other, and keeps what it has heard."""

    def __init__(self, *answers: Mapping[str, Any] | Exception) -> None:
        self.answers = list(answers)
        self.heard: list[str] = []

    def task(self, name: str, **values: str) -> str:
        return f"{name}: {values}"

    async def turn(
        self, part: Part, task: str, *, agent_text: str, history: Sequence[Turn], more: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        self.heard.append(agent_text)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return {"reason": "", "steps": [], "press_keys": "", "end_call": False, **answer}


async def asks_and_confirms(agent: Agent) -> None:
    """Let the caller speak, ask for something, and confirm when it has been given."""
    await agent.until_caller_is_silent(0.5)
    await agent.say(speech(1.0))
    await agent.wait(4.0)
    await agent.say(speech(1.0))
    await agent.wait(6.0)


async def test_the_model_hears_and_speaks_presses_keys_and_hangs_up() -> None:
    model = Playing(
        {"say": "Here it is", "press_keys": "12#", "steps": [1]},
        {"say": "Bye", "end_call": True, "steps": [2]},
    )
    call = await conduct(
        asks_and_confirms,
        recognized=["Key in your number please", "It is cancelled"],
        scenario_fields=BEHAVIOURAL,
        model=model,
    )
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert model.heard == ["Key in your number please", "It is cancelled"]
    assert call.result.conditions_fired == (0, 1, 2)
    assert call.result.keys_pressed_by(Speaker.CALLER) == ("12#",)
    assert call.said[0] == "caller: Hi, I want to cancel"
    assert call.said[-1] == "caller: Bye"


async def test_a_model_that_fails_ends_the_call() -> None:
    model = Playing(ModelError("The model is gone"))
    call = await conduct(
        asks_and_confirms, recognized=["Key in your number"], scenario_fields=BEHAVIOURAL, model=model
    )
    call.check(Status.FAILED, Reason.LANGUAGE_MODEL_FAILED)
    assert call.result.detail == "The model is gone"
    assert call.result.failure_kind is FailureKind.CALLER
