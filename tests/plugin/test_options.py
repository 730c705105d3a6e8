"""The options as a user meets them; how each is read stands in tests/test_settings.py."""

from __future__ import annotations

import re

import pytest

from pytest_agentsim.agent import Agent
from pytest_agentsim.options import OPTIONS

SECRET = "Sesame-0pen!"


def seeds(suite, *arguments, apart=False):
    cases = suite.junit(*arguments, apart=apart)
    return {name: case.find("properties/property[@name='seed']").get("value") for name, case in cases.items()}


def test_the_help_has_all_options_in_one_group(suite):
    text = suite.run("--help").stdout.str()
    group = text.partition("simulated callers for conversational agents:\n")[2].partition("\n\n")[0]
    for option in OPTIONS:
        assert re.search(rf"^  {re.escape(option.flag)}\b", group, re.MULTILINE)
    assert text.count("simulated callers for conversational agents:") == 1
    assert len(re.findall(r"^  --agentsim-", text, re.MULTILINE)) == len(OPTIONS)


def test_the_help_has_the_settings_of_the_ini_file(suite):
    text = suite.run("--help").stdout.str()
    for option in OPTIONS:
        assert bool(re.search(rf"^  {option.ini_name} \(", text, re.MULTILINE)) == option.ini


def test_a_usage_error_leaves_pytest_as_it_was(suite):
    suite.run("--agentsim-seed=abc")
    with pytest.raises(pytest.fail.Exception, match="'misspelt' not found in `markers`"):
        pytest.mark.misspelt  # noqa: B018


@pytest.mark.parametrize(
    ("argument", "told"),
    [
        ("--agentsim-seed=abc", "ERROR: --agentsim-seed needs a whole number, not 'abc'"),
        ("--agentsim-first=0", "ERROR: --agentsim-first needs at least 1, not '0'"),
        (
            "--agentsim-turn-timeout=soon",
            "ERROR: --agentsim-turn-timeout needs a number of seconds, not 'soon'",
        ),
        (
            "--agentsim-end-of-turn=soon",
            "ERROR: --agentsim-end-of-turn needs a number of seconds, not 'soon'",
        ),
        ("--agentsim-record=yes", "ERROR: --agentsim-record needs on, off or retain-on-failure, not 'yes'"),
        ("--agentsim-headers=X-Tenant", "ERROR: --agentsim-headers takes headers like 'X-Tenant: acme'; *"),
        ("--agentsim-personality-ids=x", "ERROR: --agentsim-personality-ids takes aliases like *, not 'x'"),
        ("--agentsim-llm-form=xml", "ERROR: --agentsim-llm-form needs schema, tool or words, not 'xml'"),
        (
            "--agentsim-record-mode=never",
            "ERROR: --agentsim-record-mode needs none, once, new or all, not 'never'",
        ),
        ("--agentsim-llm-prices=a=1", "ERROR: --agentsim-llm-prices takes prices like *, not 'a=1'"),
        ("--agentsim-max-cost=0", "ERROR: --agentsim-max-cost needs a positive number of dollars, not '0'"),
        ("-oagentsim_strict=perhaps", "ERROR: agentsim_strict: invalid truth value 'perhaps'"),
    ],
)
def test_a_malformed_option_is_a_usage_error_of_one_sentence(suite, scenario, argument, told):
    suite.file("desk.scenario.yaml", scenario("hours"))
    result = suite.run(argument)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([told])
    assert len([line for line in result.errlines if line]) == 1
    assert result.outlines == []


def test_the_text_url_is_where_the_agent_is_called(suite, scenario):
    suite.text("conftest.py", "")
    suite.file("desk.scenario.yaml", scenario("hours", expect={"agent_says": "another agent"}))
    with Agent.from_callable(lambda text: "This is another agent") as other:
        suite.run(f"--agentsim-text-url={other.text.url}").assert_outcomes(passed=1)


