"""The files that a call leaves in the output directory.

``result.json``
    the `CallResult` but for its events
``transcript.json``
    the conversation in the hosted platforms' form
``events.jsonl``
    the event log, an event a line
``recording.wav``
    both sides of a voice call, the caller on the left and the agent on the right; the call writes it
``scenario.json``
    what the scenario asked of the call; see `pytest_agentsim.report.asked`
``verdicts.json``
    what pytest made of it, once it has; see `pytest_agentsim.report.verdicts`
``begun.json``
    what is known of a call that goes on, until it is over; see `pytest_agentsim.report.begun`

``result.json`` is the last of a call's own files to be written: where it is missing, the call was not finished.
`load_result` makes a `CallResult` of them again.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pytest_agentsim.errors import ArtifactError
from pytest_agentsim.event_log import JOURNAL
from pytest_agentsim.report.begun import EVENTS, FLUSHING_TIME, Beginning, Journal
from pytest_agentsim.report.verdicts import VERDICTS
from pytest_agentsim.result import CallResult, EventKind
from pytest_agentsim.visible import visible_line
from pytest_agentsim.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future
    from pathlib import Path

    from pytest_agentsim.report.verdicts import Judgement
    from pytest_agentsim.scenario.model import Scenario
    from pytest_agentsim.spec import CallSpec

__all__ = [
    "RECORDING",
    "RESULT",
    "ArtifactWriter",
    "artifact_directory",
    "is_made_by_us",
    "load_result",
    "write_artifacts",
]

RECORDING = "recording.wav"
RESULT = "result.json"
TRANSCRIPT = "transcript.json"
IGNORED_BY_GIT = "# made by pytest-agentsim\n*\n"


class ArtifactWriter:
    """Writes artifacts on a thread of its own, so that no call ever waits for the disk."""

    def __init__(self, output: Path) -> None:
        self.output = output
        self._thread: ThreadPoolExecutor | None = None
        self._written: list[tuple[Path, Future[None]]] = []

    def place_for_recording(self, directory: Path) -> Path | None:
        """Make a call's directory; return the file for its recording, or None where there can be none.

        What is wrong with the directory is told by `finish`, because the other files have no place either.
        """
        try:
            self._ignore_in_git()
            directory.mkdir(parents=True, exist_ok=True)
            # Of a call that never ends, nobody shall take an earlier one's files for its own.
            (directory / RESULT).unlink(missing_ok=True)
        except OSError:
            return None
        return directory / RECORDING

    @contextmanager
    def kept(self, spec: CallSpec, directory: Path) -> Iterator[Journal]:
        """Keep what happens on a call that lasts, in case the run is killed; to be entered on the call's loop."""
        loop = asyncio.get_running_loop()
        journal = Journal(directory, Beginning.of(spec), others=(RESULT, TRANSCRIPT, VERDICTS))

        timer: asyncio.TimerHandle

        def flush() -> None:
            nonlocal timer
            if journal.has_pending:
                self._writing_thread().submit(journal.flush)
            timer = loop.call_later(FLUSHING_TIME, flush)

        timer = loop.call_later(FLUSHING_TIME, flush)
        token = JOURNAL.set(journal.append)
        try:
            yield journal
        except BaseException:
            # There is no result whose writing would end it.
            self._writing_thread().submit(journal.release)
            raise
        finally:
            JOURNAL.reset(token)
            timer.cancel()

    def write(
        self,
        result: CallResult,
        directory: Path,
        scenario: Scenario | None = None,
        journal: Journal | None = None,
    ) -> None:
        """Have a call's files written soon, with what its scenario asked of it, in place of what was kept of it."""
        writing = self._writing_thread().submit(_write_call, result, directory, scenario, journal)
        self._written.append((directory, writing))

    def write_judgement(self, judgement: Judgement, directory: Path) -> None:
        """Have what pytest made of a call written soon, after the call's own files."""
        self._written.append((directory, self._writing_thread().submit(_judge, judgement, directory)))

    def _writing_thread(self) -> ThreadPoolExecutor:
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "agentsim-artifacts")
            self._thread.submit(self._ignore_in_git)
        return self._thread

    def finish(self) -> str:
        """Wait for all files; return a sentence about those that could not be written, or nothing.

        The writer can be used again after it.
        """
        if self._thread is None:
            return ""
        self._thread.shutdown(wait=True)
        self._thread = None
        errors = {
            directory: error
            for directory, each in reversed(self._written)
            if (error := each.exception()) is not None
        }
        self._written.clear()
        if not errors:
            return ""
        calls, first = counted(len(errors), "call"), list(errors.values())[-1]
        return visible_line(f"The artifacts of {calls} could not be written below {self.output}: {first}")

    def _ignore_in_git(self) -> None:
        try:
            self.output.mkdir(parents=True)
        except FileExistsError:
            return  # the folder may not be ours: somebody may have the artifacts put beside other files
        (self.output / ".gitignore").write_text(IGNORED_BY_GIT, encoding="utf-8")


