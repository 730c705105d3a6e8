"""The judged metrics: what they ask, and what they make of the answers."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from pytest_agentsim.judge import Answer, AnswerKind, JudgeError
from pytest_agentsim.judge.instruction import instruction, instruction_names
from pytest_agentsim.metric_value import Evidence, MetricOutcome
from pytest_agentsim.metrics.context import AboutAgent
from pytest_agentsim.metrics.measure import measured
from pytest_agentsim.metrics.metric import Need
from pytest_agentsim.metrics.registry import every_metric, metric_named
from pytest_agentsim.metrics.selection import chosen_metrics
from pytest_agentsim.result import CallResult, EndedBy, Reason, Status, ToolCall
from tests.judge.judges import Answering, judged
from tests.metrics.calls import a_text_call, a_voice_call

CALL = a_text_call(
    ("agent", 0.0, "Acme clinic, how can I help?"),
    ("caller", 1.0, "Cancel my appointment."),
    ("agent", 2.0, "It is cancelled. It is cancelled, as I said, and there is much more to know."),
)
SILENT = a_text_call(("caller", 0.0, "Hello?"))

YES_OR_NO = (
    "relevancy",
    "response_consistency",
    "tool_call_hallucination",
    "voicemail_detection",
)


@pytest.mark.parametrize("name", YES_OR_NO)
@pytest.mark.parametrize("found", [True, False])
def test_a_verdict_has_the_judges_reason_and_where_its_quotes_are(name: str, found: bool) -> None:
    judge = Answering(Answer(found, "it says so", ("it is cancelled", "nobody said this")))
    value = judged(name, CALL, judge)
    assert (value.value, value.explanation) == (found, ("it says so",))
    assert value.evidence == (Evidence("it is cancelled", 3, 2.0),)
    assert [(each.topic, each.kind) for each in judge.asked] == [(name, AnswerKind.BINARY)]


@pytest.mark.parametrize("name", [each.name for each in every_metric() if Need.JUDGE in each.needs])
def test_without_a_judge_nothing_is_judged(name: str) -> None:
    value = judged(name, CALL, None)
    assert (value.outcome, value.reason) == (MetricOutcome.NOT_JUDGED, "no judge is configured")


@pytest.mark.parametrize("name", [each.name for each in every_metric() if Need.LISTENER in each.needs])
@pytest.mark.parametrize("judge", [None, Answering(True)])
def test_what_has_to_be_heard_is_not_judged_by_who_reads(name: str, judge: Any) -> None:
    value = judged(name, a_voice_call(("agent", 0, 1, "Hello")), judge)
    assert value.outcome is MetricOutcome.NOT_JUDGED
    assert value.reason.startswith("it needs a judge that listens")


def test_all_of_the_platforms_judged_metrics_are_known() -> None:
    titles = {each.title for each in every_metric() if each.is_judged}
    assert titles >= {
        "Expected Outcome", "Hallucination", "Relevancy", "Response Consistency", "Voicemail Detection", "Verbosity",
        "Appropriate Termination by Main Agent", "Appropriate Termination by Testing Agent", "CSAT", "Dropoff Node",
        "Topic of Call", "Sentiment", "Gibberish Detection", "Humanness", "Letterwise Pronunciation",
        "Pronunciation Check", "Speaking Rate", "Voice Change Detection", "Voice Tone + Clarity",
        "Instruction Following", "Tool Call Hallucination",
    }  # fmt: skip


@pytest.mark.parametrize("name", [*YES_OR_NO, "sentiment"])
def test_what_the_judge_finds_not_to_apply_is_skipped(name: str) -> None:
    value = judged(name, CALL, Answering(Answer(None, "there was no such thing")))
    assert (value.outcome, value.reason) == (MetricOutcome.SKIPPED, "there was no such thing")


@pytest.mark.parametrize("written", ["VALID_SKIP: the caller hung up", "valid_skip the caller hung up"])
def test_an_explanation_can_say_that_the_answer_does_not_count(written: str) -> None:
    value = judged("relevancy", CALL, Answering(Answer(False, written)))
    assert (value.outcome, value.reason) == (MetricOutcome.SKIPPED, "the caller hung up")


@pytest.mark.parametrize("name", ["hallucination", "relevancy", "verbosity", "judged_repetition_count"])
def test_an_agent_that_has_said_nothing_is_not_judged(name: str) -> None:
    value = judged(name, SILENT, Answering(True))
    assert (value.outcome, value.reason) == (MetricOutcome.SKIPPED, "the agent has said nothing")


# --- hallucination ------------------------------------------------------------------------------------------------


def test_the_judge_is_shown_what_the_agent_may_rely_on() -> None:
    judge = Answering(True)
    judged("hallucination", CALL, judge, about=AboutAgent("You are Acme's desk.", "We open at nine."))
    (question,) = judge.asked
    assert "We open at nine." in question.text
    assert "You are Acme's desk." in question.text


def test_knowledge_can_be_given_to_the_metric() -> None:
    judge = Answering(True)
    judged("hallucination", CALL, judge, knowledge=["Prices are {high}.", "We open at nine."])
    assert "Prices are {high}.\n\nWe open at nine." in judge.asked[0].text


def test_without_anything_to_compare_with_hallucination_is_skipped() -> None:
    value = judged("hallucination", CALL, Answering(True))
    assert value.outcome is MetricOutcome.SKIPPED
    assert "name files in agentsim_knowledge" in value.reason


def test_the_results_of_functions_are_something_to_compare_with() -> None:
    call = a_text_call(
        ("agent", 0.0, "It is at ten."), tool_calls=(ToolCall("1", "find", {}, 0.0, 0, {"at": "10:00"}),)
    )
    assert judged("hallucination", call, Answering(True)).value is True


# --- instructions -------------------------------------------------------------------------------------------------


def test_instructions_are_judged_by_categories_and_those_that_do_not_apply_do_not_count() -> None:
    judge = Answering(True, Answer(False, "it left out the greeting", ("how can I help",)), None, None, None)
    value = judged("instruction_following", CALL, judge, about=AboutAgent("Greet first."))
    assert (value.value, value.details) == (2.5, {"percent": 50})
    assert value.extra["issues"] == [{"category": "steps", "explanation": "it left out the greeting"}]
    assert [each.turn for each in value.evidence] == [1]
    assert all("Greet first." in each.text for each in judge.asked)


def test_without_a_description_there_are_no_instructions_to_follow() -> None:
    value = judged("instruction_following", CALL, Answering(True))
    assert value.outcome is MetricOutcome.FAILED
    assert "name its file in agentsim_agent_description" in value.reason


def test_instructions_that_the_call_does_not_touch_are_skipped() -> None:
    value = judged("instruction_following", CALL, Answering(None), instructions="Greet first.")
    assert value.outcome is MetricOutcome.SKIPPED


# --- conciseness --------------------------------------------------------------------------------------------------


def test_verbosity_is_the_mean_over_the_agents_turns() -> None:
    judge = Answering("concise", Answer("overloaded", "too much", ("much more to know",)))
    value = judged("verbosity", CALL, judge)
    assert value.value == 3
    assert value.explanation == ("1 concise, 1 overloaded", "turn 3: overloaded: too much")
    assert value.extra["by_turn"] == {"1": "concise", "3": "overloaded"}
    assert ["turn 1 " in judge.asked[0].text, "turn 3 " in judge.asked[1].text] == [True, True]


@pytest.mark.parametrize(("number", "score"), [(0, 5), (1, 5 * 2 / 3), (9, 0)])
def test_the_judged_repetition_score_is_that_of_the_count(number: int, score: float) -> None:
    assert judged("judged_repetition_count", CALL, Answering(number)).value == number
    value = judged("judged_repetition_score", CALL, Answering(number))
    assert value.value == pytest.approx(score)
    assert value.details["percent"] == pytest.approx(20 * score)


@pytest.mark.parametrize("number", [-1, 0.5])
def test_what_is_no_count_of_repetitions_is_told(number: float) -> None:
    value = judged("judged_repetition_score", CALL, Answering(number))
    assert value.reason == f"the judge answered {number}, where a count of repetitions is expected"


def test_metrics_that_ask_the_same_ask_once() -> None:
    judge = Answering(1)
    metrics = [
        metric
        for name in ("judged_repetition_count", "judged_repetition_score")
        if (metric := metric_named(name))
    ]
    from pytest_agentsim.judge.given import as_judge

    call = asyncio.run(measured(CALL, metrics=metrics, judge=as_judge(judge)))
    assert [each.value for each in call.metrics] == [1, pytest.approx(10 / 3)]
    assert len(judge.asked) == 1


# --- how it ends --------------------------------------------------------------------------------------------------


def ended(by: EndedBy, reason: Reason = Reason.CALLER_ENDED) -> CallResult:
    status = Status.FAILED if by is EndedBy.SIMULATOR else Status.COMPLETED
    return a_text_call(
        ("agent", 0.0, "Your name?"),
        ("caller", 1.0, "Sarah"),
        ended_by=by,
        ended_reason=reason,
        status=status,
    )


@pytest.mark.parametrize(
    ("name", "by", "other"),
    [
        ("appropriate_termination_by_main_agent", EndedBy.AGENT, EndedBy.CALLER),
        ("appropriate_termination_by_testing_agent", EndedBy.CALLER, EndedBy.AGENT),
    ],
)
def test_only_who_has_ended_the_call_can_have_ended_it_too_early(
    name: str, by: EndedBy, other: EndedBy
) -> None:
    assert judged(name, ended(by), Answering(False)).value is False
    nobody_is_asked = Answering(False)
    assert judged(name, ended(other), nobody_is_asked).value is True
    assert nobody_is_asked.asked == []


@pytest.mark.parametrize(
    ("by", "reason"),
    [
        (EndedBy.SIMULATOR, "neither side has ended the call: max_duration"),
        (EndedBy.UNKNOWN, "the transcript does not tell who ended the call"),
    ],
)
def test_a_call_that_nobody_has_ended_was_not_ended_too_early(by: EndedBy, reason: str) -> None:
    call = ended(by, Reason.MAX_DURATION)
    value = judged("appropriate_termination_by_main_agent", call, Answering(False))
    assert (value.outcome, value.reason) == (MetricOutcome.SKIPPED, reason)


# --- mood ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentiment", "cooperation", "score"),
    [
        ("positive", "cooperative", 100),
        ("neutral", "cooperative", 100),
        ("neutral", "partly", 80),
        ("negative", "uncooperative", 20),
        ("negative", "cooperative", 60),
    ],
)
def test_csat_is_the_mean_of_sentiment_and_cooperation(
    sentiment: str, cooperation: str, score: float
) -> None:
    judge = Answering(sentiment, cooperation)
    value = judged("csat", CALL, judge)
    assert value.value == pytest.approx(score)
    assert len(judge.asked) == 2
    assert value.explanation == (f"sentiment: {sentiment}", f"cooperation: {cooperation}")


def test_half_a_csat_is_none() -> None:
    assert judged("csat", CALL, Answering("positive", None)).outcome is MetricOutcome.SKIPPED


def test_sentiment_is_a_word() -> None:
    assert judged("sentiment", CALL, Answering("neutral")).value == "neutral"
    assert judged("sentiment", CALL, Answering("bored")).outcome is MetricOutcome.FAILED


# --- what it is about ---------------------------------------------------------------------------------------------

NODES: list[Any] = [
    [{"name": "greeting", "description": "before the matter is known"}, {"name": "booking"}],
    ["greeting", "booking"],
    {"greeting": "before the matter is known", "booking": None},
]


@pytest.mark.parametrize("name", ["dropoff_node", "topic_of_call"])
@pytest.mark.parametrize("nodes", NODES)
def test_a_node_is_one_of_those_that_are_given(name: str, nodes: Any) -> None:
    judge = Answering("booking")
    assert judged(name, CALL, judge, nodes=nodes).value == "booking"
    assert judge.asked[0].options == ("greeting", "booking")
    assert "\n- greeting" in judge.asked[0].text


@pytest.mark.parametrize("nodes", [None, [], "booking", [{"description": "no name"}], [None]])
def test_without_nodes_there_is_nothing_to_choose_from(nodes: Any) -> None:
    value = judged("dropoff_node", CALL, Answering("booking"), nodes=nodes)
    assert value.outcome is MetricOutcome.FAILED
    assert value.reason == "dropoff_node needs the setting `nodes`, a list of {name, description}"


# --- all of them --------------------------------------------------------------------------------------------------


def test_a_judge_that_cannot_answer_is_told() -> None:
    def judge(question: Any, call: Any) -> bool:
        raise JudgeError("the model is not there; start it")

    value = judged("relevancy", CALL, judge)
    assert (value.outcome, value.reason) == (MetricOutcome.FAILED, "the model is not there; start it")


def test_a_scenario_gets_the_judged_metrics_that_it_asks_for() -> None:
    names = [each.name for each in chosen_metrics(["csat", "humanness"]) if each.is_judged]
    assert sorted(names) == ["csat", "humanness"]


@pytest.mark.parametrize("name", instruction_names())
def test_an_instruction_says_when_a_verdict_is_false_and_needs_no_more_than_its_placeholders(
    name: str,
) -> None:
    placeholders = ("material", "question", "instructions", "nodes", "number", "condition")
    text = instruction(name, **dict.fromkeys(placeholders, "(filled in)"))
    assert len(text) > 20
    assert not re.search(r"\{\w*\}", text)
    assert "false" not in text.casefold() or "true" in text.casefold() or "null" in text.casefold()
