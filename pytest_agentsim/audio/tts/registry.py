"""Finds the synthesizer that settings name."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, cast

from pytest_agentsim.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pytest_agentsim.audio.tts.interface import Synthesizer, Voice

__all__ = ["ENTRY_POINTS", "check_name", "synthesizer_named"]

ENTRY_POINTS = "pytest_agentsim.synthesizers"

# The module and the class of each engine, and the extra that brings what it needs.
BUILT_IN = {
    "espeak": ("espeak", "EspeakSynthesizer", "voice"),
    "flite": ("flite", "FliteSynthesizer", "voice"),
    "openai": ("openai", "OpenAISynthesizer", "voice,openai"),
    "piper": ("piper", "PiperSynthesizer", "voice,piper"),
}
AUTO = "auto"


def synthesizer_named(name: str, settings: Mapping[str, str] | None = None) -> Synthesizer:
    """Return the synthesizer `name`, made with `settings`, behind the cache on disk.

    "auto" is flite for English where the machine has it, and else espeak. An entry point of the group
    `ENTRY_POINTS` is a callable that takes the settings and returns a Synthesizer. For the settings of an engine see
    its class, for those of the cache `cache_from`. Raises ConfigurationError.
    """
    check_name(name)
    given = dict(settings or {})
    try:
        if name == AUTO:
            return _automatic(given)
        return _cached(_made(name, given), given)
    except ImportError as error:
        raise _missing(name, error) from error


def check_name(name: str) -> None:
    """Raise ConfigurationError unless there is a synthesizer of this name."""
    if name in (AUTO, *BUILT_IN):
        return
    known = sorted({AUTO, *BUILT_IN, *(each.name for each in entry_points(group=ENTRY_POINTS))})
    if name not in known:
        raise ConfigurationError(f"There is no synthesizer {name!r}; known are {', '.join(known)}.")


def _automatic(settings: Mapping[str, str]) -> Synthesizer:
    from pytest_agentsim.audio.tts.by_language import ByLanguage
    from pytest_agentsim.audio.tts.flite import flite_command

    espeak = _cached(_made("espeak", settings), settings)
    return (
        espeak if flite_command() is None else ByLanguage(_cached(_made("flite", settings), settings), espeak)
    )


def _made(name: str, settings: Mapping[str, str]) -> Synthesizer:
    if name not in BUILT_IN:
        return _from_entry_point(name, settings)
    module, factory, _ = BUILT_IN[name]
    make = getattr(import_module(f"pytest_agentsim.audio.tts.{module}"), factory)
    return cast("Synthesizer", make(settings))


def _cached(synthesizer: Synthesizer, settings: Mapping[str, str]) -> Synthesizer:
    from pytest_agentsim.audio.tts.cache import CachedSynthesizer, cache_from

    cache = cache_from(settings)
    return synthesizer if cache is None else CachedSynthesizer(synthesizer, cache)


def _from_entry_point(name: str, settings: Mapping[str, str]) -> Synthesizer:
    (found, *_) = entry_points(group=ENTRY_POINTS, name=name)
    try:
        make = cast("Callable[[Mapping[str, str]], Synthesizer]", found.load())
    except Exception as error:
        raise ConfigurationError(
            f"The synthesizer {name!r} cannot be loaded from its entry point {found.value}: {error}"
        ) from error
    return _Foreign(make(settings))


class _Foreign:
    """An engine of somebody else, whose audio is brought to the level that all callers have."""

    def __init__(self, synthesizer: Synthesizer) -> None:
        self._synthesizer = synthesizer

    @property
    def name(self) -> str:
        return self._synthesizer.name

    @property
    def fingerprint(self) -> str:
        return self._synthesizer.fingerprint

    @property
    def spoken_by(self) -> Synthesizer:
        return self._synthesizer

    def synthesize(self, text: str, voice: Voice) -> bytes:
        from pytest_agentsim.audio.tts.engine import finished
        from pytest_agentsim.audio.tts.interface import SynthesisError

        audio = self._synthesizer.synthesize(text, voice)
        if not isinstance(audio, bytes) or len(audio) % 2:
            raise SynthesisError(f"The synthesizer {self.name!r} does not return pcm_s16le")
        return finished(audio)


def _missing(name: str, error: ImportError) -> ConfigurationError:
    extra = BUILT_IN[name][2] if name in BUILT_IN else "voice"
    return ConfigurationError(
        f"The synthesizer {name!r} needs {error.name or 'a package'}, which is not installed: "
        f'pip install "pytest-agentsim[{extra}]"'
    )
