"""Personalities of the user's own in a pytest run, and runs with other personalities than the scenarios name."""

from __future__ import annotations

import pytest

BRISK = "personalities:\n  brisk: {speed: 1.1, wording: terse}\n"


def personalities(suite, *arguments):
    """Return the personality of each item's call by the item's name."""
    return {
        name: case.find("properties/property[@name='personality']").get("value")
        for name, case in suite.junit(*arguments).items()
    }


# --- personality files --------------------------------------------------------------------------------------------


def test_a_scenario_names_a_personality_of_a_file_above_it(suite, scenario):
    suite.text("team.agentsim.yaml", BRISK)
    suite.file("calls/desk.scenario.yaml", scenario("hours", personality="brisk"))
    assert personalities(suite) == {"hours": "brisk"}


def test_a_personality_file_is_no_test(suite, scenario):
    suite.text("team.agentsim.yaml", BRISK)
    suite.file("desk.scenario.yaml", scenario("hours", personality="brisk"))
    assert suite.collect(".") == ["desk.scenario.yaml::hours"]


def test_further_files_are_named_in_the_ini_file(suite, scenario, monkeypatch):
    suite.ini("agentsim_personalities =", "  shared/callers.yaml")
    suite.text("shared/callers.yaml", BRISK)
    suite.file("calls/desk.scenario.yaml", scenario("hours", personality="brisk"))
    monkeypatch.chdir(suite.path / "calls")
    assert suite.run().ret == pytest.ExitCode.OK


def test_a_hook_of_a_conftest_gives_personalities_to_its_folder(suite, scenario):
    suite.conftest(
        "from pytest_agentsim import Personality\n"
        "def pytest_agentsim_personalities(config):\n"
        "    return {'brisk': {'base': 'impatient', 'speed': 1.1}, 'calm': Personality('calm')}"
    )
    suite.text(
        "near/conftest.py",
        "def pytest_agentsim_personalities(config): return {'brisk': {'base': 'brisk', 'name': 'nearer'}}",
    )
    suite.file(
        "desk.scenario.yaml", scenario("far", personality="brisk"), scenario("calm", personality="calm")
    )
    suite.file("near/desk.scenario.yaml", scenario("near", personality="brisk"))
    assert personalities(suite) == {"far": "brisk", "near": "nearer", "calm": "calm"}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("['brisk']", "pytest_agentsim_personalities has to return a mapping*, not a list."),
        (
            "{'brisk': {'speed': 9}}",
            "pytest_agentsim_personalities gives what cannot be used: *speed: must be *",
        ),
    ],
)
def test_a_hook_that_gives_something_unusable_is_told_in_a_sentence(suite, scenario, given, told):
    suite.conftest(f"def pytest_agentsim_personalities(config): return {given}")
    suite.file("desk.scenario.yaml", scenario("hours"))
    result = suite.run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([told])
    result.stdout.no_fnmatch_line("*pytest_agentsim*.py:*")


def test_a_wrong_personality_file_is_told_with_its_place_beside_what_is_wrong_in_the_scenario(
    suite, scenario
):
    suite.text("team.agentsim.yaml", "personalities:\n  brisk: {speed: 3}\n  calm: {base: brsk}\n")
    suite.file("desk.scenario.yaml", scenario("hours", personality="brisk", runs="x"))
    result = suite.run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            "desk.scenario.yaml:*: scenarios[[]0[]].runs: *",
            "team.agentsim.yaml:2:18: personalities.brisk.speed: must be a number from 0.8 to 1.2",
            "team.agentsim.yaml:3:16: personalities.calm.base: unknown personality 'brsk' (did you mean \"brisk\"[?]*",
        ]
    )
    result.stdout.no_fnmatch_line("*unknown personality 'brisk'*")


