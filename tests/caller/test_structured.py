"""The structured caller: which conditions speak when."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_agentsim.caller.matcher.offline import OfflineMatcher
from pytest_agentsim.caller.realiser import OfflineRealiser
from pytest_agentsim.caller.structured import Move, MoveKind, StructuredCaller
from pytest_agentsim.caller.voice_steps import Speak, voice_steps
from pytest_agentsim.errors import ProfileKeyError
from pytest_agentsim.result import Reason
from pytest_agentsim.scenario.loader import load_mapping
from pytest_agentsim.scenario.personality import Wording


def row(number: int, condition: str | int, action: str, **more: Any) -> dict[str, Any]:
    kind = "action_followup" if isinstance(condition, int) else "standard"
    return {
        "id": number,
        "condition": condition,
        "action": action,
        "type": kind,
        "fixed_message": True,
        **more,
    }


def make_caller(
    *rows: dict[str, Any], profile: dict[str, Any] | None = None, may_hang_up: bool = True, **scenario: Any
) -> StructuredCaller:
    rows = rows if rows[0]["id"] == 0 else (row(0, "FIRST_MESSAGE", "Hello"), *rows)
    loaded = load_mapping(
        {
            "name": "test",
            "scenario_type": "conditional_actions",
            "scenario_language": "en",
            "conditional_actions": {"role": "A patient", "conditions": list(rows)},
            **scenario,
        }
    )
    assert loaded.script is not None
    variables = profile or {}
    return StructuredCaller(
        loaded,
        loaded.script,
        variables=variables,
        matcher=OfflineMatcher(),
        realiser=OfflineRealiser(role="A patient", variables=variables, wording=Wording.PLAIN, language="en"),
        may_hang_up=may_hang_up,
    )


def opened(caller: StructuredCaller) -> StructuredCaller:
    move = caller.open()
    if move is not None:
        caller.finished(move)
    return caller


async def reply(caller: StructuredCaller, agent_text: str) -> Move:
    """Let the caller answer and take note that it did."""
    move = await caller.respond(agent_text, [])
    caller.finished(move)
    return move


def said(move: Move) -> str:
    assert move.action is not None, f"nothing was said: {move}"
    return move.action.text


ASKS_NAME = row(1, "The agent asks for your name", "Sarah")
ASKS_BIRTH_DATE = row(2, "The agent asks for your date of birth", "January 1")


class TestOpening:
    def test_the_first_message_is_spoken_on_connecting(self) -> None:
        move = make_caller(row(0, "FIRST_MESSAGE", "Hi there")).open()
        assert move is not None
        assert (move.kind, move.conditions, said(move)) == (MoveKind.FIRST_MESSAGE, (0,), "Hi there")

    def test_an_empty_first_message_waits_for_the_agent(self) -> None:
        assert make_caller(row(0, "FIRST_MESSAGE", "")).open() is None

    async def test_followups_of_an_empty_first_message_come_after_the_agents_greeting(self) -> None:
        caller = opened(make_caller(row(0, "FIRST_MESSAGE", ""), row(1, 0, "I am here")))
        assert (await reply(caller, "Hello!")).conditions == (1,)

    def test_a_missing_profile_key_ends_it_before_it_begins(self) -> None:
        with pytest.raises(ProfileKeyError, match="nickname"):
            make_caller(row(1, "The agent asks for your name", "{{test_profile.nickname}}"))


class TestTriggers:
    async def test_the_condition_that_holds_speaks(self) -> None:
        caller = opened(make_caller(ASKS_NAME, ASKS_BIRTH_DATE))
        move = await reply(caller, "What is your date of birth?")
        assert (move.kind, move.conditions, said(move)) == (MoveKind.TRIGGERS, (2,), "January 1")

    async def test_several_that_hold_are_merged_in_script_order(self) -> None:
        caller = opened(make_caller(ASKS_NAME, ASKS_BIRTH_DATE))
        move = await reply(caller, "What is your name? And what is your date of birth?")
        assert (move.conditions, said(move)) == ((1, 2), "Sarah January 1")

    async def test_a_condition_speaks_again_whenever_it_holds_again(self) -> None:
        caller = opened(make_caller(ASKS_NAME))
        assert [(await reply(caller, text)).conditions for text in ("Your name?", "What is your name?")] == [
            (1,),
            (1,),
        ]

    async def test_a_condition_that_has_spoken_and_just_holds_leaves_it_to_another(self) -> None:
        vague = row(2, "The agent juggles purple lanterns beside rivers", "Oh")
        caller = opened(make_caller(ASKS_NAME, vague))
        said_by_agent = "Purple lanterns beside rivers."
        first = await reply(caller, said_by_agent)
        then = await reply(caller, f"{said_by_agent} What is your name?")
        assert (first.conditions, then.conditions) == ((2,), (1,))

    async def test_of_the_same_wording_the_earliest_that_has_not_spoken_does(self) -> None:
        wordings = (
            "The agent asks for your name",
            "the agent asks  for your name",
            "The agent asks for your name",
        )
        caller = opened(
            make_caller(
                *(row(number, text, f"answer {number}") for number, text in enumerate(wordings, start=1))
            )
        )
        spoken = [
            (await reply(caller, f"What is your name{sign}")).conditions
            for sign in ("?", "??", "???", "????")
        ]
        assert spoken == [(1,), (2,), (3,), (3,)]

    async def test_contains_is_taken_by_the_letter(self) -> None:
        caller = opened(make_caller(row(1, 'contains "moment" AND contains "account"', "Yes")))
        move = await reply(caller, "One MOMENT, I have your account")
        assert move.conditions == (1,)

    async def test_an_instruction_is_realised_from_the_profile(self) -> None:
        instruction = row(
            1, "The agent asks for your date of birth", "Provide your date of birth", fixed_message=False
        )
        caller = opened(make_caller(instruction, profile={"date_of_birth": "1990-01-01"}))
        assert "January 1, 1990" in said(await reply(caller, "What is your date of birth?"))

    async def test_the_decision_names_every_trigger_and_its_score(self) -> None:
        caller = opened(make_caller(ASKS_NAME, ASKS_BIRTH_DATE))
        move = await reply(caller, "What is your name?")
        assert move.decision is not None
        assert [candidate.condition_id for candidate in move.decision.candidates] == [1, 2]
        assert [candidate.holds for candidate in move.decision.candidates] == [True, False]


class TestFollowups:
    async def test_a_followup_speaks_in_the_turn_after_its_parent_whatever_the_agent_says(self) -> None:
        caller = opened(make_caller(row(0, "FIRST_MESSAGE", "Hi"), row(1, 0, "one"), row(2, 1, "two")))
        assert [
            said(await reply(caller, text)) for text in ("Colourless green ideas", "sleep furiously")
        ] == ["one", "two"]

    async def test_it_speaks_alone_and_triggers_that_hold_are_only_recorded(self) -> None:
        caller = opened(make_caller(row(0, "FIRST_MESSAGE", "Hi"), ASKS_NAME, row(2, 0, "First this")))
        move = await reply(caller, "What is your name?")
        assert (move.kind, move.conditions, said(move)) == (MoveKind.FOLLOWUP, (2,), "First this")
        assert move.decision is not None
        assert move.decision.holding == (1,)

    async def test_a_parent_that_speaks_again_has_its_followup_speak_again(self) -> None:
        caller = opened(make_caller(ASKS_NAME, row(2, 1, "and that is that")))
        spoken = [
            (await reply(caller, text)).conditions
            for text in ("Your name?", "Thanks", "What is your name?", "Ok")
        ]
        assert spoken == [(1,), (2,), (1,), (2,)]

    async def test_several_followups_of_one_parent_speak_together(self) -> None:
        caller = opened(make_caller(row(0, "FIRST_MESSAGE", "Hi"), row(1, 0, "one"), row(2, 0, "two")))
        assert said(await reply(caller, "Hello")) == "one two"


class TestNothingHolds:
    async def test_the_caller_clarifies_twice_and_then_gives_up(self) -> None:
        caller = opened(make_caller(ASKS_NAME))
        moves = [await reply(caller, "Bananas are yellow.") for _ in range(3)]
        assert [move.kind for move in moves] == [
            MoveKind.CLARIFICATION,
            MoveKind.CLARIFICATION,
            MoveKind.GIVE_UP,
        ]
        assert moves[-1].reason is Reason.CALLER_STUCK

    async def test_giving_up_names_the_nearest_trigger_and_its_score(self) -> None:
        caller = opened(make_caller(ASKS_NAME, on_no_match="fail"))
        move = await reply(caller, "Bananas are yellow.")
        assert "'The agent asks for your name' scored 0." in move.detail
        assert "Bananas are yellow" in move.detail

    async def test_a_turn_that_is_understood_in_between_starts_the_count_afresh(self) -> None:
        caller = opened(make_caller(ASKS_NAME))
        texts = ["Bananas.", "Apples.", "What is your name?", "Bananas.", "Apples."]
        kinds = [(await reply(caller, text)).kind for text in texts]
        assert kinds[3:] == [MoveKind.CLARIFICATION, MoveKind.CLARIFICATION]

    async def test_it_can_wait_instead(self) -> None:
        caller = opened(make_caller(ASKS_NAME, on_no_match="wait"))
        assert (await reply(caller, "Bananas are yellow.")).kind is MoveKind.WAIT

    async def test_with_the_end_call_tool_the_caller_answers_a_goodbye_and_hangs_up(self) -> None:
        caller = opened(make_caller(ASKS_NAME, tools=["TOOL_END_CALL"]))
        move = await reply(caller, "Thank you for calling. Goodbye!")
        assert move.kind is MoveKind.FAREWELL

    async def test_with_the_end_call_tool_the_caller_hangs_up_when_all_has_been_said(self) -> None:
        caller = opened(make_caller(ASKS_NAME, tools=["TOOL_END_CALL"]))
        await reply(caller, "What is your name?")
        assert (await reply(caller, "Bananas are yellow.")).kind is MoveKind.FAREWELL

    async def test_a_personality_that_may_not_end_calls_does_not_whatever_its_tools_are(self) -> None:
        caller = opened(make_caller(ASKS_NAME, tools=["TOOL_END_CALL"], may_hang_up=False))
        move = await reply(caller, "Thank you for calling. Goodbye!")
        assert move.kind is MoveKind.CLARIFICATION

    async def test_without_it_a_goodbye_is_nothing_special(self) -> None:
        caller = opened(make_caller(ASKS_NAME))
        assert (await reply(caller, "Thank you for calling. Goodbye!")).kind is MoveKind.CLARIFICATION


class TestInterruptions:
    async def test_a_followup_starts_again(self) -> None:
        caller = opened(make_caller(row(0, "FIRST_MESSAGE", "Hi"), row(1, 0, "A long story")))
        move = await caller.respond("Hello", [])
        assert caller.interrupted(move) is None
        again = await caller.respond("Are you there?", [])
        assert (again.kind, again.conditions) == (MoveKind.FOLLOWUP, (1,))

    async def test_a_followup_that_starts_again_three_times_is_a_loop(self) -> None:
        caller = opened(make_caller(row(0, "FIRST_MESSAGE", "Hi"), row(1, 0, "A long story")))
        endings = [caller.interrupted(await caller.respond("Hello?", [])) for _ in range(3)]
        assert endings[:2] == [None, None]
        assert endings[2] is not None
        assert endings[2].reason is Reason.CALLER_LOOP

    async def test_a_standard_action_is_dropped_and_the_agents_words_are_matched_afresh(self) -> None:
        caller = opened(make_caller(ASKS_NAME, ASKS_BIRTH_DATE))
        assert caller.interrupted(await caller.respond("What is your name?", [])) is None
        assert (await reply(caller, "What is your date of birth?")).conditions == (2,)

    async def test_a_dropped_action_counts_as_not_spoken(self) -> None:
        same = "The agent asks for your name"
        caller = opened(make_caller(row(1, same, "one"), row(2, same, "two")))
        caller.interrupted(await caller.respond("What is your name?", []))
        assert said(await reply(caller, "What is your name?")) == "one"

    async def test_a_first_message_is_never_said_again(self) -> None:
        caller = make_caller(row(0, "FIRST_MESSAGE", "Hi"), ASKS_NAME)
        opening = caller.open()
        assert opening is not None
        caller.interrupted(opening)
        assert (await reply(caller, "What is your name?")).conditions == (1,)


async def test_an_agent_that_repeats_itself_and_gets_the_same_answer_five_times_ends_the_call() -> None:
    caller = opened(make_caller(ASKS_NAME))
    moves = [await reply(caller, "What is your name?") for _ in range(5)]
    assert [move.kind for move in moves] == [MoveKind.TRIGGERS] * 4 + [MoveKind.GIVE_UP]
    assert moves[-1].reason is Reason.CALLER_STUCK


class TestVoiceCalls:
    """What a call needs to know before it has the agent's words."""

    async def test_words_are_needed_unless_a_followup_is_due(self) -> None:
        caller = opened(make_caller(row(0, "FIRST_MESSAGE", "Hi"), row(1, 0, "one")))
        needed = [caller.needs_words]
        await reply(caller, "Hello")
        assert [*needed, caller.needs_words] == [False, True]

    async def test_a_followup_speaks_without_the_agents_words(self) -> None:
        caller = opened(make_caller(row(0, "FIRST_MESSAGE", "Hi"), ASKS_NAME, row(2, 0, "one")))
        move = await reply(caller, "")
        assert (move.kind, said(move), move.decision) == (MoveKind.FOLLOWUP, "one", None)

    @pytest.mark.parametrize(
        ("followup", "seconds"),
        [
            ('<interruption time="1.5s"/>Wait!', 1.5),
            (' <wobble/><interruption time="0s"/>Wait!', 0.0),
            ("Wait!", None),
        ],
    )
    async def test_a_followup_tells_when_it_cuts_in(self, followup: str, seconds: float | None) -> None:
        caller = opened(make_caller(row(0, "FIRST_MESSAGE", "Hi"), row(1, 0, followup)))
        assert caller.cut_in == seconds

    async def test_nothing_cuts_in_once_the_followup_has_been_made(self) -> None:
        caller = opened(
            make_caller(row(0, "FIRST_MESSAGE", "Hi"), row(1, 0, '<interruption time="1s"/>Wait!'))
        )
        await reply(caller, "")
        assert caller.cut_in is None

    async def test_an_instruction_never_cuts_in(self) -> None:
        instruction = row(1, 0, '<interruption time="1s"/>Ask for the time', fixed_message=False)
        assert opened(make_caller(row(0, "FIRST_MESSAGE", "Hi"), instruction)).cut_in is None

    async def test_the_caller_wants_to_say_what_holds_and_has_not_been_said(self) -> None:
        caller = opened(make_caller(ASKS_NAME, ASKS_BIRTH_DATE))
        await reply(caller, "What is your name?")
        both = "What is your name, and what is your date of birth?"
        assert await caller.wants_to_say(both, []) == (2,)
        assert await caller.wants_to_say("Goodbye!", []) == ()

    async def test_the_caller_wants_to_say_the_followups_that_are_due(self) -> None:
        caller = opened(make_caller(row(0, "FIRST_MESSAGE", "Hi"), ASKS_NAME, row(2, 0, "one")))
        assert await caller.wants_to_say("", []) == (2,)
        assert await caller.wants_to_say("What is your name?", []) == (1, 2)

    async def test_being_asked_what_it_wants_to_say_changes_nothing(self) -> None:
        caller = opened(make_caller(ASKS_NAME, ASKS_BIRTH_DATE))
        await caller.wants_to_say("What is your name?", [])
        assert (await reply(caller, "What is your name?")).conditions == (1,)

    async def test_a_change_of_speed_ends_with_its_action_when_several_are_merged(self) -> None:
        fast = row(1, "The agent asks for your name", '<speed ratio="1.2"/>Sarah')
        caller = opened(make_caller(fast, ASKS_BIRTH_DATE))
        move = await reply(caller, "What is your name? And what is your date of birth?")
        assert move.action is not None
        speeds = [(step.text, step.speed) for step in voice_steps(move.action) if isinstance(step, Speak)]
        assert speeds == [("Sarah", 1.2), ("January 1", 1.0)]
