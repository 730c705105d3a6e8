"""Sounds behind and between the caller's words: made from a seed, or the user's own.

`background` gives a sound that goes on for ever, `one_shot` one that is heard once, `custom` what is in a file or at
an address. All are float32 at 16 kHz and as loud as the caller's voice at a volume of 1.0.
"""

from __future__ import annotations

from pytest_agentsim.audio.sounds.errors import SoundError
from pytest_agentsim.audio.sounds.library import BACKGROUND_SOUNDS, ONE_SHOT_SOUNDS, background, one_shot
from pytest_agentsim.audio.sounds.own import custom, is_address

__all__ = [
    "BACKGROUND_SOUNDS",
    "ONE_SHOT_SOUNDS",
    "SoundError",
    "background",
    "custom",
    "is_address",
    "one_shot",
]
