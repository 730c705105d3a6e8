"""Sounds for the tests: recorded prompts, made-up voices, noise, hum. All are float64 arrays at 16 kHz, -1.0 to 1.0."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from pytest_agentsim.audio.pcm import FRAME_BYTES, SAMPLE_RATE, from_float, samples_in

DATA = Path(__file__).parent / "data"
PROMPTS = ("greeting", "appointment", "yes")
COLOURS = {"white": 0.0, "pink": 0.5, "brown": 1.0}


def at_level(sound: np.ndarray, level: float) -> np.ndarray:
    """Bring a sound to a root mean square in dBFS."""
    return sound * (10 ** (level / 20) / np.sqrt(np.mean(sound**2)))


def prompt(name: str, level: float = -20.0) -> np.ndarray:
    """A recorded prompt without the silence around it."""
    sound, rate = soundfile.read(DATA / f"{name}.flac")
    assert rate == SAMPLE_RATE
    heard = np.flatnonzero(np.abs(sound) > np.abs(sound).max() / 100)
    return at_level(sound[heard[0] : heard[-1] + 1], level)


def silence(seconds: float) -> np.ndarray:
    return np.zeros(samples_in(seconds))


def voice(seconds: float, level: float = -20.0) -> np.ndarray:
    """A vowel that begins and ends at once: harmonics of a pitch that wavers around 130 Hz."""
    time = np.arange(samples_in(seconds)) / SAMPLE_RATE
    phase = 2 * np.pi * (130 * time + 0.8 * np.sin(2 * np.pi * 2.3 * time))
    formants = ((600, 200), (1_200, 250), (2_500, 400))
    sound = sum(
        sum(np.exp(-(((130 * k - centre) / width) ** 2)) for centre, width in formants)
        * np.cos(k * phase + k * k)
        for k in range(1, 30)
    )
    return at_level(sound, level)


def noise(colour: str, level: float, seconds: float, seed: int = 1) -> np.ndarray:
    white = np.random.default_rng(seed).standard_normal(samples_in(seconds))
    spectrum = np.fft.rfft(white)
    frequencies = np.fft.rfftfreq(len(white), 1 / SAMPLE_RATE)
    spectrum[frequencies < 20] = 0
    spectrum /= np.maximum(frequencies, 20) ** COLOURS[colour]
    return at_level(np.fft.irfft(spectrum, len(white)), level)


def hum(mains: int, level: float, seconds: float, harmonics: int = 8) -> np.ndarray:
    time = np.arange(samples_in(seconds)) / SAMPLE_RATE
    return at_level(sum(np.sin(2 * np.pi * mains * k * time + k) / k for k in range(1, harmonics + 1)), level)


def joined(*sounds: np.ndarray) -> np.ndarray:
    return np.concatenate(sounds)


def frames(sound: np.ndarray) -> list[bytes]:
    """The sound as frames of 20 ms, the last one filled with silence."""
    pcm = from_float(sound)
    pcm += bytes(-len(pcm) % FRAME_BYTES)
    return [pcm[start : start + FRAME_BYTES] for start in range(0, len(pcm), FRAME_BYTES)]
