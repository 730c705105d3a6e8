from __future__ import annotations

from pathlib import Path

import pytest

from pytest_agentsim import Agent, Personality, TestProfile
from pytest_agentsim.ahead import Ahead
from pytest_agentsim.errors import ConfigurationError, ScenarioError
from pytest_agentsim.runner import CallRunner, TimeLimit
from pytest_agentsim.scenario.loader import load_mapping
from pytest_agentsim.scenario.settings import LoadSettings
from pytest_agentsim.simulate import (
    Simulate,
    as_agent,
    as_personality,
    as_profile,
    pick_scenario,
    why_not_offline,
)

SETTINGS = LoadSettings()


def payload(name="hours", **fields):
    return {
        "name": name,
        "scenario_type": "conditional_actions",
        "personality": "normal",
        "conditional_actions": {
            "role": "you",
            "first_message": {"say": "I am {{test_profile.name}}", "then": ["Bye <endcall/>"]},
        },
        "test_profile": {"name": "Nobody"},
    } | fields


@pytest.fixture(scope="module")
def agent():
    with Agent.from_callable(lambda text: f"You said: {text}") as started:
        yield started


@pytest.fixture
def simulate(agent, tmp_path):
    runner = CallRunner(tmp_path / "results", batch_id="batch", seed=3)
    yield Simulate(runner, agent, node_id="x.py::test", directory=tmp_path, settings=SETTINGS)
    runner.stop()


def test_a_call_returns_how_it_went(simulate):
    assert [turn.text for turn in simulate(payload()).turns] == [
        "I am Nobody",
        "You said: I am Nobody",
        "Bye",
    ]


def test_calls_are_remembered_with_their_artifacts(simulate, tmp_path):
    first, second = simulate(payload("one")), simulate(payload("two"))
    assert [call.result for call in simulate.calls] == [first, second]
    assert [call.artifacts.relative_to(tmp_path).as_posix() for call in simulate.calls] == [
        "results/x.py/test",
        "results/x.py/test-run2",
    ]


def test_calls_of_one_item_have_different_seeds_and_run_ids(simulate):
    first, second = simulate(payload()), simulate(payload())
    assert first.seed != second.seed
    assert first.run_id != second.run_id
    assert first.batch_id == second.batch_id == "batch"


@pytest.mark.parametrize(
    "given", ["impatient", {"base": "impatient", "name": "impatient"}, Personality("impatient")]
)
def test_a_personality_may_be_given_in_several_ways(simulate, given):
    assert simulate(payload(), personality=given).personality == "impatient"


@pytest.mark.parametrize("given", [{"name": "Sarah"}, TestProfile(caller_variables={"name": "Sarah"})])
def test_a_profile_may_be_given_in_several_ways(simulate, given):
    assert simulate(payload(), test_profile=given).turns[0].text == "I am Sarah"


@pytest.mark.parametrize("kind", [str, Path])
def test_a_file_is_looked_for_in_the_folder_of_the_test(simulate, tmp_path, kind):
    import json

    (tmp_path / "desk.scenario.json").write_text(json.dumps(payload("from a file")))
    assert simulate(kind("desk.scenario.json")).scenario == "from a file"


def test_a_scenario_object_is_taken_as_it_is(simulate):
    assert simulate(load_mapping(payload("an object"), SETTINGS)).scenario == "an object"


def test_an_expected_outcome_of_the_item_is_that_of_its_calls(agent, tmp_path):
    runner = CallRunner(tmp_path, batch_id="batch")
    simulate = Simulate(
        runner,
        agent,
        node_id="x",
        directory=tmp_path,
        settings=SETTINGS,
        expected_outcome="The agent is polite",
    )
    assert simulate(payload(expected_outcome="another")).expected_outcome == "The agent is polite"
    runner.stop()


def test_a_file_that_does_not_exist_is_told(simulate, tmp_path):
    with pytest.raises(
        ConfigurationError, match=r"There is no scenario file .*none\.yaml; the path is relative"
    ):
        simulate("none.yaml")


def test_a_payload_that_is_no_scenario_is_told(simulate):
    with pytest.raises(ScenarioError):
        simulate({"name": "x"})


