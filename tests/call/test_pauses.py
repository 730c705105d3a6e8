"""What the agent does to a caller that pauses: a silence can be interrupted, a hold cannot."""

from __future__ import annotations

import pytest

from pytest_agentsim.clock import VirtualClock
from pytest_agentsim.result import EventKind, FailureKind, Reason
from tests.call.harness import (
    AGENT_CLOSED,
    AGENT_ENDED,
    CALLER_ENDED,
    CALLER_LOOP,
    Wire,
    converse,
    failed,
    scenario,
)

ASKS_NAME = "The agent asks for your name"
ASKS_BIRTH_DATE = "The agent asks for your date of birth"


@pytest.fixture
def clock() -> VirtualClock:
    """Pauses last until the agent moves the time."""
    return VirtualClock(skip_sleeps=False)


@pytest.mark.parametrize("tag", ["silence", "hold"])
async def test_a_pause_of_30_s_costs_no_time(tag: str) -> None:
    clock = VirtualClock()

    async def agent(wire: Wire) -> None:
        await wire.say("What is your name?")
        await wire.stay()

    call = await converse(
        agent, scenario("", (ASKS_NAME, f'<{tag} time="30s"/>Sarah <endcall/>')), clock=clock
    )
    assert call.ending == CALLER_ENDED
    assert [(turn.text, turn.time) for turn in call.result.turns] == [
        ("What is your name?", 0),
        ("Sarah", 30),
    ]
    assert call.wire.heard == [{"content": "Sarah", "type": "end_call"}]


async def test_the_caller_says_nothing_before_its_pause_is_over(clock: VirtualClock) -> None:
    async def agent(wire: Wire) -> None:
        await wire.say("What is your name?")
        await wire.settle()
        clock.advance(29.9)
        await wire.settle()
        await wire.say(metadata={"the caller": "was silent until here"})
        await wire.settle()
        clock.advance(0.1)
        await wire.stay()

    call = await converse(
        agent, scenario("", (ASKS_NAME, 'Sarah <silence time="30s"/> <endcall/>')), clock=clock
    )
    kinds = [event.kind for event in call.result.events]
    assert kinds.index(EventKind.METADATA) < kinds.index(EventKind.CALLER_TURN)
    assert call.result.turns[-1].time == 30


# --- silence -----------------------------------------------------------------------------------------------


async def test_an_interrupted_action_is_dropped_and_the_agents_words_are_matched_afresh(
    clock: VirtualClock,
) -> None:
    async def agent(wire: Wire) -> None:
        await wire.say("What is your name?")
        await wire.settle()
        clock.advance(10)
        await wire.say("And what is your date of birth?")
        await wire.stay()

    script = scenario(
        "", (ASKS_NAME, '<silence time="30s"/>Sarah'), (ASKS_BIRTH_DATE, "January 1, 1990 <endcall/>")
    )
    call = await converse(agent, script, clock=clock)
    assert call.ending == CALLER_ENDED
    assert call.said == [
        "agent: What is your name?",
        "agent: And what is your date of birth?",
        "caller: January 1, 1990",
    ]
    assert call.result.conditions_fired == (2,)
    [interrupted] = call.result.events_of(EventKind.INTERRUPTED)
    assert interrupted.data == {
        "move": "triggers",
        "conditions": [1],
        "by": "And what is your date of birth?",
    }
    assert interrupted.time == 10


async def test_frames_that_are_no_turns_do_not_interrupt(clock: VirtualClock) -> None:
    async def agent(wire: Wire) -> None:
        await wire.say("What is your name?")
        await wire.settle()
        clock.advance(10)
        await wire.say(metadata={"keepalive": True})
        await wire.send("nonsense")
        await wire.settle()
        clock.advance(20)
        await wire.stay()

    call = await converse(
        agent, scenario("", (ASKS_NAME, '<silence time="30s"/>Sarah <endcall/>')), clock=clock
    )
    assert call.said == ["agent: What is your name?", "caller: Sarah"]
    assert call.result.turns[-1].time == 30
    assert not call.result.events_of(EventKind.INTERRUPTED)


async def test_an_interrupted_followup_starts_again(clock: VirtualClock) -> None:
    async def agent(wire: Wire) -> None:
        await wire.hear()
        for words in ("Hi", "Are you there?"):
            await wire.say(words)
            await wire.settle()
            clock.advance(10)
        await wire.settle()
        clock.advance(20)
        await wire.stay()

    call = await converse(agent, scenario("Hello", (0, '<silence time="30s"/>Yes <endcall/>')), clock=clock)
    assert call.ending == CALLER_ENDED
    assert call.said == ["caller: Hello", "agent: Hi", "agent: Are you there?", "caller: Yes"]
    assert call.result.turns[-1].time == 40, "the silence began anew"
    assert len(call.result.events_of(EventKind.INTERRUPTED)) == 1


async def test_a_followup_that_is_interrupted_three_times_ends_the_call_as_a_loop(
    clock: VirtualClock,
) -> None:
    async def agent(wire: Wire) -> None:
        await wire.hear()
        for words in ("Hi", "Are you there?", "Hello?", "Is anybody there?"):
            await wire.say(words)
            await wire.settle()
        clock.advance(1)  # the caller's patience with an agent that does not close
        await wire.stay()

    call = await converse(agent, scenario("Hello", (0, '<silence time="30s"/>Yes')), clock=clock)
    assert call.ending == CALLER_LOOP
    assert call.result.failure_kind is FailureKind.CALLER
    assert "interrupted the followup 1 3 times" in call.result.detail
    assert "<hold>" in call.result.detail
    assert len(call.result.events_of(EventKind.INTERRUPTED)) == 3
    assert call.wire.heard == [{"content": "Hello"}, {"content": "", "type": "end_call"}]
    assert call.said[-1] == "agent: Is anybody there?"


