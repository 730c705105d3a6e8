"""Interruptions in both directions: when the caller stops, what it says of it, and what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_agentsim.result import EventKind, Reason, Speaker, Status, Turn
from tests.voice.harness import Agent, Conducted, conditions, conduct, prompt, speech

if TYPE_CHECKING:
    from collections.abc import Sequence

LONG = "I would like to change my appointment to another day"  # 52 letters: 2.6 s
TALK = conditions(("", LONG), ('contains "name"', "Sarah"), ('contains "bye"', "<endcall/>"))
HELP = conditions(
    ("", "Hello"), ('contains "help"', LONG), ('contains "name"', "Sarah"), ('contains "bye"', "<endcall/>")
)
HEARD = ["how can I help", "your name", "bye"]
ENDED = (Status.COMPLETED, Reason.CALLER_ENDED)


async def ask_and_part(agent: Agent, seconds: float = 0.9) -> None:
    """Say something, hear the answer, say goodbye."""
    await agent.say(speech(seconds))
    await agent.until_caller_is_silent()
    await agent.say(speech(0.6))
    await agent.stay()


def wire(agent: Agent, since: int = 0) -> list[str]:
    """What the caller has sent, as kinds, from the `since`-th entry of the agent's order on."""
    return [kind for who, kind in agent.order[since:] if who == "caller"]


def ids(agent: Agent, type_: str) -> list[str]:
    return [event["data"]["utterance_id"] for event in agent.events if event["type"] == type_]


def first(call: Conducted, speaker: Speaker) -> Turn:
    return call.result.said_by(speaker)[0]


# --- by speech.started ------------------------------------------------------------------------------------------


async def interrupted_after(frames: int) -> tuple[Conducted, int]:
    """Interrupt the caller's answer after so many of its frames by an event; returns where that was sent."""
    sent_at = 0

    async def program(agent: Agent) -> None:
        nonlocal sent_at
        await agent.until_caller_is_silent()
        await agent.say(speech(0.8))
        await agent.until_caller_speaks()
        await agent.wait((frames - 1) * 0.02)
        sent_at = len(agent.order)
        await agent.event("speech.started", utterance_id="a1")
        await ask_and_part(agent)

    return await conduct(program, HELP, recognized=HEARD), sent_at


async def test_speech_started_stops_the_caller_within_a_frame_and_completes_its_utterance() -> None:
    call, sent_at = await interrupted_after(50)
    after = wire(call.agent, sent_at)
    assert after[:4] == ["speech.completed", "silence", "silence", "silence"]
    assert ids(call.agent, "speech.started")[:2] == ids(call.agent, "speech.completed")[:2]
    call.check(*ENDED)


async def test_the_caller_listens_and_matches_afresh_after_an_interruption() -> None:
    call, _ = await interrupted_after(75)
    call.check(*ENDED)
    assert call.said[2:] == [
        "caller: I would like to change my—",
        "agent: your name",
        "caller: Sarah",
        "agent: bye",
    ]
    assert [turn.interrupted for turn in call.result.turns] == [False, False, True, False, False, False]
    assert [data["by"] for data in call.events(EventKind.INTERRUPTED)] == ["the agent's speech.started"]


@pytest.mark.parametrize("frames", [1, 5, 9])
async def test_an_interruption_before_the_callers_own_event_still_brackets_its_audio(frames: int) -> None:
    call, sent_at = await interrupted_after(frames)
    assert wire(call.agent, sent_at)[:3] == ["speech.started", "speech.completed", "silence"]
    assert ids(call.agent, "speech.started") == ids(call.agent, "speech.completed")


