"""`agentsim match`, as it is used from a terminal."""

from __future__ import annotations

import pytest
import yaml

from pytest_agentsim.cli.main import main


def row(number, condition, action):
    return {"id": number, "condition": condition, "action": action, "type": "standard", "fixed_message": True}


SCENARIO = {
    "name": "cancel",
    "scenario_type": "conditional_actions",
    "personality": "normal",
    "conditional_actions": {
        "role": "you",
        "conditions": [
            row(0, "FIRST_MESSAGE", "Cancel it, please."),
            row(1, "The agent asks for your name", "Ann"),
            row(2, "The agent asks for your date of birth", "May 1st"),
        ],
    },
}


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "cancel.scenario.yaml"
    file.write_text(yaml.safe_dump(SCENARIO, sort_keys=False))
    return str(file)


def test_every_trigger_is_told_with_score_and_reason_best_first(path, capsys):
    assert main(["match", "What's your name?", path]) == 0
    title, first, why, second, why_not = capsys.readouterr().out.splitlines()
    assert title == "cancel"
    assert first.split()[0] == "holds"
    assert first.endswith("The agent asks for your name")
    assert "the agent asks for it" in why
    assert second.endswith("The agent asks for your date of birth")
    assert "not that the agent" in why_not


def test_it_fails_where_no_trigger_holds(path):
    assert main(["match", "Goodbye.", path]) == 1


def test_a_scenario_that_is_not_there_is_said(path, capsys):
    assert main(["match", "Hello.", path, "--scenario", "book"]) == 1
    assert "no scenario 'book'" in capsys.readouterr().err


def test_a_file_that_cannot_be_read_is_said(tmp_path, capsys):
    (tmp_path / "bad.yaml").write_text("name: [")
    assert main(["match", "Hello.", str(tmp_path / "bad.yaml")]) == 1
    assert "bad.yaml" in capsys.readouterr().err


def test_the_steps_of_instructions_are_judged_as_conditions_are(tmp_path, capsys):
    file = tmp_path / "steps.scenario.yaml"
    steps = "1. Say no when asked for your name\n2. End the call when told goodbye"
    file.write_text(yaml.safe_dump({"name": "steps", "personality": "normal", "instructions": steps}))
    assert main(["match", "What's your name?", str(file)]) == 0
    out = capsys.readouterr().out
    assert "holds" in out
    assert "  1  The agent asks for your name" in out


def test_instructions_that_wait_for_nothing_have_no_triggers(tmp_path, capsys):
    file = tmp_path / "steps.scenario.yaml"
    file.write_text(yaml.safe_dump({"name": "steps", "personality": "normal", "instructions": "Be polite."}))
    assert main(["match", "What's your name?", str(file)]) == 1
    assert capsys.readouterr().err.endswith("has no triggers\n")
