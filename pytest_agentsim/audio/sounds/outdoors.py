"""Outside: weather, gardens, building sites, streets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pytest_agentsim.audio.pcm import SAMPLE_RATE, samples_in
from pytest_agentsim.audio.sounds.loop import overtones
from pytest_agentsim.audio.sounds.recipes import background_sound
from pytest_agentsim.audio.sounds.shapes import decaying, lasting
from pytest_agentsim.audio.sounds.spectra import band, peak, tilt
from pytest_agentsim.audio.sounds.speech import CHILD, babble, people
from pytest_agentsim.audio.sounds.strikes import burst, rush, struck, sweep

if TYPE_CHECKING:
    from pytest_agentsim.audio.sounds.loop import Loop, Sound

__all__: list[str] = []

HORN = (1, 0.8, 0.7, 0.5, 0.4, 0.25)


@background_sound("rain-thunder", seconds=24)
def rain_thunder(loop: Loop) -> Sound:
    """Steady rain with drops on a sill, and thunder that cracks, rolls and dies away."""
    at, random = loop.frequencies, loop.random
    rain = loop.noise(band(at, 700, 7_500, order=1)) * loop.wandering(0.3, 0.75, 1.0)
    drops = loop.silence()
    for pitch in (1_300, 2_100, 3_200):
        moments = loop.times(30)
        drops += loop.strewn(
            struck((pitch,), (0.006,), (1.0,)), moments, random.exponential(0.5, len(moments))
        )
    thunder = loop.silence()
    for second in loop.times(2 / loop.seconds, evenness=0.6):
        loop.add(thunder, _thunder(loop), second, random.uniform(0.7, 1.0))
    return np.asarray(0.6 * rain + 0.4 * drops + 1.6 * thunder)


@background_sound("windy-day", seconds=20)
def windy_day(loop: Loop) -> Sound:
    """Gusts that rumble in the microphone and howl around a corner."""
    at = loop.frequencies
    gusts = loop.wandering(0.5, 0.0, 1.0) ** 1.5
    flutter = 1 + 0.5 * loop.wandering(6, -1, 1)
    rumble = loop.noise(tilt(at, -7, above=45) * band(at, 35, 900)) * (0.15 + gusts) * flutter
    air = loop.noise(band(at, 250, 1_600, order=1)) * (0.1 + gusts)
    howl = loop.noise(peak(at, 0, 14) + peak(at, 520, 45) ** 2 + 0.6 * peak(at, 830, 60) ** 2) * gusts**2
    leaves = loop.noise(band(at, 2_500, 6_500)) * gusts * loop.wandering(5, 0.3, 1.0)
    return np.asarray(rumble + 0.28 * air + 0.22 * howl + 0.07 * leaves)


@background_sound("public-park", seconds=24)
def public_park(loop: Loop) -> Sound:
    """Birds of three kinds, leaves, children on a playground, and a town far away."""
    at, random = loop.frequencies, loop.random
    birds = loop.silence()
    for second in loop.times(0.55):
        loop.add(birds, _trill(loop), second, random.uniform(0.2, 0.9))
    for second in loop.times(0.35):
        loop.add(birds, _whistled(loop), second, random.uniform(0.3, 0.9))
    for second in loop.times(0.2):
        for turn in range(3):
            coo = sweep([(0, 480), (0.12, 560), (0.3, 500)], (1.0, 0.15))
            loop.add(birds, coo, second + 0.42 * turn, 0.45)
    children = babble(loop, people(random, 2, (CHILD,)), copies=2, pauses=2.0)
    far = loop.reverberated(
        0.6 * birds + 0.12 * loop.filtered(children, band(at, 300, 2_500)), 0.8, share=0.4
    )
    leaves = loop.noise(band(at, 1_500, 6_500, order=1)) * loop.wandering(0.4, 0.3, 1.0)
    town = loop.noise(tilt(at, -6, above=80) * band(at, 60, 700))
    return far + 0.025 * leaves + 0.04 * town


@background_sound("construction-site", seconds=20)
def construction_site(loop: Loop) -> Sound:
    """A pneumatic drill, hammers on steel, a diesel, and a lorry that backs up."""
    at, random = loop.frequencies, loop.random
    site = loop.silence()
    for second in loop.times(0.15, evenness=0.6):
        loop.add(site, _drilling(loop, random.uniform(1.8, 3.0)), second, 0.75)
    for second in loop.times(0.2, evenness=0.4):
        for blow in range(random.integers(3, 6)):
            loop.add(site, _hammer(loop), second + 0.55 * blow, random.uniform(0.5, 0.8))
    start = random.uniform(0, loop.seconds)
    for turn in range(5):
        loop.add(site, sweep([(0, 1_250), (0.5, 1_250)], (1.0, 0.3, 0.2)), start + turn, 0.28)
    diesel = loop.harmonics(26, 1 / np.arange(1, 30) ** 0.5) * (1 + 0.3 * loop.tone(13))
    diesel = loop.filtered(diesel, band(at, 50, 500))
    engine = loop.noise(band(at, 100, 900)) * (1 + 0.5 * loop.tone(26))
    return loop.reverberated(site, 0.5, share=0.2) + 0.05 * diesel + 0.1 * engine


@background_sound("busy-street", seconds=24)
def busy_street(loop: Loop) -> Sound:
    """Cars that pass on a wet main road, a motorcycle, horns, and the rumble of all the others."""
    at, random = loop.frequencies, loop.random
    street = loop.noise(tilt(at, -5, above=70) * band(at, 45, 2_500)) * 0.35
    for second in loop.times(0.45, evenness=0.5):
        loop.add(street, _passing_car(loop), second, random.uniform(0.5, 1.2))
    loop.add(street, _motorcycle(loop), random.uniform(0, loop.seconds), 0.5)
    for second in loop.times(3 / loop.seconds):
        length = random.choice([0.18, 0.5])
        horn = sweep([(0, 415), (length, 415)], HORN) + sweep([(0, 523), (length, 523)], HORN)
        loop.add(street, horn, second, random.uniform(0.15, 0.4))
    return loop.reverberated(street, 0.6, share=0.12)


def _thunder(loop: Loop) -> Sound:
    """Return a thunderclap of about seven seconds: a crack, then rolling that gets deeper."""
    random = loop.random
    seconds = 7.0
    time = np.arange(samples_in(seconds)) / SAMPLE_RATE
    rolls = np.zeros(len(time))
    for at in random.uniform(0.1, 4.5, 9):
        rolls += np.exp(-(((time - at) / random.uniform(0.15, 0.5)) ** 2))
    near = rush(random, seconds, 60, 420) * (0.25 + rolls) * 0.5 ** (time / 1.3)
    far = rush(random, seconds, 35, 150) * (0.4 + rolls) * 0.5 ** (time / 2.2)
    crack = rush(random, 0.5, 150, 3_000) * decaying(0.5, 0.06)
    total = (near + 0.9 * far) * lasting(len(time), attack=0.05, release=2.5)
    total[: len(crack)] += 0.8 * crack
    return np.asarray(total)


def _trill(loop: Loop) -> Sound:
    """Return a finch: the same short slur many times."""
    random = loop.random
    top, length = random.uniform(4_200, 5_800), random.uniform(0.05, 0.08)
    slur = sweep([(0, top), (length, top * random.uniform(0.65, 0.8))])
    count = int(random.integers(6, 14))
    total = np.zeros(count * samples_in(length * 1.5))
    for turn in range(count):
        total[turn * samples_in(length * 1.5) :][: len(slur)] += slur * (0.5 + 0.5 * turn / count)
    return total


def _whistled(loop: Loop) -> Sound:
    """Return a blackbird: a few flutelike notes and a squeak at the end."""
    random = loop.random
    points, second = [(0.0, random.uniform(1_800, 2_800))], 0.0
    for _ in range(int(random.integers(3, 6))):
        second += random.uniform(0.08, 0.2)
        points.append((second, random.uniform(1_700, 3_200)))
    return sweep([*points, (second + 0.06, 5_500), (second + 0.12, 4_300)], (1.0, 0.12))


def _drilling(loop: Loop, seconds: float) -> Sound:
    """Return a pneumatic drill: 24 blows a second, each a click, a thump and a whistle of air."""
    random = loop.random
    total = 0.35 * rush(random, seconds, 900, 5_500)
    blow = burst(random, 0.008, 250, 4_500)
    thump = struck((95, 190, 310), (0.02, 0.012, 0.01), (1.0, 0.7, 0.5))
    for second in np.arange(0.0, seconds - 0.1, 1 / 24):
        start = samples_in(second + random.normal(0, 0.001) + 0.005)
        for part, gain in ((blow, 1.0), (thump, 1.2)):
            fitting = total[start : start + len(part)]
            fitting += gain * part[: len(fitting)]
    return total * lasting(len(total), attack=0.08, release=0.12)


def _hammer(loop: Loop) -> Sound:
    """Return a hammer on a steel beam."""
    random = loop.random
    pitch = random.uniform(780, 840)
    ring = struck(pitch * np.array([1, 2.76, 5.4, 8.3]), (0.09, 0.06, 0.04, 0.03), (0.6, 0.8, 0.6, 0.4))
    tick = burst(random, 0.004, 1_000, 7_000)
    ring[: len(tick)] += 0.9 * tick
    return ring


def _passing_car(loop: Loop) -> Sound:
    """Return a car that comes, passes and goes: the hiss of its tyres and its engine, which sinks by a little."""
    random = loop.random
    seconds = random.uniform(2.8, 4.5)
    time = np.linspace(-1, 1, samples_in(seconds))
    nearness = 1 / (1 + (time / random.uniform(0.16, 0.3)) ** 2) * np.cos(time * np.pi / 2) ** 2
    hiss = rush(random, seconds, 500, 3_200) * nearness**1.5
    rumble = rush(random, seconds, 70, 450) * nearness
    pitch = random.uniform(75, 120) * (1 - 0.06 * np.tanh(time / 0.15))
    phase = 2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE
    engine = overtones(phase, 1 / np.arange(1, 7) ** 0.6)
    return np.asarray(0.45 * hiss + 0.5 * rumble + 0.16 * engine * nearness)


def _motorcycle(loop: Loop) -> Sound:
    """Return a motorcycle that accelerates away."""
    seconds = 4.0
    time = np.linspace(0, 1, samples_in(seconds))
    pitch = 70 + 90 * ((time * 3) % 1.0) * (1 - 0.25 * np.floor(time * 3) / 3) + 25 * np.floor(time * 3)
    phase = 2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE
    shape = np.sin(np.pi * time**0.6) ** 1.5
    tone = overtones(phase, np.exp(1j * np.arange(15)) / np.arange(1, 16) ** 0.35)
    return np.asarray(0.4 * tone * shape * (1 + 0.2 * rush(loop.random, seconds, 100, 1_000)))
