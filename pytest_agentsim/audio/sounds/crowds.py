"""Places full of people: voices over voices, and what they do with their hands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pytest_agentsim.audio.pcm import SAMPLE_RATE, samples_in
from pytest_agentsim.audio.sounds.cries import laughter
from pytest_agentsim.audio.sounds.recipes import background_sound, one_shot_sound
from pytest_agentsim.audio.sounds.shapes import lasting
from pytest_agentsim.audio.sounds.spectra import band, peak, tilt
from pytest_agentsim.audio.sounds.speech import (
    CHILD,
    MAN,
    WOMAN,
    announcement,
    babble,
    dialogue,
    people,
    talk,
)
from pytest_agentsim.audio.sounds.strikes import burst, chime, clink, rush, sweep, thud
from pytest_agentsim.audio.sounds.tunes import shop_music

if TYPE_CHECKING:
    from pytest_agentsim.audio.sounds.loop import Loop, Sound

__all__: list[str] = []

HORN = (1, 0.9, 0.8, 0.6, 0.5, 0.35, 0.2)
SINGING = (1, 0.8, 0.9, 0.5, 0.4, 0.2)
OFFICE_PHONE = (880.0, 1_108.7)  # Hz


@background_sound("coffee-shop", seconds=20)
def coffee_shop(loop: Loop) -> Sound:
    """Four people at small tables, cups on saucers, and the machine that grinds beans and froths milk."""
    random = loop.random
    room = babble(loop, people(random, 4), pauses=1.8)
    for second in loop.times(0.9):
        cup = clink(random, random.uniform(2_200, 3_600), 0.035)
        loop.add(room, cup, second, random.uniform(0.05, 0.25))
    order = random.uniform(0, loop.seconds)
    loop.add(room, _grinder(random), order, 0.12)
    for second in (3.5, 12.0):
        loop.add(room, _steam(random), order + second, 0.1)
    murmur = loop.noise(tilt(loop.frequencies, -4, above=100) * band(loop.frequencies, 80, 2_000))
    return loop.reverberated(room, 0.5, share=0.3) + 0.05 * murmur


@background_sound("restaurant", seconds=20)
def restaurant(loop: Loop) -> Sound:
    """Full tables in a large room: many voices, knives and forks on plates, glasses, somebody who laughs."""
    random = loop.random
    room = babble(loop, people(random, 4), copies=3, pauses=0.5)
    for second in loop.times(4.5):
        cutlery = clink(random, random.uniform(2_600, 4_200), 0.018)
        loop.add(room, cutlery, second, random.exponential(0.5))
    for second in loop.times(0.25):
        glass = clink(random, random.uniform(1_500, 2_100), 0.16)
        loop.add(room, glass, second, random.uniform(0.3, 0.6))
    loop.add(room, laughter(random, WOMAN), random.uniform(0, loop.seconds), 0.8)
    return loop.reverberated(room, 0.9, share=0.55, brightness=4_000)


@background_sound("shopping-mall", seconds=20)
def shopping_mall(loop: Loop) -> Sound:
    """A hall of shops: music from the ceiling, steps, families that pass, all far away in their own echo."""
    hall = 0.4 * babble(loop, people(loop.random, 3, (MAN, WOMAN, CHILD)), copies=2, pauses=1.5)
    for walker in range(3):
        step = burst(loop.random, 0.004, 600 + 350 * walker, 4_500)
        steps = loop.strewn(step, loop.times(loop.random.uniform(1.7, 2.1), evenness=0.95))
        hall += 0.8 * steps * loop.wandering(0.2) ** 2
    hall += 0.7 * shop_music(loop)
    return loop.reverberated(hall, 1.9, share=0.75, brightness=2_500)


@background_sound("stadium-crowd", seconds=20)
def stadium_crowd(loop: Loop) -> Sound:
    """Thousands who roar like one open mouth, clap in time, sing, and blow horns and whistles."""
    at, random = loop.frequencies, loop.random
    mouth = peak(at, 650, 420) + 0.75 * peak(at, 1_150, 500) + 0.25 * peak(at, 2_600, 900)
    crowd = loop.noise(mouth * band(at, 200, 4_500)) * loop.wandering(0.35, 0.4, 1.0)
    beats = loop.times(2.0, evenness=1.0)
    crowd += (
        _clapping(loop, beats) * loop.wandering(0.15) + _chant(loop, beats[::2]) * loop.wandering(0.12) ** 2
    )
    for second in loop.times(0.15, evenness=0.4):
        pitch, length = random.uniform(225, 240), random.uniform(1.2, 2.2)
        loop.add(crowd, sweep([(0, pitch * 0.96), (0.15, pitch), (length, pitch)], HORN), second, 0.25)
    for second in loop.times(0.1, evenness=0.4):
        loop.add(crowd, sweep([(0, 2_600), (0.1, 3_050), (0.35, 3_100), (0.6, 2_400)]), second, 0.35)
    return loop.reverberated(crowd, 1.2, share=0.3)


@background_sound("airport-boarding", seconds=24)
def airport_boarding(loop: Loop) -> Sound:
    """A gate in a wide hall: a gong, a woman who announces, people who wait, suitcases on wheels."""
    at = loop.frequencies
    speaker = announcement(loop, chime((659.3, 523.3, 392.0), 0.45, 0.3), WOMAN, start=0.0, sentences=3)
    wheels = loop.noise(band(at, 180, 1_400)) * (1 + 0.9 * loop.tone(14)) * loop.wandering(0.2) ** 3
    hall = 0.5 * babble(loop, people(loop.random, 4), pauses=1.4) + 1.4 * speaker + 0.12 * wheels
    echoing = loop.reverberated(hall, 2.2, share=0.6, brightness=2_800)
    return np.roll(echoing + 0.02 * loop.noise(band(at, 100, 900)), loop.somewhere())


@background_sound("office-ambience", seconds=20)
@background_sound("office", seconds=20)
def office_ambience(loop: Loop) -> Sound:
    """An open-plan office: colleagues some desks away, keys, a telephone that nobody takes, the air duct."""
    at, random = loop.frequencies, loop.random
    colleagues = babble(loop, people(random, 3), pauses=2.2)
    office = 0.5 * loop.filtered(colleagues, band(at, 150, 1_800, order=1))
    for second in loop.times(6.0):
        loop.add(office, burst(random, 0.003, 1_500, 5_500), second, random.uniform(0.1, 0.5))
    start, ring = random.uniform(0, loop.seconds), _office_phone()
    for second in (0.0, 0.5, 3.0, 3.5):
        loop.add(office, ring, start + second, 0.2)
    for second in loop.times(0.15):
        loop.add(office, thud(random, 140, 0.03), second, 0.25)
    duct = loop.noise(tilt(at, -4.5, above=120) * band(at, 60, 3_000))
    return loop.reverberated(office, 0.5, share=0.45) + 0.05 * duct


@one_shot_sound("office", seconds=8)
def office_for_a_moment(loop: Loop) -> Sound:
    """An open-plan office, which comes and goes."""
    return office_ambience(loop) * lasting(loop.size, attack=0.3, release=0.6)


@background_sound("home-chatter", seconds=20)
def home_chatter(loop: Loop) -> Sound:
    """A family in the living room: a mother, a father, two children, laughter, and a television that is on."""
    at = loop.frequencies
    family = talk(loop, WOMAN, pauses=2.5) + talk(loop, MAN, pauses=3.5) + 1.1 * talk(loop, CHILD, pauses=1.6)
    family += 0.9 * babble(loop, people(loop.random, 1, (CHILD,)), pauses=2.5)
    loop.add(family, laughter(loop.random, CHILD), loop.random.uniform(0, loop.seconds), 0.9)
    television = babble(loop, people(loop.random, 1, (MAN,)), pauses=0.3)
    family += 0.5 * loop.filtered(television, band(at, 300, 2_500))
    return loop.reverberated(family, 0.35, share=0.25) + 0.01 * loop.noise(tilt(at, -3))


@background_sound("two-people-talking", seconds=24)
def two_people_talking(loop: Loop) -> Sound:
    """A woman and a man beside the caller, one after the other."""
    room = loop.noise(tilt(loop.frequencies, -4, above=100))
    return loop.reverberated(dialogue(loop, (WOMAN, MAN)), 0.25, share=0.12) + 0.002 * room


def _grinder(random: np.random.Generator) -> Sound:
    """Return beans that are ground: the motor labours, the beans rattle."""
    length = random.uniform(2.2, 2.8)
    motor = sweep([(0, 90), (0.2, 190), (length - 0.3, 205), (length, 120)], HORN)
    beans = rush(random, len(motor) / SAMPLE_RATE, 900, 6_000) * rush(
        random, len(motor) / SAMPLE_RATE, 20, 90
    )
    return np.asarray((0.7 * motor + 0.7 * beans) * lasting(len(motor), attack=0.05, release=0.15))


def _steam(random: np.random.Generator) -> Sound:
    """Return milk that is frothed: a hiss that gurgles."""
    noise = rush(random, random.uniform(2.0, 3.5), 1_800, 6_500)
    time = np.arange(len(noise)) / SAMPLE_RATE
    gurgling = 1 + 0.5 * np.sin(2 * np.pi * 11 * time + 3 * np.sin(2 * np.pi * 2.3 * time))
    return np.asarray(noise * gurgling * lasting(len(noise), attack=0.15, release=0.3))


def _clapping(loop: Loop, beats: Sound) -> Sound:
    """Return a stand that claps on the beat, some hands a little early, some late."""
    claps = loop.silence()
    for _ in range(4):
        hand = burst(loop.random, 0.006, 700, loop.random.uniform(2_500, 4_000))
        moments = np.repeat(beats, 6) + loop.random.normal(0, 0.025, 6 * len(beats))
        claps += loop.strewn(hand, moments, 0.6)
    return claps


def _chant(loop: Loop, beats: Sound) -> Sound:
    """Return a stand that sings: one long syllable a beat, on a few notes, never quite together."""
    canvas = loop.silence()
    for turn, second in enumerate(beats):
        note = (196.0, 220.0, 261.6, 220.0)[turn % 4]
        for mistuning in (0.985, 1.0, 1.013):
            pitch = note * mistuning
            voice = sweep([(0, pitch * 0.97), (0.08, pitch), (0.85, pitch * 0.98)], SINGING)
            loop.add(canvas, voice, second, 0.12)
    return canvas


def _office_phone() -> Sound:
    """Return one ring of a desk telephone: two tones that take turns, twenty times a second."""
    length = samples_in(0.4)
    low, high = (sweep([(0, note), (0.4, note)], (1, 0.3)) for note in OFFICE_PHONE)
    is_low = np.sin(2 * np.pi * 20 * np.arange(length) / SAMPLE_RATE) > 0
    return np.asarray(np.where(is_low, low, high))
