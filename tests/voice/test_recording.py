"""The recording of a voice call, and what the caller sounds like in it: sample for sample what went over the wire."""

# ruff: noqa: ASYNC240  (small files, and nothing else goes on)

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import soundfile

from pytest_agentsim.audio.pcm import from_float, level, to_float
from pytest_agentsim.audio.recording import read_stereo
from pytest_agentsim.result import EventKind, Reason, Status
from tests.audio.keys import keys_in
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
    speech,
)

if TYPE_CHECKING:
    from pathlib import Path

ANSWER = conditions(("", "Hello there"), ('contains "name"', "Sarah"), ('contains "bye"', "<endcall/>"))
WORDS = ["your name", "bye"]


@pytest.fixture
def wav(tmp_path: Path) -> Path:
    return tmp_path / "recording.wav"


def at(position: int) -> int:
    """The byte at which a sample lies."""
    return 2 * position


async def ask_and_part(agent: Agent) -> None:
    await agent.until_caller_is_silent()
    await agent.say(prompt("appointment"))
    await agent.until_caller_is_silent()
    await agent.say(speech(0.6))
    await agent.stay()


# --- what is in it ----------------------------------------------------------------------------------------------


async def test_the_left_channel_is_what_the_agent_was_sent(wav: Path) -> None:
    call = await conduct(ask_and_part, ANSWER, recognized=WORDS, recording=wav)
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    caller, agent = read_stereo(wav)
    assert caller == call.agent.caller_pcm
    assert len(agent) == len(caller)


@pytest.mark.parametrize("idle_audio", ["noise", "nothing"])
async def test_the_left_channel_has_what_is_between_the_utterances_too(wav: Path, idle_audio: str) -> None:
    async def program(agent: Agent) -> None:
        await agent.until_event("speech.completed")
        if idle_audio == "noise":
            await agent.wait(1)

    call = await conduct(program, ANSWER, recording=wav, idle_audio=idle_audio)
    caller, _ = read_stereo(wav)
    if idle_audio == "noise":
        assert caller[: len(call.agent.caller_pcm)] == call.agent.caller_pcm
        return
    start = call.events(EventKind.UTTERANCE)[0]["start"]
    assert len(call.agent.caller_pcm) < len(caller)
    assert caller[at(round(start * 16_000)) :].startswith(call.agent.caller_pcm)


async def test_the_right_channel_is_the_agents_audio_where_it_arrived(wav: Path) -> None:
    sent: list[tuple[int, bytes]] = []

    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        for pcm in (prompt("yes"), speech(0.3)[:-6]):
            # At the time of the caller's n-th frame, which its samples end with.
            sent.append((agent.frames * 320, pcm))
            await agent.send(pcm)
            await agent.wait(len(pcm) / 32_000 + 0.2)
        await agent.until_caller_is_silent()
        await agent.say(speech(0.6))
        await agent.stay()

    call = await conduct(program, ANSWER, recognized=WORDS, recording=wav)
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    _, agent = read_stereo(wav)
    first, second = sent
    assert agent[: at(first[0])] == bytes(at(first[0]))
    assert agent[at(first[0]) :].startswith(first[1])
    between = agent[at(first[0]) + len(first[1]) : at(second[0])]
    assert between == bytes(len(between)) != b""
    assert agent[at(second[0]) :].startswith(second[1])


async def test_the_times_of_the_transcript_are_positions_in_the_recording(wav: Path) -> None:
    call = await conduct(ask_and_part, ANSWER, recognized=WORDS, recording=wav)
    caller, agent = read_stereo(wav)
    for turn in call.result.turns:
        assert turn.end is not None
        side = caller if turn.speaker.value == "caller" else agent
        begin, end = round(turn.time * 16_000), round(turn.end * 16_000)
        said, before, after = (
            level(side[at(a) : at(b)])
            for a, b in [(begin, end), (begin - 1600, begin - 32), (end + 64, end + 1600)]
        )
        assert said > -30
        assert before < said - 20
        assert after < said - 20


