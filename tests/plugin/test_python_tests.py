"""The fixtures and marks in Python tests."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.usefixtures("wide_terminal")

ASYNC = "asyncio_mode = auto"


@pytest.fixture
def desk(suite, scenario):
    """A suite with a file of one scenario and one of two."""
    suite.file("one.scenario.yaml", scenario("hours", expect={"agent_says": "nine to five"}))
    suite.file(
        "two.scenario.yaml",
        scenario("P-01: hours"),
        scenario("P-02: fails", key="unhappy", expect={"agent_says": "never said"}),
    )
    return suite


def run(suite, body, *arguments):
    suite.text("test_it.py", f"import pytest\nfrom pathlib import Path\n{body}\n")
    return suite.run("test_it.py", *arguments)


# --- call ---------------------------------------------------------------------------------------------------------


def test_call_is_finished_when_the_test_begins(desk):
    result = run(
        desk,
        "@pytest.mark.scenario('one.scenario.yaml')\n"
        "def test_it(call):\n    assert call.turns[1].text == 'We are open from nine to five.'",
    )
    result.assert_outcomes(passed=1)


@pytest.mark.parametrize("name", ["P-01: hours", "P-02: fails", "unhappy"])
def test_the_mark_picks_a_scenario_by_name_or_key(desk, name):
    result = run(
        desk,
        f"@pytest.mark.scenario('two.scenario.yaml', name={name!r})\ndef test_it(scenario): assert {name!r} in (scenario.name, scenario.key)",
    )
    result.assert_outcomes(passed=1)


def test_the_path_of_the_mark_is_relative_to_the_test(desk, scenario):
    desk.file("calls/desk.scenario.yaml", scenario("in the folder"))
    desk.text(
        "calls/test_it.py",
        "import pytest\n@pytest.mark.scenario('desk.scenario.yaml')\ndef test_it(call): assert call.scenario == 'in the folder'",
    )
    desk.run("calls/test_it.py").assert_outcomes(passed=1)


def test_the_path_of_the_mark_may_be_a_path_object(desk):
    run(desk, "@pytest.mark.scenario(Path('one.scenario.yaml'))\ndef test_it(call): pass").assert_outcomes(
        passed=1
    )


def test_expectations_of_the_file_are_checked_after_the_test(desk):
    result = run(
        desk,
        "@pytest.mark.scenario('two.scenario.yaml', name='unhappy')\ndef test_it(call): print('the body has run')",
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*two.scenario.yaml:*never said*", "*the body has run*"])
    result.stdout.no_fnmatch_line("*pytest_agentsim*.py:*")


def test_expectations_of_marks_add_to_those_of_the_file(desk):
    result = run(
        desk,
        "@pytest.mark.scenario('one.scenario.yaml')\n"
        "@pytest.mark.expect(agent_never_says='nine to five')\n"
        "@pytest.mark.expect(turns=3)\n"
        "def test_it(call): pass",
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*expect.agent_never_says: *"])


def test_a_mark_on_a_class_is_that_of_its_tests(desk):
    result = run(
        desk,
        "@pytest.mark.scenario('one.scenario.yaml')\n@pytest.mark.expect(turns=3)\n"
        "class TestIt:\n    def test_one(self, call): pass\n    def test_two(self, call): pass",
    )
    result.assert_outcomes(passed=2)


def test_personalities_run_a_test_with_each(desk):
    result = run(
        desk,
        "from pytest_agentsim import Personality\n"
        "@pytest.mark.scenario('one.scenario.yaml')\n"
        "@pytest.mark.personalities('normal', 'impatient', Personality('mine'))\n"
        "def test_it(call, request): assert f'[{call.personality}]' in request.node.name",
    )
    result.assert_outcomes(passed=3)


def test_an_expected_outcome_of_a_mark_is_counted_as_not_judged(desk):
    result = run(
        desk,
        "@pytest.mark.scenario('one.scenario.yaml')\n@pytest.mark.expect_outcome('The agent is polite')\n"
        "def test_it(call): assert call.expected_outcome == 'The agent is polite'",
    )
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*1 not judged*"])


@pytest.mark.parametrize(
    "body",
    [
        "@pytest.mark.scenario('one.scenario.yaml')\n@pytest.mark.expect_outcome('Polite')\ndef test_it(call): pass",
        "@pytest.mark.expect_outcome('Polite')\ndef test_it(simulate): simulate('one.scenario.yaml')",
    ],
)
def test_an_expected_outcome_of_a_mark_fails_when_a_judge_is_required(desk, body):
    result = run(desk, body, "--agentsim-require-judge")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*expected_outcome: *not judged*"])


# --- simulate -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given",
    ["'one.scenario.yaml'", "Path('one.scenario.yaml')", "'two.scenario.yaml', name='P-01: hours'"],
)
def test_simulate_takes_a_file(desk, given):
    run(desk, f"def test_it(simulate): assert simulate({given}).status == 'completed'").assert_outcomes(
        passed=1
    )


def test_simulate_takes_a_payload(suite, scenario):
    payload = scenario("a payload")
    run(
        suite, f"def test_it(simulate): assert simulate({payload!r}).scenario == 'a payload'"
    ).assert_outcomes(passed=1)


def test_simulate_takes_a_scenario(desk):
    result = run(
        desk,
        "@pytest.mark.scenario('one.scenario.yaml')\n"
        "def test_it(simulate, scenario): assert simulate(scenario).scenario == scenario.name",
    )
    result.assert_outcomes(passed=1)


def test_simulate_makes_several_calls_each_with_its_own_caller(desk):
    result = run(
        desk,
        "def test_it(simulate):\n"
        "    calls = [simulate('one.scenario.yaml', personality=name) for name in ('normal', 'impatient')]\n"
        "    assert [call.personality for call in calls] == ['normal', 'impatient']\n"
        "    assert calls[0].run_id != calls[1].run_id and calls[0].seed != calls[1].seed\n",
    )
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["calls * 2: *"])


def test_expectations_of_a_mark_are_checked_on_the_last_call(desk):
    result = run(
        desk,
        "@pytest.mark.expect(agent_says='never said')\ndef test_it(simulate): simulate('one.scenario.yaml')",
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*expect.agent_says: *never said*"])


@pytest.mark.parametrize(("name", "outcome"), [("P-02: fails", "failed"), ("P-01: hours", "passed")])
def test_expectations_of_the_file_are_checked_on_a_call_of_the_marked_scenario(desk, name, outcome):
    result = run(
        desk,
        "@pytest.mark.scenario('two.scenario.yaml', name='unhappy')\n"
        f"def test_it(simulate): simulate('two.scenario.yaml', name={name!r})",
    )
    result.assert_outcomes(**{outcome: 1})


def test_an_expectation_that_nothing_was_done_for_is_told(desk):
    result = run(desk, "@pytest.mark.expect(agent_says='hello')\ndef test_it(simulate): pass")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*test_it has made no call of which its mark `expect` could speak."])


def test_a_call_that_fails_raises_nothing(suite, scenario):
    payload = scenario("breaks", "Please break")
    run(suite, f"def test_it(simulate): assert simulate({payload!r}).status == 'failed'").assert_outcomes(
        passed=1
    )


# --- rubric_session -----------------------------------------------------------------------------------------------


def test_a_conversation_by_hand(suite):
    suite.ini(ASYNC)
    result = run(
        suite,
        "async def test_it(rubric_session):\n"
        "    await rubric_session.say('What are your hours?')\n"
        "    assert await rubric_session.listen() == 'We are open from nine to five.'\n"
        "    await rubric_session.end_call('Thanks')\n"
        "    assert [turn.text for turn in rubric_session.turns][2] == 'Thanks'",
    )
    result.assert_outcomes(passed=1)


def test_a_conversation_by_hand_after_the_agent_has_hung_up_is_an_error_at_the_users_line(suite):
    suite.ini(ASYNC)
    result = run(
        suite,
        "async def test_it(rubric_session):\n"
        "    await rubric_session.say('Please break')\n"
        "    await rubric_session.listen()  # here\n",
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [">       await rubric_session.listen()  # here", "E  *SessionClosed: *1011*"]
    )
    result.stdout.no_fnmatch_line("*pytest_agentsim*.py:*")


# --- the user's own code ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "@pytest.mark.scenario('one.scenario.yaml')\ndef test_it(call):\n    assert call.duration < 0  # here",
        "def test_it(simulate):\n    simulate('one.scenario.yaml')\n    raise OSError('mine')  # here",
        "def test_it(simulate):\n    simulate('missing.scenario.yaml')  # here",
        "def test_it(simulate):\n    simulate('one.scenario.yaml', personality='grumpy')  # here",
        "def test_it(simulate):\n    simulate({'name': 'x'})  # here",
        "def test_it(simulate):\n    simulate('two.scenario.yaml')  # here",
        "def test_it(simulate):\n    simulate(None)  # here",
    ],
)
def test_an_error_in_a_test_is_shown_at_the_users_line(desk, body):
    result = run(desk, body)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([">*# here"])
    result.stdout.fnmatch_lines(["test_it.py:[0-9]*: *"])
    result.stdout.no_fnmatch_line("*pytest_agentsim*.py:*")


def test_expectations_are_not_checked_when_the_test_has_failed_already(desk):
    result = run(
        desk,
        "@pytest.mark.scenario('two.scenario.yaml', name='unhappy')\ndef test_it(call): assert call.duration < 0",
    )
    result.assert_outcomes(failed=1)
    result.stdout.no_fnmatch_line("*ExpectationFailed*")


def test_an_expected_failure_covers_the_expectations_too(desk):
    result = run(
        desk,
        "@pytest.mark.xfail\n@pytest.mark.scenario('two.scenario.yaml', name='unhappy')\ndef test_it(call): pass",
    )
    result.assert_outcomes(xfailed=1)
