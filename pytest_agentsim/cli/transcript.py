"""`agentsim import`: reads the transcripts of other platforms, to be measured and kept as results."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_agentsim.cli.status import OK, PROBLEMS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator

    from pytest_agentsim.metric_value import MetricValue
    from pytest_agentsim.result import CallResult
    from pytest_agentsim.transcripts.reading import Read

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  (it has no public name)

__all__ = ["add_command"]


def add_command(commands: Commands) -> None:
    """Add the command to those of the parser."""
    parser = commands.add_parser(
        "import",
        help="read transcripts of other platforms, measure their calls, and keep them as results",
        description="Read the transcripts of calls that other platforms recorded. Without --output nothing is written.",
    )
    parser.add_argument("transcripts", nargs="+", type=Path, metavar="TRANSCRIPT", help="a JSON or text file")
    parser.add_argument("--format", metavar="NAME", help="the format of the transcripts (recognised)")
    parser.add_argument(
        "--recording",
        type=Path,
        metavar="FILE",
        help="the call's audio in stereo, the caller on the left and the agent on the right; for one call",
    )
    parser.add_argument(
        "--output", type=Path, metavar="DIR", help="write a folder for each call below DIR, as a run does"
    )
    parser.add_argument("--metrics", action="store_true", help="print the metrics of each call")
    parser.add_argument(
        "--channel",
        choices=("text", "voice"),
        help="what the calls were (as the transcript says, else voice)",
    )
    parser.add_argument("--language", default="en", metavar="CODE", help="in which the calls were held (en)")
    parser.add_argument(
        "--agent-speaker",
        type=int,
        metavar="N",
        help="the agent's number where a transcript numbers its speakers (Deepgram)",
    )
    parser.set_defaults(run=_run)


@dataclass(frozen=True, slots=True)
class _Call:
    """A call that was read from `file`; `number` counts those of the file from 1."""

    file: Path
    number: int
    read: Read


def _run(options: argparse.Namespace) -> int:
    from pytest_agentsim.errors import AgentSimError

    calls, status = _read(options)
    if options.recording is not None and len(calls) > 1:
        return _refused(f"--recording is the audio of one call, and {len(calls)} were read")
    used: set[Path] = set()
    for call in calls:
        try:
            _report(call, options, used)
        except (AgentSimError, OSError) as error:
            status = _refused(str(error))
    return status


def _read(options: argparse.Namespace) -> tuple[list[_Call], int]:
    """Return the calls of all files that can be read, and tell what is wrong with the others."""
    from pytest_agentsim.errors import TranscriptError
    from pytest_agentsim.transcripts.reading import read_all

    calls, status = [], OK
    for file in options.transcripts:
        try:
            found = read_all(
                file,
                options.format,
                channel=options.channel,
                language=options.language,
                agent_speaker=options.agent_speaker,
            )
        except TranscriptError as error:
            status = _refused(str(error))
        else:
            calls += [_Call(file, number, each) for number, each in enumerate(found, 1)]
    return calls, status


def _report(call: _Call, options: argparse.Namespace, used: set[Path]) -> None:
    """Write the folder of a call, if there is to be one, and print what is known of it."""
    from pytest_agentsim.report.artifacts import RECORDING, ArtifactWriter
    from pytest_agentsim.transcripts.measuring import with_metrics, with_recording

    if options.output is None:
        result, place = with_metrics(call.read.result, options.recording), ""
    else:
        folder = _folder(call, options.output, used)
        writer = ArtifactWriter(options.output)
        target = writer.place_for_recording(folder)
        result = call.read.result
        if options.recording is not None and target is not None:
            result = with_recording(result, options.recording, folder / RECORDING)
        else:
            result = with_metrics(result)
        writer.write(result, folder)
        if problem := writer.finish():
            raise OSError(problem)
        place = f" -> {folder}"
    sys.stdout.write(f"{call.file}: {_summary(call.read.format, result)}{place}\n")
    if options.metrics:
        sys.stdout.writelines(f"  {line}\n" for line in _metrics(result.metrics))


def _folder(call: _Call, output: Path, used: set[Path]) -> Path:
    """Return a folder of its own, named after the file and the call as those of a run are after file and item."""
    from pytest_agentsim.report.artifacts import artifact_directory

    file = call.file
    if file.is_absolute():
        file = file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else Path(file.name)
    number = call.number
    while (
        folder := artifact_directory(output, f"{file.as_posix()}::{call.read.result.scenario}", number)
    ) in used:
        number += 1
    used.add(folder)
    return folder


def _summary(format_name: str, result: CallResult) -> str:
    from pytest_agentsim.wording import counted

    calls = counted(len(result.tool_calls), "function call")
    lasted = "duration not told" if result.duration is None else f"{result.duration:.1f} s"
    return f"{format_name}, {result.channel}, {counted(len(result.turns), 'turn')}, {calls}, {lasted}"


def _metrics(values: Iterable[MetricValue]) -> Iterator[str]:
    for value in values:
        if not value.is_measured:
            yield f"{value.name}: {value.outcome.value}: {value.reason}"
            continue
        yield f"{value.name}: {_shown(value)}"
        for name in value.details:
            yield f"  {value.name}_{name}: {_shown(value.detail(name))}"


def _shown(value: MetricValue) -> str:
    number = value.value
    if isinstance(number, float):
        number = f"{number:.3f}".rstrip("0").rstrip(".")
    elif isinstance(number, bool):
        number = "yes" if number else "no"
    return f"{number} {value.unit}".rstrip()


def _refused(reason: str) -> int:
    sys.stderr.write(f"{reason}\n")
    return PROBLEMS
