"""What pytest made of a call, stored beside it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from pytest_agentsim.errors import ArtifactError
from pytest_agentsim.expect import Outcome, Verdict, Words
from pytest_agentsim.report.verdicts import (
    VERDICTS,
    CallOutcome,
    Judgement,
    load_judgement,
    write_judgement,
)

NOT_MET = Verdict(
    Outcome.NOT_MET,
    "agent_says[0]",
    "the agent did not say 'x'",
    ("turn 2: y",),
    (2,),
    "a.yaml:7",
    0,
    words=(Words(2, 3, 5),),
    tool_calls=(1, 2),
)
JUDGEMENT = Judgement(
    run_id="run-1",
    node_id="a.scenario.yaml::b[normal]",
    outcome=CallOutcome.FAILED,
    item_outcome=CallOutcome.PASSED,
    run=2,
    runs=3,
    pass_rate=0.5,
    message="",
    suite_seed=4,
    file="a.scenario.yaml",
    line=3,
    tags=("smoke",),
    verdicts=(Verdict(Outcome.MET, "call", "the call completed"), NOT_MET),
    runs_planned=5,
    pass_k=2,
)


def test_a_judgement_is_read_back_as_it_was_written(tmp_path):
    write_judgement(JUDGEMENT, tmp_path)
    assert load_judgement(tmp_path) == JUDGEMENT


def test_a_judgement_replaces_the_one_before_and_leaves_nothing_else(tmp_path):
    write_judgement(JUDGEMENT, tmp_path)
    write_judgement(replace(JUDGEMENT, outcome=CallOutcome.PASSED), tmp_path)
    loaded = load_judgement(tmp_path)
    assert loaded is not None
    assert loaded.outcome is CallOutcome.PASSED
    assert [each.name for each in tmp_path.iterdir()] == [VERDICTS]


def test_a_call_that_nobody_judged_has_no_judgement(tmp_path):
    assert load_judgement(tmp_path) is None


def test_what_later_versions_write_beside_it_is_ignored(tmp_path):
    document = JUDGEMENT.to_json()
    document["colour"] = "green"
    document["verdicts"][1]["mood"] = "sad"
    (tmp_path / VERDICTS).write_text(json.dumps(document))
    assert load_judgement(tmp_path) == JUDGEMENT


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"run_id": "x", "outcome": "purple"}', "null", "\xff"]
)
def test_a_file_that_is_not_whole_is_told_as_such(tmp_path, text):
    (tmp_path / VERDICTS).write_text(text, encoding="latin-1")
    with pytest.raises(ArtifactError, match="not whole or not ours"):
        load_judgement(tmp_path)


def test_text_that_has_no_utf_8_form_can_be_stored(tmp_path):
    write_judgement(replace(JUDGEMENT, message="\ud83d"), tmp_path)
    assert load_judgement(tmp_path) is not None
