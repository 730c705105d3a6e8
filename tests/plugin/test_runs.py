"""Scenarios with several runs, in files and in Python tests."""

from __future__ import annotations

import pytest

ALTERNATING = """
import pytest
from pytest_agentsim import Agent

calls = []

def answer(text):
    calls.append(text)
    return "We are open." if len(calls) % 2 else "We are closed."

@pytest.fixture(scope="session")
def agent():
    with Agent.from_callable(answer) as started: yield started
"""


@pytest.fixture(autouse=True)
def wide_terminal(monkeypatch):
    """A terminal on which no sentence is wrapped."""
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def moody(suite):
    """A suite whose agent is open in every second call, beginning with the first."""
    suite.text("conftest.py", ALTERNATING)
    return suite


OPEN = {"expect": {"agent_says": "We are open"}}


@pytest.mark.parametrize(
    ("runs", "pass_rate", "outcome"),
    [
        (3, 1.0, "failed"),
        (3, 0.6, "passed"),
        (3, 0.67, "failed"),
        (2, 0.5, "passed"),
        (2, 0.51, "failed"),
        (1, 1.0, "passed"),
        (2, 0.0, "passed"),
    ],
)
def test_the_share_of_passing_runs_decides(moody, scenario, runs, pass_rate, outcome):
    moody.file("desk.scenario.yaml", scenario("hours", runs=runs, pass_rate=pass_rate, **OPEN))
    moody.run().assert_outcomes(**{outcome: 1})


def test_a_share_is_not_missed_by_a_rounding_error(suite, scenario):
    assert 0.28 * 25 > 7
    suite.text("conftest.py", ALTERNATING.replace("% 2 else", "<= 7 else"))
    suite.file("desk.scenario.yaml", scenario("hours", runs=25, pass_rate=0.28, **OPEN))
    suite.run().assert_outcomes(passed=1)


def test_a_failure_tells_how_many_runs_passed(moody, scenario):
    moody.file("desk.scenario.yaml", scenario("hours", runs=3, **OPEN))
    result = moody.run()
    result.stdout.fnmatch_lines(["E *2 of 3 runs passed, 100% must*", "* agent   We are closed."])


def test_the_failing_line_is_that_of_the_first_failing_run(moody, scenario):
    moody.file(
        "desk.scenario.yaml", scenario("hours", runs=3, expect={"turns": 3, "agent_says": "We are open"})
    )
    moody.run().stdout.fnmatch_lines([">*agent_says: We are open", "desk.scenario.yaml:*: ExpectationFailed"])


def test_each_run_has_its_artifacts_and_its_seed(moody, scenario):
    moody.file("desk.scenario.yaml", scenario("hours", runs=3))
    moody.run().assert_outcomes(passed=1)
    results = sorted((moody.path / "agentsim-results").rglob("result.json"))
    assert len(results) == 3
    assert len({line for path in results for line in path.read_text().split(",") if '"seed"' in line}) == 3


def test_a_file_and_its_marks_may_be_run_repeatedly_with_each_personality(moody, scenario):
    moody.file(
        "desk.scenario.yaml", scenario("hours", runs=2, marks=["personalities('normal', 'impatient')"])
    )
    result = moody.run()
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["calls * 4: *"])


# --- Python tests -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("pass_rate", "outcome"), [(1.0, "failed"), (0.6, "passed")])
def test_call_makes_all_runs_and_enough_of_them_must_be_as_expected(moody, scenario, pass_rate, outcome):
    moody.file("desk.scenario.yaml", scenario("hours", **OPEN))
    moody.text(
        "test_it.py",
        "import pytest\n@pytest.mark.scenario('desk.scenario.yaml')\n"
        f"@pytest.mark.runs(3, pass_rate={pass_rate})\n"
        "def test_it(call): assert call.status == 'completed'\n",
    )
    result = moody.run("test_it.py")
    result.assert_outcomes(**{outcome: 1})
    result.stdout.fnmatch_lines(["calls * 3: *"])


def test_call_makes_the_runs_that_the_file_asks_for(moody, scenario):
    moody.file("desk.scenario.yaml", scenario("hours", runs=3, pass_rate=0.5, **OPEN))
    moody.text(
        "test_it.py", "import pytest\n@pytest.mark.scenario('desk.scenario.yaml')\ndef test_it(call): pass\n"
    )
    cases = moody.junit("test_it.py")
    found = {each.get("name"): each.get("value") for each in cases["test_it"].iter("property")}
    assert (found["runs"], found["runs_passed"]) == ("3", "2")


def test_call_gives_the_last_run(moody, scenario):
    moody.file("desk.scenario.yaml", scenario("hours"))
    moody.text(
        "test_it.py",
        "import pytest\n@pytest.mark.scenario('desk.scenario.yaml')\n@pytest.mark.runs(2)\n"
        "def test_it(call, simulate): assert call is simulate.calls[1].result\n",
    )
    moody.run("test_it.py").assert_outcomes(passed=1)


@pytest.mark.parametrize("arguments", ["simulate", "rubric_session", ""])
def test_runs_of_a_test_without_call_are_refused(suite, arguments):
    suite.text(
        "test_it.py",
        f"import pytest\n@pytest.mark.runs(2)\ndef test_it({arguments}): pass\ndef test_other(): pass\n",
    )
    result = suite.run()
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        ["test_it has the mark `runs`, which says how often the fixture `call` makes its call*"]
    )
