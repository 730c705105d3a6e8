"""Scenarios under pytest-xdist: what a run of two processes says is what a run of one says."""

from __future__ import annotations

import re

import pytest

FAILING = {"expect": {"agent_says": "never said"}}
PARAMETRISED = (
    "@pytest.fixture(params=['normal', 'impatient'])\ndef personality(request): return request.param"
)


@pytest.fixture(scope="module")
def many(shared, scenario):
    """A suite of four scenarios with two parameters each; one scenario fails."""
    shared.conftest(PARAMETRISED)
    shared.file("a.scenario.yaml", scenario("one", tags=["P1: high"]), scenario("two", **FAILING))
    shared.file("b.scenario.yaml", scenario("three"), scenario("four"))
    return shared


@pytest.fixture(scope="module")
def run(many):
    """A whole run in two processes, with its JUnit file."""
    return many.run_apart("-n2", "--agentsim-name=nightly", "--junitxml=junit.xml")


@pytest.fixture(scope="module")
def cases(run, many):
    return many.cases()


def read(case):
    return {each.get("name"): each.get("value") for each in case.iter("property")}


def test_all_scenarios_are_run(run):
    run.assert_outcomes(passed=6, failed=2)


def test_one_summary_counts_the_calls_of_all_processes(run):
    run.stdout.fnmatch_lines(["*= agentsim: nightly =*", "* 8 completed; *", "expectations * 2 not met"])


def test_a_failure_points_at_its_line(run):
    run.stdout.fnmatch_lines(
        [
            ">* agent_says: never said",
            "E  *the agent did not say 'never said'*",
            "a.scenario.yaml:23: ExpectationFailed",
        ]
    )


def test_the_properties_are_in_the_junit_file(cases):
    assert len(cases) == 8
    for name, case in cases.items():
        found = read(case)
        assert found.keys() >= {"run_id", "batch_id", "seed", "channel", "status", "ended_reason"}
        assert f"[{found['personality']}]" in name
        assert found.get("failure_kind") == ("product" if name.startswith("two") else None)


def test_no_property_is_there_twice(cases):
    for case in cases.values():
        names = [each.get("name") for each in case.iter("property")]
        assert len(names) == len(set(names))


def test_the_transcript_is_in_system_out_once(cases):
    for case in cases.values():
        [out] = case.iter("system-out")
        assert out.text.count("What are your hours?") == 1


def test_the_processes_share_a_batch_id(cases):
    [batch_id] = {read(case)["batch_id"] for case in cases.values()}
    assert re.fullmatch(r"nightly-\w+", batch_id)


def test_the_seeds_are_those_of_a_run_in_one_process(cases, suite, scenario):
    suite.conftest(PARAMETRISED)
    suite.file("a.scenario.yaml", scenario("one"), scenario("two"))
    suite.file("b.scenario.yaml", scenario("three"), scenario("four"))
    alone = suite.junit()
    assert {name: read(case)["seed"] for name, case in alone.items()} == {
        name: read(case)["seed"] for name, case in cases.items()
    }


def test_each_call_has_its_artifacts(run, many):
    assert len(list((many.path / "agentsim-results").rglob("result.json"))) == 8


def test_what_failed_last_is_run_again(run, many):
    many.run_apart("-n2", "--lf").assert_outcomes(failed=2)


def test_a_file_stays_in_one_process_with_loadscope(many):
    result = many.run_apart("-n2", "--dist=loadscope", "-v")
    result.assert_outcomes(passed=6, failed=2)
    where = set(re.findall(r"\[(gw\d)\].*?(?:PASSED|FAILED) (\w\.scenario\.yaml)::", result.stdout.str()))
    assert len(where) == 2


def test_the_first_of_the_selected_scenarios_are_the_same_in_all_processes(many):
    result = many.run_apart("-n2", "--agentsim-first=1", "-m", "P1_high", "-v")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines_random(
        ["*PASSED a.scenario.yaml::one[[]normal[]]*", "*PASSED a.scenario.yaml::one[[]impatient[]]*"]
    )


def test_a_usage_error_is_told_once(many):
    result = many.run_apart("-n2", "--agentsim-seed=x")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert result.errlines == ["ERROR: --agentsim-seed needs a whole number, not 'x'", ""]


# Calls that overlap in each process

SOME_AT_ONCE = """
import asyncio, pytest
from pytest_agentsim import Agent

class Party:
    \"\"\"Answers once so many callers have been on the line together.\"\"\"

    def __init__(self):
        self.waiting = 0
        self.complete = None

    async def answer(self, text):
        self.complete = self.complete or asyncio.Event()
        self.waiting += 1
        if self.waiting == CALLERS:
            self.complete.set()
        async with asyncio.timeout(30):
            await self.complete.wait()
        return "We are open."

@pytest.fixture(scope="session")
def agent():
    with Agent.from_callable(Party().answer) as started:
        yield started
"""


# A worker that is quick to end may steal half of the items of one that has not begun.
@pytest.mark.parametrize(
    ("dist", "callers"), [("load", 4), ("loadscope", 4), ("loadfile", 4), ("worksteal", 2), ("each", 4)]
)
def test_calls_overlap_in_each_process(suite, scenario, dist, callers):
    suite.text("conftest.py", SOME_AT_ONCE.replace("CALLERS", str(callers)))
    for file in "ab":
        suite.file(f"{file}.scenario.yaml", *(scenario(f"{file}{number}") for number in range(4)))
    result = suite.run_apart("-n2", f"--dist={dist}", "--junitxml=junit.xml")
    result.assert_outcomes(passed=16 if dist == "each" else 8)


def test_each_process_starts_its_share_of_the_calls_in_a_second(suite, scenario):
    suite.conftest(
        """
@pytest.fixture(autouse=True)
def rate(request):
    from pytest_agentsim.run_state import run_of
    assert run_of(request.config).limits.text.rate == 5.0
"""
    )
    suite.file("a.scenario.yaml", *(scenario(f"a{number}") for number in range(4)))
    suite.run_apart("-n2", "--agentsim-launch-rate=10").assert_outcomes(passed=4)
