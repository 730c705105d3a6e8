"""Shapes of spectra: amplitudes over frequencies in Hz, to be multiplied with one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pytest_agentsim.audio.sounds.loop import Sound

__all__ = ["band", "peak", "tilt"]

LOWEST = 20.0  # Hz: below, a telephone has nothing to say


def tilt(frequencies: Sound, decibels: float, *, above: float = LOWEST) -> Sound:
    """Return a slope of so many dB per octave from `above` on, flat below: 0 white, -3 pink, -6 brown noise."""
    return np.asarray((np.maximum(frequencies, above) / above) ** (decibels / 6.0206))


def band(frequencies: Sound, low: float = LOWEST, high: float = 8_000.0, order: int = 2) -> Sound:
    """Return a band with edges of 6 dB per octave and order, and 3 dB down at `low` and `high`."""
    safe = np.maximum(frequencies, 1e-3)
    return np.asarray(1 / np.sqrt((1 + (low / safe) ** (2 * order)) * (1 + (safe / high) ** (2 * order))))


def peak(frequencies: Sound, centre: float, width: float, height: float = 1.0) -> Sound:
    """Return a resonance: a bell of `height` at `centre`, 3 dB down over a `width` in Hz."""
    return np.asarray(height / np.sqrt(1 + ((frequencies - centre) / (width / 2)) ** 2))