async def test_an_interruption_of_the_trailing_audio_ends_it_but_what_was_said_counts() -> None:
    sent_at = 0

    async def program(agent: Agent) -> None:
        nonlocal sent_at
        await agent.until_event("speech.completed")
        await agent.wait(0.06)
        sent_at = len(agent.order)
        await agent.event("speech.started", utterance_id="a1")
        await ask_and_part(agent)

    call = await conduct(program, TALK, recognized=["your name", "bye"])
    call.check(*ENDED)
    assert wire(call.agent, sent_at)[:5] == ["silence"] * 5
    assert ids(call.agent, "speech.completed") == ids(call.agent, "speech.started")
    assert call.said[0] == f"caller: {LONG}"
    assert not any(turn.interrupted for turn in call.result.turns)
    assert call.events(EventKind.INTERRUPTED) == []
    assert call.result.conditions_fired == (0, 1, 2)
    # The answer followed at once, so its latency is known: from where the caller really stopped.
    assert call.result.latencies[0].seconds == pytest.approx(0.0, abs=0.03)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(frames=st.integers(1, 129))
async def test_whenever_the_interruption_comes_nothing_follows_and_the_events_are_in_pairs(
    frames: int,
) -> None:
    call, sent_at = await interrupted_after(frames)
    call.check(*ENDED)
    after = wire(call.agent, sent_at)
    next_speech = after.index("audio")
    assert next_speech > 30  # the agent speaks for 0.9 s, and the caller hears it out
    assert set(after[:next_speech]) <= {"silence", "speech.completed", "speech.started"}
    pairs = [(event["type"], event["data"]["utterance_id"]) for event in call.agent.events]
    utterances = list(dict.fromkeys(utterance for _, utterance in pairs))
    assert pairs == [
        (type_, utterance) for utterance in utterances for type_ in ("speech.started", "speech.completed")
    ]
    interrupted = call.result.turns[2]
    assert LONG.startswith(interrupted.text.removesuffix("—"))
    assert interrupted.interrupted == interrupted.text.endswith("—")
    assert [turn.text for turn in call.result.turns[3:]] == ["your name", "Sarah", "bye"]


async def test_speech_started_while_the_caller_is_silent_interrupts_nothing() -> None:
    async def program(agent: Agent) -> None:
        await agent.event("speech.started", utterance_id="a0")
        await agent.event("speech.completed", utterance_id="a0")
        await agent.until_caller_is_silent()
        await agent.event("speech.started", utterance_id="a1")
        await ask_and_part(agent)

    call = await conduct(program, TALK, recognized=["your name", "bye"])
    call.check(*ENDED)
    assert not any(turn.interrupted for turn in call.result.turns)
    assert call.result.turns[0].text == LONG


# --- by the agent's voice ---------------------------------------------------------------------------------------


async def talked_over(
    seconds: float, heard: Sequence[str], plan: dict[str, float] | None = None
) -> tuple[Conducted, float]:
    """Speak for so long 0.5 s into the caller's answer; returns how long the caller spoke on."""
    began = 0

    async def program(agent: Agent) -> None:
        nonlocal began
        await agent.until_caller_is_silent()
        await agent.say(speech(0.8))
        await agent.until_caller_speaks()
        await agent.wait(0.5)
        began = agent.frames
        await agent.say(speech(seconds))
        await agent.until_caller_is_silent(1.5)
        await ask_and_part(agent)

    fields = {}
    if plan is not None:
        fields["personality"] = {"name": "patient", "base": "normal", "stop_speaking_plan": plan}
    call = await conduct(program, HELP, recognized=heard, scenario_fields=fields)
    frames = [frame for frame in call.agent.heard if isinstance(frame, bytes)]
    spoke_until = next(number for number in range(began, len(frames)) if not any(frames[number]))
    return call, (spoke_until - began) / 50


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (None, 0.3),
        ({"num_words": 0, "voice_seconds": 0.3, "backoff_seconds": 0}, 0.3),
        ({"num_words": 0, "voice_seconds": 0.8, "backoff_seconds": 0}, 0.8),
        ({"num_words": 3, "voice_seconds": 0.2, "backoff_seconds": 0}, 1.2),
    ],
)
async def test_an_agent_that_just_talks_makes_the_caller_give_way(
    plan: dict[str, float] | None, expected: float
) -> None:
    call, spoke_on = await talked_over(1.6, ["how can I help", "your name"], plan)
    # The agent's audio is heard 40 ms after it arrives, and a sound is known to be speech up to 80 ms later.
    assert expected <= spoke_on <= expected + 0.13
    interrupted = call.result.turns[2]
    assert interrupted.interrupted
    assert LONG.startswith(interrupted.text.removesuffix("—"))
    assert call.events(EventKind.INTERRUPTED)[0]["by"] == "the agent's voice"
    assert ids(call.agent, "speech.completed") == ids(call.agent, "speech.started")
    assert call.said[3:5] == ["agent: your name", "caller: Sarah"]