def test_the_command_starts_an_agent_and_the_run_stops_it(suite, scenario, gone):
    command = suite.program()
    suite.text("conftest.py", "")
    suite.file("desk.scenario.yaml", scenario("hours", expect={"agent_says": "nine to five"}))
    suite.run(f"--agentsim-command={command}").assert_outcomes(passed=1)
    assert gone(suite.path / "agent.pid")


def test_the_command_may_stand_in_the_environment(suite, scenario, monkeypatch):
    monkeypatch.setenv("AGENTSIM_COMMAND", suite.program())
    suite.text("conftest.py", "")
    suite.file("desk.scenario.yaml", scenario("hours"))
    suite.run().assert_outcomes(passed=1)


def endpoints(suite, *arguments):
    """Return what the fixture `agent` gives, as its representation."""
    suite.text("conftest.py", "")
    suite.text(
        "test_agent.py",
        "def test_agent(agent):\n    print('text:', agent.text)\n    print('voice:', agent.voice)\n",
    )
    result = suite.run("-s", *arguments)
    result.assert_outcomes(passed=1)
    output = result.stdout.str()
    return [re.search(rf"\b{channel}: (.*)", output)[1] for channel in ("text", "voice")]


def test_the_agent_may_have_voice_only(suite, monkeypatch):
    monkeypatch.setenv("AGENTSIM_PASSWORD", SECRET)
    monkeypatch.setenv("AGENTSIM_SECRET", "for other suites")
    text, voice = endpoints(
        suite,
        "--agentsim-voice-url=wss://h/voice",
        "--agentsim-user=acme",
        "--agentsim-insecure",
        "--agentsim-end-of-turn=0.5",
        "--agentsim-synthesizer=flite",
        "--agentsim-recognizer=none",
    )
    assert text == "None"
    assert voice.startswith("VoiceEndpoint(url='wss://h/voice', ")
    for setting in (
        "turn_timeout=60.0",
        "verify=False",
        "user='acme'",
        "password=***",
        "end_of_turn=0.5",
        "synthesizer='flite'",
        "recognizer='none'",
    ):
        assert setting in voice
    assert SECRET not in voice


def test_the_agent_may_have_both_channels_with_the_common_settings(suite):
    text, voice = endpoints(
        suite,
        "--agentsim-text-url=ws://h/chat",
        "--agentsim-voice-url=ws://h/voice",
        "--agentsim-headers=X-Tenant: acme",
        "--agentsim-agent-id=front-desk",
    )
    assert "url='ws://h/chat', headers={'X-Tenant': 'acme'}, turn_timeout=120.0" in text
    assert "agent_id='front-desk'" in text
    assert "url='ws://h/voice', headers={'X-Tenant': 'acme'}, turn_timeout=60.0" in voice


def test_a_turn_timeout_holds_for_both_channels(suite):
    urls = ["--agentsim-text-url=ws://h/chat", "--agentsim-voice-url=ws://h/voice"]
    shown = endpoints(suite, *urls, "--agentsim-turn-timeout=7")
    assert ["turn_timeout=7.0" in each for each in shown] == [True, True]


def test_without_a_voice_url_there_is_no_voice(suite):
    text, voice = endpoints(suite, "--agentsim-text-url=ws://h/chat", "--agentsim-user=acme")
    assert text.startswith("TextEndpoint(")
    assert "verify=True" in text
    assert voice == "None"


def test_a_command_may_serve_voice_only(suite, gone):
    command = suite.program()
    text, voice = endpoints(
        suite, f"--agentsim-command={command}", "--agentsim-voice-url=ws://127.0.0.1:{port}/voice"
    )
    assert text == "None"
    assert re.match(r"VoiceEndpoint\(url='ws://127.0.0.1:\d+/voice'", voice)
    assert gone(suite.path / "agent.pid")


