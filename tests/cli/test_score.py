"""`agentsim score`: the calls of a run, measured and judged anew."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from pytest_agentsim.cli.main import main
from pytest_agentsim.expect import evaluate
from pytest_agentsim.metric_value import MetricOutcome, MetricValue
from pytest_agentsim.report.artifacts import load_result, write_artifacts
from pytest_agentsim.report.asked import Asked, load_asked, write_asked
from pytest_agentsim.report.verdicts import CallOutcome, Judgement, load_judgement, write_judgement
from pytest_agentsim.scenario.loader import load_text
from tests.report.conftest import make_call

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_agentsim.result import CallResult

SCENARIO = """\
name: cancel
scenario_language: en
scenario_type: conditional_actions
expect:
  agent_says: {says}
  metrics: {{turns: {{max: {turns}}}}}
{more}
conditional_actions:
  role: you
  conditions:
  - {{id: 0, condition: FIRST_MESSAGE, action: Hi, type: standard, fixed_message: true}}
"""
SAID = ("caller: Hi", "agent: It has been cancelled.", "caller: Thanks")


def scenario_text(says: str = "cancelled", turns: int = 3, more: str = "") -> str:
    return SCENARIO.format(says=says, turns=turns, more=more)


class Run:
    """A results directory as a run leaves it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "results"

    def add(
        self, name: str, text: str, *, run: int = 1, said: tuple[str, ...] = SAID, **changes: Any
    ) -> Path:
        [scenario] = load_text(text, name="cancel.scenario.yaml", format="yaml").scenarios
        asked = Asked.by(scenario)
        call = make_call(*said, scenario="cancel", run_id=f"{name}-{run}", **changes).result
        folder = self.path / (name if run == 1 else f"{name}-run{run}")
        folder.mkdir(parents=True)
        write_asked(asked, folder)
        write_artifacts(call, folder)
        verdicts = evaluate(asked.expect, with_turns(call))
        passed = all(each.passed for each in verdicts)
        outcome = CallOutcome.PASSED if passed else CallOutcome.FAILED
        write_judgement(
            Judgement(call.run_id, f"cancel.scenario.yaml::{name}", outcome, outcome, run, verdicts=verdicts),
            folder,
        )
        return folder


def with_turns(call: CallResult) -> CallResult:
    from dataclasses import replace

    turns = MetricValue("turns", "Turns", MetricOutcome.MEASURED, len(call.turns))
    return replace(call, metrics=(turns,))


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path)


def score(run: Run, *arguments: str | Path) -> int:
    return main(["score", str(run.path), *map(str, arguments)])


