"""What a telephone line itself gives: hiss, static, tones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pytest_agentsim.audio.pcm import SAMPLE_RATE
from pytest_agentsim.audio.sounds.recipes import background_sound, one_shot_sound
from pytest_agentsim.audio.sounds.shapes import lasting
from pytest_agentsim.audio.sounds.spectra import band, tilt

if TYPE_CHECKING:
    from pytest_agentsim.audio.sounds.loop import Loop, Sound

__all__: list[str] = []

# ITU-T E.180 supplement 2: what a caller in the USA hears while it rings there, 2 s on and 4 s off.
RINGBACK = (440.0, 480.0)
BEEP = 1_000.0  # Hz
VOICEMAIL_BEEP = 1_400.0  # Hz; ITU-T E.182 calls for 1400 Hz to tell that a recorder is on


@background_sound("standard-hiss", seconds=12)
def standard_hiss(loop: Loop) -> Sound:
    """The even hiss of an amplifier, a little brighter than white."""
    return loop.noise(tilt(loop.frequencies, 1.5, above=500) * band(loop.frequencies, 200, 7_500))


@background_sound("static-radio", seconds=16)
def static_radio(loop: Loop) -> Sound:
    """A receiver between two stations: noise that fades, crackles, and a whistle that drifts by."""
    at = loop.frequencies
    noise = loop.noise(band(at, 300, 3_400, order=4)) * loop.wandering(1.5, 0.35, 1.0)
    moments = loop.times(18)
    crackle = loop.strewn(
        loop.random.standard_normal(60) * np.exp(-np.arange(60) / 12),
        moments,
        loop.random.exponential(1.6, len(moments)) * loop.random.choice([-1, 1], len(moments)),
    )
    drift = loop.wandering(0.3, -60, 60)
    whistle = loop.tone(1_300, vibrato=drift) * loop.wandering(0.5, 0.0, 0.5) ** 2
    return noise + loop.filtered(crackle, band(at, 300, 4_500)) + whistle


@one_shot_sound("beep", seconds=0.5)
def beep(loop: Loop) -> Sound:
    """A short tone."""
    return loop.tone(BEEP) * lasting(loop.size, attack=0.008, release=0.012)


@one_shot_sound("voicemail-beep", seconds=0.8)
def voicemail_beep(loop: Loop) -> Sound:
    """The tone behind which a message is left."""
    return loop.tone(VOICEMAIL_BEEP) * lasting(loop.size, attack=0.008, release=0.02)


@one_shot_sound("ringback", seconds=6)
def ringback(loop: Loop) -> Sound:
    """It rings once at the other end; with the pause that belongs to it, so that a row of them goes on ringing."""
    ringing = 2 * SAMPLE_RATE
    tones = sum((loop.tone(each) for each in RINGBACK), loop.silence())
    tones[:ringing] *= lasting(ringing, attack=0.01, release=0.02)
    tones[ringing:] = 0
    return tones
