"""Several runs of one scenario overlap."""

from __future__ import annotations

import pytest

MOODY = """
@pytest.fixture(scope="session")
def desk(overlaps):
    turns, arrived = iter(range(1000)), threading.Barrier(5)
    def answer(text):
        if overlaps:
            arrived.wait(20)
        return "We are closed." if next(turns) == 0 else "We are open."
    return answer
"""


def told(seen):
    return [line.strip() for line in seen.junit if line.strip().startswith(("runs=", "runs_passed="))]


def test_all_runs_of_a_scenario_are_on_the_line_at_once(suite, scenario, both):
    suite.file("a.scenario.yaml", scenario("hours", "Party of 5", runs=5))
    seen = both("-v").alike()
    assert told(seen) == ["runs=5", "runs_passed=5"]
    assert "calls         5: 5 passed" in seen


def test_runs_of_several_scenarios_are_on_the_line_at_once(suite, scenario, both):
    suite.file("a.scenario.yaml", *(scenario(name, "Party of 6", runs=3) for name in ("one", "other")))
    assert told(both("-v").alike()) == ["runs=3", "runs_passed=3"] * 2


@pytest.mark.parametrize(("pass_rate", "outcome"), [(0.8, "passed"), (1.0, "failed")])
def test_the_share_of_passing_runs_decides(suite, scenario, conftest, both, pass_rate, outcome):
    conftest(MOODY)
    suite.file(
        "a.scenario.yaml",
        scenario("hours", runs=5, pass_rate=pass_rate, expect={"agent_says": "We are open"}),
    )
    runs = both("-v")
    for seen in (runs.serial, runs.overlapped):
        assert told(seen) == ["runs=5", "runs_passed=4"]
        assert seen.outcomes() == {"a.scenario.yaml::hours": outcome}


def test_runs_of_a_python_test_are_on_the_line_at_once(suite, party, both):
    suite.file("a.scenario.yaml", *party(1, of=5, expect={"agent_says": "nine to five"}))
    suite.text(
        "test_it.py",
        "import pytest\n@pytest.mark.scenario('a.scenario.yaml')\n@pytest.mark.runs(5)\n"
        "def test_it(call, simulate):\n    assert call is simulate.calls[4].result\n"
        "def test_plain(): pass\n@pytest.mark.scenario('a.scenario.yaml')\n@pytest.mark.runs(5)\ndef test_other(call): pass\n",
    )
    assert told(both("-v", "test_it.py").alike()) == ["runs=5", "runs_passed=5"] * 2


def test_runs_beyond_the_limit_wait(suite, scenario, conftest, both):
    conftest("""
@pytest.fixture(scope="session")
def desk():
    on_the_line, most = set(), []
    class Desk:
        def __init__(self): on_the_line.add(self)
        def __call__(self, text):
            most.append(len(on_the_line))
            pair.wait(20)
            on_the_line.discard(self)
            return "We are open."
    pair = threading.Barrier(2)
    yield Desk
    note("most", max(most))
    """)
    suite.file("a.scenario.yaml", scenario("hours", runs=6))
    result = suite.run("--agentsim-concurrency=2", "-v")
    result.assert_outcomes(passed=1)
    assert (suite.path / "notes.txt").read_text() == "most 2\n"


def test_items_beyond_the_limit_wait(suite, scenario, conftest):
    conftest("""
@pytest.fixture(scope="session")
def desk():
    on_the_line, most = set(), []
    class Desk:
        def __init__(self): on_the_line.add(self)
        def __call__(self, text):
            most.append(len(on_the_line))
            pair.wait(20)
            on_the_line.discard(self)
            return "We are open."
    pair = threading.Barrier(2)
    yield Desk
    note("most", max(most))
    """)
    suite.file("a.scenario.yaml", *(scenario(f"call {each}") for each in range(6)))
    suite.run("--agentsim-concurrency=2", "-v").assert_outcomes(passed=6)
    assert (suite.path / "notes.txt").read_text() == "most 2\n"
