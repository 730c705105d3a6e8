"""Tests as code, as the hosted platform writes them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pytest_agentsim.errors import ScenarioError
from pytest_agentsim.scenario.loader import load_text
from pytest_agentsim.scenario.model import ScenarioFile, ScenarioType
from pytest_agentsim.scenario.personality import Wording

CASE: dict[str, Any] = {"name": "a", "instructions": "Ask for a refund"}
INLINE = {"prompt": "p", "language": "en", "voice_model": "m", "voice_id": "v", "background_noise": "off"}


def load(*cases: dict[str, Any], **more: Any) -> ScenarioFile:
    document = {
        "$schema": "https://x.test/v1.json",
        "version": "1",
        "suite": {"name": "S", "description": "D"},
        **more,
    }
    text = json.dumps({**document, "scenarios": cases or [CASE]})
    return load_text(text, name="cekura.tests.json", format="json")


def problems(*cases: dict[str, Any], **more: Any) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load(*cases, **more)
    return [f"{each.path}: {each.message}" for each in caught.value.problems]


def test_tests_as_code_are_read() -> None:
    structured = {
        "key": "refund_happy_path",
        "name": "b",
        "type": "conditional_actions",
        "language": "es",
        "frequency": 2,
        "max_duration": 5,
        "tools": ["end_call", "receive_dtmf"],
        "metrics": ["talk_ratio", 7],
        "personality": {"base": "impatient", "speed": 0.9},
        "test_profile": {"name": "p", "agent_variables": {"X-T": "1"}, "caller_variables": {"n": "S"}},
        "conditional_actions": {"role": "r", "first_message": "Hi, I am {{test_profile.n}}"},
    }
    file = load(CASE, structured, defaults={"frequency": 3, "metrics": ["latency"], "concurrency_limit": 5})
    first, second = file.scenarios
    assert (file.name, file.description) == ("S", "D")
    assert (first.scenario_type, first.runs) == (ScenarioType.BEHAVIOURAL, 3)
    assert (second.scenario_type, second.runs, second.key) == (
        ScenarioType.STRUCTURED,
        2,
        "refund_happy_path",
    )
    assert second.tools == ("TOOL_END_CALL", "RECEIVE_DTMF")
    assert second.metrics == ("latency", "talk_ratio")
    assert (second.personality.wording, second.personality.speed, second.language) == (
        Wording.TERSE,
        0.9,
        "es",
    )
    assert second.profile.headers == {"X-T": "1"}
    assert second.max_duration == 5.0
    assert file.ignored_fields == ("concurrency_limit", "metrics (platform ids)")


@pytest.mark.parametrize("place", ["top", "suite", "case", "deep"])
def test_an_agent_id_anywhere_is_refused(place: str) -> None:
    more: dict[str, Any] = {
        "top": {"agent_id": 1},
        "suite": {"suite": {"name": "S", "agent_id": 1}},
        "case": {"scenarios": [{**CASE, "agent_id": 1}]},
        "deep": {"scenarios": [{**CASE, "metadata": {"agent_id": 1}}]},
    }[place]
    cases = more.pop("scenarios", [CASE])
    assert any("agent_id is not allowed in tests as code" in each for each in problems(*cases, **more))


def test_elsewhere_an_agent_id_is_ignored() -> None:
    file = load_text(json.dumps({**CASE, "agent_id": 3}), name="f", format="json")
    assert file.ignored_fields == ("agent_id",)


@pytest.mark.parametrize(
    ("case", "problem"),
    [
        ({"name": "a"}, "scenarios[0].instructions: Instructions are required."),
        (
            {**CASE, "personality": {**INLINE, "voice_model": ...}},
            "scenarios[0].personality.voice_model: 'voice_model' is required when no 'base' personality is",
        ),
        (
            {**CASE, "personality": {**INLINE, "interruption_level": "high"}},
            "scenarios[0].personality.interruption_level: interruption_level is not allowed",
        ),
        ({**CASE, "test_profile": {}}, "scenarios[0].test_profile: cannot be empty"),
        (
            {**CASE, "test_profile": {"n": 1}},
            'scenarios[0].test_profile.n: "n" is not a field of a test profile',
        ),
        ({**CASE, "max_duration": 0}, "scenarios[0].max_duration: must be from 1 to 3600 seconds"),
        ({**CASE, "tools": ["hang_up"]}, "scenarios[0].tools[0]: must be one of"),
        ({**CASE, "frequency": 0}, "scenarios[0].frequency: must be a whole number from 1 to 100"),
    ],
)
def test_what_the_platform_rejects_is_refused_in_its_words(case: dict[str, Any], problem: str) -> None:
    if isinstance(case.get("personality"), dict):
        case = {
            **case,
            "personality": {key: value for key, value in case["personality"].items() if value is not ...},
        }
    found = problems(case)
    assert len(found) == 1, found
    assert found[0].startswith(problem)


def test_a_complete_inline_personality_is_accepted() -> None:
    assert load({**CASE, "personality": INLINE}).scenarios[0].personality.voice_id == "v"


def test_the_version_is_a_text() -> None:
    text = json.dumps({"version": 1, "scenarios": [CASE]})
    with pytest.raises(ScenarioError, match=r'f:1:13: version: must be "1" \(put it in quotes\)'):
        load_text(text, name="f", format="json")


def test_unknown_fields_of_the_defaults_are_refused() -> None:
    assert problems(defaults={"instructons": "x"}) == [
        'defaults.instructons: "instructons" is not a field of the defaults'
    ]


def test_more_than_200_cases_are_refused() -> None:
    cases = [{**CASE, "name": f"n{number}"} for number in range(201)]
    assert problems(*cases) == ["scenarios: can have at most 200 scenarios; it has 201"]
