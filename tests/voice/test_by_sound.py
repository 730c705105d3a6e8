"""Voice calls on which the recogniser errs."""

from __future__ import annotations

from pytest_agentsim.audio.stt.interface import Hints
from pytest_agentsim.audio.stt.sphinx import SphinxRecognizer
from pytest_agentsim.caller.hints import hints_of
from pytest_agentsim.caller.matcher.offline import OfflineMatcher
from pytest_agentsim.caller.triggers import triggers_of
from pytest_agentsim.result import EventKind, Reason, Status
from pytest_agentsim.scenario.loader import load_mapping
from pytest_agentsim.voice.by_sound import heard_by
from tests.voice.harness import Agent, conditions, conduct, prompt, scenario

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


WAITING = load_mapping(
    scenario(
        conditions(
            ("", "Hello"),
            ("The agent asks for your event date", "Friday."),
            ("The agent wishes you a nice day", "Bye."),
            ("The agent tells you when you are free", "Thanks."),
        )
    )
)


async def test_words_of_a_question_that_was_heard_badly_are_understood() -> None:
    """It was "Which day do you want to check?"."""
    words = "we a do you want to attack"
    decision = await heard_by(OfflineMatcher(), "en").decide(words, history=[], triggers=triggers_of(WAITING))
    assert not OfflineMatcher().match(words, triggers=triggers_of(WAITING)).holding
    assert decision.holding == (1,)
    assert "read as" in decision.candidates[0].reason


async def test_the_embedded_recogniser_understands_what_a_synthesizer_asks() -> None:
    hints = Hints(hints_of(WAITING, WAITING.profile))
    words = SphinxRecognizer().recognize(prompt("which_day"), language="en", hints=hints).text
    decision = await heard_by(OfflineMatcher(), "en").decide(words, history=[], triggers=triggers_of(WAITING))
    assert decision.holding == (1,)
