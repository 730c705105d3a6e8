"""The fixtures in plain Python tests: one call, several calls, a conversation by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_agentsim import CallResult, RubricSession, Simulate


@pytest.mark.scenario("appointments.scenario.yaml", name="AP-01: cancel an appointment")
@pytest.mark.expect(agent_never_says=["transfer"], turns={"max": 10})
def test_a_cancelled_appointment_gets_a_confirmation_number(call: CallResult) -> None:
    """`call` has been made when the test begins; the file's expectations and the marks' are checked after it."""
    [cancelled] = [each for each in call.tool_calls if each.name == "cancel_appointment"]
    assert cancelled.result["confirmation_number"] in call.turns[-2].text


def test_two_callers_get_the_same_answer(simulate: Simulate) -> None:
    """`simulate` makes as many calls as a test needs, from files or from payloads."""
    question = {
        "name": "opening hours",
        "scenario_type": "conditional_actions",
        "scenario_language": "en",
        "metadata": {"X-Greeting": "off"},
        "conditional_actions": {
            "role": "You want to know when the clinic is open",
            "first_message": {"say": "When are you open?", "then": ["Thanks! <endcall/>"]},
        },
    }
    answers = [simulate(question, personality=name).turns[1].text for name in ("normal", "impatient")]
    assert answers[0] == answers[1]


async def test_the_clinic_knows_its_opening_hours(rubric_session: RubricSession) -> None:
    """`rubric_session` is for conversations that no scenario describes."""
    assert "Acme Clinic" in await rubric_session.listen()
    await rubric_session.say("Are you open on Saturday?")
    assert "Saturday from 9 AM to 1 PM" in await rubric_session.listen()
    await rubric_session.end_call("Thanks, bye")
