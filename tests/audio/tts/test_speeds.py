"""How fast a voice speaks is heard in its duration, and in nothing else."""

from __future__ import annotations

from functools import cache

import pytest

pytest.importorskip("numpy")
pytest.importorskip("soxr")
pytest.importorskip("espeakng_loader")

import numpy as np

from pytest_agentsim.audio.pcm import FRAME_SAMPLES, speech_level, to_float
from pytest_agentsim.audio.tts.espeak import EspeakSynthesizer
from pytest_agentsim.audio.tts.flite import FliteSynthesizer, flite_command
from pytest_agentsim.audio.tts.interface import Voice
from tests.audio.pitch import pitch

TEXT = "I would like to change my appointment to another day, please."
SPEEDS = [0.1, 0.25, 0.4, 0.5, 0.65, 0.8, 0.9, 1.1, 1.25, 1.5, 2.0]
ENGINES = {
    "espeak": EspeakSynthesizer,
    "flite": pytest.param(
        FliteSynthesizer, marks=pytest.mark.skipif(flite_command() is None, reason="needs flite")
    ),
}


@cache
def said(engine: type, speed: float, gender: str) -> bytes:
    return engine().synthesize(TEXT, Voice(speed=speed, gender=gender))


def spoken(pcm: bytes) -> int:
    """From the first to the last frame that is loud: how long a word fades away depends on chance."""
    samples = to_float(pcm)
    frames = samples[: len(samples) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    powers = np.mean(frames**2, axis=1)
    loud = np.flatnonzero(powers > powers.max() / 1000)
    return int(loud[-1] - loud[0] + 1)


@pytest.mark.parametrize("gender", ["female", "male"])
@pytest.mark.parametrize("speed", SPEEDS)
@pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES)
def test_a_speed_changes_the_duration_and_not_the_pitch(engine, speed, gender):
    usual, changed = said(engine, 1.0, gender), said(engine, speed, gender)
    assert spoken(usual) / spoken(changed) == pytest.approx(speed, rel=0.05)
    assert pitch(changed) == pytest.approx(pitch(usual), rel=0.03)
    assert speech_level(changed) == pytest.approx(-20, abs=1.5)
