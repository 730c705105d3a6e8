"""Which files are collected, and what their scenarios are called."""

from __future__ import annotations

import json
import keyword

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from pytest_agentsim.collection import _module_for
from pytest_agentsim.errors import ScenarioError
from pytest_agentsim.scenario.loader import load_text


@pytest.mark.parametrize("name", ["desk.scenario.yaml", "desk.scenario.yml", "sub/folder/desk.scenario.yaml"])
def test_scenario_files_are_collected(suite, scenario, name):
    suite.file(name, scenario("opening hours"))
    assert suite.collect() == [f"{name}::opening_hours"]


def test_a_json_file_is_collected_like_a_yaml_file(suite, scenario):
    suite.text("desk.scenario.json", json.dumps(scenario("opening hours")))
    suite.run().assert_outcomes(passed=1)


def test_other_yaml_and_json_files_are_left_alone(suite, scenario):
    suite.file("desk.yaml", scenario("hours"))
    suite.file("scenario.yaml", scenario("hours"))
    suite.text("package.json", "{}")
    assert suite.collect() == []


def test_the_ini_file_says_which_files_hold_scenarios(suite, scenario):
    suite.ini("agentsim_files = *.call.yaml calls_*.yml")
    suite.file("desk.call.yaml", scenario("hours"))
    suite.file("calls_of_today.yml", scenario("hours"))
    suite.file("desk.scenario.yaml", scenario("hours"))
    assert suite.collect() == ["calls_of_today.yml::hours", "desk.call.yaml::hours"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("P-01: opening hours", "p_01_opening_hours"),
        ("opening_hours", "opening_hours"),
        ("  What's   new?!  ", "what_s_new"),
        ("class", "scenario_class"),
        ("None", "none"),
        ("24/7 hotline", "scenario_24_7_hotline"),
        ("Größe", "grösse"),
        ("Gro\N{COMBINING DIAERESIS}ße", "grösse"),
        ("営業時間", "営業時間"),
        ("½ price", "scenario_1_2_price"),
        ("call \N{TELEPHONE RECEIVER}", "call"),
        ("???", "scenario"),
        ("a::b[c]", "a_b_c"),
        ("agentsim", "agentsim"),
        # Such names mean something to pytest in a module.
        ("Setup module", "scenario_setup_module"),
        ("teardown function", "scenario_teardown_function"),
        ("pytest_generate_tests", "scenario_pytest_generate_tests"),
        ("pytestmark", "scenario_pytestmark"),
        ("__test__", "test"),
    ],
)
def test_an_id_is_readable(suite, scenario, name, expected):
    suite.file("desk.scenario.yaml", scenario(name))
    assert suite.collect() == [f"desk.scenario.yaml::{expected}"]


def test_names_that_make_the_same_id_are_numbered(suite, scenario):
    names = ["a b", "A-B", "a.b", "a b 2"]
    suite.file("desk.scenario.yaml", *map(scenario, names))
    ids = [node_id.partition("::")[2] for node_id in suite.collect()]
    assert ids == ["a_b", "a_b_2", "a_b_3", "a_b_2_2"]


@given(names=st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=5, unique=True))
def test_any_names_make_valid_and_different_ids(names, pytestconfig):
    payload = {
        "scenario_type": "conditional_actions",
        "personality": "normal",
        "conditional_actions": {"role": "you", "first_message": {"say": "Hi", "then": ["Bye <endcall/>"]}},
    }
    text = json.dumps({"scenarios": [{"name": name, **payload} for name in names]})
    try:
        file = load_text(text, name="x.scenario.json", format="json")
    except ScenarioError:
        reject()
    module = _module_for(file, pytestconfig)
    found = [name for name, value in vars(module).items() if hasattr(value, "agentsim_scenario")]
    assert len(found) == len(names)
    assert all(name.isidentifier() and not keyword.iskeyword(name) for name in found)


