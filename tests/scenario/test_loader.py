"""Scenario files as a whole: their forms, the rules between fields, and what becomes of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pytest_agentsim.errors import ScenarioError
from pytest_agentsim.scenario.loader import LoadSettings, load_file, load_mapping, load_text
from pytest_agentsim.scenario.model import Channel, OnNoMatch, Scenario, ScenarioFile, ScenarioType
from pytest_agentsim.scenario.personality import BUILT_IN, BUILT_IN_CHOICES, Choice, Personality

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_agentsim.scenario.problems import Problem

ACTIONS = "conditional_actions: {role: r, first_message: Hi}"
STRUCTURED = f"scenario_type: conditional_actions\nscenario_language: en\n{ACTIONS}\n"


def load(text: str, **changes: Any) -> ScenarioFile:
    return load_text(text, name="dir/f.scenario.yaml", format="yaml", settings=LoadSettings(**changes))


def structured(more: str = "", **changes: Any) -> Scenario:
    return load(f"name: x\n{STRUCTURED}{more}", **changes).scenarios[0]


def behavioural(more: str = "") -> Scenario:
    return load(f"name: x\ninstructions: Cancel it\n{more}").scenarios[0]


def problems(text: str, **changes: Any) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load(text, **changes)
    return [str(each).removeprefix("dir/f.scenario.yaml:") for each in caught.value.problems]


def only_problem(text: str, **changes: Any) -> str:
    found = problems(text, **changes)
    assert len(found) == 1, "\n".join(found)
    return found[0]


DESIGN = """\
name: "CN-01: cancel an appointment"
scenario_type: conditional_actions
scenario_language: en
channel: text
personality: normal
test_profile: {first_name: Sarah, last_name: Johnson, date_of_birth: "1990-01-01", X-Tenant: acme}
tools: [TOOL_END_CALL]
tags: [cancellation, smoke]
metadata: {X-Bot-Id: billing}
runs: 3
pass_rate: 1.0
max_duration: 120s
conditional_actions:
  role: You are a patient calling to cancel an appointment
  conditions:
    - {id: 0, condition: FIRST_MESSAGE, action: "Hi, I need to cancel", type: standard, fixed_message: true}
    - id: 1
      condition: The agent asks for your name
      action: "{{test_profile.first_name}} {{test_profile.last_name}}"
      type: standard
      fixed_message: true
    - {id: 2, condition: The agent asks for a date, action: Provide it, type: standard, fixed_message: false}
    - {id: 3, condition: The agent is done, action: "Thanks <endcall />", type: standard, fixed_message: true}
expected_outcome: The main agent should cancel the appointment and confirm it.
expect:
  status: completed
  conditions_fired: [0, 1, 2, 3]
metrics: [expected_outcome, latency]
on_no_match: wait
"""


def test_a_full_scenario_is_read() -> None:
    file = load(DESIGN)
    scenario = file.scenarios[0]
    assert (file.name, file.path, file.warnings, file.ignored_fields) == (
        "CN-01: cancel an appointment",
        Path("dir/f.scenario.yaml"),
        (),
        (),
    )
    assert (scenario.name, scenario.key) == ("CN-01: cancel an appointment", "CN-01: cancel an appointment")
    assert scenario.scenario_type is ScenarioType.STRUCTURED
    assert scenario.channel is Channel.TEXT
    assert scenario.personality == BUILT_IN["normal"]
    assert scenario.profile.headers == {"X-Tenant": "acme"}
    assert (scenario.tools, scenario.tags, scenario.metrics) == (
        ("TOOL_END_CALL",),
        ("cancellation", "smoke"),
        ("expected_outcome", "latency"),
    )
    assert (scenario.runs, scenario.pass_rate, scenario.max_duration) == (3, 1.0, 120.0)
    assert scenario.metadata == {"X-Bot-Id": "billing"}
    assert scenario.on_no_match is OnNoMatch.WAIT
    assert len(scenario.expect) == 2
    assert str(scenario.location) == "dir/f.scenario.yaml:1:1"


def test_a_behavioural_scenario_is_read() -> None:
    scenario = behavioural("first_message: Good morning")
    assert scenario.scenario_type is ScenarioType.BEHAVIOURAL
    assert (scenario.instructions, scenario.first_message, scenario.script) == (
        "Cancel it",
        "Good morning",
        None,
    )
    assert scenario.language == "en"


def test_a_behavioural_scenario_opens_with_the_platforms_hello() -> None:
    assert behavioural().first_message == "Hello"
    assert behavioural("first_message: ''").first_message == ""


def test_a_file_is_loaded_and_shown_under_another_name(tmp_path: Path) -> None:
    path = tmp_path / "a.scenario.json"
    path.write_text('{"name": "x", "instructions": "Do it", "nmae": 1}')
    with pytest.raises(ScenarioError) as caught:
        load_file(path, display="a.json")
    assert (
        str(caught.value) == 'a.json:1:40: nmae: "nmae" is not a field of a scenario (did you mean "name"?)'
    )


LIST = f"""\
name: Clinic
description: All of it
marks: [slow]
defaults:
  scenario_language: es
  frequency: 2
  metrics: [latency]
  metadata: {{X-A: 1, X-B: 1}}
  expect: {{status: completed, ended_by: caller}}
