"""What `expect:` becomes, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_agentsim.errors import ScenarioError
from pytest_agentsim.scenario.expectations import (
    Bounds,
    FiredExpectation,
    Phrase,
    PhraseKind,
    ToolExpectation,
    expectations_from,
)
from pytest_agentsim.scenario.loader import load_text
from pytest_agentsim.scenario.model import Expectation, ExpectationKind
from pytest_agentsim.scenario.moment import ToolUse

SCENARIO = """\
name: x
scenario_type: conditional_actions
scenario_language: en
conditional_actions: {role: r, first_message: Hi, conditions: [{when: The agent greets, say: Hello}]}
"""


def load(expect: str, before: str = "") -> tuple[Expectation, ...]:
    return load_text(f"{SCENARIO}{before}expect:\n  {expect}\n", name="f", format="yaml").scenarios[0].expect


def text(words: str, turn: int | None = None) -> Phrase:
    return Phrase(PhraseKind.TEXT, words, turn)


@pytest.mark.parametrize(
    ("written", "kind", "values"),
    [
        ("status: completed", ExpectationKind.STATUS, ["completed"]),
        ("ended_by: caller", ExpectationKind.ENDED_BY, ["caller"]),
        ("ended_reason: max_duration", ExpectationKind.ENDED_REASON, ["max_duration"]),
        ("conditions_fired: [0, 1]", ExpectationKind.CONDITIONS_FIRED, [FiredExpectation(in_order=(0, 1))]),
        ("conditions_fired: []", ExpectationKind.CONDITIONS_FIRED, [FiredExpectation()]),
        (
            "conditions_fired: {exactly: [0, 1, 1], never: []}",
            ExpectationKind.CONDITIONS_FIRED,
            [FiredExpectation(exactly=(0, 1, 1))],
        ),
        ("conditions_fired: {never: [1]}", ExpectationKind.CONDITIONS_FIRED, [FiredExpectation(never=(1,))]),
        ("agent_says: hello", ExpectationKind.AGENT_SAYS, [text("hello")]),
        ("agent_says: {text: hello, turn: 2}", ExpectationKind.AGENT_SAYS, [text("hello", 2)]),
        (
            "agent_says: [a, {regex: 'b+'}, {condition: The agent greets}]",
            ExpectationKind.AGENT_SAYS,
            [text("a"), Phrase(PhraseKind.REGEX, "b+"), Phrase(PhraseKind.CONDITION, "The agent greets")],
        ),
        ("agent_never_says: [a, b]", ExpectationKind.AGENT_NEVER_SAYS, [text("a"), text("b")]),
        ("tool_calls: []", ExpectationKind.TOOL_CALLS, [None]),
        (
            "tool_calls: [{name: a}]",
            ExpectationKind.TOOL_CALLS,
            [ToolExpectation("a", {}, Bounds(1, None), None, None, expects_result=False)],
        ),
        (
            "tool_calls: [{name: a, arguments: {x: 1}, times: 2, after: b, result: ~}]",
            ExpectationKind.TOOL_CALLS,
            [ToolExpectation("a", {"x": 1}, Bounds(2, 2), ToolUse("b", {}), None, expects_result=True)],
        ),
        (
            "tool_calls: [{name: a, times: {min: 1, max: 3}}, {name: b, times: 0}]",
            ExpectationKind.TOOL_CALLS,
            [ToolExpectation("a", {}, Bounds(1, 3)), ToolExpectation("b", {}, Bounds(0, 0))],
        ),
        ("metadata: {a: 1, b: [x]}", ExpectationKind.METADATA, [("a", 1), ("b", ["x"])]),
        ("turns: 4", ExpectationKind.TURNS, [Bounds(4, 4)]),
        ("turns: {max: 8}", ExpectationKind.TURNS, [Bounds(None, 8)]),
    ],
)
def test_an_expectation_is_read(written: str, kind: ExpectationKind, values: list[Any]) -> None:
    found = load(written)
    assert [each.kind for each in found] == [kind] * len(values)
    assert [each.value for each in found] == values


def test_each_item_has_its_own_path_and_place() -> None:
    found = load("agent_says: [a, b]\n  metadata: {k: v}")
    assert [(each.path, str(each.location)) for each in found] == [
        ("expect.agent_says[0]", "f:6:16"),
        ("expect.agent_says[1]", "f:6:19"),
        ("expect.metadata.k", "f:7:17"),
    ]


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("status: done", "f:6:11: expect.status: must be one of completed, incompleted, failed, rejected"),
        (
            "ended_by: callr",
            'f:6:13: expect.ended_by: must be one of caller, agent, simulator (did you mean "caller"?)',
        ),
        ("conditions_fired: [0, 7]", "f:6:25: expect.conditions_fired[1]: there is no condition with id 7"),
        (
            "conditions_fired: {never: [7]}",
            "f:6:30: expect.conditions_fired.never[0]: there is no condition with id 7",
        ),
        (
            "conditions_fired: ['0']",
            "f:6:22: expect.conditions_fired[0]: must be a whole number (write it without quotes)",
        ),
        ("agent_says: ''", "f:6:15: expect.agent_says: cannot be empty"),
        (
            "agent_says: {regex: 'ab('}",
            "f:6:26: expect.agent_says.regex: is not a regular expression: missing ), unterminated",
        ),
        (
            "agent_says: [{regex: a, text: b}]",
            "f:6:16: expect.agent_says[0]: a phrase has exactly one of text, regex",
        ),
        ("agent_says: [{turn: 1}]", "f:6:16: expect.agent_says[0]: a phrase has exactly one of text, regex"),
        ("agent_says: [{text: a, turn: 0}]", "f:6:32: expect.agent_says[0].turn: must be at least 1"),
        ("agent_says: [{txt: a}]", '"txt" is not a field of a phrase (did you mean "text"?)'),
        ("agent_says: [5]", "f:6:16: expect.agent_says[0]: must be text or a mapping (put it in quotes)"),
        ("tool_calls: [{arguments: {}}]", "f:6:16: expect.tool_calls[0].name: name is required"),
        (
            "tool_calls: [{name: a, times: {min: 3, max: 1}}]",
            "f:6:33: expect.tool_calls[0].times: min (3) is more than max (1)",
        ),
        ("turns: {}", "f:6:10: expect.turns: cannot be empty"),
        ("turns: many", "f:6:10: expect.turns: must be a whole number or a mapping"),
        (
            "agent_say: x",
            'f:6:3: expect.agent_say: "agent_say" is not a field of expect (did you mean "agent_says"?)',
        ),
    ],
)
def test_a_wrong_expectation_is_refused_at_its_place(written: str, problem: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(written)
    assert problem in str(caught.value)


def test_unknown_ids_are_found_in_a_file_with_other_problems_but_not_beside_a_broken_script() -> None:
    with pytest.raises(ScenarioError) as caught:
        load("conditions_fired: [7]", before="runs: 0\n")
    assert [each.path for each in caught.value.problems] == ["runs", "expect.conditions_fired[0]"]
    broken = SCENARIO.replace("say: Hello", "say: ''")
    with pytest.raises(ScenarioError) as caught:
        load_text(f"{broken}expect: {{conditions_fired: [7]}}", name="f", format="yaml")
    assert [each.path for each in caught.value.problems] == ["conditions[0].say"]


def test_expectations_given_in_python_are_read_the_same_way() -> None:
    found = expectations_from({"agent_says": ["a"], "conditions_fired": (5,)})
    assert [(each.path, each.value) for each in found] == [
        ("expect.conditions_fired", FiredExpectation(in_order=(5,))),
        ("expect.agent_says[0]", text("a")),
    ]


@pytest.mark.parametrize(
    "expected", [{"agent_say": "a"}, {"agent_says": {"regex": "("}}, {}, {"turns": object()}]
)
def test_wrong_expectations_given_in_python_are_refused(expected: dict[str, Any]) -> None:
    with pytest.raises(ScenarioError, match="<python>"):
        expectations_from(expected)


@pytest.mark.parametrize("phrase", ["  ", {"text": ""}, {"regex": " "}, {"condition": ""}])
def test_a_phrase_of_nothing_is_refused_because_every_agent_says_it(phrase: object) -> None:
    with pytest.raises(ScenarioError, match=r"is empty|too short|not be empty"):
        expectations_from({"agent_says": [phrase]})


@pytest.mark.parametrize(("number", "is_within"), [(1, False), (2, True), (3, True), (4, False)])
def test_bounds_include_both_ends(number: int, is_within: bool) -> None:
    assert (number in Bounds(2, 3)) is is_within
