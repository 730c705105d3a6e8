"""What `agentsim lint` tells of triggers that the offline matcher cannot make use of."""

from __future__ import annotations

import pytest
import yaml

from pytest_agentsim.cli.main import main


@pytest.fixture
def lint(tmp_path, capsys):
    def linted(*triggers):
        rows = [(0, "FIRST_MESSAGE"), *enumerate(triggers, start=1)]
        scenario = {
            "name": "hours",
            "scenario_type": "conditional_actions",
            "personality": "normal",
            "conditional_actions": {
                "role": "you",
                "conditions": [
                    {
                        "id": at,
                        "condition": text,
                        "action": "Yes <endcall/>",
                        "type": "standard",
                        "fixed_message": True,
                    }
                    for at, text in rows
                ],
            },
        }
        path = tmp_path / "hours.scenario.yaml"
        path.write_text(yaml.safe_dump(scenario, sort_keys=False))
        assert main(["lint", str(path)]) == 0
        return [
            line for line in capsys.readouterr().out.splitlines() if "matcher" in line or "told from" in line
        ]

    return linted


def test_a_trigger_without_a_known_act_is_warned_of(lint):
    (warning,) = lint("The agent juggles")
    assert "knows no act in 'The agent juggles'" in warning


def test_triggers_that_mean_the_same_in_other_words_are_warned_of(lint):
    (warning,) = lint("The agent asks for your name", "The agent requests your name")
    assert "'The agent requests your name' cannot be told from 'The agent asks for your name'" in warning


@pytest.mark.parametrize(
    "triggers",
    [
        ("The agent asks for your name", "The agent asks for your date of birth"),
        ("The agent asks for your name", "The agent asks for your name"),
        ('contains "juggles"', "The main agent pressed 1"),
        ("The agent asks where you are going to", "The agent asks where you are coming from"),
    ],
)
def test_what_can_be_told_apart_is_left_alone(lint, triggers):
    assert lint(*triggers) == []
