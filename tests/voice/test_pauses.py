"""Pauses in the middle of an action: what ends them, what goes on in them, and what is answered afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim.result import EventKind, Reason, Status
from tests.voice.harness import Agent, conditions, conduct, speech
from tests.voice.heard import heard

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.voice.harness import Conducted

ENDED = (Status.COMPLETED, Reason.CALLER_ENDED)
STILL_THERE = "caller: Are you still there?"
BYE = ('contains "bye"', "<endcall/>")


@pytest.fixture
def wav(tmp_path: Path) -> Path:
    return tmp_path / "recording.wav"


def calling(first: str, *more: tuple[Any, ...]) -> Mapping[str, Any]:
    return conditions(("", first), *more, BYE)


def personality(**fields: Any) -> dict[str, Any]:
    return {"personality": {"name": "somebody", "base": "normal", **fields}}


async def bye(agent: Agent) -> None:
    await agent.say(speech(0.6))
    await agent.stay()


# --- silence ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [0.5, 1.0, 4.7])
@pytest.mark.parametrize("tag", ["silence", "hold"])
async def test_a_pause_lasts_as_long_as_it_says(wav: Path, tag: str, seconds: float) -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.until_caller_speaks()
        await agent.until_caller_is_silent()
        await bye(agent)

    call = await conduct(
        program,
        calling(f'One moment <{tag} time="{seconds}s"/> thank you'),
        recognized=["bye"],
        recording=wav,
    )
    call.check(*ENDED)
    (_, before), (after, _) = heard(wav).caller
    assert after - before == pytest.approx(seconds, abs=0.021)


async def silence_disturbed(wav: Path, how: Any, **fields: Any) -> Conducted:
    """Disturb a silence of six seconds two seconds after it has begun."""

    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.wait(2.0)
        await how(agent)
        await agent.wait(6.0)
        await bye(agent)

    script = calling('One moment <silence time="6s"/> thank you', ('contains "name"', "Sarah"))
    return await conduct(program, script, recognized=["your name", "bye"], recording=wav, **fields)


@pytest.mark.parametrize("seconds", [0.1, 0.2, 0.25])
async def test_a_cough_of_the_agents_does_not_end_a_silence(wav: Path, seconds: float) -> None:
    call = await silence_disturbed(wav, lambda agent: agent.say(speech(seconds)))
    assert "caller: One moment thank you" in call.said
    assert call.events(EventKind.INTERRUPTED) == []
    (_, before), (after, _), *_ = heard(wav).caller
    assert after - before == pytest.approx(6.0, abs=0.021)


@pytest.mark.parametrize("how", ["event", "voice"])
async def test_an_agent_that_interrupts_a_silence_is_answered_and_the_action_dropped(
    wav: Path, how: str
) -> None:
    async def disturb(agent: Agent) -> None:
        if how == "event":
            await agent.event("speech.started", utterance_id="a1")
            await agent.wait(0.3)
        await agent.say(speech(0.8))

    call = await silence_disturbed(wav, disturb)
    call.check(*ENDED)
    assert call.said[:3] == ["caller: One moment", "agent: your name", "caller: Sarah"]
    [interrupted] = call.events(EventKind.INTERRUPTED)
    assert interrupted["by"] == f"the agent's {'speech.started' if how == 'event' else 'voice'}"
    # Only "One moment" and "Sarah" are in the recording.
    lengths = [end - start for start, end in heard(wav).caller]
    assert lengths == pytest.approx([len("One moment") * 0.05, len("Sarah") * 0.05], abs=0.021)


async def test_a_patient_caller_lets_the_agent_talk_longer_into_its_silence(wav: Path) -> None:
    plan = {"num_words": 0, "voice_seconds": 1.0, "backoff_seconds": 0}
    fields = personality(stop_speaking_plan=plan)
    call = await silence_disturbed(wav, lambda agent: agent.say(speech(0.8)), scenario_fields=fields)
    assert "caller: One moment thank you" in call.said
    assert call.events(EventKind.INTERRUPTED) == []


async def test_speech_started_before_a_silence_does_not_interrupt_it(wav: Path) -> None:
    async def program(agent: Agent) -> None:
        await agent.event("speech.started", utterance_id="a1")
        await agent.event("speech.completed", utterance_id="a1")
        await agent.until_caller_is_silent()
        await agent.wait(4.0)
        await bye(agent)

    call = await conduct(program, calling('One moment <silence time="3s"/> thank you'), recognized=["bye"])
    call.check(*ENDED)
    assert call.said[0] == "caller: One moment thank you"


async def test_a_greeting_kills_a_first_message_that_begins_with_a_silence() -> None:
    async def program(agent: Agent) -> None:
        await agent.wait(2.0)
        await agent.say(speech(0.9))
        await agent.until_caller_is_silent()
        await bye(agent)

    script = calling('<silence time="4s"/> Hello', ('contains "help"', "My bill"))
    call = await conduct(program, script, recognized=["how can I help", "bye"])
    call.check(*ENDED)
    assert call.said == ["agent: how can I help", "caller: My bill", "agent: bye"]


async def test_a_followup_that_is_interrupted_in_its_silence_starts_again_until_it_is_a_loop() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.say(speech(0.8))
        for _ in range(3):
            await agent.until_caller_is_silent(0.5)
            await agent.say(speech(0.8))
        await agent.stay()

    script = conditions(("", "Hello"), ("", 'Let me see <silence time="8s"/> found it', 0))
    call = await conduct(program, script)
    call.check(Status.FAILED, Reason.CALLER_LOOP)
    assert [each for each in call.said if each.startswith("caller")] == [
        "caller: Hello",
        *["caller: Let me see"] * 3,
    ]


# --- are you still there? ---------------------------------------------------------------------------------------


async def test_the_caller_asks_whether_the_agent_is_there_in_a_long_silence_and_goes_on(wav: Path) -> None:
    async def program(agent: Agent) -> None:
        await agent.wait(16.0)
        await bye(agent)

    fields = personality(message_plan={"idle_timeout_seconds": 4, "idle_message_max_spoken_count": 9})
    call = await conduct(
        program,
        calling('One moment <silence time="12s"/> thank you'),
        recognized=["bye"],
        recording=wav,
        scenario_fields=fields,
    )
    assert call.said[:4] == ["caller: One moment", STILL_THERE, STILL_THERE, "caller: thank you"]
    one, first, second, thanks = heard(wav).caller[:4]
    assert first[0] - one[1] == pytest.approx(4.0, abs=0.021)
    assert second[0] - first[1] == pytest.approx(4.0, abs=0.021)
    assert thanks[0] - one[1] == pytest.approx(12.0, abs=0.021)


async def test_the_answer_to_that_question_interrupts_the_silence() -> None:
    async def program(agent: Agent) -> None:
        await agent.wait(12.5)
        await agent.say(speech(0.9))
        await agent.until_caller_is_silent()
        await bye(agent)

    script = calling('One moment <silence time="20s"/> thank you', ('contains "here"', "Good"))
    call = await conduct(program, script, recognized=["I am here", "bye"])
    call.check(*ENDED)
    assert call.said == ["caller: One moment", STILL_THERE, "agent: I am here", "caller: Good", "agent: bye"]


async def test_a_question_that_the_agent_cuts_off_ends_the_silence() -> None:
    async def program(agent: Agent) -> None:
        await agent.wait(11.0)
        await agent.until_caller_speaks()
        await agent.wait(0.4)
        await agent.say(speech(0.9))
        await agent.until_caller_is_silent()
        await bye(agent)

    script = calling('One moment <silence time="20s"/> thank you', ('contains "here"', "Good"))
    call = await conduct(program, script, recognized=["I am here", "bye"])
    call.check(*ENDED)
    assert call.said[1:] == ["caller: Are you still—", "agent: I am here", "caller: Good", "agent: bye"]


async def test_a_caller_who_has_asked_often_enough_hangs_up_in_its_silence() -> None:
    call = await conduct(Agent.stay, calling('One moment <silence time="90s"/> thank you'))
    call.check(Status.FAILED, Reason.AGENT_TIMEOUT)
    assert call.said == ["caller: One moment", *[STILL_THERE] * 3]
    assert "asked 3 times whether it was still there" in call.result.detail


@pytest.mark.parametrize(
    "action",
    [
        'One moment <hold time="25s"/> thank you',
        '<ignore_interruptions>One moment <silence time="25s"/> thank you</ignore_interruptions>',
        """<ivr text='One moment <silence time="25s"/> thank you'/>""",
    ],
)
async def test_the_caller_does_not_ask_while_it_holds_or_plays_something_out(action: str) -> None:
    async def program(agent: Agent) -> None:
        await agent.wait(28.0)
        await bye(agent)

    call = await conduct(program, calling(action), recognized=["bye"])
    call.check(*ENDED)
    assert call.said == ["caller: One moment thank you", "agent: bye"]


async def test_patience_stands_still_during_a_hold(wav: Path) -> None:
    async def program(agent: Agent) -> None:
        await agent.wait(23.0)
        await bye(agent)

    script = calling('One moment <silence time="3s"/><hold time="8s"/>')
    call = await conduct(program, script, recognized=["bye"], recording=wav)
    assert call.said[:2] == ["caller: One moment", STILL_THERE]
    (_, before), (asked, _), *_ = heard(wav).caller
    assert asked - before == pytest.approx(8.0 + 10.0, abs=0.021)


# --- what is said on hold ---------------------------------------------------------------------------------------


async def said_on_hold(action: str, words: str, *more: tuple[Any, ...], reply: str = "bye") -> Conducted:
    """Say something a second into a hold, and nothing more until the caller has been silent for a while."""

    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent(0.8)
        await agent.say(speech(0.9))
        await agent.wait(6.0)
        await bye(agent)

    call = await conduct(program, calling(action, *more), recognized=[words, reply])
    assert call.events(EventKind.INTERRUPTED) == []
    return call


NAME = ('contains "name"', "Sarah")


@pytest.mark.parametrize(
    ("action", "turn"),
    [
        ('One moment <hold time="5s"/>', "One moment"),
        ('One moment <hold time="5s"/> thank you', "One moment thank you"),
    ],
)
async def test_what_the_agent_asks_on_hold_is_answered_after_the_action(action: str, turn: str) -> None:
    call = await said_on_hold(action, "your name", NAME)
    call.check(*ENDED)
    assert call.said == ["agent: your name", f"caller: {turn}", "caller: Sarah", "agent: bye"]


async def test_what_needs_no_answer_on_hold_gets_none_if_the_caller_says_more_itself() -> None:
    call = await said_on_hold('One moment <hold time="5s"/> thank you', "take your time", NAME)
    call.check(*ENDED)
    assert call.said == ["agent: take your time", "caller: One moment thank you", "agent: bye"]


@pytest.mark.parametrize(
    ("action", "speakers"),
    [
        ('One moment <hold time="5s"/>', ["agent", "caller", "caller", "agent"]),
        ('One moment <hold time="5s"/> thanks', ["agent", "caller", "agent", "caller"]),
    ],
)
async def test_words_on_hold_let_a_followup_speak_unless_the_caller_has_said_more_since(
    action: str, speakers: list[str]
) -> None:
    call = await said_on_hold(action, "sure", ("", "I am back", 0))
    assert [turn.speaker for turn in call.result.turns][:4] == speakers


async def test_words_on_a_protected_hold_are_transcribed_and_never_answered() -> None:
    action = '<ignore_interruptions>One moment <hold time="5s"/></ignore_interruptions>'
    # Words that nobody waits for are recognised last.
    call = await said_on_hold(action, "bye", NAME, reply="your name")
    call.check(*ENDED)
    assert call.said == ["agent: your name", "caller: One moment", "agent: bye"]


async def test_an_agent_that_talks_on_beyond_a_hold_interrupts_what_comes_after_it() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent(0.8)
        await agent.say(speech(3.0))
        await agent.until_caller_is_silent()
        await bye(agent)

    script = calling('One moment <hold time="3s"/> thank you', NAME)
    call = await conduct(program, script, recognized=["your name", "bye"])
    call.check(*ENDED)
    assert call.said == ["caller: One moment", "agent: your name", "caller: Sarah", "agent: bye"]
