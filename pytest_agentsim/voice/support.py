"""Whether voice calls can be made here, in one sentence when they cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_agentsim.clock import Clock
    from pytest_agentsim.voice.equipment import VoiceEquipment

__all__ = ["make_equipment"]


def make_equipment(clock: Clock, settings: Mapping[str, str] | None = None) -> VoiceEquipment:
    """Return what voice calls need; `settings` are those of the speech engines.

    Raises ConfigurationError when the packages for voice are not installed.
    """
    try:
        from pytest_agentsim.voice import call  # noqa: F401  (all that a voice call imports)
        from pytest_agentsim.voice.equipment import VoiceEquipment
    except ImportError as error:
        raise ConfigurationError(
            f'Voice calls need packages that are not installed ({error.name}): pip install "pytest-agentsim[voice]".'
        ) from None
    return VoiceEquipment.create(clock, settings or {})
