"""A structured caller whose instructions a language model puts into words."""

from __future__ import annotations

import pytest

from pytest_agentsim.caller.matcher.offline import OfflineMatcher
from pytest_agentsim.caller.realiser import OfflineRealiser
from pytest_agentsim.caller.structured import MoveKind, StructuredCaller
from pytest_agentsim.llm.caller_model import CallerModel, Part
from pytest_agentsim.llm.improviser import LanguageModelImproviser
from pytest_agentsim.scenario.loader import load_mapping
from pytest_agentsim.scenario.personality import Wording
from tests.llm.model_server import says, text_of

NAME_ASKED = "May I have your name, please?"


@pytest.fixture
def caller(model, prompts):
    """Makes callers with a condition that is an instruction and one that is not."""

    def make(**fields):
        rows = [
            (0, "FIRST_MESSAGE", "Hello", True),
            (1, "The agent asks for your name", "Give your first name only", False),
            (2, "The agent asks for your date of birth", "January first", True),
        ]
        scenario = load_mapping(
            {
                "name": "test",
                "scenario_type": "conditional_actions",
                "scenario_language": "en",
                "conditional_actions": {
                    "role": "A grumpy patient",
                    "conditions": [
                        {
                            "id": n,
                            "condition": when,
                            "action": action,
                            "type": "standard",
                            "fixed_message": fixed,
                        }
                        for n, when, action, fixed in rows
                    ],
                },
                **fields,
            }
        )
        profile = {"first_name": "Sarah"}
        part = Part(scenario.script.role, scenario.personality, "en", profile)
        return StructuredCaller(
            scenario,
            scenario.script,
            variables=profile,
            matcher=OfflineMatcher(),
            realiser=OfflineRealiser(role="", variables=profile, wording=Wording.PLAIN, language="en"),
            improviser=LanguageModelImproviser(CallerModel(model, prompts), part, scenario.script),
        )

    return make


async def test_an_instruction_is_put_into_words_by_the_model(caller, server):
    server.replies = [says({"say": "It's Sarah."})]
    made = caller()
    made.finished(made.open())
    move = await made.respond(NAME_ASKED, ())
    assert (move.conditions, move.action.text) == ((1,), "It's Sarah.")
    [request] = server.requests
    system = text_of(request, "system")
    assert "Give your first name only" in system
    assert "Who you are: A grumpy patient" in system
    assert NAME_ASKED not in system


async def test_fixed_words_are_said_as_they_stand(caller, server):
    made = caller()
    made.open()
    move = await made.respond("What is your date of birth?", ())
    assert move.action.text == "January first"
    assert server.requests == []


async def test_where_nothing_holds_the_model_improvises_if_the_scenario_says_so(caller, server):
    server.replies = [says({"say": "That's fine."})]
    made = caller(on_no_match="improvise")
    made.open()
    move = await made.respond("The weather is lovely today.", ())
    assert (move.kind, move.conditions, move.action.text) == (MoveKind.IMPROVISATION, (), "That's fine.")
    assert "- The agent asks for your date of birth: January first" in text_of(server.requests[0], "system")
