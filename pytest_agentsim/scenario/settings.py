"""How scenario files are to be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pytest_agentsim.scenario.personality import BUILT_IN_CHOICES, PLATFORM_IDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_agentsim.scenario.model import Expectation
    from pytest_agentsim.scenario.own_personalities import OwnPersonalities
    from pytest_agentsim.scenario.personality import Choice

__all__ = ["LoadSettings"]


@dataclass(frozen=True, slots=True)
class LoadSettings:
    """Settings of the loader.

    `strict` makes errors of unknown tags. `personality_ids` gives for a numeric id of the hosted platform the
    name of a personality and its language; `personalities` are those that a name can mean everywhere, to which a
    file that is loaded has those that `own` finds in its folder and above, where it finds the `rubric`, too: what
    metrics of each scenario must be, by their names. With `lenient` a
    condition may leave out `type` and `fixed_message`, which get the defaults of the platform's OpenAPI
    (standard, false) and a warning. `voices` gives for a voice id of the hosted platforms the voice of a synthesizer
    that stands for it, as `Casting` takes them. With `advice` there are warnings about how instructions are written.
    """

    strict: bool = False
    personality_ids: Mapping[int, tuple[str, str]] = field(default_factory=lambda: PLATFORM_IDS)
    personalities: Mapping[str, Choice] = field(default_factory=lambda: BUILT_IN_CHOICES)
    own: OwnPersonalities | None = None
    rubric: Mapping[str, tuple[Expectation, ...]] = field(default_factory=dict)
    lenient: bool = False
    voices: Mapping[str, str] = field(default_factory=dict)
    advice: bool = False
