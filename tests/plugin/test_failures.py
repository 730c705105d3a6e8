"""What a failing scenario shows."""

from __future__ import annotations

import pytest

FILE = """
scenarios:
  - name: hours
    scenario_type: conditional_actions
    personality: normal
    conditional_actions:
      role: You have a question
      first_message: {say: "What are your hours?", then: ["Thanks <endcall/>"]}
    expect:
      turns: 3
      agent_says:
        - nine to five
        - ten to six   # this is line 12

  - name: breaks
    scenario_type: conditional_actions
    personality: normal
    conditional_actions:
      role: You have a question
      first_message: {say: "Please break", then: ["Thanks <endcall/>"]}
"""


@pytest.fixture
def desk(suite, monkeypatch):
    """A suite with a scenario that fails in line 12, and one that fails as a whole and begins in line 14."""
    monkeypatch.setenv("COLUMNS", "120")
    suite.text("desk.scenario.yaml", FILE)
    return suite


def test_the_long_traceback_points_at_the_line_of_the_expectation(desk):
    result = desk.run("-k", "hours")
    result.stdout.fnmatch_lines(
        [
            "      expect:",
            ">         - ten to six   # this is line 12",
            "E   expect.agent_says[[]1[]]*ten to six*",
            "desk.scenario.yaml:12: ExpectationFailed",
        ]
    )


def test_the_short_traceback_points_at_the_line_of_the_expectation(desk):
    result = desk.run("-k", "hours", "--tb=short")
    result.stdout.fnmatch_lines(
        [
            "desk.scenario.yaml:12: in hours",
            "    - ten to six   # this is line 12",
            "E  *ten to six*",
        ]
    )


def test_the_traceback_of_one_line_points_at_the_line_of_the_expectation(desk):
    result = desk.run("-k", "hours", "--tb=line")
    result.stdout.fnmatch_lines(["*/desk.scenario.yaml:12: *ExpectationFailed: *ten to six*"])


def test_the_native_traceback_has_the_line_of_the_expectation(desk):
    result = desk.run("-k", "hours", "--tb=native")
    result.stdout.fnmatch_lines(
        ['  File "*desk.scenario.yaml", line 12, in hours', "*ExpectationFailed: *ten to six*"]
    )


def test_no_traceback_is_shown_when_none_is_wanted(desk):
    result = desk.run("--tb=no")
    result.assert_outcomes(failed=2)
    result.stdout.no_fnmatch_line("*ten to six   # *")


@pytest.mark.parametrize(
    ("style", "line"),
    [
        ("long", "desk.scenario.yaml:14: ExpectationFailed"),
        ("short", "desk.scenario.yaml:14: in breaks"),
        ("line", "*/desk.scenario.yaml:14: *ExpectationFailed*"),
        ("native", '  File "*desk.scenario.yaml", line 14, in breaks'),
    ],
)
def test_a_failure_of_the_whole_call_points_at_the_scenario(desk, style, line):
    desk.run("-k", "breaks", f"--tb={style}").stdout.fnmatch_lines([line])


@pytest.mark.parametrize("style", ["auto", "long", "short", "line"])
def test_no_traceback_has_frames_of_ours(desk, style):
    desk.run(f"--tb={style}").stdout.no_fnmatch_line("*pytest_agentsim*.py:*")


def test_a_failure_in_a_json_file_points_at_its_line(suite):
    suite.text(
        "desk.scenario.json",
        """
{"name": "hours", "scenario_type": "conditional_actions", "personality": "normal",
 "conditional_actions": {"role": "you", "first_message": {"say": "hours?", "then": ["Bye <endcall/>"]}},
 "expect": {"agent_says": [
   "nine to five",
   "ten to six"]}}
""",
    )
    result = suite.run()
    result.stdout.fnmatch_lines(['>      "ten to six"[]]}}', "desk.scenario.json:5: ExpectationFailed"])


def test_the_failure_of_an_expectation_in_one_line_is_in_the_short_summary(desk):
    result = desk.run("-k", "hours")
    result.stdout.fnmatch_lines(["FAILED desk.scenario.yaml::hours - *ExpectationFailed*"])


def test_a_failure_shows_what_was_said_and_where_the_artifacts_are(desk):
    result = desk.run("-k", "hours")
    result.stdout.fnmatch_lines(
        [
            "* caller  What are your hours[?]",
            "* agent   We are open from nine to five.",
            "artifacts: agentsim-results/desk.scenario.yaml/hours",
        ]
    )


def test_locals_of_a_failure_are_those_of_the_scenario(desk):
    desk.run("-k", "hours", "-l").stdout.fnmatch_lines(
        ["agentsim *= <'hours' over text with the personality 'normal'>"]
    )


def test_the_errors_of_a_callable_agent_are_shown_with_the_item_that_failed(desk):
    result = desk.run("--agentsim-concurrency=1")
    result.assert_outcomes(failed=2)
    text = result.stdout.str()
    assert text.count("Output of the agent") == 1
    assert "RuntimeError: the front desk fell over" in text.partition("Output of the agent")[2]


def test_what_a_started_agent_prints_is_shown_with_the_items_that_fail(suite, scenario, monkeypatch):
    monkeypatch.setenv("AGENTSIM_COMMAND", suite.program())
    suite.text("conftest.py", "")
    suite.file(
        "desk.scenario.yaml",
        scenario("passes", "Is this the first?"),
        scenario("fails", "Is this the second?", expect={"agent_says": "never said"}),
        scenario("passes too", "Is this the third?"),
    )
    text = suite.run("--agentsim-concurrency=1").stdout.str()
    assert text.count("Output of the agent") == 1
    printed = text.partition("Output of the agent")[2].partition("= agentsim =")[0]
    assert "heard: Is this the second?" in printed
    assert "first" not in printed
    assert "third" not in printed


def test_the_agents_output_is_not_shown_for_a_test_that_passes(suite, scenario, monkeypatch):
    monkeypatch.setenv("AGENTSIM_COMMAND", suite.program())
    suite.text("conftest.py", "")
    suite.file("desk.scenario.yaml", scenario("passes"))
    result = suite.run("-rA")
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*heard: *")
