"""Voices that say nothing: barks, cries, coughs, laughter, sighs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pytest_agentsim.audio.pcm import SAMPLE_RATE, samples_in
from pytest_agentsim.audio.sounds.loop import joined_at
from pytest_agentsim.audio.sounds.recipes import background_sound, one_shot_sound
from pytest_agentsim.audio.sounds.shapes import lasting, through
from pytest_agentsim.audio.sounds.spectra import band, tilt
from pytest_agentsim.audio.sounds.speech import MAN, WOMAN, Speaker
from pytest_agentsim.audio.sounds.strikes import burst, rush
from pytest_agentsim.audio.sounds.voices import CONTOUR_RATE, contour, phonated

if TYPE_CHECKING:
    from pytest_agentsim.audio.sounds.loop import Loop, Sound

__all__ = ["laughter"]

BABY = 1.75  # scale of the formants: a mouth of less than ten centimetres
DOGS = ((1.05, 330.0), (1.5, 560.0))  # a large and a small one: scale of the formants, pitch in Hz


@background_sound("dog-barking", seconds=20)
def dog_barking(loop: Loop) -> Sound:
    """Two dogs in the yard, who bark in rows of two to five and rest in between."""
    yard = loop.silence()
    for second in loop.times(0.3, evenness=0.7):
        tract, pitch = DOGS[loop.random.integers(2)]
        for turn in range(loop.random.integers(2, 6)):
            gain = loop.random.uniform(0.7, 1.0)
            at = second + turn * loop.random.uniform(0.38, 0.5)
            loop.add(yard, _bark(loop, tract, pitch * loop.random.uniform(0.92, 1.08)), at, gain)
    outside = 0.004 * loop.noise(band(loop.frequencies, 80, 1_500))
    return loop.reverberated(yard, 0.4, share=0.12) + outside


@background_sound("baby-crying", seconds=20)
def baby_crying(loop: Loop) -> Sound:
    """A baby that cries with every breath, out of strength and in with a gasp, and pauses now and then."""
    cot = loop.silence()
    second, start = 0.0, loop.random.uniform(0, loop.seconds)
    while second < loop.seconds - 2.2:
        cry = _baby_cry(loop)
        gasp = _gasp(loop)
        loop.add(cot, cry, start + second)
        second += len(cry) / SAMPLE_RATE + 0.05
        loop.add(cot, gasp, start + second, 0.25)
        second += len(gasp) / SAMPLE_RATE + loop.random.choice([0.08, 0.15, 0.9], p=[0.45, 0.4, 0.15])
    return loop.reverberated(cot, 0.3, share=0.12) + 0.003 * _quiet(loop)


@background_sound("coughing", seconds=20)
def coughing(loop: Loop) -> Sound:
    """Somebody with a cold: coughs alone and in rows, and a throat that is cleared."""
    room = loop.silence()
    for turn, second in enumerate(loop.times(0.3, evenness=0.7)):
        if turn % 3 == 2:
            loop.add(room, _throat(loop), second, 0.5)
            continue
        for again in range(loop.random.integers(1, 4)):
            loop.add(
                room,
                _cough(loop, MAN, loop.random.uniform(0.8, 1.1)),
                second + 0.42 * again,
                1.0 - 0.2 * again,
            )
    return loop.reverberated(room, 0.3, share=0.1) + 0.003 * _quiet(loop)


@one_shot_sound("cough1", seconds=0.9)
def cough1(loop: Loop) -> Sound:
    """A man coughs twice, briefly."""
    return _on_its_own(loop, [(0.01, _cough(loop, MAN, 0.8)), (0.4, 0.8 * _cough(loop, MAN, 0.9))])


@one_shot_sound("cough2", seconds=1.6)
def cough2(loop: Loop) -> Sound:
    """A woman coughs three times, from the chest, and gets her breath back."""
    coughs = [(at, gain * _cough(loop, WOMAN, 1.15)) for at, gain in ((0.01, 0.8), (0.42, 1.0), (0.8, 0.7))]
    return _on_its_own(loop, [*coughs, (1.2, 0.1 * _breath(loop, 0.35, 900, 4_000))])


@one_shot_sound("female-crying", seconds=11.5)
def female_crying(loop: Loop) -> Sound:
    """A woman who sobs."""
    return _sobbing(loop, Speaker(WOMAN.pitch * 1.55, WOMAN.tract))


@one_shot_sound("male-crying", seconds=11.5)
def male_crying(loop: Loop) -> Sound:
    """A man who sobs."""
    return _sobbing(loop, Speaker(MAN.pitch * 1.6, MAN.tract))


@one_shot_sound("laughter", seconds=1.8)
@one_shot_sound("female-laughter", seconds=1.8)
def female_laughter(loop: Loop) -> Sound:
    """A woman laughs."""
    return _on_its_own(loop, [(0.01, laughter(loop.random, WOMAN))])


@one_shot_sound("male-laughter", seconds=1.8)
def male_laughter(loop: Loop) -> Sound:
    """A man laughs."""
    return _on_its_own(loop, [(0.01, laughter(loop.random, MAN))])


@one_shot_sound("sigh", seconds=1.5)
@one_shot_sound("female-sigh", seconds=1.5)
def female_sigh(loop: Loop) -> Sound:
    """A woman sighs."""
    return _sighing(loop, WOMAN)


@one_shot_sound("male-sigh", seconds=1.5)
def male_sigh(loop: Loop) -> Sound:
    """A man sighs."""
    return _sighing(loop, MAN)


def _quiet(loop: Loop) -> Sound:
    """Return a room in which nothing else is heard."""
    return loop.noise(tilt(loop.frequencies, -4, above=100))


def laughter(random: np.random.Generator, speaker: Speaker) -> Sound:
    """Return a laugh as one event of up to 1.7 s: ha, ha, ha, sinking and out of breath."""
    notes = int(random.integers(5, 8))
    spacing = random.uniform(0.19, 0.22)
    laugh = []
    for turn in range(notes):
        high = speaker.pitch * (1.75 - 0.11 * turn)
        ha = phonated(
            contour((0, high * 1.05), (0.05, high), (0.13, high * 0.8)),
            contour((0, 0), (0.02, 1), (0.07, 0.8), (0.13, 0)) * (1 - 0.09 * turn),
            {"ae": 0.6, "a": 0.4},
            tract=speaker.tract,
            roughness=0.12,
            random=random,
        )
        breath = rush(random, 0.07, 700 * speaker.tract, 3_500) * lasting(
            samples_in(0.07), attack=0.03, release=0.03
        )
        laugh += [(turn * spacing, 0.14 * (1 - 0.08 * turn) * breath), (turn * spacing + 0.045, ha)]
    return joined_at(laugh)


def _bark(loop: Loop, tract: float, pitch: float) -> Sound:
    """Return one bark: a voice that is torn open and closed again, hoarse at its height."""
    length = loop.random.uniform(0.16, 0.22)
    voice = phonated(
        contour((0, pitch * 0.75), (0.3 * length, pitch * 1.2), (length, pitch * 0.6)),
        contour((0, 0), (0.12 * length, 1), (0.45 * length, 0.85), (length, 0)),
        {
            "u": contour((0, 0.7), (0.3 * length, 0), (length, 0.6)),
            "a": contour((0, 0.3), (0.3 * length, 1), (length, 0.4)),
        },
        tract=tract,
        roughness=0.35,
        random=loop.random,
    )
    shape = lasting(samples_in(length), attack=0.015, release=length * 0.6)
    hoarse = rush(loop.random, length, 500 * tract, 2_600 * tract) * shape
    voice[: len(hoarse)] += 0.2 * hoarse
    return voice


def _baby_cry(loop: Loop) -> Sound:
    """Return one breath of crying: it rises, stays with a tremble, and falls."""
    length = loop.random.uniform(0.7, 1.35)
    top = loop.random.uniform(430, 540)
    pitch = contour(
        (0, 350), (0.12, top * 0.92), (0.5 * length, top), (0.85 * length, top * 0.94), (length, 360)
    )
    time = np.arange(len(pitch)) / CONTOUR_RATE
    pitch = pitch * (1 + 0.012 * np.sin(2 * np.pi * loop.random.uniform(6, 8) * time))
    return phonated(
        pitch,
        contour((0, 0), (0.07, 0.8), (0.4 * length, 1), (0.85 * length, 0.8), (length, 0)),
        {"ae": contour((0, 0.3), (0.2, 1), (length, 0.8)), "a": contour((0, 0.7), (0.2, 0.1), (length, 0.2))},
        tract=BABY,
        roughness=0.08 if loop.random.random() < 0.7 else 0.4,
        random=loop.random,
    )


def _gasp(loop: Loop) -> Sound:
    return _breath(loop, loop.random.uniform(0.18, 0.3), 1_200, 5_500)


def _breath(loop: Loop, seconds: float, low: float, high: float) -> Sound:
    shape = lasting(samples_in(seconds), attack=seconds * 0.5, release=seconds * 0.4)
    return rush(loop.random, seconds, low, high) * shape


def _cough(loop: Loop, speaker: Speaker, depth: float) -> Sound:
    """Return one cough: the cords burst open, air rushes out, and a short hoarse voice follows."""
    random = loop.random
    open_mouth = (450 * speaker.tract, 3_800)
    opening = burst(random, 0.012, *open_mouth)
    air = rush(random, 0.3 * depth, *open_mouth)
    air *= through(len(air), (0, 0.1), (0.06, 1), (0.25, 0.55), (0.6, 0.25), (1, 0))
    voice = phonated(
        contour((0, speaker.pitch * 1.5), (0.15 * depth, speaker.pitch * 0.9)),
        contour((0, 0), (0.03, 1), (0.15 * depth, 0)),
        {"er": 0.6, "a": 0.4},
        tract=speaker.tract,
        roughness=0.6,
        random=random,
    )
    return joined_at([(0.0, 0.8 * opening), (0.004, 0.4 * air), (0.07 * depth, 0.7 * voice)])


def _throat(loop: Loop) -> Sound:
    """Return a throat that is cleared: a rough hum in two strokes."""
    strokes = []
    for start, length in ((0.0, 0.22), (0.3, 0.4)):
        voice = phonated(
            contour((0, 95), (length, 75)),
            contour((0, 0), (0.05, 1), (length * 0.8, 0.7), (length, 0)),
            {"m": 0.4, "er": 0.6},
            roughness=0.8,
            random=loop.random,
        )
        strokes += [(start, voice), (start, 0.12 * _breath(loop, length, 300, 2_000))]
    return joined_at(strokes)


def _sobbing(loop: Loop, speaker: Speaker) -> Sound:
    """Return about ten seconds of sobs: a wail, breath that is drawn in jerks, and a sniff here and there."""
    sounds: list[tuple[float, Sound]] = []
    second = 0.05
    while second < loop.seconds - 2.6:
        length = loop.random.uniform(0.7, 1.3)
        sounds.append((second, _wail(loop, speaker, length)))
        second += length + 0.08
        for _ in range(loop.random.integers(2, 4)):
            jerk = _breath(loop, loop.random.uniform(0.1, 0.16), 800 * speaker.tract, 4_500)
            sounds.append((second, 0.16 * jerk))
            second += loop.random.uniform(0.15, 0.22)
        if loop.random.random() < 0.35:
            sounds.append((second + 0.1, 0.12 * _breath(loop, 0.28, 2_500, 7_000)))
            second += 0.45
    return _on_its_own(loop, sounds)


def _wail(loop: Loop, speaker: Speaker, length: float) -> Sound:
    top = speaker.pitch * loop.random.uniform(0.95, 1.15)
    pitch = contour((0, top * 0.85), (0.15 * length, top), (0.5 * length, top * 0.9), (length, top * 0.62))
    time = np.arange(len(pitch)) / CONTOUR_RATE
    shaking = np.sin(2 * np.pi * loop.random.uniform(4.5, 6.0) * time)
    return phonated(
        pitch * (1 + 0.035 * shaking),
        contour((0, 0), (0.08, 0.9), (0.3 * length, 1), (length, 0)) * (0.72 + 0.28 * shaking),
        {
            "uh": contour((0, 0.2), (length, 0.8)),
            "a": contour((0, 0.6), (length, 0)),
            "u": contour((0, 0.2), (length, 0.3)),
        },
        tract=speaker.tract,
        roughness=0.15,
        random=loop.random,
    )


def _sighing(loop: Loop, speaker: Speaker) -> Sound:
    """Return a sigh: breath in, and out through an open mouth with a little voice that sinks."""
    voice = phonated(
        contour((0, speaker.pitch * 1.1), (0.75, speaker.pitch * 0.7)),
        contour((0, 0), (0.12, 0.35), (0.75, 0)),
        {"uh": 0.7, "a": 0.3},
        tract=speaker.tract,
        roughness=0.2,
        random=loop.random,
    )
    out = rush(loop.random, 0.95, 450 * speaker.tract, 2_600 * speaker.tract)
    out *= through(len(out), (0, 0), (0.12, 1), (0.5, 0.45), (1, 0))
    breath = _breath(loop, 0.4, 1_000, 5_000)
    return _on_its_own(loop, [(0.01, 0.05 * breath), (0.5, 0.2 * out), (0.52, voice)])


def _on_its_own(loop: Loop, sounds: list[tuple[float, Sound]]) -> Sound:
    """Return events that begin on the circle, without silence behind the last of them."""
    return joined_at(sounds)[: loop.size]