def test_a_warning_about_a_personality_file_is_given_once_for_all_its_scenario_files(suite, scenario):
    suite.ini("filterwarnings = default")
    suite.text("team.agentsim.yaml", "personalities:\n  loud: {background_noise: bsy-street}\n")
    for name in ("a", "b"):
        suite.file(f"{name}.scenario.yaml", scenario(name, personality="loud"))
    result = suite.run()
    result.assert_outcomes(passed=2, warnings=1)
    result.stdout.fnmatch_lines(
        ["team.agentsim.yaml:2", "*AgentSimWarning: team.agentsim.yaml:2:28: *busy-street*"]
    )


# --- marks, fixtures, simulate ------------------------------------------------------------------------------------


def test_marks_fixtures_and_simulate_know_the_personalities_beside_the_test(suite, scenario):
    suite.text("tests/team.agentsim.yaml", BRISK)
    suite.file("desk.scenario.yaml", scenario("hours"))
    suite.text("tests/conftest.py", "import pytest\n@pytest.fixture\ndef personality(): return 'brisk'")
    suite.text(
        "tests/test_it.py",
        "import pytest\n"
        "@pytest.mark.scenario('../desk.scenario.yaml')\n"
        "@pytest.mark.personalities('brisk', 'normal')\n"
        "def test_by_mark(call, request): assert call.personality in request.node.name\n"
        "@pytest.mark.scenario('../desk.scenario.yaml')\n"
        "def test_by_fixture(call): assert call.personality == 'brisk'\n"
        "def test_by_name(simulate):\n"
        "    assert simulate('../desk.scenario.yaml', personality='brisk').personality == 'brisk'\n"
        f"    assert simulate({scenario('x', personality='brisk')!r}).personality == 'brisk'\n",
    )
    suite.run().assert_outcomes(passed=5)


def test_a_scenario_file_that_simulate_loads_has_the_personalities_of_its_own_folder(suite, scenario):
    suite.text("calls/team.agentsim.yaml", BRISK)
    suite.file("calls/desk.scenario.yaml", scenario("hours", personality="brisk"))
    suite.text(
        "tests/test_it.py",
        "import pytest\n"
        "def test_by_file(simulate): assert simulate('../calls/desk.scenario.yaml').personality == 'brisk'\n"
        "@pytest.mark.scenario('../calls/desk.scenario.yaml')\n"
        "def test_by_mark(call): assert call.personality == 'brisk'\n"
        "def test_not_here(simulate): simulate('../calls/desk.scenario.yaml', personality='brisk')\n",
    )
    result = suite.run("tests")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*unknown personality 'brisk'*"])


def test_a_wrong_personality_file_beside_a_test_is_told_in_sentences(suite, scenario):
    suite.text("team.agentsim.yaml", "personalities:\n  brisk: {speed: 3}\n")
    suite.text("test_it.py", f"def test_it(simulate): simulate({scenario('x')!r}, personality='brisk')")
    result = suite.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*team.agentsim.yaml:2:18: personalities.brisk.speed: *"])
    result.stdout.no_fnmatch_line("*pytest_agentsim*.py:*")


# --- --agentsim-personality ---------------------------------------------------------------------------------------


def test_every_scenario_is_run_with_each_personality_that_is_asked_for(suite, scenario):
    suite.text("team.agentsim.yaml", BRISK)
    suite.file("desk.scenario.yaml", scenario("hours", personality="interrupter"), scenario("holidays"))
    assert personalities(suite, "--agentsim-personality=brisk", "--agentsim-personality=silent-type") == {
        "hours[brisk]": "brisk",
        "hours[silent-type]": "silent-type",
        "holidays[brisk]": "brisk",
        "holidays[silent-type]": "silent-type",
    }


