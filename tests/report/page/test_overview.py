"""What the page tells of all calls together."""

from __future__ import annotations

import pytest

from pytest_agentsim.report.page.overview import overview
from pytest_agentsim.report.stored import stored_calls
from pytest_agentsim.statistics.proportion import wilson_interval
from tests.report.page.conftest import MET, NOT_JUDGED, SAID, text_result, voice_result


@pytest.fixture
def view(results):
    """Sums up the calls of the output directory."""

    def sum_up():
        calls = stored_calls(results.path)
        return overview(calls, [call.directory.name for call in calls])

    return sum_up


def test_what_failed_comes_first(results, view):
    results.add("a", text_result("one"), MET)
    results.add("b", text_result("two"), MET, SAID)
    results.add("c", text_result("three"), judged=False)
    assert [each[::2] for each in view().outcomes] == [("failed", 1), ("unfinished", 1), ("passed", 1)]
    assert [row.title for row in view().unfinished] == ["three"]


def test_a_row_says_why_its_call_failed(results, view):
    results.add("a", text_result(), MET, SAID, SAID)
    [row] = view().rows
    assert row.reason == "the agent said 'reschedule', which it never should (and 1 more)"
    assert row.fault == "product"


def test_repeated_calls_have_a_rate_with_its_interval(results, view):
    for number in range(1, 5):
        verdicts = (MET,) if number > 1 else (SAID,)
        results.add(f"a-run{number}", text_result(run_id=f"{number}"), *verdicts, run=number, runs=4)
    [repeated] = view().repeated
    assert (repeated.passed, repeated.calls, repeated.rate) == (3, 4, 0.75)
    assert (repeated.low, repeated.high) == tuple(wilson_interval(3, 4))
    assert view().flakiest == (repeated,)


def test_calls_of_other_personalities_are_no_repetition(results, view):
    results.add("a", text_result(), MET)
    results.add("b", text_result(personality="impatient"), MET)
    assert view().repeated == ()


def test_what_always_fails_is_not_flaky(results, view):
    results.add("a", text_result(), SAID)
    results.add("b", text_result(), SAID)
    assert view().flakiest == ()


def test_latencies_are_told_for_each_channel(results, view):
    results.add("a", text_result(), MET)
    results.add("b", voice_result(), MET)
    assert [(each.channel, each.p50, each.p95) for each in view().latencies] == [
        ("text", 0.2, 0.2),
        ("voice", 0.6, 0.6),
    ]
    assert (view().answers, view().not_measurable) == (2, 1)


def test_the_slowest_answer_leads(results, view):
    results.add("a", text_result("quick"), MET)
    results.add("b", voice_result("slow"), MET)
    assert [row.title for row in view().slowest] == ["slow", "quick"]


def test_what_nobody_judged_is_listed(results, view):
    results.add("a", text_result("judged"), MET)
    results.add("b", text_result("waiting for a judge"), MET, NOT_JUDGED)
    assert [row.title for row in view().not_judged] == ["waiting for a judge"]
