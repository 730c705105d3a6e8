"""`--agentsim-runs` and `--agentsim-until-sure`, one by one and with calls that overlap."""

from __future__ import annotations

import json

import pytest

SHOP = """
import pytest
from pytest_agentsim import Agent

calls = []

def answer(text):
    calls.append(text)
    return "We are closed." if len(calls) in {closed} else "We are open."

@pytest.fixture(scope="session")
def agent():
    with Agent.from_callable(answer) as started: yield started
"""
OPEN = {"expect": {"agent_says": "We are open"}}
PYTHON = (
    "import pytest\n@pytest.mark.scenario('desk.scenario.yaml')\n"
    "def test_it(call): assert call.status == 'completed'\n"
)


@pytest.fixture(autouse=True)
def wide_terminal(monkeypatch):
    """A terminal on which no sentence is wrapped."""
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def shop(suite):
    """Makes the suite's agent: it is closed in the calls of these numbers."""

    def closed(*numbers):
        suite.text("conftest.py", SHOP.replace("{closed}", repr(numbers)))
        return suite

    return closed


def calls_of(suite):
    return len(list((suite.path / "agentsim-results").rglob("result.json")))


def read(case):
    return {each.get("name"): each.get("value") for each in case.iter("property")}


def test_every_scenario_is_run_as_often_as_the_option_says(shop, scenario):
    suite = shop()
    suite.file("desk.scenario.yaml", scenario("once"), scenario("twice", runs=2))
    suite.run("--agentsim-runs=3").assert_outcomes(passed=2)
    assert calls_of(suite) == 6


def test_the_option_goes_before_the_mark_and_leaves_the_pass_rate(shop, scenario):
    suite = shop(1)
    suite.file("desk.scenario.yaml", scenario("hours", marks=["runs(2, pass_rate=0.75)"], **OPEN))
    suite.run("--agentsim-runs=4").assert_outcomes(passed=1)
    suite.run("--agentsim-runs=3").assert_outcomes(failed=1)


@pytest.mark.parametrize("concurrency", ["1", "5"])
def test_a_failure_that_settles_it_ends_the_repetition(shop, scenario, concurrency):
    suite = shop(2)
    suite.file("desk.scenario.yaml", scenario("hours", runs=10, **OPEN))
    result = suite.run("--agentsim-until-sure", f"--agentsim-concurrency={concurrency}")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E *1 of 2 runs passed, 100% must; sure without 8 more*",
            "E *pass rate 50% (*), pass@2 100%, pass^2 0%",
            "E *flaky: run 2 failed first: *agent_says*",
            "* until sure: 8 calls of 10 not needed",
        ]
    )
    assert calls_of(suite) == 2


@pytest.mark.parametrize("arguments", [["--agentsim-concurrency=1"], ["--agentsim-concurrency=5"], ["-n2"]])
def test_runs_that_pass_end_once_they_are_enough(shared, scenario, arguments):
    shared.text("conftest.py", SHOP.replace("{closed}", "()"))
    shared.file(
        "desk.scenario.yaml", *[scenario(f"hours {n}", runs=50, pass_rate=0.9, **OPEN) for n in range(3)]
    )
    folder = "-".join(arguments).strip("-")
    result = shared.run_apart("--agentsim-until-sure", f"--agentsim-output={folder}", *arguments)
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["* 54 completed*", "* until sure: 96 calls of 150 not needed"])
    assert len(list((shared.path / folder).rglob("result.json"))) == 54


def test_no_more_runs_are_made_than_the_scenario_has(shop, scenario):
    suite = shop(1, 3, 5, 7, 9)
    suite.file("desk.scenario.yaml", scenario("hours", runs=10, pass_rate=0.5, **OPEN))
    case = suite.junit("--agentsim-until-sure")["hours"]
    assert read(case).items() >= {"runs": "10", "runs_passed": "5", "runs_planned": "10"}.items()


