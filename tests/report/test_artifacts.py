"""The files that a call leaves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.report.artifacts import artifact_directory, load_result, write_artifacts
from pytest_agentsim.result import CallResult, EndedBy, Event, EventKind, Reason, Speaker, Status, Turn


def make_result(text: str) -> CallResult:
    return CallResult(
        scenario="one",
        run_id="run-1",
        batch_id="batch-1",
        channel="text",
        personality="normal",
        seed=1,
        status=Status.COMPLETED,
        ended_by=EndedBy.CALLER,
        ended_reason=Reason.CALLER_ENDED,
        detail="",
        started_at="2026-01-01T00:00:00+00:00",
        duration=1.0,
        events=(
            Event(0.0, EventKind.CONNECTED),
            Event(0.5, EventKind.AGENT_TURN, {"text": text, "number": 1}),
        ),
        turns=(Turn(1, Speaker.AGENT, text, 0.5),),
    )


@pytest.mark.parametrize(
    ("node_id", "run_number", "expected"),
    [
        ("cancel.scenario.yaml::cancel", 1, "cancel.scenario.yaml/cancel"),
        ("calls/cancel.scenario.yaml::cancel[impatient]", 1, "calls/cancel.scenario.yaml/cancel-impatient"),
        ("cancel.scenario.yaml::cancel", 3, "cancel.scenario.yaml/cancel-run3"),
        ("../outside/x.scenario.yaml::a", 1, "outside/x.scenario.yaml/a"),
    ],
)
def test_each_call_has_a_directory_that_is_named_after_its_item(
    node_id: str, run_number: int, expected: str
) -> None:
    assert artifact_directory(Path("out"), node_id, run_number) == Path("out") / expected


def test_names_that_differ_only_in_refused_characters_do_not_share_a_directory() -> None:
    first, second = (artifact_directory(Path("out"), f"x.yaml::a[{sign}]", 1) for sign in ("1:2", "1?2"))
    assert first != second


@given(name=st.text(min_size=1))
def test_any_item_name_makes_a_directory_below_the_output(name: str) -> None:
    directory = artifact_directory(Path("out"), f"x.yaml::{name}", 1)
    assert directory.parts[:2] == ("out", "x.yaml")
    assert len(directory.parts) == 3
    assert len(directory.name) < 130
    assert not set(directory.name) & set('<>:"/\\|?*\0\n[]')


def test_a_stored_result_can_be_loaded_again(tmp_path: Path) -> None:
    result = make_result("Grüße, 你好 \N{WAVING HAND SIGN}")
    write_artifacts(result, tmp_path / "a" / "b")
    assert load_result(tmp_path / "a" / "b") == result


def test_the_event_log_has_an_event_a_line(tmp_path: Path) -> None:
    write_artifacts(make_result("two\nlines"), tmp_path)
    lines = (tmp_path / "events.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["kind"] for line in lines] == ["connected", "agent_turn"]


def test_the_transcript_is_stored_in_the_hosted_platforms_form(tmp_path: Path) -> None:
    write_artifacts(make_result("Hello"), tmp_path)
    [entry] = json.loads((tmp_path / "transcript.json").read_text(encoding="utf-8"))
    assert entry["role"] == "Main Agent"


def test_what_utf_8_cannot_hold_is_stored_as_an_escape(tmp_path: Path) -> None:
    write_artifacts(make_result("half a pair: \ud83d"), tmp_path)
    assert "\\ud83d" in (tmp_path / "result.json").read_text(encoding="utf-8")
