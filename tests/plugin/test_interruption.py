"""Calls that are cut short: by a time limit, and by Ctrl-C."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time

import pytest

LIMIT = 30.0  # s until a test gives up waiting


def result_of(suite, item):
    [path] = (suite.path / "agentsim-results").rglob(f"{item}/result.json")
    return json.loads(path.read_text())


def test_a_time_limit_ends_the_call_keeps_its_artifacts_and_lets_the_rest_run(suite, scenario, gone):
    command = suite.program()
    suite.text("conftest.py", "")
    suite.file(
        "desk.scenario.yaml",
        scenario("hours"),  # the agent is started and all is imported before time is limited
        scenario("hangs", "Please hold the line", marks=["timeout(1)"]),
        scenario("holidays"),
    )
    result = suite.run_apart(f"--agentsim-command={command}")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines([">*- name: hangs", "E  *Timeout*1.0s*", "desk.scenario.yaml:11: Failed"])
    result.stdout.no_fnmatch_line("*pytest_agentsim/[!a]*.py:[0-9]*: *")
    assert result_of(suite, "hangs")["ended_reason"] == "cancelled"
    assert (
        "hold the line" in next((suite.path / "agentsim-results").rglob("hangs/transcript.json")).read_text()
    )
    assert gone(suite.path / "agent.pid")


def test_a_turn_timeout_fails_the_item_at_its_line(suite, scenario):
    suite.text("conftest.py", "")
    suite.file("desk.scenario.yaml", scenario("hangs", "Please hold the line"), scenario("hours"))
    result = suite.run(f"--agentsim-command={suite.program()}", "--agentsim-turn-timeout=0.2", "--tb=line")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*desk.scenario.yaml:2: *ExpectationFailed*agent_timeout*"])


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGINT")
def test_ctrl_c_stops_the_run_and_the_agent_and_keeps_what_was_said(suite, scenario, gone):
    command = suite.program()
    suite.text("conftest.py", "")
    suite.file("desk.scenario.yaml", scenario("hangs", "Please hold the line"), scenario("hours"))
    run = subprocess.Popen(
        [sys.executable, "-m", "pytest", f"--agentsim-command={command}"],
        cwd=suite.path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        wait_for(suite.path / "holding", run)
        run.send_signal(signal.SIGINT)
        output, _ = run.communicate(timeout=LIMIT)
    finally:
        run.kill()
    assert run.returncode == pytest.ExitCode.INTERRUPTED
    assert "KeyboardInterrupt" in output
    assert result_of(suite, "hangs")["ended_reason"] == "cancelled"
    assert gone(suite.path / "agent.pid")


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGINT")
def test_ctrl_c_ends_all_calls_in_flight_and_tears_down_what_was_set_up_for_them(suite, scenario, gone):
    command = suite.program()
    suite.text(
        "conftest.py",
        """
import pathlib, pytest
def note(line):
    with pathlib.Path("notes.txt").open("a") as file: file.write(line + "\\n")
@pytest.fixture(scope="session", autouse=True)
def building():
    yield
    note("building down")
@pytest.fixture(autouse=True)
def desk(request):
    note(f"up {request.node.name}")
    yield
    note(f"down {request.node.name}")
""",
    )
    names = [f"caller {number}" for number in range(4)]
    suite.file("desk.scenario.yaml", *(scenario(name, "Please hold the line") for name in names))
    run = subprocess.Popen(
        [sys.executable, "-m", "pytest", f"--agentsim-command={command}"],
        cwd=suite.path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        for number in range(4):
            wait_for(suite.path / f"holding{number or ''}", run)
        run.send_signal(signal.SIGINT)
        output, _ = run.communicate(timeout=LIMIT)
    finally:
        run.kill()
    assert run.returncode == pytest.ExitCode.INTERRUPTED
    assert "KeyboardInterrupt" in output
    assert "Exception" not in output
    notes = (suite.path / "notes.txt").read_text().split("\n")[:-1]
    assert sorted(notes[:-1]) == sorted(
        f"{way} caller_{number}" for way in ("up", "down") for number in range(4)
    )
    assert notes[-1] == "building down"
    for number in range(4):
        assert result_of(suite, f"caller_{number}")["ended_reason"] == "cancelled"
    assert gone(suite.path / "agent.pid")


def wait_for(path, run):
    deadline = time.monotonic() + LIMIT
    while not path.exists():
        assert run.poll() is None, run.stdout.read()
        assert time.monotonic() < deadline
