"""A caller whose personality interrupts: when it cuts in, what becomes of the agent's words, and that a seed decides it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim.caller import phrases
from pytest_agentsim.caller.impulses import RATES, Impulses
from pytest_agentsim.result import EventKind, Reason, Speaker, Status
from pytest_agentsim.scenario.personality import InterruptionLevel
from tests.voice.harness import Agent, Conducted, conditions, conduct, speech

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

INTERJECTIONS = phrases.of("en").interjections
SCRIPT = conditions(
    ("", "Hello"),
    ('contains "name"', "Sarah Johnson"),
    ('contains "birth"', "The first of May"),
    ('contains "bye"', "<endcall/>"),
)
ENDED = (Status.COMPLETED, Reason.CALLER_ENDED)
ASKED = {"personality": {"base": "normal", "interruption_level": "high"}, "random_interruptions": True}


async def speak(agent: Agent, seconds: float) -> bool:
    """Speak until the caller does; returns whether all of it was said."""
    interrupted = asyncio.ensure_future(agent.until_caller_speaks())
    saying = asyncio.ensure_future(agent.say(speech(seconds)))
    await asyncio.wait((interrupted, saying), return_when=asyncio.FIRST_COMPLETED)
    said = saying.done()
    for task in (interrupted, saying):
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    return said


async def polite(agent: Agent) -> None:
    """Ask three things; whenever the caller cuts in, hear it out and ask again."""
    await agent.until_caller_is_silent()
    for seconds in (2.6, 2.6, 0.8):
        while not await speak(agent, seconds):
            await agent.until_caller_is_silent(0.4)
        await agent.until_caller_is_silent(0.4)
    await agent.stay()


async def stubborn(agent: Agent) -> None:
    """Ask three things, whatever the caller says meanwhile."""
    await agent.until_caller_is_silent()
    for seconds in (3.6, 3.6):
        await agent.say(speech(seconds))
        await agent.until_caller_is_silent(0.4)
    await agent.say(speech(0.6))
    await agent.stay()


async def call(
    program: Callable[[Agent], Awaitable[None]], *words: str, seed: int = 1, **fields: Any
) -> Conducted:
    return await conduct(
        program,
        SCRIPT,
        recognized=words,
        seed=seed,
        scenario_fields={**ASKED, **fields},
    )


def barge_ins(conducted: Conducted) -> list[float]:
    return [each["start"] for each in conducted.events(EventKind.BARGE_IN)]


def interjected(conducted: Conducted) -> list[str]:
    return [turn.text for turn in conducted.result.said_by(Speaker.CALLER) if turn.text in INTERJECTIONS]


async def test_the_caller_talks_over_an_agent_that_talks_on_and_answers_all_of_it() -> None:
    conducted = await call(stubborn, "what is your name", "your date of birth please", "bye")
    conducted.check(*ENDED)
    assert conducted.result.conditions_fired == (0, 1, 2, 3)
    assert len(barge_ins(conducted)) == len(interjected(conducted)) == conducted.result.caller_interruptions
    assert conducted.result.caller_interruptions >= 2
    for start, turn in zip(barge_ins(conducted), conducted.result.said_by(Speaker.AGENT), strict=False):
        assert turn.end is not None
        assert turn.time + 0.5 <= start <= min(turn.time + 1.5, turn.end)
        assert turn.interrupted


async def test_the_caller_waits_for_an_agent_that_has_stopped_and_answers_what_it_then_says() -> None:
    cut = ("what is", "what is", "what is your name", "your date", "your date", "your date of birth", "bye")
    conducted = await call(polite, *cut)
    conducted.check(*ENDED)
    assert conducted.result.conditions_fired == (0, 1, 2, 3)
    turns = conducted.result.turns
    for before, turn, after in zip(turns, turns[1:], turns[2:], strict=False):
        if turn.text in INTERJECTIONS:
            assert before.speaker is after.speaker is Speaker.AGENT
            assert before.interrupted
    assert interjected(conducted)


async def test_an_agent_that_falls_silent_gets_an_answer_to_what_it_had_said() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        assert not await speak(agent, 3.0)
        await agent.until_caller_is_silent(0.4)
        await agent.until_caller_is_silent(0.4)
        await agent.say(speech(0.6))
        await agent.stay()

    conducted = await call(program, "what is your name", "bye")
    conducted.check(*ENDED)
    cut, interjection, answer = conducted.result.turns[1:4]
    assert (cut.text, answer.text) == ("what is your name", "Sarah Johnson")
    assert interjection.text in INTERJECTIONS
    assert interjection.end is not None
    assert answer.time - interjection.end == pytest.approx(4.0, abs=0.1)


async def test_the_moments_are_those_of_the_seed() -> None:
    conducted = await call(stubborn, "what is your name", "your date of birth please", "bye", seed=11)
    impulses = Impulses(InterruptionLevel.HIGH, seed=11, language="en")
    expected = []
    for number, turn in enumerate(conducted.result.said_by(Speaker.AGENT)):
        impulse = impulses.at_turn(number)
        if impulse is not None and turn.end is not None and turn.time + impulse.after < turn.end:
            expected.append((turn.time + impulse.after, impulse.words))
            impulses.followed(number)
    assert expected
    assert barge_ins(conducted) == [pytest.approx(at, abs=0.001) for at, _ in expected]
    assert interjected(conducted) == [words for _, words in expected]


async def test_the_same_seed_makes_the_same_call_and_another_one_another() -> None:
    words = ("what is your name", "your date of birth please", "bye")
    first, again, other = [await call(stubborn, *words, seed=seed) for seed in (5, 5, 6)]
    assert first.agent.caller_pcm == again.agent.caller_pcm
    assert barge_ins(first) == barge_ins(again) != barge_ins(other)


@pytest.mark.parametrize(
    "fields",
    [
        {"random_interruptions": False},
        {"random_interruptions": None},
        {"personality": {"base": "normal", "start_speaking_plan": 0.2}},
    ],
)
async def test_a_script_that_does_not_ask_for_it_is_left_alone(fields: dict[str, Any]) -> None:
    given = {key: value for key, value in {**ASKED, **fields}.items() if value is not None}
    conducted = await conduct(
        stubborn,
        SCRIPT,
        recognized=("what is your name", "your date of birth please", "bye"),
        scenario_fields=given,
    )
    conducted.check(*ENDED)
    assert conducted.result.caller_interruptions == 0
    assert not interjected(conducted)


@pytest.mark.parametrize("level", ["low", "medium"])
async def test_a_lower_level_interrupts_no_more_often_than_it_may(level: str) -> None:
    personality = {"base": "normal", "interruption_level": level}
    counts = []
    for seed in range(4):
        conducted = await call(
            stubborn, "your name", "your date of birth", "bye", seed=seed, personality=personality
        )
        conducted.check(*ENDED)
        counts.append(conducted.result.caller_interruptions)
    assert 0 < max(counts) <= (RATES[InterruptionLevel(level)].most or 0)


async def test_an_interruption_of_the_scenario_counts_as_well() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.say(speech(2.5))
        await agent.until_caller_is_silent()
        await agent.say(speech(0.6))
        await agent.stay()

    script = conditions(
        ("", "Hello"), ("", '<interruption time="1s"/> Wait', 0), ('contains "bye"', "<endcall/>")
    )
    conducted = await conduct(program, script, recognized=["bye", "how can I help"])
    conducted.check(*ENDED)
    (event,) = conducted.events(EventKind.BARGE_IN)
    cut = conducted.result.said_by(Speaker.AGENT)[0]
    assert (event["by"], event["cause"]) == ("caller", "scenario")
    assert event["start"] == pytest.approx(cut.time + 1.0, abs=0.001)
    assert conducted.result.caller_interruptions == 1


async def test_an_agent_that_hangs_up_on_the_interjection_leaves_its_words() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        assert not await speak(agent, 3.0)
        await agent.wait(0.2)

    conducted = await call(program, "what is your name")
    assert conducted.result.ended_reason in (Reason.AGENT_CLOSED, Reason.AGENT_HUNG_UP_EARLY)
    (cut,) = conducted.result.said_by(Speaker.AGENT)
    assert (cut.text, cut.interrupted) == ("what is your name", True)
