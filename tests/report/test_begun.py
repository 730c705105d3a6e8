"""What is written of a call while it goes on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pytest_agentsim.report.artifacts import RESULT, load_result, write_artifacts
from pytest_agentsim.report.begun import BEGUN, EVENTS, Beginning, Journal, load_begun
from pytest_agentsim.report.stored import UNFINISHED, load_call
from pytest_agentsim.result import EndedBy, Event, EventKind, Reason, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytest_agentsim.runner import RecordedCall

    MakeCall = Callable[..., RecordedCall]

BEGINNING = Beginning("AP-01: cancel", "run-1", "batch-1", "text", "normal", 7)
CONNECTED = Event(0.0, EventKind.CONNECTED)
HI = Event(0.1, EventKind.CALLER_TURN, {"text": "Hi", "number": 1})
HELLO = Event(0.2, EventKind.AGENT_TURN, {"text": "Hello \ud83d", "number": 2})
CALL = Event(0.3, EventKind.FUNCTION_CALL, {"id": "1", "name": "find", "arguments": {"x": 1}})
FOUND = Event(0.4, EventKind.FUNCTION_CALL_RESULT, {"id": "1", "name": "find", "result": 5})


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path / "call", BEGINNING, others=(RESULT,))
    yield journal
    journal.release()


def written(journal: Journal, *events: Event) -> None:
    for event in events:
        journal.append(event)
    journal.flush()


def test_a_call_that_was_not_ended_is_read_as_far_as_it_went(journal: Journal, tmp_path: Path) -> None:
    written(journal, CONNECTED, HI)
    written(journal, HELLO, CALL, FOUND, Event(0.5, EventKind.ACTION, {"conditions": [3]}))
    call = load_begun(tmp_path / "call")
    assert call is not None
    assert (call.scenario, call.run_id, call.seed) == ("AP-01: cancel", "run-1", 7)
    assert (call.status, call.ended_by, call.ended_reason) == (
        Status.INCOMPLETED,
        EndedBy.UNKNOWN,
        Reason.UNKNOWN,
    )
    assert [turn.text for turn in call.turns] == ["Hi", "Hello \ud83d"]
    assert [(each.name, each.result, each.after_turn) for each in call.tool_calls] == [("find", 5, 2)]
    assert (call.conditions_fired, call.duration) == ((3,), 0.5)
    assert call.started_at.endswith("+00:00")


def test_a_line_that_was_torn_costs_nothing_else(journal: Journal, tmp_path: Path) -> None:
    written(journal, CONNECTED, HI)
    with (tmp_path / "call" / EVENTS).open("a", encoding="utf-8") as file:
        file.write('{"time": 0.2, "kind": "agent_tu')
    call = load_begun(tmp_path / "call")
    assert call is not None
    assert [turn.text for turn in call.turns] == ["Hi"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"scenario": 1}'])
def test_what_cannot_be_read_is_nothing(content: str, tmp_path: Path) -> None:
    (tmp_path / BEGUN).write_text(content)
    assert load_begun(tmp_path) is None
    assert load_begun(tmp_path / "nowhere") is None


def test_a_call_that_is_over_before_anything_was_written_leaves_nothing(
    journal: Journal, tmp_path: Path
) -> None:
    journal.append(CONNECTED)
    assert not journal.has_written((CONNECTED,))
    journal.remove()
    assert not (tmp_path / "call").exists()


def test_files_of_an_earlier_call_are_gone_once_the_next_has_begun(journal: Journal, tmp_path: Path) -> None:
    folder = tmp_path / "call"
    folder.mkdir()
    for name in (RESULT, EVENTS):
        (folder / name).write_text("an earlier one's")
    written(journal, CONNECTED)
    assert sorted(each.name for each in folder.iterdir()) == [BEGUN, EVENTS]
    assert json.loads((folder / EVENTS).read_text())["kind"] == "connected"


def test_a_call_that_is_over_has_its_own_files_and_no_events_twice(
    journal: Journal, tmp_path: Path, a_call: MakeCall
) -> None:
    result = a_call("caller: Hi", "agent: Hello").result
    written(journal, *result.events[:2])
    for event in result.events[2:]:
        journal.append(event)
    write_artifacts(result, tmp_path / "call", journal)
    assert load_result(tmp_path / "call") == result
    assert not (tmp_path / "call" / BEGUN).exists()


def test_events_that_were_not_kept_are_written_at_the_end(
    journal: Journal, tmp_path: Path, a_call: MakeCall
) -> None:
    result = a_call("caller: Hi", "agent: Hello").result
    written(journal, *result.events[:2])
    write_artifacts(result, tmp_path / "call", journal)
    assert load_result(tmp_path / "call") == result


def test_a_folder_that_cannot_be_made_is_left_to_the_end_of_the_call(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    journal = Journal(tmp_path / "file" / "call", BEGINNING)
    written(journal, CONNECTED)
    written(journal, HI)
    assert not journal.has_written((CONNECTED, HI))


def test_a_stored_call_that_was_not_ended_is_shown_and_not_taken_for_a_result(
    journal: Journal, tmp_path: Path
) -> None:
    written(journal, CONNECTED, HI)
    call = load_call(tmp_path / "call")
    assert call.result is None
    assert call.outcome == UNFINISHED
    assert call.shown is call.begun is not None
    assert call.problem == (
        "The call has not ended: its run was ended before it; this is what was recorded until then."
    )
