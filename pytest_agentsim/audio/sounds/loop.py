"""The circle of time on which a sound is made: what goes beyond its end comes in again at its beginning.

Everything is made on the circle, so that the end of a loop meets its beginning as smoothly as any two neighbours:
noise and filters in the frequency domain, tones of whole periods, events that wrap around.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from pytest_agentsim.audio.pcm import SAMPLE_RATE, samples_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Sound: TypeAlias = NDArray[np.floating]

__all__ = ["GRID", "Loop", "Sound", "joined_at", "overtones"]

GRID = 200  # Hz: the rate at which slow changes are described


class Loop:
    """A circle of `seconds`, and the random numbers that decide what is on it.

    A `Sound` is float64 at 16 kHz, shape (samples,), of any level: how loud it is heard is decided afterwards.
    """

    def __init__(self, seconds: float, random: np.random.Generator) -> None:
        self.random = random
        self.size = samples_in(seconds)
        self.seconds = self.size / SAMPLE_RATE
        self.frequencies: Sound = np.fft.rfftfreq(self.size, 1 / SAMPLE_RATE)

    def silence(self) -> Sound:
        """Return nothing yet, for events to be added to."""
        return np.zeros(self.size)

    def noise(self, spectrum: Sound) -> Sound:
        """Return noise with a root mean square of 1 and the given amplitudes at `frequencies`."""
        phases = np.exp(2j * np.pi * self.random.random(len(spectrum)))
        shaped = phases * spectrum
        shaped[0] = 0
        return _levelled(np.fft.irfft(shaped, self.size))

    def filtered(self, sound: Sound, spectrum: Sound) -> Sound:
        """Return a sound with the amplitudes at `frequencies` multiplied."""
        return np.fft.irfft(np.fft.rfft(sound) * spectrum, self.size)

    def wandering(self, rate: float, low: float = 0.0, high: float = 1.0) -> Sound:
        """Return a value that wanders between `low` and `high`, with up to `rate` turns in a second."""
        points = round(self.seconds * GRID)
        turns = np.arange(1, max(2, round(self.seconds * rate)) + 1)
        spectrum = np.zeros(points // 2 + 1, dtype=np.complex128)
        spectrum[turns] = np.exp(2j * np.pi * self.random.random(len(turns)))
        course = np.fft.irfft(spectrum, points)
        share = 0.5 + 0.5 * np.tanh(course / np.std(course))
        return self.spread(low + (high - low) * share)

    def spread(self, course: Sound) -> Sound:
        """Return a slow course, given at evenly spaced points of the circle, at every sample."""
        at = np.arange(self.size) * (len(course) / self.size)
        return np.asarray(np.interp(at, np.arange(len(course) + 1), np.append(course, course[0])))

    def tone(self, frequency: float, vibrato: Sound | float = 0.0) -> Sound:
        """Return a sine of the nearest frequency that fits into the circle; `vibrato` is its deviation in radians."""
        return np.asarray(np.sin(self._phase(frequency) + vibrato + self.random.random() * 2 * np.pi))

    def harmonics(
        self, frequency: float, amplitudes: Sequence[float] | Sound, vibrato: Sound | float = 0.0
    ) -> Sound:
        """Return a tone with overtones: multiples 1, 2, 3… of the frequency, at phases of their own."""
        phases = np.exp(2j * np.pi * self.random.random(len(amplitudes)))
        if isinstance(vibrato, float):
            spectrum = np.zeros(len(self.frequencies), dtype=np.complex128)
            orders = np.arange(1, len(amplitudes) + 1) * self._turns(frequency)
            spectrum[orders] = np.asarray(amplitudes) * phases * (self.size / 2)
            return np.fft.irfft(spectrum, self.size)
        return overtones(self._phase(frequency) + vibrato, np.asarray(amplitudes) * phases)

    def somewhere(self) -> int:
        """Return how far, in samples, a circle may be turned."""
        return int(self.random.integers(self.size))

    def times(self, rate: float, evenness: float = 0.0) -> Sound:
        """Return moments in seconds, `rate` of them in a second.

        With an `evenness` of 0 they come as they like, with 1 like a clock.
        """
        count = max(1, round(rate * self.seconds))
        spacing = self.seconds / count
        free = self.random.random(count)
        even = (np.arange(count) + 0.5 + (free - 0.5) * (1 - evenness)) * spacing
        loose = np.sort(self.random.random(count)) * self.seconds
        return np.asarray(loose if evenness == 0 else even)

    def add(self, canvas: Sound, event: Sound, second: float, gain: float = 1.0) -> None:
        """Add an event to what is on the canvas, from `second` on; what is longer than the circle meets itself."""
        start = samples_in(second) % self.size
        left = event
        while len(left):
            fitting = min(len(left), self.size - start)
            canvas[start : start + fitting] += gain * left[:fitting]
            left, start = left[fitting:], 0

    def strewn(self, event: Sound, seconds: Sound, gains: Sound | float = 1.0) -> Sound:
        """Return the same short event at many moments, each with its gain."""
        starts = np.rint(seconds * SAMPLE_RATE).astype(np.int64) % self.size
        impulses = np.bincount(starts, np.broadcast_to(gains, starts.shape), self.size)
        return np.fft.irfft(np.fft.rfft(impulses) * np.fft.rfft(event, self.size), self.size)

    def reverberated(self, sound: Sound, seconds: float, share: float, brightness: float = 3_000.0) -> Sound:
        """Return a sound in a room whose echoes are gone (by 60 dB) after `seconds`.

        `share` is that of the echoes in the power, `brightness` in Hz the frequency above which walls swallow them.
        """
        length = samples_in(seconds)
        echoes = self.random.standard_normal(length) * 10 ** (-3 * np.arange(length) / length)
        echoes[: samples_in(0.004)] = 0
        room = np.fft.rfft(echoes / np.sqrt(np.sum(echoes**2)), self.size)
        room /= 1 + (self.frequencies / brightness) ** 2
        return np.fft.irfft(np.fft.rfft(sound) * (np.sqrt(1 - share) + np.sqrt(share) * room), self.size)

    def _phase(self, frequency: float) -> Sound:
        # Counted in whole numbers, so that the last sample is as exact as the first.
        turns = np.arange(self.size) * self._turns(frequency) % self.size
        return np.asarray(turns * (2 * np.pi / self.size))

    def _turns(self, frequency: float) -> int:
        return max(1, round(frequency * self.seconds))


def overtones(phase: Sound, amplitudes: Sequence[complex] | NDArray[np.inexact]) -> Sound:
    """Return the sum of sines of 1, 2, 3… times the `phase` in radians, each with its amplitude."""
    wave = np.exp(1j * phase)
    total = np.zeros(len(phase), dtype=np.complex128)
    for amplitude in reversed(amplitudes):
        total += amplitude
        total *= wave
    return total.imag


def joined_at(sounds: Sequence[tuple[float, Sound]]) -> Sound:
    """Return one event made of several, each of which begins at its second."""
    starts = [samples_in(second) for second, _ in sounds]
    total = np.zeros(max(start + len(sound) for start, (_, sound) in zip(starts, sounds, strict=True)))
    for start, (_, sound) in zip(starts, sounds, strict=True):
        total[start : start + len(sound)] += sound
    return total


def _levelled(sound: Sound) -> Sound:
    return sound / max(float(np.sqrt(np.mean(sound**2))), 1e-12)
