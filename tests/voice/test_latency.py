"""How long the agent took to answer: measured in samples on the time line, and never a wrong number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_agentsim.result import EventKind, Reason, Status
from tests.voice.harness import Agent, Conducted, ScriptedStudio, conditions, conduct, silence, speech

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

HELLO = "Hello there my friend"
ANSWER = conditions(("", HELLO), ('contains "name"', "Sarah"), ('contains "bye"', "<endcall/>"))


async def until_the_last_speech_frame(agent: Agent) -> None:
    """Return when the caller's last frame of speech has come, as far as 20 ms of silence can tell."""
    await agent.until_caller_speaks()
    await agent.until_caller_is_silent(0.02)


async def latencies_of(answer: Callable[[Agent], Awaitable[None]], **options: Any) -> list[float | None]:
    """Let the agent answer the caller's first words in its own way; return the latencies of the call."""

    async def program(agent: Agent) -> None:
        await until_the_last_speech_frame(agent)
        await answer(agent)
        await agent.stay()

    call = await conduct(program, ANSWER, **{"recognized": ["bye"], **options})
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    return [latency.seconds for latency in call.result.latencies]


def answering_after(frames: int, pcm: bytes = speech(0.8), **how: Any) -> Callable[[Agent], Awaitable[None]]:
    """Answer so many of the caller's frames after the last one with speech; at least one has passed already."""

    async def answer(agent: Agent) -> None:
        await agent.wait((frames - 1) * 0.02)
        await agent.say(pcm, **how)

    return answer


async def test_an_answer_after_half_a_second() -> None:
    assert await latencies_of(answering_after(25)) == [pytest.approx(0.5, abs=0.02)]


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(frames=st.integers(1, 150))
async def test_an_answer_after_any_delay(frames: int) -> None:
    assert await latencies_of(answering_after(frames)) == [pytest.approx(frames * 0.02, abs=0.02)]


@pytest.mark.parametrize("chunk", [160, 6400, 64_000])
async def test_the_form_in_which_the_answer_comes_does_not_matter(chunk: int) -> None:
    assert await latencies_of(answering_after(25, chunk=chunk)) == [pytest.approx(0.5, abs=0.02)]


async def test_an_answer_in_one_burst() -> None:
    assert await latencies_of(answering_after(25, burst=True)) == [pytest.approx(0.5, abs=0.02)]


async def test_silence_before_the_words_is_time_that_the_caller_waits() -> None:
    answer = answering_after(10, silence(0.4) + speech(0.8), chunk=64_000)
    assert await latencies_of(answer) == [pytest.approx(0.6, abs=0.02)]


async def test_an_agent_that_streams_silence_all_the_time_is_measured_alike() -> None:
    async def program(agent: Agent) -> None:
        await agent.say(silence(2.0) + silence(0.5) + speech(0.8))
        await agent.stay()

    # The caller says hello from 1.0 s on; that takes 21 letters of 50 ms.
    call = await conduct(program, ANSWER, recognized=["bye"])
    [hello] = [data for data in call.events(EventKind.UTTERANCE) if data["text"] == HELLO]
    spoke = call.events(EventKind.AGENT_SPEECH)[0]["start"]
    assert [each.seconds for each in call.result.latencies] == [pytest.approx(spoke - hello["end"], abs=0.02)]


async def test_latencies_belong_to_the_turns_of_the_agent() -> None:
    async def program(agent: Agent) -> None:
        for delay in (0.5, 1.0):
            await until_the_last_speech_frame(agent)
            await agent.wait(delay - 0.02)
            await agent.say(speech(0.8))
        await agent.stay()

    call = await conduct(program, ANSWER, recognized=["your name", "bye"])
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert [(latency.turn, latency.seconds) for latency in call.result.latencies] == [
        (2, pytest.approx(0.5, abs=0.02)),
        (4, pytest.approx(1.0, abs=0.02)),
    ]


async def test_a_cough_is_no_answer() -> None:
    async def answer(agent: Agent) -> None:
        await agent.wait(0.28)
        await agent.say(speech(0.15))
        await agent.wait(1.55)
        await agent.say(speech(0.8))

    assert await latencies_of(answer, recognized=["", "bye"]) == [pytest.approx(2.0, abs=0.02)]


# --- what has none ----------------------------------------------------------------------------------------------


async def test_an_agent_that_began_before_the_caller_had_finished_answered_nothing() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_speaks()
        await agent.wait(0.05 * len(HELLO) - 0.2)
        await agent.say(speech(1.0))
        await agent.stay()

    call = await conduct(program, ANSWER, recognized=["bye"])
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert call.said == [f"caller: {HELLO}", "agent: bye"]
    assert call.result.latencies == ()


async def test_a_greeting_answers_nothing() -> None:
    async def program(agent: Agent) -> None:
        await agent.say(speech(1.0))
        await until_the_last_speech_frame(agent)
        await agent.wait(0.48)
        await agent.say(speech(0.8))
        await agent.stay()

    call = await conduct(program, ANSWER, recognized=["welcome", "bye"])
    assert [(latency.turn, latency.seconds) for latency in call.result.latencies] == [
        (3, pytest.approx(0.5, abs=0.02))
    ]


async def test_a_question_into_the_silence_starts_no_clock() -> None:
    async def answer(agent: Agent) -> None:
        await until_the_last_speech_frame(agent)  # "Are you still there?"
        await agent.wait(0.5)
        await agent.say(speech(0.8))

    assert await latencies_of(answer) == []


