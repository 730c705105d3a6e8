"""Advice on instructions: what makes them unreliable, and where."""

from __future__ import annotations

import pytest

from pytest_agentsim.scenario.loader import LoadSettings, load_text

GOOD = (
    "1. State your intent to cancel when asked for the reason of the call",
    "2. Provide {{test_profile.name}} when asked for your name",
    "3. Verify your name when asked to confirm your name and correct if wrong.",
    "4. End the call when the cancellation is confirmed",
)


def advice(*steps: str, head: str = "", wrapped: bool = True, first_message: str = "Hello") -> list[str]:
    """Return the advice as ``line:column: message (hint)``; the first step stands in line 7."""
    lines = [
        "<scenario>" if wrapped else "",
        head,
        "YOUR BEHAVIOR:",
        *steps,
        "</scenario>" if wrapped else "",
    ]
    text = f"name: x\npersonality: normal\nfirst_message: {first_message}\ntest_profile: {{name: Sarah}}\ninstructions: |\n"
    text += "".join(f"  {line}\n" for line in lines)
    file = load_text(text, name="f", format="yaml", settings=LoadSettings(advice=True))
    return [
        f"{each.location.line}:{each.location.column}: {each.message} ({each.hint})" for each in file.warnings
    ]


def test_good_instructions_are_left_alone() -> None:
    assert advice(*GOOD) == []


def test_nothing_is_advised_unless_it_is_asked_for() -> None:
    text = "name: x\npersonality: normal\ninstructions: Wait for the agent\n"
    assert load_text(text, name="f", format="yaml").warnings == ()


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        ("Provide your name when asked", "9:24: step 1 is done when asked, but not for what"),
        ("Provide your name", "9:6: step 1 does not say when"),
        ("Say no when the agent offers one", '9:22: step 1 names "agent"'),
        ("The caller should say no when offered one", "9:6: step 1 is in the third person"),
        ("Listen when told the hours", '9:6: step 1 says "Listen", which is nothing that a step can do'),
        ("Remain silent when told the hours", '9:6: step 1 says "Remain silent", which is nothing'),
        (
            "Say no slowly when offered one",
            '9:13: step 1 says "slowly", which is about how the caller sounds',
        ),
        ("Say no when ready to decide", "9:13: step 1 waits for a state of the caller"),
        (
            'Say no when asked "would you like to go on"',
            "9:13: step 1 waits for exact words, which an agent may put otherwise",
        ),
        (
            'Say "I really do not want to talk about it" when asked why you call',
            "9:10: step 1 has the caller's words ready",
        ),
        ("Say no and ask for a refund when offered one", "9:17: step 1 does two things at once"),
        ("Confirm your name when asked to confirm your name", "9:6: step 1 confirms what is read back"),
    ],
)
def test_a_step_that_is_unreliable_is_told_with_its_place(step: str, problem: str) -> None:
    found = advice(f"1. {step}", "2. End the call when told goodbye")
    assert [each for each in found if each.startswith(problem)], found


def test_every_piece_of_advice_says_what_to_do() -> None:
    found = advice("1. Wait", "2. The agent says no", head="You are a helpful assistant.", wrapped=False)
    assert len(found) >= 5
    assert all(each.endswith(")") and not each.endswith("()") for each in found)


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        (GOOD[:1], "9:6: step 1 is the last one and does not end the call"),
        ((), "6:3: the instructions have no steps"),
    ],
)
def test_the_whole_is_looked_at(steps: tuple[str, ...], problem: str) -> None:
    assert [each for each in advice(*steps) if each.startswith(problem)], advice(*steps)


def test_a_last_step_may_be_a_transfer() -> None:
    assert advice("1. Accept the transfer when offered to be transferred") == []


def test_a_role_of_the_agent_is_told() -> None:
    assert advice(*GOOD, head="You are a friendly voice assistant.")[0].startswith(
        "7:3: the role is that of the agent"
    )


def test_a_missing_wrapper_is_told() -> None:
    assert "the instructions are not within <scenario>" in advice(*GOOD, wrapped=False)[0]


def test_a_first_message_that_is_an_instruction_is_told() -> None:
    [found] = advice(*GOOD, first_message="Speak in Tamil and ask for help")
    assert found.startswith("3:16: the first message is said word for word, and this is an instruction")
