"""A cache of speech on disk, so that no text is spoken twice.

An entry is a file that is named after a hash of the engine's fingerprint, the text and the voice; it holds a checksum
and the audio, never the text. Any number of processes may share the directory. Whatever is wrong with the directory
or an entry only costs time: the text is spoken again.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import threading
from contextlib import suppress
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

import platformdirs

from pytest_agentsim.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_agentsim.audio.tts.interface import Synthesizer, Voice

__all__ = ["CachedSynthesizer", "SpeechCache", "cache_from"]

# To be raised whenever the same engine is made to speak in another way, or what it has spoken is treated otherwise.
REVISION = 2

DEFAULT_LIMIT = 500  # MB, about four hours of speech
MEGABYTE = 1_000_000
KEPT_SHARE = 0.9  # of the limit, so that not every entry beyond it looks through the whole directory
CHECKSUM_BYTES = 32


class SpeechCache:
    """The files. `limit` is in bytes; what has not been used for the longest time is removed beyond it."""

    def __init__(self, directory: Path, limit: int = DEFAULT_LIMIT * MEGABYTE) -> None:
        self._directory = directory
        self._limit = limit
        # How much may still be written before the directory is measured again.
        self._allowance = 0

    def read(self, key: str) -> bytes | None:
        """Return the entry, None if there is none or it is damaged."""
        path = self._path(key)
        try:
            entry = path.read_bytes()
        except OSError:
            return None
        audio = entry[CHECKSUM_BYTES:]
        if len(audio) % 2 or hashlib.sha256(audio).digest() != entry[:CHECKSUM_BYTES]:
            return None
        with suppress(OSError):
            os.utime(path)
        return audio

    def write(self, key: str, audio: bytes) -> None:
        """Keep an entry if that is possible; others see all of it or nothing."""
        path = self._path(key)
        with suppress(OSError):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._replace(path, hashlib.sha256(audio).digest() + audio)
            self._bound(len(audio) + CHECKSUM_BYTES)

    def _path(self, key: str) -> Path:
        return self._directory / key[:2] / f"{key[2:]}.speech"

    def _replace(self, path: Path, entry: bytes) -> None:
        handle, written = tempfile.mkstemp(dir=path.parent, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(entry)
            Path(written).replace(path)
        except OSError:
            Path(written).unlink(missing_ok=True)
            raise

    def _bound(self, written: int) -> None:
        self._allowance -= written
        if self._allowance >= 0:
            return
        kept = self._pruned()
        # Half of what is left, because other processes write as well.
        self._allowance = max(0, self._limit - kept) // 2

    def _pruned(self) -> int:
        """Remove the least recently used files if there is too much; return how many bytes are left.

        What a process that was killed has left half-written ends here as well.
        """
        files = sorted(_files(self._directory))
        total = sum(size for _, size, _ in files)
        if total <= self._limit:
            return total
        for _, size, path in files:
            if total <= self._limit * KEPT_SHARE:
                break
            with suppress(OSError):
                path.unlink(missing_ok=True)
                total -= size
        return total


class CachedSynthesizer:
    """A synthesizer that looks into the cache before it speaks, and speaks a text once for all who wait for it."""

    def __init__(self, synthesizer: Synthesizer, cache: SpeechCache) -> None:
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


def cache_from(settings: Mapping[str, str]) -> SpeechCache | None:
    """Return the cache that settings ask for.

    `cache` is a directory, or ``off`` for none (else the user's cache directory: on Linux
    ``$XDG_CACHE_HOME/pytest-agentsim/speech``); `cache_megabytes` is its limit (500). Raises ConfigurationError.
    """
    where = settings.get("cache") or str(
        platformdirs.user_cache_path("pytest-agentsim", appauthor=False) / "speech"
    )
    limit = _megabytes(settings.get("cache_megabytes") or str(DEFAULT_LIMIT))
    return None if where == "off" else SpeechCache(Path(where).expanduser(), limit)


def _key(fingerprint: str, text: str, voice: Voice) -> str:
    decisive = json.dumps([REVISION, fingerprint, text, *astuple(voice)])
    return hashlib.sha256(decisive.encode()).hexdigest()


def _files(directory: Path) -> list[tuple[float, int, Path]]:
    """Return when each file was last used, its size in bytes and where it is."""
    found = []
    for path in directory.glob("??/*"):
        with suppress(OSError):
            status = path.stat()
            found.append((status.st_mtime, status.st_size, path))
    return found


def _megabytes(written: str) -> int:
    if not written.isdecimal() or int(written) < 1:
        raise ConfigurationError(f"cache_megabytes must be a whole number from 1 on, not {written!r}")
    return int(written) * MEGABYTE
