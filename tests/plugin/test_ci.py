"""What CI systems get at the end of a run."""

from __future__ import annotations

import pytest


@pytest.fixture
def desk(suite, scenario):
    """A suite with an item that passes and one that does not."""
    suite.file(
        "desk.scenario.yaml", scenario("passes"), scenario("fails", expect={"agent_says": "never said"})
    )
    return suite


def test_a_run_ends_with_a_report_in_markdown(desk):
    result = desk.run("--agentsim-markdown=out/report.md", "--agentsim-name=nightly")
    result.stdout.fnmatch_lines(["report *out/report.md"])
    text = (desk.path / "out" / "report.md").read_text(encoding="utf-8")
    assert text.startswith("## `nightly`\n\n❌ **1 failed** · ✅ **1 passed** of 2 calls")


def test_github_gets_a_summary_and_marks_at_the_lines(desk, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(desk.path))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(desk.path / "summary.md"))
    result = desk.run()
    [line] = [line for line in result.outlines if line.startswith("::error ")]
    number = 1 + (desk.path / "desk.scenario.yaml").read_text().splitlines().index(
        "    agent_says: never said"
    )
    assert line.startswith(
        f"::error file=desk.scenario.yaml,line={number},title=desk.scenario.yaml%3A%3Afails::"
    )
    assert "**1 failed**" in (desk.path / "summary.md").read_text(encoding="utf-8")


def test_elsewhere_nothing_is_said_to_github(desk):
    result = desk.run()
    assert not [line for line in result.outlines if "::error" in line]


def test_the_controller_of_workers_tells_github_once(desk, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(desk.path / "summary.md"))
    result = desk.run_apart("-n", "2")
    assert len([line for line in result.outlines if line.startswith("::error ")]) == 1
    assert (desk.path / "summary.md").read_text(encoding="utf-8").count("## Simulated calls") == 1
