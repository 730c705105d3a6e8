"""A synthesizer that remembers on disk what it has spoken, so that no text is spoken twice.

An entry is named after a hash of the engine's fingerprint, the text and the voice; it never holds the text. Whatever
is wrong with the cache only costs time: the text is spoken again.
"""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

import platformdirs

from pytest_agentsim.audio.audio_cache import MEGABYTE, AudioCache
from pytest_agentsim.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_agentsim.audio.tts.interface import Synthesizer, Voice

__all__ = ["CachedSynthesizer", "cache_from"]

# To be raised whenever the same engine is made to speak in another way, or what it has spoken is treated otherwise.
REVISION = 2

DEFAULT_LIMIT = 500  # MB, about four hours of speech


class CachedSynthesizer:
    """A synthesizer that looks into the cache before it speaks, and speaks a text once for all who wait for it."""

    def __init__(self, synthesizer: Synthesizer, cache: AudioCache) -> None:
        self._synthesizer = synthesizer
        self._cache = cache
        self._speaking: WeakValueDictionary[str, _Turn] = WeakValueDictionary()
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        return self._synthesizer.name

    @property
    def fingerprint(self) -> str:
        return self._synthesizer.fingerprint

    @property
    def spoken_by(self) -> Synthesizer:
        """The synthesizer behind the cache."""
        return self._synthesizer

    def synthesize(self, text: str, voice: Voice) -> bytes:
        """Return the spoken text. Raises SynthesisError."""
        key = _key(self.fingerprint, text, voice)
        with self._lock:
            turn = self._speaking.setdefault(key, _Turn())
        with turn.lock:
            kept = self._cache.read(key)
            if kept is not None:
                return kept
            audio = self._synthesizer.synthesize(text, voice)
            self._cache.write(key, audio)
            return audio


class _Turn:
    """Whoever holds the lock speaks; all others find the entry afterwards."""

    __slots__ = ("__weakref__", "lock")

    def __init__(self) -> None:
        self.lock = threading.Lock()


def cache_from(settings: Mapping[str, str]) -> AudioCache | None:
    """Return the cache that settings ask for.

    `cache` is a directory, or ``off`` for none (else the user's cache directory: on Linux
    ``$XDG_CACHE_HOME/pytest-agentsim/speech``); `cache_megabytes` is its limit (500). Raises ConfigurationError.
    """
    where = settings.get("cache") or str(
        platformdirs.user_cache_path("pytest-agentsim", appauthor=False) / "speech"
    )
    limit = _megabytes(settings.get("cache_megabytes") or str(DEFAULT_LIMIT))
    return None if where == "off" else AudioCache(Path(where).expanduser(), limit)


def _key(fingerprint: str, text: str, voice: Voice) -> str:
    decisive = json.dumps([REVISION, fingerprint, text, *astuple(voice)])
    return hashlib.sha256(decisive.encode()).hexdigest()


def _megabytes(written: str) -> int:
    if not written.isdecimal() or int(written) < 1:
        raise ConfigurationError(f"cache_megabytes must be a whole number from 1 on, not {written!r}")
    return int(written) * MEGABYTE