@pytest.mark.parametrize(("given", "told"), [(None, "None"), (7, "a int"), ([], "a list")])
def test_what_is_no_scenario_is_told(simulate, given, told):
    with pytest.raises(ConfigurationError, match=f"a payload as a mapping or a file, not {told}"):
        simulate(given)


def test_nothing_is_remembered_of_a_call_that_was_not_made(simulate):
    with pytest.raises(ConfigurationError):
        simulate(payload(), personality="grumpy")
    assert simulate.calls == []


# --- channels -----------------------------------------------------------------------------------------------------

NOWHERE = {"url": "ws://127.0.0.1:1/text", "voice_url": "ws://127.0.0.1:1/voice"}


@pytest.fixture
def channels(tmp_path, monkeypatch):
    """Makes a call with an agent that speaks some channels; returns the channel and the URL of the call."""
    made = []

    async def keep(spec, **_):
        made.append(spec)
        raise ConnectionAbortedError

    monkeypatch.setattr("pytest_agentsim.call.run_call", keep)
    runner = CallRunner(tmp_path, batch_id="batch")

    def call(*speaks, asked=None, **fields):
        agent = Agent.from_url(**{name: NOWHERE[name] for name in speaks}) if speaks else Agent()
        simulate = Simulate(runner, agent, node_id="x", directory=tmp_path, settings=SETTINGS)
        with pytest.raises(ConnectionAbortedError):
            simulate(payload(**fields), channel=asked)
        return made[-1].channel, made[-1].endpoint.url

    yield call
    runner.stop()


TEXT, VOICE = ("text", NOWHERE["url"]), ("voice", NOWHERE["voice_url"])
BOTH = ("url", "voice_url")


@pytest.mark.parametrize(
    ("speaks", "fields", "expected"),
    [
        (BOTH, {"channel": "text"}, TEXT),
        (BOTH, {"channel": "voice"}, VOICE),
        (BOTH, {}, TEXT),
        (BOTH, {"channel": "both"}, TEXT),
        (["url"], {}, TEXT),
        (["voice_url"], {}, VOICE),
        (["voice_url"], {"channel": "both"}, VOICE),
    ],
)
def test_a_call_is_made_over_what_the_scenario_names_or_else_the_agent_speaks(
    channels, speaks, fields, expected
):
    assert channels(*speaks, **fields) == expected


@pytest.mark.parametrize("named", ["text", "voice", "both", None])
def test_a_channel_that_is_asked_for_goes_before_the_scenarios(channels, named):
    fields = {} if named is None else {"channel": named}
    assert channels(*BOTH, asked="voice", **fields) == VOICE
    assert channels(*BOTH, asked="text", **fields) == TEXT


@pytest.mark.parametrize(
    ("agent", "channel"),
    [
        (Agent(), None),
        (Agent(), "voice"),
        (Agent.from_url(NOWHERE["url"]), "voice"),
        (Agent.from_url(voice_url=NOWHERE["voice_url"]), "text"),
    ],
)
def test_a_channel_that_the_agent_does_not_speak_is_told(tmp_path, agent, channel):
    simulate = Simulate(
        CallRunner(tmp_path, batch_id="b"), agent, node_id="x", directory=tmp_path, settings=SETTINGS
    )
    with pytest.raises(ConfigurationError) as caught:
        simulate(payload(), channel=channel)
    missing = channel or "text"
    assert str(caught.value) == (
        f"'hours' cannot run: the agent has no {missing} endpoint: give its address with --agentsim-{missing}-url."
    )


@pytest.mark.parametrize("channel", ["both", "fax", 7])
def test_what_is_no_channel_of_a_call_is_told(simulate, channel):
    with pytest.raises(ConfigurationError, match="over the channel 'text' or 'voice', not"):
        simulate(payload(), channel=channel)


# --- picking a scenario -------------------------------------------------------------------------------------------


def scenarios(*names):
    return tuple(load_mapping(payload(name, key=f"key-{name}"), SETTINGS) for name in names)


def test_the_only_scenario_needs_no_name():
    [only] = scenarios("one")
    assert pick_scenario((only,), None, Path("x.yaml")) is only


