"""The agent's keys on a voice call: heard as turns of their own, in groups, and never as speech."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_agentsim.audio.dtmf import tones
from pytest_agentsim.audio.pcm import from_float, to_float
from pytest_agentsim.result import EventKind, Reason, Speaker, Status
from tests.audio.keys import keys_in
from tests.voice.harness import Agent, Conducted, conditions, conduct, silence, speech

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

MENU = '<ivr text="Press 1 for sales, press 2 for support."/>'  # 39 letters: 1.95 s
SALES = conditions(
    ("", MENU),
    ("The main agent pressed 1", "Sales <endcall/>"),
    ("The main agent pressed 2", "Support <endcall/>"),
)
ENDED = (Status.COMPLETED, Reason.CALLER_ENDED)


def keys_of(call: Conducted) -> tuple[str, ...]:
    return call.result.keys_pressed_by(Speaker.AGENT)


def presses(*parts: bytes) -> Callable[[Agent], Awaitable[None]]:
    """Waits for the end of the menu and half a second, sends the parts, and listens."""

    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent(0.5)
        for part in parts:
            await agent.say(part)
        await agent.wait(6.0)

    return program


@pytest.mark.parametrize(("key", "answer"), [("1", "Sales"), ("2", "Support")])
async def test_the_key_that_the_agent_presses_decides_what_the_menu_says(key: str, answer: str) -> None:
    call = await conduct(presses(tones(key)), SALES)
    call.check(*ENDED)
    assert call.said[1:] == [f"agent: DTMF: {key}", f"caller: {answer}"]
    assert keys_of(call) == (key,)
    assert call.result.said_by(Speaker.AGENT)[0].time == pytest.approx(1.0 + 1.95 + 0.5, abs=0.1)


@pytest.mark.parametrize(("gap", "groups"), [(1.5, ("12",)), (2.5, ("1", "2"))])
async def test_keys_less_than_two_seconds_apart_are_one_group(gap: float, groups: tuple[str, ...]) -> None:
    script = conditions(("", "Hello"), ("The agent pressed 9", "<endcall/>"))
    call = await conduct(
        presses(tones("1"), silence(gap), tones("2")), script, scenario_fields={"on_no_match": "wait"}
    )
    assert keys_of(call) == groups


async def test_a_key_that_is_held_down_keeps_its_group_open() -> None:
    call = await conduct(presses(tones("1", tone=3.0), tones("2")), conditions(("", "Hello")))
    assert keys_of(call) == ("12",)


async def test_the_tones_between_words_are_not_in_what_is_recognised_after_the_call() -> None:
    script = conditions(("", "Hello"), ("", "Fine <endcall/>", 0))  # a followup, which needs no words
    quiet = silence(0.1)
    call = await conduct(presses(speech(0.8) + quiet + tones("1590") + quiet + speech(0.8)), script)
    call.check(*ENDED)
    assert keys_of(call) == ("1590",)
    asked = call.studio.recognized.asked
    assert asked
    assert "".join(map(keys_in, asked)) == ""


async def test_a_hash_closes_a_group_at_once() -> None:
    script = conditions(("", "Hello"), ("The agent pressed 1234", "Thank you <endcall/>"))
    call = await conduct(presses(tones("1234#")), script)
    call.check(*ENDED)
    assert keys_of(call) == ("1234#",)
    keyed, answered = call.result.turns[1:]
    assert keyed.end is not None
    assert answered.time - keyed.end < 0.2


async def test_without_it_the_caller_waits_two_seconds_for_more() -> None:
    call = await conduct(presses(tones("1")), SALES)
    keyed, answered = call.result.turns[1:]
    assert keyed.end is not None
    assert answered.time - keyed.end == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize("after", [0.2, 1.0, 1.7])
async def test_a_key_pressed_into_the_menu_neither_stops_it_nor_is_lost(after: float) -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_speaks()
        await agent.wait(after)
        await agent.say(tones("2"))
        await agent.wait(8.0)

    call = await conduct(program, SALES)
    call.check(*ENDED)
    assert call.events(EventKind.INTERRUPTED) == []
    said = [turn.text for turn in call.result.said_by(Speaker.CALLER)]
    assert said == ["Press 1 for sales, press 2 for support.", "Support"]


async def test_tones_are_no_speech_and_do_not_make_the_caller_give_way() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_speaks()
        await agent.say(tones("159*0" * 3))
        await agent.wait(4.0)

    words = "I would like to change my appointment to another day, if that is possible for you"
    call = await conduct(program, conditions(("", words)), scenario_fields={"on_no_match": "wait"})
    assert call.result.turns[0].text == words
    assert call.events(EventKind.AGENT_SPEECH) == []
    assert call.studio.recognized.asked == []
    assert keys_of(call) == ("159*0" * 3,)


async def test_words_and_keys_in_one_breath_are_both_heard() -> None:
    script = conditions(
        ("", "Hello"), ('contains "sure"', "Fine"), ("The agent pressed 7", "Seven <endcall/>")
    )
    call = await conduct(presses(speech(0.8), silence(0.3), tones("7")), script, recognized=["sure"])
    call.check(*ENDED)
    assert call.said[1:] == ["agent: sure", "agent: DTMF: 7", "caller: Fine Seven"]


async def test_keys_are_heard_through_the_agents_own_music() -> None:
    def mixed(sound: bytes, other: bytes) -> bytes:
        length = min(len(sound), len(other)) // 2
        return from_float(to_float(sound)[:length] + 0.2 * to_float(other)[:length])

    music = speech(2.0)
    call = await conduct(presses(mixed(tones("1590", level=-10.0), music)), conditions(("", "Hello")))
    assert keys_of(call) == ("1590",)


async def test_the_time_to_a_key_is_the_agents_latency() -> None:
    call = await conduct(presses(tones("1")), SALES)
    [latency] = [each for each in call.result.latencies if each.seconds is not None]
    assert latency.seconds == pytest.approx(0.5, abs=0.06)


async def test_keys_before_the_agent_hangs_up_are_not_lost() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent(0.5)
        await agent.say(tones("42"))

    call = await conduct(program, conditions(("", "Hello")))
    assert keys_of(call) == ("42",)


async def test_a_caller_on_hold_answers_the_keys_afterwards() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent(0.5)
        await agent.say(tones("1"))
        await agent.wait(9.0)

    script = conditions(("", 'Wait <hold time="5s"/>'), ("The agent pressed 1", "One <endcall/>"))
    call = await conduct(program, script)
    call.check(*ENDED)
    assert call.said[-1] == "caller: One"


async def test_keys_while_a_caller_that_gave_way_stays_silent_are_not_lost() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_speaks()
        await agent.wait(1.6)
        await agent.say(speech(1.0))
        await agent.wait(1.5)
        await agent.say(tones("1#"))
        await agent.wait(6.0)

    script = conditions(
        ("", "For sales, press 1. For support, press 2. For all other questions, press 3."),
        ('contains "wait"', "Take your time"),
        ("The main agent pressed 1", "Sales <endcall/>"),
    )
    plan = {"num_words": 0, "voice_seconds": 0.3, "backoff_seconds": 4}
    fields = {"personality": {"base": "normal", "stop_speaking_plan": plan}}
    call = await conduct(program, script, recognized=["wait"], scenario_fields=fields)
    call.check(*ENDED)
    assert keys_of(call) == ("1#",)


async def test_keys_pressed_into_words_that_the_agent_then_cuts_off_are_answered() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_speaks()
        await agent.wait(1.6)
        await agent.say(tones("1#"))
        await agent.say(speech(1.0))
        await agent.wait(6.0)

    script = conditions(
        ("", "For sales, press 1. For support, press 2. For all other questions, press 3."),
        ("The main agent pressed 1", "Sales <endcall/>"),
    )
    call = await conduct(program, script, recognized=["hello"])
    call.check(*ENDED)
    assert call.said[-1] == "caller: Sales"
