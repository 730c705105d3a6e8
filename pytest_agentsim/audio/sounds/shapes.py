"""Shapes in time of single events: how they begin, last and end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pytest_agentsim.audio.pcm import SAMPLE_RATE, samples_in

if TYPE_CHECKING:
    from pytest_agentsim.audio.sounds.loop import Sound

__all__ = ["decaying", "faded", "lasting", "through"]


FADE = samples_in(0.005)


def faded(sound: Sound) -> Sound:
    """Return a sound that begins and ends at zero, so that there is no click."""
    length = min(FADE, len(sound) // 2)
    ramp = np.linspace(0, 1, length)
    faded = sound.astype(np.float64)
    faded[:length] *= ramp
    faded[len(faded) - length :] *= ramp[::-1]
    return faded


def lasting(samples: int, *, attack: float, release: float) -> Sound:
    """Return an envelope that rises for `attack` seconds, stays at 1 and falls for `release` seconds."""
    up, down = samples_in(attack), samples_in(release)
    shape = np.ones(samples)
    shape[:up] = np.sin(np.linspace(0, np.pi / 2, up)) ** 2
    shape[samples - down :] *= np.cos(np.linspace(0, np.pi / 2, down)) ** 2
    return shape


def decaying(seconds: float, half_life: float, *, attack: float = 0.001) -> Sound:
    """Return an envelope that rises at once and loses half of its height in every `half_life` (s); it ends at 0."""
    samples = samples_in(seconds)
    time = np.arange(samples) / SAMPLE_RATE
    return np.asarray(0.5 ** (time / half_life) * lasting(samples, attack=attack, release=seconds / 4))


def through(samples: int, *points: tuple[float, float]) -> Sound:
    """Return an envelope over so many samples, through points of (share of the length, height)."""
    places, heights = zip(*points, strict=True)
    return np.asarray(np.interp(np.linspace(0, 1, samples), places, heights))
