from __future__ import annotations

import math

import pytest

pytest.importorskip("numpy")
pytest.importorskip("pyloudnorm")

import numpy as np
import pyloudnorm

from pytest_agentsim.audio.sounds.loudness import loudness

RATE = 16_000


def sine(frequency: float, seconds: float = 2.0, amplitude: float = 1.0) -> np.ndarray:
    return amplitude * np.sin(2 * np.pi * frequency * np.arange(round(seconds * RATE)) / RATE)


def noise(low: float, high: float, seconds: float = 3.0) -> np.ndarray:
    spectrum = np.fft.rfft(np.random.default_rng(1).standard_normal(round(seconds * RATE)))
    frequencies = np.fft.rfftfreq(round(seconds * RATE), 1 / RATE)
    spectrum[(frequencies < low) | (frequencies > high)] = 0
    sound = np.fft.irfft(spectrum)
    return 0.1 * sound / sound.std()


def swelling(sound: np.ndarray) -> np.ndarray:
    """Loud and soft stretches, so that both gates have something to leave out."""
    steps = np.repeat([1.0, 0.5, 0.01, 0.0, 0.2, 0.00001], -(-len(sound) // 6))[: len(sound)]
    return sound * steps


@pytest.mark.parametrize("band", [(20, 200), (200, 1_000), (1_000, 4_000), (4_000, 7_500), (20, 8_000)])
@pytest.mark.parametrize("shape", [lambda sound: sound, swelling])
def test_it_agrees_with_an_independent_meter(band, shape):
    sound = shape(noise(*band))
    meter = pyloudnorm.Meter(RATE, filter_class="DeMan")
    assert loudness(sound) == pytest.approx(meter.integrated_loudness(sound), abs=1e-6)


def test_a_full_scale_sine_has_what_the_recommendation_says():
    assert loudness(sine(997)) == pytest.approx(-3.01, abs=0.05)


def test_half_the_amplitude_is_six_decibels_less():
    assert loudness(sine(997)) - loudness(sine(997, amplitude=0.5)) == pytest.approx(6.02, abs=0.01)


def test_what_people_hear_badly_counts_less():
    assert loudness(sine(30)) < loudness(sine(300)) - 4 < loudness(sine(3_000)) - 6


def test_pauses_do_not_make_a_sound_softer():
    bark = noise(300, 3_000, seconds=1.6)
    # One block has half of the sound's end; all others are full or below the gate.
    assert loudness(np.concatenate((bark, np.zeros(5 * RATE)))) == pytest.approx(loudness(bark), abs=0.8)


def test_a_sound_shorter_than_a_block_counts_as_if_silence_followed():
    assert loudness(sine(997, 0.2)) == pytest.approx(loudness(sine(997, 0.4)) - 3.01, abs=0.05)


@pytest.mark.parametrize("silence", [np.zeros(RATE), np.zeros(0), 1e-6 * sine(997)])
def test_silence_has_no_loudness(silence):
    assert loudness(silence) == -math.inf
