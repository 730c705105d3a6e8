"""Keys in what is heard: recognised from a bad line, through noise and speech, and never in a voice."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_agentsim.audio.dtmf import HIGH, KEYS, LOW, tones
from pytest_agentsim.audio.pcm import FRAME_BYTES, SAMPLE_RATE, SILENCE, from_float, to_float
from pytest_agentsim.audio.tone_detector import Found, ToneDetector
from tests.audio.keys import keys_in
from tests.audio.sounds import noise, prompt


def heard(pcm: bytes, *, offset: int = 0) -> str:
    """The keys found in audio that begins `offset` samples after a frame does."""
    return keys_in(bytes(2 * offset) + pcm)


def sine(frequency: float, seconds: float, decibels: float, phase: float = 0.0) -> np.ndarray:
    """A sine of so many dBFS."""
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return np.sqrt(2) * 10 ** (decibels / 20) * np.sin(2 * np.pi * frequency * time + phase)


def line(keys: str, *, tone=0.06, low_level=-20.0, twist=0.0, detuned=0.0, noise=None) -> bytes:
    """Keys as a bad line delivers them; `noise` is its level in dBFS, `detuned` a share of the frequency."""
    pieces = []
    for place, key in enumerate(keys):
        sign = 1 if place % 2 else -1
        low, high = LOW[KEYS.index(key) // 4], HIGH[KEYS.index(key) % 4]
        pair = sine(low * (1 + sign * detuned), tone, low_level, phase=place)
        pair += sine(high * (1 - sign * detuned), tone, low_level + twist)
        pieces += [pair, np.zeros(round(tone * SAMPLE_RATE))]
    audio = np.concatenate(pieces)
    if noise is not None:
        audio = audio + np.random.default_rng(7).normal(scale=10 ** (noise / 20), size=len(audio))
    return from_float(audio)


# --- recognising them -------------------------------------------------------------------------------------------


@given(
    keys=st.text(KEYS, max_size=8), level=st.floats(-30, -10), offset=st.integers(0, 319),
    tone=st.floats(0.05, 0.25), pause=st.floats(0.05, 0.25),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_what_is_pressed_is_recognised(keys, level, offset, tone, pause):
    assert heard(tones(keys, tone=tone, pause=pause, level=level), offset=offset) == keys


@pytest.mark.parametrize("low_level", [-40.0, -30.0, -13.0])
@pytest.mark.parametrize("twist", [-8.0, -4.0, 4.0, 8.0])
@pytest.mark.parametrize("detuned", [0.0, 0.015])
def test_tones_are_recognised_from_a_bad_line(low_level, twist, detuned):
    audio = line(
        KEYS, low_level=low_level - max(twist, 0), twist=twist, detuned=detuned, noise=low_level - 20
    )
    assert heard(audio, offset=111) == KEYS


def test_a_key_that_is_held_is_told_once_and_one_that_is_pressed_again_twice():
    assert heard(tones("7", tone=2.0)) == "7"
    assert heard(tones("77", tone=0.05, pause=0.05)) == "77"


def test_a_key_is_told_while_it_sounds():
    audio = tones("3", tone=0.2, pause=0)
    detector = ToneDetector()
    told = [
        detector.feed(audio[start : start + FRAME_BYTES]).keys for start in range(0, len(audio), FRAME_BYTES)
    ]
    assert told.index("3") <= 3


def test_silence_that_is_not_sent_parts_two_presses():
    audio, detector = tones("5", pause=0), ToneDetector()
    frames = [audio[start : start + FRAME_BYTES] for start in range(0, len(audio), FRAME_BYTES)]
    assert "".join(detector.feed(frame).keys for frame in [*frames, None, None, *frames]) == "55"


# --- what is no key ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("frame", [None, SILENCE])
def test_silence_holds_no_keys(frame):
    detector = ToneDetector()
    assert {detector.feed(frame) for _ in range(50)} == {Found("", part_of_key=False)}


def test_tones_shorter_than_a_blink_are_no_keys():
    assert heard(line("159#", tone=0.023)) == ""


@pytest.mark.parametrize("frequency", [*LOW, *HIGH])
def test_one_tone_alone_is_no_key(frequency):
    assert heard(from_float(sine(frequency, 1.0, -15))) == ""


@pytest.mark.parametrize("others", [(350, 440), (480, 620), (440, 480), (1100, 2100)])
def test_the_tones_of_the_network_are_no_keys(others):
    assert heard(from_float(sum(sine(each, 1.0, -15) for each in others))) == ""


def test_noise_holds_no_keys():
    noise = np.random.default_rng(3).normal(scale=0.1, size=5 * SAMPLE_RATE)
    assert heard(from_float(noise)) == ""


# The first three formants of English vowels in Hz (Peterson and Barney 1952, men).
VOWELS = {
    "heed": (270, 2290, 3010), "hid": (390, 1990, 2550), "head": (530, 1840, 2480), "had": (660, 1720, 2410),
    "hod": (730, 1090, 2440), "hawed": (570, 840, 2410), "hood": (440, 1020, 2240), "who'd": (300, 870, 2240),
    "hud": (640, 1190, 2390), "heard": (490, 1350, 1690),
}  # fmt: skip


def vowel(formants, start: float, end: float) -> bytes:
    """A voice that glides from one pitch to another: a pulse train, 12 dB an octave down, through resonances."""
    time = np.arange(SAMPLE_RATE // 2) / SAMPLE_RATE
    pitch = start + (end - start) * time / time[-1]
    phase = 2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE
    voice = np.zeros(len(time))
    for harmonic in range(1, 25):
        resonance = sum(1 / (1 + ((harmonic * pitch - formant) / 80) ** 2) for formant in formants)
        voice += resonance / harmonic * np.sin(harmonic * phase)
    return from_float(0.3 * voice / abs(voice).max())


def through(others: np.ndarray, keys: str, share: float) -> bytes:
    """Keys at -20 dBFS with other sounds under them, which are `share` dB softer."""
    pressed = to_float(tones(keys, level=-20.0)).astype(float)
    quieter = np.resize(others, len(pressed))
    return from_float(pressed + quieter * 10 ** ((-20.0 - share) / 20) / np.sqrt(np.mean(quieter**2)))


@pytest.mark.parametrize("colour", ["white", "pink"])
def test_keys_are_recognised_through_noise(colour):
    sound = noise(colour, -20.0, 5.0)
    assert heard(through(sound, KEYS, 10.0)) == KEYS


@pytest.mark.parametrize("name", ["greeting", "appointment"])
def test_most_keys_are_recognised_through_speech(name):
    found = heard(through(prompt(name), KEYS * 4, 12.0))
    assert len(found) >= 0.9 * 4 * len(KEYS)
    assert len(found) <= 4 * len(KEYS)


def test_a_frame_that_is_lost_within_a_tone_does_not_make_two_keys_of_it():
    pcm = bytearray(tones("5", tone=0.2))
    pcm[3 * FRAME_BYTES : 4 * FRAME_BYTES] = SILENCE
    assert heard(bytes(pcm)) == "5"


def test_recorded_speech_holds_no_keys():
    assert (
        heard(from_float(np.concatenate([prompt(name) for name in ("greeting", "appointment", "yes")] * 3)))
        == ""
    )


@given(formants=st.sampled_from(list(VOWELS.values())), start=st.floats(80, 300), end=st.floats(80, 300))
@settings(max_examples=60, deadline=None)
def test_a_gliding_voice_holds_no_keys(formants, start, end):
    assert heard(vowel(formants, start, end)) == ""
