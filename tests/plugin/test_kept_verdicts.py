"""What a run stores beside each call of what pytest made of it."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from pytest_agentsim.cli.main import main
from pytest_agentsim.report.stored import UNFINISHED, stored_calls
from pytest_agentsim.report.verdicts import load_judgement


@pytest.fixture
def kept(suite):
    """Runs pytest and returns what is stored of each call, by the name of the call's folder."""

    def run(*arguments, apart=False):
        (suite.run_apart if apart else suite.run)(*arguments)
        folders = sorted(path.parent for path in (suite.path / "agentsim-results").rglob("result.json"))
        return {folder.name: load_judgement(folder) for folder in folders}

    return run


def test_each_call_keeps_its_verdicts_and_its_item(suite, scenario, kept):
    file = suite.file(
        "desk.scenario.yaml",
        scenario("passes", tags=["smoke"]),
        scenario("fails", expect={"agent_says": "never said"}),
    )
    calls = kept("--agentsim-seed=7")
    assert calls["passes"].outcome == calls["passes"].item_outcome == "passed"
    assert calls["passes"].node_id == "desk.scenario.yaml::passes"
    assert calls["passes"].tags == ("smoke",)
    assert calls["passes"].suite_seed == 7
    assert calls["fails"].outcome == calls["fails"].item_outcome == "failed"
    assert [each.path for each in calls["fails"].verdicts if not each.passed] == ["expect.agent_says"]
    assert calls["fails"].file == "desk.scenario.yaml"
    assert file.read_text().splitlines()[calls["fails"].line - 1] == "- name: fails"


def test_a_run_that_failed_is_told_from_its_item_that_passed(suite, scenario, kept):
    suite.conftest(
        "calls = []\ndef answer(text):\n    calls.append(text)\n    return 'closed' if len(calls) == 2 else 'open'"
    )
    suite.file("desk.scenario.yaml", scenario("hours", runs=3, pass_rate=0.6, expect={"agent_says": "open"}))
    calls = kept()
    assert [(each.run, each.runs) for each in calls.values()] == [(1, 3), (2, 3), (3, 3)]
    assert sorted(each.outcome for each in calls.values()) == ["failed", "passed", "passed"]
    assert {each.item_outcome for each in calls.values()} == {"passed"}


def test_the_runs_that_passed_are_not_blamed_for_the_item_that_failed(suite, scenario, kept):
    suite.conftest(
        "calls = []\ndef answer(text):\n    calls.append(text)\n    return 'closed' if len(calls) == 2 else 'open'"
    )
    suite.file("desk.scenario.yaml", scenario("hours", runs=2, expect={"agent_says": "open"}))
    calls = kept()
    assert sorted(each.outcome for each in calls.values()) == ["failed", "passed"]
    assert {each.item_outcome for each in calls.values()} == {"failed"}


def test_a_test_that_fails_by_itself_says_so(suite, scenario, kept):
    suite.file("desk.scenario.yaml", scenario("hours"))
    suite.text(
        "test_it.py",
        """
import pytest
@pytest.mark.scenario("desk.scenario.yaml")
def test_it(call):
    assert call.turns[1].text == "something else"
""",
    )
    kept_call = kept("test_it.py")["test_it"]
    assert kept_call.outcome == "failed"
    assert "something else" in kept_call.message


def test_the_last_call_of_a_test_has_the_verdicts_of_its_mark(suite, scenario, kept):
    suite.file("desk.scenario.yaml", scenario("hours"))
    suite.text(
        "test_it.py",
        """
import pytest
@pytest.mark.expect(agent_says="never said")
def test_it(simulate):
    simulate("desk.scenario.yaml")
    simulate("desk.scenario.yaml")
""",
    )
    calls = kept("test_it.py")
    assert [len(each.verdicts) for each in calls.values()] == [0, 1]
    assert [each.outcome for each in calls.values()] == ["passed", "failed"]


def test_an_expected_failure_is_told_as_such(suite, scenario, kept):
    suite.file("desk.scenario.yaml", scenario("hours", marks=["xfail"], expect={"agent_says": "never said"}))
    assert kept()["hours"].outcome == "xfailed"


def test_a_fixture_that_fails_after_the_call_leaves_an_error(suite, scenario, kept):
    suite.file("desk.scenario.yaml", scenario("hours"))
    suite.text(
        "test_it.py",
        """
import pytest
@pytest.fixture
def broken(call): raise RuntimeError("out of order")
@pytest.mark.scenario("desk.scenario.yaml")
def test_it(broken): ...
""",
    )
    kept_call = kept("test_it.py")["test_it"]
    assert (kept_call.outcome, kept_call.message) == ("error", "RuntimeError: out of order")


def test_workers_keep_verdicts_too(suite, scenario, kept):
    suite.file("desk.scenario.yaml", scenario("a"), scenario("b", expect={"agent_says": "never said"}))
    calls = kept("-n", "2", apart=True)
    assert {name: each.outcome for name, each in calls.items()} == {"a": "passed", "b": "failed"}


def test_a_run_that_is_killed_leaves_what_it_had_and_the_report_says_what_is_missing(
    suite, scenario, tmp_path
):
    """The second item's call is over while the first one's goes on, and is judged only after it."""
    suite.file("desk.scenario.yaml", scenario("held", "Please hold the line"), scenario("quick"))
    calls = suite.path / "agentsim-results" / "desk.scenario.yaml"
    result, begun = calls / "quick" / "result.json", calls / "held" / "events.jsonl"
    with subprocess.Popen([sys.executable, "-m", "pytest"], cwd=suite.path, stdout=subprocess.DEVNULL) as run:
        try:
            for _ in range(600):
                if (result.exists() and _says(begun, "Please hold")) or run.poll() is not None:
                    break
                time.sleep(0.05)
            # The file is written after the call's others, in one go.
            assert result.exists()
        finally:
            run.kill()
    held, quick = stored_calls(suite.path / "agentsim-results")
    assert held.result is None
    assert held.problem.startswith("The call has not ended: its run was ended before it; ")
    assert held.begun is not None
    assert [turn.text for turn in held.begun.turns] == ["Please hold the line"]
    assert quick.outcome == UNFINISHED
    assert quick.result is not None
    assert quick.problem == "Nobody has judged this call: its run was ended before."
    assert main(["report", str(suite.path / "agentsim-results"), "-o", str(tmp_path / "report.html")]) == 0
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Nobody has judged this call" in page
    assert "The call has not ended" in page
    assert "Please hold the line" in page


def _says(file, words):
    return file.exists() and words in file.read_text(encoding="utf-8")
