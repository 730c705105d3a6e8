"""Measures a call that was read."""

from __future__ import annotations

import asyncio
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_agentsim.metrics.measure import measured
from pytest_agentsim.metrics.selection import chosen_metrics

if TYPE_CHECKING:
    from pytest_agentsim.result import CallResult

__all__ = ["with_metrics", "with_recording"]


def with_metrics(result: CallResult, recording: Path | str | None = None) -> CallResult:
    """Return a call with all metrics that are computed; `recording` is any audio file in stereo, or None.

    Raises ArtifactError for a recording that cannot be read.
    """
    if recording is None:
        return _measured(result, None)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "recording.wav"
        return replace(with_recording(result, Path(recording), target), recording="")


def with_recording(result: CallResult, source: Path, target: Path) -> CallResult:
    """Write the recording of a call to `target` as this package keeps it; return the call measured with it.

    A call of which the transcript does not tell how long it lasted is as long as its recording. Raises ArtifactError
    for a recording that cannot be read or written.
    """
    from pytest_agentsim.transcripts.stereo import write_stereo

    seconds = write_stereo(source, target)
    duration = seconds if result.duration is None else result.duration
    return _measured(replace(result, recording=target.name, duration=duration), target)


def _measured(result: CallResult, recording: Path | None) -> CallResult:
    # On a thread of its own, so that a test which is a coroutine can read a transcript, too.
    with ThreadPoolExecutor(1) as thread:
        measuring = measured(result, recording, metrics=chosen_metrics(()))
        return thread.submit(asyncio.run, measuring).result()
