"""A call as it happens, on the terminal: turn by turn, with what the caller decided and why (`--agentsim-live`)."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from pytest_agentsim.report.explanation import candidate_line
from pytest_agentsim.result import Event, EventKind
from pytest_agentsim.visible import shortened, visible_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pytest

__all__ = ["LiveCall", "lines_of"]

SHOWN_TRIGGERS = 3
LONGEST_WORDS = 400  # characters
LONGEST_TRIGGER = 70
LONGEST_REASON = 90
LONGEST_DATA = 160

# A line: what is written, and how it is marked up for a terminal.
Line = tuple[str, dict[str, bool]]

_SPEAKERS = {
    EventKind.CALLER_TURN: ("caller", {"cyan": True}),
    EventKind.AGENT_TURN: ("agent", {"green": True}),
}


class LiveCall:
    """Takes the events of calls from any thread, and writes them when the main thread has time for it."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._lines: deque[Line] = deque()

    def begin(self, title: str) -> None:
        """A call begins."""
        self._lines.append(("", {}))
        self._lines.append((visible_line(title), {"bold": True}))

    def take(self, event: Event) -> None:
        """Something has happened on the call."""
        self._lines.extend(lines_of(event))

    def write(self) -> None:
        """Write what has been taken since the last time; to be called on the main thread."""
        reporter: Any = self._config.pluginmanager.get_plugin("terminalreporter")
        if reporter is None or not self._lines:
            return
        manager: Any = self._config.pluginmanager.get_plugin("capturemanager")
        if manager is None:
            self._write_to(reporter.line, reporter.ensure_newline)
            return
        with manager.global_and_fixture_disabled():
            self._write_to(reporter.line, reporter.ensure_newline)

    def _write_to(self, write: Callable[..., object], begin_line: Callable[[], object]) -> None:
        begin_line()
        while self._lines:
            text, markup = self._lines.popleft()
            write(text, **markup)


def lines_of(event: Event) -> Iterator[Line]:
    """Yield what a person wants to see of an event; nothing for what only the log needs."""
    data = event.data
    match event.kind:
        case EventKind.CALLER_TURN | EventKind.AGENT_TURN:
            yield _turn(event)
        case EventKind.RECOGNIZED:
            yield _line(
                event, "agent", f"(turn {data['number']} was) {_words(data['text'])}", {"green": True}
            )
        case EventKind.DECISION:
            yield from _decision(data)
        case EventKind.FUNCTION_CALL:
            arguments = shortened(str(data.get("arguments")), LONGEST_DATA)
            yield _line(event, "tool", f"{data.get('name')}({arguments})", {"yellow": True})
        case EventKind.FUNCTION_CALL_RESULT:
            yield _line(
                event, "tool", f"-> {shortened(str(data.get('result')), LONGEST_DATA)}", {"yellow": True}
            )
        case EventKind.METADATA:
            yield _line(
                event, "agent", f"metadata {shortened(str(data.get('metadata', data)), LONGEST_DATA)}", {}
            )
        case EventKind.FUNCTION:
            what = data.get("error") or shortened(str(data.get("outputs")), LONGEST_DATA)
            yield _line(event, "caller", f"runs {data['name']}: {what}", {})
        case EventKind.SMS:
            yield _line(event, "caller", f"sends a text message: {_words(data['text'])}", {"cyan": True})
        case EventKind.BARGE_IN:
            yield _line(event, data["by"], "cuts in", {"bold": True}, data.get("start"))
        case EventKind.INTERRUPTED:
            yield _line(event, "caller", "is interrupted", {"bold": True})
        case EventKind.SOUND:
            yield _line(event, "caller", f"({data['sound']})", {})
        case EventKind.CONNECTED:
            yield _line(event, "", "connected", {})
        case EventKind.WARNING:
            yield _line(event, "", f"warning: {data['message']}", {"yellow": True})
        case EventKind.PROTOCOL_VIOLATION:
            yield _line(
                event, "agent", f"breaks the protocol: {shortened(str(data), LONGEST_DATA)}", {"yellow": True}
            )
        case EventKind.ENDED:
            is_well = data["status"] == "completed"
            words = f"{data['status']}: {data['detail']}"
            yield _line(event, "", words, {"green": True} if is_well else {"red": True})


def _turn(event: Event) -> Line:
    speaker, markup = _SPEAKERS[event.kind]
    data = event.data
    notes = []
    if "end" in data:
        notes.append(f"{data['end'] - data['start']:.1f} s")
    if "level" in data:
        notes.append(f"{data['level']:.0f} dBFS")
    if data.get("interrupted"):
        notes.append("cut off")
    said = _words(data["text"]) or "(not recognised yet)"
    note = f"  [{', '.join(notes)}]" if notes else ""
    return _line(event, speaker, f"{said}{note}", markup, data.get("start"))


def _decision(data: dict[str, Any]) -> Iterator[Line]:
    """The triggers that hold, and of the others those that came nearest."""
    ordered = sorted(data["candidates"], key=lambda each: (not each["holds"], -each["score"]))
    holding = sum(each["holds"] for each in ordered)
    yield (
        _indented(f"{data['move'].replace('_', ' ')}, a trigger holds from {data['threshold']:.2f}:"),
        {"light": True},
    )
    for each in ordered[: max(SHOWN_TRIGGERS, holding)]:
        text = candidate_line(each, trigger=LONGEST_TRIGGER, reason=LONGEST_REASON)
        yield _indented(text), {"light": not each["holds"]}


def _line(event: Event, who: str, text: str, markup: dict[str, bool], at: float | None = None) -> Line:
    time = event.time if at is None else at
    return f"{time:7.1f} s  {who:>6}  {visible_line(text)}", markup


def _indented(text: str) -> str:
    return f"{'':19}{text}"


def _words(text: str) -> str:
    return shortened(" ".join(text.split()), LONGEST_WORDS)