@pytest.mark.parametrize("name", ["two", "key-two"])
def test_a_scenario_is_picked_by_name_or_key(name):
    one, two = scenarios("one", "two")
    assert pick_scenario((one, two), name, Path("x.yaml")) is two


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (None, "x.yaml has 2 scenarios; pick one with name=…: 'one', 'two'."),
        ("three", "x.yaml has no scenario 'three'; it has 'one', 'two'."),
    ],
)
def test_a_scenario_that_cannot_be_picked_is_told_with_those_that_can(name, told):
    with pytest.raises(ConfigurationError) as caught:
        pick_scenario(scenarios("one", "two"), name, Path("folder/x.yaml"))
    assert str(caught.value) == told


def test_the_only_scenario_must_still_have_the_name_that_was_asked_for():
    with pytest.raises(ConfigurationError, match="has no scenario 'two'"):
        pick_scenario(scenarios("one"), "two", Path("x.yaml"))


# --- what can be run ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["text", "voice", "both"])
def test_a_structured_scenario_runs_offline_over_any_channel(channel):
    assert why_not_offline(load_mapping(payload(channel=channel), SETTINGS)) == ""


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"on_no_match": "improvise"}, "needs a language model"),
        (
            {"scenario_type": "instruction", "conditional_actions": None, "instructions": "Ask"},
            'step 1 needs a language model: "Ask": no rule puts it into words (reword it',
        ),
    ],
)
def test_why_a_scenario_cannot_run_offline(fields, reason):
    assert reason in why_not_offline(load_mapping(payload(**fields), SETTINGS))


# --- what fixtures give -------------------------------------------------------------------------------------------


def test_an_agent_is_taken_as_it_is(agent):
    assert as_agent(agent) is agent


def test_the_value_of_what_is_no_agent_is_not_shown():
    with pytest.raises(ConfigurationError) as caught:
        as_agent("ws://user:s3cret@host")
    assert "s3cret" not in str(caught.value)
    assert "the fixture `agent` gave a str" in str(caught.value)


@pytest.mark.parametrize("given", ["normal", 693, {"base": "normal"}, Personality("normal")])
def test_a_personality_is_made_of_what_a_fixture_gives(given):
    assert as_personality(given, SETTINGS, load_mapping(payload())).name == "normal"


@pytest.mark.parametrize("given", [None, 1.5, ["normal"]])
def test_what_is_no_personality_is_told(given):
    with pytest.raises(ConfigurationError, match="a personality is a name, a platform's id, a mapping"):
        as_personality(given, SETTINGS, load_mapping(payload()))


@pytest.mark.parametrize("given", [362, {"base": "normal", "language": "es"}, {"base": 362}])
def test_a_personality_that_was_made_for_another_language_is_told(given):
    with pytest.raises(
        ConfigurationError, match="the personality 'normal' speaks es, and the scenario is in en; they must"
    ):
        as_personality(given, SETTINGS, load_mapping(payload()))


@pytest.mark.parametrize("given", ["impatient", {"base": "impatient"}, 362])
def test_a_personality_speaks_the_language_of_the_scenario(given):
    spanish = load_mapping(payload(scenario_language="es"))
    assert as_personality(given, SETTINGS, spanish).language == "es"


@pytest.mark.parametrize("given", [None, "Sarah", [("name", "Sarah")]])
def test_what_is_no_profile_is_told(given):
    with pytest.raises(ConfigurationError, match="a test profile is a mapping or a TestProfile, not"):
        as_profile(given)


def test_what_holds_ahead_of_the_turn_holds_for_no_later_call(agent, tmp_path):
    runner = CallRunner(tmp_path / "results", batch_id="batch")
    given = [Ahead(time_limit=TimeLimit(0.0))]
    simulate = Simulate(
        runner, agent, node_id="x.py::test", directory=tmp_path, settings=SETTINGS, ahead=lambda: given[0]
    )
    try:
        early = simulate.start(payload())
        given[0] = None
        assert simulate(payload()).status == "completed"
        with pytest.raises(pytest.fail.Exception, match="from pytest-timeout"):
            simulate.finish(early)
    finally:
        runner.stop()
