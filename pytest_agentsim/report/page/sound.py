"""The recordings that can be played from the page: in it, or beside it where they would make it too large."""

from __future__ import annotations

import os
from base64 import b64encode
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pytest_agentsim.report.stored import StoredCall

__all__ = ["LARGEST", "chosen_to_embed", "embedded", "link_to"]

LARGEST = (
    20_000_000  # bytes of uncompressed recordings in a page; about five minutes, ten times less compressed
)


def chosen_to_embed(calls: Sequence[StoredCall], largest: int = LARGEST) -> set[Path]:
    """Return the recordings that go into the page: those of calls that did not pass first, while there is room."""
    chosen: set[Path] = set()
    for call in sorted(calls, key=lambda each: each.passed is True):
        recording = call.recording
        if recording is None:
            continue
        size = recording.stat().st_size
        if size <= largest:
            largest -= size
            chosen.add(recording)
    return chosen


def embedded(recording: Path) -> str | None:
    """Return a recording as FLAC in base64: all browsers play it, and every second is where it was.

    None where soundfile is not installed, or the file is none that it can read.
    """
    try:
        import soundfile
    except (ImportError, OSError):  # the latter where its library is missing
        return None
    compressed = BytesIO()
    try:
        samples, rate = soundfile.read(recording, dtype="int16")
        soundfile.write(compressed, samples, rate, format="FLAC", subtype="PCM_16")
    except (RuntimeError, ValueError, OSError):
        return None
    return b64encode(compressed.getvalue()).decode()


def link_to(path: Path, page: Path) -> str:
    """Return the address of a file as the page can name it, relative to the page's own folder."""
    try:
        relative = os.path.relpath(path.absolute(), page.absolute().parent)
    except ValueError:  # on another drive
        return path.absolute().as_uri()
    return quote(os.fsencode(relative.replace(os.sep, "/")))
