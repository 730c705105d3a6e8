"""The sample session flow of the CHIRP page, in the order in which the agent sees the frames."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim.audio.pcm import FRAME_BYTES, level
from pytest_agentsim.audio.recording import read_stereo
from pytest_agentsim.result import EventKind, Reason, Status
from tests.voice.harness import Agent, Conducted, conditions, conduct, silence, speech

if TYPE_CHECKING:
    from pathlib import Path

WORDS = speech(0.6)
ASKS = "What is your name?"
ANSWER = "My name is Sarah Miller"  # 1.15 s, 58 frames
SCRIPT = conditions(("", ""), ("The agent asks for your name", ANSWER))
FRAMES = 58


async def greet(agent: Agent) -> None:
    await agent.say(WORDS)
    await agent.until_event("speech.completed")
    await agent.until_caller_is_silent()
    await agent.hang_up(1000)


async def sample(**settings: Any) -> Conducted:
    call = await conduct(greet, SCRIPT, recognized=[ASKS], user="user", password="pass", **settings)
    call.check(Status.COMPLETED, Reason.AGENT_ENDED)
    assert call.said == [f"agent: {ASKS}", f"caller: {ANSWER}"]
    return call


def runs(call: Conducted) -> list[tuple[str, str, int]]:
    """Return what went over the wire as (who, kind, how many in a row), the caller's silence left out."""
    order = [each for each in call.agent.order if each != ("caller", "silence")]
    return [(who, kind, len(list(same))) for (who, kind), same in groupby(order)]


def utterance(*, before: int, between: int, after: int) -> list[tuple[str, str, int]]:
    """Return an utterance with so many frames before, between and after its events."""
    parts = [
        ("caller", "audio", before),
        ("caller", "speech.started", 1),
        ("caller", "audio", between),
        ("caller", "speech.completed", 1),
        ("caller", "audio", after),
    ]
    return [part for part in parts if part[2]]


