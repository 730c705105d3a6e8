"""`rubric:` beside the scenarios: what the metrics of all of them must be."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim.errors import ScenarioError
from pytest_agentsim.scenario.expectations import MetricExpectation, expectations_from
from pytest_agentsim.scenario.loader import LoadSettings, load_file
from pytest_agentsim.scenario.own_personalities import OwnPersonalities

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_agentsim.scenario.model import Expectation

SCENARIO = """\
name: x
scenario_type: conditional_actions
scenario_language: en
conditional_actions: {role: r, first_message: Hi}
"""


def expected(
    root: Path, files: dict[str, Any], scenario: str = "x.scenario.yaml", more: str = ""
) -> tuple[Expectation, ...]:
    """What the scenario expects with these files around it; ids 7 and 8 are those of csat and latency."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(content) if isinstance(content, str) else json.dumps(content))
    path = root / scenario
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(SCENARIO + textwrap.dedent(more))
    own = OwnPersonalities(
        root, show=lambda each: each.relative_to(root).as_posix(), metric_ids={7: "csat", 8: "latency"}
    )
    loaded = load_file(path, LoadSettings(own=own))
    warnings.extend(map(str, loaded.warnings))
    return loaded.scenarios[0].expect


warnings: list[str] = []


@pytest.fixture(autouse=True)
def no_warnings() -> None:
    warnings.clear()


def as_written(name: str, limits: Any) -> MetricExpectation:
    (found,) = expectations_from({"metrics": {name: limits}})
    value: MetricExpectation = found.value
    return value


def test_a_rubric_is_for_every_scenario_below_its_folder(tmp_path: Path) -> None:
    rubric = """\
        rubric:
          latency_p95: {max: 1.5s}
          infrastructure_issues: true
        """
    found = expected(tmp_path, {"team.agentsim.yaml": rubric}, "deep/down/x.scenario.yaml")
    assert [each.value for each in found] == [
        as_written("latency_p95", {"max": "1.5s"}), as_written("infrastructure_issues", True)
    ]  # fmt: skip
    assert [(each.path, str(each.location)) for each in found] == [
        ("rubric.latency_p95", "team.agentsim.yaml:2:16"),
        ("rubric.infrastructure_issues", "team.agentsim.yaml:3:26"),
    ]


def test_the_nearest_file_says_what_a_metric_must_be(tmp_path: Path) -> None:
    files = {
        "team.agentsim.yaml": "rubric: {csat: {min: 50}, relevancy: true}",
        "near/own.agentsim.yaml": "rubric: {csat: {min: 80}}",
        "other/own.agentsim.yaml": "rubric: {csat: {min: 90}}",
    }
    found = expected(tmp_path, files, "near/x.scenario.yaml")
    assert {each.value.name: each.value for each in found} == {
        "csat": as_written("csat", {"min": 80}),
        "relevancy": as_written("relevancy", True),
    }


def test_a_scenario_has_the_last_word_on_a_metric(tmp_path: Path) -> None:
    files = {"a.agentsim.yaml": "rubric: {csat: {min: 50}, duration: {max: 60s}, relevancy: true}"}
    found = expected(tmp_path, files, more="expect: {duration: {max: 5s}, metrics: {csat: {min: 10}}}")
    assert [(each.path, each.value.name) for each in found] == [
        ("expect.duration", "duration"), ("expect.metrics.csat", "csat"), ("rubric.relevancy", "relevancy")
    ]  # fmt: skip


def test_what_is_stored_of_a_rubric_can_be_read_again(tmp_path: Path) -> None:
    files = {"a.agentsim.yaml": {"rubric": {"rules": [rule("Latency", ("gt", 100), ("neq", 500))]}}}
    for each in expected(tmp_path, files):
        (again,) = expectations_from(each.written)
        assert again.value == each.value


# --- the platforms' form ------------------------------------------------------------------------------------------


def rule(
    name: str,
    *conditions: tuple[str, Any],
    operator: str = "and",
    field: str = "score",
    key: str = "metric_name",
) -> dict[str, Any]:
    return {
        key: name,
        "conditions": {
            "operator": operator,
            "conditions": [{"field": field, "op": op, "value": value} for op, value in conditions],
        },
    }


