"""Metrics of the hosted platforms run as they are."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim.judge import Answer, AnswerKind, JudgeError
from pytest_agentsim.metric_value import Evidence, MetricOutcome
from pytest_agentsim.metrics.context import AboutAgent, CallContext
from pytest_agentsim.metrics.selection import chosen_metrics
from pytest_agentsim.result import Event, EventKind
from tests.judge.judges import Answering
from tests.metrics.calls import a_text_call, with_events

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytest_agentsim.result import CallResult

    Measure = Callable[..., CallResult]

TURNS = (
    ("agent", 0.0, "Acme clinic, how can I help?"),
    ("caller", 1.0, "Cancel my appointment."),
    ("agent", 3.5, "It is cancelled. Your number is A-7."),
)


def a_call(**changes: Any) -> CallResult:
    """A call on which an appointment was cancelled."""
    call = a_text_call(*TURNS, metadata={"customer_id": "cust_123"}, **changes)
    turns = [
        Event(
            turn.time or 0.0,
            EventKind.CALLER_TURN if turn.number == 2 else EventKind.AGENT_TURN,
            {"number": turn.number},
        )
        for turn in call.turns
    ]
    asked = {"id": "1", "name": "cancel_appointment", "arguments": {"who": "Sarah"}}
    answered = {"id": "1", "name": "cancel_appointment", "result": {"confirmation": "A-7"}}
    return with_events(
        call,
        *turns,
        Event(1.5, EventKind.FUNCTION_CALL, asked),
        Event(2.0, EventKind.FUNCTION_CALL_RESULT, answered),
    )


CALL = a_call()


# --- Python -------------------------------------------------------------------------------------------------------


def test_a_python_file_is_a_metric_by_its_name(measure: Measure) -> None:
    value = measure(CALL, "confirmation_read_back").metric("confirmation_read_back")
    assert (value.value, value.explanation) == (True, ("Confirmation A-7 was read back.",))
    assert (value.title, value.extra) == ("Confirmation read back", {"calls": 1})


def test_code_that_finds_no_result_is_skipped_with_its_explanation(measure: Measure) -> None:
    value = measure(a_text_call(*TURNS), "confirmation_read_back").metric("confirmation_read_back")
    assert (value.outcome, value.reason) == (MetricOutcome.SKIPPED, "Skipped: nothing was cancelled.")


def test_code_may_return_and_reads_times_in_milliseconds(measure: Measure) -> None:
    value = measure(CALL, "average_answer").metric("average_answer")
    assert value.value == 2500
    assert value.explanation == ("1 slow answers on 2026-01-01", "Duration: 3.5s")
    silent = a_text_call(TURNS[0])
    assert measure(silent, "average_answer", files=()).metric("average_answer").reason == "No latency."


def test_code_reads_what_other_metrics_have_found_and_asks_the_judge(measure: Measure) -> None:
    judge = Answering("cancel", Answer(True, "it did"))
    context = CallContext(AboutAgent(description="Ask for the name."))
    call = measure(CALL, "cancellation_flow", judge=judge, context=context)
    value = call.metric("cancellation_flow")
    assert (value.value, value.explanation) == (True, ("[Cancel] it did",))
    assert call.metric("caller_intent").value == "cancel", "what it reads is asked for by that"
    intent, flow = judge.asked
    assert "Flow: Ask for the name." in flow.text
    assert "Customer: cust_123" in flow.text
    assert "which you are given as data" in flow.text
    assert "Acme clinic" not in flow.text, "what was said is no part of a question"
    assert (flow.kind, intent.text[:24]) == (AnswerKind.BINARY, "What does the caller of ")


def test_code_can_skip_by_what_the_judge_explains(measure: Measure) -> None:
    judge = Answering("cancel", Answer(False, "VALID_SKIP: the caller hung up"))
    value = measure(CALL, "cancellation_flow", judge=judge).metric("cancellation_flow")
    assert value.outcome is MetricOutcome.SKIPPED
    assert "the caller hung up" in value.reason


def test_a_gate_that_is_closed_asks_nobody(measure: Measure) -> None:
    judge = Answering("book")
    value = measure(CALL, "cancellation_flow", judge=judge).metric("cancellation_flow")
    assert value.reason == "Skipped: the caller wants to book."
    assert len(judge.asked) == 1


def test_without_a_judge_code_goes_as_far_as_it_can(measure: Measure) -> None:
    value = measure(CALL, "cancellation_flow").metric("cancellation_flow")
    assert value.reason == "Skipped: the upstream metric has not run."


@pytest.mark.parametrize("code", [
    "_result = evaluate_llm_judge_metric(data, description='Well?')['result']",
    "try:\n    _result = evaluate_llm_judge_metric(data, description='Well?')['result']\nexcept Exception:\n    _result = False",
])  # fmt: skip
def test_code_that_needs_a_judge_is_not_judged_without_one(
    measure: Measure, tmp_path: Path, code: str
) -> None:
    (tmp_path / "well.py").write_text(code)
    value = measure(CALL, "well", files=[tmp_path / "well.py"]).metric("well")
    assert (value.outcome, value.reason) == (MetricOutcome.NOT_JUDGED, "no judge is configured")


def test_code_that_wants_the_judge_to_listen_is_not_judged(measure: Measure, tmp_path: Path) -> None:
    (tmp_path / "well.py").write_text("_result = evaluate_llm_judge_metric(data, audio=True)['result']")
    value = measure(CALL, "well", judge=Answering(True), files=[tmp_path]).metric("well")
    assert value.outcome is MetricOutcome.NOT_JUDGED
    assert "a judge that listens" in value.reason


@pytest.mark.parametrize(
    ("eval_type", "answer", "expected"),
    [
        ("numeric", 7, 7),
        ("continuous_qualitative", 4.5, 4.5),
        ("enum", "a", "a"),
        ("binary", False, False),
        (None, True, True),
    ],
)
def test_what_the_judge_answers_code_is_of_the_kind_that_it_wants(
    measure: Measure, tmp_path: Path, eval_type: str | None, answer: Any, expected: Any
) -> None:
    (tmp_path / "well.py").write_text(
        f"found = evaluate_llm_judge_metric(data, None, 'Well?', {eval_type!r}, ['a', 'b'])\n"
        "_result = found['result']\n_explanation = found['explanation']\n"
    )
    value = measure(CALL, "well", judge=Answering(Answer(answer, "so it is")), files=[tmp_path]).metric(
        "well"
    )
    assert (value.value, value.explanation) == (expected, ("so it is",))


def test_a_judge_that_cannot_answer_fails_the_code_that_asks_it(measure: Measure, tmp_path: Path) -> None:
    def judge(question: Any, call: Any) -> bool:
        raise JudgeError("the model is not there; start it")

    (tmp_path / "well.py").write_text("evaluate_llm_judge_metric(data, description='Well?')\n_result = True")
    value = measure(CALL, "well", judge=judge, files=[tmp_path]).metric("well")
    assert value.outcome is MetricOutcome.FAILED
    assert value.reason.endswith("well.py:1: JudgeError: the model is not there; start it")


def test_what_fails_in_code_is_told_with_its_line(measure: Measure, tmp_path: Path) -> None:
    (tmp_path / "sum.py").write_text("def add(x):\n    return x + 1\n\n_result = add(None)\n")
    value = measure(CALL, "sum", files=[tmp_path]).metric("sum")
    assert value.outcome is MetricOutcome.FAILED
    assert "sum.py:2: TypeError: unsupported operand" in value.reason


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import sys\n_result = 1\nsys.exit(3)", "well.py:3: SystemExit: 3"),
        ("if False:\n    _result = 1", "well.py: the code has set no _result"),
        ("_result = [1]", "it gave a list"),
        ("_result = float('nan')", "no finite number"),
        ("_result = 1\n_extra = 7", "_extra is a int, where a dictionary is expected"),
        ("_result = data['nothing']", "well.py:1: KeyError: 'nothing'"),
    ],
)
def test_what_is_no_value_is_told(measure: Measure, tmp_path: Path, code: str, reason: str) -> None:
    (tmp_path / "well.py").write_text(code)
    value = measure(CALL, "well", files=[tmp_path / "well.py"]).metric("well")
    assert value.outcome is MetricOutcome.FAILED
    assert reason in value.reason


def test_code_of_a_yaml_block_fails_in_a_line_of_the_file(measure: Measure, tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(
        "name: Well\ntype: custom_code\ncustom_code: |\n  x = 1\n  _result = x / 0\n"
    )
    value = measure(CALL, "well", files=[tmp_path]).metric("well")
    assert value.reason.endswith("m.yaml:5: ZeroDivisionError: division by zero")


def test_code_of_a_json_text_fails_in_a_line_of_the_code(measure: Measure, tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text('{"name": "Well", "custom_code": "x = 1\\n_result = x / 0"}')
    value = measure(CALL, "well", files=[tmp_path]).metric("well")
    assert value.reason.endswith("m.json: line 2 of the code: ZeroDivisionError: division by zero")


def test_code_does_not_hold_up_the_loop(measure: Measure, tmp_path: Path) -> None:
    (tmp_path / "well.py").write_text("import threading\n_result = threading.current_thread().name")
    value = measure(CALL, "well", files=[tmp_path]).metric("well")
    assert value.value != threading.current_thread().name


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("data['Relevancy'] == 5", True), ("data['Relevancy'] == True", True), ("data['Relevancy'] != False", True),
        ("data['Relevancy'] >= 3", True), ("bool(data['Relevancy'])", True), ("data['Relevancy'] in (True, 5)", True),
        ("data['Relevancy'] == 0", False), ("__import__('json').dumps(data['Relevancy']) == '5'", True),
        ("data['explanation']['Relevancy'] == ['to the point']", True), ("data['Latency'] == 2500", True),
        ("data['Average Pitch'] is None", True), ("data['call_end_reason'] == 'Testing agent-ended-call'", True),
        ("data['recording_data']['has_audio_data']", False), ("data['date'] == '2026-01-01'", True),
        ("data['transcript'].splitlines()[0] == '[00:00] Main Agent: Acme clinic, how can I help?'", True),
        ("[e['role'] for e in data['cekura_transcript_json']] == ['assistant', 'user', 'assistant']", True),
        ("data['transcript_json'][0]['time'] == '00:00'", True), ("data['tags'] == []", True),
        ("data['test_profile']['first_name'] == 'Sarah'", True), ("data['metadata']['customer_id'] == 'cust_123'", True),
        ("data['run_id'] == 'run' and data['voice_recording'] == ''", True), ("data['expected_outcome'] is None", True),
    ],
)  # fmt: skip
def test_code_finds_in_data_what_it_looks_for(
    measure: Measure, tmp_path: Path, written: str, expected: bool
) -> None:
    (tmp_path / "well.py").write_text(f"_result = bool({written})")
    context = CallContext(test_profile={"first_name": "Sarah"})
    judge = Answering(Answer(True, "to the point"))
    call = measure(CALL, "well", "relevancy", judge=judge, files=[tmp_path], context=context)
    assert call.metric("well").value is expected


# --- for a judge --------------------------------------------------------------------------------------------------


def test_instructions_of_a_file_are_judged(measure: Measure) -> None:
    judge = Answering(Answer(4, "it does", ("it is cancelled",)))
    value = measure(CALL, "empathy", judge=judge).metric("empathy")
    assert (value.value, value.direction.value) == (4, "higher")
    assert value.evidence == (Evidence("it is cancelled", 3, 3.5),)
    assert judge.asked[0].text == "How much does the main agent care? The customer is cust_123."


def test_a_metric_of_a_file_is_not_judged_without_a_judge(measure: Measure) -> None:
    assert measure(CALL, "empathy").metric("empathy").outcome is MetricOutcome.NOT_JUDGED


@pytest.mark.parametrize(("holds", "asked"), [(True, 2), (False, 1)])
def test_a_condition_decides_whether_a_metric_is_judged(measure: Measure, holds: bool, asked: int) -> None:
    judge = Answering(Answer(holds, "it asks for the balance" if holds else "it asks for nothing"), True)
    context = CallContext(test_profile={"first_name": "Sarah"})
    value = measure(CALL, "identity_verified", judge=judge, context=context).metric("identity_verified")
    assert len(judge.asked) == asked
    assert "The caller asks for account data" in judge.asked[0].text
    assert value.is_measured is holds
    assert value.reason == ("" if holds else "it asks for nothing")


def test_code_decides_whether_a_metric_is_measured(measure: Measure) -> None:
    assert measure(CALL, "words_of_the_agent").metric("words_of_the_agent").value == 13
    short = measure(a_text_call(TURNS[0]), "words_of_the_agent", files=()).metric("words_of_the_agent")
    assert (short.outcome, short.reason) == (MetricOutcome.SKIPPED, "the call is too short")


def test_an_exported_list_of_metrics_and_the_old_names_are_read(measure: Measure) -> None:
    call = measure(CALL, "score_of_others", judge=Answering(True, Answer(4, "kind")))
    assert (call.metric("score_of_others").value, call.metric("score_of_others").explanation) == (
        True,
        ("kind",),
    )


@pytest.mark.parametrize(
    ("fields", "outcome", "reason"),
    [
        ("audio_enabled: true", MetricOutcome.SKIPPED, "a text call has no audio"),
        ("simulation_enabled: false", MetricOutcome.SKIPPED, "it is not enabled for simulations"),
        ("evaluation_trigger: automatic", MetricOutcome.SKIPPED, "there was none"),
    ],
)
def test_what_is_not_to_be_judged_is_not(
    measure: Measure, tmp_path: Path, fields: str, outcome: MetricOutcome, reason: str
) -> None:
    (tmp_path / "m.yaml").write_text(f"name: Well\ndescription: Is it well?\n{fields}\n")
    judge = Answering(Answer(True, "VALID_SKIP: there was none"))
    value = measure(CALL, "well", judge=judge, files=[tmp_path]).metric("well")
    assert value.outcome is outcome
    assert reason in value.reason


def test_a_metric_of_a_file_is_measured_when_it_is_asked_for(measure: Measure) -> None:
    measure(CALL)
    assert "confirmation_read_back" not in [each.name for each in chosen_metrics(())]
    assert "confirmation_read_back" in [each.name for each in chosen_metrics(["confirmation_read_back"])]