def is_made_by_us(output: Path) -> bool:
    """Tell whether a folder was made for artifacts alone."""
    try:
        return (output / ".gitignore").read_text(encoding="utf-8") == IGNORED_BY_GIT
    except (OSError, ValueError):
        return False


def artifact_directory(output: Path, node_id: str, run_number: int) -> Path:
    """Return where the artifacts of an item's nth call go; names that a file system or CI refuses are replaced."""
    file, _, item = node_id.partition("::")
    parts = [_file_name(part) for part in file.split("/") if part not in ("", ".", "..")]
    name = _file_name(item) if item else "call"
    return output.joinpath(*parts, name if run_number == 1 else f"{name}-run{run_number}")


def write_artifacts(result: CallResult, directory: Path, journal: Journal | None = None) -> None:
    """Write a call's files, replacing those of an earlier call at the same place.

    A recording that is not the result's own is removed. `journal` is what has kept the call while it went on.
    """
    is_kept = journal is not None and journal.has_written(result.events)
    try:
        directory.mkdir(parents=True)
    except FileExistsError:
        (directory / RESULT).unlink(missing_ok=True)
        if not result.recording:
            (directory / RECORDING).unlink(missing_ok=True)
    document = result.to_json()
    events = document.pop("events")
    _write(directory / TRANSCRIPT, _entries(result.transcript()))
    if not is_kept:
        _write(directory / EVENTS, "".join(f"{_one_line(event)}\n" for event in events))
    draft = (directory / RESULT).with_suffix(".part")
    _write(draft, f"{_one_line(document)}\n")
    draft.replace(directory / RESULT)
    if journal is not None:
        journal.remove()


def _write_call(
    result: CallResult, directory: Path, scenario: Scenario | None, journal: Journal | None
) -> None:
    if scenario is not None:
        from pytest_agentsim.report.asked import Asked, write_asked

        directory.mkdir(parents=True, exist_ok=True)
        write_asked(Asked.by(scenario), directory)
    write_artifacts(result, directory, journal)


def _judge(judgement: Judgement, directory: Path) -> None:
    from pytest_agentsim.report.verdicts import write_judgement

    write_judgement(judgement, directory)


def load_result(directory: Path) -> CallResult:
    """Read back the result that `write_artifacts` wrote; raises ArtifactError when its files are not whole."""
    try:
        document: dict[str, Any] = json.loads((directory / RESULT).read_text(encoding="utf-8"))
        # A line a "\n"; the text of an event may hold other characters that count as line ends.
        lines = (directory / EVENTS).read_text(encoding="utf-8").split("\n")
        result = CallResult.from_json({**document, "events": [json.loads(line) for line in lines if line]})
    except OSError as error:
        raise ArtifactError(f"The call in {directory} cannot be read: {error}.") from None
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        problem = f"{type(error).__name__}: {error}"
        raise ArtifactError(f"The call in {directory} is not whole or not ours: {problem}.") from None
    if not result.events or result.events[-1].kind is not EventKind.ENDED:
        raise ArtifactError(f"The call in {directory} is not whole: its events.jsonl breaks off.")
    return result


def _one_line(data: Any) -> str:
    # Without indentation: the encoder that indents is a hundred times slower.
    return json.dumps(data, ensure_ascii=False)


def _entries(entries: list[dict[str, Any]]) -> str:
    """A list with an entry a line, to be read by people too."""
    return "[\n" + ",\n".join(map(_one_line, entries)) + "\n]\n"


def _write(path: Path, text: str) -> None:
    # Lone surrogates can come from an agent's JSON escapes and have no UTF-8 form.
    path.write_text(text, encoding="utf-8", errors="backslashreplace")


def _file_name(part: str) -> str:
    plain = re.sub(r"\[(.*)\]$", r"-\1", part)
    safe = re.sub(r"[^\w.\-]+", "-", plain, flags=re.ASCII).strip("-.") or "item"
    if safe == plain and len(safe) <= 100:
        return safe
    return f"{safe[:90]}-{hashlib.sha256(part.encode('utf-8', 'backslashreplace')).hexdigest()[:6]}"
