"""`--agentsim-results-json`: the run as one document with the platforms' field names."""

from __future__ import annotations

import json


def test_a_run_is_one_document(suite, scenario):
    suite.file(
        "desk.scenario.yaml",
        scenario("hours", tags=["smoke"], expect={"agent_says": "nine to five"}),
        scenario("fails", expect={"agent_says": "never said"}),
    )
    result = suite.run("--agentsim-results-json=out/results.json")
    result.stdout.fnmatch_lines(["results *results.json"])
    document = json.loads((suite.path / "out/results.json").read_text())
    assert (document["total_runs_count"], document["success_runs_count"]) == (2, 1)
    [tagged] = document["runs_by_tags"]["smoke"]
    assert document["runs"][tagged]["scenario_name"] == "hours"
    assert document["runs"][tagged]["success"] is True


def test_workers_of_a_distributed_run_write_one_document(suite, scenario):
    suite.file("desk.scenario.yaml", *(scenario(f"hours {number}") for number in range(4)))
    suite.run_apart("-n2", "--agentsim-results-json=results.json").assert_outcomes(passed=4)
    assert json.loads((suite.path / "results.json").read_text())["total_runs_count"] == 4


def test_a_document_that_cannot_be_written_is_told(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours"))
    suite.text("taken", "")
    suite.run("--agentsim-results-json=taken/results.json").stdout.fnmatch_lines(
        ["*The results cannot be written to *taken*results.json: *"]
    )