@pytest.mark.parametrize(
    ("given", "limits"),
    [
        (rule("CSAT", ("gte", 70)), [("csat", {"min": 70})]),
        (rule("CSAT", ("gt", 70), ("lt", 90)), [("csat", {"above": 70}), ("csat", {"below": 90})]),
        (rule("AI Interrupting User", ("lte", 0)), [("ai_interrupting_user", {"max": 0})]),
        (rule("AI Interrupting User", ("eq", 0)), [("ai_interrupting_user", 0)]),
        (rule("Relevancy", ("eq", True)), [("relevancy", True)]),
        (rule("Relevancy", ("eq", "true")), [("relevancy", True)]),
        (rule("Relevancy", ("neq", False)), [("relevancy", {"not": False})]),
        (rule("Relevancy", ("gte", 5)), [("relevancy", {"min": 5})]),
        (rule("Sentiment", ("in", ["positive", "neutral"]), field="enum"), [("sentiment", {"one_of": ["positive", "neutral"]})]),
        (rule("Stars", ("eq", "5 stars"), field="enum"), [("stars", {"one_of": ["5 stars"]})]),
        (rule("Sentiment", ("neq", "negative"), field="enum"), [("sentiment", {"not": "negative"})]),
        (rule("Sentiment", ("eq", "a"), ("eq", "b"), operator="or"), [("sentiment", {"any_of": ["a", "b"]})]),
        (rule("Latency", ("lte", 2000)), [("latency", {"max": 2})]),
        (rule("latency_p95", ("lte", 2000), key="slug"), [("latency_p95", {"max": 2})]),
        ({"metric_id": 7, "conditions": {"field": "score", "op": "gte", "value": 70}}, [("csat", {"min": 70})]),
        ({"metric_id": 8, "conditions": [{"op": "lt", "value": 1500}]}, [("latency", {"below": 1.5})]),
        ({"metric_id": "csat", "conditions": [{"op": "lt", "value": 10}]}, [("csat", {"below": 10})]),
    ],
)  # fmt: skip
def test_rules_of_the_platforms_mean_the_same_here(
    tmp_path: Path, given: Any, limits: list[tuple[str, Any]]
) -> None:
    files = {"a.agentsim.json": {"rubric": {"evaluation_logic": "and", "rules": [given]}}}
    found = expected(tmp_path, files)
    assert [each.value for each in found] == [as_written(*each) for each in limits]
    assert {each.path for each in found} == {f"rubric.{limits[0][0]}"}
    assert not warnings


def test_a_rule_on_a_metric_that_nobody_knows_does_not_count_and_is_told(tmp_path: Path) -> None:
    files = {
        "a.agentsim.json": {
            "rubric": {"rules": [rule("x", ("eq", 1)) | {"metric_name": None, "metric_id": 99}]}
        }
    }
    assert expected(tmp_path, files) == ()
    assert "rubric.rules[0].metric_id: nobody knows the metric with the id 99 (write slug:" in warnings[0]


@pytest.mark.parametrize(
    ("rubric", "problem"),
    [
        ("{}", "1:9: rubric: cannot be empty"),
        ("[csat]", "1:9: rubric: must be a mapping"),
        ("{csat: {minimum: 1}}", '1:17: rubric.csat.minimum: "minimum" is not a field of limits (did you mean "min"?)'),
        ("{csat: {min: 2, max: 1}}", "1:16: rubric.csat: min (2) is more than max (1)"),
        ("{csat: {min: much}}", "1:22: rubric.csat.min: 'much' is not a number"),
        ("{rules: csat}", "1:17: rubric.rules: must be a list"),
        ("{rules: [csat]}", "1:18: rubric.rules[0]: must be a mapping"),
        ("{evaluation_logic: or, rules: []}", '1:28: rubric.evaluation_logic: only "and" is understood: every rule counts'),
        ("{rules: [{conditions: {op: eq, value: 1}}]}", "1:18: rubric.rules[0].slug: a rule names its metric by slug or metric_id"),
        ("{rules: [{slug: csat}]}", "1:18: rubric.rules[0].conditions: conditions is required"),
        ("{rules: [{slug: csat, conditions: []}]}", "1:43: rubric.rules[0].conditions: must be a list of conditions"),
        ("{rules: [{slug: csat, conditions: [{op: gte}]}]}", "rubric.rules[0].conditions[0]: a condition has field, op and value"),
        ("{rules: [{slug: csat, conditions: {op: ge, value: 1}}]}", "rubric.rules[0].conditions.op: must be one of gte, lte, gt, lt, eq, neq, in (did you mean"),
        ("{rules: [{slug: csat, conditions: {op: gte, value: true}}]}", "rubric.rules[0].conditions.value: must be a number"),
        ("{rules: [{slug: csat, conditions: {op: in, value: a}}]}", "rubric.rules[0].conditions.value: must be a list of texts"),
        ("{rules: [{slug: csat, conditions: {op: eq, value: []}}]}", "rubric.rules[0].conditions.value: must be a number, true or false, or text"),
        ("{rules: [{slug: csat, conditions: {operator: xor, conditions: []}}]}", "rubric.rules[0].conditions.operator: must be and or or"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_rubric_has_its_place(tmp_path: Path, rubric: str, problem: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        expected(tmp_path, {"a.agentsim.yaml": f"rubric: {rubric}"})
    assert any(problem in str(each) for each in caught.value.problems), caught.value


def test_two_files_of_a_folder_must_not_speak_of_the_same_metric(tmp_path: Path) -> None:
    files = {"a.agentsim.yaml": "rubric: {csat: 80}", "b.agentsim.yaml": "rubric: {csat: 90}"}
    with pytest.raises(
        ScenarioError, match=r"b.agentsim.yaml:1:16: rubric.csat: the rubric has 'csat' twice"
    ):
        expected(tmp_path, files)


def test_rubric_and_personalities_may_stand_in_one_file(tmp_path: Path) -> None:
    files = {"a.agentsim.yaml": "personalities: {brisk: {speed: 1.1}}\nrubric: {csat: 80}"}
    assert len(expected(tmp_path, files, more="personality: brisk")) == 1
