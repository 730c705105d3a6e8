"""What is heard behind the caller of a voice call, measured in the recording: the noise is what a quiet call has not."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import soundfile

from pytest_agentsim.audio import sounds
from pytest_agentsim.audio.pcm import FRAME_SAMPLES, samples_in, to_array, to_float
from pytest_agentsim.audio.recording import read_stereo
from pytest_agentsim.result import EventKind, Reason, Status
from pytest_agentsim.voice.caller_sounds import LOOP_SEED
from tests.voice.harness import Agent, Conducted, conditions, conduct, prompt, speech

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

BASE, REDUCED = 0.4, 0.1
NOISY = {
    "name": "in noise",
    "background_noise": "standard-hiss",
    "background_sound_volume": {"base": BASE, "reduced": REDUCED},
}
HELLO = "Hello there my good friend"  # 26 letters: 1.3 s
ONCE = conditions(("", HELLO))
RAMP = 0.1  # s


async def just_listen(agent: Agent, utterances: int = 1) -> None:
    """Say nothing until the caller has said so much, and a second more."""
    for _ in range(utterances):
        await agent.until_event("speech.completed")
    await agent.wait(1.0)


async def listen_to_three(agent: Agent) -> None:
    await just_listen(agent, 3)


@pytest.fixture
def wav(tmp_path: Path) -> Path:
    return tmp_path / "recording.wav"


async def called(
    wav: Path,
    script: Mapping[str, Any] = ONCE,
    personality: Mapping[str, Any] | None = None,
    program: Callable[[Agent], Awaitable[None]] = just_listen,
    **options: Any,
) -> tuple[Conducted, NDArray[np.float32]]:
    """A call and the caller's side of its recording, -1.0 to 1.0."""
    fields = {"personality": dict(personality)} if personality is not None else {}
    call = await conduct(program, script, recording=wav, scenario_fields=fields, **options)
    return call, to_float(read_stereo(wav)[0])


async def noise_of(
    wav: Path, script: Mapping[str, Any] = ONCE, personality: Mapping[str, Any] = NOISY, **options: Any
) -> tuple[Conducted, NDArray[np.float32]]:
    """A call, and what its recording has more than that of the same call from a quiet place."""
    quiet_script = options.pop("quiet_script", script)
    _, quiet = await called(wav, quiet_script, **options)
    call, noisy = await called(wav, script, personality, **options)
    assert len(noisy) == len(quiet)
    return call, noisy - quiet


def decibels(samples: NDArray[np.float32]) -> float:
    return float(20 * np.log10(np.sqrt(np.mean(samples.astype(np.float64) ** 2)) + 1e-9))


def loop_of(name: str, volume: float = 1.0) -> NDArray[np.float32]:
    return sounds.background(name, LOOP_SEED) * np.float32(volume)


def likeness(heard: NDArray[np.float32], name: str) -> float:
    """The highest correlation of what is heard with the loop of a sound, wherever in it that begins; 1.0 is the same."""
    loop = loop_of(name).astype(np.float64)
    around = np.concatenate((loop, loop[: len(heard)]))
    size = 1 << (len(around) + len(heard)).bit_length()
    products = np.fft.irfft(
        np.fft.rfft(around, size) * np.conj(np.fft.rfft(heard.astype(np.float64), size)), size
    )
    sums = np.concatenate(([0.0], np.cumsum(around**2)))
    energies = sums[len(heard) :] - sums[: len(sums) - len(heard)]
    return float(
        np.max(products[: len(loop)] / np.sqrt(energies[: len(loop)] * np.sum(heard.astype(np.float64) ** 2)))
    )


def part(samples: NDArray[np.float32], start: float, end: float) -> NDArray[np.float32]:
    return samples[samples_in(start) : samples_in(end)]


def spoken(call: Conducted, number: int = 0) -> tuple[float, float]:
    """When an utterance began and ended, in seconds of the recording."""
    event = call.events(EventKind.UTTERANCE)[number]
    return event["start"], event["end"]


# --- the personality's background -------------------------------------------------------------------------------


async def test_the_background_is_at_base_between_utterances_and_reduced_under_them(wav: Path) -> None:
    call, noise = await noise_of(wav)
    start, end = spoken(call)
    for volume, heard in (
        (BASE, part(noise, RAMP, start)),
        (REDUCED, part(noise, start + RAMP, end)),
        (BASE, part(noise, end + RAMP, end + 0.9)),
    ):
        assert decibels(heard) == pytest.approx(decibels(loop_of("standard-hiss", volume)), abs=1.0)


