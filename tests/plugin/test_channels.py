"""Over which channel items run, and what becomes of those whose channel the agent does not speak."""

from __future__ import annotations

import pytest

MARKED = """
import pytest

@pytest.mark.scenario('desk.scenario.yaml')
def test_it(call): assert call.turns

def test_other(): pass
"""


@pytest.fixture(autouse=True)
def wide_terminal(monkeypatch):
    """A terminal on which no sentence is wrapped."""
    monkeypatch.setenv("COLUMNS", "200")


def channel_of(case):
    return case.find("properties/property[@name='channel']").get("value")


# --- ids --------------------------------------------------------------------------------------------------------


def test_a_scenario_for_both_is_two_items(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours", channel="both"), scenario("holidays"))
    assert suite.collect() == [
        "desk.scenario.yaml::hours[text]",
        "desk.scenario.yaml::hours[voice]",
        "desk.scenario.yaml::holidays",
    ]


@pytest.mark.parametrize("channel", ["text", "voice"])
def test_a_scenario_for_one_channel_is_one_item(suite, scenario, channel):
    suite.file("desk.scenario.yaml", scenario("hours", channel=channel))
    assert suite.collect() == ["desk.scenario.yaml::hours"]


def test_the_channel_stands_behind_personalities_of_a_mark(suite, scenario):
    marks = ["personalities('normal', 'impatient')"]
    suite.file("desk.scenario.yaml", scenario("hours", channel="both", marks=marks))
    assert suite.collect() == [
        f"desk.scenario.yaml::hours[{name}-{channel}]"
        for name in ("normal", "impatient")
        for channel in ("text", "voice")
    ]


def test_the_channel_stands_behind_parameters_of_fixtures(suite, scenario):
    suite.conftest(
        "@pytest.fixture(params=['normal', 'impatient'])\ndef personality(request): return request.param"
    )
    suite.file("desk.scenario.yaml", scenario("hours", channel="both"))
    assert suite.collect() == [
        f"desk.scenario.yaml::hours[{name}-{channel}]"
        for name in ("normal", "impatient")
        for channel in ("text", "voice")
    ]


def test_a_channel_can_be_selected(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours", channel="both"))
    assert suite.collect("-k", "voice") == ["desk.scenario.yaml::hours[voice]"]
    assert suite.collect("desk.scenario.yaml::hours[text]") == ["desk.scenario.yaml::hours[text]"]


def test_both_items_are_of_one_scenario(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours", channel="both"), scenario("holidays"))
    assert suite.collect("--agentsim-first=1") == [
        "desk.scenario.yaml::hours[text]",
        "desk.scenario.yaml::hours[voice]",
    ]


# --- an agent that speaks text only -----------------------------------------------------------------------------


def test_the_items_of_a_channel_that_the_agent_does_not_speak_are_skipped(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours", channel="both"), scenario("holidays"))
    result = suite.run("-rs", "--junitxml=junit.xml")
    result.assert_outcomes(passed=2, skipped=1)
    result.stdout.fnmatch_lines(
        [
            "SKIPPED [[]1[]] desk.scenario.yaml:2: hours: the agent has no voice endpoint: *--agentsim-voice-url"
        ]
    )
    assert channel_of(suite.cases()["hours[text]"]) == "text"


def test_the_fixture_call_of_a_scenario_for_both_makes_two_items(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours", channel="both"))
    suite.text("test_it.py", MARKED)
    result = suite.run("-rs", "--junitxml=junit.xml", "test_it.py")
    result.assert_outcomes(passed=2, skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED [[]1[]] test_it.py:3: hours: the agent has no voice endpoint: *"])
    assert set(suite.cases()) == {"test_it[text]", "test_it[voice]", "test_other"}


def test_the_fixture_call_can_be_combined_with_personalities(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours", channel="both"))
    suite.text("test_it.py", MARKED.replace("@", "@pytest.mark.personalities('impatient')\n@", 1))
    assert suite.collect("test_it.py")[:2] == [
        "test_it.py::test_it[impatient-text]",
        "test_it.py::test_it[impatient-voice]",
    ]


def test_a_scenario_that_a_fixture_gives_runs_over_what_the_agent_speaks(suite, scenario):
    suite.conftest(f"@pytest.fixture\ndef scenario(): return {scenario('hours', channel='both')!r}")
    suite.text("test_it.py", "def test_it(call): assert call.channel == 'text'")
    suite.run().assert_outcomes(passed=1)


@pytest.mark.parametrize("mark", ["'none.scenario.yaml'", "'desk.scenario.yaml', name='none'", "", "1, 2, 3"])
def test_a_mark_that_cannot_be_used_is_told_by_its_test_alone(suite, scenario, mark):
    suite.file("desk.scenario.yaml", scenario("hours", channel="both"))
    suite.text("test_it.py", MARKED.replace("'desk.scenario.yaml'", mark))
    suite.run("test_it.py").assert_outcomes(passed=1, errors=1)


def test_a_mark_named_scenario_is_left_alone_where_no_call_is_made(suite):
    suite.text("test_it.py", "import pytest\n@pytest.mark.scenario('anything')\ndef test_it(): pass")
    suite.run().assert_outcomes(passed=1)


def test_a_call_by_hand_over_voice_is_a_mistake_and_no_skip(suite, scenario):
    suite.text("test_it.py", f"def test_it(simulate): simulate({scenario('hours')!r}, channel='voice')")
    result = suite.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E  *'hours' cannot run: the agent has no voice endpoint: *"])


# --- an agent that speaks voice ---------------------------------------------------------------------------------


def test_an_agent_that_speaks_voice_alone_is_called_over_it(suite, scenario, voice):
    voice("voice_url='ws://127.0.0.1:1/'")
    suite.file("desk.scenario.yaml", scenario("hours"), scenario("holidays", channel="both"))
    result = suite.run("-rs", "--junitxml=junit.xml")
    result.assert_outcomes(passed=2, skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED * holidays: the agent has no text endpoint: *--agentsim-text-url"])
    cases = suite.cases()
    assert [channel_of(cases[name]) for name in ("hours", "holidays[voice]")] == ["voice", "voice"]


def test_an_agent_that_speaks_both_is_called_over_each_channel(suite, scenario, voice):
    voice("'ws://127.0.0.1:1/', voice_url='ws://127.0.0.1:1/'")
    suite.file(
        "desk.scenario.yaml",
        scenario("either"),
        scenario("spoken", channel="voice"),
        scenario("both", channel="both", runs=2),
    )
    found = {name: channel_of(case) for name, case in suite.junit().items()}
    assert found == {"either": "text", "spoken": "voice", "both[text]": "text", "both[voice]": "voice"}


def test_the_fixture_call_is_made_over_each_channel(suite, scenario, voice):
    voice("'ws://127.0.0.1:1/', voice_url='ws://127.0.0.1:1/'")
    suite.file("desk.scenario.yaml", scenario("hours", channel="both"))
    suite.text("test_it.py", MARKED)
    cases = suite.junit("test_it.py")
    assert [channel_of(cases[name]) for name in ("test_it[text]", "test_it[voice]")] == ["text", "voice"]
