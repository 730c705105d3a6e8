"""The register of what can be made: each sound is a function that fills a circle of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_agentsim.audio.sounds.loop import Loop, Sound

    Maker: TypeAlias = Callable[[Loop], Sound]

__all__ = ["BACKGROUNDS", "ONE_SHOTS", "Recipe", "background_sound", "one_shot_sound"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a sound is made, and on how many seconds."""

    make: Maker
    seconds: float

    @property
    def description(self) -> str:
        """What is heard, in a sentence."""
        return " ".join((self.make.__doc__ or "").split())

    @property
    def family(self) -> str:
        """The module of those that are made in a like manner."""
        return self.make.__module__


BACKGROUNDS: dict[str, Recipe] = {}
ONE_SHOTS: dict[str, Recipe] = {}


def background_sound(name: str, *, seconds: float) -> Callable[[Maker], Maker]:
    """Register a sound that goes on for ever: the function makes one round of it."""
    return _registered(BACKGROUNDS, name, seconds)


def one_shot_sound(name: str, *, seconds: float) -> Callable[[Maker], Maker]:
    """Register a sound that is heard once; it begins and ends within the circle."""
    return _registered(ONE_SHOTS, name, seconds)


def _registered(register: dict[str, Recipe], name: str, seconds: float) -> Callable[[Maker], Maker]:
    def register_maker(make: Maker) -> Maker:
        register[name] = Recipe(make, seconds)
        return make

    return register_maker