def test_a_scenario_is_selected_by_its_id(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours"), scenario("holidays"))
    suite.run("desk.scenario.yaml::hours").assert_outcomes(passed=1)


def test_an_unknown_id_is_told(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours"))
    result = suite.run("desk.scenario.yaml::ours")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: not found: *desk.scenario.yaml::ours"])


def test_a_parameter_belongs_to_the_id(suite, scenario):
    suite.conftest(
        "@pytest.fixture(params=['normal', 'impatient'])\ndef personality(request): return request.param"
    )
    suite.file("desk.scenario.yaml", scenario("hours"), scenario("holidays"))
    result = suite.run("-v", "desk.scenario.yaml::hours[impatient]")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["desk.scenario.yaml::hours[[]impatient[]] PASSED*"])


def test_scenarios_are_selected_by_keyword(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours"), scenario("holidays"))
    suite.run("-k", "hours or nothing").assert_outcomes(passed=1, deselected=1)


def test_the_tree_of_the_collected_shows_files_and_scenarios(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours"), description="What callers ask the desk")
    result = suite.run("--collect-only")
    result.stdout.fnmatch_lines(["*<ScenarioModule desk.scenario.yaml>", "*<Function hours>"])


def test_the_description_of_a_file_is_shown_with_the_tree(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("P-01: hours"), description="What callers ask the desk")
    result = suite.run("--collect-only", "-v")
    result.stdout.fnmatch_lines(["*What callers ask the desk", "*P-01: hours"])


@pytest.mark.parametrize("mode", ["prepend", "importlib"])
def test_files_in_two_folders_may_have_the_same_name(suite, scenario, mode):
    suite.file("one/desk.scenario.yaml", scenario("hours"))
    suite.file("two/desk.scenario.yaml", scenario("hours"))
    suite.text("one/test_desk.py", "def test_one(): pass")
    result = suite.run(f"--import-mode={mode}", "-v")
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(
        ["one/desk.scenario.yaml::hours PASSED*", "two/desk.scenario.yaml::hours PASSED*"]
    )


def test_a_file_may_stand_in_a_package(suite, scenario):
    suite.text("calls/__init__.py", "")
    suite.file("calls/desk.scenario.yaml", scenario("hours"))
    assert suite.collect() == ["calls/desk.scenario.yaml::hours"]


def test_python_files_does_not_collect_a_scenario_file_a_second_time(suite, scenario):
    suite.ini("python_files = *.yaml test_*.py")
    suite.file("desk.scenario.yaml", scenario("hours"))
    suite.run().assert_outcomes(passed=1)


def test_nothing_is_left_of_the_plugin_when_it_is_switched_off(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours"))
    suite.text("test_python.py", "def test_python(): pass")
    result = suite.run("-p", "no:agentsim")
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*agentsim:*")


def test_the_options_are_unknown_when_the_plugin_is_switched_off(suite):
    result = suite.run("-p", "no:agentsim", "--agentsim-seed=1")
    assert result.ret == pytest.ExitCode.USAGE_ERROR


def test_public_classes_of_the_package_are_not_taken_for_tests(suite, recwarn):
    suite.text(
        "test_imports.py",
        "from pytest_agentsim import *\nfrom pytest_agentsim import Simulate, TestProfile\ndef test_it(): pass",
    )
    result = suite.run("-W", "error")
    result.assert_outcomes(passed=1)


def test_ignored_fields_of_the_platform_are_listed_once(suite, scenario):
    suite.file(
        "desk.scenario.yaml", scenario("hours", folder_path="/x", project=1), scenario("more", project=1)
    )
    suite.file("shop.scenario.yaml", scenario("hours", project=2))
    result = suite.run()
    lines = [line for line in result.outlines if "folder_path" in line]
    assert lines == ["agentsim: fields of the hosted platforms that mean nothing here: folder_path, project"]


def test_fixtures_of_a_scenario_can_be_shown(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours"))
    result = suite.run("--fixtures-per-test")
    result.stdout.fnmatch_lines(["*fixtures used by hours*", "*desk.scenario.yaml:*", "personality -- *"])
    assert result.ret == 0


def test_the_fixtures_of_the_plugin_are_documented(suite):
    suite.text("conftest.py", "")
    result = suite.run("--fixtures")
    for name in ("agent", "call", "personality", "rubric_session", "scenario", "simulate", "test_profile"):
        at = next(i for i, line in enumerate(result.outlines) if line.startswith((f"{name} --", f"{name} [")))
        assert "no docstring" not in result.outlines[at + 1]


@pytest.mark.parametrize("options", [(), ("--agentsim-output=calls",)])
def test_nothing_is_looked_for_among_the_artifacts_of_earlier_calls(suite, scenario, options):
    suite.file("desk.scenario.yaml", scenario("hours"))
    suite.run(*options)
    output = "calls" if options else "agentsim-results"
    suite.text(f"{output}/desk.scenario.yaml/hours/test_it.py", "def test_it(): pass")
    assert suite.collect(*options) == ["desk.scenario.yaml::hours"]


def test_tests_are_found_in_a_folder_that_artifacts_are_put_into(suite, scenario):
    suite.file("tests/desk.scenario.yaml", scenario("hours"))
    suite.run("--agentsim-output=tests")
    assert suite.collect("--agentsim-output=tests") == ["tests/desk.scenario.yaml::hours"]
