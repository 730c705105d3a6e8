"""Music: what is played to those who wait, and what comes from the ceiling of a shop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pytest_agentsim.audio.pcm import SAMPLE_RATE, samples_in
from pytest_agentsim.audio.sounds.loop import overtones
from pytest_agentsim.audio.sounds.recipes import background_sound
from pytest_agentsim.audio.sounds.shapes import lasting
from pytest_agentsim.audio.sounds.spectra import band
from pytest_agentsim.audio.sounds.strikes import burst

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_agentsim.audio.sounds.loop import Loop, Sound

__all__ = ["shop_music"]

BEATS = 32  # eight bars of four

# Semitones from middle C. One chord a bar: C, Am, F, G, Em, Am, Dm, G7.
CHORDS = (
    (0, 4, 7),
    (-3, 0, 4),
    (-7, -3, 0),
    (-5, -1, 2),
    (-8, -5, -1),
    (-3, 0, 4),
    (-10, -7, -3),
    (-5, -1, 5),
)
# One phrase a bar: (beat within the bar, semitone, beats).
MELODIES = (
    ((0, 16, 1.5), (1.5, 14, 0.5), (2, 12, 1), (3, 7, 1)),
    ((0, 12, 1), (1, 9, 1), (2, 12, 1.5), (3.5, 14, 0.5)),
    ((0, 17, 1.5), (1.5, 16, 0.5), (2, 14, 1), (3, 12, 1)),
    ((0, 14, 3), (3, 7, 1)),
    ((0, 11, 1), (1, 12, 1), (2, 11, 1), (3, 7, 1)),
    ((0, 9, 2), (2, 12, 1), (3, 16, 1)),
    ((0, 17, 1), (1, 14, 1), (2, 9, 1), (3, 14, 1)),
    ((0, 11, 1), (1, 14, 1), (2, 17, 1), (3, 14, 1)),
)
PIANO = (1.0, 0.35, 0.12, 0.3, 0.05)
FLUTE = (1.0, 0.25, 0.1, 0.04)
BASS = (1.0, 0.6, 0.3, 0.15)


@background_sound("holding-on-song", seconds=20)
def holding_on_song(loop: Loop) -> Sound:
    """What is played to those who wait: a piano, a bass, a brush on a drum and a tune over eight bars."""
    key = int(loop.random.integers(-3, 4))
    return _band(loop, key, piano=0.35, melody=0.6, bass=0.55, brush=0.14)


def shop_music(loop: Loop) -> Sound:
    """Return the same kind of music from a small loudspeaker in the ceiling."""
    music = _band(loop, int(loop.random.integers(-5, 0)), piano=0.5, melody=0.5, bass=0.2, brush=0.1)
    return loop.filtered(music, band(loop.frequencies, 350, 3_500))


def _band(loop: Loop, key: int, *, piano: float, melody: float, bass: float, brush: float) -> Sound:
    beat = loop.seconds / BEATS
    stage = loop.silence()
    for bar, chord in enumerate(CHORDS):
        start = 4 * bar * beat
        for turn in range(4):
            notes = chord if turn % 2 else chord[:2]
            for note in notes:
                loop.add(
                    stage, _note(key + note, 1.4 * beat, PIANO, ringing=0.5), start + turn * beat, piano / 2
                )
        for turn, step in ((0, 0), (2, 7), (3, 0)):
            loop.add(
                stage, _note(key + chord[0] + step - 24, beat, BASS, ringing=0.6), start + turn * beat, bass
            )
        for second, note, length in MELODIES[bar]:
            loop.add(
                stage,
                _note(key + note, length * beat, FLUTE, vibrato=0.006),
                start + second * beat,
                melody / 2,
            )
    brushed = burst(loop.random, 0.02, 3_000, 7_500)
    beats = (np.arange(2 * BEATS) + 0.08 * (np.arange(2 * BEATS) % 2)) * beat / 2
    return stage + loop.strewn(brushed, beats, brush * np.tile([0.4, 0.3, 1.0, 0.3], BEATS // 2))


def _note(
    semitone: float, seconds: float, timbre: Sequence[float], *, ringing: float = 0.0, vibrato: float = 0.0
) -> Sound:
    """Return a note, `semitone` steps above middle C; with `ringing` it loses half of its height in so many s."""
    time = np.arange(samples_in(seconds)) / SAMPLE_RATE
    frequency = 261.63 * 2 ** (semitone / 12)
    phase = 2 * np.pi * frequency * time - vibrato * frequency / 5 * np.cos(2 * np.pi * 5 * time)
    tone = overtones(phase, timbre)
    if ringing:
        tone *= 0.5 ** (time / ringing)
    return np.asarray(tone * lasting(len(time), attack=0.006 if ringing else 0.04, release=0.06))
