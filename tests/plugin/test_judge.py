"""The fixture `judge` in a suite: scenarios with an expected outcome pass or fail by what it says."""

from __future__ import annotations

EXPECTED = {"expected_outcome": "The main agent should tell the hours.\nThe main agent should be kind."}


def judging(suite, body):
    conftest = suite.path / "conftest.py"
    conftest.write_text(
        conftest.read_text()
        + f"\n@pytest.fixture(scope='session')\ndef judge():\n    return lambda question, call: {body}\n"
    )


def test_a_call_that_the_judge_finds_as_expected_passes(suite, scenario):
    judging(suite, "'nine to five' in call.transcript_text()")
    suite.file("desk.scenario.yaml", scenario("hours", **EXPECTED))
    result = suite.run("--agentsim-require-judge")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*expectations  2 met*"])


def test_a_line_that_is_not_met_fails_the_scenario(suite, scenario):
    judging(suite, "'kind' not in question.text")
    suite.file("desk.scenario.yaml", scenario("hours", **EXPECTED))
    result = suite.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*the judge finds 1 of 2 lines not met*", "*no: The main agent should be kind.*"]
    )


def test_what_is_no_judge_is_told(suite, scenario):
    conftest = suite.path / "conftest.py"
    conftest.write_text(conftest.read_text() + "\n@pytest.fixture\ndef judge():\n    return 'gpt'\n")
    suite.file("desk.scenario.yaml", scenario("hours", **EXPECTED))
    suite.run().stdout.fnmatch_lines(["*the fixture `judge` gave a str; it has to give a judge*"])


def test_judged_metrics_are_told_what_the_agent_is_and_may_rely_on(suite, scenario):
    (suite.path / "agent.md").write_text("You are the desk of Acme.")
    (suite.path / "hours.md").write_text("Open from nine to five.")
    suite.ini("agentsim_agent_description = agent.md", "agentsim_knowledge = hours.md")
    judging(suite, "'the desk of Acme' in question.text and 'from nine to five' in question.text")
    suite.file("desk.scenario.yaml", scenario("hours", expect={"metrics": {"hallucination": True}}))
    suite.run().assert_outcomes(passed=1)


def test_a_description_that_cannot_be_read_is_told(suite, scenario):
    suite.ini("agentsim_agent_description = gone.md")
    suite.file("desk.scenario.yaml", scenario("hours"))
    suite.run().stdout.fnmatch_lines(
        ["*agentsim_agent_description names *gone.md, which cannot be read: No such file*"]
    )
