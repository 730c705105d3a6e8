"""A cache of audio on disk.

An entry is a file that is named after its key; it holds a checksum and the audio. Any number of processes may share
the directory. Whatever is wrong with the directory or an entry only costs time: it is as if it were not there.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path

__all__ = ["MEGABYTE", "AudioCache"]

MEGABYTE = 1_000_000
DEFAULT_LIMIT = 500 * MEGABYTE
KEPT_SHARE = 0.9  # of the limit, so that not every entry beyond it looks through the whole directory
CHECKSUM_BYTES = 32


class AudioCache:
    """The files. `limit` is in bytes; what has not been used for the longest time is removed beyond it."""

    def __init__(self, directory: Path, limit: int = DEFAULT_LIMIT) -> None:
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
        return self._directory / key[:2] / f"{key[2:]}.audio"

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


def _files(directory: Path) -> list[tuple[float, int, Path]]:
    """Return when each file was last used, its size in bytes and where it is."""
    found = []
    for path in directory.glob("??/*"):
        with suppress(OSError):
            status = path.stat()
            found.append((status.st_mtime, status.st_size, path))
    return found
