"""The recordings of voice calls: which stay, and where they are named."""

from __future__ import annotations

import json

import pytest

FAILS = {"expect": {"agent_says": "never said"}}
CALLS_TWICE = """
import pytest

def test_it(simulate):
    for _ in range(2): simulate('desk.scenario.yaml', name='passes')

def test_it_fails(simulate):
    simulate('desk.scenario.yaml', name='passes')
    assert False

@pytest.mark.xfail(strict=True)
def test_it_passes_unexpectedly(simulate): simulate('desk.scenario.yaml', name='passes')

@pytest.mark.xfail
def test_it_fails_as_expected(simulate):
    simulate('desk.scenario.yaml', name='passes')
    assert False
"""


@pytest.fixture
def desk(suite, scenario, voice):
    """A suite with an agent that speaks voice."""
    voice("voice_url='ws://127.0.0.1:1/'")
    suite.file("desk.scenario.yaml", scenario("passes"), scenario("fails", **FAILS))
    return suite


def recorded(suite):
    """The folders with a recording, each of which says so, and no other does."""
    folders = {
        path.parent.name: json.loads(path.read_text())["recording"]
        for path in suite.path.rglob("result.json")
    }
    found = {path.parent.name for path in suite.path.rglob("recording.wav")}
    assert {name for name, recording in folders.items() if recording == "recording.wav"} == found
    return found


def properties(case):
    return {each.get("name"): each.get("value") for each in case.iter("property")}


def test_voice_calls_are_recorded_beside_their_artifacts(desk):
    desk.run()
    assert recorded(desk) == {"passes", "fails"}
    assert (desk.path / "agentsim-results" / ".gitignore").is_file()


def test_text_calls_are_not(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("passes"))
    suite.run().assert_outcomes(passed=1)
    assert recorded(suite) == set()


def test_no_voice_call_is_recorded_when_that_is_off(desk):
    desk.run()
    desk.run("--agentsim-record=off").assert_outcomes(passed=1, failed=1)
    assert recorded(desk) == set()


def test_only_failures_may_keep_theirs(desk):
    cases = desk.junit("--agentsim-record=retain-on-failure")
    assert recorded(desk) == {"fails"}
    assert "recording" not in properties(cases["passes"])
    assert properties(cases["fails"])["recording"].endswith("/fails/recording.wav")


def test_of_python_tests_too_only_failures_may_keep_theirs(desk):
    desk.text("test_it.py", CALLS_TWICE)
    desk.run("--agentsim-record=retain-on-failure", "test_it.py").assert_outcomes(
        passed=1, failed=2, xfailed=1
    )
    assert recorded(desk) == {"test_it_fails", "test_it_passes_unexpectedly", "test_it_fails_as_expected"}


def test_the_failure_and_the_summary_name_the_recording(desk):
    result = desk.run("--agentsim-record=retain-on-failure")
    result.stdout.fnmatch_lines(
        [
            "artifacts: *fails",
            "recording: *fails*recording.wav",
            "artifacts  *agentsim-results",
            "recording  *agentsim-results*fails*recording.wav",
        ]
    )


def test_the_properties_of_a_voice_call_tell_how_it_was_heard(desk):
    found = properties(desk.junit()["passes"])
    assert (
        found.items()
        >= {
            "channel": "voice",
            "latency_p50": "0.8",
            "latency_p95": "1.16",
            "harness_lateness_p99": "0.002",
        }.items()
    )
    assert found["recording"].endswith("agentsim-results/desk.scenario.yaml/passes/recording.wav")


def test_a_folder_that_cannot_be_made_costs_the_recording_and_not_the_call(desk):
    desk.text("in_the_way", "a file")
    result = desk.run("--agentsim-output=in_the_way")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["agentsim: The artifacts of 2 calls could not be written*"])
