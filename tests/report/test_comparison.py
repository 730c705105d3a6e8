"""How a comparison with a baseline is told."""

from __future__ import annotations

import math
import re

from pytest_agentsim.baseline.compare import ALL, Comparison, Finding
from pytest_agentsim.baseline.limit import limit_from
from pytest_agentsim.baseline.record import MetricKind
from pytest_agentsim.metric_value import Direction
from pytest_agentsim.report.comparison import comparison_table, comparison_text, regression_sentence
from pytest_agentsim.statistics.interval import Estimate


def a_comparison(
    item: str = "a.yaml::hours",
    metric: str = "latency",
    finding: Finding = Finding.WORSE,
    *,
    has_ends: bool = True,
    is_share: bool = False,
) -> Comparison:
    shift = Estimate(0.3, *((0.2, 0.4) if has_ends else (-math.inf, math.inf)))
    kind = MetricKind("" if is_share else "s", Direction.LOWER)
    return Comparison(item, metric, kind, 0.5, 0.8, shift, (9, 9), True, is_share, 0.0039, 0.0039, finding)


def test_the_table_has_what_differs_and_counts_the_rest() -> None:
    lines = comparison_table(
        [
            a_comparison(),
            a_comparison(ALL),
            a_comparison(finding=Finding.NOTHING),
            a_comparison(finding=Finding.TOO_FEW),
        ],
        (),
    )
    assert [re.sub(" {2,}", " | ", line) for line in lines] == [
        "metric | before | after | shift | values | where",
        "latency | 0.5 s | 0.8 s | +0.3 s (+0.2 s to +0.4 s) | 9 pairs | worse (p 0.0039) | all 9 scenarios",
        "latency | 0.5 s | 0.8 s | +0.3 s (+0.2 s to +0.4 s) | 9 pairs | worse (p 0.0039) | a.yaml::hours",
        "of 2 further comparisons, 1 show no difference, and 1 have too few values to tell",
    ]


def test_the_columns_of_the_table_are_aligned() -> None:
    header, first, second = comparison_table([a_comparison(ALL), a_comparison("a.yaml::hours")], ())
    assert first.index("all 9 scenarios") == second.index("a.yaml::hours") == header.index("where")


def test_what_was_asked_for_is_there_in_any_case() -> None:
    lines = comparison_table([a_comparison(ALL, finding=Finding.NOTHING)], {"latency"})
    assert lines[1].endswith("no difference shown  all 9 scenarios")


def test_details_are_there_when_they_were_asked_for() -> None:
    both = [a_comparison(), a_comparison(metric="latency_p95")]
    assert len(comparison_table(both, ())) == 2
    assert len(comparison_table(both, {"latency_p95"})) == 3


def test_a_long_table_is_cut_short() -> None:
    lines = comparison_table([a_comparison(str(number)) for number in range(25)], ())
    assert lines[-1] == "… and 5 more differences, which the JUnit file has"
    assert len(lines) == 22


def test_a_property_says_it_in_a_line() -> None:
    told = "worse: 0.5 s -> 0.8 s, shift +0.3 s (+0.2 s to +0.4 s), p 0.0039"
    assert comparison_text(a_comparison()) == told
    without = comparison_text(a_comparison(has_ends=False, is_share=True))
    assert without == "worse: 50% -> 80%, shift +30%, p 0.0039"


def test_a_failure_is_one_sentence_about_all_scenarios_where_it_can_be() -> None:
    limit = limit_from("latency:10%")
    assert regression_sentence("main", [(a_comparison(), limit), (a_comparison(ALL), limit)]) == (
        "worse than the baseline 'main' beyond the limit: latency of all 9 scenarios rose by 0.3 s "
        "(from 0.5 s; limit 10%), and 1 more."
    )
