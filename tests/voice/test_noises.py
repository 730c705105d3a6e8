"""Sounds that the caller makes once: where they are in the recording, what the log tells of them, and what not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import soundfile

from pytest_agentsim.audio import sounds
from pytest_agentsim.audio.pcm import samples_in, speech_level, to_float
from pytest_agentsim.audio.recording import read_stereo
from pytest_agentsim.result import EventKind, Reason, Status
from tests.voice.harness import Agent, Conducted, conditions, conduct, prompt, speech

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from numpy.typing import NDArray

SEED = 1  # of the harness
BEEP = '<noise sound="beep" volume="0.5" />'


@pytest.fixture
def wav(tmp_path: Path) -> Path:
    return tmp_path / "recording.wav"


async def just_listen(agent: Agent) -> None:
    await agent.until_caller_is_silent(1.0)


async def called(
    wav: Path,
    action: str,
    program: Callable[[Agent], Awaitable[None]] = just_listen,
    *more: Any,
    **personality: Any,
) -> tuple[Conducted, NDArray[np.float32]]:
    """A call whose first message is that action, and the caller's side of its recording, -1.0 to 1.0."""
    fields = {"personality": {"base": "normal", **personality}}
    call = await conduct(program, conditions(("", action), *more), recording=wav, scenario_fields=fields)
    return call, to_float(read_stereo(wav)[0])


def part(samples: NDArray[np.float32], event: dict[str, Any]) -> NDArray[np.float32]:
    return samples[samples_in(event["start"]) : samples_in(event["end"])]


def same(heard: NDArray[np.float32], sound: NDArray[np.float32]) -> bool:
    """Whether what is heard is the sound, and silence to the end of the last frame."""
    sound = sound[: len(heard)]
    return bool(np.abs(heard[: len(sound)] - sound).max() < 1e-4 and not heard[len(sound) :].any())


async def test_a_noise_is_heard_between_the_words_where_it_stands(wav: Path) -> None:
    call, heard = await called(wav, f"One moment {BEEP} here it is")
    before, after = call.events(EventKind.UTTERANCE)
    (beep,) = call.events(EventKind.SOUND)
    assert before["end"] <= beep["start"] < beep["end"] <= after["start"]
    assert same(part(heard, beep), 0.5 * sounds.one_shot("beep", SEED))
    assert call.said == ["caller: One moment here it is"]


async def test_the_volume_of_a_noise_is_a_factor(wav: Path) -> None:
    levels = []
    for volume in ("0.25", "1", "2"):
        call, heard = await called(wav, f'<noise sound="ringback" volume="{volume}" time="1000" />')
        levels.append(
            speech_level((part(heard, call.events(EventKind.SOUND)[0]) * 32_767).astype("<i2").tobytes())
        )
    assert levels[1] - levels[0] == pytest.approx(12.0, abs=0.1)
    assert levels[2] - levels[1] == pytest.approx(6.0, abs=0.1)


@pytest.mark.parametrize("time", ["300", "0.3s"])
async def test_a_noise_is_cut_off_after_its_time_without_a_click(wav: Path, time: str) -> None:
    call, heard = await called(wav, f'<noise sound="ringback" time="{time}" />')
    (noise,) = call.events(EventKind.SOUND)
    assert noise["end"] - noise["start"] == pytest.approx(0.3)
    whole = sounds.one_shot("ringback", SEED)[: samples_in(0.3)]
    found = part(heard, noise)
    assert np.abs(found[: samples_in(0.29)] - whole[: samples_in(0.29)]).max() < 1e-4
    assert abs(found[-1]) < 1e-3


async def test_a_noise_lasts_no_longer_than_it_is(wav: Path) -> None:
    call, _ = await called(wav, '<noise sound="beep" time="60000" />')
    (noise,) = call.events(EventKind.SOUND)
    assert noise["end"] - noise["start"] == pytest.approx(
        len(sounds.one_shot("beep", SEED)) / 16_000, abs=0.02
    )


async def test_no_control_event_announces_a_noise(wav: Path) -> None:
    call, _ = await called(wav, f"Hello {BEEP}")
    assert [each["type"] for each in call.agent.events] == ["speech.started", "speech.completed"]
    assert [each["type"] for each in (await called(wav, BEEP))[0].agent.events] == []


async def test_a_noise_in_a_menu_is_heard_there(wav: Path) -> None:
    call, heard = await called(wav, """<ivr text="Welcome <noise sound='beep' volume='0.5'/> press 1" />""")
    (beep,) = call.events(EventKind.SOUND)
    assert same(part(heard, beep), 0.5 * sounds.one_shot("beep", SEED))
    assert call.said == ["caller: Welcome press 1"]


async def test_a_noise_behind_an_interruption_cuts_in_to_the_sample(wav: Path) -> None:
    async def talk(agent: Agent) -> None:
        await agent.until_event("speech.completed")
        await agent.wait(0.5)
        await agent.say(speech(3.0))
        await agent.wait(1.0)

    cut_in = ("0", f'<interruption time="1s" />{BEEP}', 0)
    call, _ = await called(wav, "Hello there", talk, cut_in)
    (beep,) = call.events(EventKind.SOUND)
    (began,) = [event["start"] for event in call.events(EventKind.AGENT_SPEECH)]
    assert beep["start"] == pytest.approx(began + 1.0, abs=1e-3)
    assert "cut_off_by" not in beep


# --- interrupting it --------------------------------------------------------------------------------------------

RINGING = '<noise sound="ringback" /> and then nothing more'