@pytest.mark.parametrize(("backoff", "silent"), [(0.0, 1.05), (1.5, 1.5), (3.0, 3.0)])
async def test_a_caller_who_has_given_way_stays_silent_for_as_long_as_its_personality_says(
    backoff: float, silent: float
) -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.say(speech(0.8))
        await agent.until_caller_speaks()
        await agent.wait(0.5)
        await agent.say(speech(0.7))
        await agent.until_caller_speaks()
        await agent.until_caller_is_silent()
        await agent.say(speech(0.6))
        await agent.stay()

    plan = {"num_words": 0, "voice_seconds": 0.3, "backoff_seconds": backoff}
    personality = {"base": "normal", "stop_speaking_plan": plan}
    heard = ["how can I help", "your name", "bye"]
    call = await conduct(program, HELP, recognized=heard, scenario_fields={"personality": personality})
    call.check(*ENDED)
    cut = next(turn for turn in call.result.turns if turn.interrupted)
    answer = next(turn for turn in call.result.turns if turn.text == "Sarah")
    assert cut.end is not None
    assert answer.time - cut.end == pytest.approx(silent, abs=0.1)


@pytest.mark.parametrize("seconds", [0.1, 0.2, 0.25])
async def test_a_cough_does_not_stop_the_caller(seconds: float) -> None:
    call, _ = await talked_over(seconds, [*HEARD, ""])
    call.check(*ENDED)
    assert f"caller: {LONG}" in call.said
    assert not any(turn.interrupted for turn in call.result.said_by(Speaker.CALLER))


async def test_two_coughs_far_apart_do_not_add_up() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_speaks()
        for _ in range(2):
            await agent.say(speech(0.2))
            await agent.wait(1.0)
        await agent.wait(0.5)
        await ask_and_part(agent)

    call = await conduct(program, TALK, recognized=["your name", "bye"])
    call.check(*ENDED)
    assert f"caller: {LONG}" in call.said
    assert not any(turn.interrupted for turn in call.result.turns)


async def test_only_what_the_agent_says_into_an_utterance_makes_the_caller_give_way() -> None:
    began = 0

    async def program(agent: Agent) -> None:
        nonlocal began
        await agent.until_caller_is_silent()
        # The hold ends in the pause after these words, which are still the agent's turn then.
        await agent.wait(0.5)
        await agent.say(speech(1.5))
        await agent.until_caller_speaks()
        await agent.wait(1.2)
        began = agent.frames
        await agent.say(speech(0.8))
        await ask_and_part(agent)

    script = conditions(
        ("", f'One moment <hold time="2.8s"/> {LONG}'),
        ('contains "name"', "Sarah"),
        ('contains "bye"', "<endcall/>"),
    )
    call = await conduct(program, script, recognized=["your name", "bye", "sure"])
    hold_ended = call.events(EventKind.UTTERANCE)[1]["start"]
    [sure] = [turn for turn in call.result.said_by(Speaker.AGENT) if turn.text == "sure"]
    assert sure.end is not None
    assert 0.2 < hold_ended - sure.end < 0.7
    frames = [frame for frame in call.agent.heard if isinstance(frame, bytes)]
    spoke_until = next(number for number in range(began, len(frames)) if not any(frames[number]))
    assert (spoke_until - began) / 50 == pytest.approx(0.37, abs=0.07)