scenarios:
  - name: one
    scenario_type: conditional_actions
    {ACTIONS}
    metrics: [talk_ratio, latency]
    metadata: {{X-B: 2}}
    expect: {{ended_by: agent}}
    marks: [{{timeout: 3}}]
  - name: two
    instructions: Do it
    language: en
    runs: 1
"""


def test_a_list_of_scenarios_shares_defaults_field_by_field() -> None:
    file = load(LIST)
    one, two = file.scenarios
    assert (file.name, file.description) == ("Clinic", "All of it")
    assert (one.language, one.runs, two.language, two.runs) == ("es", 2, "en", 1)
    assert one.personality.language == "es"
    assert [str(each.location) for each in (one, two)] == [
        "dir/f.scenario.yaml:11:5",
        "dir/f.scenario.yaml:18:5",
    ]


def test_metrics_are_combined_with_the_defaults() -> None:
    one, two = load(LIST).scenarios
    assert (one.metrics, two.metrics) == (("latency", "talk_ratio"), ("latency",))


def test_metadata_and_expectations_replace_the_defaults_key_by_key() -> None:
    one, two = load(LIST).scenarios
    assert (one.metadata, two.metadata) == ({"X-A": 1, "X-B": 2}, {"X-A": 1, "X-B": 1})
    assert [(each.path, each.value) for each in one.expect] == [
        ("expect.status", "completed"),
        ("expect.ended_by", "agent"),
    ]
    assert str(two.expect[1].location) == "dir/f.scenario.yaml:9:41"


def test_marks_of_the_file_come_before_those_of_the_scenario() -> None:
    one, two = load(LIST).scenarios
    assert (one.marks, two.marks) == (("slow", {"timeout": 3}), ("slow",))


@pytest.mark.parametrize(
    ("more", "attribute", "value"),
    [
        ("max_duration: 90", "max_duration", 90.0),
        ("max_duration: 1.5m", "max_duration", 90.0),
        ("max_duration: 10s", "max_duration", 10.0),
        ("max_duration: ~", "max_duration", None),
        ("pass_rate: 0", "pass_rate", 0.0),
        ("frequency: 4", "runs", 4),
        ("tool_ids: [RECEIVE_DTMF]", "tools", ("RECEIVE_DTMF",)),
        ("tools: [end_call, dtmf, send_dtmf]", "tools", ("TOOL_END_CALL", "TOOL_DTMF")),
        ("expected_outcome_prompt: ok", "expected_outcome", "ok"),
        ("channel: both", "channel", Channel.BOTH),
        ("key: stable", "key", "stable"),
        ("tags: ~", "tags", ()),
        ("x-note: {any: thing}", "name", "x"),
    ],
)
def test_a_field_is_read(more: str, attribute: str, value: object) -> None:
    assert getattr(structured(more), attribute) == value


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ("runs: 0", "5:7: runs: must be a whole number from 1 to 100"),
        ("runs: '3'", "5:7: runs: must be a whole number (write it without quotes)"),
        ("pass_rate: 1.5", "5:12: pass_rate: must be a number from 0 to 1"),
        ("max_duration: 9", "5:15: max_duration: must be from 10 to 3600 seconds"),
        ("max_duration: 61m", "5:15: max_duration: must be from 10 to 3600 seconds"),
        (
            "max_duration: soon",
            '5:15: max_duration: must be a number of seconds, or a text such as "120s" or "2m"',
        ),
        ("channel: phone", "5:10: channel: must be one of text, voice, both"),
        ("tools: [TOOL_SEND_DTMF]", '(did you mean "TOOL_DTMF"?)'),
        ("tools: TOOL_END_CALL", "5:8: tools: must be a list (write it as a list: [ … ])"),
        ("tags: [1]", "5:8: tags[0]: must be text (put it in quotes)"),
        ("metrics: [Expected Outcome]", "5:11: metrics[0]: must be the name of a metric, in lower case"),
        ("marks: [{a: 1, b: 2}]", "5:9: marks[0]: can have at most 1 keys; it has 2"),
        ("personality: 5.5", "5:14: personality: must be text, a whole number or a mapping"),
        (
            "personality: normla",
            "5:14: personality: unknown personality 'normla' (did you mean \"normal\"? known are: bad-line",
        ),
        ("personality: 12", "5:14: personality: unknown personality 12 (known ids are 362, 693, 4710;"),
        ("personality: {base: shy}", "5:21: personality.base: unknown personality 'shy'"),
        ("personality: {speed: 2}", "5:22: personality.speed: must be a number from 0.8 to 1.2"),
        (
            "personality: {network_simulation: {packet_loss: 130}}",
            "5:49: personality.network_simulation.packet_loss: must be a number from 0 to 100",
        ),
        (
            "personality: {network_simulation: {packet_loss: 5, burst: 0}}",
            "5:59: personality.network_simulation.burst: must be a number from 1 to 500",
        ),
        (
            "personality: {network_simulation: {latency: -1}}",
            "5:45: personality.network_simulation.latency: must be at least 0",
        ),
        (
            "personality: {network_simulation: {latency: 100, direction: recieve}}",
            "5:61: personality.network_simulation.direction: must be one of send, receive, both",
        ),
        (
            "personality: {network_simulation: {pakket_loss: 5}}",
            '5:36: personality.network_simulation.pakket_loss: "pakket_loss" is not a field of network_simulation',
        ),
        (
            "personality: {message_plan: {idle_timeout_seconds: 5}}",
            "idle_message_max_spoken_count is required",
        ),
        ("personality: {}", "5:14: personality: cannot be empty"),
        ("test_profile: Sarah", "5:15: test_profile: must be a mapping or a whole number"),
        (
            "test_profile: {agent_variables: {a: 1}, b: 2}",
            '5:41: test_profile.b: "b" is not a field of a test profile in sections',
        ),
        ("frequency: 2\nruns: 3", "6:7: runs: runs and frequency mean the same (keep one of them)"),
        ("on_no_match: panic", "5:14: on_no_match: must be one of clarify, improvise, wait, fail"),
        ("speling: x", '5:1: speling: "speling" is not a field of a scenario'),
        ("agent_says: x", '5:1: agent_says: "agent_says" is not a field of a scenario'),
    ],
)
def test_a_wrong_field_is_refused_at_its_place(more: str, problem: str) -> None:
    assert problem in only_problem(f"name: x\n{STRUCTURED}{more}")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (STRUCTURED, "1:1: name: name is required"),
        ("name: ''\n" + STRUCTURED, "1:7: name: cannot be empty"),
        (f"name: {'n' * 81}\n" + STRUCTURED, "1:7: name: can have at most 80 characters; it has 81"),
        ("name: 12\n" + STRUCTURED, "1:7: name: must be text (put it in quotes)"),
        ("name: x", "1:1: instructions: Instructions are required. (or write conditional_actions)"),
        ("name: x\ninstructions: ' '", "1:1: instructions: Instructions are required."),
        (
            "name: x\nscenario_type: conditional_actions\nscenario_language: en",
            "1:1: conditional_actions: conditional_actions is required",
        ),
        (
            f"name: x\nscenario_type: conditional_actions\n{ACTIONS}",
            "1:1: scenario_language: Validation error: scenario_language is required",
        ),
        (
            "name: x\nscenario_language: english\ninstructions: Do it",
            "2:20: scenario_language: must be one of af, ar, bg",
        ),
        (
            "name: x\nscenario_type: real_world_smart",
            "2:16: scenario_type: real_world_smart scenarios replay calls",
        ),
        ("- name: x", "1:1: a scenario file is a mapping (write the fields of a scenario, or a list"),
        ("just text", "1:1: a scenario file is a mapping"),
        ("scenarios: []", "1:12: scenarios: cannot be empty"),
        ("scenarios: {name: x}", "1:12: scenarios: must be a list"),
        ("scenarios: [x]", "1:13: scenarios[0]: must be a mapping"),
        (
            "scenarios: [{name: x, instructions: i}, {name: x, instructions: i}]",
            "1:48: scenarios[1].name: duplicate scenario name 'x' (the first one is in line 1)",
        ),
        (
            "scenarios: [{name: x, key: k, instructions: i}, {name: y, key: k, instructions: i}]",
            "1:64: scenarios[1].key: duplicate scenario key 'k'",
        ),
        (
            "defaults: {name: y}\nscenarios: [{name: x, instructions: i}]",
            '1:12: defaults.name: "name" is not a field of the defaults',
        ),
        (
            "name: x\ninstructions: 'I am {{test_profile.nme}}'\ntest_profile: {name: Sarah}",
            '2:21: instructions: {{test_profile.nme}}: the test profile has no key "nme" (did you mean',
        ),
        ("name: x\ninstructions: 'I am {{test_profile.}}'", "2:21: instructions: malformed placeholder"),
    ],
)
def test_a_wrong_file_is_refused_at_its_place(text: str, problem: str) -> None:
    assert problem in only_problem(text)


def test_all_problems_of_all_scenarios_are_reported_in_file_order() -> None:
    text = """\
