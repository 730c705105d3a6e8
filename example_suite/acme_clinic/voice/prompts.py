"""Sentences of the bots as audio, put together from the recordings in `acme_clinic/prompts`.

A recording is named after its words: ``is_there_anything_else_i_can_help_you_with.flac``. A sentence is said
with as few of them as possible, numbers and dates as people say them.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import soundfile

from acme_clinic.voice.audio import SAMPLE_RATE
from acme_clinic.voice.spoken import spoken_sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["RECORDINGS", "NotRecorded", "audio_of", "recordings_for"]

RECORDINGS = Path(__file__).parents[1] / "prompts"

_BETWEEN_SENTENCES = bytes(int(0.2 * SAMPLE_RATE) * 2)
_BETWEEN_PARTS = bytes(int(0.03 * SAMPLE_RATE) * 2)


class NotRecorded(LookupError):
    """A sentence has words for which there is no recording."""


def audio_of(text: str) -> bytes:
    """Return the text as audio; raises NotRecorded."""
    sentences = recordings_for(text)
    return _BETWEEN_SENTENCES.join(_BETWEEN_PARTS.join(map(_recording, parts)) for parts in sentences)


def recordings_for(text: str) -> list[list[str]]:
    """Return the names of the recordings for each sentence of the text; raises NotRecorded."""
    return [list(_parts(sentence)) for sentence in spoken_sentences(text)]


def _parts(words: list[str]) -> Iterator[str]:
    known = _names()
    at = 0
    while at < len(words):
        ends = (end for end in range(len(words), at, -1) if "_".join(words[at:end]) in known)
        end = next(ends, None)
        if end is None:
            raise NotRecorded(f"no recording begins with {words[at]!r} in {' '.join(words)!r}")
        yield "_".join(words[at:end])
        at = end


@cache
def _names() -> frozenset[str]:
    return frozenset(path.stem for path in RECORDINGS.glob("*.flac"))


@cache
def _recording(name: str) -> bytes:
    samples, rate = soundfile.read(RECORDINGS / f"{name}.flac", dtype="int16")
    assert rate == SAMPLE_RATE, f"{name}.flac has {rate} samples a second"
    return bytes(samples.astype("<i2").tobytes())