@pytest.mark.parametrize("sound", ["office-ambience", "busy-street", "inside-train"])
async def test_the_background_in_the_recording_is_the_sound_that_was_asked_for(wav: Path, sound: str) -> None:
    call, noise = await noise_of(wav, personality={**NOISY, "background_noise": sound})
    start, _ = spoken(call)
    heard = part(noise, RAMP, start)
    others = {"office-ambience", "busy-street", "inside-train", "restaurant"} - {sound}
    assert likeness(heard, sound) > 0.99
    assert max(likeness(heard, other) for other in others) < 0.5


@pytest.mark.parametrize(
    ("preset", "sound"), [("office", "office-ambience"), ("street", "busy-street"), ("cafe", "coffee-shop")]
)
async def test_the_platforms_presets_are_sounds(wav: Path, preset: str, sound: str) -> None:
    _, noise = await noise_of(wav, personality={**NOISY, "background_noise": preset})
    assert likeness(part(noise, RAMP, 0.9), sound) > 0.99


async def test_the_built_in_noisy_callers_are_heard_to_be_somewhere(wav: Path) -> None:
    for name, sound in (("noisy-street", "busy-street"), ("noisy-cafe", "coffee-shop")):
        _, noise = await noise_of(wav, personality={"base": name})
        assert likeness(part(noise, RAMP, 0.9), sound) > 0.99


async def test_without_volumes_the_background_is_ten_decibels_below_a_voice(wav: Path) -> None:
    personality = {"name": "n", "background_noise": "standard-hiss"}
    call, noise = await noise_of(wav, personality=personality)
    start, end = spoken(call)
    for volume, heard in ((0.3, part(noise, RAMP, start)), (0.15, part(noise, start + RAMP, end))):
        assert decibels(heard) == pytest.approx(decibels(loop_of("standard-hiss", volume)), abs=1.0)


@pytest.mark.parametrize("sound", ["off", ""])
async def test_a_caller_without_background_is_heard_as_before(wav: Path, sound: str) -> None:
    call, noise = await noise_of(wav, personality={"name": "n", "background_noise": sound})
    assert not noise.any()
    assert call.events(EventKind.SOUND) == []


async def test_the_background_lasts_from_the_first_frame_to_the_end_of_the_connection(wav: Path) -> None:
    call, noise = await noise_of(wav)
    frames = [noise[start : start + FRAME_SAMPLES] for start in range(0, len(noise), FRAME_SAMPLES)]
    assert all(frame.any() for frame in frames[: call.agent.frames])
    assert call.events(EventKind.SOUND) == [
        {"sound": "standard-hiss", "base": BASE, "reduced": REDUCED, "start": 0.0}
    ]


async def test_the_same_seed_gives_the_same_bytes(wav: Path) -> None:
    script = conditions(
        ("", f'{HELLO} <noise sound="cough1"/> <background_noise sound="rain-thunder">bye</background_noise>')
    )
    once, again = [(await called(wav, script, NOISY))[0].agent.caller_pcm for _ in range(2)]
    assert once == again


@pytest.mark.parametrize("idle_audio", ["silence", "noise", "nothing"])
async def test_between_utterances_the_background_is_sent_whatever_is_sent_without_one(
    wav: Path, idle_audio: str
) -> None:
    plain, _ = await called(wav, personality=NOISY)
    call, _ = await called(wav, personality=NOISY, idle_audio=idle_audio)
    assert call.agent.caller_pcm == plain.agent.caller_pcm


async def test_control_events_and_latency_are_those_of_the_words_alone(wav: Path) -> None:
    async def answer(agent: Agent) -> None:
        await agent.until_event("speech.completed")
        await agent.wait(0.6)
        await agent.say(prompt("yes"))
        await agent.wait(0.3)

    quiet, _ = await called(wav, program=answer)
    noisy, _ = await called(wav, personality=NOISY, program=answer)

    def events(call: Conducted) -> list[tuple[int, str]]:
        kinds = [kind for who, kind in call.agent.order if who == "caller"]
        return [(at, kind) for at, kind in enumerate(kinds) if kind.startswith("speech")]

    assert events(noisy) == events(quiet)
    assert [kind for _, kind in events(noisy)] == ["speech.started", "speech.completed"]
    assert noisy.result.latencies == quiet.result.latencies != ()