# --- what cannot be interrupted ---------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["event", "voice"])
@pytest.mark.parametrize(
    "action", [f"<ignore_interruptions>{LONG}</ignore_interruptions>", f'<ivr text="{LONG}"/>']
)
async def test_what_is_said_in_spite_of_interruptions_plays_out(action: str, how: str) -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_speaks()
        await agent.wait(0.5)
        if how == "event":
            await agent.event("speech.started", utterance_id="a1")
        await agent.say(speech(0.8))
        await agent.until_caller_is_silent()
        await agent.wait(1)
        await ask_and_part(agent)

    script = conditions(("", action), ('contains "name"', "Sarah"), ('contains "bye"', "<endcall/>"))
    call = await conduct(program, script, recognized=["your name", "bye", "what"])
    call.check(*ENDED)
    # What the agent said meanwhile is in the transcript, but nothing answers it.
    assert call.said == ["agent: what", f"caller: {LONG}", "agent: your name", "caller: Sarah", "agent: bye"]
    assert not any(turn.interrupted for turn in call.result.turns)


async def test_a_hold_is_not_interrupted() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.say(speech(0.8))
        await agent.until_caller_is_silent()
        await ask_and_part(agent)

    script = conditions(
        ("", 'One moment <hold time="3s"/> thank you'),
        ('contains "name"', "Sarah"),
        ('contains "bye"', "<endcall/>"),
    )
    call = await conduct(program, script, recognized=["sure", "your name", "bye"])
    call.check(*ENDED)
    assert call.said[:2] == ["agent: sure", "caller: One moment thank you"]
    assert call.events(EventKind.INTERRUPTED) == []


async def test_a_silence_is_interrupted_by_the_agent() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.wait(0.5)
        await ask_and_part(agent)

    script = conditions(
        ("", 'One moment <silence time="5s"/> thank you'),
        ('contains "name"', "Sarah"),
        ('contains "bye"', "<endcall/>"),
    )
    call = await conduct(program, script, recognized=["your name", "bye"])
    call.check(*ENDED)
    assert call.said == ["caller: One moment", "agent: your name", "caller: Sarah", "agent: bye"]
    assert call.result.turns[0].interrupted


async def test_a_silence_that_nobody_breaks_lasts_as_long_as_it_says() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent(2)
        await agent.until_caller_is_silent()
        await agent.say(speech(0.6))
        await agent.stay()

    script = conditions(("", 'One moment <silence time="5s"/> thank you'), ('contains "bye"', "<endcall/>"))
    call = await conduct(program, script, recognized=["bye"])
    call.check(*ENDED)
    before, after = call.events(EventKind.UTTERANCE)
    assert after["start"] - before["end"] == pytest.approx(5.0, abs=0.041)


# --- followups --------------------------------------------------------------------------------------------------

FOLLOWUP = conditions(("", "Hello"), ("", LONG, 0), ('contains "bye"', "<endcall/>"))


def interrupting(times: int) -> Any:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.say(speech(0.8))
        for number in range(times):
            await agent.until_caller_speaks()
            await agent.wait(0.7)
            await agent.event("speech.started", utterance_id=f"a{number}")
            await agent.say(speech(0.8))
        await agent.until_caller_is_silent()
        await agent.say(speech(0.6))
        await agent.stay()

    return program


async def test_an_interrupted_followup_starts_again_from_its_beginning() -> None:
    call = await conduct(interrupting(2), FOLLOWUP, recognized=["bye", "well", "wait", "wait"])
    call.check(*ENDED)
    texts = [turn.text for turn in call.result.said_by(Speaker.CALLER)]
    assert texts[0] == "Hello"
    assert texts[1] == texts[2] != LONG
    assert texts[3] == LONG
    assert [turn.interrupted for turn in call.result.said_by(Speaker.CALLER)] == [False, True, True, False]


