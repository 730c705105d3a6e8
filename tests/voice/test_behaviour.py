"""Voice calls of behavioural scenarios, in virtual time: the same steps, and an agent that is heard imperfectly."""

from __future__ import annotations

from pytest_agentsim.result import Reason, Speaker, Status
from tests.voice.harness import Agent, conduct, prompt

STEPS = """<scenario>
YOUR BEHAVIOR:
1. Provide {{test_profile.full_name}} when asked for your name
2. Request a morning appointment if given options
3. Verify your date of birth when asked to confirm your date of birth and correct if wrong.
4. Enter {{test_profile.account_number}} followed by the pound key when prompted to enter your account number
5. End the call when the booking confirmation is provided
</scenario>"""
PROFILE = {"full_name": "Sarah Johnson", "date_of_birth": "1990-01-01", "account_number": "12"}
FIELDS = {
    "scenario_type": "instruction",
    "instructions": STEPS,
    "first_message": "Hello",
    "tools": ["TOOL_END_CALL", "TOOL_DTMF"],
}


def asking(turns: int) -> object:
    """Return an agent that says something so many times, each time that the caller has spoken."""

    async def program(agent: Agent) -> None:
        for _ in range(turns):
            await agent.until_caller_is_silent()
            await agent.say(prompt("appointment"))
        await agent.stay()

    return program


async def test_the_steps_are_followed_by_what_is_heard() -> None:
    call = await conduct(
        asking(4),
        recognized=[
            "can i have your full name please",
            "your date of birth is january first nineteen ninety is that correct",
            "i can offer thursday march fifth at two or monday march ninth at nine thirty which day works for you",
            "your appointment on monday has been booked",
        ],
        profile=PROFILE,
        scenario_fields=FIELDS,
    )
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert [line for line in call.said if line.startswith("caller")] == [
        "caller: Hello",
        "caller: My name is Sarah Johnson.",
        "caller: Yes, that's correct.",
        "caller: I'll take monday march 9 at 9 30, please.",
        "caller: Thank you. Goodbye.",
    ]
    assert call.result.conditions_fired == (0, 1, 3, 2, 5)


async def test_keys_are_pressed_as_tones() -> None:
    call = await conduct(
        asking(2),
        recognized=["please enter your account number", "your appointment has been booked"],
        profile=PROFILE,
        scenario_fields=FIELDS,
    )
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert call.result.keys_pressed_by(Speaker.CALLER) == ("12#",)
