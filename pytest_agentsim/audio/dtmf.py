"""Telephone keys as dual tones (ITU-T Q.23).

A key is a low tone, which tells its row, and a high tone, which tells its column. The high tone is made 2 dB louder
than the low one, as telephones do because lines take more from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pytest_agentsim.audio.pcm import SAMPLE_RATE, from_float, samples_in

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["HIGH", "KEYS", "LOW", "PAUSE", "ROWS", "tones"]

# Q.23: the keys by rows and columns, and the frequencies of those.
ROWS = ("123A", "456B", "789C", "*0#D")
KEYS = "".join(ROWS)
LOW = (697.0, 770.0, 852.0, 941.0)  # Hz
HIGH = (1209.0, 1336.0, 1477.0, 1633.0)  # Hz

TWIST_DB = 2.0  # how much louder than the low tone the high one is made
PAUSE = 0.1  # s, after each key, the last one too
RAMP = 0.005  # s; a tone that starts at once clicks
LOUDEST = -7.0  # dBFS of a pair whose tones still add up without clipping


def tones(keys: str, *, tone: float = 0.1, pause: float = PAUSE, level: float = -13.0) -> bytes:
    """Return the sound of pressing keys: 0 to 9, ``*``, ``#``, A to D; what else is in `keys` is left out.

    Each key sounds for `tone` seconds, with ramps of 5 ms, and is followed by `pause` seconds of silence. `level`
    is that of the two tones together in dBFS, -7 at most (ValueError); the low one is 4.1 dB below that, the high
    one 2.1 dB.
    """
    if level > LOUDEST:
        raise ValueError(f"two tones at {level} dBFS would clip; {LOUDEST} is the most")
    silence = bytes(2 * samples_in(pause))
    return b"".join(from_float(_pair(key, tone, level)) + silence for key in keys if key in KEYS)


def _pair(key: str, seconds: float, level: float) -> NDArray[np.floating]:
    position = KEYS.index(key)
    twist = 10 ** (TWIST_DB / 20)
    low = 10 ** (level / 20) * np.sqrt(2 / (1 + twist**2))
    time = np.arange(samples_in(seconds)) / SAMPLE_RATE
    pair = low * np.sin(2 * np.pi * LOW[position // 4] * time)
    pair += low * twist * np.sin(2 * np.pi * HIGH[position % 4] * time)
    ramps = np.minimum(1.0, np.minimum(time, time[::-1]) / RAMP)
    sounding: NDArray[np.floating] = pair * ramps
    return sounding