async def test_the_sample_session_frame_by_frame() -> None:
    call = await sample()
    request = call.agent.socket.request
    assert request is not None
    assert request.headers["Authorization"] == "Basic dXNlcjpwYXNz"  # 1, and 2 was the answer to it
    assert runs(call) == [
        ("agent", "audio", len(WORDS) // FRAME_BYTES),  # 3 and 4
        # 5 to 10: the events lie 200 ms, 10 frames, after the first audio and before the last.
        *utterance(before=10, between=FRAMES - 20, after=10),
    ]
    assert call.agent.socket.close_code == 1000  # 11
    assert "code 1000" not in call.result.detail
    started, completed = call.agent.events
    assert started["data"] == completed["data"]


async def test_the_caller_streams_silence_while_it_listens() -> None:
    call = await sample()
    order = call.agent.order
    first_words = order.index(("caller", "audio"))
    listening = [kind for who, kind in order[:first_words] if who == "caller"]
    assert set(listening) == {"silence"}
    assert len(listening) > len(WORDS) // FRAME_BYTES


async def test_without_skew_the_events_bracket_the_audio() -> None:
    # The frame that begins the utterance is sent with its event, which cannot be told before it.
    call = await sample(event_skew=0)
    assert runs(call)[1:] == utterance(before=1, between=FRAMES - 1, after=0)


@pytest.mark.parametrize("skew", [0.04, 0.1, 0.3])
async def test_another_skew(skew: float) -> None:
    call = await sample(event_skew=skew)
    frames = round(skew * 50)
    assert runs(call)[1:] == utterance(before=frames, between=FRAMES - 2 * frames, after=frames)


@pytest.mark.parametrize("words", ["Hi", "Yes", "Sarah", "Sarah Miller"])
@pytest.mark.parametrize("skew", [0, 0.2, 5.0])
async def test_however_short_an_utterance_is_its_events_are_in_order_and_within_it(
    words: str, skew: float
) -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.hang_up()

    call = await conduct(program, conditions(("", words)), event_skew=skew)
    call.check(Status.COMPLETED, Reason.AGENT_ENDED)
    kinds = [kind for _, kind, _ in runs(call)]
    assert [kind for kind in kinds if kind != "audio"] == ["speech.started", "speech.completed"]
    assert kinds[0] == "audio"
    assert sum(count for _, kind, count in runs(call) if kind == "audio") == -(-len(words) * 5 // 2)


# --- what is sent while the caller is silent ---------------------------------------------------------------


async def test_idle_audio_nothing_sends_speech_only(tmp_path: Path) -> None:
    async def program(agent: Agent) -> None:
        await agent.say(WORDS, burst=True)
        await agent.stay()

    recording = tmp_path / "recording.wav"
    script = conditions(("", ""), ("The agent asks for your name", f"{ANSWER} <endcall/>"))
    call = await conduct(program, script, recognized=[ASKS], idle_audio="nothing", recording=recording)
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert call.said == [f"agent: {ASKS}", f"caller: {ANSWER}"]
    assert ("caller", "silence") not in call.agent.order
    assert runs(call)[1:] == utterance(before=10, between=FRAMES - 20, after=10)
    # On the recording everything is where it belongs nevertheless.
    caller, agent = read_stereo(recording)
    spoken = call.result.turns[1]
    assert caller[round(spoken.time * 32_000) :][: len(call.agent.caller_pcm)] == call.agent.caller_pcm
    assert not any(caller[: round(spoken.time * 32_000)])
    assert WORDS in agent


async def test_idle_audio_silence_is_digital_silence() -> None:
    call = await sample(idle_audio="silence")
    spoken = speech(len(ANSWER) * 0.05)
    heard = call.agent.caller_pcm
    start = heard.index(spoken)
    assert not any(heard[:start])
    assert not any(heard[start + len(spoken) :])


async def test_idle_audio_noise_is_faint_and_the_same_for_a_seed() -> None:
    async def program(agent: Agent) -> None:
        await agent.wait(1.5)
        await agent.hang_up()

    script = conditions(("", ""))
    calls = [await conduct(program, script, idle_audio="noise") for _ in range(2)]
    for call in calls:
        call.check(Status.COMPLETED, Reason.AGENT_ENDED)
        assert {kind for _, kind in call.agent.order} == {"audio"}
        assert {len(frame) for frame in call.agent.heard} == {FRAME_BYTES}
        assert -75 < level(call.agent.caller_pcm) < -55
        assert call.agent.events == []
    first, second = (call.agent.caller_pcm for call in calls)
    length = min(len(first), len(second))
    assert first[:length] == second[:length]


async def test_with_idle_audio_noise_the_events_still_tell_where_the_speech_is() -> None:
    async def program(agent: Agent) -> None:
        await agent.say(WORDS)
        await agent.until_event("speech.completed")
        await agent.wait(1.0)
        await agent.hang_up()

    call = await conduct(program, SCRIPT, recognized=[ASKS], idle_audio="noise")
    call.check(Status.COMPLETED, Reason.AGENT_ENDED)
    order = [kind for who, kind in call.agent.order if who == "caller"]
    started, completed = order.index("speech.started"), order.index("speech.completed")
    assert completed - started - 1 == FRAMES - 20
    [utterance_event] = call.events(EventKind.UTTERANCE)
    # The event follows its frame: 10 frames of the utterance, and all frames before it.
    assert started == round(utterance_event["start"] * 50) + 10


async def test_the_agents_silence_is_no_audio_of_its_own() -> None:
    """An agent that streams without pause is understood like one that sends its words only."""

    async def program(agent: Agent) -> None:
        await agent.say(silence(0.5) + WORDS + silence(4.0))
        await agent.hang_up()

    call = await conduct(program, SCRIPT, recognized=[ASKS])
    call.check(Status.COMPLETED, Reason.AGENT_ENDED)
    assert call.said == [f"agent: {ASKS}", f"caller: {ANSWER}"]
