"""Machines that run on: fans, motors, engines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pytest_agentsim.audio.sounds.recipes import background_sound
from pytest_agentsim.audio.sounds.spectra import band, peak, tilt

if TYPE_CHECKING:
    from pytest_agentsim.audio.sounds.loop import Loop, Sound

__all__: list[str] = []


@background_sound("vacuum-cleaner", seconds=16)
def vacuum_cleaner(loop: Loop) -> Sound:
    """A whining motor and the rush of air, which change with every stroke over the carpet."""
    at = loop.frequencies
    stroke = loop.wandering(0.9, -1, 1)
    # The motor runs slower where the carpet holds the nozzle: a phase that swings by some periods.
    motor = loop.harmonics(285, [1, 0.55, 0.6, 0.3, 0.35, 0.2, 0.15, 0.1], vibrato=5 * stroke)
    blades = loop.tone(3_990, vibrato=70 * stroke) * 0.45
    air = loop.noise(band(at, 350, 5_500, order=1) * (1 + peak(at, 900, 900) + peak(at, 2_400, 1_500)))
    return 0.9 * motor + blades * 0.5 + air * (1 + 0.3 * stroke)


@background_sound("air-conditioner", seconds=16)
def air_conditioner(loop: Loop) -> Sound:
    """A broad rush of air, the hum of a compressor and a loose grille."""
    at = loop.frequencies
    air = loop.noise(band(at, 90, 900, order=1) * (1 + 0.8 * peak(at, 420, 260)))
    hum = loop.harmonics(120, [0.5, 0.35, 0.15, 0.12, 0.05]) * loop.wandering(0.3, 0.8, 1.0)
    grille = (
        loop.noise(band(at, 1_800, 3_200, order=3)) * np.maximum(0, loop.tone(24)) * loop.wandering(0.4) ** 3
    )
    return air * loop.wandering(0.4, 0.9, 1.0) + 0.7 * hum + 0.12 * grille


@background_sound("fan-buzz", seconds=12)
def fan_buzz(loop: Loop) -> Sound:
    """A cheap fan: a buzz at twice the mains, chopped by the blades."""
    at = loop.frequencies
    comb = 1.0 / np.arange(1, 26) ** 0.7
    comb[1::2] *= 0.5
    buzz = loop.harmonics(120, comb * (1 + 1.5 * np.exp(-(((np.arange(25) - 9) / 4) ** 2))))
    chop = 1 + 0.45 * loop.tone(19) + 0.15 * loop.tone(38)
    air = loop.noise(band(at, 200, 3_000, order=1) * tilt(at, -3, above=300))
    return (0.8 * buzz + 0.5 * air) * chop


@background_sound("ship-humming", seconds=20)
def ship_humming(loop: Loop) -> Sound:
    """Two engines deep below that beat against each other, and the hull that trembles with them."""
    at = loop.frequencies
    orders = np.array([0.7, 1, 0.8, 0.9, 0.5, 0.4, 0.25, 0.2, 0.12, 0.1, 0.06, 0.05])
    engines = loop.harmonics(37.5, orders) + loop.harmonics(38.1, orders * 0.8)
    hull = loop.noise(band(at, 40, 220, order=2)) * (1 + 0.4 * loop.tone(4.7))
    water = loop.noise(band(at, 150, 700, order=1)) * loop.wandering(0.25, 0.3, 1.0)
    return 0.5 * engines + 0.8 * hull + 0.25 * water