async def test_the_recording_begins_when_the_log_does(wav: Path) -> None:
    traffic, agents = Traffic(), []

    def slow(*_: object) -> None:
        assert traffic.clock is not None
        traffic.clock.advance(1.25)

    async with serving(ask_and_part, traffic, agents, process_request=slow) as url:
        call = await call_at(url, traffic, agents, ANSWER, recognized=WORDS, recording=wav)
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    caller, agent = read_stereo(wav)
    assert caller == bytes(at(20_000)) + call.agent.caller_pcm
    assert agent[: at(20_000)] == bytes(at(20_000))
    connected = call.result.events_of(EventKind.CONNECTED)[0]
    assert connected.time == 1.25
    hello = call.events(EventKind.UTTERANCE)[0]
    assert caller[at(round(hello["start"] * 16_000)) :].startswith(speech(0.55))


async def test_a_recording_that_nobody_wants_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    seen: list[Path] = []

    async def program(agent: Agent) -> None:
        await agent.until_caller_speaks()
        seen.extend(tmp_path.rglob("*.wav"))
        await ask_and_part(agent)

    call = await conduct(program, ANSWER, recognized=WORDS, recording=None)
    assert call.result.recording == ""
    assert len(seen) == 1
    assert list(tmp_path.iterdir()) == []


async def test_a_recording_names_its_file(wav: Path) -> None:
    call = await conduct(ask_and_part, ANSWER, recognized=WORDS, recording=wav)
    assert call.result.recording == "recording.wav"


async def test_a_call_of_ten_minutes_does_not_grow(wav: Path) -> None:
    used: list[int] = []
    studio = ScriptedStudio(["never mind"] * 100)

    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        tracemalloc.start(1)
        try:
            for _ in range(10):
                for _ in range(3):
                    # Two seconds are sent ahead of time, so that there is something to be kept for a while.
                    await agent.say(speech(2.0), chunk=64_000, burst=True)
                    await agent.wait(20.0)
                    agent.heard.clear()
                    agent.times.clear()
                    agent.order.clear()
                    studio.recognized.asked.clear()
                used.append(tracemalloc.get_traced_memory()[0])
        finally:
            tracemalloc.stop()

    call = await conduct(
        program,
        conditions(("", "Hello there"), ('contains "name"', "Sarah")),
        studio=studio,
        recording=wav,
        turn_timeout=60,
        max_duration=900,
        scenario_fields={
            "on_no_match": "wait",
            "personality": {
                "name": "patient",
                "base": "normal",
                "message_plan": {"idle_timeout_seconds": 60, "idle_message_max_spoken_count": 3},
            },
        },
    )
    call.check(Status.COMPLETED, Reason.AGENT_ENDED)
    assert len(call.result.said_by(call.result.turns[-1].speaker)) == 30
    # A minute of one side's audio would be 1.9 MB; the log's entries are what is left.
    assert used[-1] - used[1] < 400_000
    assert wav.stat().st_size == pytest.approx(600 * 64_000, rel=0.02)


# --- how the caller sounds --------------------------------------------------------------------------------------


async def say(action: str, **options: Any) -> Conducted:
    """Let the caller say an action first, and hang up on it when it has."""

    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent(1.0)

    return await conduct(program, conditions(("", action)), **options)


def spoken(call: Conducted) -> bytes:
    """The caller's audio without the silence around it."""
    return call.agent.caller_pcm.strip(b"\0")


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """Something that was recorded at another rate, in stereo, beside the scenario; its audio at 16 kHz."""
    monkeypatch.chdir(tmp_path)
    time = np.arange(24_000) / 24_000
    tone = 0.3 * np.sin(2 * np.pi * 440 * time)
    (tmp_path / "audio").mkdir()
    soundfile.write(tmp_path / "audio" / "dog.wav", np.stack([tone, tone], axis=1), 24_000)
    return from_float(0.3 * np.sin(2 * np.pi * 440 * np.arange(16_000) / 16_000))