scenarios:
- {name: a}
- {name: b, instructions: i, runs: 0}
- {name: c, conditional_actions: {conditions: []}}
"""
    assert [each.split(": ")[1] for each in problems(text)] == [
        "scenarios[0].instructions",
        "scenarios[1].runs",
        "scenarios[2].scenario_language",
        "scenarios[2].conditions",
    ]


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        (
            f"name: x\nscenario_language: en\n{ACTIONS}",
            "scenario_type: scenario_type is missing and taken to be conditional_actions",
        ),
        (
            f"name: x\n{STRUCTURED}instructions: i",
            "instructions: instructions means nothing beside conditional_actions",
        ),
        (f"name: x\n{STRUCTURED}first_message: i", "first_message: first_message means nothing beside"),
        (
            f"name: x\nscenario_type: instruction\ninstructions: i\n{ACTIONS}",
            "conditional_actions: conditional_actions mean nothing to an instruction scenario",
        ),
    ],
)
def test_what_the_platform_drops_without_a_word_is_warned_about(text: str, warning: str) -> None:
    file = load(text)
    assert len(file.warnings) == 1
    assert warning in str(file.warnings[0])


def test_a_background_noise_that_there_is_not_is_warned_about() -> None:
    file = load(f"name: x\npersonality: {{background_noise: cofee-shop}}\n{STRUCTURED}")
    (warning,) = map(str, file.warnings)
    assert '2:33: personality.background_noise: "cofee-shop" is not a known sound' in warning
    assert 'did you mean "coffee-shop"?' in warning


@pytest.mark.parametrize(
    ("personality", "language", "expected"),
    [
        ("normal", "es", "es"),
        ("normal", "", "en"),
        ("362", "", "es"),
        ("362", "es", "es"),
        ("{base: interrupter, language: fr}", "", "fr"),
        ("{base: 4710}", "", "multi"),
        ("{speed: 0.9}", "de", "de"),
    ],
)
def test_the_language_comes_from_the_scenario_or_the_personality(
    personality: str, language: str, expected: str
) -> None:
    given = f"scenario_language: {language}\n" if language else ""
    scenario = load(
        f"name: x\nscenario_type: conditional_actions\n{ACTIONS}\npersonality: {personality}\n{given}"
    ).scenarios[0]
    assert (scenario.language, scenario.personality.language) == (expected, expected)


@pytest.mark.parametrize("personality", ["693", "{base: normal, language: en}", "own"])
def test_a_personality_of_another_language_is_refused(personality: str) -> None:
    head = f"name: x\nscenario_type: conditional_actions\n{ACTIONS}\n"
    text = f"{head}personality: {personality}\nscenario_language: es\n"
    own = {**BUILT_IN_CHOICES, "own": Choice(Personality("own", language="en"), "en")}
    assert only_problem(text, personalities=own).startswith(
        "5:20: scenario_language: scenario_language is es, but the personality speaks en"
    )


@pytest.mark.parametrize(
    ("fields", "warns"),
    [
        ("channel: voice", True),
        ("channel: both", True),
        ("channel: text", False),
        ("tags: [a]", False),
        ("channel: voice\nrandom_interruptions: true", False),
        ("channel: voice\nrandom_interruptions: false", False),
    ],
)
def test_a_script_over_voice_says_whether_its_caller_interrupts(fields: str, warns: bool) -> None:
    text = f"name: x\nscenario_type: conditional_actions\n{ACTIONS}\nscenario_language: en\n{fields}\n"
    messages = [str(each) for each in load(f"{text}personality: impatient\n").warnings]
    assert [each for each in messages if "interruption_level is medium" in each] == messages
    assert bool(messages) is warns
    assert not load(f"{text}personality: normal\n").warnings


@pytest.mark.parametrize(
    ("fields", "asks"),
    [("", False), ("random_interruptions: true", True), ("random_interruptions: false", False)],
)
def test_a_script_is_left_alone_unless_it_asks_for_interruptions(fields: str, asks: bool) -> None:
    text = f"name: x\nscenario_type: conditional_actions\n{ACTIONS}\nscenario_language: en\n{fields}\n"
    assert load(text).scenarios[0].interrupts_at_random is asks
    assert load(f"name: x\ninstructions: i\n{fields}\n").scenarios[0].interrupts_at_random is (
        "false" not in fields
    )


def test_fields_of_the_platform_are_collected_once_and_ignored() -> None:
    text = """\