async def test_a_followup_that_is_interrupted_three_times_is_a_loop() -> None:
    call = await conduct(interrupting(3), FOLLOWUP)
    call.check(Status.FAILED, Reason.CALLER_LOOP)


async def test_an_interrupted_standard_action_is_not_said_again() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.say(speech(0.8))
        await agent.until_caller_speaks()
        await agent.wait(0.5)
        await agent.event("speech.started", utterance_id="a1")
        await ask_and_part(agent)

    call = await conduct(program, HELP, recognized=HEARD)
    call.check(*ENDED)
    assert call.said[2:] == ["caller: I would—", "agent: your name", "caller: Sarah", "agent: bye"]


# --- the caller interrupts --------------------------------------------------------------------------------------


def cutting_in(after: float, *more: tuple[str, str] | tuple[str, str, int]) -> dict[str, Any]:
    return conditions(
        ("", "Hello"),
        ("", f'<interruption time="{after:g}s"/> Wait a moment', 0),
        *more,
        ('contains "bye"', "<endcall/>"),
    )


def span_of(call: Conducted, text: str) -> tuple[float, float]:
    data = next(each for each in call.events(EventKind.UTTERANCE) if each["text"] == text)
    return data["start"], data["end"]


@pytest.mark.parametrize("after", [0.5, 1.0, 2.0])
async def test_the_caller_cuts_into_the_agents_turn_at_the_moment_that_is_asked_for(after: float) -> None:
    began = 0

    async def program(agent: Agent) -> None:
        nonlocal began
        await agent.until_caller_is_silent()
        began = agent.frames
        # It interrupts in turn, and talks on for a while: the caller yields to neither.
        await agent.say(speech(after + 0.2))
        await agent.event("speech.started", utterance_id="a1")
        await agent.say(speech(0.4))
        await agent.wait(1.5)
        await agent.say(speech(0.6))
        await agent.stay()

    call = await conduct(program, cutting_in(after), recognized=["bye", "well let me explain"])
    call.check(*ENDED)
    frames = [frame for frame in call.agent.heard if isinstance(frame, bytes)]
    cut_in = next(number for number in range(began, len(frames)) if any(frames[number]))
    # Audio that answers the agent's n-th frame arrives with it; the agent's first sample was played from there on.
    assert (cut_in - began) * 0.02 == pytest.approx(after, abs=0.021)
    turns = {turn.text: turn for turn in call.result.turns}
    assert turns["well let me explain"].interrupted
    assert not turns["Wait a moment"].interrupted
    assert not turns["bye"].interrupted
    start, _ = span_of(call, "Wait a moment")
    assert start - turns["well let me explain"].time == pytest.approx(after, abs=0.001)


async def test_a_caller_whom_the_agent_lets_finish_simply_answers() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.say(speech(1.0))
        await agent.until_caller_is_silent()
        await agent.say(speech(0.6))
        await agent.stay()

    call = await conduct(program, cutting_in(2.0), recognized=["bye", "yes please"])
    call.check(*ENDED)
    assert call.said == ["caller: Hello", "agent: yes please", "caller: Wait a moment", "agent: bye"]
    assert not any(turn.interrupted for turn in call.result.turns)


async def test_the_caller_cuts_into_each_turn_once() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.say(speech(1.4))
        await agent.wait(1.5)
        await agent.say(speech(1.4))
        await agent.wait(1.5)
        await agent.say(speech(0.6))
        await agent.stay()

    script = cutting_in(1.0, ("", '<interruption time="1s"/> Listen to me', 1))
    call = await conduct(program, script, recognized=["bye", "first", "second"])
    call.check(*ENDED)
    turns = {turn.text: turn for turn in call.result.turns}
    for text, said in [("first", "Wait a moment"), ("second", "Listen to me")]:
        assert turns[text].interrupted
        assert turns[said].time - turns[text].time == pytest.approx(1.0, abs=0.001)