async def test_a_recording_beside_the_scenario_is_played(recorded: bytes) -> None:
    call = await say('<audio id="dog"/>')
    assert call.events(EventKind.UTTERANCE)[0]["start"] == 1.0
    played = to_float(spoken(call))
    expected = to_float(recorded)
    assert len(played) == pytest.approx(len(expected), abs=700)
    assert np.sqrt(np.mean(played**2)) == pytest.approx(0.3 / np.sqrt(2), rel=0.02)
    types = [event["type"] for event in call.agent.events]
    assert types == ["speech.started", "speech.completed"]


async def test_a_recording_that_is_not_there_ends_the_call_in_one_sentence(recorded: bytes) -> None:
    call = await say('<audio id="cat"/>')
    call.check(Status.FAILED, Reason.SCRIPT_ERROR)
    assert call.result.detail == (
        '<audio id="cat"> names no recording: put cat.wav (or .flac, .ogg, .mp3) into audio'
    )


async def test_a_recording_that_is_no_audio_ends_the_call_in_one_sentence(
    recorded: bytes, tmp_path: Path
) -> None:
    (tmp_path / "audio" / "cat.wav").write_text("meow")
    call = await say('<audio id="cat"/>')
    call.check(Status.FAILED, Reason.SCRIPT_ERROR)
    assert "audio/cat.wav: no audio that can be read" in call.result.detail


@pytest.mark.parametrize("keys", ["1", "1234567890*#", "5559876"])
async def test_keys_are_heard_as_tones(keys: str) -> None:
    call = await say(f'<dtmf digits="{keys}"/>')
    assert keys_in(call.agent.caller_pcm) == keys
    assert call.said == [f'caller: <dtmf digits="{keys}"/>']
    assert call.agent.events == []  # tones are no speech


async def test_a_spelled_word_reaches_the_voice_letter_by_letter() -> None:
    call = await say("My name is <spell>Sarah</spell>")
    assert [text for text, _ in call.studio.spoken] == ["My name is S, A, R, A, H"]
    assert call.said == ["caller: My name is S-A-R-A-H"]


async def test_the_speed_reaches_the_voice_on_top_of_the_personalitys_own() -> None:
    call = await say(
        'One <speed ratio="1.5"/> two',
        scenario_fields={"personality": {"name": "slow", "base": "normal", "speed": 0.8}},
    )
    assert [(text, voice.speed) for text, voice in call.studio.spoken] == [
        ("One", 0.8),
        ("two", pytest.approx(1.2)),
    ]


@pytest.mark.parametrize(("ratio", "decibels"), [(0.5, -6.0), (1.0, 0.0), (0.1, -20.0)])
async def test_the_volume_changes_the_level(ratio: float, decibels: float) -> None:
    call = await say(f'<volume ratio="{ratio:g}"/> Hello there everybody')
    usual = level(speech(0.05 * len("Hello there everybody")))
    assert level(spoken(call)) - usual == pytest.approx(decibels, abs=0.3)


async def test_words_that_no_voice_can_say_end_the_call_in_one_sentence() -> None:
    call = await say("Hello", studio=ScriptedStudio(broken=["Hello"]))
    call.check(Status.FAILED, Reason.SPEECH_ENGINE_FAILED)
    assert call.result.detail == "the voice cannot say 'Hello'"


async def test_words_that_are_never_said_need_no_voice() -> None:
    script = conditions(("", "Hello"), ("The agent asks for your shoe size", "Forty two"))

    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()

    call = await conduct(program, script, studio=ScriptedStudio(broken=["Forty two"]))
    assert call.said == ["caller: Hello"]
    assert call.result.ended_reason is not Reason.SPEECH_ENGINE_FAILED


async def test_a_text_is_rendered_once() -> None:
    call = await conduct(
        ask_and_part,
        conditions(("", "Hello"), ('contains "name"', "Hello"), ('contains "bye"', "<endcall/>")),
        recognized=WORDS,
    )
    assert [text for text, _ in call.studio.spoken] == ["Hello"]