def test_what_the_scenario_asked_is_judged_from_what_is_stored(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    run.add("good", scenario_text())
    run.add("bad", scenario_text(says="refunded"))
    assert score(run) == 1
    assert capsys.readouterr().out.splitlines() == [
        "FAILED cancel.scenario.yaml::bad",
        "    expect.agent_says (cancel.scenario.yaml:5): the agent did not say 'refunded' in its only turn",
        "PASSED cancel.scenario.yaml::good",
        "2 calls scored: 1 item passed, 1 item failed, 0 items could not be read; 0 verdicts changed",
    ]


def test_a_scenario_file_of_today_goes_before_what_is_stored(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run.add("bad", scenario_text(says="refunded"))
    today = tmp_path / "today.scenario.yaml"
    today.write_text(scenario_text(says="has been cancelled"))
    assert score(run, "--scenarios", today) == 0
    out = capsys.readouterr().out
    assert "PASSED cancel.scenario.yaml::bad (the run's verdict was another)" in out
    assert "1 verdict changed" in out


def test_metrics_are_measured_anew(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run.add("long", scenario_text(turns=2))
    assert score(run) == 1
    assert "expected turns to be at most 2, but it is 3" in capsys.readouterr().out


def test_enough_runs_of_an_item_must_pass(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    for number in (1, 2, 3):
        said = SAID if number < 3 else ("caller: Hi", "agent: No.")
        run.add("often", scenario_text(more="pass_rate: 0.6"), run=number, said=said)
    assert score(run) == 0
    assert "PASSED cancel.scenario.yaml::often (2 of 3 runs)" in capsys.readouterr().out


def test_what_a_judge_has_said_once_is_kept(run: Run) -> None:
    judged = MetricValue(
        "expected_outcome",
        "Expected Outcome",
        MetricOutcome.MEASURED,
        0.0,
        explanation=("no: It is cancelled.",),
        extra={"outcome_alignments": [{"prompt_part": "It is cancelled.", "aligned": "no", "outcome": ""}]},
    )
    outcome = {"expected_outcome": "It is cancelled.", "metrics": (judged,)}
    run.add("judged", scenario_text(more="expected_outcome: It is cancelled."), **outcome)
    assert score(run) == 1


def test_new_verdicts_are_stored_only_if_asked_for(run: Run, tmp_path: Path) -> None:
    folder = run.add("bad", scenario_text(says="refunded"))
    today = tmp_path / "today.scenario.yaml"
    today.write_text(scenario_text())
    score(run, "--scenarios", today)
    before = load_judgement(folder)
    assert before is not None
    assert before.outcome is CallOutcome.FAILED
    score(run, "--scenarios", today, "--write")
    after = load_judgement(folder)
    assert after is not None
    assert after.outcome is CallOutcome.PASSED
    assert load_result(folder).metric("turns").value == 3
    stored = load_asked(folder)
    assert stored is not None
    assert stored.expect[0].written == {"agent_says": "cancelled"}


def test_metrics_of_the_users_own_are_imported(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run.add("good", scenario_text())
    own = tmp_path / "own_metrics.py"
    own.write_text(
        "import pytest_agentsim\n"
        "@pytest_agentsim.metric(name='letters_of_test_score')\n"
        "def letters(call): return sum(len(turn.text) for turn in call.turns)\n"
    )
    try:
        assert score(run, "--python", own, "-v") == 0
    finally:
        from pytest_agentsim.metrics import registry

        registry._METRICS.pop("letters_of_test_score", None)
    assert "letters_of_test_score: 30" in capsys.readouterr().out


def test_metrics_in_files_are_measured_anew(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run.add("good", scenario_text(more="metrics: [letters_of_a_file]"))
    own = tmp_path / "letters_of_a_file.py"
    own.write_text("_result = sum(len(turn['content']) for turn in data['cekura_transcript_json'])\n")
    try:
        assert score(run, "--metrics", own, "-v") == 0
    finally:
        from pytest_agentsim.metrics import registry

        registry._METRICS.pop("letters_of_a_file", None)
    assert "letters_of_a_file: 30" in capsys.readouterr().out


def test_the_rubric_around_a_scenario_file_of_today_holds(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run.add("bad", scenario_text())
    today = tmp_path / "today.scenario.yaml"
    today.write_text(scenario_text())
    (tmp_path / "team.agentsim.yaml").write_text("rubric: {agent_turns: {min: 5}}")
    assert score(run, "--scenarios", today) == 1
    assert "rubric.agent_turns" in capsys.readouterr().out


class TestBadInput:
    def test_a_broken_result_is_told_in_its_place_and_the_others_go_on(
        self, run: Run, capsys: pytest.CaptureFixture[str]
    ) -> None:
        run.add("good", scenario_text())
        (run.add("torn", scenario_text()) / "result.json").write_text('{"scenario": "x"')
        assert score(run) == 1
        out = capsys.readouterr().out
        assert "UNREAD cancel.scenario.yaml::torn\n    The call in" in out
        assert "PASSED cancel.scenario.yaml::good" in out

    def test_broken_expectations_are_told_in_their_place(
        self, run: Run, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (run.add("torn", scenario_text()) / "scenario.json").write_text("[]")
        assert score(run) == 1
        assert "What was asked of the call in" in capsys.readouterr().out

    def test_a_call_without_stored_expectations_must_have_completed(self, run: Run) -> None:
        (run.add("old", scenario_text(says="refunded")) / "scenario.json").unlink()
        assert score(run) == 0

    @pytest.mark.parametrize(
        ("arguments", "told"),
        [
            (("--python", "missing.py"), "missing.py: there is no such Python file"),
            (("--scenarios", "missing.scenario.yaml"), "missing.scenario.yaml"),
        ],
    )
    def test_files_that_are_not_there_are_told(
        self, run: Run, arguments: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        run.add("good", scenario_text())
        assert score(run, *arguments) == 1
        assert told in capsys.readouterr().err


def test_results_have_the_field_names_of_the_platforms(run: Run, tmp_path: Path) -> None:
    run.add("good", scenario_text())
    run.add("bad", scenario_text(says="refunded"))
    file = tmp_path / "out" / "results.json"
    score(run, "--json", file)
    document = json.loads(file.read_text())
    counts = {key: value for key, value in document.items() if key.endswith(("_count", "_rate"))}
    assert counts == {
        "success_rate": 50.0,
        "met_expected_outcome_count": 0,
        "total_expected_outcome_count": 0,
        "total_runs_count": 2,
        "completed_runs_count": 2,
        "success_runs_count": 1,
        "failed_runs_count": 1,
    }
    bad = document["runs"]["bad-1"]
    assert (bad["success"], bad["evaluation_status"], bad["call_ended_reason"]) == (
        False,
        "failure",
        "Testing agent-ended-call",
    )
    assert bad["transcript_object"][1]["role"] == "Main Agent"
    assert bad["agentsim"]["failed"] == ["the agent did not say 'refunded' in its only turn"]
    assert document["overall_evaluation"]["metric_summary"]["turns"]["score"] == 3.0


def test_junit_has_an_item_a_case_with_its_failure_and_metrics(run: Run, tmp_path: Path) -> None:
    run.add("good", scenario_text())
    run.add("bad", scenario_text(says="refunded"))
    file = tmp_path / "junit.xml"
    score(run, "--junitxml", file)
    suite = ET.parse(file).getroot()[0]  # noqa: S314  (our own file)
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("2", "1", "0")
    bad, good = suite
    failure = bad.find("failure")
    assert failure is not None
    assert "refunded" in failure.get("message", "")
    assert {each.get("name"): each.get("value") for each in good.iter("property")}["turns"] == "3"
