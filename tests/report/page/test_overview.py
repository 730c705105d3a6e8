"""What the page tells of all calls together."""

from __future__ import annotations

import pytest

from pytest_agentsim.report.page.overview import overview
from pytest_agentsim.report.stored import stored_calls
from pytest_agentsim.report.verdicts import CallOutcome
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
        results.add_run("a", number, *verdicts, runs=4)
    [repeated] = view().repeated
    assert (repeated.tally.passed, repeated.tally.runs, repeated.tally.rate) == (3, 4, 0.75)
    assert repeated.tally.interval == wilson_interval(3, 4)
    assert view().flakiest == (repeated,)


def test_runs_stand_together_in_their_order_among_other_calls(results, view):
    for number in (2, 1, 10):
        results.add_run("b", number, MET, runs=10)
    results.add("a", text_result("alone"), MET)
    results.add("c", text_result("last"), MET)
    entries = view().entries
    assert [[row.run for row in entry.rows] for entry in entries] == [[1], [1, 2, 10], [1]]
    assert [entry.repeated is not None for entry in entries] == [False, True, False]


def test_a_scenario_says_whether_enough_of_its_runs_passed(results, view):
    for number, verdict in enumerate((MET, MET, SAID), start=1):
        results.add_run("enough", number, verdict, runs=3, pass_rate=0.5)
        results.add_run("too-few", number, verdict, runs=3, pass_rate=0.9)
    assert [(each.is_enough, each.verdict_words) for each in view().repeated] == [
        (True, "enough: 2 of 3 runs passed, 50% must"),
        (False, "too few: 2 of 3 runs passed, 90% must"),
    ]


def test_the_summary_of_runs_says_what_the_terminal_says(results, view):
    for number, verdict in enumerate((MET, SAID, MET, MET), start=1):
        results.add_run("a", number, verdict, runs=4, pass_k=2)
    [repeated] = view().repeated
    assert repeated.rate_words == "pass rate 75% (30% to 95%), pass@2 100%, pass^2 50%"
    assert repeated.flaky_words.startswith(
        "run 2 failed first: expect.agent_never_says[0]: the agent said 'reschedule'"
    )


def test_runs_that_were_sure_early_say_so(results, view):
    for number in (1, 2):
        results.add_run("a", number, SAID, runs=2, runs_planned=20, pass_rate=0.9)
    [repeated] = view().repeated
    assert repeated.verdict_words.endswith("sure without 18 more")


def test_a_scenario_of_which_runs_are_missing_has_no_verdict(results, view):
    for number in (1, 2, 3):
        results.add_run("a", number, MET, runs=8)
    [repeated] = view().repeated
    assert repeated.is_enough is None
    assert repeated.verdict_words == "3 of 3 runs passed, 5 not here"


def test_the_runs_of_a_scenario_that_is_expected_to_fail_count_by_what_they_met(results, view):
    for number, verdict in enumerate((MET, SAID), start=1):
        results.add_run("a", number, verdict, runs=2, outcome=CallOutcome.XFAILED)
    assert view().repeated[0].tally.outcomes == (True, False)


@pytest.mark.parametrize("changes", [{"personality": "impatient"}, {"channel": "voice"}])
def test_calls_by_other_personalities_and_over_other_channels_are_no_repetition(results, view, changes):
    results.add("a", text_result(), MET, node_id="desk.scenario.yaml::a")
    results.add("b", text_result(**changes), MET, node_id="desk.scenario.yaml::a")
    assert view().repeated == ()


def test_what_always_fails_is_not_flaky(results, view):
    for number in (1, 2):
        results.add_run("a", number, SAID, runs=2)
    assert view().repeated[0].flakiness == 0
    assert view().flakiest == ()


def test_the_flakiest_leads(results, view):
    for number, verdicts in enumerate(((MET, MET), (MET, SAID), (MET, SAID), (SAID, MET)), start=1):
        results.add_run("rather", number, verdicts[0], runs=4)
        results.add_run("very", number, verdicts[1], runs=4)
    assert [each.detail for each in view().flakiest] == [
        "desk.scenario.yaml::very",
        "desk.scenario.yaml::rather",
    ]


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


def test_what_nobody_judged_is_listed_once_a_scenario(results, view):
    results.add("a", text_result("judged"), MET)
    for number in (1, 2, 3):
        results.add_run("b", number, MET, NOT_JUDGED, runs=3)
    assert [(row.title, count) for row, count in view().not_judged] == [("b", 3)]
