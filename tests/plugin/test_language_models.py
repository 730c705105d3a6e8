"""Language models in a suite: what they are asked for, what that costs, and where it ends."""

from __future__ import annotations

import json

import pytest

# The client takes seconds to be imported: once for all runs in this process.
pytest.importorskip("pytest_agentsim.llm.openai_connection", exc_type=ImportError)

from tests.llm.model_server import ModelServer, error, says, text_of

pytestmark = pytest.mark.usefixtures("wide_terminal")

EXPECTED = {"expected_outcome": "The main agent should tell the hours.\nThe main agent should be kind."}


def verdicts(*values):
    """A reply with a value for each question."""
    return says(
        {
            f"question_{number}": {"value": value, "quotes": ["nine to five"], "explanation": "It says so."}
            for number, value in enumerate(values, 1)
        }
    )


@pytest.fixture
def server(suite):
    started = ModelServer()
    started.replies = [verdicts("yes", "yes")]
    suite.ini(
        "agentsim_judge_model = test-model",
        f"agentsim_llm_base_url = {started.url}",
    )
    yield started
    started.stop()


@pytest.fixture
def hours(suite, scenario):
    """A suite with so many scenarios of which a judge has to judge two lines each."""

    def write(number=1):
        suite.file("desk.scenario.yaml", *(scenario(f"hours {each}", **EXPECTED) for each in range(number)))

    return write


def stored(suite):
    [path] = suite.path.glob("agentsim-results/**/result.json")
    return json.loads(path.read_text())


def test_the_model_of_the_settings_is_the_judge(suite, server, hours):
    hours()
    result = suite.run("--agentsim-require-judge")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        [
            "*expectations  2 met*",
            "judge         test-model: 1 request, 120 tokens (100 in, 20 out), $0.0000",
        ]
    )
    assert "We are open from nine to five." in text_of(server.requests[0], "user")


def test_a_line_that_the_model_finds_not_met_fails_the_scenario(suite, server, hours):
    server.replies = [verdicts("yes", "no")]
    hours()
    result = suite.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*the judge finds 1 of 2 lines not met*", "*no: The main agent should be kind. (It says so.)*"]
    )


def test_what_was_asked_stands_in_the_result_and_the_junit_file(suite, server, hours):
    hours()
    [case] = suite.junit("--agentsim-llm-prices=test-model = 1 10").values()
    found = {each.get("name"): each.get("value") for each in case.iter("property")}
    assert (found["llm_requests"], found["llm_replayed"]) == ("1", "0")
    assert (found["llm_input_tokens"], found["llm_output_tokens"]) == ("100", "20")
    assert found["llm_cost"] == "0.0003"
    [use] = stored(suite)["model_use"]
    assert (use["purpose"], use["model"], use["requests"]) == ("judge", "test-model", 1)


def test_a_budget_that_is_spent_is_told_once_and_fails_nothing_by_itself(suite, server, hours):
    hours(3)
    result = suite.run("--agentsim-max-llm-calls=2")
    result.assert_outcomes(passed=3)
    assert len(server.requests) == 2
    told = (
        "agentsim: No more is asked of language models in this run, because the 2 requests of *have been made"
    )
    result.stdout.fnmatch_lines([told, "*expectations  5 met, 1 not judged*"])
    assert result.stdout.str().count("agentsim: No more is asked") == 1


def test_a_budget_that_is_spent_fails_what_has_to_be_judged(suite, server, hours):
    hours(2)
    result = suite.run("--agentsim-max-llm-calls=1", "--agentsim-require-judge")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*not judged, because the judge could not answer: No more is asked of*"])


def test_a_server_that_fails_leaves_the_outcome_not_judged(suite, server, hours):
    server.replies = [error(400, "No such thing")]
    hours()
    result = suite.run("-rA")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*1 not judged*", "*The model 'test-model' at *refuses the request (400)*"])


