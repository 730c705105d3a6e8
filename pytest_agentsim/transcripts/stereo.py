"""Turns the recording of another platform into one as this package keeps them."""

from __future__ import annotations

import shutil
import wave
from contextlib import suppress
from typing import TYPE_CHECKING

from pytest_agentsim.errors import ArtifactError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["write_stereo"]

FORM = (2, 2, 16_000)  # channels, bytes a sample, Hz


def write_stereo(source: Path, target: Path) -> float:
    """Write an audio file with the caller on the left and the agent on the right to `target`; return its seconds.

    WAV, FLAC, MP3 and OGG of any rate are read. Raises ArtifactError for what is no such file, and for one without two
    channels.
    """
    with suppress(OSError, EOFError, wave.Error), source.open("rb") as file, wave.open(file) as recording:
        if (recording.getnchannels(), recording.getsampwidth(), recording.getframerate()) == FORM:
            frames: int = recording.getnframes()
            shutil.copyfile(source, target)
            return frames / FORM[2]
    return _converted(source, target)


def _converted(source: Path, target: Path) -> float:
    try:
        import soundfile
    except ImportError as error:
        raise ArtifactError(
            f"{source} is not 16-bit stereo at 16000 Hz; to convert it, packages are needed that are not installed "
            f'({error.name}): pip install "pytest-agentsim[voice]"'
        ) from None
    from pytest_agentsim.audio.pcm import SAMPLE_BYTES, SAMPLE_RATE, from_float, resampled
    from pytest_agentsim.audio.recording import StereoRecorder

    try:
        with source.open("rb") as file:
            samples, rate = soundfile.read(file, dtype="float32", always_2d=True)
    except (OSError, soundfile.SoundFileError) as error:
        raise ArtifactError(f"{source} cannot be read as a recording: {error}") from None
    channels = samples.shape[1]
    if channels != FORM[0]:
        raise ArtifactError(
            f"{source} has {channels} channel{'s' * (channels != 1)}; to tell who speaks when, a recording needs two: "
            "the caller on the left and the agent on the right"
        )
    left, right = (from_float(resampled(samples[:, side], rate)) for side in range(channels))
    recorder = StereoRecorder(target)
    recorder.write(left, right)
    recorder.close()
    return len(left) / SAMPLE_BYTES / SAMPLE_RATE