def test_items_that_go_on_ahead_of_their_turn_keep_their_verdicts_apart(shop, scenario):
    suite = shop()
    suite.file(
        "desk.scenario.yaml",
        scenario("a", runs=5, **OPEN),
        scenario("b", runs=5, expect={"agent_says": "never said"}),
        scenario("c", runs=5, **OPEN),
    )
    cases = suite.junit("--agentsim-until-sure")
    runs = {name: (read(case)["runs"], read(case)["runs_passed"]) for name, case in cases.items()}
    assert runs == {"a": ("5", "5"), "b": ("1", "0"), "c": ("5", "5")}


def test_the_runs_of_a_python_test_end_as_well(shop, scenario):
    suite = shop(1)
    suite.file("desk.scenario.yaml", scenario("hours", runs=10, **OPEN))
    suite.text("test_it.py", PYTHON)
    result = suite.run("--agentsim-until-sure", "test_it.py")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E *0 of 1 run passed, 100% must; sure without 9 more*"])


def test_python_tests_overlap_while_they_are_not_sure(shop, scenario):
    suite = shop()
    suite.file("desk.scenario.yaml", scenario("hours", runs=4, **OPEN))
    suite.text("test_it.py", f"{PYTHON}\n{PYTHON.replace('test_it', 'test_other')}")
    suite.run("--agentsim-until-sure", "test_it.py").assert_outcomes(passed=2)
    assert calls_of(suite) == 8


def test_runs_of_which_nothing_is_expected_are_all_made(shop, scenario):
    suite = shop()
    suite.file("desk.scenario.yaml", scenario("hours", runs=3, pass_rate=0.1))
    suite.text("test_it.py", PYTHON)
    suite.run("--agentsim-until-sure", "test_it.py").assert_outcomes(passed=1)
    assert calls_of(suite) == 3


def test_each_run_has_the_seed_that_it_has_without_the_option(shop, scenario):
    suite = shop()
    suite.file("desk.scenario.yaml", scenario("hours", runs=3, **OPEN))
    seeds = []
    for arguments in (["--agentsim-until-sure"], []):
        suite.run(*arguments).assert_outcomes(passed=1)
        results = sorted((suite.path / "agentsim-results").rglob("result.json"))
        seeds.append([json.loads(path.read_text())["seed"] for path in results])
    assert seeds[0] == seeds[1]


def test_an_agent_that_cannot_be_called_fails_once_and_not_ten_times(suite, scenario):
    suite.text("conftest.py", "")
    suite.file("desk.scenario.yaml", *[scenario(name, runs=10) for name in "ab"])
    result = suite.run("--agentsim-until-sure", "--agentsim-text-url=ws://127.0.0.1:9")
    result.assert_outcomes(failed=2)
    assert calls_of(suite) == 2


MEETING = """
import threading
import pytest
from pytest_agentsim import Agent

meeting = threading.Barrier(2)

def answer(text):
    meeting.wait(timeout=10)
    return "We are open."

@pytest.fixture(scope="session")
def agent():
    with Agent.from_callable(answer) as started: yield started
"""


@pytest.mark.parametrize("kind", ["files", "python"])
def test_items_ask_for_further_runs_ahead_of_their_turn(suite, scenario, kind):
    """Each run of one item answers only while one of the other item is on the line."""
    suite.text("conftest.py", MEETING)
    suite.file(
        "desk.scenario.yaml", scenario("hours", runs=4, **OPEN), scenario("more hours", runs=4, **OPEN)
    )
    chosen = "desk.scenario.yaml"
    if kind == "python":
        chosen = "test_it.py"
        by_name = PYTHON.replace("yaml'", "yaml', name='hours'")
        suite.text(chosen, f"{by_name}\n{by_name.replace('test_it', 'test_other')}")
    result = suite.run("--agentsim-until-sure", chosen)
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["* 8 completed*"])
