"""Recognises telephone keys in an agent's audio, alone, in noise and under its speech (ITU-T Q.24).

Audio is looked at in blocks of 20 ms, one each 10 ms. A block says a key when one low and one high tone stand out in
it. A key has been pressed

* when two blocks in a row consist of hardly anything else: tones of 40 ms or more, up to 1.5 % off in frequency and
  8 dB apart in level, from -40 dBFS on;
* or when six blocks in a row say it, however much else there is in them, as long as both tones stay where they
  belong: tones of 80 ms or more within speech or noise that is nearly as loud as they are.

It has been released when either tone has been weaker for four blocks, so that a frame that a bad line has lost parts no
press in two, and a pause of 50 ms does. What speech makes of either was measured, see benchmarks/talk_off.py.
"""

from __future__ import annotations

import cmath
import math
from collections import deque
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from pytest_agentsim.audio.dtmf import HIGH, LOW, ROWS
from pytest_agentsim.audio.pcm import FRAME_SAMPLES, SAMPLE_RATE, SILENCE, to_float

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Found", "ToneDetector"]

BLOCK = FRAME_SAMPLES
HOP = FRAME_SAMPLES // 2
BLOCKS_IN_FRAME = FRAME_SAMPLES // HOP

# Q.24: a tone may be 1.5 % off, more than half of what a block can tell apart, so that each tone is looked for at its
# frequency and at both sides of it.
DETUNINGS = (-0.0125, 0.0, 0.0125)
EXACT = DETUNINGS.index(0.0)
FREQUENCIES = (*LOW, *HIGH)

# What a block needs to say a key. Powers are mean squares of the samples, full scale being 1.
QUIETEST = 10**-4.5
LEAST_SHARE = 0.4  # of the block's power, that is in the two tones
LEAST_LEAD = 10**0.6  # of a tone over the others of its group, 6 dB
LARGEST_TWIST = 10**1.0  # of one tone over the other: 8 dB, and what a block loses of a tone that is off

# What tells a key by two blocks: speech has much of its power elsewhere.
PURE_SHARE = 0.85
PURE_BLOCKS = 2
MOST_BEFORE_PURE = 1
PURE_DETUNING = 0.018
PURE_WOBBLE = 0.01
PURE_SWING = 10**0.2

# What tells a key by more of them: within speech, two harmonics may be the loudest, but they are rarely right, or
# stay so.
MIXED_BLOCKS = 6
MIXED_DETUNING = 0.006
MIXED_DETUNING_MEAN = 0.003  # over all of them, which struck metal with two such partials does not keep to
MIXED_WOBBLE = 0.01
MIXED_SWING = 10**0.3
MIXED_TWIST = 10**0.6

# What is not taken for speech before it is told.
LIKELY_BLOCKS = 3

# What goes on sounding, and for how long it may be missed.
HELD_LEVEL = 0.25  # of the power at which it was recognised: a block of which half is covered
RELEASED_BLOCKS = 4

TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Found:
    """What 20 ms hold: the `keys` that have been recognised with them, and whether they are `part_of_key`."""

    keys: str
    part_of_key: bool


NOTHING = Found("", part_of_key=False)


@dataclass(frozen=True, slots=True)
class _Block:
    """What is found in 20 ms: the power of all, and that of each tone; `phases` likewise."""

    power: float = 0.0
    tones: Sequence[float] = (0.0,) * len(FREQUENCIES)
    phases: Sequence[complex] = (0j,) * len(FREQUENCIES)

    def of(self, key: _Key) -> tuple[float, float]:
        """Return the powers of a key's tones."""
        return self.tones[key[0]], self.tones[key[1]]

    def is_pure(self, key: _Key) -> bool:
        """Whether there is hardly anything but a key's tones."""
        return sum(self.of(key)) >= PURE_SHARE * self.power


_Key = tuple[int, int]  # the places of its tones among all


