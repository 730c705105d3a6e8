"""`--agentsim-success-threshold`: single scenarios may fail without failing the run."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

FAILING = {"expect": {"agent_says": "never said"}}


@pytest.fixture
def desk(suite, scenario):
    """A suite of four scenarios, of which one fails."""
    suite.file("desk.scenario.yaml", *[scenario(name) for name in ("a", "b", "c")], scenario("d", **FAILING))
    return suite


@pytest.mark.parametrize(
    ("threshold", "status", "told"),
    [
        ("75", 0, "agentsim: 3 of 4 scenarios passed (75%), enough for the threshold of 75%."),
        ("76%", 1, "agentsim: the success threshold of 76% of the scenarios is missed: 3 of 4 * (75%)."),
        ("0", 0, "agentsim: 3 of 4 scenarios passed (75%), enough for the threshold of 0%."),
    ],
)
def test_the_share_of_scenarios_that_passed_decides(desk, threshold, status, told):
    result = desk.run(f"--agentsim-success-threshold={threshold}")
    assert result.ret == status
    result.assert_outcomes(passed=3, failed=1)
    result.stdout.fnmatch_lines([told])


def test_without_a_threshold_one_failure_fails_the_run(desk):
    result = desk.run()
    assert result.ret == 1
    result.stdout.no_fnmatch_line("agentsim: *")


def test_under_xdist_the_scenarios_of_all_processes_count(shared, scenario):
    shared.file("desk.scenario.yaml", *[scenario(name) for name in ("a", "b", "c")], scenario("d", **FAILING))
    result = shared.run_apart("-n2", "--agentsim-success-threshold=75")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["agentsim: 3 of 4 scenarios passed (75%), enough *"])
    assert shared.run_apart("-n2", "--agentsim-success-threshold=80").ret == 1


@pytest.mark.parametrize(
    "source",
    [
        "def test_it(): assert False",
        "import pytest\n@pytest.fixture\ndef broken(): raise OSError\ndef test_it(broken): pass",
        "import pytest\n@pytest.fixture\ndef broken():\n    yield\n    raise OSError\ndef test_it(broken): pass",
        "def test_it(simulate): simulate(1)",
    ],
)
def test_what_fails_elsewhere_still_fails_the_run(desk, source):
    desk.text("test_it.py", source)
    result = desk.run("--agentsim-success-threshold=75")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["agentsim: 3 of 4 *, enough *; the run fails because of 1 other failure."])


def test_a_collection_error_still_fails_the_run(desk):
    desk.text("bad.scenario.yaml", "scenarios: 3")
    assert desk.run("--agentsim-success-threshold=50").ret == pytest.ExitCode.INTERRUPTED
    assert desk.run("--agentsim-success-threshold=50", "--continue-on-collection-errors").ret == 1


def test_a_call_that_failed_for_the_infrastructure_still_fails_the_run(desk, scenario):
    desk.file("more.scenario.yaml", scenario("breaks", "Please break"))
    result = desk.run("--agentsim-success-threshold=50")
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        ["agentsim: 3 of 5 *; the run fails because 1 scenario failed for the infra*"]
    )


def test_a_run_that_was_stopped_early_still_fails(desk, scenario):
    desk.file("a.scenario.yaml", scenario("fails first", **FAILING))
    desk.file("more.scenario.yaml", scenario("not run"))
    result = desk.run("--agentsim-success-threshold=0", "-x")
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        ["agentsim: *; the run fails because it was stopped before all had been run."]
    )


def test_scenarios_that_are_skipped_do_not_count(suite, scenario):
    suite.file(
        "desk.scenario.yaml",
        scenario("passes"),
        scenario("skipped", marks=["skip"]),
        scenario("expected to fail", marks=["xfail"], **FAILING),
    )
    result = suite.run("--agentsim-success-threshold=100")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["agentsim: 1 of 1 scenario passed (100%), *"])


def test_a_run_in_which_every_scenario_is_skipped_has_not_met_the_threshold(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("skipped", marks=["skip"]))
    result = suite.run("--agentsim-success-threshold=50")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["agentsim: the success threshold * is missed: all of them were skipped."])


def test_a_run_without_scenarios_has_no_threshold(suite):
    suite.text("test_it.py", "def test_it(): pass")
    result = suite.run("--agentsim-success-threshold=50")
    assert result.ret == 0
    result.stdout.no_fnmatch_line("agentsim: *")


def test_python_tests_with_a_call_count_as_well(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours"))
    suite.text(
        "test_it.py",
        "import pytest\n@pytest.mark.scenario('desk.scenario.yaml')\ndef test_it(call): assert call.turns == ()\n",
    )
    result = suite.run("--agentsim-success-threshold=50")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["agentsim: 1 of 2 scenarios passed (50%), *"])


def test_the_junit_file_has_the_failure_and_the_share(desk):
    desk.junit("--agentsim-success-threshold=75")
    tree = ET.parse(desk.path / "junit.xml")  # noqa: S314  (pytest's own)
    suite = tree.find("testsuite")
    assert suite.get("failures") == "1"
    found = {each.get("name"): each.get("value") for each in suite.find("properties")}
    assert found == {
        "success_threshold": "0.75",
        "success_share": "0.75",
        "scenarios_passed": "3",
        "scenarios_counted": "4",
    }


def test_a_malformed_threshold_is_a_usage_error(desk):
    result = desk.run("--agentsim-success-threshold=most")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --agentsim-success-threshold needs a percentage *, not 'most'"])