async def test_a_bad_line_loses_the_noise_with_the_words(wav: Path) -> None:
    line = {"network_simulation": {"packet_loss": 20}}
    call, heard = await called(wav, personality={**NOISY, **line})
    (totals,) = call.result.network
    frames = heard[: totals.frames * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    assert int((~frames.any(axis=1)).sum()) == totals.lost > 0


# --- what the caller does meanwhile -----------------------------------------------------------------------------


async def test_silence_keeps_the_background_and_hold_stops_it(wav: Path) -> None:
    script = conditions(("", f'{HELLO} <silence time="1s"/> then <hold time="1s"/> and back'))
    call, noise = await noise_of(wav, script, program=listen_to_three)
    (_, silence), (then, hold), (back, _) = (spoken(call, number) for number in range(3))
    base = decibels(loop_of("standard-hiss", BASE))
    assert decibels(part(noise, silence + RAMP, then)) == pytest.approx(base, abs=1.0)
    assert not part(noise, hold + RAMP + 0.02, back).any()
    assert part(noise, back + RAMP, back + 0.4).any()


async def test_an_agent_that_interrupts_stops_the_words_and_not_the_background(wav: Path) -> None:
    async def interrupt(agent: Agent) -> None:
        await agent.until_event("speech.started")
        await agent.event("speech.started", utterance_id="agent-1")
        await agent.wait(1.0)

    call, heard = await called(wav, personality=NOISY, program=interrupt)
    (event,) = call.events(EventKind.UTTERANCE)
    assert event["cut_off_by"] == "the agent's speech.started"
    after = part(heard, event["end"] + RAMP, event["end"] + 0.9)
    assert decibels(after) == pytest.approx(decibels(loop_of("standard-hiss", BASE)), abs=1.0)


async def test_what_is_too_loud_together_is_clipped_and_told(wav: Path) -> None:
    loud = {"base": 0.1, "reduced": 1.0}
    personality = {
        **NOISY, "background_noise": "static-radio", "background_sound_volume": loud, "generation_config": {"volume": 2.0},
    }  # fmt: skip
    call, _ = await called(wav, personality=personality)
    (warning,) = [each for each in call.events(EventKind.WARNING) if "clipped" in each]
    clipped = np.isin(to_array(call.agent.caller_pcm), (-32_768, 32_767)).sum()
    assert 0 < warning["clipped"] <= clipped
    assert warning["samples"] == call.agent.frames * FRAME_SAMPLES
    assert f"{warning['clipped'] / warning['samples']:.3%} of what was sent is clipped" in warning["message"]


# --- another place for some words -------------------------------------------------------------------------------

KITCHEN = '<background_noise sound="fan-buzz" volume="0.2">while I am in the kitchen</background_noise>'
IN_BETWEEN = conditions(("", f"{HELLO} {KITCHEN} and now I am back again"))
WITHOUT = conditions(
    (
        "",
        f"{HELLO} <noise sound='off.wav'/>while I am in the kitchen<noise sound='off.wav'/> and now I am back again",
    )
)


async def test_other_words_are_said_in_another_place(wav: Path) -> None:
    call, noise = await noise_of(
        wav, IN_BETWEEN, quiet_script=WITHOUT, personality={"name": "quiet"}, program=listen_to_three
    )
    (_, before), (start, end), _ = (spoken(call, number) for number in range(3))
    assert not part(noise, 0, before).any()
    assert not part(noise, end + RAMP + 0.02, end + 1.0).any()
    there = part(noise, start + RAMP, end)
    assert decibels(there) == pytest.approx(decibels(loop_of("fan-buzz", 0.2)), abs=1.0)
    assert likeness(there, "fan-buzz") > 0.99
    assert call.events(EventKind.SOUND) == [{"sound": "fan-buzz", "volume": 0.2, "start": start, "end": end}]
    assert call.said == [f"caller: {HELLO} while I am in the kitchen and now I am back again"]


async def test_the_other_place_takes_the_place_of_the_callers_own(wav: Path) -> None:
    call, noise = await noise_of(wav, IN_BETWEEN, quiet_script=WITHOUT, program=listen_to_three)
    (start, end), (_, last) = spoken(call, 1), spoken(call, 2)
    there, home = part(noise, start + RAMP, end), part(noise, end + RAMP, last)
    assert likeness(there, "fan-buzz") > 0.99
    assert likeness(home, "standard-hiss") > 0.99


async def test_going_there_and_back_makes_no_click(wav: Path) -> None:
    _, noise = await noise_of(wav, IN_BETWEEN, quiet_script=WITHOUT, program=listen_to_three)
    steepest = max(
        np.abs(np.diff(loop_of(sound, volume))).max()
        for sound, volume in (("fan-buzz", 0.2), ("standard-hiss", BASE))
    )
    assert np.abs(np.diff(noise)).max() <= 1.1 * steepest


async def test_off_is_a_place_where_it_is_quiet(wav: Path) -> None:
    script = conditions(("", f'{HELLO} <background_noise sound="off">hush now please</background_noise>'))
    quiet = conditions(("", f"{HELLO} <noise sound='off.wav'/>hush now please"))
    call, noise = await noise_of(wav, script, quiet_script=quiet, program=partial(just_listen, utterances=2))
    start, end = spoken(call, 1)
    assert not part(noise, start + RAMP + 0.02, end).any()


async def test_the_agent_that_interrupts_brings_the_caller_home(wav: Path) -> None:
    async def interrupt(agent: Agent) -> None:
        await agent.until_event("speech.started")
        await agent.event("speech.started", utterance_id="agent-1")
        await agent.wait(1.0)

    script = conditions(("", KITCHEN))
    call, heard = await called(wav, script, NOISY, program=interrupt)
    (event,) = call.events(EventKind.UTTERANCE)
    assert likeness(part(heard, event["end"] + RAMP, event["end"] + 0.9), "standard-hiss") > 0.99
    kitchen = call.events(EventKind.SOUND)[-1]
    assert (kitchen["sound"], kitchen["end"]) == ("fan-buzz", pytest.approx(event["end"], abs=0.021))


async def test_who_cuts_in_from_another_place_is_heard_there_from_that_moment_on(wav: Path) -> None:
    async def talk(agent: Agent) -> None:
        await agent.until_event("speech.completed")
        await agent.wait(1.0)
        await agent.say(speech(4.0))

    script = conditions(("", HELLO), ("0", f'<interruption time="1.5s"/>{KITCHEN}', 0))
    call, _ = await called(wav, script, program=talk)
    cut_in, there = call.events(EventKind.UTTERANCE)[1], call.events(EventKind.SOUND)[0]
    assert there["start"] == cut_in["start"]


async def test_a_call_that_ends_in_another_place_has_logged_it(wav: Path) -> None:
    async def leave(agent: Agent) -> None:
        await agent.until_event("speech.started")
        await agent.hang_up()

    call, _ = await called(wav, conditions(("", KITCHEN)), program=leave)
    assert [each["sound"] for each in call.events(EventKind.SOUND)] == ["fan-buzz"]


# --- sounds of the user's own, and those that there are not -----------------------------------------------------


@pytest.fixture
def tone() -> NDArray[np.float32]:
    return (0.2 * np.sin(np.arange(16_000) * 2 * np.pi * 440 / 16_000)).astype(np.float32)


async def test_a_file_of_the_users_own_is_repeated_from_its_beginning(
    wav: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tone: NDArray[np.float32]
) -> None:
    monkeypatch.chdir(tmp_path)
    soundfile.write("hum.wav", tone, 16_000, subtype="FLOAT")
    personality = {**NOISY, "background_noise": "hum.wav"}
    call, noise = await noise_of(wav, personality=personality)
    start, _ = spoken(call)
    expected = np.resize(sounds.custom("hum.wav", folder=tmp_path), len(noise)) * np.float32(BASE)
    assert np.abs(part(noise, RAMP, start) - part(expected, RAMP, start)).max() < 1e-3


@pytest.mark.parametrize("sound", ["moon-base", "missing.wav"])
async def test_a_sound_that_cannot_be_had_is_a_warning_and_the_call_goes_on(wav: Path, sound: str) -> None:
    script = conditions(("", f'{HELLO} <background_noise sound="{sound}">and bye</background_noise>'))
    call, heard = await called(wav, script, {**NOISY, "background_noise": sound})
    _, silent = await called(wav, script, {"name": "quiet"})
    call.check(Status.COMPLETED, Reason.AGENT_ENDED)
    assert (heard == silent).all()
    told = [each["message"] for each in call.events(EventKind.WARNING)]
    assert told
    assert all(sound in each and each.endswith("the call goes on without this sound") for each in told)
