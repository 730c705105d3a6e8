"""Rooms and what stands in them: kitchens, keyboards, printers, silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pytest_agentsim.audio.pcm import SAMPLE_RATE, samples_in
from pytest_agentsim.audio.sounds.loop import joined_at
from pytest_agentsim.audio.sounds.recipes import background_sound
from pytest_agentsim.audio.sounds.shapes import lasting
from pytest_agentsim.audio.sounds.spectra import band, peak, tilt
from pytest_agentsim.audio.sounds.strikes import burst, clink, rush, struck, sweep, thud

if TYPE_CHECKING:
    from pytest_agentsim.audio.sounds.loop import Loop, Sound

__all__: list[str] = []


@background_sound("kitchen-noise", seconds=20)
def kitchen_noise(loop: Loop) -> Sound:
    """Somebody cooks: water from the tap, a knife on a board, pans and plates, something that fries, the hood above."""
    at, random = loop.frequencies, loop.random
    work = loop.silence()
    for second in loop.times(0.2, evenness=0.6):
        for cut in range(random.integers(5, 10)):
            loop.add(work, thud(random, random.uniform(260, 320), 0.014), second + 0.2 * cut, 0.9)
    for second in loop.times(0.5):
        loop.add(work, _pan(loop), second, random.uniform(0.3, 0.8))
    for second in loop.times(0.8):
        loop.add(work, clink(random, random.uniform(1_700, 2_800), 0.06), second, random.uniform(0.2, 0.6))
    tap = loop.noise(band(at, 900, 5_500) * (1 + peak(at, 1_600, 700))) * (1 + 0.3 * loop.wandering(9, -1, 1))
    running = np.clip(loop.wandering(0.12, -1.0, 1.6), 0, 1)
    moments = loop.times(60)
    fat = loop.strewn(burst(random, 0.0015, 2_500, 7_500), moments, random.exponential(0.12, len(moments)))
    extractor = loop.noise(tilt(at, -5, above=150) * band(at, 60, 2_500))
    return loop.reverberated(work, 0.45, share=0.25) + 0.14 * tap * running + fat + 0.015 * extractor


@background_sound("keyboard-typing", seconds=20)
def keyboard_typing(loop: Loop) -> Sound:
    """Somebody types: each key down and up again, words and pauses, the space bar deeper than the rest."""
    random = loop.random
    desk = loop.silence()
    second, start = 0.0, random.uniform(0, loop.seconds)
    while second < loop.seconds - 1.2:
        for _ in range(random.integers(3, 9)):
            loop.add(desk, _key(loop, random.uniform(0.9, 1.25)), start + second, random.uniform(0.5, 1.0))
            second += random.uniform(0.08, 0.2)
        loop.add(desk, _key(loop, 0.55), start + second, 1.0)
        second += random.choice([0.2, 0.3, 1.1], p=[0.55, 0.3, 0.15])
    return loop.reverberated(desk, 0.2, share=0.12) + 0.002 * loop.noise(tilt(loop.frequencies, -3))


@background_sound("background-printer", seconds=16)
def background_printer(loop: Loop) -> Sound:
    """A printer: the carriage runs to and fro, the paper moves on with a ratchet, a sheet falls into the tray."""
    random = loop.random
    machine = loop.silence()
    stroke, strokes = 0.8, round(loop.seconds / 0.8)
    for turn in range(strokes):
        second = turn * stroke
        loop.add(machine, _carriage(loop, rising=turn % 2 == 0), second)
        if turn % 2:
            ratchet = burst(random, 0.003, 900, 4_500)
            for click in range(7):
                loop.add(machine, ratchet, second + 0.62 + 0.018 * click, 0.5)
        if turn % 10 == 9:
            sheet = rush(random, 0.5, 1_500, 7_000) * lasting(samples_in(0.5), attack=0.1, release=0.3)
            loop.add(machine, sheet, second, 0.3)
            loop.add(machine, thud(random, 170, 0.03), second + 0.55, 1.0)
    fan = loop.noise(band(loop.frequencies, 150, 1_200)) + 0.4 * loop.tone(350)
    return loop.reverberated(machine, 0.25, share=0.15) + 0.06 * fan


@background_sound("quiet-room", seconds=16)
def quiet_room(loop: Loop) -> Sound:
    """A room in which nobody is: the deep murmur of a house, a refrigerator far away."""
    at = loop.frequencies
    murmur = loop.noise(tilt(at, -6, above=60) * band(at, 30, 2_500)) * loop.wandering(0.2, 0.85, 1.0)
    refrigerator = loop.harmonics(100, [1.0, 0.5, 0.2, 0.1]) * 0.12
    return murmur + refrigerator


def _pan(loop: Loop) -> Sound:
    """Return a pan or a lid that is put down: metal with many partials, and the blow."""
    random = loop.random
    lowest = random.uniform(380, 700)
    frequencies = lowest * np.array([1, 1.7, 2.35, 2.9, 3.8, 4.9, 6.1])
    ring = struck(frequencies, random.uniform(0.03, 0.14, 7), random.uniform(0.2, 0.7, 7))
    return joined_at([(0.0, ring), (0.0, 0.6 * burst(random, 0.006, 800, 6_000))])


def _key(loop: Loop, size: float) -> Sound:
    """Return a key that is pressed and let go."""
    random = loop.random
    click = burst(random, 0.0035, 1_100 * size, 5_800)
    bottom = 0.5 * thud(random, 210 * size, 0.008)
    release = 0.45 * burst(random, 0.0025, 1_900 * size, 7_000)
    return joined_at([(0.0, click), (0.001, bottom), (random.uniform(0.06, 0.1), release)])


def _carriage(loop: Loop, *, rising: bool) -> Sound:
    """Return one run of the carriage: the whine of its motor, up to speed and down, and the jets that tick."""
    seconds = 0.6
    top = 760.0 if rising else 700.0
    course = [(0, top * 0.5), (0.12, top), (0.48, top), (seconds, top * 0.45)]
    motor = sweep(course, (1.0, 0.5, 0.4, 0.25, 0.2))
    ticking = 1 + np.sin(2 * np.pi * 95 * np.arange(len(motor)) / SAMPLE_RATE)
    jets = rush(loop.random, seconds, 1_800, 6_500) * ticking
    return np.asarray((0.3 * motor + 0.22 * jets) * lasting(len(motor), attack=0.06, release=0.08))