@pytest.mark.parametrize("by_voice", [True, False])
async def test_the_agent_stops_a_noise_as_it_stops_words(wav: Path, by_voice: bool) -> None:
    async def interrupt(agent: Agent) -> None:
        await agent.until_caller_speaks()
        await agent.wait(1.6)
        if by_voice:
            await agent.say(speech(1.0))
        else:
            await agent.event("speech.started", utterance_id="agent-1")
        await agent.wait(1.0)

    call, heard = await called(wav, RINGING, interrupt)
    (noise,) = call.events(EventKind.SOUND)
    assert noise["cut_off_by"] == ("the agent's voice" if by_voice else "the agent's speech.started")
    assert 1.6 <= noise["end"] - noise["start"] < 2.2
    assert not heard[samples_in(noise["end"]) : samples_in(noise["end"] + 0.5)].any()
    assert "and then nothing more" not in [each["text"] for each in call.events(EventKind.UTTERANCE)]


@pytest.mark.parametrize("by_voice", [True, False])
async def test_a_noise_that_ignores_interruptions_is_heard_to_its_end(wav: Path, by_voice: bool) -> None:
    async def interrupt(agent: Agent) -> None:
        await agent.until_caller_speaks()
        if by_voice:
            await agent.say(speech(1.0))
        else:
            await agent.event("speech.started", utterance_id="agent-1")
        await agent.until_caller_is_silent(1.0)

    call, _ = await called(
        wav, '<ignore_interruptions><noise sound="cough2" /></ignore_interruptions>', interrupt
    )
    (noise,) = call.events(EventKind.SOUND)
    assert "cut_off_by" not in noise
    assert noise["end"] - noise["start"] == pytest.approx(
        len(sounds.one_shot("cough2", SEED)) / 16_000, abs=0.02
    )


# --- what is measured -------------------------------------------------------------------------------------------


async def test_the_latency_counts_from_the_words_and_not_from_the_noise_behind_them(wav: Path) -> None:
    async def answer(agent: Agent) -> None:
        await agent.until_event("speech.completed")
        await agent.until_caller_is_silent(0.5)
        await agent.say(prompt("yes"))
        await agent.wait(0.3)

    call, _ = await called(wav, "Hello there <noise sound='beep' />", answer)
    (latency,), (words,) = call.result.latencies, call.events(EventKind.UTTERANCE)
    (began,) = [event["start"] for event in call.events(EventKind.AGENT_SPEECH)]
    assert latency.seconds == pytest.approx(began - words["end"], abs=0.05)
    (noise,) = call.events(EventKind.SOUND)
    assert noise["end"] > words["end"] + 0.4


async def test_nobody_owes_an_answer_to_a_noise_alone(wav: Path) -> None:
    async def answer(agent: Agent) -> None:
        await agent.until_caller_is_silent(0.5)
        await agent.say(prompt("yes"))
        await agent.wait(0.3)

    call, _ = await called(wav, BEEP, answer)
    assert call.result.latencies == ()


# --- laughing and sighing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("marker", "sound"), [("[laughter]", "laughter"), ("[sigh]", "sigh")])
async def test_the_caller_laughs_and_sighs_where_the_text_says_so(wav: Path, marker: str, sound: str) -> None:
    call, heard = await called(wav, f"That is funny {marker} really")
    (laugh,) = call.events(EventKind.SOUND)
    before, after = call.events(EventKind.UTTERANCE)
    assert laugh["sound"] == sound
    assert before["end"] <= laugh["start"] < laugh["end"] <= after["start"]
    assert same(part(heard, laugh), sounds.one_shot(sound, SEED))
    assert call.said == ["caller: That is funny really"]


async def test_a_laugh_is_as_loud_and_as_high_as_the_caller(wav: Path) -> None:
    call, heard = await called(wav, "[laughter]", gender="female", generation_config={"volume": 0.5})
    (laugh,) = call.events(EventKind.SOUND)
    assert same(part(heard, laugh), 0.5 * sounds.one_shot("female-laughter", SEED))


async def test_a_laugh_is_speech_to_the_agent(wav: Path) -> None:
    call, _ = await called(wav, "[laughter]")
    assert [each["type"] for each in call.agent.events] == ["speech.started", "speech.completed"]


# --- sounds of the user's own, and those that there are not -----------------------------------------------------


async def test_a_file_of_the_users_own_is_heard_once(
    wav: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    bell = (0.3 * np.sin(np.arange(8_000) * 2 * np.pi * 880 / 16_000)).astype(np.float32)
    soundfile.write("bell.wav", bell, 16_000, subtype="FLOAT")
    call, heard = await called(wav, '<noise sound="bell.wav" />')
    assert same(part(heard, call.events(EventKind.SOUND)[0]), sounds.custom("bell.wav", folder=tmp_path))


@pytest.mark.parametrize("sound", ["gong", "missing.wav"])
async def test_a_noise_that_cannot_be_had_is_a_warning_and_the_call_goes_on(wav: Path, sound: str) -> None:
    call, _ = await called(wav, f'Hello <noise sound="{sound}" /> there')
    call.check(Status.COMPLETED, Reason.AGENT_ENDED)
    assert [each["text"] for each in call.events(EventKind.UTTERANCE)] == ["Hello", "there"]
    assert call.events(EventKind.SOUND) == []
    (told,) = [each["message"] for each in call.events(EventKind.WARNING)]
    assert sound in told


async def test_a_noise_that_is_too_loud_is_clipped_and_told(wav: Path) -> None:
    call, _ = await called(wav, '<noise sound="cough1" volume="2" />')
    (told,) = [each["message"] for each in call.events(EventKind.WARNING)]
    sound = 2 * sounds.one_shot("cough1", SEED)
    assert told.startswith(f"the sound 'cough1' is too loud: {np.mean(np.abs(sound) > 1):.2%} of the samples")
