"""The metrics of stored calls beside those of a baseline."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_agentsim.report.page.against import Against, compared_with
from pytest_agentsim.report.stored import stored_calls
from tests.report.page.conftest import MET, SAID, a_baseline, text_result

ITEM = "desk.scenario.yaml::a"


@pytest.fixture
def ten_runs(results):
    """Ten runs of a scenario, with latencies that differ."""
    latency = text_result().metrics[0]
    for number in range(1, 11):
        seconds = 0.2 + number / 100
        value = replace(latency, value=seconds, details={"p50": seconds, "p95": seconds + 0.1})
        result = text_result("a", run_id=f"{number}", seed=number, metrics=(value,))
        results.add_run("a", number, MET, runs=10, result=result)
    return results


def compared(results, against):
    return compared_with(against, stored_calls(results.path))


def test_a_metric_that_is_worse_beyond_chance_says_by_how_much(ten_runs):
    found = compared(ten_runs, Against(a_baseline(ten_runs.path, "main", factor=0.5)))
    latency = found.items[ITEM]["latency"]
    assert latency["kind"] == "not-met"
    assert latency["words"].startswith("Worse than in main: 0.13 s, now 0.26 s in 10 runs; +0.13 s (+")
    assert found.items[ITEM]["latency_p95"]["finding"] == "worse"
    assert [(each.item, each.words) for each in found.differences] == [
        (ITEM, "Latency worse: 0.13 s, now 0.26 s"),
    ]


def test_a_metric_that_is_better_is_told_as_well(ten_runs):
    found = compared(ten_runs, Against(a_baseline(ten_runs.path, "main", factor=2.0)))
    assert found.items[ITEM]["latency"]["words"].startswith("Better than in main: 0.51 s, now 0.26 s")


def test_what_has_not_changed_is_no_difference(ten_runs):
    found = compared(ten_runs, Against(a_baseline(ten_runs.path, "main")))
    assert found.differences == ()
    assert found.items[ITEM]["latency"] == {
        "kind": "",
        "finding": "no difference shown",
        "words": "In main 0.26 s",
        "history": [],
    }
    assert "latency_p95" not in found.items[ITEM]


def test_a_single_run_can_show_nothing(results):
    results.add("a", text_result(), MET)
    found = compared(results, Against(a_baseline(results.path, "main", factor=0.5)))
    assert found.items[ITEM]["latency"]["words"] == "In main 0.10 s, now 0.20 s: too few to tell"
    assert found.rest_words.endswith("have too few runs to tell.")


def test_the_history_has_each_baseline_in_its_time_and_now(ten_runs):
    old, older = (
        a_baseline(ten_runs.path, name, factor=factor, saved_at=saved_at)
        for name, factor, saved_at in (("v2", 0.8, "2025-06-01"), ("v1", 0.5, "2025-01-01"))
    )
    main = a_baseline(ten_runs.path, "main", factor=0.9)
    found = compared(ten_runs, Against(main, (old, older, main)))
    assert [(when, shown) for when, _, shown in found.items[ITEM]["latency"]["history"]] == [
        ("v1", "0.13 s"),
        ("v2", "0.20 s"),
        ("main", "0.23 s"),
        ("now", "0.26 s"),
    ]


def test_the_calls_of_the_page_are_not_their_own_history(ten_runs):
    main = a_baseline(ten_runs.path, "main", factor=0.9)
    itself = replace(a_baseline(ten_runs.path, "tonight"), batch_id="batch-1")
    replaced = replace(itself, name="main")
    found = compared(ten_runs, Against(main, (replaced, itself)))
    assert found.items[ITEM]["latency"]["history"] == []


def test_a_pass_rate_that_fell_is_told_as_such(results):
    for number in range(1, 11):
        results.add_run("a", number, MET, runs=10)
    before = a_baseline(results.path, "main")
    for number in range(1, 11):
        results.add_run("b", number, SAID, runs=10, node_id=ITEM, run_id=f"later-{number}")
    calls = [call for call in stored_calls(results.path) if call.directory.name.startswith("b")]
    [difference] = compared_with(Against(before), calls).differences
    assert difference.words == "Pass rate worse: 100%, now 0%"


def test_what_differs_is_grouped_by_scenario(ten_runs):
    main = a_baseline(ten_runs.path, "main", factor=0.5)
    found = compared(ten_runs, Against(main))
    assert [(item, len(group)) for item, group in found.by_item] == [(ITEM, 1)]


def test_a_difference_that_nobody_would_read_is_not_listed(ten_runs):
    found = compared(ten_runs, Against(a_baseline(ten_runs.path, "main", factor=1.0001)))
    assert found.items[ITEM]["latency"]["finding"] == "better"
    assert found.differences == ()
