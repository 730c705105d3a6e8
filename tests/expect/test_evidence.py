"""Where in a call the words and function calls are that an expectation was met by, or was not met because of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim.expect import Outcome, evaluate
from pytest_agentsim.metric_value import Evidence, MetricOutcome, MetricValue
from pytest_agentsim.result import Event, EventKind, ToolCall
from tests.expect.calls import CANCELLED, a_call, a_tool_call, verdict_on

if TYPE_CHECKING:
    from pytest_agentsim.expect import Verdict
    from pytest_agentsim.result import CallResult


def quoted(verdict: Verdict, result: CallResult) -> list[tuple[int, str]]:
    """The words that a verdict points at, each with its turn."""
    return [(each.turn, result.turns[each.turn - 1].text[each.start : each.end]) for each in verdict.words]


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        ("HAS been  cancelled", "has been cancelled"),
        ({"regex": r"ACM-\d+"}, "ACM-1042"),
        ({"text": "confirmation", "after": {"agent": "your name"}}, "confirmation"),
    ],
    ids=str,
)
def test_what_the_agent_had_to_say_is_pointed_at_and_quoted(expected: Any, words: str) -> None:
    result = a_call(*CANCELLED)
    verdict = verdict_on({"agent_says": expected}, result)
    assert verdict.passed
    assert quoted(verdict, result) == [(4, words)]
    assert verdict.turns == (4,)
    assert verdict.evidence == (f"turn 4: {result.turns[3].text}",)


def test_what_the_agent_should_not_have_said_is_pointed_at() -> None:
    result = a_call(*CANCELLED)
    verdict = verdict_on({"agent_never_says": "cancelled"}, result)
    assert not verdict.passed
    assert quoted(verdict, result) == [(4, "cancelled")]


def test_a_condition_is_about_the_whole_turn_that_made_it_hold() -> None:
    verdict = verdict_on({"agent_says": {"condition": "The agent asks for your name"}}, a_call(*CANCELLED))
    assert (verdict.turns, verdict.words) == ((2,), ())


def test_words_that_were_rightly_not_said_are_nowhere() -> None:
    verdict = verdict_on({"agent_never_says": "fee"}, a_call(*CANCELLED))
    assert (verdict.evidence, verdict.turns, verdict.words) == ((), (), ())


def test_what_was_said_at_another_time_is_pointed_at() -> None:
    result = a_call(*CANCELLED)
    expected = {"text": "your name", "after": {"agent": "cancelled"}}
    verdict = verdict_on({"agent_says": expected}, result)
    assert not verdict.passed
    assert quoted(verdict, result) == [(2, "your name")]


def test_an_order_is_pointed_at_step_by_step() -> None:
    result = a_call(*CANCELLED, tool_calls=(a_tool_call("find", 3), a_tool_call("cancel_appointment", 3)))
    order = [{"agent": "your name"}, {"tool": "cancel_appointment"}, {"agent": "cancelled"}]
    verdict = verdict_on({"in_order": order}, result)
    assert verdict.passed
    assert quoted(verdict, result) == [(2, "your name"), (4, "cancelled")]
    assert verdict.tool_calls == (2,)
    assert [line.partition(":")[0] for line in verdict.evidence] == [
        "1. turn 2",
        "2. after turn 3",
        "3. turn 4",
    ]


def test_a_function_call_that_was_expected_is_pointed_at() -> None:
    calls = (
        a_tool_call("cancel", 1, patient="Maria"),
        a_tool_call("cancel", 3, patient="Sarah"),
        a_tool_call("cancel", 3, patient="Sarah"),
    )
    result = a_call(*CANCELLED, tool_calls=calls)
    expected = {"name": "cancel", "arguments": {"patient": "Sarah"}, "times": 2}
    verdict = verdict_on({"tool_calls": [expected]}, result)
    assert verdict.passed
    assert (verdict.tool_calls, verdict.turns) == ((2, 3), ())
    assert verdict.evidence == ('cancel({"patient": "Sarah"}) -> no result',) * 2


def test_a_function_call_that_is_wrong_is_pointed_at_and_no_turn_is_blamed() -> None:
    result = a_call(*CANCELLED, tool_calls=(ToolCall("1", "cancel", {"patient": "Maria"}, 3.5, 3),))
    verdict = verdict_on(
        {"tool_calls": [{"name": "cancel", "arguments": {"patient": "Sarah"}, "times": 1}]}, result
    )
    assert not verdict.passed
    assert (verdict.tool_calls, verdict.turns) == ((1,), ())


def test_keys_that_were_pressed_are_pointed_at() -> None:
    result = a_call(
        "agent: Enter your number", 'caller: Here it is: <dtmf digits="12"/> and <dtmf digits="#"/>'
    )
    verdict = verdict_on({"keys": {"caller": ["12", "#"]}}, result)
    assert verdict.passed
    assert quoted(verdict, result) == [(2, '<dtmf digits="12"/>'), (2, '<dtmf digits="#"/>')]


def test_conditions_that_fired_point_at_what_made_their_triggers_hold() -> None:
    events = (
        Event(0.0, EventKind.ACTION, {"conditions": [0]}),
        Event(0.1, EventKind.AGENT_TURN, {"number": 2, "text": "Can I have your name?"}),
        Event(0.2, EventKind.DECISION, {"holding": [1, 2]}),
        Event(0.3, EventKind.ACTION, {"conditions": [1, 2]}),
        Event(0.4, EventKind.AGENT_TURN, {"number": 4, "text": "It has been cancelled."}),
        Event(0.5, EventKind.DECISION, {"holding": [3]}),
        Event(0.6, EventKind.ACTION, {"conditions": [3]}),
    )
    result = a_call(*CANCELLED, events=events, conditions_fired=(0, 1, 2, 3))
    verdict = verdict_on({"conditions_fired": [0, 1, 3]}, result)
    assert verdict.passed
    assert verdict.turns == (2, 4)
    assert verdict.evidence == (
        "condition 1: turn 2: Can I have your name?",
        f"condition 3: turn 4: {result.turns[3].text}",
    )


def a_metric(name: str, value: Any, *evidence: Evidence) -> MetricValue:
    return MetricValue(name, name, MetricOutcome.MEASURED, value, evidence=evidence)


def test_what_a_judge_quotes_is_pointed_at() -> None:
    quotes = (Evidence("It has been  cancelled.", 4), Evidence("nobody said this", 2))
    result = a_call(
        *CANCELLED,
        expected_outcome="The appointment is cancelled",
        metrics=(a_metric("expected_outcome", 100.0, *quotes),),
    )
    [verdict] = evaluate((), result, require_completed=False)
    assert verdict.outcome is Outcome.MET
    assert quoted(verdict, result) == [(4, "It has been cancelled")]


def test_a_judged_metric_that_is_as_expected_points_at_its_quotes_and_a_measured_one_at_nothing() -> None:
    result = a_call(
        *CANCELLED,
        metrics=(
            a_metric("sentiment", "positive", Evidence("Thanks", 5), Evidence("Hi", 1)),
            a_metric("words", 3.0, Evidence("the agent cut in", 2)),
        ),
    )
    judged = verdict_on({"metrics": {"sentiment": "positive"}}, result)
    assert judged.passed
    assert quoted(judged, result) == [(1, "Hi")]  # turn 5 says nothing else
    assert judged.evidence == ("turn 5: Thanks", "turn 1: Hi")
    measured = verdict_on({"metrics": {"words": {"max": 5}}}, result)
    assert (measured.evidence, measured.turns) == ((), ())


def test_only_what_a_turn_says_beside_other_things_is_some_of_its_words() -> None:
    result = a_call("agent: Hello ")
    assert verdict_on({"agent_says": "hello"}, result).words == ()
    assert verdict_on({"agent_says": {"regex": "$"}}, result).words == ()
    assert verdict_on({"agent_says": "hell"}, result).words != ()
