"""What becomes of each kind of expectation, and the sentences that tell it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.caller.matcher.offline import OfflineMatcher
from pytest_agentsim.clock import RealClock
from pytest_agentsim.event_log import EventLog
from pytest_agentsim.expect import Outcome, evaluate
from pytest_agentsim.metric_value import MetricOutcome, MetricValue
from pytest_agentsim.redaction import Redactor
from pytest_agentsim.result import (
    CallResult,
    EndedBy,
    Reason,
    Status,
    ToolCall,
    Turn,
)
from pytest_agentsim.scenario.expectations import expectations_from
from pytest_agentsim.scenario.loader import load_text
from pytest_agentsim.session.frames import decode_frame
from pytest_agentsim.session.record import record
from pytest_agentsim.visible import visible_line
from tests.expect.calls import CANCELLED, a_call, verdict_on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_agentsim.caller.matcher.interface import MatchDecision, Trigger


def tool(name: str, arguments: Any = None, result: Any = None, after_turn: int = 1) -> ToolCall:
    return ToolCall(f"call-{name}", name, arguments, 1.0, after_turn, result)


def assert_met(expected: dict[str, Any], result: CallResult) -> None:
    verdict = verdict_on(expected, result)
    assert (verdict.outcome, verdict.message) == (Outcome.MET, "")
    assert verdict.passed


def assert_not_met(
    expected: dict[str, Any],
    result: CallResult,
    message: str,
    *evidence: str,
    turns: tuple[int, ...] = (),
    calls: tuple[int, ...] = (),
) -> None:
    verdict = verdict_on(expected, result)
    assert (verdict.outcome, verdict.message) == (Outcome.NOT_MET, message)
    assert verdict.evidence == evidence
    assert verdict.turns == turns
    assert verdict.tool_calls == calls
    assert not verdict.passed


# --- how the call went --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "expected",
    [{"status": "completed"}, {"ended_by": "caller"}, {"ended_reason": "caller_ended_call"}],
    ids=str,
)
def test_a_call_that_ended_as_expected(expected: dict[str, Any]) -> None:
    assert_met(expected, a_call())


@pytest.mark.parametrize(
    ("expected", "message"),
    [
        ({"status": "completed"}, "expected the status completed, but it is failed"),
        ({"ended_by": "caller"}, "expected the caller to end the call, but the simulator did"),
        (
            {"ended_reason": "caller_ended_call"},
            "expected the call to end with caller_ended_call, but it ended with agent_timeout",
        ),
    ],
    ids=str,
)
def test_a_call_that_ended_otherwise_is_told_with_the_reason(expected: dict[str, Any], message: str) -> None:
    result = a_call(
        status=Status.FAILED,
        ended_by=EndedBy.SIMULATOR,
        ended_reason=Reason.AGENT_TIMEOUT,
        detail="The agent did not reply within 10 s.",
    )
    assert_not_met(expected, result, message, "The agent did not reply within 10 s.")


@pytest.mark.parametrize("expected", [5, {"min": 5}, {"max": 5}, {"min": 1, "max": 9}, {"min": 0}], ids=str)
def test_a_number_of_turns_that_is_as_expected(expected: Any) -> None:
    assert_met({"turns": expected}, a_call(*CANCELLED))


@pytest.mark.parametrize(
    ("expected", "number", "message"),
    [
        (4, 5, "expected exactly 4 turns, but there were 5"),
        (1, 5, "expected exactly 1 turn, but there were 5"),
        (3, 1, "expected exactly 3 turns, but there was 1"),
        ({"min": 6}, 5, "expected at least 6 turns, but there were 5"),
        ({"min": 1}, 0, "expected at least 1 turn, but there were none"),
        ({"max": 1}, 2, "expected at most 1 turn, but there were 2"),
        ({"min": 2, "max": 3}, 5, "expected 2 to 3 turns, but there were 5"),
        ({"min": 0, "max": 3}, 5, "expected at most 3 turns, but there were 5"),
        (0, 5, "expected no turns, but there were 5"),
        ({"max": 0}, 1, "expected no turns, but there was 1"),
    ],
    ids=str,
)
def test_another_number_of_turns(expected: Any, number: int, message: str) -> None:
    assert_not_met({"turns": expected}, a_call(*CANCELLED[:number]), message)


@pytest.mark.parametrize(
    ("expected", "fired"),
    [
        ([0, 1, 3], (0, 1, 3)),
        ([0, 3], (0, 1, 1, 2, 3, 0)),
        ([1, 1], (1, 2, 1)),
        ([], ()),
        ({"exactly": [0, 1, 1]}, (0, 1, 1)),
        ({"exactly": []}, ()),
        ({"never": [2]}, (0, 1)),
        ({"exactly": [0, 1], "never": [2]}, (0, 1)),
    ],
    ids=str,
)
def test_conditions_that_fired_as_expected(expected: Any, fired: tuple[int, ...]) -> None:
    assert_met({"conditions_fired": expected}, a_call(conditions_fired=fired))


@pytest.mark.parametrize(
    ("expected", "fired", "message"),
    [
        ([0, 1], (0,), "expected condition 1 to fire, but it never did"),
        ([0, 1, 2], (0,), "expected conditions 1 and 2 to fire, but they never did"),
        ([0, 1, 2, 3], (0,), "expected conditions 1, 2 and 3 to fire, but they never did"),
        ([0, 2, 1], (0, 1, 2), "expected conditions 0, 2 and 1 to fire in this order, but they did not"),
        ([1, 1], (0, 1), "expected conditions 1 and 1 to fire in this order, but they did not"),
        ({"exactly": [0, 1]}, (0, 1, 1), "expected exactly conditions 0 and 1 to fire, in this order"),
        ({"exactly": [0, 1]}, (1, 0), "expected exactly conditions 0 and 1 to fire, in this order"),
        ({"exactly": [0]}, (0, 1), "expected exactly condition 0 to fire"),
        ({"exactly": []}, (0,), "expected no condition to fire"),
        ({"never": [1]}, (0, 1), "expected condition 1 not to fire, but it did"),
        ({"never": [0, 1, 2]}, (0, 1), "expected conditions 0 and 1 not to fire, but they did"),
    ],
    ids=str,
)
def test_conditions_that_fired_otherwise(expected: Any, fired: tuple[int, ...], message: str) -> None:
    evidence = f"fired, in order: {', '.join(map(str, fired))}"
    assert_not_met({"conditions_fired": expected}, a_call(conditions_fired=fired), message, evidence)


def test_that_no_condition_fired_is_said() -> None:
    message = "expected condition 0 to fire, but it never did"
    assert_not_met({"conditions_fired": [0]}, a_call(), message, "fired, in order: none")


# --- what the agent said ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("has been cancelled", "It has been cancelled."),
        ("HAS been Cancelled", "it Has BEEN cancelled"),
        ("has been  cancelled", "It has\n  been\tcancelled"),
        ("has\nbeen cancelled", "It has been cancelled"),
        ("doesn't match", "It doesn\N{RIGHT SINGLE QUOTATION MARK}t match"),
        ("doesn\N{RIGHT SINGLE QUOTATION MARK}t match", "It doesn't match"),
        ('say "yes"', "Please say “yes”"),
        ("'yes'", "Please say \N{LEFT SINGLE QUOTATION MARK}yes\N{RIGHT SINGLE QUOTATION MARK}"),
        ("straße", "An der STRASSE"),
        ("caf\N{LATIN SMALL LETTER E WITH ACUTE}", "The cafe\N{COMBINING ACUTE ACCENT}"),
        ("50 €", "That is 50\N{NO-BREAK SPACE}€"),
        ("$420.00", "It is $420.00"),
    ],
    ids=ascii,
)
def test_words_are_found_whatever_their_case_white_space_and_quotes(phrase: str, said: str) -> None:
    result = a_call(f"agent: {said}")
    assert_met({"agent_says": phrase}, result)
    assert not verdict_on({"agent_never_says": phrase}, result).passed


@pytest.mark.parametrize("phrase", ["cancel led", "been has", "canceled", "."])
def test_other_words_are_not_found(phrase: str) -> None:
    result = a_call("agent: It has been cancelled")
    assert not verdict_on({"agent_says": phrase}, result).passed
    assert_met({"agent_never_says": phrase}, result)


def test_what_the_caller_says_does_not_count() -> None:
    result = a_call("agent: Hello", "caller: reschedule fee")
    assert not verdict_on({"agent_says": "reschedule fee"}, result).passed
    assert_met({"agent_never_says": "reschedule fee"}, result)


@pytest.mark.parametrize(
    "expected",
    [
        "has been cancelled",
        {"regex": r"confirmation (number|code) is ACM-\d+"},
        {"regex": "^It has"},
        {"regex": "(?i)it HAS"},
        {"condition": "The agent confirms the cancellation"},
        {"condition": 'contains "cancelled" AND contains "ACM"'},
        {"text": "your name", "turn": 1},
        {"regex": "ACM", "turn": 2},
        {"condition": "The agent asks for your name", "turn": 1},
    ],
    ids=str,
)
def test_a_phrase_that_was_said(expected: Any) -> None:
    assert_met({"agent_says": expected}, a_call(*CANCELLED))


def test_a_regex_takes_the_words_as_they_are() -> None:
    result = a_call("agent: It has  been Cancelled")
    assert not verdict_on({"agent_says": {"regex": "cancelled"}}, result).passed
    assert not verdict_on({"agent_says": {"regex": "has been"}}, result).passed


@pytest.mark.parametrize(
    ("expected", "message"),
    [
        ("rescheduled", "the agent did not say 'rescheduled' in any of its 2 turns"),
        ({"regex": r"ACM-\d{9}"}, r"the agent did not say anything like /ACM-\d{9}/ in any of its 2 turns"),
        ({"text": "hi", "turn": 3}, "the agent did not say 'hi' in its turn 3: it had only 2 turns"),
    ],
    ids=str,
)
def test_a_phrase_that_was_not_said(expected: Any, message: str) -> None:
    assert_not_met({"agent_says": expected}, a_call(*CANCELLED), message)


def test_a_phrase_that_was_not_said_in_its_turn_shows_the_turn() -> None:
    assert_not_met(
        {"agent_says": {"text": "cancelled", "turn": 1}},
        a_call(*CANCELLED),
        "the agent did not say 'cancelled' in its turn 1, which is turn 2 of the call",
        "turn 2: Can I have your name?",
        turns=(2,),
    )


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ((), "the agent did not say 'hello': it said nothing at all"),
        (("caller: Hi",), "the agent did not say 'hello': it said nothing at all"),
        (("agent: Hi",), "the agent did not say 'hello' in its only turn"),
    ],
    ids=str,
)
def test_an_agent_that_said_little(said: tuple[str, ...], message: str) -> None:
    assert_not_met({"agent_says": "hello"}, a_call(*said), message)


def test_a_turn_that_an_agent_with_one_turn_did_not_have() -> None:
    message = "the agent did not say 'hello' in its turn 2: it had only 1 turn"
    assert_not_met({"agent_says": {"text": "hello", "turn": 2}}, a_call("agent: hello"), message)


def test_a_condition_that_never_held_points_at_the_nearest_turn() -> None:
    verdict = verdict_on(
        {"agent_says": {"condition": "The agent asks for your name and your address"}}, a_call(*CANCELLED)
    )
    assert verdict.message == (
        "the agent did not say anything for which 'The agent asks for your name and your address' holds "
        "in any of its 2 turns"
    )
    score, words = verdict.evidence
    assert score.startswith("the nearest is turn 2, which scores 0.")
    assert " where 0.50 is needed: " in score
    assert words == "turn 2: Can I have your name?"
    assert verdict.turns == (2,)


def test_a_condition_is_judged_with_what_was_said_before() -> None:
    seen: list[tuple[str, int]] = []

    class Watching(OfflineMatcher):
        def match(
            self, agent_text: str, *, history: Sequence[Turn] = (), triggers: Sequence[Trigger]
        ) -> MatchDecision:
            seen.append((agent_text, len(history)))
            return super().match(agent_text, history=history, triggers=triggers)

    expected = {"agent_says": {"condition": "The agent asks for your name"}}
    assert verdict_on(expected, a_call(*CANCELLED), matcher=Watching()).passed
    assert not verdict_on(expected, a_call("agent: Hello", "agent: Bye"), matcher=Watching()).passed
    assert set(seen) == {("Can I have your name?", 1), ("Hello", 0), ("Bye", 1)}


@pytest.mark.parametrize(
    ("expected", "quoted"),
    [
        ("confirmation number", "'confirmation number'"),
        ({"regex": "ACM-[0-9]+"}, "something like /ACM-[0-9]+/"),
        (
            {"condition": "The agent confirms the cancellation"},
            "something for which 'The agent confirms the cancellation' holds",
        ),
        ({"text": "cancelled", "turn": 2}, "'cancelled'"),
    ],
    ids=str,
)
def test_a_forbidden_phrase_is_quoted_with_its_turn(expected: Any, quoted: str) -> None:
    assert_not_met(
        {"agent_never_says": expected},
        a_call(*CANCELLED),
        f"the agent said {quoted}, which it never should",
        "turn 4: It has been cancelled. Your confirmation number is ACM-1042.",
        turns=(4,),
    )


@pytest.mark.parametrize(
    "expected",
    [
        "reschedule fee",
        {"regex": "fee|charge"},
        {"condition": "The agent offers to reschedule"},
        {"text": "cancelled", "turn": 1},
        {"text": "cancelled", "turn": 9},
    ],
    ids=str,
)
def test_a_forbidden_phrase_that_was_not_said(expected: Any) -> None:
    assert_met({"agent_never_says": expected}, a_call(*CANCELLED))


def test_a_long_turn_is_quoted_around_the_forbidden_words() -> None:
    said = f"agent: {'before ' * 500}a reschedule\nfee applies{' after' * 500}"
    for phrase in ("Reschedule FEE", {"regex": r"reschedule\sfee"}):
        [evidence] = verdict_on({"agent_never_says": phrase}, a_call(said)).evidence
        assert evidence.startswith("turn 1: …")
        assert "a reschedule fee applies after" in evidence
        assert evidence.endswith("…")
        assert len(evidence) < 350


def test_conditions_are_judged_in_the_language_of_the_call() -> None:
    # "The agent greets" is an act to the English rules and two words to look for in any other language.
    expected = {"agent_says": {"condition": "The agent asks for your name"}}
    assert_met(expected, a_call("agent: Who am I speaking with, please?"))
    german = a_call("agent: Who am I speaking with, please?", language="de")
    [evidence, _] = verdict_on(expected, german).evidence
    assert 'no rules for the language "de"' in evidence


# --- what the agent did -------------------------------------------------------------------------------------------

LOOKED_UP = tool("lookup", {"name": "Sarah", "id": 7, "active": True}, {"found": True, "id": 7}, 1)
CANCELLED_IT = tool("cancel", {"patient": {"name": "Sarah", "tags": ["a", "b"]}}, {"status": "ok"}, 3)


def after_tools(*calls: ToolCall) -> CallResult:
    return a_call(*CANCELLED, tool_calls=calls or (LOOKED_UP, CANCELLED_IT))


@pytest.mark.parametrize(
    "expected",
    [
        {"name": "lookup"},
        {"name": "lookup", "arguments": {}},
        {"name": "lookup", "arguments": {"name": "Sarah"}},
        {"name": "lookup", "arguments": {"id": 7, "active": True}},
        {"name": "lookup", "arguments": {"id": 7.0}},
        {"name": "cancel", "arguments": {"patient": {"name": "Sarah"}}},
        {"name": "cancel", "arguments": {"patient": {"tags": ["a", "b"]}}},
        {"name": "cancel", "times": 1},
        {"name": "cancel", "times": {"min": 1, "max": 1}},
        {"name": "refund", "times": 0},
        {"name": "refund", "times": {"max": 2}},
        {"name": "cancel", "after": "lookup"},
        {"name": "lookup", "after": "cancel", "times": 0},
        {"name": "cancel", "result": {"status": "ok"}},
        {"name": "lookup", "result": {"found": True}},
    ],
    ids=str,
)
def test_a_function_that_was_called_as_expected(expected: dict[str, Any]) -> None:
    assert_met({"tool_calls": [expected]}, after_tools())


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"id": "7"}, {"id": 7}),
        ({"id": 7}, {"id": "7"}),
        ({"yes": 1}, {"yes": True}),
        ({"yes": True}, {"yes": 1}),
        ({"yes": 0}, {"yes": False}),
        ({"yes": "true"}, {"yes": True}),
        ({"x": None}, {"x": "null"}),
        ({}, {"x": None}),
        ({"tags": ["a"]}, {"tags": ["a", "b"]}),
        ({"tags": ["b", "a"]}, {"tags": ["a", "b"]}),
        ({"tags": ["a", "b"]}, {"tags": ["a"]}),
        ({"tags": "a"}, {"tags": ["a"]}),
        ({"tags": [1]}, {"tags": [True]}),
        ({"deep": {"er": {"x": 1}}}, {"deep": {"er": {"x": 2}}}),
        ({"deep": "x"}, {"deep": {"x": 1}}),
        ({"NAME": "Sarah"}, {"name": "Sarah"}),
        ({"name": "sarah"}, {"name": "Sarah"}),
        ("name=Sarah", {"name": "Sarah"}),
        (None, {"name": "Sarah"}),
        (["name"], {"name": "Sarah"}),
    ],
    ids=str,
)
def test_arguments_that_differ_do_not_count(sent: Any, expected: dict[str, Any]) -> None:
    result = after_tools(tool("f", sent))
    assert not verdict_on({"tool_calls": [{"name": "f", "arguments": expected}]}, result).passed
    assert_met({"tool_calls": [{"name": "f", "arguments": expected, "times": 0}]}, result)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"x": None, "y": 1}, {"x": None}),
        ({"tags": [{"k": 1, "more": 2}]}, {"tags": [{"k": 1}]}),
        ({"deep": {"er": {"x": 1, "y": 2}}}, {"deep": {"er": {"x": 1}}}),
        ({"price": 150}, {"price": 150.0}),
        ({"tags": []}, {"tags": []}),
        ({"deep": {"x": 1}}, {"deep": {}}),
    ],
    ids=str,
)
def test_further_fields_do_not_matter_at_any_depth(sent: Any, expected: dict[str, Any]) -> None:
    assert_met({"tool_calls": [{"name": "f", "arguments": expected}]}, after_tools(tool("f", sent)))


LOOKED_UP_TEXT = 'lookup({"name": "Sarah", "id": 7, "active": true}) -> {"found": true, "id": 7}'
CANCELLED_TEXT = 'cancel({"patient": {"name": "Sarah", "tags": ["a", "b"]}}) -> {"status": "ok"}'


@pytest.mark.parametrize(
    ("expected", "message", "evidence"),
    [
        (
            {"name": "lookup", "times": 2},
            "expected lookup to be called exactly 2 times, but it was called once",
            [LOOKED_UP_TEXT],
        ),
        (
            {"name": "lookup", "times": {"min": 3}},
            "expected lookup to be called at least 3 times, but it was called once",
            [LOOKED_UP_TEXT],
        ),
        (
            {"name": "lookup", "times": {"min": 2, "max": 3}},
            "expected lookup to be called 2 to 3 times, but it was called once",
            [LOOKED_UP_TEXT],
        ),
        (
            {"name": "lookup", "times": 0},
            "expected lookup never to be called, but it was called once",
            [LOOKED_UP_TEXT],
        ),
        (
            {"name": "lookup", "times": {"max": 0}, "arguments": {"id": 7}},
            'expected lookup never to be called with {"id": 7}, but it was called once like that',
            [LOOKED_UP_TEXT],
        ),
        (
            {"name": "lookup", "arguments": {"name": "Maria"}, "times": 1},
            'expected lookup to be called exactly once with {"name": "Maria"}, but its only call was not like that',
            [LOOKED_UP_TEXT],
        ),
        (
            {"name": "lookup", "after": "cancel"},
            "expected lookup to be called at least once after cancel, but its only call was not like that",
            [LOOKED_UP_TEXT],
        ),
        (
            {"name": "lookup", "after": "greet"},
            "expected lookup to be called at least once after greet, but greet was never called",
            [LOOKED_UP_TEXT],
        ),
        (
            {"name": "cancel", "result": {"status": "late"}},
            'expected cancel to return {"status": "late"}, but it did not',
            [CANCELLED_TEXT],
        ),
    ],
    ids=str,
)
def test_a_function_that_was_called_otherwise(
    expected: dict[str, Any], message: str, evidence: list[str]
) -> None:
    calls = (2,) if expected["name"] == "cancel" else (1,)
    assert_not_met({"tool_calls": [expected]}, after_tools(), message, *evidence, calls=calls)


@pytest.mark.parametrize("expected", [{"name": "refund"}, {"name": "refund", "after": "lookup"}], ids=str)
def test_a_function_that_was_never_called_shows_those_that_were(expected: dict[str, Any]) -> None:
    verdict = verdict_on({"tool_calls": [expected]}, after_tools())
    assert verdict.message.endswith(", but it was never called")
    assert verdict.evidence == (LOOKED_UP_TEXT, CANCELLED_TEXT)
    assert verdict.tool_calls == (1, 2)


def test_an_agent_that_called_no_function_at_all() -> None:
    assert_not_met(
        {"tool_calls": [{"name": "cancel"}]},
        a_call(*CANCELLED),
        "expected cancel to be called at least once, but it was never called",
        "the agent reported no function call",
    )


def test_several_calls_that_are_all_different_are_told_as_such() -> None:
    result = after_tools(tool("lookup", {"id": 1}), tool("lookup", {"id": 2}))
    assert_not_met(
        {"tool_calls": [{"name": "lookup", "arguments": {"id": 3}}]},
        result,
        'expected lookup to be called at least once with {"id": 3}, but none of its 2 calls was like that',
        'lookup({"id": 1}) -> no result',
        'lookup({"id": 2}) -> no result',
        calls=(1, 2),
    )


def test_each_counted_call_has_to_return_what_is_expected() -> None:
    result = after_tools(tool("f", {}, {"ok": True}), tool("f", {}, {"ok": False}), tool("f", {}))
    assert_not_met(
        {"tool_calls": [{"name": "f", "result": {"ok": True}}]},
        result,
        'expected f to return {"ok": true}, but it did not',
        'f({}) -> {"ok": false}',
        "f({}) -> no result",
        calls=(2, 3),
    )


def test_no_result_can_be_expected() -> None:
    assert_met({"tool_calls": [{"name": "f", "result": None}]}, after_tools(tool("f", {})))
    assert not verdict_on(
        {"tool_calls": [{"name": "f", "result": None}]}, after_tools(tool("f", {}, 1))
    ).passed


def test_after_means_after_the_first_call_of_that_name() -> None:
    result = after_tools(tool("a"), tool("b"), tool("a"))
    assert_met({"tool_calls": [{"name": "b", "after": "a", "times": 1}]}, result)
    assert_met({"tool_calls": [{"name": "a", "after": "a", "times": 1}]}, result)


def test_an_empty_list_means_no_function_call_at_all() -> None:
    assert_met({"tool_calls": []}, a_call(*CANCELLED))
    assert_not_met(
        {"tool_calls": []},
        after_tools(),
        "expected no function call, but there were 2",
        LOOKED_UP_TEXT,
        CANCELLED_TEXT,
        calls=(1, 2),
    )
    message = verdict_on({"tool_calls": []}, after_tools(LOOKED_UP)).message
    assert message == "expected no function call, but there was 1"


def test_of_many_calls_some_are_shown_and_the_others_counted() -> None:
    calls = [tool("f", {"n": number}, after_turn=number) for number in range(1, 8)]
    verdict = verdict_on({"tool_calls": []}, after_tools(*calls))
    assert len(verdict.evidence) == 6
    assert verdict.evidence[-1] == "and 2 more"
    assert (verdict.tool_calls, verdict.turns) == ((1, 2, 3, 4, 5), ())


@pytest.mark.parametrize(
    "written", ['{"patient": "Sarah", "slots": [1, 2]}', {"patient": "Sarah", "slots": [1, 2]}]
)
def test_arguments_are_compared_as_data_however_the_agent_sent_them(written: Any) -> None:
    frame = json.dumps({"role": "Function Call", "data": {"id": "1", "name": "cancel", "arguments": written}})
    log = EventLog(RealClock(), Redactor(()))
    for event in decode_frame(frame, max_bytes=10_000):
        record(log, event)
    result = a_call(tool_calls=log.tool_calls())
    assert_met({"tool_calls": [{"name": "cancel", "arguments": {"slots": [1, 2]}}]}, result)


@pytest.mark.parametrize(
    ("expected", "sent"),
    [
        ({"id": "cust_123"}, {"id": "cust_123", "more": 1}),
        ({"id": 1}, {"id": 1.0}),
        ({"id": None}, {"id": None}),
        ({"profile": {"tier": "gold"}}, {"profile": {"tier": "gold", "since": 2020}}),
        ({"ids": [1, {"a": 2}]}, {"ids": [1, {"a": 2, "b": 3}]}),
    ],
    ids=str,
)
def test_metadata_that_is_as_expected(expected: dict[str, Any], sent: dict[str, Any]) -> None:
    assert_met({"metadata": expected}, a_call(metadata=sent))


@pytest.mark.parametrize(
    ("expected", "sent", "message", "evidence"),
    [
        (
            {"id": "a"},
            {},
            'expected the metadata "id" to be "a", but the agent did not send it',
            ["it sent no metadata"],
        ),
        (
            {"id": "a"},
            {"x": 1, "outcome": "b"},
            'expected the metadata "id" to be "a", but the agent did not send it',
            ["it sent: outcome, x"],
        ),
        ({"id": "a"}, {"id": "b"}, 'expected the metadata "id" to be "a", but it is "b"', []),
        ({"id": 1}, {"id": "1"}, 'expected the metadata "id" to be 1, but it is "1"', []),
        ({"id": True}, {"id": 1}, 'expected the metadata "id" to be true, but it is 1', []),
        (
            {"id": {"a": {"b": "ä"}}},
            {"id": {"a": {"b": None}}},
            'expected the metadata "id" to be {"a": {"b": "ä"}}, but it is {"a": {"b": null}}',
            [],
        ),
    ],
    ids=str,
)
def test_metadata_that_is_otherwise(
    expected: dict[str, Any], sent: dict[str, Any], message: str, evidence: list[str]
) -> None:
    assert_not_met({"metadata": expected}, a_call(metadata=sent), message, *evidence)


def test_of_many_metadata_keys_some_are_shown_and_the_others_counted() -> None:
    sent = {f"key{number:02d}": number for number in range(25)}
    [evidence] = verdict_on({"metadata": {"x": 1}}, a_call(metadata=sent)).evidence
    assert evidence == f"it sent: {', '.join(f'key{number:02d}' for number in range(10))} and 15 more"


# --- all together -------------------------------------------------------------------------------------------------


def test_all_failures_are_reported_each_with_its_place() -> None:
    file = load_text(
        "name: x\nscenario_type: conditional_actions\nscenario_language: en\n"
        "conditional_actions: {role: r, first_message: Hi, conditions: [{when: The agent greets, say: Hi}]}\n"
        "expect:\n"
        "  ended_by: agent\n"
        "  agent_says:\n"
        "    - cancelled\n"
        "    - refunded\n"
        "  metadata: {id: a}\n"
        "  turns: 1\n",
        name="some.scenario.yaml",
        format="yaml",
    )
    verdicts = evaluate(file.scenarios[0].expect, a_call(*CANCELLED))
    assert [(each.path, each.location, each.index, each.passed) for each in verdicts] == [
        ("call", "", None, True),
        ("expect.ended_by", "some.scenario.yaml:6", 0, False),
        ("expect.agent_says[0]", "some.scenario.yaml:8", 1, True),
        ("expect.agent_says[1]", "some.scenario.yaml:9", 2, False),
        ("expect.metadata.id", "some.scenario.yaml:10", 3, False),
        ("expect.turns", "some.scenario.yaml:11", 4, False),
    ]


FAILED = a_call(
    "caller: Hi",
    status=Status.FAILED,
    ended_by=EndedBy.SIMULATOR,
    ended_reason=Reason.CONNECTION_LOST,
    detail="the connection was lost",
)


def test_every_call_is_expected_to_complete() -> None:
    [verdict] = evaluate((), a_call())
    assert (verdict.path, verdict.passed, verdict.index) == ("call", True, None)
    [verdict] = evaluate((), FAILED)
    assert (verdict.path, verdict.passed, verdict.index) == ("call", False, None)
    assert verdict.message == "the call did not complete (connection_lost): the connection was lost"


def test_a_call_without_a_detail_has_no_dangling_colon() -> None:
    [verdict] = evaluate((), a_call(status=Status.FAILED, ended_reason=Reason.CANCELLED, detail=""))
    assert verdict.message == "the call did not complete (cancelled)"


@pytest.mark.parametrize(
    "expected",
    [{"status": "failed"}, {"ended_reason": "connection_lost"}, {"ended_by": "simulator"}],
    ids=str,
)
def test_a_call_that_should_not_complete_need_not(expected: dict[str, Any]) -> None:
    assert all(verdict.passed for verdict in evaluate(expectations_from(expected), FAILED))


@pytest.mark.parametrize("expected", [{"ended_by": "agent"}, {"turns": 1}], ids=str)
def test_expectations_about_something_else_do_not_excuse_a_call_from_completing(
    expected: dict[str, Any],
) -> None:
    verdicts = evaluate(expectations_from(expected), FAILED)
    assert next(verdict.path for verdict in verdicts if not verdict.passed) == "call"


def test_completion_can_be_left_unchecked() -> None:
    assert evaluate((), FAILED, require_completed=False) == ()


def test_an_expected_outcome_is_not_judged_without_a_judge() -> None:
    result = a_call(expected_outcome="The agent should\n  cancel the appointment.\n")
    verdict = evaluate((), result)[-1]
    assert (verdict.path, verdict.outcome, verdict.passed) == ("expected_outcome", Outcome.NOT_JUDGED, True)
    assert verdict.message == "not judged, because no judge is configured"
    assert verdict.evidence == ("The agent should cancel the appointment.",)


def test_an_outcome_that_must_be_judged_does_not_pass_without_a_judge() -> None:
    verdict = evaluate((), a_call(expected_outcome="It should."), require_judge=True)[-1]
    assert (verdict.outcome, verdict.passed) == (Outcome.NOT_JUDGED, False)
    assert verdict.message == (
        "not judged, because no judge is configured; --agentsim-require-judge makes that a failure"
    )


def test_a_call_without_an_expected_outcome_needs_no_judge() -> None:
    assert [verdict.path for verdict in evaluate((), a_call(), require_judge=True)] == ["call"]


EVERYTHING: dict[str, Any] = {
    "status": "completed",
    "ended_by": "agent",
    "ended_reason": "agent_ended_call",
    "conditions_fired": {"exactly": [0, 1], "never": [9]},
    "agent_says": [
        "cancelled",
        "refunded",
        {"regex": "ACM"},
        {"condition": "The agent confirms the cancellation"},
        {"condition": "The agent asks for your email", "turn": 1},
    ],
    "agent_never_says": ["fee", "cancelled"],
    "tool_calls": [
        {"name": "lookup", "arguments": {"id": 7, "active": True}, "result": {"found": True}},
        {"name": "cancel", "arguments": {"patient": {"tags": ["a", "b"]}}, "after": "lookup"},
        {"name": "refund"},
    ],
    "metadata": {"id": "a", "profile": {"tier": 1}},
    "turns": {"max": 3},
    "in_order": ["your name", {"caller": "Sarah"}, {"tool": "cancel"}],
    "metrics": {"latency_p95": {"max": "1s"}, "agent_level": {"min": -20}, "agent_snr": {"min": "10dB"}},
}
MEASURED = (
    MetricValue("latency", "Latency", MetricOutcome.MEASURED, 1.5, "s", details={"p95": 2.5}),
    MetricValue("agent_level", "Agent level", MetricOutcome.SKIPPED, reason="a text call has no audio"),
    MetricValue("agent_snr", "Agent SNR", MetricOutcome.NOT_MEASURABLE, reason="the recording is lost"),
)


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_stored_result_gets_the_same_verdicts(language: str) -> None:
    result = a_call(
        *CANCELLED,
        tool_calls=(LOOKED_UP, CANCELLED_IT),
        metadata={"id": "a", "profile": {"tier": 1, "since": [1, 2]}},
        conditions_fired=(0, 1),
        expected_outcome="It should be cancelled.",
        language=language,
        metrics=MEASURED,
    )
    stored = CallResult.from_json(json.loads(json.dumps(result.to_json())))
    expectations = expectations_from(EVERYTHING)
    verdicts = evaluate(expectations, stored)
    assert verdicts == evaluate(expectations, result)
    assert {verdict.outcome for verdict in verdicts} == set(Outcome)


def test_a_result_stored_before_calls_had_a_language_is_english() -> None:
    document = a_call().to_json()
    del document["language"]
    assert CallResult.from_json(document).language == "en"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(
    arguments=JSON,
    result=JSON,
    metadata=st.dictionaries(st.text(max_size=5), JSON, max_size=3),
    text=st.text(),
)
def test_whatever_an_agent_sends_gets_verdicts_that_can_be_shown(
    arguments: Any, result: Any, metadata: dict[str, Any], text: str
) -> None:
    call = a_call("agent: Hello", metadata=metadata, tool_calls=(tool("lookup", arguments, result),))
    call = CallResult.from_json(
        {**call.to_json(), "turns": [{"number": 1, "speaker": "agent", "text": text, "time": 0.0}]}
    )
    verdicts = evaluate(expectations_from(EVERYTHING), call)
    assert len(verdicts) == len(expectations_from(EVERYTHING))
    for line in (line for verdict in verdicts for line in (verdict.message, *verdict.evidence)):
        assert line == visible_line(line)
        assert len(line) < 1000


@given(value=JSON)
def test_every_value_contains_itself(value: Any) -> None:
    assert_met(
        {"tool_calls": [{"name": "f", "arguments": {"x": value}}]}, after_tools(tool("f", {"x": value}))
    )
