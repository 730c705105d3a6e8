"""Whose turn it is on a voice call, whatever the agent's audio looks like: each turn is heard once, and answered once."""

from __future__ import annotations

import sys
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from pytest_agentsim.audio.pcm import FRAME_BYTES, SAMPLE_RATE, from_float, to_float
from pytest_agentsim.caller.matcher.offline import OfflineMatcher
from pytest_agentsim.result import EventKind, Reason, Status
from tests.voice.harness import (
    Agent,
    Conducted,
    ScriptedStudio,
    Traffic,
    call_at,
    conditions,
    conduct,
    prompt,
    serving,
    silence,
    speech,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pytest_agentsim.caller.matcher.interface import MatchDecision

NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
NAME = "may I have your name"
LINE_GOES_ON = (
    12_000  # samples after the agent's words, for long enough that its turn has to be found over within them
)
SCRIPT = conditions(
    ("", "Hello there"),
    ('contains "name"', "Sarah"),
    ('contains "bye"', "Bye <endcall/>"),
)


async def hang_up_after(program: Callable[[Agent], Awaitable[None]], agent: Agent) -> None:
    """Run a program once the caller has said hello, wait for its answer, and say goodbye."""
    await agent.until_caller_is_silent()
    await program(agent)
    await agent.until_caller_is_silent()
    await agent.say(speech(0.6))
    await agent.stay()


async def answer_to(program: Callable[[Agent], Awaitable[None]], **options: object) -> Conducted:
    """Call an agent that asks for the caller's name in its own way; the question must be heard once."""

    async def whole(agent: Agent) -> None:
        await hang_up_after(program, agent)

    call = await conduct(whole, SCRIPT, recognized=[NAME, "bye"], **options)
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert call.said == [
        "caller: Hello there",
        f"agent: {NAME}",
        "caller: Sarah",
        "agent: bye",
        "caller: Bye",
    ]
    return call


# --- one turn, heard once --------------------------------------------------------------------------------------


async def test_pauses_of_half_a_second_within_a_sentence_do_not_end_a_turn() -> None:
    async def program(agent: Agent) -> None:
        await agent.say(speech(0.8) + silence(0.5) + speech(0.6) + silence(0.5) + speech(0.8) + silence(0.1))

    call = await answer_to(program)
    spans = call.events(EventKind.AGENT_TURN)[0]["spans"]
    assert len(spans) == 3


async def test_an_agent_that_answers_after_50_ms() -> None:
    async def quick(agent: Agent) -> None:
        await agent.until_caller_is_silent(0.04)
        await agent.say(prompt("appointment"))
        await agent.until_caller_is_silent(0.04)
        await agent.say(speech(0.6))
        await agent.stay()

    call = await conduct(quick, SCRIPT, recognized=[NAME, "bye"])
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert call.said == [
        "caller: Hello there",
        f"agent: {NAME}",
        "caller: Sarah",
        "agent: bye",
        "caller: Bye",
    ]


@pytest.mark.parametrize("chunk", [160, FRAME_BYTES, 1000, 64_000], ids=["5 ms", "20 ms", "31 ms", "2 s"])
async def test_frames_of_any_length(chunk: int) -> None:
    async def program(agent: Agent) -> None:
        await agent.say(prompt("appointment"), chunk=chunk)

    await answer_to(program)


async def test_everything_in_one_burst() -> None:
    async def program(agent: Agent) -> None:
        await agent.say(prompt("appointment"), chunk=sys.maxsize, burst=True)

    await answer_to(program)


async def test_a_burst_of_many_frames() -> None:
    async def program(agent: Agent) -> None:
        await agent.say(prompt("appointment"), burst=True)

    await answer_to(program)


async def test_faster_than_real_time() -> None:
    async def program(agent: Agent) -> None:
        pcm = prompt("appointment")
        for start in range(0, len(pcm), 3 * FRAME_BYTES):
            await agent.send(pcm[start : start + 3 * FRAME_BYTES])
            await agent.wait(0.02)

    await answer_to(program)


@pytest.mark.parametrize("seed", range(3))
async def test_slower_than_real_time_with_jitter(seed: int) -> None:
    pauses = np.random.default_rng(seed).choice([0.0, 0.02, 0.02, 0.04, 0.06, 0.1], size=1000)

    async def program(agent: Agent) -> None:
        pcm = prompt("appointment")
        for number, start in enumerate(range(0, len(pcm), 2 * FRAME_BYTES)):
            await agent.send(pcm[start : start + 2 * FRAME_BYTES])
            await agent.wait(0.04 + pauses[number])

    await answer_to(program)


def hum(seconds: float, level: float) -> np.ndarray:
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return level * np.sin(2 * np.pi * 50 * time) + level / 3 * np.sin(2 * np.pi * 150 * time)


@pytest.mark.parametrize(
    "line",
    [lambda seconds: np.full(round(seconds * SAMPLE_RATE), 0.05), lambda seconds: hum(seconds, 0.01)],
    ids=["direct current", "hum"],
)
async def test_an_agent_whose_line_is_never_quiet(line: Callable[[float], np.ndarray]) -> None:
    question = np.concatenate(
        (np.zeros(SAMPLE_RATE), to_float(prompt("appointment")), np.zeros(LINE_GOES_ON))
    )
    noisy = from_float(question + line(len(question) / SAMPLE_RATE))

    async def program(agent: Agent) -> None:
        await agent.say(noisy)

    await answer_to(program)


# --- who is heard out, and who is not ---------------------------------------------------------------------------


async def test_a_greeting_is_heard_out_before_the_first_message() -> None:
    async def program(agent: Agent) -> None:
        await agent.say(prompt("greeting"))
        await hang_up_after(lambda agent: agent.say(prompt("appointment")), agent)

    call = await conduct(program, SCRIPT, recognized=["hello how can I help", NAME, "bye"])
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert call.said[:4] == [
        "agent: hello how can I help",
        "caller: Hello there",
        f"agent: {NAME}",
        "caller: Sarah",
    ]
    greeting, hello = call.result.turns[:2]
    assert greeting.end is not None
    assert hello.time > greeting.end + 0.6
    assert not any(turn.interrupted for turn in call.result.turns)


async def test_a_greeting_that_collides_with_the_first_message_lets_the_caller_say_it_again() -> None:
    async def program(agent: Agent) -> None:
        await agent.wait(1.2)
        await agent.say(speech(1.5))
        await hang_up_after(lambda agent: agent.say(prompt("appointment")), agent)

    script = conditions(
        ("", "Hello I would like to make an appointment"),
        ('contains "name"', "Sarah"),
        ('contains "bye"', "<endcall/>"),
    )
    call = await conduct(program, script, recognized=["how can I help", NAME, "bye"])
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    first, greeting, again = call.result.turns[:3]
    assert first.interrupted
    assert first.text == "Hello I—"
    assert (greeting.text, again.text) == ("how can I help", "Hello I would like to make an appointment")
    assert call.said[3:] == [f"agent: {NAME}", "caller: Sarah", "agent: bye"]


async def test_an_empty_first_message_lets_the_agent_speak_first() -> None:
    async def program(agent: Agent) -> None:
        await agent.wait(3)
        await agent.say(prompt("greeting"))
        await agent.until_caller_is_silent()
        await agent.say(speech(0.6))
        await agent.stay()

    script = conditions(("", ""), ('contains "help"', "I need help"), ('contains "bye"', "<endcall/>"))
    call = await conduct(program, script, recognized=["how can I help", "bye"])
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert call.said == ["agent: how can I help", "caller: I need help", "agent: bye"]


async def test_an_agent_that_speaks_on_while_its_words_are_recognised_gets_one_answer() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.say(speech(1.0))
        await agent.wait(1.0)
        await agent.say(speech(1.0))
        await agent.until_caller_is_silent()
        await agent.say(speech(0.6))
        await agent.stay()

    studio = ScriptedStudio(["let me see", NAME, "bye"], recognizing=1.5)
    call = await conduct(program, SCRIPT, studio=studio)
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert call.said == [
        "caller: Hello there",
        "agent: let me see",
        f"agent: {NAME}",
        "caller: Sarah",
        "agent: bye",
        "caller: Bye",
    ]


async def test_what_the_agent_has_said_to_its_end_meanwhile_is_not_lost() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.say(speech(1.0))
        await agent.wait(0.9)
        await agent.say(speech(0.5))
        await agent.until_caller_is_silent()
        await agent.say(speech(0.6))
        await agent.stay()

    # The second turn is over long before the words of the first one are known.
    studio = ScriptedStudio(["let me see", NAME, "bye"], recognizing=4.0)
    call = await conduct(program, SCRIPT, studio=studio)
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert call.said[1:4] == ["agent: let me see", f"agent: {NAME}", "caller: Sarah"]


async def test_a_caller_whom_the_first_words_tell_nothing_waits_for_the_rest_of_them() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.say(speech(1.0))
        await agent.wait(0.9)
        await agent.say(speech(0.5))
        await agent.until_caller_is_silent()
        await agent.say(speech(0.6))
        await agent.stay()

    studio = ScriptedStudio(["let me see", NAME, "bye"], recognizing=4.0)
    call = await conduct(program, SCRIPT, studio=studio, scenario_fields={"on_no_match": "fail"})
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert [data["move"] for data in call.events(EventKind.DECISION)] == ["triggers", "triggers"]


async def test_a_caller_that_is_about_to_give_up_listens_when_the_agent_speaks_on() -> None:
    traffic: Traffic = Traffic()
    agents: list[Agent] = []

    class SlowMatcher(OfflineMatcher):
        async def decide(self, agent_text: str, **known: Any) -> MatchDecision:
            assert traffic.clock is not None
            await traffic.clock.pass_by(2.0)
            return await super().decide(agent_text, **known)

    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.say(speech(1.0))
        await agent.wait(1.5)
        await agent.say(speech(1.0))
        await agent.until_caller_is_silent()
        await agent.say(speech(0.6))
        await agent.stay()

    async with serving(program, traffic, agents) as url:
        call = await call_at(
            url,
            traffic,
            agents,
            SCRIPT,
            recognized=["let me see", NAME, "bye"],
            matcher=SlowMatcher(language="en"),
            scenario_fields={"on_no_match": "fail"},
        )
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert call.said[1:4] == ["agent: let me see", f"agent: {NAME}", "caller: Sarah"]


async def test_an_agent_that_speaks_on_before_the_caller_finds_its_voice_is_heard_first() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.say(speech(1.0))
        await agent.wait(1.2)
        await agent.say(speech(0.8))
        await agent.until_caller_is_silent()
        await agent.say(speech(0.6))
        await agent.stay()

    script = conditions(
        ("", "Hello there"), ("asks", "Write down who you are"), ('contains "bye"', "<endcall/>")
    )
    script["conditions"][1] |= {"condition": 'contains "name"', "fixed_message": False}
    studio = ScriptedStudio([NAME, "as it is in your passport", "bye"], delay=1.0)
    call = await conduct(program, script, studio=studio)
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert [turn.speaker.value for turn in call.result.turns] == [
        "caller",
        "agent",
        "agent",
        "caller",
        "agent",
    ]
    assert call.events(EventKind.INTERRUPTED) == []
    assert call.result.conditions_fired == (0, 1, 2)


async def test_noises_without_words_are_no_turns() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        for _ in range(3):
            await agent.say(speech(0.15))
            await agent.wait(1.5)
        await agent.say(prompt("appointment"))
        await agent.until_caller_is_silent()
        await agent.say(speech(0.6))
        await agent.stay()

    call = await conduct(program, SCRIPT, recognized=["", "", "", NAME, "bye"])
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert call.said == [
        "caller: Hello there",
        f"agent: {NAME}",
        "caller: Sarah",
        "agent: bye",
        "caller: Bye",
    ]


async def test_a_short_word_is_a_turn() -> None:
    async def program(agent: Agent) -> None:
        await agent.say(speech(0.25))

    await answer_to(program)


FOLLOWUP = conditions(("", "Hello there"), ("", "My name is Sarah", 0), ('contains "bye"', "<endcall/>"))


async def test_a_short_word_lets_a_followup_speak() -> None:
    async def program(agent: Agent) -> None:
        await hang_up_after(lambda agent: agent.say(speech(0.25)), agent)

    call = await conduct(program, FOLLOWUP, recognized=["yes", "bye"])
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert call.said == ["caller: Hello there", "agent: yes", "caller: My name is Sarah", "agent: bye"]


async def test_a_cough_does_not_let_a_followup_speak() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.say(speech(0.15))
        await agent.wait(2)
        coughed = not any(any(frame) for frame in agent.heard[-50:] if isinstance(frame, bytes))
        assert coughed
        await agent.say(prompt("appointment"))
        await agent.until_caller_is_silent()
        await agent.say(speech(0.6))
        await agent.stay()

    # The cough's words are looked for at once, the followup's question only after the call.
    call = await conduct(program, FOLLOWUP, recognized=["", "bye", NAME])
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert call.said == ["caller: Hello there", f"agent: {NAME}", "caller: My name is Sarah", "agent: bye"]


async def test_words_that_nobody_needs_are_recognised_after_the_call() -> None:
    async def program(agent: Agent) -> None:
        await hang_up_after(lambda agent: agent.say(prompt("appointment")), agent)

    call = await conduct(program, FOLLOWUP, recognized=["bye", NAME])
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert call.said == ["caller: Hello there", f"agent: {NAME}", "caller: My name is Sarah", "agent: bye"]
    assert call.events(EventKind.RECOGNIZED) == [{"number": 2, "text": NAME}]
    recognized, last = (
        call.result.events_of(EventKind.RECOGNIZED)[0],
        call.result.events_of(EventKind.AGENT_TURN)[-1],
    )
    assert call.result.events.index(recognized) > call.result.events.index(last)
    # They are those of the recording: all of the question, and a little of the silence around it.
    assert len(call.studio.recognized.asked[1]) == pytest.approx(len(prompt("appointment")), abs=0.6 * 32_000)


async def test_an_answer_that_begins_before_the_words_of_it_are_known_to_be_needed_is_understood() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.say(speech(0.8))
        await agent.until_caller_speaks()
        await agent.wait(0.6)  # "My name is Sarah" takes 0.8 s
        await agent.say(speech(1.0))
        await agent.until_caller_is_silent()
        await agent.stay()

    call = await conduct(program, FOLLOWUP, recognized=["bye", "well"])
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert call.said == ["caller: Hello there", "agent: well", "caller: My name is Sarah", "agent: bye"]


async def test_every_turn_of_a_long_conversation_is_heard_exactly_once() -> None:
    questions = [f"question {word}" for word in NUMBERS]
    script = conditions(
        ("", "Hello there"),
        *[(f'contains "{question}"', f"Answer to {question}") for question in questions],
        ('contains "bye"', "<endcall/>"),
    )

    async def program(agent: Agent) -> None:
        for number in range(len(questions)):
            await agent.until_caller_is_silent(0.06 + 0.1 * number)
            await agent.say(
                speech(0.5 + 0.1 * number), chunk=(160, 640, 6400)[number % 3], burst=number % 4 == 3
            )
            if number % 4 == 3:
                await agent.wait(0.5 + 0.1 * number)
        await agent.until_caller_is_silent()
        await agent.say(speech(0.6))
        await agent.stay()

    call = await conduct(program, script, recognized=[*questions, "bye"])
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    expected = ["caller: Hello there"]
    for question in questions:
        expected += [f"agent: {question}", f"caller: Answer to {question}"]
    assert call.said == [*expected, "agent: bye"]
    times = [(turn.time, turn.end) for turn in call.result.turns]
    assert all(one_end <= next_start for (_, one_end), (next_start, _) in pairwise(times))


# --- how long the caller waits ----------------------------------------------------------------------------------


async def silence_before_the_answer(**options: object) -> float:
    async def program(agent: Agent) -> None:
        await agent.say(speech(1.0))

    async def whole(agent: Agent) -> None:
        await hang_up_after(program, agent)

    call = await conduct(whole, SCRIPT, **options)
    question, answer = call.result.turns[1:3]
    assert (question.text, answer.text) == (NAME, "Sarah")
    assert question.end is not None
    return answer.time - question.end


async def test_a_turn_ends_after_700_ms_of_silence() -> None:
    assert await silence_before_the_answer(recognized=[NAME, "bye"]) == pytest.approx(0.75, abs=0.04)


async def test_a_turn_whose_words_fire_a_trigger_already_ends_after_550_ms() -> None:
    studio = ScriptedStudio([NAME, "bye"], partials=["may I have your name"])
    assert await silence_before_the_answer(studio=studio) == pytest.approx(0.6, abs=0.04)


async def test_a_turn_whose_words_fire_nothing_yet_ends_after_700_ms() -> None:
    studio = ScriptedStudio([NAME, "bye"], partials=["may I have your"])
    assert await silence_before_the_answer(studio=studio) == pytest.approx(0.75, abs=0.04)


@pytest.mark.parametrize(("plan", "expected"), [(0.2, 0.25), (1.5, 1.55)])
async def test_a_personality_has_its_own_patience(plan: float, expected: float) -> None:
    personality = {"name": "other", "base": "normal", "start_speaking_plan": plan}
    waited = await silence_before_the_answer(
        recognized=[NAME, "bye"], scenario_fields={"personality": personality}
    )
    assert waited == pytest.approx(expected, abs=0.06)


async def test_a_personality_that_takes_its_time_does_so_even_if_it_knows_the_answer_already() -> None:
    studio = ScriptedStudio([NAME, "bye"], partials=["may I have your name"])
    personality = {"base": "normal", "start_speaking_plan": 1.5}
    waited = await silence_before_the_answer(studio=studio, scenario_fields={"personality": personality})
    assert waited == pytest.approx(1.55, abs=0.06)


async def test_a_personality_that_interrupts_does_not_wait_either() -> None:
    personality = {"base": "normal", "interruption_level": "high"}
    waited = await silence_before_the_answer(
        recognized=[NAME, "bye"], scenario_fields={"personality": personality}
    )
    assert waited == pytest.approx(0.25, abs=0.06)
