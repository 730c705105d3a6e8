"""Telling a voice from noise of the same level."""

from __future__ import annotations

import numpy as np
import pytest

from pytest_agentsim.audio.pcm import FRAME_SAMPLES
from pytest_agentsim.audio.voicing import is_periodic
from tests.audio.sounds import COLOURS, PROMPTS, noise, prompt, voice


def periodic_frames(sound: np.ndarray) -> float:
    """The share of frames that repeat what came before."""
    scaled = (sound * 32_768).astype(np.float32)
    starts = range(0, len(sound) - 2 * FRAME_SAMPLES, FRAME_SAMPLES)
    return float(np.mean([is_periodic(scaled[start : start + 2 * FRAME_SAMPLES]) for start in starts]))


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("level", [-60, -40, -20])
def test_noise_is_not_periodic(colour: str, level: float) -> None:
    assert periodic_frames(noise(colour, level, 10)) == 0


@pytest.mark.parametrize("level", [-50, -20])
def test_a_voice_is_periodic(level: float) -> None:
    assert periodic_frames(voice(2, level)) == 1
    assert min(periodic_frames(prompt(name, level)) for name in PROMPTS) > 0.5


def test_silence_and_direct_current_are_not_periodic() -> None:
    assert periodic_frames(np.zeros(3_200)) == 0
    assert periodic_frames(np.full(3_200, 0.2)) == 0
