"""On the way: in a car, in a train, at a station."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pytest_agentsim.audio.pcm import samples_in
from pytest_agentsim.audio.sounds.loop import joined_at
from pytest_agentsim.audio.sounds.recipes import background_sound
from pytest_agentsim.audio.sounds.shapes import lasting
from pytest_agentsim.audio.sounds.spectra import band, peak, tilt
from pytest_agentsim.audio.sounds.speech import MAN, announcement, babble, people
from pytest_agentsim.audio.sounds.strikes import burst, chime, rush, sweep, thud

if TYPE_CHECKING:
    from pytest_agentsim.audio.sounds.loop import Loop, Sound

__all__: list[str] = []


@background_sound("inside-car", seconds=20)
def inside_car(loop: Loop) -> Sound:
    """On a country road: the road under the wheels, an engine that works more and less, wind, the indicator."""
    at = loop.frequencies
    road = loop.noise(tilt(at, -6, above=55) * band(at, 40, 1_200)) * loop.wandering(0.5, 0.7, 1.0)
    effort = loop.wandering(0.25, -1, 1)
    engine = loop.harmonics(62, [1.0, 0.8, 0.5, 0.45, 0.2, 0.25, 0.1, 0.08], vibrato=14 * effort)
    wind = loop.noise(band(at, 400, 2_200, order=1)) * loop.wandering(0.4, 0.4, 1.0)
    bumps = loop.silence()
    for second in loop.times(0.35):
        for axle in (0.0, 0.13):
            loop.add(bumps, thud(loop.random, 75, 0.035), second + axle, loop.random.uniform(0.6, 1.4))
    start = loop.random.uniform(0, loop.seconds)
    for turn in range(8):
        loop.add(
            bumps, burst(loop.random, 0.004, 1_300, 4_500), start + 0.36 * turn, 0.8 if turn % 2 else 1.0
        )
    return 0.8 * road + 0.45 * engine * (1 + 0.4 * effort) + 0.1 * wind + 0.7 * bumps


@background_sound("inside-train", seconds=19.2)
def inside_train(loop: Loop) -> Sound:
    """A carriage at speed: wheels over the joints of the rails in pairs, the air outside, a flange that squeals."""
    at, random = loop.frequencies, loop.random
    rumble = loop.noise(tilt(at, -5, above=80) * band(at, 50, 1_600)) * loop.wandering(0.4, 0.8, 1.0)
    joints = loop.silence()
    for second in loop.times(16 / loop.seconds, evenness=1.0):
        for bogie, gain in ((0.0, 1.0), (0.17, 0.85), (0.52, 0.55), (0.69, 0.45)):
            blow = joined_at([(0.0, thud(random, 120, 0.03)), (0.0, 0.9 * burst(random, 0.014, 450, 2_600))])
            loop.add(joints, blow, second + bogie, gain * random.uniform(0.85, 1.1))
    squeal = loop.noise(peak(at, 2_850, 12) ** 2 + 0.6 * peak(at, 4_120, 16) ** 2) * loop.wandering(0.2) ** 5
    hum = loop.harmonics(100, [0.6, 0.3, 0.5, 0.2, 0.25, 0.1])
    return 0.7 * rumble + 1.6 * joints + 0.12 * squeal + 0.08 * hum


@background_sound("train-station", seconds=24)
def train_station(loop: Loop) -> Sound:
    """A platform: a train that brakes with a squeal and lets off air, a whistle, a man who announces, people,
    a locomotive that hums at the next platform.
    """
    at, random = loop.frequencies, loop.random
    hall = 0.4 * babble(loop, people(random, 3), copies=2, pauses=1.2)
    loop.add(hall, _arriving_train(loop), 0.0, 0.5)
    air = rush(random, 1.2, 1_500, 7_000) * lasting(samples_in(1.2), attack=0.02, release=0.9)
    loop.add(hall, air, 8.2, 0.3)
    hall += 1.3 * announcement(loop, chime((523.3, 784.0), 0.5, 0.3), MAN, start=10.5, sentences=2)
    for second in (20.5, 20.9):
        loop.add(hall, _guard_whistle(), second, 0.4)
    murmur = loop.noise(tilt(at, -4, above=90) * band(at, 60, 900))
    waiting = loop.harmonics(50, [0.5, 1.0, 0.3, 0.6, 0.1, 0.3]) * loop.wandering(0.3, 0.8, 1.0)
    return np.roll(loop.reverberated(hall, 1.6, share=0.5) + 0.06 * murmur + 0.04 * waiting, loop.somewhere())


def _arriving_train(loop: Loop) -> Sound:
    """Return eight seconds of a train that slows down: wheels, the hum of the motors, and brakes at the end."""
    random = loop.random
    seconds = 8.0
    time = np.linspace(0, 1, samples_in(seconds))
    wheels = rush(random, seconds, 60, 1_000) * np.sin(np.pi * time**0.8) ** 0.7
    motor = (
        sweep([(0, 330), (5.5, 140), (seconds, 45)], (1.0, 0.5, 0.6, 0.3, 0.2)) * np.sin(np.pi * time) ** 0.5
    )
    squeal = sweep([(0, 2_350), (3.0, 2_420), (3.4, 2_150)], (1.0, 0.4, 0.25))
    trembling = 0.7 + 0.3 * np.sin(np.arange(len(squeal)) / 90)
    squeal = squeal * trembling * np.sin(np.pi * np.linspace(0, 1, len(squeal)) ** 1.5)
    joints = [(float(at), 0.8 * thud(random, 110, 0.03)) for at in 7.6 * np.linspace(0, 1, 15) ** 1.6]
    return joined_at([(0.0, 0.6 * wheels + 0.12 * motor), (4.4, 0.25 * squeal), *joints])


def _guard_whistle() -> Sound:
    """Return a whistle with a pea in it, which trembles."""
    points = [(0.02 * turn, 2_350 + (90 if turn % 2 else -90)) for turn in range(16)]
    return sweep(points, (1.0, 0.2, 0.1))
