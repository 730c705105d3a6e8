"""Voices without words: pulses of vocal cords, each of which makes a mouth ring at its formants.

A pulse is a sum of damped sines, one for each formant; which vowel it belongs to, how high and how loud it is follows
contours that are given 1000 times a second. So a dog's bark and a baby's cry are made like a syllable.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from pytest_agentsim.audio.pcm import SAMPLE_RATE, samples_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_agentsim.audio.sounds.loop import Sound

__all__ = ["CONTOUR_RATE", "MOUTHS", "contour", "phonated"]

CONTOUR_RATE = 1_000  # Hz
RING = samples_in(0.02)  # after which a mouth is silent again
FINENESS = 4  # places between two samples where a pulse may begin

# Hz, of a man's vowels; the names are those of the sounds.
MOUTHS: dict[str, tuple[float, float, float]] = {
    "a": (730, 1_150, 2_500),
    "e": (480, 1_950, 2_550),
    "i": (290, 2_250, 2_950),
    "o": (500, 850, 2_450),
    "u": (320, 800, 2_250),
    "ae": (660, 1_700, 2_450),
    "er": (490, 1_350, 1_690),
    "uh": (560, 1_250, 2_450),
    "m": (240, 1_100, 2_150),
}
HIGHER_FORMANTS = (3_400.0, 4_300.0)
BANDWIDTHS = (70.0, 100.0, 160.0, 230.0, 320.0)
STRENGTHS = (1.0, 0.55, 0.32, 0.16, 0.09)
NASAL = (1.0, 0.12, 0.06, 0.03, 0.01)


def contour(*points: tuple[float, float]) -> Sound:
    """Return a contour through points of (second, value), straight in between; it ends with the last of them."""
    seconds, values = zip(*points, strict=True)
    return np.asarray(np.interp(np.arange(round(seconds[-1] * CONTOUR_RATE)) / CONTOUR_RATE, seconds, values))


def phonated(
    pitch: Sound,
    strength: Sound,
    mouth: Mapping[str, Sound | float],
    *,
    tract: float = 1.0,
    roughness: float = 0.0,
    random: np.random.Generator,
) -> Sound:
    """Return a voice as one event.

    `pitch` (Hz), `strength` (a gain) and the shares that each of the `MOUTHS` has in `mouth` are contours of the same
    length. `tract` scales the formants: 1.0 is a man, 1.17 a woman, 1.4 a child. With some `roughness` (0 to 1)
    the pulses are of uneven strength and distance.
    """
    length = len(pitch)
    points = np.arange(length)
    turns = np.cumsum(pitch) / CONTOUR_RATE
    moments = np.interp(np.arange(1, turns[-1]), turns, points)
    unevenness = roughness * random.uniform(-1, 1, (2, len(moments)))
    gains = np.interp(moments, points, strength) * (1 + unevenness[0])
    shares = [np.interp(moments, points, np.broadcast_to(share, length)) for share in mouth.values()]
    moments = moments + 0.25 * unevenness[1] * CONTOUR_RATE / np.interp(moments, points, pitch)
    heard = gains > 1e-3
    weights = (np.stack(shares, axis=1) * gains[:, None])[heard]
    return _pulsed(moments[heard] / CONTOUR_RATE, weights, tuple(mouth), tract, length / CONTOUR_RATE)


def _pulsed(moments: Sound, weights: Sound, mouths: tuple[str, ...], tract: float, seconds: float) -> Sound:
    """Return the sum of pulses at `moments` in seconds; row n of `weights` has the mouths of pulse n."""
    places = np.maximum(np.rint(moments * SAMPLE_RATE * FINENESS), 0).astype(np.int64)
    starts, phases = -(-places // FINENESS), -places % FINENESS
    size = samples_in(seconds) + RING
    rings = np.empty((len(moments), RING))
    for phase in range(FINENESS):
        bank = np.stack([_ring(mouth, tract, phase) for mouth in mouths])
        # A product of matrices would wake the threads of a linear algebra library, which costs more than it brings.
        rings[phases == phase] = np.einsum("pm,mt->pt", weights[phases == phase], bank)
    at = np.minimum(starts, size - RING)[:, None] + np.arange(RING)
    return np.bincount(at.ravel(), rings.ravel(), size).astype(np.float64)


@lru_cache(maxsize=1024)
def _ring(mouth: str, tract: float, phase: int) -> Sound:
    """Return what a pulse becomes in a mouth, when it begins `phase` places before a sample."""
    strengths = NASAL if mouth == "m" else STRENGTHS
    formants = (*MOUTHS[mouth], *HIGHER_FORMANTS)
    time = (np.arange(RING) + phase / FINENESS) / SAMPLE_RATE
    total = np.zeros(RING)
    for frequency, width, strength in zip(formants, BANDWIDTHS, strengths, strict=True):
        if frequency * tract < SAMPLE_RATE / 2:
            damping = np.exp(-np.pi * width * tract * time)
            total += strength * damping * np.sin(2 * np.pi * frequency * tract * time)
    return np.asarray(total * np.cos(np.linspace(0, np.pi / 2, RING)) ** 2)