class ToneDetector:
    """Finds keys in audio, frame by frame; a key is told once, at most 90 ms after it has begun to sound."""

    def __init__(self) -> None:
        self._sound = np.zeros(
            BLOCK + HOP, dtype=np.float32
        )  # the latest frame and what the first block has before it
        self._blocks = np.lib.stride_tricks.sliding_window_view(self._sound, BLOCK)[::HOP]
        self._is_quiet = True  # nothing is going on, and the latest frame was digital silence
        self._run: deque[_Block] = deque(
            maxlen=MIXED_BLOCKS
        )  # the latest blocks in a row that say the same key
        self._said: _Key | None = None  # by the latest block
        self._held: tuple[_Key, _Block] | None = None  # a key, and the block by which it was recognised
        self._missed = 0

    def feed(self, frame: bytes | None) -> Found:
        """Take the next 20 ms, 640 bytes of pcm or None for digital silence."""
        silent = frame is None or frame == SILENCE
        if silent and self._is_quiet:
            return NOTHING
        self._sound[:HOP] = self._sound[FRAME_SAMPLES:]
        self._sound[HOP:] = 0 if frame is None else to_float(frame)
        keys, part_of_key = "", False
        for block in self._measured():
            keys += self._take(block)
            part_of_key |= self._is_likely(block)
        self._is_quiet = silent and not part_of_key and not self._sound[HOP:].any()
        return Found(keys, part_of_key)

    def _measured(self) -> list[_Block]:
        powers = (np.einsum("ij,ij->i", self._blocks, self._blocks) / BLOCK).tolist()
        if max(powers) < QUIETEST:
            return [_Block()] * BLOCKS_IN_FRAME
        found = (self._blocks @ _FILTERS).reshape(BLOCKS_IN_FRAME, 2, len(FREQUENCIES), len(DETUNINGS))
        tones = ((found * found).sum(axis=1).max(axis=2) / 2).tolist()
        exact = found[..., EXACT]
        phases = (exact[:, 0] - 1j * exact[:, 1]).tolist()
        return [_Block(*each) for each in zip(powers, tones, phases, strict=True)]

    def _take(self, block: _Block) -> str:
        """Return the key that a block completes, mostly none."""
        self._hold(block)
        key = _key_in(block)
        if key != self._said:
            self._run.clear()
        self._said = key
        if key is None:
            return ""
        self._run.append(block)
        if (self._held and self._held[0] == key) or not _is_pressed(key, self._run):
            return ""
        self._held, self._missed = (key, block), 0
        return ROWS[key[0]][key[1] - len(LOW)]

    def _is_likely(self, block: _Block) -> bool:
        """Whether the block that was taken is part of a press, told or to be told if the next ones say so too."""
        key = self._said
        if self._held or key is None:
            return self._held is not None
        latest = list(self._run)[-LIKELY_BLOCKS:]
        return block.is_pure(key) or (
            len(latest) == LIKELY_BLOCKS
            and all(_is_steady(latest, tone, MIXED_DETUNING, MIXED_WOBBLE, MIXED_SWING) for tone in key)
        )

    def _hold(self, block: _Block) -> None:
        """Follow the key that is held until it is released."""
        if self._held is None:
            return
        key, at_first = self._held
        shares = [now / then for now, then in zip(block.of(key), at_first.of(key), strict=True)]
        self._missed = 0 if min(shares) >= HELD_LEVEL else self._missed + 1
        if self._missed >= RELEASED_BLOCKS:
            self._held = None
            self._run.clear()


def _filters() -> NDArray[np.float32]:
    """Goertzel's filters as a matrix, so that blocks are filtered in one product; their output is an amplitude."""
    frequencies = np.multiply.outer(FREQUENCIES, [1 + each for each in DETUNINGS]).ravel()
    phases = 2 * np.pi / SAMPLE_RATE * np.multiply.outer(np.arange(BLOCK), frequencies)
    return (np.concatenate((np.cos(phases), np.sin(phases)), axis=1) * (2 / BLOCK)).astype(np.float32)


_FILTERS = _filters()

# How far the phase of each tone moves from one block to the next.
_ADVANCE = [cmath.exp(-2j * math.pi * frequency * HOP / SAMPLE_RATE) for frequency in FREQUENCIES]


def _key_in(block: _Block) -> _Key | None:
    """Return the key whose tones stand out in a block."""
    if block.power < QUIETEST:
        return None
    low, high = block.tones[: len(LOW)], block.tones[len(LOW) :]
    pair = max(low), max(high)
    if sum(pair) < LEAST_SHARE * block.power or _twist(pair) > LARGEST_TWIST:
        return None
    if not (_leads(low) and _leads(high)):
        return None
    return low.index(max(low)), len(LOW) + high.index(max(high))


def _leads(group: Sequence[float]) -> bool:
    second, first = sorted(group)[-2:]
    return first >= LEAST_LEAD * second


def _detuning(before: _Block, block: _Block, tone: int) -> float:
    """Return how far off a tone is, as a share of its frequency, by how its phase has moved."""
    moved = cmath.phase(block.phases[tone] * before.phases[tone].conjugate() * _ADVANCE[tone])
    return moved * SAMPLE_RATE / (2 * math.pi * HOP * FREQUENCIES[tone])


def _is_pressed(key: _Key, run: Sequence[_Block]) -> bool:
    """Whether the blocks of a run are enough to tell its key."""
    latest = list(run)[-PURE_BLOCKS:]
    is_pure = len(latest) == PURE_BLOCKS and all(block.is_pure(key) for block in latest)
    if is_pure and len(run) - PURE_BLOCKS <= MOST_BEFORE_PURE:
        return all(_is_steady(latest, tone, PURE_DETUNING, PURE_WOBBLE, PURE_SWING) for tone in key)
    return (
        len(run) == MIXED_BLOCKS
        and all(_twist(block.of(key)) <= MIXED_TWIST for block in run)
        and all(_is_steady(run, tone, MIXED_DETUNING, MIXED_WOBBLE, MIXED_SWING) for tone in key)
        and all(abs(_mean_detuning(run, tone)) <= MIXED_DETUNING_MEAN for tone in key)
    )


def _is_steady(run: Sequence[_Block], tone: int, detuning: float, wobble: float, swing: float) -> bool:
    """Whether a tone is where it belongs all the time, and moves and swells no further than that."""
    powers = [block.tones[tone] for block in run]
    off = [_detuning(before, block, tone) for before, block in pairwise(run)]
    return (
        max(map(abs, off)) <= detuning
        and max(off) - min(off) <= wobble
        and max(powers) <= swing * min(powers)
    )


def _mean_detuning(run: Sequence[_Block], tone: int) -> float:
    return sum(_detuning(before, block, tone) for before, block in pairwise(run)) / (len(run) - 1)


def _twist(tones: tuple[float, float]) -> float:
    return max(tones) / max(min(tones), TINY)
