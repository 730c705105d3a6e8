"""What is written of a call while it goes on, so that a run that is killed leaves what was recorded until then.

``begun.json``
    what is known of a call when it begins; it is removed when the call's other files are there
``events.jsonl``
    its events so far, an event a line

Both are there from the first quarter of a second on, and at most so far behind the call. A call that is over by then
costs nothing.
"""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TextIO

from pytest_agentsim.event_log import conditions_fired_in, metadata_in, tool_calls_in, turns_in
from pytest_agentsim.result import CallResult, EndedBy, Event, Reason, Status

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pytest_agentsim.spec import CallSpec

__all__ = ["BEGUN", "EVENTS", "FLUSHING_TIME", "Beginning", "Journal", "load_begun"]

BEGUN = "begun.json"
EVENTS = "events.jsonl"
FLUSHING_TIME = 0.25  # s
NOT_ENDED = "The run was ended before the call was over."


@dataclass(frozen=True, slots=True)
class Beginning:
    """What is known of a call before anything has happened on it; the fields are those of `CallResult`."""

    scenario: str
    run_id: str
    batch_id: str
    channel: str
    personality: str
    seed: int
    expected_outcome: str = ""
    language: str = "en"

    @classmethod
    def of(cls, spec: CallSpec) -> Beginning:
        """Return what a spec tells."""
        return cls(
            spec.scenario.name,
            spec.run_id,
            spec.batch_id,
            spec.channel,
            spec.personality.name,
            spec.seed,
            spec.scenario.expected_outcome,
            spec.scenario.language,
        )


class Journal:
    """The events of one call on their way to the disk: `append` is for the call, all else for the thread that writes.

    `others` are the names of files that an earlier call may have left in the folder. What cannot be written is told
    when the call's files are written at its end.
    """

    def __init__(self, directory: Path, beginning: Beginning, *, others: Iterable[str] = ()) -> None:
        self._directory = directory
        self._beginning = beginning
        self._others = tuple(others)
        self._pending: deque[Event] = deque()
        self._started_at = ""
        self._written = 0
        self._has_failed = False
        # Left open while the call goes on: to open it costs more than what is written.
        self._file: TextIO | None = None

    @property
    def has_pending(self) -> bool:
        """Whether something has happened that is not written."""
        return bool(self._pending)

    def append(self, event: Event) -> None:
        """Take an event of the call."""
        if not self._started_at:
            self._started_at = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._pending.append(event)

    def flush(self) -> None:
        """Write what has happened since the last time."""
        if self._has_failed or not self._pending:
            return
        try:
            file = self._file or self._begin()
            lines = []
            while self._pending:
                lines.append(json.dumps(self._pending.popleft().to_json(), ensure_ascii=False))
            file.write("".join(f"{line}\n" for line in lines))
            file.flush()
            self._written += len(lines)
        except OSError:
            self._has_failed = True

    def has_written(self, events: tuple[Event, ...]) -> bool:
        """Write the rest, and tell whether all these events are on the disk; nothing is begun for it."""
        if self._file is not None:
            self.flush()
            self.release()
        return bool(events) and self._written == len(events) and not self._has_failed

    def release(self) -> None:
        """Close the file; what has been written stays."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def remove(self) -> None:
        """Remove what is only there until the call is over."""
        if self._written or self._has_failed:
            (self._directory / BEGUN).unlink(missing_ok=True)

    def _begin(self) -> TextIO:
        try:
            self._directory.mkdir(parents=True)
        except FileExistsError:
            # Of a call that never ends, nobody shall take an earlier one's files for its own.
            for name in (*self._others, EVENTS):
                (self._directory / name).unlink(missing_ok=True)
        about = {each.name: getattr(self._beginning, each.name) for each in fields(self._beginning)}
        text = json.dumps({**about, "started_at": self._started_at}, ensure_ascii=False)
        # Lone surrogates can come from an agent's JSON escapes and have no UTF-8 form.
        (self._directory / BEGUN).write_text(f"{text}\n", encoding="utf-8", errors="backslashreplace")
        self._file = (self._directory / EVENTS).open("w", encoding="utf-8", errors="backslashreplace")
        return self._file


def load_begun(directory: Path) -> CallResult | None:
    """Return what was recorded of a call that was not finished; None where nothing of it can be read."""
    try:
        about: dict[str, Any] = json.loads((directory / BEGUN).read_text(encoding="utf-8"))
        events = tuple(_events((directory / EVENTS).read_text(encoding="utf-8")))
        return CallResult(
            **about,
            status=Status.INCOMPLETED,
            ended_by=EndedBy.UNKNOWN,
            ended_reason=Reason.UNKNOWN,
            detail=NOT_ENDED,
            duration=events[-1].time if events else 0.0,
            events=events,
            turns=turns_in(events),
            tool_calls=tool_calls_in(events),
            metadata=metadata_in(events),
            conditions_fired=conditions_fired_in(events),
        )
    except (OSError, AttributeError, LookupError, TypeError, ValueError):
        return None


def _events(text: str) -> Iterable[Event]:
    """Read the lines that are whole: the last one may have been torn."""
    for line in text.split("\n"):
        try:
            yield Event.from_json(json.loads(line))
        except (AttributeError, LookupError, TypeError, ValueError):
            return
