"""`--agentsim-save-baseline`, `--agentsim-compare` and `--agentsim-compare-fail`."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest

SAVE = "--agentsim-save-baseline=main"
COMPARE = "--agentsim-compare=main"


@pytest.fixture
def desk(suite, scenario):
    """A suite of two scenarios, and its baseline."""
    suite.file("desk.scenario.yaml", scenario("a", runs=10), scenario("b", runs=10))
    result = suite.run(SAVE)
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["baseline saved: *main.json (2 scenarios, 20 calls)"])
    return suite


def path_of(suite):
    return suite.path / ".agentsim" / "baselines" / "main.json"


def rewrite(suite, change):
    """Change each run of the baseline."""
    document = json.loads(path_of(suite).read_text())
    for item in document["items"].values():
        for run in item["runs"]:
            change(run)
    path_of(suite).write_text(json.dumps(document))


def made_quick(run):
    for name in run["metrics"]:
        if name.startswith("latency"):
            run["metrics"][name] = 1e-9


def test_the_file_has_each_run_with_its_seed_its_verdicts_and_its_metrics(desk):
    document = json.loads(path_of(desk).read_text())
    assert list(document["items"]) == ["desk.scenario.yaml::a", "desk.scenario.yaml::b"]
    runs = document["items"]["desk.scenario.yaml::a"]["runs"]
    assert [run["run"] for run in runs] == list(range(1, 11))
    assert len({run["seed"] for run in runs}) == 10
    assert runs[0]["passed"] is True
    assert runs[0]["verdicts"] == [["call", "met"]]
    assert runs[0]["metrics"]["latency_p95"] > 0
    assert document["metrics"]["latency_p95"] == {"unit": "s", "direction": "lower"}


def test_a_run_that_does_the_same_shows_no_difference(desk):
    result = desk.run(COMPARE, "--agentsim-compare-fail=turns:0", "--agentsim-compare-fail=pass_rate:0%")
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        ["compared with 'main' of *: 2 scenarios in both, 0 only now, 0 only then", "pass_rate *100% *100% *"]
    )
    result.stdout.no_fnmatch_line("agentsim: *")


def test_a_regression_beyond_the_limit_fails_the_run_with_one_sentence(desk):
    rewrite(desk, made_quick)
    result = desk.run(COMPARE, "--agentsim-compare-fail=latency_p95:10%")
    result.assert_outcomes(passed=2)
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        [
            "latency_p95 *10 pairs *worse (p 0.0039)*desk.scenario.yaml::a",
            "agentsim: worse than the baseline 'main' *: latency_p95 of desk.* rose by * limit 10%), and 1 more.",
        ]
    )


def test_a_regression_without_a_limit_is_only_told(desk):
    rewrite(desk, made_quick)
    result = desk.run(COMPARE)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["latency *worse (p *"])


def test_a_regression_within_the_limit_is_only_told(desk):
    rewrite(desk, made_quick)
    assert desk.run(COMPARE, "--agentsim-compare-fail=latency_p95:30").ret == 0


def test_an_improvement_fails_nothing(desk):
    def fail(run):
        run["passed"] = False

    rewrite(desk, fail)
    result = desk.run(COMPARE, "--agentsim-compare-fail=pass_rate:0%")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["pass_rate *0% *100% *better (p *"])


def test_under_xdist_the_controller_saves_and_compares(shared, scenario):
    shared.file("desk.scenario.yaml", scenario("a", runs=10), scenario("b", runs=10))
    saved = shared.run_apart("-n2", SAVE)
    saved.stdout.fnmatch_lines(["baseline saved: *main.json (2 scenarios, 20 calls)"])
    rewrite(shared, made_quick)
    result = shared.run_apart("-n2", COMPARE, "--agentsim-compare-fail=latency:10%", "--junitxml=junit.xml")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["latency *10 pairs *worse (p *", "agentsim: worse than the baseline *"])
    for case in shared.cases().values():
        assert case.find("properties/property[@name='compare_latency']").get("value").startswith("worse: ")


def test_the_junit_file_has_what_was_found(desk):
    rewrite(desk, made_quick)
    desk.junit(COMPARE)
    suite = ET.parse(desk.path / "junit.xml").find("testsuite")  # noqa: S314  (pytest's own)
    of_all = {each.get("name"): each.get("value") for each in suite.find("properties")}
    assert of_all["baseline"] == "main"
    assert of_all["compare_latency"].startswith("too few to tell: ")
    for case in desk.cases().values():
        found = {each.get("name"): each.get("value") for each in case.iter("property")}
        assert found["compare_latency"].startswith("worse: ")
        assert found["compare_pass_rate"].startswith("no difference shown: 100% -> 100%")


def test_scenarios_of_one_side_only_are_counted(desk, scenario):
    desk.file("desk.scenario.yaml", scenario("b", runs=10), scenario("c"), scenario("d"))
    desk.run(COMPARE).stdout.fnmatch_lines(["compared with *: 1 scenario in both, 2 only now, 1 only then"])


def test_a_run_may_be_compared_and_then_take_the_place_of_its_baseline(desk):
    rewrite(desk, made_quick)
    result = desk.run(COMPARE, SAVE)
    result.stdout.fnmatch_lines(["latency *worse *", "baseline saved: *"])
    [first, *_] = json.loads(path_of(desk).read_text())["items"]["desk.scenario.yaml::a"]["runs"]
    assert first["metrics"]["latency"] > 1e-9, "the baseline is still the one that was compared with"


def test_the_folder_can_be_chosen(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("a"))
    suite.run(SAVE, "--agentsim-baselines=kept")
    assert (suite.path / "kept" / "main.json").is_file()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            [COMPARE],
            "ERROR: there is no baseline 'main' in *; save it first with --agentsim-save-baseline=main",
        ),
        (["--agentsim-compare=../x"], "ERROR: a baseline is named with letters, *, not '../x'"),
        (["--agentsim-save-baseline=../x"], "ERROR: a baseline is named with letters, *, not '../x'"),
        (["--agentsim-compare-fail=latency:10%"], "ERROR: --agentsim-compare-fail needs a baseline *"),
        (
            ["--agentsim-compare-fail=latency", COMPARE],
            "ERROR: --agentsim-compare-fail takes limits like *, not 'latency'",
        ),
    ],
)
def test_what_cannot_be_compared_is_a_usage_error_of_one_sentence(suite, scenario, arguments, told):
    suite.file("desk.scenario.yaml", scenario("a"))
    result = suite.run(*arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([told])
    assert len([line for line in result.errlines if line]) == 1


def test_a_truncated_file_is_a_usage_error_of_one_sentence(desk):
    text = path_of(desk).read_text()
    path_of(desk).write_text(text[: len(text) // 2])
    result = desk.run(COMPARE)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: the baseline *main.json is not whole, or no JSON *"])


def test_a_limit_for_a_metric_that_there_is_not_fails_the_run(desk):
    result = desk.run(COMPARE, "--agentsim-compare-fail=latncy:10%")
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        ["agentsim: --agentsim-compare-fail=latncy:10% cannot be checked: no scenario of *"]
    )


def test_limits_fail_a_run_that_makes_no_call(desk):
    desk.text("test_it.py", "def test_it(): pass")
    result = desk.run("test_it.py", COMPARE, "--agentsim-compare-fail=latency:10%")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["agentsim: --agentsim-compare-fail cannot be checked: *"])


def test_limits_in_the_ini_file_wait_for_a_run_that_is_compared(suite, scenario):
    suite.ini("agentsim_compare_fail = latency:10%")
    suite.file("desk.scenario.yaml", scenario("a"))
    assert suite.run().ret == 0
    assert suite.run(SAVE).ret == 0


def test_a_run_that_was_stopped_early_is_no_baseline(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("a", expect={"agent_says": "never said"}), scenario("b"))
    result = suite.run(SAVE, "-x")
    result.stdout.fnmatch_lines(
        ["agentsim: the baseline 'main' was not saved, because the run has not come *"]
    )
    assert not path_of(suite).exists()


def test_a_baseline_that_cannot_be_written_fails_the_run(suite, scenario):
    suite.text(".agentsim", "in the way")
    suite.file("desk.scenario.yaml", scenario("a"))
    result = suite.run(SAVE)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["agentsim: the baseline *main.json could not be saved: *"])


def test_a_regression_fails_a_run_that_has_met_its_success_threshold(desk):
    rewrite(desk, made_quick)
    arguments = [COMPARE, "--agentsim-success-threshold=50"]
    assert desk.run(*arguments).ret == 0
    assert desk.run(*arguments, "--agentsim-compare-fail=latency:10%").ret == 1


def test_an_item_that_is_run_again_counts_once(shared, scenario):
    pytest.importorskip("pytest_rerunfailures")
    shared.file("desk.scenario.yaml", scenario("a", expect={"agent_says": "never said"}))
    shared.run_apart(SAVE, "--reruns=1").stdout.fnmatch_lines(["*1 failed, 1 rerun*"])
    assert len(json.loads(path_of(shared).read_text())["items"]["desk.scenario.yaml::a"]["runs"]) == 1
    shared.run_apart(COMPARE, "--reruns=1", "--junitxml=junit.xml")
    cases = ET.parse(shared.path / "junit.xml").iter("testcase")  # noqa: S314  (pytest's own)
    found = [len(case.findall("properties/property[@name='compare_pass_rate']")) for case in cases]
    assert set(found) == {1}
