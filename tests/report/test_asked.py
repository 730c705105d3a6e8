"""What a scenario asked of a call, stored beside it."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING

import pytest

from pytest_agentsim.errors import ArtifactError
from pytest_agentsim.report.asked import ASKED, Asked, load_asked, write_asked
from pytest_agentsim.scenario.loader import load_text

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """\
name: everything
scenario_language: en
scenario_type: conditional_actions
runs: 3
pass_rate: 0.5
expected_outcome: It works.
metrics: [csat, {detect_silence_in_conversation: {silence_duration: 5}}]
expect:
  status: completed
  conditions_fired: {exactly: [0]}
  agent_says: [one, {regex: "t.o", after: {caller: Hi}, within: 2s}, {condition: The agent says hello, turn: 1}]
  agent_never_says: never
  tool_calls: [{name: a, arguments: {x: 1}, schema: {type: object}, times: {max: 2}}]
  never_calls: [b, c]
  tool_order: [a, d]
  in_order: [one, {tool: a}]
  metadata: {customer: {id: 7}}
  turns: {max: 9}
  duration: {max: 90s}
  silence: {max: 3}
  interruptions: {by_agent: 0}
  recording: {snr: {min: 20dB}}
  keys: {agent: ["1", "2#"]}
  metrics: {latency_p95: {max: 1.5s}, sentiment: positive, infrastructure_issues: true}
conditional_actions:
  role: you
  conditions:
  - {id: 0, condition: FIRST_MESSAGE, action: Hi, type: standard, fixed_message: true}
"""


def asked() -> Asked:
    [scenario] = load_text(TEXT, name="all.scenario.yaml", format="yaml").scenarios
    return Asked.by(scenario)


def test_every_kind_of_expectation_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    written = asked()
    write_asked(written, tmp_path)
    assert load_asked(tmp_path) == written


def test_all_that_is_asked_is_stored(tmp_path: Path) -> None:
    write_asked(asked(), tmp_path)
    document = json.loads((tmp_path / ASKED).read_text())
    assert document.keys() == {each.name for each in fields(Asked)} | {"format"}
    assert document["metric_settings"] == {"detect_silence_in_conversation": {"silence_duration": 5}}


def test_where_nothing_was_stored_nothing_is_read(tmp_path: Path) -> None:
    assert load_asked(tmp_path) is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"expect": [{"written": {"agent_sez": 1}}]}'])
def test_a_file_that_is_not_whole_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / ASKED).write_text(text)
    with pytest.raises(ArtifactError, match="is not whole or not ours"):
        load_asked(tmp_path)