async def test_a_turn_that_goes_on_after_the_caller_has_cut_in_is_not_cut_into_again() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.say(speech(5.0))
        await agent.until_caller_is_silent()
        await agent.say(speech(0.6))
        await agent.stay()

    script = cutting_in(1.0, ("", '<interruption time="1s"/> Listen to me', 1))
    call = await conduct(program, script, recognized=["bye", "a long story"])
    call.check(*ENDED)
    turns = {turn.text: turn for turn in call.result.turns}
    story = turns["a long story"]
    assert story.end is not None
    assert turns["Wait a moment"].time - story.time == pytest.approx(1.0, abs=0.001)
    assert turns["Listen to me"].time > story.end + 0.6


async def test_the_caller_cuts_into_a_turn_that_began_before_it_had_finished_itself() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_speaks()
        await agent.wait(0.2)  # "Hello" takes 0.25 s
        await agent.say(speech(1.4))
        await agent.wait(1.5)
        await agent.say(speech(0.6))
        await agent.stay()

    call = await conduct(program, cutting_in(1.0), recognized=["bye", "let me explain"])
    call.check(*ENDED)
    turns = {turn.text: turn for turn in call.result.turns}
    assert turns["Wait a moment"].time - turns["let me explain"].time == pytest.approx(1.0, abs=0.001)


# --- marks ------------------------------------------------------------------------------------------------------


def echoes(agent: Agent) -> Sequence[tuple[int, str]]:
    """After how many of the caller's audio frames each mark was echoed."""
    found, frames = [], 0
    marks = iter(event["data"]["name"] for event in agent.events if event["type"] == "mark")
    for who, kind in agent.order:
        frames += who == "caller" and kind in ("audio", "silence")
        if (who, kind) == ("caller", "mark"):
            found.append((frames, next(marks)))
    return found


async def test_a_mark_is_echoed_when_all_audio_before_it_has_been_played() -> None:
    began = 0

    async def program(agent: Agent) -> None:
        nonlocal began
        await agent.event("mark", name="at once")
        await agent.until_caller_is_silent()
        began = agent.frames
        await agent.say(speech(1.0), burst=True)
        await agent.event("mark", name="one")
        await agent.say(speech(0.5), burst=True)
        await agent.event("mark", name="two")
        await agent.until_caller_is_silent()
        await agent.say(speech(0.6))
        await agent.stay()

    call = await conduct(program, TALK, recognized=["your name", "bye"])
    call.check(*ENDED)
    at_once, one, two = echoes(call.agent)
    assert at_once[1] == "at once"
    assert at_once[0] <= 2
    assert one == (began + 50, "one")
    assert two == (began + 75, "two")
    sent = {event["id"] for event in call.agent.events if event["type"] == "mark"}
    assert "b1" not in sent
    assert len(sent) == 3


async def test_a_barge_in_does_not_cancel_a_mark() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_speaks()
        await agent.wait(0.5)
        await agent.event("speech.started", utterance_id="a1")
        await agent.say(prompt("appointment"), burst=True)
        await agent.event("mark", name="asked")
        await agent.until_caller_speaks()
        await agent.until_caller_is_silent()
        await agent.say(speech(0.6))
        await agent.stay()

    call = await conduct(program, TALK, recognized=["your name", "bye"])
    assert [name for _, name in echoes(call.agent)] == ["asked"]
    assert call.result.turns[0].interrupted


async def test_a_mark_that_is_due_after_the_agent_has_hung_up_harms_nobody() -> None:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.say(speech(1.0), burst=True)
        await agent.event("mark", name="last")
        await agent.hang_up()

    call = await conduct(program, conditions(("", "Hello")), recognized=["goodbye"])
    call.check(Status.COMPLETED, Reason.AGENT_ENDED)
    assert call.said == ["caller: Hello", "agent: goodbye"]
