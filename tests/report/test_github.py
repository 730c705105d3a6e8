"""What GitHub Actions shows of a run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pytest_agentsim.errors import ArtifactError
from pytest_agentsim.report import github
from pytest_agentsim.report.github import MOST_ANNOTATIONS, add_step_summary, error_commands
from pytest_agentsim.report.stored import stored_calls
from tests.report.page.conftest import MET, NOT_JUDGED, SAID, Results, text_result

ROOT = Path("/checkout/repo")


@pytest.fixture
def results(tmp_path):
    return Results(tmp_path)


@pytest.fixture(autouse=True)
def workspace(monkeypatch):
    monkeypatch.setenv("GITHUB_WORKSPACE", "/checkout/repo")


def commands(results, start=ROOT):
    return error_commands(stored_calls(results.path), root=ROOT, start=start)


def test_what_was_not_met_stands_at_its_line(results):
    results.add("a", text_result(), MET, SAID, NOT_JUDGED)
    [command] = commands(results)
    where, _, what = command.removeprefix("::error ").partition("::")
    assert where == "file=desk.scenario.yaml,line=12,title=desk.scenario.yaml%3A%3Aa"
    assert what == "expect.agent_never_says[0]: the agent said 'reschedule', which it never should"


def test_a_file_is_named_from_where_github_has_checked_out(results):
    results.add("a", text_result(), SAID)
    [command] = commands(results, start=ROOT / "tests" / "calls")
    assert "file=tests/calls/desk.scenario.yaml," in command


def test_what_has_no_line_of_its_own_stands_at_its_item(results):
    results.add("a", text_result(), replace(SAID, location=""))
    [command] = commands(results)
    assert command.startswith("::error file=desk.scenario.yaml,line=3,")


def test_a_test_that_fails_by_itself_stands_at_its_item(results):
    results.add("a", text_result(), MET, outcome="failed", item_outcome="failed", message="assert 1 == 2")
    [command] = commands(results)
    assert command.endswith("::assert 1 == 2")


def test_a_failed_run_of_an_item_that_passes_is_no_error(results):
    results.add("a", text_result(), SAID, item_outcome="passed")
    assert commands(results) == []


def test_no_text_can_be_another_command_or_property(results):
    verdict = replace(SAID, message="100%\n::add-mask::x", path="a,b:c")
    results.add("a", text_result(), verdict, node_id="n,line=1::x\r\n::error::y")
    [command] = commands(results)
    assert "\n" not in command
    assert "\r" not in command
    assert "title=n%2Cline=1%3A%3Ax\\r\\n%3A%3Aerror%3A%3Ay::a,b:c: 100%25\\n::add-mask::x" in command


def test_no_more_are_given_than_github_shows(results):
    for number in range(20):
        results.add(f"call-{number}", text_result(), replace(SAID, message=f"number {number}"))
    assert len(commands(results)) == MOST_ANNOTATIONS


def test_the_same_problem_of_several_runs_is_told_once(results):
    for number in range(3):
        results.add(f"call-{number}", text_result(), SAID, node_id="desk.scenario.yaml::a")
    assert len(commands(results)) == 1


def test_a_summary_is_added_to_that_of_other_steps(results, tmp_path):
    results.add("a", text_result(), MET)
    summary = tmp_path / "summary.md"
    summary.write_text("# From before\n")
    add_step_summary(stored_calls(results.path), summary)
    assert summary.read_text(encoding="utf-8").startswith("# From before\n## Simulated calls\n")


def test_a_summary_that_github_would_drop_is_cut(results, tmp_path, monkeypatch):
    monkeypatch.setattr(github, "LONGEST_SUMMARY", 300)
    results.add("a", text_result(), SAID)
    add_step_summary(stored_calls(results.path), tmp_path / "summary.md")
    text = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert len(text) < 400
    assert text.endswith("… the rest is too long for this page.\n")


def test_a_summary_that_cannot_be_written_says_so(results, tmp_path):
    results.add("a", text_result(), MET)
    with pytest.raises(ArtifactError, match="The summary for GitHub cannot be written"):
        add_step_summary(stored_calls(results.path), tmp_path)