async def test_an_interrupted_first_message_is_never_said(clock: VirtualClock) -> None:
    async def agent(wire: Wire) -> None:
        await wire.say("What is your name?")
        await wire.stay()

    script = scenario('<silence time="5s"/>Hello', (ASKS_NAME, "Sarah <endcall/>"))
    call = await converse(agent, script, clock=clock)
    assert call.said == ["agent: What is your name?", "caller: Sarah"]
    assert call.result.conditions_fired == (1,)


# --- hold --------------------------------------------------------------------------------------------------


async def test_a_hold_is_not_interrupted_and_what_the_agent_said_meanwhile_is_on_record(
    clock: VirtualClock,
) -> None:
    async def agent(wire: Wire) -> None:
        await wire.say("What is your name?")
        await wire.settle()
        clock.advance(10)
        await wire.say("And what is your date of birth?")
        await wire.settle()
        clock.advance(20)
        await wire.hear()
        await wire.say("Thank you, Sarah.")
        await wire.stay()

    script = scenario(
        "",
        (ASKS_NAME, '<hold time="30s"/>Sarah'),
        (ASKS_BIRTH_DATE, "January 1, 1990"),
        (1, "You are welcome <endcall/>"),
    )
    call = await converse(agent, script, clock=clock)
    assert call.ending == CALLER_ENDED
    assert call.said == [
        "agent: What is your name?",
        "agent: And what is your date of birth?",
        "caller: Sarah",
        "agent: Thank you, Sarah.",
        "caller: You are welcome",
    ]
    assert not call.result.events_of(EventKind.INTERRUPTED)
    assert call.result.turns[2].time == 30


async def test_a_hold_without_words_is_followed_by_what_the_agent_said_meanwhile(clock: VirtualClock) -> None:
    async def agent(wire: Wire) -> None:
        await wire.say("One moment, please.")
        await wire.settle()
        await wire.say("What is your name?")
        await wire.settle()
        clock.advance(30)
        await wire.stay()

    script = scenario("", (0, '<hold time="30s"/>'), (ASKS_NAME, "Sarah <endcall/>"))
    call = await converse(agent, script, clock=clock)
    assert call.ending == CALLER_ENDED
    assert call.said == ["agent: One moment, please.", "agent: What is your name?", "caller: Sarah"]
    assert call.result.turns[-1].time == 30


async def test_what_was_said_during_a_hold_is_looked_through_before_the_caller_asks_back(
    clock: VirtualClock,
) -> None:
    async def agent(wire: Wire) -> None:
        await wire.say("One moment, please.")
        await wire.settle()
        await wire.say("Bananas are yellow.")
        await wire.say("What is your name?")
        await wire.settle()
        clock.advance(30)
        await wire.stay()

    script = scenario("", (0, '<hold time="30s"/>'), (ASKS_NAME, "Sarah <endcall/>"))
    call = await converse(agent, script, clock=clock)
    assert call.wire.heard == [{"content": "Sarah", "type": "end_call"}]
    assert call.result.turns[-1].time == 30


# --- the agent ends during a pause -------------------------------------------------------------------------


@pytest.mark.parametrize("tag", ["silence", "hold"])
async def test_the_agent_may_end_the_call_during_a_pause(tag: str, clock: VirtualClock) -> None:
    async def agent(wire: Wire) -> None:
        await wire.say("Hello")
        await wire.settle()
        await wire.say("Nobody there. Goodbye!", type="end_call")
        await wire.settle()
        clock.advance(0.1)  # what the caller grants an agent to close the connection itself
        await wire.stay()

    call = await converse(agent, scenario("", (0, f'<{tag} time="30s"/>Hi')), clock=clock)
    assert call.ending == AGENT_ENDED
    assert call.said == ["agent: Hello", "agent: Nobody there. Goodbye!"]
    assert call.result.duration == 0.1
    assert call.wire.heard == []


async def test_the_agent_that_ends_the_call_at_the_third_interruption_has_ended_it(
    clock: VirtualClock,
) -> None:
    async def agent(wire: Wire) -> None:
        for words in ("Hi", "Are you there?", "Hello?"):
            await wire.say(words)
            await wire.settle()
        await wire.say("Goodbye!", type="end_call")
        await wire.settle()
        clock.advance(0.1)
        await wire.stay()

    call = await converse(agent, scenario("", (0, '<silence time="30s"/>Yes')), clock=clock)
    assert call.ending == AGENT_ENDED
    assert call.wire.heard == [], "nothing is sent to an agent that has said goodbye"


@pytest.mark.parametrize("tag", ["silence", "hold"])
async def test_the_agent_may_close_the_connection_during_a_pause(tag: str, clock: VirtualClock) -> None:
    async def agent(wire: Wire) -> None:
        await wire.say("Hello")
        await wire.settle()

    call = await converse(agent, scenario("", (0, f'<{tag} time="30s"/>Hi')), clock=clock)
    assert call.ending == AGENT_CLOSED
    assert call.said == ["agent: Hello"]


@pytest.mark.parametrize("tag", ["silence", "hold"])
async def test_the_connection_may_be_lost_during_a_pause(tag: str, clock: VirtualClock) -> None:
    async def agent(wire: Wire) -> None:
        await wire.say("Hello")
        await wire.settle()
        wire.drop()

    call = await converse(agent, scenario("", (0, f'<{tag} time="30s"/>Hi')), clock=clock)
    assert call.ending == failed(Reason.CONNECTION_LOST)
    assert call.said == ["agent: Hello"]