@pytest.mark.parametrize("where", ["option", "environment", "ini file", "variable in the ini file"])
def test_the_secret_never_shows(suite, scenario, monkeypatch, where):
    arguments = []
    if where == "option":
        arguments = [f"--agentsim-secret={SECRET}"]
    elif where == "environment":
        monkeypatch.setenv("AGENTSIM_SECRET", SECRET)
    else:
        monkeypatch.setenv("THE_SECRET", SECRET)
        suite.ini("agentsim_secret = " + (SECRET if where == "ini file" else "${THE_SECRET}"))
    suite.text("conftest.py", "")
    monkeypatch.setenv("AGENTSIM_COMMAND", suite.program())
    suite.file(
        "desk.scenario.yaml", scenario("hours"), scenario("fails", expect={"agent_says": "never said"})
    )
    suite.text(
        "test_it.py", "def test_it(simulate, agent, rubric_session):\n    assert 0, (simulate, agent)\n"
    )
    result = suite.run("-vvl", "--setup-show", "--junitxml=junit.xml", "-o", "junit_logging=all", *arguments)
    result.assert_outcomes(passed=1, failed=2)
    assert "x-rubric-secret" in result.stdout.str().lower()  # the agent has printed what it got
    shown = {"output": result.stdout.str() + result.stderr.str()}
    shown |= {str(path): path.read_text(errors="replace") for path in suite.path.rglob("*") if path.is_file()}
    del shown[str(suite.path / "pytest.ini")]
    assert [name for name, text in shown.items() if SECRET in text] == []


def test_the_first_scenarios_are_run_and_the_others_counted_as_deselected(suite, scenario):
    suite.file("a.scenario.yaml", scenario("one"), scenario("two"))
    suite.file("b.scenario.yaml", scenario("three"))
    result = suite.run("--agentsim-first=2", "-v")
    result.assert_outcomes(passed=2, deselected=1)
    result.stdout.fnmatch_lines(["*collected 3 items / 1 deselected / 2 selected", "a*::one*", "a*::two*"])


def test_all_parameters_of_one_of_the_first_scenarios_are_run(suite, scenario):
    suite.conftest(
        "@pytest.fixture(params=['normal', 'impatient'])\ndef personality(request): return request.param"
    )
    suite.file("desk.scenario.yaml", scenario("one"), scenario("two"))
    suite.run("--agentsim-first=1").assert_outcomes(passed=2, deselected=2)


def test_parameters_stay_together_when_a_wide_fixture_sorts_the_items(suite, scenario):
    suite.conftest(
        "@pytest.fixture(scope='session', params=['normal', 'impatient'])\ndef personality(request): return request.param"
    )
    suite.file("desk.scenario.yaml", scenario("one"), scenario("two"))
    assert set(suite.collect("--agentsim-first=1")) == {
        "desk.scenario.yaml::one[normal]",
        "desk.scenario.yaml::one[impatient]",
    }


@pytest.mark.parametrize("selection", [["-k", "not one"], ["-m", "smoke"]])
def test_the_first_scenarios_are_the_first_of_the_selected_ones(suite, scenario, selection):
    suite.file(
        "desk.scenario.yaml", scenario("one"), *(scenario(name, tags=["smoke"]) for name in ("two", "three"))
    )
    assert suite.collect("--agentsim-first=1", *selection) == ["desk.scenario.yaml::two"]


def test_the_first_scenarios_are_the_first_of_those_that_failed_last(suite, scenario):
    failing = [scenario(name, expect={"agent_says": "never said"}) for name in ("two", "three")]
    suite.file("desk.scenario.yaml", scenario("one"), *failing)
    suite.run()
    suite.run("--lf", "--agentsim-first=1").assert_outcomes(failed=1, deselected=1)


def test_the_first_scenarios_are_the_first_in_the_order_in_which_they_will_run(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("one"), scenario("two", expect={"agent_says": "never said"}))
    suite.run()
    suite.run("--ff", "--agentsim-first=1").assert_outcomes(failed=1, deselected=1)


