"""The page at the end of a run."""

from __future__ import annotations

import json
import re
import sys


def calls_in(page):
    found = re.findall(
        r'<script type="application/json" id="call-\d+">(.*?)</script>', page.read_text(encoding="utf-8")
    )
    return {call["title"]: call for call in map(json.loads, found)}


def test_a_run_ends_with_a_page_of_its_calls(suite, scenario):
    suite.file(
        "desk.scenario.yaml", scenario("passes"), scenario("fails", expect={"agent_says": "never said"})
    )
    result = suite.run("--agentsim-html=out/report.html", "--agentsim-name=nightly")
    result.stdout.fnmatch_lines(["report *out/report.html"])
    calls = calls_in(suite.path / "out" / "report.html")
    assert {name: call["outcome"] for name, call in calls.items()} == {"passes": "passed", "fails": "failed"}


def test_calls_of_earlier_runs_are_not_in_it(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("a"), scenario("b"))
    suite.run("-k", "a")
    suite.run("-k", "b", "--agentsim-html=report.html")
    assert list(calls_in(suite.path / "report.html")) == ["b"]


def test_a_run_that_is_compared_has_the_baseline_in_its_page(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("a", expect={"metrics": {"latency_p95": {"max": "5s"}}}))
    suite.run("--agentsim-save-baseline=main")
    kept = suite.path / ".agentsim" / "baselines" / "main.json"
    before = json.loads(kept.read_text())["batch_id"]
    suite.run("--agentsim-compare=main", "--agentsim-save-baseline=main", "--agentsim-html=report.html")
    assert json.loads(kept.read_text())["batch_id"] != before
    page = suite.path / "report.html"
    known = re.search(r'id="baseline">(.*?)</script>', page.read_text(encoding="utf-8"))[1]
    [item] = json.loads(known)["items"]
    assert item["latency"]["words"].startswith("In main ")
    [latency] = [each for each in calls_in(page)["a"]["metrics"] if each["name"] == "latency"]
    assert latency["thresholds"][0]["words"] == "at most 5 s"


def test_workers_leave_it_to_their_controller(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("a"), scenario("b", expect={"agent_says": "never said"}))
    suite.ini("agentsim_html = report.html")
    result = suite.run_apart("-n", "2")
    assert len([line for line in result.outlines if line.startswith("report  ")]) == 1
    calls = calls_in(suite.path / "report.html")
    assert {name: call["outcome"] for name, call in calls.items()} == {"a": "passed", "b": "failed"}


def test_a_run_without_calls_writes_none(suite):
    suite.text("test_it.py", "def test_it(): ...")
    suite.run("--agentsim-html=report.html").assert_outcomes(passed=1)
    assert not (suite.path / "report.html").exists()


def test_a_missing_package_is_told_before_the_run(suite, scenario, monkeypatch):
    suite.file("desk.scenario.yaml", scenario("a"))
    monkeypatch.setitem(sys.modules, "jinja2", None)
    result = suite.run("--agentsim-html=report.html")
    assert result.ret == 4
    result.stderr.fnmatch_lines(['*pip install "pytest-agentsim[[]report[]]"*'])


def test_a_page_that_cannot_be_written_is_told_and_changes_no_outcome(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("a"))
    suite.text("taken", "")
    result = suite.run("--agentsim-html=taken/report.html")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["agentsim: The report cannot be written to *"])
