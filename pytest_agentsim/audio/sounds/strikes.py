"""Things that are struck, clicked, dropped or blown: short events."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from pytest_agentsim.audio.pcm import SAMPLE_RATE, samples_in
from pytest_agentsim.audio.sounds.loop import Loop, joined_at, overtones
from pytest_agentsim.audio.sounds.shapes import decaying, lasting
from pytest_agentsim.audio.sounds.spectra import band

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_agentsim.audio.sounds.loop import Sound

    Values: TypeAlias = Sequence[float] | Sound

__all__ = ["burst", "chime", "clink", "rush", "struck", "sweep", "thud"]


def burst(random: np.random.Generator, half_life: float, low: float, high: float) -> Sound:
    """Return a burst of noise of a band in Hz that dies away; `half_life` is in seconds."""
    seconds = 8 * half_life + 0.01
    return rush(random, seconds, low, high) * decaying(seconds, half_life)


def rush(random: np.random.Generator, seconds: float, low: float, high: float) -> Sound:
    """Return an even stretch of noise of a band in Hz, with a root mean square of 1 and without an envelope."""
    stretch = Loop(seconds, random)
    return stretch.noise(band(stretch.frequencies, low, high, order=3))


def struck(frequencies: Values, half_lives: Values, gains: Values) -> Sound:
    """Return something that rings at its own frequencies (Hz), each of which dies away at its own pace (s)."""
    seconds = min(9 * max(half_lives), 3.0)
    time = np.arange(samples_in(seconds)) / SAMPLE_RATE
    total = np.zeros(len(time))
    for frequency, half_life, gain in zip(frequencies, half_lives, gains, strict=True):
        total += gain * np.sin(2 * np.pi * frequency * time) * 0.5 ** (time / half_life)
    return total * lasting(len(time), attack=0.0005, release=seconds / 5)


def clink(random: np.random.Generator, lowest: float, half_life: float) -> Sound:
    """Return a cup, plate, glass or knife that meets another: bright partials in no harmony, and the tick itself."""
    stretch = np.array([1.0, 1.58, 2.24, 2.92, 3.6]) * random.uniform(0.96, 1.04, 5)
    frequencies = lowest * stretch[lowest * stretch < 7_600]
    count = len(frequencies)
    half_lives = half_life * random.uniform(0.5, 1.2, count) / np.arange(1, count + 1) ** 0.5
    ringing = struck(frequencies, half_lives, random.uniform(0.3, 1.0, count))
    tick = 0.4 * burst(random, 0.002, 2_500, 7_500)
    ringing[: len(tick)] += tick[: len(ringing)]
    return ringing


def thud(random: np.random.Generator, frequency: float, half_life: float) -> Sound:
    """Return a dull blow: a deep tone that sinks as it dies, and a little noise."""
    seconds = 8 * half_life
    time = np.arange(samples_in(seconds)) / SAMPLE_RATE
    sinking = frequency * (0.75 + 0.25 * 0.5 ** (time / (half_life / 2)))
    blow = np.sin(2 * np.pi * np.cumsum(sinking) / SAMPLE_RATE) * decaying(seconds, half_life)
    noise = 0.4 * burst(random, half_life / 3, frequency, frequency * 6)
    blow[: len(noise)] += noise[: len(blow)]
    return np.asarray(blow)


def chime(notes: Sequence[float], spacing: float, half_life: float = 0.25) -> Sound:
    """Return notes (Hz) of a gong before an announcement, `spacing` seconds apart."""
    half_lives = half_life, half_life / 2, half_life / 3
    bells = [struck((note, 2 * note, 3 * note), half_lives, (1, 0.25, 0.1)) for note in notes]
    return joined_at([(turn * spacing, bell) for turn, bell in enumerate(bells)])


def sweep(points: Sequence[tuple[float, float]], amplitudes: Sequence[float] = (1.0,)) -> Sound:
    """Return a tone that goes through points of (second, Hz), faded in and out; `amplitudes` are of its overtones."""
    seconds, frequencies = zip(*points, strict=True)
    time = np.arange(samples_in(seconds[-1])) / SAMPLE_RATE
    phase = 2 * np.pi * np.cumsum(np.interp(time, seconds, frequencies)) / SAMPLE_RATE
    edge = min(0.02, seconds[-1] / 4)
    return overtones(phase, amplitudes) * lasting(len(time), attack=edge, release=edge)
