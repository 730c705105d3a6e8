"""Calls as they are found in an output directory, whole or not."""

from __future__ import annotations

import pytest

from pytest_agentsim.errors import ArtifactError
from pytest_agentsim.report.stored import UNFINISHED, load_call, stored_calls
from tests.report.page.conftest import MET, SAID, Results, text_result, voice_result


@pytest.fixture
def results(tmp_path):
    return Results(tmp_path)


def test_all_calls_are_found_with_what_came_of_them(results):
    results.add("a/first", text_result(), MET)
    results.add("b/second", text_result(), MET, SAID)
    calls = stored_calls(results.path)
    assert [(call.directory.name, call.outcome, call.passed) for call in calls] == [
        ("first", "passed", True),
        ("second", "failed", False),
    ]
    assert not any(call.problem for call in calls)


def test_a_call_that_nobody_judged_is_unfinished(results):
    call = load_call(results.add("a", text_result(), judged=False))
    assert (call.outcome, call.passed) == (UNFINISHED, None)
    assert call.problem == "Nobody has judged this call: its run was ended before."


def test_the_verdicts_of_an_earlier_call_at_the_same_place_are_not_taken_for_this_ones(results):
    call = load_call(results.add("a", text_result(), MET, run_id="an earlier one"))
    assert (call.outcome, call.judgement) == (UNFINISHED, None)


def test_a_call_that_was_not_finished_is_told_as_such(results):
    directory = results.add("a", voice_result(), MET)
    (directory / "result.json").unlink()
    call = load_call(directory)
    assert (call.outcome, call.result) == (UNFINISHED, None)
    assert "has not ended" in call.problem


@pytest.mark.parametrize("file", ["result.json", "events.jsonl"])
def test_a_file_that_breaks_off_is_told_and_the_other_calls_are_whole(results, file):
    results.add("whole", text_result(), MET)
    directory = results.add("broken", text_result(), MET)
    path = directory / file
    path.write_bytes(path.read_bytes()[:-30])
    broken, whole = stored_calls(results.path)
    assert (broken.outcome, broken.result) == (UNFINISHED, None)
    assert "not whole" in broken.problem
    assert whole.outcome == "passed"


def test_verdicts_that_break_off_leave_the_call(results):
    directory = results.add("a", text_result(), MET)
    (directory / "verdicts.json").write_text('{"run_id": ')
    call = load_call(directory)
    assert call.result is not None
    assert (call.outcome, call.judgement) == (UNFINISHED, None)
    assert "verdicts" in call.problem


def test_a_recording_that_is_missing_is_told(results):
    call = load_call(results.add("a", voice_result(), MET, recorded=False))
    assert call.recording is None
    assert "recording is missing" in call.problem
    assert call.outcome == "passed"


def test_a_directory_without_calls_is_refused_with_a_sentence(tmp_path):
    with pytest.raises(ArtifactError, match="There is no call below"):
        stored_calls(tmp_path)
    with pytest.raises(ArtifactError, match="There is no directory"):
        stored_calls(tmp_path / "nowhere")
