"""The shipped JSON Schema, and that the fast answer and the explained one agree."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pytest_agentsim import result
from pytest_agentsim.scenario.acceptor import compile_acceptor
from pytest_agentsim.scenario.action_nodes import NetworkSimulation, attribute_names
from pytest_agentsim.scenario.model import Channel, ExpectationKind, OnNoMatch
from pytest_agentsim.scenario.network import BURST_LIMITS, PACKET_LOSS_LIMITS, Direction
from pytest_agentsim.scenario.personality import InterruptionLevel, Personality, Wording
from pytest_agentsim.scenario.platform import ALIASES, IGNORED, IGNORED_OF_PERSONALITY, TOOL_IDS
from pytest_agentsim.scenario.schema import FileKind, accepts, errors, load_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFINITIONS = load_schema()["$defs"]
SCENARIO = DEFINITIONS["scenario"]["properties"]
EXPECT = DEFINITIONS["expect"]["properties"]
NETWORK = DEFINITIONS["personality"]["properties"]["network_simulation"]["properties"]


@pytest.mark.parametrize("kind", FileKind)
def test_the_schema_is_valid(kind: FileKind) -> None:
    Draft202012Validator.check_schema(load_schema(kind))


def objects(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        if isinstance(part.get("properties"), dict) and part.get("additionalProperties") is False:
            yield part
        for each in part.values():
            yield from objects(each)
    elif isinstance(part, list):
        for each in part:
            yield from objects(each)


@pytest.mark.parametrize("kind", FileKind)
def test_every_property_is_described_for_editors(kind: FileKind) -> None:
    undescribed = [
        f"{each['title']}.{name}"
        for each in objects(load_schema(kind))
        for name, below in each["properties"].items()
        if not below.get("description")
    ]
    assert undescribed == []


@pytest.mark.parametrize("kind", FileKind)
def test_every_closed_object_lets_x_keys_through(kind: FileKind) -> None:
    assert all("^x-" in each["patternProperties"] for each in objects(load_schema(kind)))


def test_a_personality_in_a_file_of_its_own_is_what_it_is_in_a_scenario() -> None:
    assert load_schema(FileKind.PERSONALITIES)["$defs"]["personality"] == DEFINITIONS["personality"]


@pytest.mark.parametrize(
    ("words", "enumeration"),
    [
        (EXPECT["status"], result.Status),
        (EXPECT["ended_by"], result.EndedBy),
        (EXPECT["ended_reason"], result.Reason),
        (SCENARIO["channel"], Channel),
        (SCENARIO["on_no_match"], OnNoMatch),
        (DEFINITIONS["personality"]["properties"]["wording"], Wording),
        (DEFINITIONS["personality"]["properties"]["interruption_level"], InterruptionLevel),
        (NETWORK["direction"], Direction),
    ],
)
def test_the_words_are_those_that_the_package_knows(words: dict[str, Any], enumeration: Any) -> None:
    # What is not known of a transcript that was read is nothing that a scenario can expect.
    assert words["enum"] == [each.value for each in enumeration if each.value != "unknown"]


def test_the_schema_has_the_fields_that_the_readers_read() -> None:
    assert set(EXPECT) == {each.value for each in ExpectationKind}
    assert set(DEFINITIONS["personality"]["properties"]) == {
        *Personality.field_names(),
        "base",
        *IGNORED_OF_PERSONALITY,
    }
    assert set(SCENARIO) >= IGNORED
    assert set(ALIASES) | set(ALIASES.values()) <= set(SCENARIO)
    assert set(SCENARIO["tools"]["items"]["enum"]) == set(TOOL_IDS) | set(TOOL_IDS.values())


def test_a_network_simulation_of_a_personality_is_what_the_tag_takes() -> None:
    assert tuple(NETWORK) == attribute_names(NetworkSimulation)[1]
    assert (NETWORK["burst"]["minimum"], NETWORK["burst"]["maximum"]) == BURST_LIMITS
    assert (NETWORK["packet_loss"]["minimum"], NETWORK["packet_loss"]["maximum"]) == PACKET_LOSS_LIMITS


def test_there_are_the_platforms_43_languages() -> None:
    assert len(DEFINITIONS["personality"]["properties"]["language"]["enum"]) == 43


GOOD: dict[str, Any] = {
    "defaults": {"runs": 2, "metrics": ["latency"]},
    "scenarios": [
        {
            "name": "one",
            "scenario_type": "conditional_actions",
            "scenario_language": "en",
            "personality": {
                "base": "normal",
                "speed": 1.1,
                "message_plan": {"idle_timeout_seconds": 5, "idle_message_max_spoken_count": 2},
            },
            "test_profile": {"agent_variables": {"a": 1}, "caller_variables": {}},
            "max_duration": "2m",
            "tags": ["a"],
            "marks": ["slow", {"timeout": 3}],
            "metrics": ["latency", 5],
            "conditional_actions": {
                "role": "r",
                "first_message": {"say": "Hi", "then": ["a"]},
                "conditions": [
                    {"when": "w", "say": "s"},
                    {
                        "id": 1,
                        "condition": 0,
                        "action": "a",
                        "type": "action_followup",
                        "fixed_message": True,
                    },
                    {"id": 2, "condition": "c", "action": "a", "type": "standard", "fixed_message": False},
                ],
                "functions": [
                    {
                        "name": "f",
                        "type": "rest_api",
                        "config": {
                            "url": "http://x",
                            "headers": {"a": 1},
                            "response_mapping": {"o": "$.a", "p": {"path": "$"}},
                        },
                    }
                ],
            },
            "expect": {
                "status": "completed",
                "conditions_fired": {"never": [1]},
                "agent_says": ["a", {"regex": "b", "turn": 1}],
                "agent_never_says": {"condition": "c"},
                "tool_calls": [{"name": "t", "times": {"max": 2}, "arguments": {}}],
                "turns": 4,
            },
        },
        {
            "name": "two",
            "instructions": "i",
            "x-note": 1,
            "personality": 693,
            "test_profile": {"a": {"b": 1}},
        },
    ],
}


def paths(part: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    steps = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for step, below in steps:
        yield from paths(below, (*path, step))


PATHS = list(paths(GOOD))
ODDITIES = [
    None,
    True,
    False,
    0,
    1,
    -1,
    1.0,
    0.5,
    9999,
    "",
    "x",
    "en",
    "$",
    "standard",
    [],
    ["x"],
    [1],
    {},
    {"x": 1},
    {"x-y": 1},
    "y" * 300,
]


def test_the_good_file_is_good() -> None:
    assert accepts(GOOD)
    assert list(errors(GOOD)) == []


@given(
    st.lists(
        st.tuples(st.sampled_from(PATHS), st.sampled_from([*ODDITIES, "delete"])), min_size=1, max_size=2
    )
)
def test_the_fast_answer_and_the_explained_one_agree(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    data = copy.deepcopy(GOOD)
    for path, value in changes:
        change(data, path, value)
    assert accepts(data) is not any(errors(data))


def change(data: Any, path: tuple[Any, ...], value: Any) -> None:
    owner = data
    try:
        for step in path[:-1]:
            owner = owner[step]
        if value == "delete":
            del owner[path[-1]]
        else:
            owner[path[-1]] = copy.deepcopy(value)
    except (KeyError, IndexError, TypeError):
        return  # an earlier change has taken the place away


def test_the_fast_answer_knows_every_keyword_that_it_compiles() -> None:
    with pytest.raises(KeyError, match="uniqueItems"):
        compile_acceptor({"uniqueItems": True})
