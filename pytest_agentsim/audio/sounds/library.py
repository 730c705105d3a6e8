"""The sounds by their names, made once and shared."""

from __future__ import annotations

import hashlib
import threading
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from pytest_agentsim.audio.pcm import SAMPLE_RATE, samples_in
from pytest_agentsim.audio.sounds import cries, crowds, indoors, journeys, line, machines, outdoors, tunes
from pytest_agentsim.audio.sounds.errors import SoundError
from pytest_agentsim.audio.sounds.level import levelled
from pytest_agentsim.audio.sounds.loop import Loop
from pytest_agentsim.audio.sounds.recipes import BACKGROUNDS, ONE_SHOTS
from pytest_agentsim.audio.sounds.shapes import faded
from pytest_agentsim.audio.sounds.spectra import band
from pytest_agentsim.scenario.action_values import BACKGROUND_SOUNDS, NOISE_SOUNDS
from pytest_agentsim.scenario.problem_log import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from pytest_agentsim.audio.sounds.loop import Sound
    from pytest_agentsim.audio.sounds.recipes import Recipe

__all__ = ["BACKGROUND_SOUNDS", "ONE_SHOT_SOUNDS", "background", "one_shot"]

# What the caller's voice needs for `[laughter]`, `[sigh]` and `<voicemail>`.
VOICE_SOUNDS = (
    "laughter",
    "female-laughter",
    "male-laughter",
    "sigh",
    "female-sigh",
    "male-sigh",
    "voicemail-beep",
)
ONE_SHOT_SOUNDS = (*NOISE_SOUNDS, *VOICE_SOUNDS)

# They register their sounds when they are imported.
FAMILIES = (cries, crowds, indoors, journeys, line, machines, outdoors, tunes)

KEPT = 64  # sounds in memory, about a megabyte each
DEEPEST = 45.0  # Hz
PAUSE = samples_in(2.0)  # between two rounds of a one-shot sound in the background

_making = threading.Lock()


def background(name: str, seed: int) -> NDArray[np.float32]:
    """Return one round of a sound without a seam, to be repeated for as long as it is needed.

    Shape (samples,), at 16 kHz, within -0.9 to 0.9, read-only, as loud as every other (`level.REFERENCE`). The same
    name and seed give the same samples; different seeds, the same place at another time. A one-shot sound is
    repeated after pauses. Raises SoundError for a name that is not known.
    """
    with _making:
        return _background(name, seed)


def one_shot(name: str, seed: int) -> NDArray[np.float32]:
    """Return a sound that is heard once, as `background` does. Raises SoundError for a name that is not known."""
    with _making:
        return _one_shot(name, seed)


@lru_cache(maxsize=KEPT)
def _background(name: str, seed: int) -> NDArray[np.float32]:
    if name in ONE_SHOTS and name not in BACKGROUNDS:
        return _shared(np.append(_one_shot(name, seed), np.zeros(PAUSE, np.float32)))
    return _shared(levelled(_made({**ONE_SHOTS, **BACKGROUNDS}, name, seed)))


@lru_cache(maxsize=KEPT)
def _one_shot(name: str, seed: int) -> NDArray[np.float32]:
    return _shared(levelled(faded(_made(ONE_SHOTS, name, seed))))


def _made(register: Mapping[str, Recipe], name: str, seed: int) -> Sound:
    if name not in register:
        hint = did_you_mean(name, register) or f"known are {', '.join(sorted(register))}"
        raise SoundError(f"there is no sound {name!r}: {hint}")
    recipe = register[name]
    decisive = hashlib.sha256(f"{name} {seed}".encode()).digest()
    random = np.random.Generator(np.random.PCG64(int.from_bytes(decisive[:16], "big")))
    return _audible(recipe.make(Loop(recipe.seconds, random)))


def _audible(sound: Sound) -> Sound:
    """Return a sound without what is too deep to be heard and would only take the room of the rest."""
    spectrum = np.fft.rfft(sound)
    spectrum *= band(np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE), DEEPEST, order=3)
    spectrum[0] = 0
    return np.fft.irfft(spectrum, len(sound))


def _shared(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    samples.flags.writeable = False
    return samples
