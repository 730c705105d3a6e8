"""Audio files as utterances, what `<audio id="…"/>` plays, and as sounds."""

from __future__ import annotations

import io
from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np
import soundfile

from pytest_agentsim.audio import pcm
from pytest_agentsim.errors import AgentSimError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = [
    "LARGEST_FILE",
    "AudioFileError",
    "decoded",
    "pcm_from",
    "read_file",
    "read_utterance",
    "write_audio",
]

# platform_spec section c.8
LARGEST_FILE = 25 * 1024 * 1024  # bytes

WRITTEN = (".wav", ".flac", ".ogg", ".mp3")

_CONVERT = "convert it first, for example: ffmpeg -i {name} -ar 16000 -ac 1 {stem}.wav"


class AudioFileError(AgentSimError):
    """An audio file cannot be played; the message says which and what to do."""


def read_utterance(path: Path) -> bytes:
    """Return a WAV, FLAC, MP3 or OGG file as pcm of the call's format, with the silence that is in it.

    Any rate and number of channels; channels are mixed. Raises AudioFileError for a file that is missing, too large
    or of another format.
    """
    return pcm_from(read_file(path), str(path))


def read_file(path: Path) -> bytes:
    """Return the bytes of an audio file. Raises AudioFileError for a file that is missing or too large."""
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise AudioFileError(
                f"{path}: {size / 2**20:.0f} MB are too much for an audio file; 25 MB are allowed"
            )
        return path.read_bytes()
    except OSError as error:
        raise AudioFileError(f"{path}: cannot be read: {error.strerror or error}") from error


def pcm_from(data: bytes, source: str) -> bytes:
    """Return what the bytes of a WAV, FLAC, MP3 or OGG file hold, as pcm of the call's format.

    Raises AudioFileError, which calls the file `source`: its path or address.
    """
    samples, rate = _decoded_file(data, source)
    return pcm.from_float(pcm.resampled(samples, rate))


def write_audio(path: Path, audio: bytes) -> None:
    """Write pcm to a file of the format that its suffix names, one of `WRITTEN`. Raises AudioFileError."""
    if path.suffix.lower() not in WRITTEN:
        raise AudioFileError(f"{path}: cannot be written: the name has to end with {', '.join(WRITTEN)}")
    encoded = io.BytesIO()
    soundfile.write(encoded, pcm.to_array(audio), pcm.SAMPLE_RATE, format=path.suffix[1:].upper())
    try:
        path.write_bytes(encoded.getvalue())
    except OSError as error:
        raise AudioFileError(f"{path}: cannot be written: {error.strerror or error}") from error


def decoded(data: bytes, source: str) -> tuple[NDArray[np.float32], int]:
    """Return what an audio file holds: shape (samples,), float32, -1.0 to 1.0, channels mixed; and its rate in Hz.

    A WAV file whose writer did not know its length yet is read to its end. Raises AudioFileError, which calls
    the file `source`.
    """
    try:
        channels, rate = soundfile.read(io.BytesIO(_with_length(data)), dtype="float32", always_2d=True)
    except (soundfile.SoundFileError, ValueError) as error:
        raise AudioFileError(f"{source}: no audio that can be read ({_reason(error)})") from error
    mixed = np.nan_to_num(channels.mean(axis=1, dtype=np.float32), posinf=1.0, neginf=-1.0)
    return np.clip(mixed, -1.0, 1.0), int(rate)


def _decoded_file(data: bytes, source: str) -> tuple[NDArray[np.float32], int]:
    name = PurePath(source)
    advice = _CONVERT.format(name=name.name, stem=name.stem)
    if foreign := _foreign_format(data):
        raise AudioFileError(f"{source}: {foreign} cannot be read here; {advice}")
    try:
        return decoded(data, source)
    except AudioFileError as error:
        raise AudioFileError(f"{error}; if it is audio, {advice}") from error.__cause__


def _foreign_format(data: bytes) -> str:
    """Tell by its first bytes, not by its name, what a file is that the platform takes and we cannot read."""
    if data[4:8] == b"ftyp":
        return "m4a (MPEG-4)"
    return "webm (Matroska)" if data[:4] == b"\x1a\x45\xdf\xa3" else ""


def _with_length(data: bytes) -> bytes:
    """Declare the rest of a WAV file its audio, where a streaming writer has left the length at zero."""
    at = data.find(b"data", 12, 4096) + 4
    if data[:4] != b"RIFF" or at < 16 or data[at : at + 4] != bytes(4):
        return data
    return data[:at] + b"\xff" * 4 + data[at + 4 :]


def _reason(error: Exception) -> str:
    return str(error).rpartition(": ")[2].rstrip(".")