def test_an_id_of_the_platform_may_be_asked_for(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours", personality="impatient"))
    assert personalities(suite, "--agentsim-personality=693") == {"hours[693]": "normal"}


def test_a_personality_of_a_run_that_speaks_another_language_is_told(suite, scenario):
    suite.text("team.agentsim.yaml", "personalities: {berliner: {language: de}}")
    suite.file("desk.scenario.yaml", scenario("hours"), scenario("zeiten", scenario_language="de"))
    result = suite.run("--agentsim-personality=berliner")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*the personality 'berliner' speaks de, and the scenario is in en; *"])


@pytest.mark.parametrize("where", ["ini", "environment"])
def test_the_personality_of_a_run_may_be_a_setting(suite, scenario, monkeypatch, where):
    if where == "ini":
        suite.ini("agentsim_personality = impatient")
    else:
        monkeypatch.setenv("AGENTSIM_PERSONALITY", "impatient")
    suite.file("desk.scenario.yaml", scenario("hours"))
    assert personalities(suite) == {"hours[impatient]": "impatient"}


def test_the_channel_stands_behind_the_personality_in_an_items_name(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours", channel="both"))
    assert suite.collect("--agentsim-personality=impatient") == [
        "desk.scenario.yaml::hours[impatient-text]",
        "desk.scenario.yaml::hours[impatient-voice]",
    ]


def test_the_personality_of_a_run_goes_before_marks_and_fixtures(suite, scenario):
    suite.conftest(
        "@pytest.fixture(params=['normal', 'impatient'])\ndef personality(request): return request.param"
    )
    suite.file(
        "desk.scenario.yaml", scenario("hours", marks=["personalities('slow-speaker')"]), scenario("holidays")
    )
    suite.text(
        "test_it.py",
        "import pytest\n@pytest.mark.scenario('desk.scenario.yaml', name='hours')\ndef test_it(call): pass",
    )
    assert personalities(suite, "--agentsim-personality=interrupter") == {
        f"{name}[interrupter]": "interrupter" for name in ("hours", "holidays", "test_it")
    }


def test_what_is_parametrised_by_hand_stays_as_it_is(suite, scenario):
    mark = {"parametrize": {"argnames": "personality", "argvalues": ["normal", "impatient"]}}
    suite.file("desk.scenario.yaml", scenario("hours", marks=[mark]))
    assert suite.collect("--agentsim-personality=interrupter") == [
        "desk.scenario.yaml::hours[normal]",
        "desk.scenario.yaml::hours[impatient]",
    ]


def test_the_mark_goes_before_a_parametrised_fixture(suite, scenario):
    suite.conftest("@pytest.fixture(params=['normal'])\ndef personality(request): return request.param")
    suite.file("desk.scenario.yaml", scenario("hours", marks=["personalities('slow-speaker')"]))
    assert personalities(suite) == {"hours[slow-speaker]": "slow-speaker"}


def test_tests_that_make_no_call_of_a_scenario_are_left_alone(suite, scenario):
    suite.text(
        "test_it.py",
        f"def test_it(): pass\ndef test_by_hand(simulate): assert simulate({scenario('x')!r}).personality == 'normal'",
    )
    suite.run("--agentsim-personality=impatient").assert_outcomes(passed=2)


def test_an_unknown_personality_of_a_run_is_one_error_for_each_scenario_file(suite, scenario):
    suite.text("one/team.agentsim.yaml", BRISK)
    suite.file("one/desk.scenario.yaml", scenario("hours"), scenario("holidays"))
    suite.file("two/desk.scenario.yaml", scenario("hours"), scenario("holidays"))
    result = suite.run("--agentsim-personality=brisk", "--continue-on-collection-errors")
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(
        ["--agentsim-personality: unknown personality 'brisk' (*known are: bad-line, *"]
    )


def test_scenarios_run_with_the_personality_of_a_run_in_every_process(suite, scenario):
    pytest.importorskip("xdist")
    suite.text("team.agentsim.yaml", BRISK)
    suite.file("desk.scenario.yaml", scenario("hours"), scenario("holidays"))
    suite.run_apart("-n2", "--agentsim-personality=brisk").assert_outcomes(passed=2)
