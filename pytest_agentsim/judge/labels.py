"""Calls that a person has judged, read from a file, to hold a judge against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_agentsim.errors import AgentSimError, ConfigurationError
from pytest_agentsim.judge.interface import BLOCKED, NO, YES
from pytest_agentsim.result import CallResult, EndedBy, Reason, Speaker, Status, Turn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["LabelledCall", "read_labels"]

SOURCES = ("call", "transcript", "turns")


@dataclass(frozen=True, slots=True)
class LabelledCall:
    """A call, and what a person says of each line: "yes", "no" or "blocked"."""

    name: str
    call: CallResult
    labels: dict[str, str]


def read_labels(path: Path) -> tuple[LabelledCall, ...]:
    """Read a calibration file; raises ConfigurationError with the first thing that is wrong in it.

    ::

        calls:
          - call: agentsim-results/desk.scenario.yaml/hours   # the folder of a stored call
            labels:
              The main agent should tell the hours.: yes
          - transcript: calls/4711.json                       # a transcript of another platform
            labels: {The main agent should be kind.: no}
          - turns: ["caller: When are you open?", "agent: Never."]
            labels: {The main agent should tell the hours.: blocked}

    Paths are relative to the file.
    """
    import yaml

    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ConfigurationError(f"{path} cannot be read: {' '.join(str(error).split())}") from None
    calls = document.get("calls") if isinstance(document, dict) else None
    if not isinstance(calls, list) or not calls:
        raise ConfigurationError(f"{path} has no calls: it takes a list of them under `calls:`")
    return tuple(
        _labelled(each, f"{path}: calls[{number}]", path.parent) for number, each in enumerate(calls)
    )


def _labelled(entry: Any, where: str, folder: Path) -> LabelledCall:
    given = [each for each in SOURCES if isinstance(entry, dict) and each in entry]
    if len(given) != 1:
        raise ConfigurationError(f"{where} needs one of `call`, `transcript` and `turns`")
    labels = entry.get("labels")
    if not isinstance(labels, dict) or not labels:
        raise ConfigurationError(f"{where} has no `labels`, which are lines with yes, no or blocked")
    [source] = given
    name = str(entry.get("name") or (entry[source] if source != "turns" else where.rpartition(": ")[2]))
    return LabelledCall(
        name,
        _call(source, entry[source], where, folder),
        {str(line): _label(value, where) for line, value in labels.items()},
    )


def _label(value: object, where: str) -> str:
    # YAML reads yes and no as truth values.
    word = {True: YES, False: NO}.get(value, value) if isinstance(value, bool) else value
    if word not in (YES, NO, BLOCKED):
        raise ConfigurationError(f"{where} has the label {value!r}; there are {YES}, {NO} and {BLOCKED}")
    return str(word)


def _call(source: str, value: Any, where: str, folder: Path) -> CallResult:
    try:
        if source == "call":
            from pytest_agentsim.report.artifacts import load_result

            return load_result(folder / str(value))
        if source == "transcript":
            from pytest_agentsim.transcripts import read_transcript

            return read_transcript(folder / str(value))
    except AgentSimError as error:
        raise ConfigurationError(f"{where}: {error}") from None
    return _of_turns(tuple(_turns(value, where)))


def _turns(value: Any, where: str) -> Iterator[Turn]:
    if not isinstance(value, list):
        raise ConfigurationError(f"{where}.turns takes a list like ['caller: Hello', 'agent: Hi']")
    for number, each in enumerate(value, 1):
        speaker, colon, words = str(each).partition(":")
        if not colon or speaker.strip() not in ("caller", "agent"):
            raise ConfigurationError(
                f"{where}.turns has {each!r}, which begins with neither 'caller:' nor 'agent:'"
            )
        yield Turn(number, Speaker(speaker.strip()), words.strip(), None)


def _of_turns(turns: tuple[Turn, ...]) -> CallResult:
    return CallResult(
        scenario="",
        run_id="",
        batch_id="",
        channel="text",
        personality="",
        seed=0,
        status=Status.COMPLETED,
        ended_by=EndedBy.UNKNOWN,
        ended_reason=Reason.UNKNOWN,
        detail="",
        started_at="",
        duration=None,
        events=(),
        turns=turns,
    )
