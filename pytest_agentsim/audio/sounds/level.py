"""Brings every sound to the same loudness, so that a `volume` means the same for each of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from pytest_agentsim.audio.sounds.loudness import loudness

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pytest_agentsim.audio.sounds.loop import Sound

__all__ = ["PEAK", "REFERENCE", "levelled"]

# LUFS at a volume of 1.0: as loud as the caller's own voice, which has -20 to -21.5 after `pcm.normalised`. So a
# volume of 0.3 is a noise 10 dB below the voice.
REFERENCE = -21.0
PEAK = 10 ** (-1 / 20)  # -1 dBFS

KNEE = 0.5  # above, peaks are pressed together
TOLERANCE = 0.05  # LU
MOST_ROUNDS = 8
GRID = 2**15


def levelled(sound: Sound) -> NDArray[np.float32]:
    """Return a sound at the reference loudness, with no peak above -1 dBFS.

    The samples are those that 16 bits can hold. So the last digits, in which machines differ, are rounded away.
    Raises ValueError for a sound that nobody can hear.
    """
    present = loudness(sound)
    if present == -math.inf:
        raise ValueError("silence cannot be brought to a loudness")
    sound = sound * _ratio(REFERENCE - present)
    if np.abs(sound).max() > KNEE:
        sound = _pressed_to_the_same_loudness(sound)
    return (np.rint(sound * GRID) / GRID).astype(np.float32)


def _pressed_to_the_same_loudness(sound: Sound) -> Sound:
    """Return a sound of the reference loudness with its peaks pressed below `PEAK`: the rest gets a little louder."""
    gain = 1.0
    for _ in range(MOST_ROUNDS):
        pressed = _pressed(sound * gain)
        missing = REFERENCE - loudness(pressed)
        if abs(missing) < TOLERANCE:
            break
        gain *= _ratio(missing)
    return pressed


def _pressed(sound: Sound) -> Sound:
    """Return a sound whose peaks bend softly towards `PEAK`."""
    size = np.abs(sound)
    room = PEAK - KNEE
    bent = KNEE + room * np.tanh((size - KNEE) / room)
    return np.where(size > KNEE, np.copysign(bent, sound), sound)


def _ratio(decibels: float) -> float:
    return float(10 ** (decibels / 20))