def test_python_tests_are_no_scenarios_to_be_counted(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("one"), scenario("two"))
    suite.text("test_python.py", "def test_python(): pass")
    suite.run("--agentsim-first=1").assert_outcomes(passed=2, deselected=1)


def test_more_than_there_are_is_all(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("one"))
    suite.run("--agentsim-first=5").assert_outcomes(passed=1, deselected=0)


def test_the_name_of_the_batch_is_in_the_batch_id_and_in_the_summary(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("one"), scenario("two"))
    result = suite.run("--agentsim-name=nightly", "--junitxml=junit.xml")
    result.stdout.fnmatch_lines(["*= agentsim: nightly =*"])
    ids = set(re.findall(r'"batch_id" value="(.*?)"', (suite.path / "junit.xml").read_text()))
    assert len(ids) == 1
    assert ids.pop().startswith("nightly-")


def test_an_expected_outcome_that_nobody_judges_fails_only_when_a_judge_is_required(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours", expected_outcome="The agent tells its hours"))
    suite.run().assert_outcomes(passed=1)
    result = suite.run("--agentsim-require-judge")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*expected_outcome*not judged*"])


def test_the_same_seed_gives_the_same_seeds_to_the_same_ids(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("one"), scenario("two"))
    first = seeds(suite, "--agentsim-seed=7")
    assert first == seeds(suite, "--agentsim-seed=7")
    assert first["one"] != first["two"]


def test_another_seed_gives_other_seeds(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("one"))
    assert seeds(suite) == seeds(suite, "--agentsim-seed=0")
    assert seeds(suite) != seeds(suite, "--agentsim-seed=1")


def test_the_seed_of_an_item_does_not_depend_on_what_else_is_run(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("one"), scenario("two"))
    assert seeds(suite)["two"] == seeds(suite, "-k", "two")["two"]


@pytest.mark.parametrize("where", ["option", "environment", "ini file"])
def test_artifacts_go_where_they_are_told_to(suite, scenario, monkeypatch, where):
    arguments = ["--agentsim-output=there"] if where == "option" else []
    if where == "environment":
        monkeypatch.setenv("AGENTSIM_OUTPUT", "there")
    elif where == "ini file":
        suite.ini("agentsim_output = there")
    suite.file("calls/desk.scenario.yaml", scenario("P-01: hours"))
    suite.run(*arguments).assert_outcomes(passed=1)
    [folder] = (suite.path / "there").rglob("p_01_hours")
    assert folder.relative_to(suite.path) == suite.path.__class__("there/calls/desk.scenario.yaml/p_01_hours")
    files = {"scenario.json", "result.json", "transcript.json", "events.jsonl", "verdicts.json"}
    assert {path.name for path in folder.iterdir()} == files


def test_a_platform_id_of_a_personality_can_be_given_a_meaning(suite, scenario):
    suite.ini("agentsim_personality_ids =", "    4711 = impatient", "    4712 = non-native")
    suite.file("desk.scenario.yaml", scenario("hours", personality=4711))
    case = suite.junit()["hours"]
    assert case.find("properties/property[@name='personality']").get("value") == "impatient"


def test_headers_and_agent_id_reach_the_agent(suite, scenario):
    def answer(text, conversation):
        headers = {name.lower(): value for name, value in conversation.headers.items()}
        return f"{headers['x-tenant']}, {headers['x-rubric-agent-id']}"

    suite.text("conftest.py", "")
    suite.file("desk.scenario.yaml", scenario("hours", expect={"agent_says": "acme, front-desk"}))
    with Agent.from_callable(answer) as agent:
        result = suite.run(
            f"--agentsim-text-url={agent.text.url}",
            "--agentsim-headers=X-Tenant: acme",
            "--agentsim-agent-id=front-desk",
        )
    result.assert_outcomes(passed=1)
