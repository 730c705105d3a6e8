"""People talking: syllables, words and pauses of a real rhythm, without any word that could be understood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pytest_agentsim.audio.pcm import samples_in, seconds_of
from pytest_agentsim.audio.sounds.loop import Loop, joined_at
from pytest_agentsim.audio.sounds.shapes import lasting
from pytest_agentsim.audio.sounds.spectra import band
from pytest_agentsim.audio.sounds.voices import CONTOUR_RATE, MOUTHS, phonated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_agentsim.audio.sounds.loop import Sound

__all__ = ["CHILD", "MAN", "WOMAN", "Speaker", "announcement", "babble", "dialogue", "people", "talk"]

VOWELS = tuple(each for each in MOUTHS if each != "m")
HISS_BAND = (3_200.0, 7_000.0)  # Hz, of an s


@dataclass(frozen=True, slots=True)
class Speaker:
    """A voice: its middle `pitch` in Hz, the scale of its formants, syllables a second, how far the pitch moves."""

    pitch: float
    tract: float
    pace: float = 4.6
    melody: float = 2.5  # semitones


MAN = Speaker(112, 1.0)
WOMAN = Speaker(205, 1.17, pace=4.9)
CHILD = Speaker(310, 1.38, pace=4.4, melody=4.5)


def people(
    random: np.random.Generator, number: int, kinds: Sequence[Speaker] = (MAN, WOMAN)
) -> list[Speaker]:
    """Return so many speakers, of the given kinds in turn, each of whom is nobody else."""
    return [_somebody(random, kinds[turn % len(kinds)]) for turn in range(number)]


def talk(loop: Loop, speaker: Speaker, *, pauses: float = 0.6) -> Sound:
    """Return somebody who talks all round the circle, with pauses of about so many seconds between the sentences."""
    return _conversation(loop, (speaker,), pauses)


def dialogue(loop: Loop, speakers: Sequence[Speaker]) -> Sound:
    """Return people who talk with each other, never two at once."""
    return _conversation(loop, speakers, 0.3)


def babble(loop: Loop, speakers: Sequence[Speaker], *, copies: int = 1, pauses: float = 0.6) -> Sound:
    """Return many who talk at once: of each speaker as many `copies`, far apart on the circle, near and far away."""
    total = loop.silence()
    for speaker in speakers:
        said = talk(loop, speaker, pauses=pauses)
        for _ in range(copies):
            total += np.roll(said, int(loop.random.integers(loop.size))) * loop.random.uniform(0.4, 1.0)
    return total


def announcement(loop: Loop, gong: Sound, speaker: Speaker, *, start: float, sentences: int) -> Sound:
    """Return a gong and what somebody says behind it, from second `start` on, through the loudspeakers of a hall."""
    canvas = loop.silence()
    loop.add(canvas, gong, start, 0.9)
    second = start + 2.0
    for _ in range(sentences):
        said = sentence(loop.random, speaker, 12)
        loop.add(canvas, said, second)
        second += seconds_of(len(said)) + 0.5
    return loop.filtered(canvas, band(loop.frequencies, 450, 3_000, order=3))


def sentence(random: np.random.Generator, speaker: Speaker, syllables: int) -> Sound:
    """Return a sentence of so many syllables as one event."""
    lengths = random.uniform(0.7, 1.35, syllables) / speaker.pace
    lengths[-1] *= 1.5
    ends = np.cumsum(lengths)
    starts = ends - lengths
    points = round(ends[-1] * CONTOUR_RATE)
    voiced = phonated(
        _pitch(random, speaker, starts + lengths / 2, points),
        _strength(random, starts, lengths, points),
        _mouth(random, starts, ends, points),
        tract=speaker.tract,
        roughness=0.06,
        random=random,
    )
    return joined_at([(0.0, voiced), *_consonants(random, starts)])


def _somebody(random: np.random.Generator, kind: Speaker) -> Speaker:
    pitch, pace = random.uniform(0.88, 1.14, 2)
    # Few values for the tract: what a mouth makes of a pulse is computed once for each.
    tract = (0.94, 1.0, 1.06)[int(random.integers(3))]
    return Speaker(kind.pitch * pitch, kind.tract * tract, kind.pace * pace, kind.melody)


def _conversation(loop: Loop, speakers: Sequence[Speaker], pauses: float) -> Sound:
    """Return sentences all round the circle; whoever has spoken may go on."""
    canvas = loop.silence()
    second, start, turn = 0.0, loop.random.random() * loop.seconds, 0
    while True:
        said = sentence(loop.random, speakers[turn % len(speakers)], int(loop.random.integers(4, 14)))
        duration = seconds_of(len(said)) + pauses * loop.random.uniform(0.4, 1.8)
        if second + duration > loop.seconds:
            return canvas
        loop.add(canvas, said, start + second)
        second += duration
        turn += int(loop.random.random() < 0.75)


def _pitch(random: np.random.Generator, speaker: Speaker, middles: Sound, points: int) -> Sound:
    """Return a melody that moves from syllable to syllable and sinks towards the end."""
    decline = np.linspace(2.0, -3.5, len(middles))
    semitones = decline + random.normal(0, speaker.melody / 2, len(middles))
    if random.random() < 0.25:
        semitones[-1] += 7  # a question
    time = np.arange(points) / CONTOUR_RATE
    return np.asarray(speaker.pitch * 2 ** (np.interp(time, middles, semitones) / 12))


def _strength(random: np.random.Generator, starts: Sound, lengths: Sound, points: int) -> Sound:
    """Return how loud the voice is: each syllable opens, is stressed more or less, and closes."""
    stress = random.uniform(0.45, 1.0, len(starts))
    closure = np.minimum(random.choice([0.0, 0.03, 0.06, 0.08], len(starts)), 0.4 * lengths)
    opened = starts + closure
    at = np.stack([starts, opened, opened + 0.035, starts + 0.75 * lengths, starts + 0.97 * lengths])
    height = np.stack([0.1 * stress, 0.05 * stress, stress, 0.8 * stress, 0.12 * stress])
    return np.asarray(np.interp(np.arange(points) / CONTOUR_RATE, at.T.ravel(), height.T.ravel()))


def _mouth(random: np.random.Generator, starts: Sound, ends: Sound, points: int) -> dict[str, Sound]:
    """Return which vowel is how far formed: each syllable glides from one to another, some through closed lips."""
    mouth = {name: np.zeros(points) for name in MOUTHS}
    for start, end in zip(starts, ends, strict=True):
        here = slice(round(start * CONTOUR_RATE), round(end * CONTOUR_RATE))
        glide = np.linspace(0, 1, len(mouth["m"][here]))
        first, second = VOWELS[random.integers(len(VOWELS))], VOWELS[random.integers(len(VOWELS))]
        hum = np.clip(1 - glide * 5, 0, 1) if random.random() < 0.3 else np.zeros(len(glide))
        mouth["m"][here] = hum
        mouth[first][here] += (1 - glide) * (1 - hum)
        mouth[second][here] += glide * (1 - hum)
    return {name: share for name, share in mouth.items() if share.any()}


def _consonants(random: np.random.Generator, starts: Sound) -> list[tuple[float, Sound]]:
    """Return the hisses and bursts with which some of the syllables begin."""
    breath = Loop(1.0, random)
    hiss = breath.noise(band(breath.frequencies, *HISS_BAND, order=3))
    sounds: list[tuple[float, Sound]] = []
    for start in starts[random.random(len(starts)) < 0.45]:
        if random.random() < 0.5:
            length, gain = samples_in(random.uniform(0.07, 0.12)), random.uniform(0.05, 0.14)
            shape = lasting(length, attack=0.03, release=0.03)
        else:
            length, gain = samples_in(0.025), random.uniform(0.08, 0.2)
            shape = lasting(length, attack=0.002, release=0.02)
        offset = int(random.integers(len(hiss) - length))
        sounds.append((max(0.0, start - 0.02), gain * shape * hiss[offset : offset + length]))
    return sounds
