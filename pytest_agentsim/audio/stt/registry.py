"""Finds the recogniser that settings name."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, cast

from pytest_agentsim.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pytest_agentsim.audio.stt.interface import Recognizer

__all__ = ["ENTRY_POINTS", "check_name", "recognizer_named"]

ENTRY_POINTS = "pytest_agentsim.recognizers"

# The module and the class of each engine, and the extra that brings what it needs.
BUILT_IN = {
    "auto": ("sphinx", "SphinxRecognizer", "voice"),
    "faster-whisper": ("faster_whisper", "FasterWhisperRecognizer", "faster-whisper"),
    "none": ("nothing", "NothingRecognizer", ""),
    "openai": ("openai", "OpenAIRecognizer", "openai"),
    "pocketsphinx": ("sphinx", "SphinxRecognizer", "voice"),
}


def recognizer_named(name: str, settings: Mapping[str, str] | None = None) -> Recognizer:
    """Return the recogniser `name`, made with `settings`. Raises ConfigurationError when it cannot be had."""
    check_name(name)
    if name not in BUILT_IN:
        return _from_entry_point(name, settings or {})
    module, factory, extra = BUILT_IN[name]
    try:
        make = getattr(import_module(f"pytest_agentsim.audio.stt.{module}"), factory)
        return cast("Recognizer", make(settings or {}))
    except ImportError as error:
        raise ConfigurationError(
            f"The recogniser {name!r} needs {error.name or 'a package'}, which is not installed: "
            f'pip install "pytest-agentsim[{extra}]"'
        ) from error


def check_name(name: str) -> None:
    """Raise ConfigurationError unless there is a recogniser of this name."""
    if name in BUILT_IN:
        return
    known = sorted({*BUILT_IN, *(each.name for each in entry_points(group=ENTRY_POINTS))})
    if name not in known:
        raise ConfigurationError(f"There is no recogniser {name!r}; known are {', '.join(known)}.")


def _from_entry_point(name: str, settings: Mapping[str, str]) -> Recognizer:
    (found, *_) = entry_points(group=ENTRY_POINTS, name=name)
    try:
        make = cast("Callable[[Mapping[str, str]], Recognizer]", found.load())
    except Exception as error:
        raise ConfigurationError(
            f"The recogniser {name!r} cannot be loaded from its entry point {found.value}: {error}"
        ) from error
    return make(settings)
