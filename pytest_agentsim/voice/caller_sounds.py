"""The sounds of one caller: made or fetched before they are due, and silent where they cannot be had."""

from __future__ import annotations

import asyncio
import random
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakValueDictionary

import numpy as np

from pytest_agentsim.audio import sounds
from pytest_agentsim.audio.ambience import Backdrop, Loop
from pytest_agentsim.audio.pcm import from_float, samples_in
from pytest_agentsim.caller.voice_steps import PLACE_VOLUME, Express, GoTo, MakeNoise, voice_steps
from pytest_agentsim.errors import AgentSimError
from pytest_agentsim.scenario.action_values import BACKGROUND_PRESETS, NO_BACKGROUND, is_custom_sound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from pytest_agentsim.scenario.action import Action
    from pytest_agentsim.scenario.personality import Personality
    from pytest_agentsim.voice.studio import Studio

__all__ = ["LOOP_SEED", "CallerSounds", "cut_off", "volumes_of"]

T = TypeVar("T")

# All calls share the loop of a place, and each begins somewhere else in it.
LOOP_SEED = 0

FADE = samples_in(0.005)  # of a noise that is cut off

_loops: WeakValueDictionary[int, Loop] = WeakValueDictionary()


class CallerSounds:
    """Makes each sound off the event loop, once for a call.

    `folder` has the user's own sound files. `seed` decides which cough it is and where in its loop a place begins, the
    `gender` who laughs. What cannot be had is told to `warn`, and the call goes on without it.
    """

    def __init__(
        self, studio: Studio, *, folder: Path, seed: int, gender: str, warn: Callable[[str], object]
    ) -> None:
        self._studio = studio
        self._folder = folder
        self._seed = seed
        self._gender = gender
        self._warn = warn
        self._made: dict[GoTo | MakeNoise | Express, asyncio.Task[Any]] = {}

    async def prepare(self, actions: Iterable[Action]) -> None:
        """Have all sounds of the actions ready."""
        for action in actions:
            for step in voice_steps(action):
                if isinstance(step, GoTo | MakeNoise | Express):
                    self._make(step)
        await asyncio.gather(*self._made.values())

    async def own_place(self, personality: Personality) -> Backdrop | None:
        """Return what is heard behind a caller of that personality; None if it is quiet there, or cannot be had."""
        sound = personality.background_noise
        base, reduced = volumes_of(personality)
        if sound in ("", NO_BACKGROUND):
            return None
        return await self._had(partial(self._backdrop, sound, base, reduced), sound)

    async def place(self, step: GoTo) -> Backdrop | None:
        """Return what another place sounds like; None if that cannot be had."""
        found: Backdrop | None = await self._make(step)
        return found

    async def pcm(self, step: MakeNoise | Express) -> bytes:
        """Return a sound that is heard once, at a volume of 1.0; empty if it cannot be had."""
        found: bytes | None = await self._make(step)
        return found or b""

    async def close(self) -> None:
        """Give up what is still being made."""
        for task in self._made.values():
            task.cancel()
        await asyncio.gather(*self._made.values(), return_exceptions=True)

    def _make(self, step: GoTo | MakeNoise | Express) -> asyncio.Task[Any]:
        if step not in self._made:
            sound = step.emotion if isinstance(step, Express) else step.sound
            self._made[step] = asyncio.ensure_future(self._had(partial(self._sounding, step), sound))
        return self._made[step]

    async def _had(self, work: Callable[[], T], sound: str) -> T | None:
        # An address may take its time, in which other callers have to get their words.
        get = self._studio.fetch if sounds.is_address(sound) else self._studio.make
        try:
            return await get(work)
        except AgentSimError as error:
            self._warn(f"{error}; the call goes on without this sound")
            return None

    # --- off the event loop -----------------------------------------------------------------------------------

    def _sounding(self, step: GoTo | MakeNoise | Express) -> Backdrop | bytes:
        match step:
            case GoTo():
                return self._backdrop(step.sound, step.volume, step.volume)
            case MakeNoise():
                return from_float(cut_off(self._once(step.sound), step.seconds))
            case Express():
                return from_float(self._once(self._own(step.emotion)))

    def _backdrop(self, sound: str, base: float, reduced: float) -> Backdrop:
        if is_custom_sound(sound):
            loop, offset = _loop(self._custom(sound)), 0
        else:
            loop = _loop(sounds.background(BACKGROUND_PRESETS.get(sound, sound), LOOP_SEED))
            offset = random.Random(f"{self._seed} {sound}").randrange(loop.round)  # noqa: S311
        return Backdrop(loop, base=base, reduced=reduced, offset=offset)

    def _once(self, sound: str) -> NDArray[np.float32]:
        return self._custom(sound) if is_custom_sound(sound) else sounds.one_shot(sound, self._seed)

    def _custom(self, sound: str) -> NDArray[np.float32]:
        return sounds.custom(sound, folder=self._folder)

    def _own(self, emotion: str) -> str:
        gendered = f"{self._gender}-{emotion}"
        return gendered if gendered in sounds.ONE_SHOT_SOUNDS else emotion


def volumes_of(personality: Personality) -> tuple[float, float]:
    """Return how loud it is behind a caller of that personality: while it is silent, and while it speaks."""
    volumes = personality.background_sound_volume
    base = float(volumes.get("base", PLACE_VOLUME))
    return base, float(volumes.get("reduced", base / 2))


def cut_off(sound: NDArray[np.float32], seconds: float | None) -> NDArray[np.float32]:
    """Return the beginning of a sound, faded out in 5 ms where it is cut off; None is all of it."""
    if seconds is None or samples_in(seconds) >= len(sound):
        return sound
    begun = sound[: samples_in(seconds)].copy()
    fade = min(FADE, len(begun))
    begun[len(begun) - fade :] *= np.linspace(1, 0, fade, dtype=np.float32)
    return begun


def _loop(samples: NDArray[np.float32]) -> Loop:
    """Return the loop of a sound, the same one for all calls that have it."""
    loop = _loops.get(id(samples))
    if loop is None or loop.source is not samples:
        loop = _loops[id(samples)] = Loop(samples)
    return loop