def test_a_model_without_a_server_is_told(suite, scenario):
    suite.ini("agentsim_judge_model = gpt-5")
    suite.file("desk.scenario.yaml", scenario("hours", **EXPECTED))
    suite.run().stdout.fnmatch_lines(["*Nothing says where the model 'gpt-5' is: write 'openai:gpt-5'*"])


def test_a_run_that_asks_no_model_imports_no_client(suite, server, scenario):
    suite.file("desk.scenario.yaml", scenario("hours"))
    suite.conftest(
        "@pytest.fixture(autouse=True, scope='session')\n"
        "def light():\n    yield\n    import sys\n    assert 'pydantic_ai' not in sys.modules\n"
    )
    suite.run_apart().assert_outcomes(passed=1)
    assert server.requests == []


def test_processes_share_the_server_and_tell_what_they_have_asked(suite, server, hours):
    hours(2)
    result = suite.run_apart("-n2")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(
        ["judge         test-model: 2 requests, 240 tokens (200 in, 40 out), $0.0000"]
    )


def test_a_run_is_recorded_once_and_replayed_without_server_and_key(suite, server, hours, monkeypatch):
    monkeypatch.setenv("AGENTSIM_LLM_API_KEY", "sk-open-sesame-1234")
    hours()
    suite.run("--agentsim-record-mode=once").assert_outcomes(passed=1)
    server.stop()
    monkeypatch.delenv("AGENTSIM_LLM_API_KEY")
    result = suite.run("--agentsim-record-mode=none", "--agentsim-require-judge")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["judge         test-model: 0 requests, 1 replayed"])
    recording = suite.path / "cassettes" / "desk.scenario.yaml" / "hours_0.yaml"
    assert "sk-open" not in recording.read_text()


def test_a_replay_needs_no_client(suite, server, hours):
    hours()
    suite.run("--agentsim-record-mode=once").assert_outcomes(passed=1)
    suite.conftest(
        "@pytest.fixture(autouse=True, scope='session')\n"
        "def light():\n    yield\n    import sys\n    assert 'pydantic_ai' not in sys.modules\n"
    )
    suite.run_apart("--agentsim-record-mode=none", "--agentsim-require-judge").assert_outcomes(passed=1)


def test_a_scenario_that_has_changed_says_how_to_record_it_again(suite, server, hours, scenario):
    hours()
    suite.run("--agentsim-record-mode=once")
    suite.file("desk.scenario.yaml", scenario("hours 0", expected_outcome="The main agent should sing."))
    result = suite.run("--agentsim-record-mode=none", "--agentsim-require-judge")
    result.assert_outcomes(failed=1)
    told = (
        "*No recorded answer for the judge in cassettes/desk.scenario.yaml/hours_0.yaml: the scenario, or the text of the "
        'prompt, has changed since. Record it again: pytest --agentsim-record-mode=all "desk.scenario.yaml::hours_0"*'
    )
    result.stdout.fnmatch_lines([told.replace("[", "[[]")])


def test_recordings_may_have_a_folder_of_their_own(suite, server, hours):
    hours()
    suite.run("--agentsim-record-mode=once", "--agentsim-cassettes=recorded")
    assert (suite.path / "recorded" / "desk.scenario.yaml" / "hours_0.yaml").is_file()


def test_every_run_of_an_item_has_a_recording_of_its_own(suite, server, scenario):
    suite.file("desk.scenario.yaml", scenario("hours", runs=2, **EXPECTED))
    suite.run("--agentsim-record-mode=once")
    names = sorted(path.name for path in suite.path.glob("cassettes/*/*.yaml"))
    assert names == ["hours-run2.yaml", "hours.yaml"]


def test_a_recording_that_cannot_be_written_is_told_and_fails_nothing(suite, server, hours, monkeypatch):
    def full(self):
        raise OSError("the disk is full")

    monkeypatch.setattr("pytest_agentsim.llm.cassette.Cassette.save", full)
    hours()
    result = suite.run("--agentsim-record-mode=new", "--agentsim-require-judge")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["agentsim: The recording *hours_0.yaml cannot be written: the disk is full"])
