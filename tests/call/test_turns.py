"""What the caller makes of the agent's words: answers, followups, clarifications, giving up, hanging up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_agentsim.caller.matcher.offline import OfflineMatcher
from pytest_agentsim.caller.phrases import of as phrases_of
from pytest_agentsim.clock import VirtualClock
from pytest_agentsim.result import EventKind, FailureKind
from pytest_agentsim.scenario.personality import Wording
from tests.call.harness import CALLER_ENDED, CALLER_STUCK, Call, Wire, converse, scenario

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_agentsim.caller.matcher.interface import MatchDecision, Trigger
    from pytest_agentsim.result import Turn

ASKS_NAME = "The agent asks for your name"
ASKS_BIRTH_DATE = "The agent asks for your date of birth"
CLARIFICATIONS = phrases_of("en").clarify[Wording.PLAIN]
FAREWELL = phrases_of("en").farewell[Wording.PLAIN]
END_CALL = {"content": "", "type": "end_call"}


async def talk_to(replies: list[str], *conditions: tuple[str | int, str], **fields: object) -> Call:
    """Say hello to an agent that gives these replies, the last of them again and again."""

    async def agent(wire: Wire) -> None:
        left = list(replies)
        while "type" not in await wire.hear():
            await wire.say(left.pop(0) if len(left) > 1 else left[0])

    return await converse(agent, scenario("Hello", *conditions, **fields), clock=VirtualClock())


# --- answers -----------------------------------------------------------------------------------------------


async def test_triggers_that_hold_together_are_answered_in_one_message() -> None:
    call = await talk_to(
        ["What is your name, and what is your date of birth?", "Thanks."],
        (ASKS_NAME, "Sarah Johnson."),
        (ASKS_BIRTH_DATE, "January 1, 1990."),
        (2, "Bye <endcall/>"),
    )
    assert call.wire.heard == [
        {"content": "Hello"},
        {"content": "Sarah Johnson. January 1, 1990."},
        {"content": "Bye", "type": "end_call"},
    ]
    assert call.result.conditions_fired == (0, 1, 2, 3)
    assert call.moves == ["first_message", "triggers", "followup"]
    assert call.ending == CALLER_ENDED


async def test_a_followup_speaks_alone_and_the_trigger_that_holds_as_well_is_on_record() -> None:
    call = await talk_to(
        ["What is your name?", "May I have your name?"],
        (ASKS_NAME, "Sarah <endcall/>"),
        (0, "First a question."),
    )
    assert call.said[1:] == [
        "agent: What is your name?",
        "caller: First a question.",
        "agent: May I have your name?",
        "caller: Sarah",
    ]
    assert call.result.conditions_fired == (0, 2, 1)
    first, second = call.result.events_of(EventKind.DECISION)
    assert (first.data["move"], first.data["holding"]) == ("followup", [1])
    assert (second.data["move"], second.data["holding"]) == ("triggers", [1])


class ListeningMatcher(OfflineMatcher):
    """Remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, list[str]]] = []

    async def decide(
        self, agent_text: str, *, history: Sequence[Turn], triggers: Sequence[Trigger]
    ) -> MatchDecision:
        self.asked.append((agent_text, [turn.text for turn in history]))
        return await super().decide(agent_text, history=history, triggers=triggers)


async def test_the_matcher_gets_the_agents_words_and_the_turns_before_them() -> None:
    matcher = ListeningMatcher()

    async def agent(wire: Wire) -> None:
        await wire.say("Welcome to Acme.")
        await wire.hear()
        await wire.say("What is your name?")
        await wire.stay()

    await converse(agent, scenario("", (0, "Hi"), (ASKS_NAME, "Sarah <endcall/>")), matcher=matcher)
    assert matcher.asked == [
        ("Welcome to Acme.", []),
        ("What is your name?", ["Welcome to Acme.", "Hi"]),
    ]


async def test_every_decision_is_on_record_with_each_triggers_score() -> None:
    call = await talk_to(["What is your name?"], (ASKS_NAME, "Sarah <endcall/>"), (ASKS_BIRTH_DATE, "1990"))
    [decision] = call.result.events_of(EventKind.DECISION)
    fared = {each["trigger"]: each["holds"] for each in decision.data["candidates"]}
    assert fared == {ASKS_NAME: True, ASKS_BIRTH_DATE: False}
    assert all(0 <= each["score"] <= 1 and each["reason"] for each in decision.data["candidates"])


# --- nothing holds -----------------------------------------------------------------------------------------


async def test_the_caller_asks_twice_and_then_hangs_up() -> None:
    call = await talk_to(["Bananas are yellow."], (ASKS_NAME, "Sarah"), (ASKS_BIRTH_DATE, "1990"))
    assert call.ending == CALLER_STUCK
    assert call.result.failure_kind is FailureKind.CALLER
    assert call.wire.heard == [
        {"content": "Hello"},
        *({"content": each} for each in CLARIFICATIONS),
        END_CALL,
    ]
    assert call.moves == ["first_message", "clarification", "clarification"]
    assert call.said[-1] == "agent: Bananas are yellow."


