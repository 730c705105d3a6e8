"""The settings of an agent with two endpoints, and which of them belong to which."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from pytest_agentsim.endpoint import CommonSettings
from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.text_endpoint import TextSettings
from pytest_agentsim.voice_endpoint import VoiceSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["AgentSettings", "text_settings", "voice_settings"]


class AgentSettings(TextSettings, VoiceSettings, total=False):
    """All settings of an agent's endpoints; those that both have hold for both."""


COMMON = CommonSettings.__optional_keys__
FOR_TEXT = TextSettings.__optional_keys__ - COMMON
FOR_VOICE = VoiceSettings.__optional_keys__ - COMMON


def text_settings(settings: Mapping[str, object], *, has_voice: bool) -> TextSettings:
    """Return the settings of the text endpoint; raises ConfigurationError for some that have no endpoint."""
    if not has_voice:
        _refuse(FOR_VOICE & settings.keys(), "for voice, and this agent has none: give it a voice_url")
    return cast("TextSettings", {name: settings[name] for name in settings if name not in FOR_VOICE})


def voice_settings(
    settings: Mapping[str, object], overrides: VoiceSettings | None, *, has_text: bool
) -> VoiceSettings:
    """Return the settings of the voice endpoint, `overrides` before the common ones; raises the same error."""
    if not has_text:
        _refuse(FOR_TEXT & settings.keys(), "for text, and this agent has only voice: give it a text URL too")
    common = {name: settings[name] for name in settings if name not in FOR_TEXT}
    return cast("VoiceSettings", {**common, **(overrides or {})})


def _refuse(names: frozenset[str], why: str) -> None:
    if names:
        verb = "is a setting" if len(names) == 1 else "are settings"
        raise ConfigurationError(f"{' and '.join(sorted(names))} {verb} {why}")
