"""Recognises the keys of a telephone in what is heard, through noise and through speech (ITU-T Q.24).

Tones of 50 ms or more, 50 ms apart or more, from about -45 dBFS on, up to 1.5 % off in frequency and up to 8 dB apart
in level are keys. The audio is looked at in blocks of 20 ms, one each 10 ms, by Goertzel's filters. Where there is next
to nothing beside the two tones, 40 ms of them are a key; where there is, it takes 50 ms, and both tones must have begun
at once: a voice whose pitch glides through a pair of these frequencies comes near them before it meets them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pytest_agentsim.audio.dtmf import HIGH, LOW, ROWS
from pytest_agentsim.audio.pcm import FRAME_SAMPLES, SAMPLE_RATE, to_float

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Found", "ToneDetector"]

HOP = FRAME_SAMPLES // 2

QUIETEST_POWER = 10**-4.5  # mean square of the samples, full scale being 1
LARGEST_TWIST = 10 ** (
    10 / 10
)  # power of one tone over that of the other: 8 dB with what a block loses of it
LEAST_LEAD = 10 ** (6 / 10)  # power of a tone over that of the others of its group

# Which share of a block's power is in the two tones, and how many such blocks make a key.
PURE_SHARE, PURE_BLOCKS = 0.9, 3
LEAST_SHARE, LEAST_BLOCKS = 0.75, 4
LEAST_RISE = 10 ** (6 / 10)  # of the power around each tone where it begins, if there is more than the tones

# A frame that a bad line has lost in the middle of a tone does not make two keys of it.
BLOCKS_TO_RELEASE = 4

# Q.24: a tone may be 1.5 % off, more than half of what a block can tell apart, so that each is looked for at its
# frequency and at both sides of it; farther away, to tell whether something was coming near.
DETUNINGS = (-0.05, -0.03, -0.0125, 0.0, 0.0125, 0.03, 0.05)
NEAR = slice(2, 5)


@dataclass(frozen=True, slots=True)
class Found:
    """What 20 ms hold: the `keys` that have been recognised with them, and whether they may be `part_of_key`."""

    keys: str
    part_of_key: bool


NOTHING = Found("", part_of_key=False)


@dataclass(frozen=True, slots=True)
class _Block:
    """What a block holds: the key whose tones lead in it ("" for none), and whether next to nothing else does."""

    key: str
    is_pure: bool
    around: NDArray[np.float32]  # the power around each of the eight frequencies

    def has_risen_from(self, before: _Block) -> bool:
        """Whether both tones have begun since another block."""
        place = _place(self.key)
        risen = self.around[place] >= LEAST_RISE * before.around[place]
        return bool(risen.all())


_SILENT = _Block("", is_pure=False, around=np.zeros(8, dtype=np.float32))


class ToneDetector:
    """Finds keys in audio, frame by frame; a key is told once, while it sounds."""

    def __init__(self) -> None:
        self._rest()

    def _rest(self) -> None:
        """Forget what has been heard."""
        self._is_idle = True  # nothing has been heard that could be part of a tone
        self._before = np.zeros(HOP, dtype=np.float32)  # the second half of the last frame
        self._latest = (_SILENT, _SILENT)
        self._earlier = _SILENT  # two blocks before the first one of the candidate
        self._first = _SILENT
        self._hits = 0
        self._pure_hits = 0
        self._misses = 0
        self._held = ""  # the key that has been told and not been released

    def feed(self, frame: bytes | None) -> Found:
        """Take 20 ms, 640 bytes of pcm or None for digital silence."""
        if frame is None:
            if not self._is_idle:
                self._rest()
            return NOTHING
        samples = np.concatenate((self._before, to_float(frame)))
        self._before = samples[FRAME_SAMPLES:]
        self._is_idle = False
        blocks = _blocks(np.stack((samples[:FRAME_SAMPLES], samples[HOP:])))
        keys = "".join(map(self._take, blocks))
        return Found(keys, part_of_key=any(block.key for block in blocks))

    def _take(self, block: _Block) -> str:
        """Count the blocks that say the same; return a key when there are enough of them."""
        before_last, last = self._latest
        self._latest = (last, block)
        if block.key and block.key == self._held:
            self._misses = 0
            return ""
        self._release()
        if block.key != last.key:
            self._hits = self._pure_hits = 0
            self._earlier, self._first = before_last, block
        self._hits += 1
        self._pure_hits = self._pure_hits + 1 if block.is_pure else 0
        if not block.key or not self._is_enough():
            return ""
        self._held, self._misses = block.key, 0
        return block.key

    def _release(self) -> None:
        if self._held:
            self._misses += 1
            if self._misses >= BLOCKS_TO_RELEASE:
                self._held = ""

    def _is_enough(self) -> bool:
        if self._pure_hits >= PURE_BLOCKS:
            return True
        return self._hits >= LEAST_BLOCKS and self._first.has_risen_from(self._earlier)


def _filters() -> NDArray[np.float32]:
    """The filters as a matrix, so that blocks are filtered in one product; their output is an amplitude."""
    frequencies = np.multiply.outer((*LOW, *HIGH), [1 + each for each in DETUNINGS]).ravel()
    phases = 2 * np.pi / SAMPLE_RATE * np.multiply.outer(frequencies, np.arange(FRAME_SAMPLES))
    return (np.concatenate((np.cos(phases), np.sin(phases))) * (2 / FRAME_SAMPLES)).astype(np.float32)


_FILTERS = _filters()


def _blocks(samples: NDArray[np.float32]) -> tuple[_Block, _Block]:
    """Look at two blocks, shape (2, 320)."""
    powers = np.einsum("ij,ij->i", samples, samples) / FRAME_SAMPLES
    if powers.max() < QUIETEST_POWER:
        return _SILENT, _SILENT
    found = samples @ _FILTERS.T
    found = (found * found).reshape(2, 2, 8, len(DETUNINGS)).sum(axis=1) / 2
    tones, around = found[:, :, NEAR].max(axis=2), found.max(axis=2)
    return _block(float(powers[0]), tones[0], around[0]), _block(float(powers[1]), tones[1], around[1])


def _block(power: float, tones: NDArray[np.float32], around: NDArray[np.float32]) -> _Block:
    low, high = tones[:4], tones[4:]
    row, column = int(low.argmax()), int(high.argmax())
    pair = float(low[row]), float(high[column])
    is_key = (
        power >= QUIETEST_POWER
        and sum(pair) >= LEAST_SHARE * power
        and max(pair) <= LARGEST_TWIST * min(pair)
        and _leads(low)
        and _leads(high)
    )
    key = ROWS[row][column] if is_key else ""
    return _Block(key, is_pure=is_key and sum(pair) >= PURE_SHARE * power, around=around)


def _leads(group: NDArray[np.float32]) -> bool:
    second, first = np.sort(group)[-2:]
    return bool(first >= LEAST_LEAD * second)


def _place(key: str) -> list[int]:
    """Return where a key's two frequencies are among the eight."""
    position = "".join(ROWS).index(key)
    return [position // 4, 4 + position % 4]