scenarios:
  - {id: 7, agent: 3, name: a, instructions: i, test_profile: 12, metrics: [5, latency], folder_path: A.B,
     personality: {call_service_provider: vapi}}
  - {id: 8, agent: 3, name: b, instructions: i, assistant_id: x, created_at: 2026-01-01, suite_type: d}
"""
    file = load(text)
    assert file.ignored_fields == (
        "id",
        "agent",
        "test_profile (a platform id)",
        "metrics (platform ids)",
        "folder_path",
        "personality.call_service_provider",
        "assistant_id",
        "created_at",
        "suite_type",
    )
    assert file.scenarios[0].metrics == ("latency",)
    assert not file.scenarios[0].profile


def test_the_tools_that_the_agent_is_to_call_are_read() -> None:
    entries = "generated_mock_tool_entries: [{tool_name: cancel, tool_id: 3, input: {id: 7}, output: {}}]\n"
    assert behavioural(entries).expected_tool_calls == (
        {"tool_name": "cancel", "tool_id": 3, "input": {"id": 7}, "output": {}},
    )
    assert behavioural("generated_mock_tool_entries: []\n").expected_tool_calls == ()
    assert behavioural().expected_tool_calls is None


def test_a_tool_that_is_to_be_called_has_a_name() -> None:
    assert "tool_name" in only_problem(
        f"name: x\n{STRUCTURED}generated_mock_tool_entries: [{{input: {{}}}}]\n"
    )


def test_a_payload_given_in_python_becomes_a_scenario() -> None:
    payload = {
        "name": "x",
        "agent": 4,
        "personality": 693,
        "scenario_type": "conditional_actions",
        "conditional_actions": {"role": "r", "first_message": "Hi"},
        "tool_ids": ["TOOL_END_CALL"],
        "max_duration": None,
    }
    scenario = load_mapping(payload)
    assert (scenario.name, scenario.language, scenario.can_hang_up) == ("x", "en", True)
    assert str(scenario.location) == "<python>:1:1"


def test_a_payload_with_several_scenarios_is_refused() -> None:
    cases = [{"name": name, "instructions": "i"} for name in "ab"]
    with pytest.raises(ScenarioError, match="one scenario is needed; there are 2"):
        load_mapping({"scenarios": cases})


def test_two_scenarios_may_share_conditions_through_an_anchor() -> None:
    text = """\
