"""The user's own sounds: what is in an audio file, or at an address."""

from __future__ import annotations

import io
import threading
from functools import lru_cache
from typing import TYPE_CHECKING

import platformdirs
import soundfile

from pytest_agentsim.audio.audio_cache import MEGABYTE, AudioCache
from pytest_agentsim.audio.files import AudioFileError, pcm_from, read_file
from pytest_agentsim.audio.pcm import from_float, to_float
from pytest_agentsim.audio.sounds.downloads import Downloads
from pytest_agentsim.audio.sounds.errors import SoundError
from pytest_agentsim.audio.sounds.level import levelled
from pytest_agentsim.audio.sounds.shapes import faded

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["custom", "is_address"]

LONGEST = 300.0  # s
KEPT = 16  # sounds in memory
CACHE_LIMIT = 200 * MEGABYTE  # of sounds from addresses, almost two hours

_making = threading.Lock()


def is_address(source: str) -> bool:
    """Tell whether `custom` has to fetch a sound, which may take as long as a download may take."""
    return source.startswith(("http://", "https://"))


def custom(source: str, *, folder: Path, downloads: Downloads | None = None) -> NDArray[np.float32]:
    """Return the sound in a WAV, FLAC, MP3 or OGG file of `folder`, or at an http(s) address.

    At 16 kHz, channels mixed, shape (samples,), read-only, as loud as every other sound, and without a click at its
    ends. A file that changes is read again; an address is fetched once and kept in the user's cache directory
    (or by other `downloads`). Takes as long as a download may take; not to be called on an event loop. Raises
    SoundError: no file, no answer, no audio, nothing to be heard, more than 25 MB, 5 minutes or 20 s of waiting.
    """
    if is_address(source):
        return _at_address(source, downloads or _usual_downloads())
    path = folder / source
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        raise SoundError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    with _making:
        return _in_file(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=KEPT)
def _at_address(url: str, downloads: Downloads) -> NDArray[np.float32]:
    return _shared(downloads.pcm(url, _calibrated))


@lru_cache(maxsize=KEPT)
def _in_file(path: Path, _changed: int, _size: int) -> NDArray[np.float32]:
    try:
        data = read_file(path)
    except AudioFileError as error:
        raise SoundError(str(error)) from error.__cause__
    return _shared(_calibrated(data, str(path)))


def _calibrated(data: bytes, source: str) -> bytes:
    """Return what the bytes of an audio file hold, as pcm at the loudness of all sounds."""
    _check_duration(data, source)
    try:
        return from_float(levelled(faded(to_float(pcm_from(data, source)))))
    except AudioFileError as error:
        raise SoundError(str(error)) from error.__cause__
    except ValueError:
        raise SoundError(f"{source}: holds nothing that can be heard") from None


def _check_duration(data: bytes, source: str) -> None:
    """Refuse what would take too much memory, before it is decoded."""
    try:
        seconds = soundfile.info(io.BytesIO(data)).duration
    except soundfile.SoundFileError:
        return  # told better when it is read
    if seconds > LONGEST:
        raise SoundError(
            f"{source}: {seconds / 60:.1f} minutes are too long for a sound; {LONGEST / 60:.0f} are allowed"
        )


def _shared(pcm: bytes) -> NDArray[np.float32]:
    samples = to_float(pcm)
    samples.flags.writeable = False
    return samples


@lru_cache(maxsize=1)
def _usual_downloads() -> Downloads:
    directory = platformdirs.user_cache_path("pytest-agentsim", appauthor=False) / "sounds"
    return Downloads(AudioCache(directory, CACHE_LIMIT))
