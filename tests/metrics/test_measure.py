"""What becomes of a metric on a call: a value, or the reason why there is none."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import pytest_agentsim as agentsim
from pytest_agentsim.metrics.measure import measured
from pytest_agentsim.metrics.metric import Metric, Need
from pytest_agentsim.metrics.selection import chosen_metrics
from pytest_agentsim.result import CallResult
from tests.metrics.calls import a_text_call, a_voice_call

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

A_CALL = a_text_call(("caller", 0.0, "Hi"), ("agent", 0.5, "Hello"))


def measure_with(
    function: Callable[..., Any], call: CallResult = A_CALL, **fields: Any
) -> agentsim.MetricValue:
    metric = Metric("mine", "Mine", function, **fields)
    return asyncio.run(measured(call, metrics=[metric])).metric("mine")


@pytest.mark.parametrize("found", [1, 0.5, True, "billing"])
def test_a_number_a_truth_value_and_a_word_are_values(found: object) -> None:
    value = measure_with(lambda _: found)
    assert (value.value, value.outcome) == (found, agentsim.MetricOutcome.MEASURED)


def test_what_numpy_counts_in_becomes_pythons_own() -> None:
    assert type(measure_with(lambda _: np.float32(0.5)).value) is float


def test_a_coroutine_is_awaited() -> None:
    async def later(_: object) -> int:
        await asyncio.sleep(0)
        return 3

    assert measure_with(later, needs=frozenset({Need.OTHERS})).value == 3


def test_none_is_skipped() -> None:
    value = measure_with(lambda _: None)
    assert (value.value, value.outcome) == (None, agentsim.MetricOutcome.SKIPPED)


def test_a_metric_of_voice_is_skipped_on_text() -> None:
    value = measure_with(lambda _: 1, needs=frozenset({Need.VOICE}))
    assert (value.outcome.value, value.reason) == ("skipped", "a text call has no audio")


def test_a_metric_of_the_recording_is_skipped_without_one() -> None:
    value = measure_with(lambda _: 1, a_voice_call(), needs=frozenset({Need.RECORDING}))
    assert (value.outcome.value, value.reason) == ("skipped", "the call has no recording")


def test_a_recording_that_is_gone_makes_its_metrics_not_measurable(tmp_path: Path) -> None:
    gone = tmp_path / "recording.wav"
    metric = Metric(
        "mine", "Mine", lambda call: float(call.audio.duration), needs=frozenset({Need.RECORDING})
    )
    call = asyncio.run(measured(a_voice_call(), gone, metrics=[metric]))
    value = call.metric("mine")
    assert value.outcome is agentsim.MetricOutcome.NOT_MEASURABLE
    assert "recording.wav cannot be read as a recording" in value.reason


def test_what_cannot_be_said_truly_has_its_reason() -> None:
    def late(_: object) -> float:
        raise agentsim.NotMeasurable("the harness was late")

    value = measure_with(late)
    assert (value.outcome.value, value.reason) == ("not measurable", "the harness was late")


@pytest.mark.parametrize("number", [float("nan"), float("inf"), np.float64("nan")])
def test_what_is_no_finite_number_is_a_failure(number: float) -> None:
    value = measure_with(lambda _: number)
    assert value.outcome is agentsim.MetricOutcome.FAILED
    assert "no finite number" in value.reason


def test_a_detail_that_is_no_finite_number_is_a_failure() -> None:
    value = measure_with(lambda _: agentsim.Measurement(1.0, details={"p95": float("nan")}))
    assert value.outcome is agentsim.MetricOutcome.FAILED


def test_what_is_no_value_is_a_failure() -> None:
    assert "it gave a list" in measure_with(lambda _: [1]).reason


def test_a_metric_that_raises_leaves_the_others_alone() -> None:
    def broken(_: object) -> int:
        raise ZeroDivisionError("division by zero")

    metrics = [Metric("broken", "Broken", broken), Metric("well", "Well", lambda _: 1)]
    call = asyncio.run(measured(A_CALL, metrics=metrics))
    assert call.metric("broken").reason == "ZeroDivisionError: division by zero"
    assert call.metric("well").value == 1


def test_settings_are_keyword_only_parameters() -> None:
    def longer_than(_: object, *, limit: int = 3) -> int:
        return limit

    metric = Metric("mine", "Mine", longer_than)
    assert metric.settings == {"limit": 3}
    call = asyncio.run(measured(A_CALL, metrics=[metric], settings={"mine": {"limit": 5}}))
    assert call.metric("mine").value == 5


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"limits": 5}, "mine has no setting 'limits'; it has limit, strict, words"),
        ({"limit": "5"}, "limit of mine must be a number, not '5'"),
        ({"limit": True}, "limit of mine must be a number, not True"),
        ({"limit": float("nan")}, "limit of mine must be a number, not nan"),
        ({"strict": 1}, "strict of mine must be true or false, not 1"),
    ],
)
def test_a_setting_that_there_is_not_fails_the_metric(given: dict[str, Any], reason: str) -> None:
    def mine(_: object, *, limit: float = 3, strict: bool = False, words: object = None) -> int:
        return 1

    call = asyncio.run(measured(A_CALL, metrics=[Metric("mine", "Mine", mine)], settings={"mine": given}))
    assert (call.metric("mine").outcome.value, call.metric("mine").reason) == ("failed", reason)


def test_a_metric_without_settings_says_so() -> None:
    metric = Metric("mine", "Mine", lambda _: 1)
    call = asyncio.run(measured(A_CALL, metrics=[metric], settings={"mine": {"limit": 5}}))
    assert call.metric("mine").reason == "mine has no setting 'limit'; it has none"


def test_a_metric_that_reads_others_comes_after_them() -> None:
    metrics = [
        Metric("after", "After", lambda call: call.values["first"].value, needs=frozenset({Need.OTHERS})),
        Metric("first", "First", lambda _: 7),
    ]
    assert asyncio.run(measured(A_CALL, metrics=metrics)).metric("after").value == 7


def test_a_call_with_its_metrics_goes_through_json() -> None:
    found = agentsim.Measurement(
        0.5, ("over 2 answers",), {"p95": 0.75}, (agentsim.Evidence("slow", 2, 1.5),), {"more": [1]}
    )
    metrics = [
        Metric("mine", "Mine", lambda _: found, "s", agentsim.Direction.LOWER),
        Metric("none", "None", lambda _: None),
    ]
    call = asyncio.run(measured(A_CALL, metrics=metrics))
    assert CallResult.from_json(json.loads(json.dumps(call.to_json()))) == call


def test_a_detail_is_a_metric_of_its_own() -> None:
    metric = Metric("mine", "Mine", lambda _: agentsim.Measurement(0.5, details={"p95": 0.75}), "s")
    value = asyncio.run(measured(A_CALL, metrics=[metric])).metric("mine_p95")
    assert (value.name, value.value, value.unit) == ("mine_p95", 0.75, "s")


def test_a_detail_of_what_was_skipped_was_skipped_too() -> None:
    call = asyncio.run(measured(A_CALL, metrics=[Metric("mine", "Mine", lambda _: None)]))
    assert call.metric("mine_p95").outcome is agentsim.MetricOutcome.SKIPPED


def test_a_metric_that_the_call_does_not_have_is_told_with_those_that_it_has() -> None:
    call = asyncio.run(measured(A_CALL, metrics=[Metric("mine", "Mine", lambda _: 1)]))
    with pytest.raises(LookupError, match=r"The call has no metric 'yours'; it has mine\."):
        call.metric("yours")


def test_every_computed_metric_is_chosen_and_none_that_is_judged() -> None:
    chosen = chosen_metrics(())
    assert chosen
    assert not [each.name for each in chosen if each.is_judged]


def test_an_unknown_name_becomes_a_failed_metric_with_the_nearest_name() -> None:
    call = asyncio.run(measured(A_CALL, metrics=chosen_metrics(["latencies"])))
    value = call.metric("latencies")
    assert value.outcome is agentsim.MetricOutcome.FAILED
    assert value.reason == "there is no metric 'latencies'; did you mean 'latency'?"


def test_a_detail_may_have_a_name_of_several_words() -> None:
    metric = Metric("mine", "Mine", lambda _: agentsim.Measurement(1, details={"of_a_tool": 2.0}))
    call = asyncio.run(measured(A_CALL, metrics=[metric]))
    assert call.metric("mine_of_a_tool").value == 2


def test_a_detail_is_of_the_metric_with_the_longer_name() -> None:
    metrics = [
        Metric("mine", "Mine", lambda _: None),
        Metric("mine_too", "Mine too", lambda _: agentsim.Measurement(1, details={"p95": 2.0})),
    ]
    assert asyncio.run(measured(A_CALL, metrics=metrics)).metric("mine_too_p95").value == 2


async def test_calls_with_a_recording_are_measured_one_after_another(tmp_path: Path) -> None:
    together = threading.Barrier(2)

    def meets_another(_: object) -> bool:
        try:
            together.wait(timeout=0.3)
        except threading.BrokenBarrierError:
            return False
        return True

    metric = Metric("mine", "Mine", meets_another, is_built_in=True)
    recording = tmp_path / "call.wav"
    calls = await asyncio.gather(*(measured(a_voice_call(), recording, metrics=[metric]) for _ in range(2)))
    assert [each.metric("mine").value for each in calls] == [False, False]


async def test_metrics_of_users_do_not_wait_for_each_other(tmp_path: Path) -> None:
    together = threading.Barrier(2)

    def waits(_: object) -> int:
        return together.wait(timeout=30)

    metric = Metric("mine", "Mine", waits)
    recording = tmp_path / "call.wav"
    calls = await asyncio.gather(*(measured(a_voice_call(), recording, metrics=[metric]) for _ in range(2)))
    assert sorted(each.metric("mine").value for each in calls) == [0, 1]