async def test_the_detail_names_the_nearest_triggers_and_their_scores() -> None:
    call = await talk_to(["Bananas are yellow."], (ASKS_NAME, "Sarah"), (ASKS_BIRTH_DATE, "1990"))
    assert call.result.detail.startswith("No trigger holds for what the agent said: 'Bananas are yellow.'.")
    for number, trigger in ((1, ASKS_NAME), (2, ASKS_BIRTH_DATE)):
        assert f"{number}: {trigger!r} scored 0." in call.result.detail


async def test_a_turn_that_is_understood_gives_the_agent_both_chances_again() -> None:
    call = await talk_to(
        ["Bananas.", "Apples.", "What is your name?", "Pears.", "Plums.", "Figs."], (ASKS_NAME, "Sarah")
    )
    clarified = ["clarification", "clarification"]
    assert call.moves == ["first_message", *clarified, "triggers", *clarified]
    assert call.ending == CALLER_STUCK
    assert "'Figs.'" in call.result.detail


async def test_with_fail_the_caller_hangs_up_at_once() -> None:
    call = await talk_to(["Bananas are yellow."], (ASKS_NAME, "Sarah"), on_no_match="fail")
    assert call.ending == CALLER_STUCK
    assert call.wire.heard == [{"content": "Hello"}, END_CALL]
    assert ASKS_NAME in call.result.detail


async def test_with_wait_the_caller_says_nothing_and_listens_on() -> None:
    async def agent(wire: Wire) -> None:
        await wire.hear()
        for words in ("Bananas are yellow.", "Apples are red.", "What is your name?"):
            await wire.say(words)
            await wire.settle()
        await wire.stay()

    call = await converse(agent, scenario("Hello", (ASKS_NAME, "Sarah <endcall/>"), on_no_match="wait"))
    assert call.ending == CALLER_ENDED
    assert call.wire.heard == [{"content": "Hello"}, {"content": "Sarah", "type": "end_call"}]
    assert [event.data["move"] for event in call.result.events_of(EventKind.DECISION)] == [
        "wait",
        "wait",
        "triggers",
    ]


async def test_an_agent_that_gets_the_same_answer_for_the_same_words_five_times_ends_the_call() -> None:
    call = await talk_to(["What is your name?"], (ASKS_NAME, "Sarah"))
    assert call.ending == CALLER_STUCK
    assert "the same words 5 times" in call.result.detail
    assert call.wire.heard == [{"content": "Hello"}, *[{"content": "Sarah"}] * 4, END_CALL]


@pytest.mark.parametrize("words", ["Thank you for calling. Goodbye!", "Goodbye!"])
async def test_with_the_end_call_tool_the_caller_answers_a_goodbye_and_hangs_up(words: str) -> None:
    call = await talk_to([words], (ASKS_NAME, "Sarah"), tools=["TOOL_END_CALL"])
    assert call.ending == CALLER_ENDED
    assert call.wire.heard == [{"content": "Hello"}, {"content": FAREWELL, "type": "end_call"}]


# --- two messages in a row ---------------------------------------------------------------------------------


@pytest.fixture
def clock() -> VirtualClock:
    """Pauses last until the agent moves the time."""
    return VirtualClock(skip_sleeps=False)


async def test_a_greeting_that_crosses_the_first_message_is_not_asked_about(clock: VirtualClock) -> None:
    async def agent(wire: Wire) -> None:
        await wire.say("Hi, thanks for contacting Acme.")
        await wire.hear()
        await wire.settle()
        clock.advance(0.49)
        await wire.settle()
        await wire.say("What is your name?")
        await wire.stay()

    call = await converse(agent, scenario("I'd like to cancel", (ASKS_NAME, "Sarah <endcall/>")), clock=clock)
    assert call.ending == CALLER_ENDED
    assert call.wire.heard == [{"content": "I'd like to cancel"}, {"content": "Sarah", "type": "end_call"}]


async def test_an_agent_that_adds_nothing_is_asked_after_the_settling_time(clock: VirtualClock) -> None:
    async def agent(wire: Wire) -> None:
        await wire.hear()
        await wire.say("Bananas are yellow.")
        await wire.settle()
        clock.advance(0.5)
        assert await wire.hear() == {"content": CLARIFICATIONS[0]}
        await wire.say("I mean: what is your name?")
        await wire.stay()

    call = await converse(agent, scenario("Hello", (ASKS_NAME, "Sarah <endcall/>")), clock=clock)
    assert call.ending == CALLER_ENDED
    assert call.result.turns[2].time == 0.5


async def test_what_the_agent_adds_can_save_the_caller_from_giving_up(clock: VirtualClock) -> None:
    async def agent(wire: Wire) -> None:
        await wire.hear()
        await wire.say("Bananas are yellow.")
        await wire.say("What is your name?")
        await wire.stay()

    script = scenario("Hello", (ASKS_NAME, "Sarah <endcall/>"), on_no_match="fail")
    call = await converse(agent, script, clock=clock)
    assert call.ending == CALLER_ENDED


async def test_an_agent_that_hangs_up_instead_of_adding_something_has_ended_the_call(
    clock: VirtualClock,
) -> None:
    async def agent(wire: Wire) -> None:
        await wire.hear()
        await wire.say("Bananas are yellow.")
        await wire.settle()
        await wire.say(type="end_call")

    call = await converse(agent, scenario("Hello", (ASKS_NAME, "Sarah")), clock=clock)
    assert call.result.ended_reason == "agent_ended_call"
    assert call.wire.heard == [{"content": "Hello"}]