async def test_an_agent_that_interrupted_answered_nothing() -> None:
    async def program(agent: Agent) -> None:
        await until_the_last_speech_frame(agent)
        await agent.wait(0.48)
        await agent.say(speech(0.8))
        await agent.until_caller_speaks()
        await agent.wait(0.06)
        await agent.event("speech.started", utterance_id="a1")
        await agent.wait(0.5)
        await agent.say(speech(0.8))
        await agent.stay()

    call = await conduct(program, ANSWER, recognized=["your name", "bye"])
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert call.result.turns[2].interrupted
    assert [latency.turn for latency in call.result.latencies] == [2]


# --- a harness that was held up ---------------------------------------------------------------------------------


async def test_an_answer_that_arrives_while_this_process_is_held_up_is_not_measured() -> None:
    async def answer(agent: Agent) -> None:
        await agent.wait(0.48)
        agent.stall_the_caller(0.3)
        await agent.say(speech(0.8))

    assert await latencies_of(answer) == [None]


async def test_an_answer_that_is_seen_when_this_process_has_just_caught_up_is_not_measured() -> None:
    async def answer(agent: Agent) -> None:
        await agent.wait(0.48)
        agent.stall_the_caller(0.2)
        await agent.wait(0.2)  # these frames come all at once
        await agent.say(speech(0.8))

    assert await latencies_of(answer) == [None]


async def test_an_answer_that_began_while_this_process_was_held_up_is_not_measured_however_late_its_words_come() -> (
    None
):
    async def answer(agent: Agent) -> None:
        await agent.wait(0.28)
        agent.stall_the_caller(0.3)
        await agent.say(silence(1.0) + speech(0.8), burst=True)

    assert await latencies_of(answer) == [None]


async def test_a_caller_whose_last_words_went_out_late_measures_nothing() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_speaks()
        await agent.wait(0.05 * len(HELLO) - 0.06)
        agent.stall_the_caller(0.3)
        await until_the_last_speech_frame(agent)
        await agent.wait(0.5)
        await agent.say(speech(0.8))
        await agent.stay()

    call = await conduct(program, ANSWER, recognized=["bye"])
    assert [latency.seconds for latency in call.result.latencies] == [None]


@pytest.mark.parametrize("before", [0.3, 0.1], ids=["long before", "shortly before"])
async def test_a_stall_that_is_over_disturbs_no_measurement(before: float) -> None:
    async def answer(agent: Agent) -> None:
        agent.stall_the_caller(0.2)
        # The caller makes up for ten frames at once; then the frames keep time again.
        await agent.wait(0.2 + before)
        await agent.say(speech(0.8))

    [measured] = await latencies_of(answer)
    # On the clock the frames that were made up for took no time, nor did those that had been sent.
    assert measured == pytest.approx(0.02 + 0.2 + before, abs=0.03)


async def test_a_stall_in_the_middle_of_the_callers_words_disturbs_nothing() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_speaks()
        agent.stall_the_caller(0.2)
        await until_the_last_speech_frame(agent)
        await agent.wait(0.48)
        await agent.say(speech(0.8))
        await agent.stay()

    call = await conduct(program, ANSWER, recognized=["bye"])
    assert [latency.seconds for latency in call.result.latencies] == [pytest.approx(0.5, abs=0.02)]


# --- how the process has kept time ------------------------------------------------------------------------------


def checked(call: Conducted) -> tuple[int, float, float, float, float]:
    harness = call.result.harness
    assert harness is not None
    return harness.frames, harness.lateness_p50, harness.lateness_p99, harness.lateness_max, harness.gap_p99


async def test_a_process_that_kept_time_says_so() -> None:
    async def program(agent: Agent) -> None:
        await agent.wait(5)

    call = await conduct(program, conditions(("", "Hello")))
    frames, *lateness, gap = checked(call)
    assert frames == call.agent.frames
    assert lateness == pytest.approx([0, 0, 0], abs=0.0002)
    assert gap == pytest.approx(0.02, abs=0.0002)


async def test_a_process_that_was_held_up_says_so() -> None:
    async def program(agent: Agent) -> None:
        await agent.wait(2)
        agent.stall_the_caller(0.5)
        await agent.wait(3)

    call = await conduct(program, conditions(("", "Hello")))
    frames, median, p99, longest, gap = checked(call)
    assert frames == call.agent.frames
    assert median < 0.001
    assert longest == pytest.approx(0.5, abs=0.001)
    assert 0.4 < p99 <= longest
    assert gap == pytest.approx(0.02, abs=0.001)


async def test_a_line_that_is_silent_between_utterances_has_no_gaps_there() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_event("speech.completed")
        await agent.say(speech(0.8), burst=True)
        await agent.until_event("speech.completed")
        await agent.say(speech(0.8), burst=True)
        await agent.stay()

    call = await conduct(
        program, ANSWER, studio=ScriptedStudio(["your name", "bye"]), idle_audio="nothing", event_skew=0.0
    )
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    frames, *_, gap = checked(call)
    assert frames == call.agent.frames == round((len(HELLO) + len("Sarah")) * 0.05 / 0.02 + 0.5)
    assert gap == pytest.approx(0.02, abs=0.0002)
    assert [event["type"] for event in call.agent.events] == ["speech.started", "speech.completed"] * 2