x-script: &script {role: r, first_message: "Hi <silence time='x' />"}
defaults: {scenario_language: en, scenario_type: conditional_actions}
scenarios:
  - {name: a, conditional_actions: *script}
  - {name: b, conditional_actions: *script}
"""
    found = problems(text)
    assert [each.split(": ")[:2] for each in found] == [
        ["1:63", "scenarios[0].first_message"],
        ["1:63", "scenarios[1].first_message"],
    ]


def outcome(load_it: Callable[[], tuple[Scenario, ...]]) -> tuple[Scenario, ...] | tuple[Problem, ...]:
    """Return the scenarios or the problems; any exception but a ScenarioError fails the test."""
    try:
        return load_it()
    except ScenarioError as error:
        return error.problems


FRAGMENTS = st.sampled_from(
    [
        "name: x\n", "instructions: i\n", STRUCTURED, "scenarios:\n", "  - name: y\n", "    runs: 3\n",
        "defaults: {runs: 1}\n", "role: r\n", "conditions:\n", "- {when: a, say: b}\n",
        "- {id: 0, condition: FIRST_MESSAGE}\n", "expect: {turns: 1}\n", "version: '1'\n",
        "suite: {name: s}\n", "personality: 693\n", "personality: {base: 1}\n", "test_profile: [1]\n",
        "&a", "*a", "<<: *a\n", "? ", ": ", "{", "}", "[", "]", "'", '"', "|\n", "\t", "!!int ",
        "{{test_profile.x}}", "<silence", "- ", "\n", "#", "first_message: {say: '{{', then: [1, ~]}\n",
        "conditional_actions: {conditions: [{id: 1}, 4]}\n", "~\n", "key: [\n",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.text() | st.lists(FRAGMENTS, max_size=8).map("".join), st.sampled_from(["yaml", "json"]), st.booleans()
)
@example("{'': \ud800}", "yaml", False)
def test_any_text_is_a_file_or_a_scenario_error(text: str, file_format: Any, flag: bool) -> None:
    given_settings = LoadSettings(strict=flag, lenient=flag)
    found = outcome(lambda: load_text(text, name="f", format=file_format, settings=given_settings).scenarios)
    assert found
    for each in found:
        assert each.location.line >= 1
        assert each.location.column >= 1


VALUES = st.sampled_from(
    [
        None,
        True,
        0,
        1,
        -1,
        1.5,
        "",
        "x",
        "en",
        "FIRST_MESSAGE",
        "standard",
        "conditional_actions",
        "<ai_generated>a</ai_generated>",
        [],
        {},
        "1m",
    ]
)
NAMES = st.sampled_from(
    [
        "name",
        "key",
        "scenario_type",
        "type",
        "scenario_language",
        "personality",
        "test_profile",
        "tools",
        "tags",
        "marks",
        "metadata",
        "runs",
        "frequency",
        "pass_rate",
        "max_duration",
        "conditional_actions",
        "instructions",
        "first_message",
        "expected_outcome",
        "expect",
        "metrics",
        "on_no_match",
        "agent_id",
        "id",
        "role",
        "conditions",
        "functions",
        "condition",
        "action",
        "fixed_message",
        "when",
        "say",
        "then",
        "scenarios",
        "defaults",
        "version",
        "suite",
        "base",
        "language",
        "agent_says",
        "regex",
        "text",
        "turn",
        "conditions_fired",
        "exactly",
        "never",
        "tool_calls",
        "times",
        "min",
        "max",
        "after",
        "turns",
        "config",
        "url",
        "body",
        "x-a",
    ]
)
DATA = st.recursive(
    VALUES,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(NAMES, below, max_size=5),
    max_leaves=25,
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(NAMES, DATA, max_size=6), st.booleans())
def test_any_data_is_a_scenario_or_a_scenario_error(data: dict[str, Any], flag: bool) -> None:
    assert outcome(lambda: (load_mapping(data, LoadSettings(strict=flag, lenient=flag)),))
