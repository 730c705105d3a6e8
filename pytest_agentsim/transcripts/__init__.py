"""Calls that other platforms have recorded, read from their transcripts to be measured and asserted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_agentsim.result import CallResult
    from pytest_agentsim.transcripts.reading import Source

__all__ = ["read_transcript"]


def read_transcript(
    path_or_data: Source,
    format: str | None = None,  # noqa: A002  (the name that a user would look for)
    *,
    recording: str | Path | None = None,
    channel: str | None = None,
    language: str = "en",
    agent_speaker: int | None = None,
) -> CallResult:
    """Return the call that a transcript of another platform tells of, with its metrics.

    What the transcript does not tell is absent in the result, and metrics that would need it are not measurable.

    Args:
        path_or_data: a file, the text of one, or its JSON: a list of entries, or the object of a call around it.
        format: the name of the format, one of those in docs/transcripts.md; without it, it is recognised.
        recording: an audio file of the call in stereo, the caller on the left and the agent on the right.
        channel: "text" or "voice"; without it as the transcript says, else voice.
        language: in which the call was held, as "de".
        agent_speaker: the number of the agent where a transcript numbers its speakers (Deepgram).

    Raises TranscriptError with every problem of the transcript, each with its place, and ArtifactError for a recording
    that cannot be read.
    """
    from pytest_agentsim.transcripts.measuring import with_metrics
    from pytest_agentsim.transcripts.reading import read_one

    read = read_one(path_or_data, format, channel=channel, language=language, agent_speaker=agent_speaker)
    return with_metrics(read.result, recording)
