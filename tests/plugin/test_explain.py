"""`--agentsim-explain`: how every trigger fared."""

from __future__ import annotations

TWO = {
    "conditional_actions": {
        "role": "you",
        "first_message": "What are your hours?",
        "conditions": [
            {"when": "The agent tells you the opening hours", "say": "Thanks <endcall/>"},
            {"when": 'contains "five"', "say": "Bye <endcall/>"},
        ],
    },
    "expect": {"agent_says": "never said"},
}


def test_a_failing_item_shows_all_triggers_of_each_turn(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours", **TWO))
    suite.run("--agentsim-explain").stdout.fnmatch_lines(
        [
            "*Triggers of the caller*",
            "hours (normal)",
            "turn 2   agent: We are open from nine to five.",
            "*a trigger holds from 0.50",
            "*1: The agent tells you the opening hours*",
            '*-> 1.00  2: contains "five"*',
        ]
    )


def test_without_it_nothing_is_explained(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours", **TWO))
    suite.run().stdout.no_fnmatch_line("*Triggers of the caller*")


def test_an_item_that_passes_is_explained_if_pytest_shows_its_sections(suite, scenario):
    suite.file("desk.scenario.yaml", scenario("hours", **{**TWO, "expect": {"status": "completed"}}))
    suite.run("--agentsim-explain", "-rP").stdout.fnmatch_lines(["*Triggers of the caller*"])
