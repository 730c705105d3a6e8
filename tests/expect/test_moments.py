"""What happens before, after and soon after what; and in which order."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_agentsim.errors import ScenarioError
from pytest_agentsim.scenario.expectations import expectations_from
from tests.expect.calls import CANCELLED, a_call, a_tool_call, verdict_on

CALL = a_call(
    *CANCELLED,
    tool_calls=(a_tool_call("lookup", 3, name="Sarah Johnson"), a_tool_call("cancel", 3, id=7, time=3.9)),
)
CONFIRMS = "confirmation number"


@pytest.mark.parametrize(
    "phrase",
    [
        {"text": CONFIRMS, "after": "your name"},
        {"text": CONFIRMS, "after": {"caller": "sarah"}},
        {"text": CONFIRMS, "after": {"tool": "cancel"}},
        {"text": CONFIRMS, "after": {"tool": "cancel", "arguments": {"id": 7}}, "within": "200ms"},
        {"text": "your name", "before": {"tool": "lookup"}},
        {"text": "your name", "before": {"caller": {"regex": "S.r.h"}}, "within": 2},
        {"text": CONFIRMS, "before": {"tool": "never_called"}},
        {"condition": "The agent confirms the cancellation", "after": {"agent": {"regex": "name"}}},
    ],
    ids=str,
)
def test_what_is_said_at_the_right_time_is_met(phrase: dict[str, Any]) -> None:
    assert verdict_on({"agent_says": phrase}, CALL).passed


@pytest.mark.parametrize(
    ("phrase", "message"),
    [
        (
            {"text": "your name", "after": {"tool": "lookup"}},
            "the agent did not say 'your name' after lookup, but at another time",
        ),
        (
            {"text": CONFIRMS, "after": "your name", "within": "1s"},
            "within 1 s after the agent says 'your name', but at another time",
        ),
        (
            {"text": CONFIRMS, "before": {"caller": "Sarah"}},
            "before the caller says 'Sarah', but at another time",
        ),
        ({"text": CONFIRMS, "after": "a refund"}, "after the agent says 'a refund', which never happened"),
        ({"text": CONFIRMS, "within": 2}, "within 2 s after the call began, but at another time"),
        ({"text": "refund", "after": "your name"}, "after the agent says 'your name' in any of its 2 turns"),
    ],
)
def test_what_is_said_at_another_time_is_told_with_that(phrase: dict[str, Any], message: str) -> None:
    verdict = verdict_on({"agent_says": phrase}, CALL)
    assert not verdict.passed
    assert message in verdict.message


def test_words_at_another_time_are_quoted() -> None:
    verdict = verdict_on({"agent_says": {"text": "your name", "after": {"tool": "lookup"}}}, CALL)
    assert verdict.evidence == ("turn 2: Can I have your name? (at 2.0 s)",)
    assert verdict.turns == (2,)


def test_what_is_never_to_be_said_may_be_said_at_another_time() -> None:
    assert verdict_on({"agent_never_says": {"text": "cancelled", "before": {"tool": "cancel"}}}, CALL).passed
    verdict = verdict_on({"agent_never_says": {"text": "cancelled", "after": {"tool": "cancel"}}}, CALL)
    assert verdict.message == "the agent said 'cancelled' after cancel, which it never should"


@pytest.mark.parametrize(
    ("tool", "passes"),
    [
        ({"name": "cancel", "after": "lookup"}, True),
        ({"name": "cancel", "after": "lookup", "within": "400ms"}, True),
        ({"name": "cancel", "after": "lookup", "within": "300ms"}, False),
        ({"name": "cancel", "before": "lookup"}, False),
        ({"name": "lookup", "before": "cancel"}, True),
        ({"name": "lookup", "after": {"caller": "Sarah Johnson"}, "within": 1}, True),
        ({"name": "lookup", "after": {"agent": CONFIRMS}}, False),
    ],
    ids=str,
)
def test_a_function_is_called_at_its_time(tool: dict[str, Any], passes: bool) -> None:
    assert verdict_on({"tool_calls": [tool]}, CALL).passed is passes


def test_the_order_of_what_happens() -> None:
    order = ["your name", {"caller": "Sarah"}, {"tool": "lookup"}, {"tool": "cancel"}, {"regex": r"ACM-\d+"}]
    assert verdict_on({"in_order": order}, CALL).passed


@pytest.mark.parametrize(
    ("order", "message"),
    [
        (
            [{"tool": "cancel"}, {"tool": "lookup"}],
            "expected, as number 2 of 2 in order, that lookup is called, but that happens only before number 1",
        ),
        (
            ["your name", "a refund", {"caller": "Thanks"}],
            "expected, as number 2 of 3 in order, that the agent says 'a refund', but that never happens",
        ),
    ],
)
def test_an_order_that_is_broken_says_where(order: list[Any], message: str) -> None:
    verdict = verdict_on({"in_order": order}, CALL)
    assert verdict.message == message
    assert verdict.evidence[0].startswith("1. ")


def test_the_order_of_functions() -> None:
    assert verdict_on({"tool_order": ["lookup", "cancel"]}, CALL).passed
    assert not verdict_on({"tool_order": ["cancel", "lookup"]}, CALL).passed


def test_a_function_that_is_never_to_be_called() -> None:
    assert verdict_on({"never_calls": "refund"}, CALL).passed
    verdict = verdict_on({"never_calls": ["cancel"]}, CALL)
    assert verdict.message == "expected cancel never to be called, but it was called once"


SCHEMA = {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}


def test_arguments_that_are_not_valid_against_a_schema_say_why() -> None:
    verdict = verdict_on({"tool_calls": [{"name": "cancel", "schema": SCHEMA}]}, CALL)
    assert verdict.message == (
        "expected cancel to be called at least once with arguments that are valid against its schema, "
        "but its only call was not like that"
    )
    assert verdict.evidence[-1] == "not valid against the schema: id: 7 is not of type 'string'"


def test_arguments_that_are_valid_against_a_schema_are_met() -> None:
    valid = {
        "name": "lookup",
        "schema": {"required": ["name"], "additionalProperties": False, "properties": {"name": {}}},
    }
    assert verdict_on({"tool_calls": [valid]}, CALL).passed


KEYS = a_call("caller: Hello", 'agent: <dtmf digits="1"/> and <dtmf digits="12#"/>', "caller: DTMF: 5")


def test_keys_are_compared_as_groups_in_order() -> None:
    assert verdict_on({"keys": {"agent": ["1", "12 #"]}}, KEYS).passed
    assert verdict_on({"keys": {"caller": "5"}}, KEYS).passed
    verdict = verdict_on({"keys": {"agent": ["12#", "1"]}}, KEYS)
    assert verdict.message == "expected the agent to press 12#, then 1, but it pressed 1, then 12#"


@pytest.mark.parametrize(
    ("expected", "problem"),
    [
        ({"in_order": ["only one"]}, "must have at least 2"),
        ({"in_order": ["a", {"caller": "x", "tool": "y"}]}, "a moment has exactly one of"),
        ({"in_order": ["a", {"caller": "x", "arguments": {}}]}, "arguments go with tool"),
        ({"agent_says": {"text": "a", "within": "soon"}}, "'soon' is not a number with a unit"),
        ({"agent_says": {"text": "a", "within": "3dB"}}, "must be a time such as 5s or 800ms"),
        ({"agent_says": {"text": "a", "after": {"regex": "("}}}, "is not a regular expression"),
        ({"tool_calls": [{"name": "a", "schema": {"type": "thing"}}]}, "is not a JSON Schema: type: 'thing'"),
    ],
)
def test_what_cannot_be_meant_is_refused(expected: dict[str, Any], problem: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        expectations_from(expected)
    assert problem in str(refused.value)
