"""What is heard behind the caller: a background sound under its words and between them, mixed in frame by frame.

The caller is in one place at a time, its own or another one for a while, and each place is a loop at two volumes:
`base` while the caller makes no sound, `reduced` while it does. A volume changes within a tenth of a second, so that
nothing clicks, and so does the place. Where nothing is heard behind the caller, its frames stay as they are.

A loop at a volume that stays the same is kept as pcm: a frame between utterances is a slice of it, and a frame of
speech costs one addition. What pcm cannot hold is clipped, and counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

import numpy as np

from pytest_agentsim.audio.pcm import (
    FRAME_BYTES,
    FRAME_SAMPLES,
    FULL_SCALE,
    LOUDEST,
    SAMPLE_BYTES,
    SILENCE,
    to_array,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["RAMP_FRAMES", "Ambience", "Backdrop", "Loop"]

RAMP_FRAMES = 5  # in which a volume changes

# How far a volume has gone that changes during a frame.
_PROGRESS = np.linspace(0, 1, FRAME_SAMPLES, endpoint=False, dtype=np.float32)


class Loop:
    """A sound without a seam: `samples` are one round of it, shape (samples,), float32, -1.0 to 1.0, at least one.

    It may be shared by any number of calls.
    """

    def __init__(self, samples: NDArray[np.float32]) -> None:
        if not len(samples):
            raise ValueError("a loop needs at least one sample")
        self.source = samples
        self.round = len(samples)
        # With its beginning once more behind its end, every frame is one slice.
        self._samples = np.resize(samples, self.round + FRAME_SAMPLES)
        self._levels: WeakValueDictionary[float, _Level] = WeakValueDictionary()

    def at(self, gain: float) -> _Level:
        """Return the loop at a volume; shared as long as somebody keeps it."""
        level = self._levels.get(gain)
        if level is None:
            level = self._levels[gain] = _Level(self._samples, gain)
        return level

    def frame(self, start: int) -> NDArray[np.float32]:
        """Return the frame from that sample of the round on."""
        return self._samples[start : start + FRAME_SAMPLES]


class _Level:
    """A loop at one volume: as pcm, and as samples that may be louder than pcm can be."""

    __slots__ = ("__weakref__", "is_too_loud", "pcm", "samples")

    def __init__(self, samples: NDArray[np.float32], gain: float) -> None:
        exact = np.rint(samples * np.float32(gain * FULL_SCALE))
        clipped = np.clip(exact, -FULL_SCALE, LOUDEST)
        self.pcm: bytes = clipped.astype("<i2").tobytes()
        self.is_too_loud = bool(np.any(clipped != exact))
        self.samples = exact.astype(np.int32) if self.is_too_loud else to_array(self.pcm)


class Backdrop:
    """What a place sounds like: a loop at two volumes (1.0 is the loop as it is), from sample `offset` of it on.

    Making one takes some milliseconds, in which the loop is brought to both volumes.
    """

    def __init__(self, loop: Loop, *, base: float, reduced: float, offset: int = 0) -> None:
        self.loop = loop
        self.offset = offset
        self._base = base
        self._reduced = reduced
        self._levels = {gain: loop.at(gain) for gain in (base, reduced)}

    def volume(self, *, speaking: bool) -> float:
        """Return how loud it is while the caller speaks, or while it does not."""
        return self._reduced if speaking else self._base

    def at(self, volume: float) -> _Level:
        """Return the loop at one of the two volumes."""
        return self._levels[volume]


@dataclass(slots=True, eq=False)
class _Place:
    """A backdrop as it is heard just now: from frame `begun` on, at a volume that goes to its target."""

    backdrop: Backdrop
    begun: int
    volume: float = 0.0
    _target: float = 0.0
    _frames_to_go: int = 0

    def aim(self, target: float) -> None:
        """Let the volume go there from now on."""
        if target != self._target:
            self._target = target
            self._frames_to_go = RAMP_FRAMES

    @property
    def is_changing(self) -> bool:
        return self._frames_to_go > 0

    @property
    def is_heard(self) -> bool:
        return self._frames_to_go > 0 or self.volume > 0.0

    @property
    def level(self) -> _Level:
        """The loop at the present volume, which does not change."""
        return self.backdrop.at(self.volume)

    def start(self, number: int) -> int:
        """Return where in its loop a frame begins."""
        backdrop = self.backdrop
        return ((number - self.begun) * FRAME_SAMPLES + backdrop.offset) % backdrop.loop.round

    def changing(self, number: int) -> NDArray[np.float32]:
        """Return a frame, and let the volume move on: shape (320,), float32, in units of pcm."""
        before, self.volume = self.volume, self._next_volume()
        volumes = _PROGRESS * np.float32(self.volume - before) + np.float32(before)
        return self.backdrop.loop.frame(self.start(number)) * (volumes * np.float32(FULL_SCALE))

    def _next_volume(self) -> float:
        if not self._frames_to_go:
            return self.volume
        self._frames_to_go -= 1
        if not self._frames_to_go:
            return self._target
        return self.volume + (self._target - self.volume) / (self._frames_to_go + 1)


@dataclass(frozen=True, slots=True)
class _Trip:
    """The caller is elsewhere from a frame on: in a place, or where it is quiet."""

    place: _Place | None
    begins: int


class Ambience:
    """The background of one call, with `own` the place from which the caller calls; None: one where it is quiet.

    Frames are numbered from the beginning of the line. The same places at the same frames sound the same.
    """

    def __init__(self, own: Backdrop | None = None) -> None:
        self.on_hold = False
        """Whether the caller has put the other side on hold: then nothing is heard behind it."""
        self.clipped = 0
        """How many samples were too loud together with the background."""
        self._own = None if own is None else _Place(own, begun=0)
        self._trip: _Trip | None = None
        self._places = [] if self._own is None else [self._own]  # that may be heard
        self._sum = np.empty(FRAME_SAMPLES, dtype=np.int32)
        self._kept: NDArray[np.int32] = np.empty(FRAME_SAMPLES, dtype=np.int32)

    @property
    def has_own_place(self) -> bool:
        """Whether it is not quiet where the caller calls from."""
        return self._own is not None

    def go_to(self, backdrop: Backdrop | None, *, at: int) -> None:
        """Be somewhere else from frame `at` on, instead of the caller's own place; None: somewhere quiet."""
        place = None if backdrop is None else _Place(backdrop, begun=at)
        self._trip = _Trip(place, at)
        if place is not None:
            self._places.append(place)

    def go_back(self) -> None:
        """Be in the caller's own place again."""
        self._trip = None

    def mixed(self, number: int, voice: bytes | None) -> bytes | None:
        """Return what is heard during a frame, `voice` being the caller's own part of it; None if nothing is.

        To be asked for each frame, in order. `voice` is a frame of pcm; without a background it is returned as it is.
        """
        if not self._places:
            return voice
        self._aim(number, speaking=voice is not None)
        heard = [place for place in self._places if place.is_heard]
        if len(heard) < len(self._places):
            self._forget_places()
        if not heard:
            return voice
        if len(heard) > 1 or heard[0].is_changing:
            return self._changing(heard, number, voice)
        return self._steady(heard[0], number, voice)

    def _aim(self, number: int, *, speaking: bool) -> None:
        """Let the volume of each place go where it is to be at that frame."""
        trip = self._trip
        present = self._own if trip is None or number < trip.begins else trip.place
        for place in self._places:
            is_here = place is present and not self.on_hold
            place.aim(place.backdrop.volume(speaking=speaking) if is_here else 0.0)

    def _forget_places(self) -> None:
        """Leave out the places that the caller has left and that have faded away."""
        staying = (self._own, None if self._trip is None else self._trip.place)
        self._places = [place for place in self._places if place.is_heard or place in staying]

    def _steady(self, place: _Place, number: int, voice: bytes | None) -> bytes:
        level, start = place.level, place.start(number)
        if voice is None and not level.is_too_loud:
            return level.pcm[start * SAMPLE_BYTES : start * SAMPLE_BYTES + FRAME_BYTES]
        background = level.samples[start : start + FRAME_SAMPLES]
        np.add(background, to_array(voice or SILENCE), out=self._sum, dtype=np.int32)
        return self._clipped_sum()

    def _changing(self, places: list[_Place], number: int, voice: bytes | None) -> bytes:
        total = to_array(voice or SILENCE).astype(np.float32)
        for place in places:
            total += place.changing(number)
        self._sum[:] = np.rint(total)
        return self._clipped_sum()

    def _clipped_sum(self) -> bytes:
        """Return the sum as pcm; count what does not fit."""
        np.minimum(self._sum, LOUDEST, out=self._kept)
        np.maximum(self._kept, -FULL_SCALE, out=self._kept)
        self.clipped += FRAME_SAMPLES - int(np.count_nonzero(self._kept == self._sum))
        pcm: bytes = self._kept.astype("<i2").tobytes()
        return pcm
