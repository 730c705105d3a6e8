"""Telephone keys as dual tones: making them, and recognising them in what is heard (ITU-T Q.23, Q.24).

A key is a low tone, which tells its row, and a high tone, which tells its column. `tones` makes the high tone 2 dB
louder than the low one, as telephones do because lines take more from it. `ToneDetector` takes tones of 50 ms or
more, 50 ms apart or more, from about -45 dBFS on, up to 1.5 % off in frequency and up to 8 dB apart in level.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pytest_agentsim.audio.pcm import FRAME_SAMPLES, SAMPLE_RATE, from_float, samples_in, to_float

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["KEYS", "ToneDetector", "tones"]

# Q.23: the keys by rows and columns, and the frequencies of those.
ROWS = ("123A", "456B", "789C", "*0#D")
KEYS = "".join(ROWS)
LOW = (697.0, 770.0, 852.0, 941.0)  # Hz
HIGH = (1209.0, 1336.0, 1477.0, 1633.0)  # Hz

TWIST_DB = 2.0  # how much louder than the low tone the high one is made
RAMP = 0.005  # s; a tone that starts at once clicks
LOUDEST = -7.0  # dBFS of a pair whose tones still add up without clipping

# What the detector asks for.
QUIETEST_POWER = 10**-4.5  # mean square of the samples, full scale being 1
LEAST_SHARE = 0.8  # of the power in a block that is in the two tones; speech has much of it elsewhere
LARGEST_TWIST = 10 ** (
    10 / 10
)  # power of one tone over that of the other; 8 dB with what a block loses of it
LEAST_LEAD = 10 ** (6 / 10)  # power of a tone over that of the others of its group
BLOCKS_TO_PRESS = 3
BLOCKS_TO_RELEASE = 2

# Blocks of 20 ms, one each 10 ms. Q.24: a tone may be 1.5 % off, more than half of what a block can tell apart,
# so that each tone is looked for at its frequency and at both sides of it.
HOP = FRAME_SAMPLES // 2
DETUNINGS = (-0.0125, 0.0, 0.0125)


def tones(keys: str, *, tone: float = 0.1, pause: float = 0.1, level: float = -13.0) -> bytes:
    """Return the sound of pressing keys: 0 to 9, ``*``, ``#``, A to D; what else is in `keys` is left out.

    Each key sounds for `tone` seconds, with ramps of 5 ms, and is followed by `pause` seconds of silence. `level`
    is that of the two tones together in dBFS, -7 at most (ValueError); the low one is 4.1 dB below that, the high
    one 2.1 dB.
    """
    if level > LOUDEST:
        raise ValueError(f"two tones at {level} dBFS would clip; {LOUDEST} is the most")
    silence = bytes(2 * samples_in(pause))
    return b"".join(from_float(_pair(key, tone, level)) + silence for key in keys if key in KEYS)


class ToneDetector:
    """Finds keys in audio, by Goertzel's filters: the power at the eight frequencies of each block.

    A key is told once, when its tones have lasted for about 40 ms.
    """

    def __init__(self) -> None:
        self._before = np.zeros(HOP, dtype=np.float32)  # the second half of the last frame
        self._idle = True  # nothing has been heard that could be part of a tone
        self._candidate = ""
        self._hits = 0
        self._misses = 0
        self._held = ""  # the key that has been told and not been released

    def feed(self, frame: bytes | None) -> str:
        """Take 20 ms, None being digital silence; return the keys that have been recognised with them."""
        if frame is None:
            if not self._idle:
                self._rest()
            return ""
        samples = np.concatenate((self._before, to_float(frame)))
        self._before = samples[FRAME_SAMPLES:]
        self._idle = False
        return "".join(self._take(_key_in(samples[start : start + FRAME_SAMPLES])) for start in (0, HOP))

    def _take(self, key: str) -> str:
        """Count the blocks that say the same; return a key when there are enough of them."""
        if key and key == self._held:
            self._misses = 0
            return ""
        if self._held:
            self._misses += 1
            if self._misses >= BLOCKS_TO_RELEASE:
                self._held = ""
        self._hits = self._hits + 1 if key == self._candidate else 1
        self._candidate = key
        if not key or self._hits < BLOCKS_TO_PRESS:
            return ""
        self._held, self._misses = key, 0
        return key

    def _rest(self) -> None:
        self._before = np.zeros(HOP, dtype=np.float32)
        self._idle = True
        self._candidate, self._hits, self._misses, self._held = "", 0, 0, ""


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


def _filters() -> NDArray[np.float32]:
    """The filters as a matrix, so that a block is filtered in one product; their output is an amplitude."""
    frequencies = np.multiply.outer((*LOW, *HIGH), [1 + each for each in DETUNINGS]).ravel()
    phases = 2 * np.pi / SAMPLE_RATE * np.multiply.outer(frequencies, np.arange(FRAME_SAMPLES))
    return (np.concatenate((np.cos(phases), np.sin(phases))) * (2 / FRAME_SAMPLES)).astype(np.float32)


_FILTERS = _filters()


def _key_in(block: NDArray[np.float32]) -> str:
    """Return the key whose tones make up a block; "" if none do."""
    power = float(np.dot(block, block)) / FRAME_SAMPLES
    if power < QUIETEST_POWER:
        return ""
    found = _FILTERS @ block
    found = (found * found).reshape(2, 8, len(DETUNINGS)).sum(axis=0).max(axis=1) / 2
    low, high = found[:4], found[4:]
    row, column = int(low.argmax()), int(high.argmax())
    pair = float(low[row]), float(high[column])
    if sum(pair) < LEAST_SHARE * power or max(pair) > LARGEST_TWIST * min(pair):
        return ""
    return ROWS[row][column] if _leads(low) and _leads(high) else ""


def _leads(group: NDArray[np.float32]) -> bool:
    second, first = np.sort(group)[-2:]
    return bool(first >= LEAST_LEAD * second)
