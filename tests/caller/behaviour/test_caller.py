"""The caller of a behavioural scenario: what it answers to what the agent says."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_agentsim.caller.behaviour.caller import BehaviouralCaller, variables_of
from pytest_agentsim.caller.behaviour.plan import plan_of
from pytest_agentsim.caller.matcher.offline import OfflineMatcher
from pytest_agentsim.caller.realiser import OfflineRealiser
from pytest_agentsim.caller.structured import Move, MoveKind
from pytest_agentsim.errors import ProfileKeyError
from pytest_agentsim.result import Reason, Speaker, Turn
from pytest_agentsim.scenario.action import Dtmf, EndCall, SendSms
from pytest_agentsim.scenario.loader import load_mapping
from pytest_agentsim.scenario.personality import Wording

HANG_UP = ["TOOL_END_CALL"]
PROFILE = {"full_name": "Sarah Johnson", "date_of_birth": "1990-01-01", "phone": "5551234567"}
SLOTS = "I have Tuesday at 9 AM or Thursday at 4 PM. Which one would you like?"


def make_caller(
    *steps: str,
    profile: dict[str, Any] | None = None,
    wording: Wording = Wording.PLAIN,
    may_hang_up: bool = True,
    head: str = "",
    **fields: Any,
) -> BehaviouralCaller:
    numbered = "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))
    scenario = load_mapping(
        {
            "name": "x",
            "personality": "normal",
            "instructions": f"{head}\nYOUR BEHAVIOR:\n{numbered}",
            **fields,
        }
    )
    plan = plan_of(scenario)
    assert plan is not None
    assert not plan.why_not
    variables = variables_of(plan, PROFILE if profile is None else profile)
    return BehaviouralCaller(
        scenario,
        plan,
        variables=variables,
        matcher=OfflineMatcher(),
        realiser=OfflineRealiser(role="", variables=variables, wording=wording, language="en"),
        may_hang_up=may_hang_up,
    )


async def reply(caller: BehaviouralCaller, agent_text: str) -> Move:
    move = await caller.respond(agent_text, [])
    caller.finished(move)
    return move


async def said(caller: BehaviouralCaller, agent_text: str) -> str:
    move = await reply(caller, agent_text)
    assert move.action is not None, f"nothing was said: {move}"
    return move.action.text


def hangs_up(move: Move) -> bool:
    return move.action is not None and any(isinstance(each, EndCall) for each in move.action.nodes)


class TestSteps:
    def test_the_first_message_comes_first(self) -> None:
        move = make_caller("Say no when greeted", first_message="Good morning").open()
        assert move is not None
        assert move.action is not None
        assert (move.conditions, move.action.text) == ((0,), "Good morning")

    def test_an_empty_first_message_waits_for_the_agent(self) -> None:
        assert make_caller("Say no when greeted", first_message="").open() is None

    async def test_the_step_speaks_that_the_agent_has_asked_for(self) -> None:
        caller = make_caller(
            "State you're a new patient when asked for the reason of the call",
            "Provide {{test_profile.date_of_birth}} when asked for your date of birth",
        )
        move = await reply(caller, "How can I help you today?")
        assert move.conditions == (1,)
        assert move.action is not None
        assert move.action.text == "I'm a new patient."
        assert await said(caller, "What is your date of birth?") == "My date of birth is January 1, 1990."

    async def test_steps_of_one_wording_speak_one_after_the_other(self) -> None:
        caller = make_caller(
            'State "July 4" when asked for your date of birth',
            "Provide {{test_profile.date_of_birth}} when asked for your date of birth again",
        )
        answers = [await said(caller, "What is your date of birth?") for _ in range(2)]
        assert answers == ["July 4.", "My date of birth is January 1, 1990."]

    async def test_a_placeholder_may_stand_in_what_is_waited_for(self) -> None:
        caller = make_caller("Say yes when asked if you are {{test_profile.full_name}}")
        assert await said(caller, "Are you Sarah Johnson?") == "Yes, please."

    def test_a_missing_key_ends_it_before_it_begins(self) -> None:
        with pytest.raises(ProfileKeyError, match="nickname"):
            make_caller("Say {{test_profile.nickname}} when asked for your nickname", profile={})

    async def test_a_fact_of_the_instructions_is_known(self) -> None:
        caller = make_caller(
            "Provide your member ID when asked for it", head="Your member ID is M123.", profile={}
        )
        assert await said(caller, "What is your member ID?") == "My member ID is M123."

    async def test_the_profile_goes_before_the_facts(self) -> None:
        caller = make_caller(
            "Provide your member ID when asked for it",
            head="Your member ID is M123.",
            profile={"member_id": "M999"},
        )
        assert await said(caller, "What is your member ID?") == "My member ID is M999."

    async def test_a_terse_caller_says_bare_values(self) -> None:
        caller = make_caller("Provide your date of birth when asked", wording=Wording.TERSE)
        assert await said(caller, "What is your date of birth?") == "January 1, 1990"


class TestChoosing:
    @pytest.mark.parametrize(
        ("step", "answer"),
        [
            ("Request a morning appointment if given options", "I'll take Tuesday at 9 AM, please."),
            ("Choose the latest slot when offered available times", "I'll take Thursday at 4 PM, please."),
            (
                "Accept the second option when asked which one you would like",
                "I'll take Thursday at 4 PM, please.",
            ),
            ("Request an evening appointment if given options", "I'd like an evening appointment, please."),
        ],
    )
    async def test_a_choice_is_made_among_what_was_offered(self, step: str, answer: str) -> None:
        assert await said(make_caller(step), SLOTS) == answer

    async def test_any_choice_is_one_that_a_step_waits_for(self) -> None:
        move = await reply(
            make_caller("Request a morning appointment if given options"), "Tuesday at 9 or Friday at 4?"
        )
        assert move.decision is not None
        assert move.decision.candidates[0].reason == "the agent leaves a choice: Tuesday at 9, Friday at 4"

    async def test_a_preference_chooses_where_no_step_does(self) -> None:
        caller = make_caller("Say no when greeted", head="PREFERENCES:\n- An afternoon appointment")
        assert await said(caller, SLOTS) == "I'll take Thursday at 4 PM, please."

    async def test_a_value_of_the_profile_is_chosen(self) -> None:
        caller = make_caller(
            "Choose {{test_profile.speed}} when asked for a delivery option", profile={"speed": "express"}
        )
        assert (
            await said(caller, "Which delivery option would you like, standard or express?")
            == "Express, please."
        )

    async def test_a_terse_caller_names_the_choice_alone(self) -> None:
        caller = make_caller("Request a morning appointment if given options", wording=Wording.TERSE)
        assert await said(caller, SLOTS) == "Tuesday at 9 AM, please."


PLANS = (
    "We have the basic plan for $10, the plus plan for $25 or the premium plan for $40. Which would you like?"
)
CLINIC = "I can offer Thursday, March 5 at 2:00 PM or Monday, March 9 at 9:30 AM. Which works for you?"


class TestConstraints:
    @pytest.mark.parametrize(
        ("step", "agent", "answer"),
        [
            ("Choose the cheapest", PLANS, "Basic plan, please."),
            ("Choose a plan under $30 when given options", PLANS, "Basic plan, please."),
            ("Do not pay more than $20", PLANS, "Basic plan, please."),
            ("Pick the second option if there is a choice", PLANS, "Plus plan, please."),
            ("Only accept a date after March 6", CLINIC, "I'll take Monday, March 9 at 9:30 AM, please."),
            ("Only accept a date before March 6", CLINIC, "I'll take Thursday, March 5 at 2:00 PM, please."),
            ("Only accept a date after March 10", CLINIC, "I'd like a date after March 10, please."),
            (
                "Never accept an appointment before noon",
                CLINIC,
                "I'll take Thursday, March 5 at 2:00 PM, please.",
            ),
            ("Do not accept Thursdays", CLINIC, "I'll take Monday, March 9 at 9:30 AM, please."),
            (
                "Only accept a date after March 6",
                "We have March 5 at 2 PM. Is that okay?",
                "I'd like a date after March 6, please.",
            ),
            ("Decline any upsell", "Would you like to add travel insurance for $15?", "No, thank you."),
            ("Decline all offers", "Would you like a call back?", "No, thank you."),
        ],
    )
    async def test_offers_are_taken_or_refused_by_them(self, step: str, agent: str, answer: str) -> None:
        assert await said(make_caller(step), agent) == answer

    @pytest.mark.parametrize(
        ("step", "agent"),
        [
            ("Choose the cheapest", CLINIC),
            ("Request a morning appointment if given options", PLANS),
            ("Decline any upsell", CLINIC),
            ("Only accept a date after March 6", "Your appointment on March 5 has been booked."),
        ],
    )
    async def test_what_is_something_else_is_left_alone(self, step: str, agent: str) -> None:
        assert (await reply(make_caller(step), agent)).conditions == ()

    async def test_a_datum_is_refused_before_it_is_given(self) -> None:
        caller = make_caller("Do not give your phone number unless asked twice")
        answers = [await said(caller, "What is your phone number?") for _ in range(3)]
        assert answers == ["I'd rather not give my phone number.", *["My phone number is 555-123-4567."] * 2]

    async def test_a_datum_is_kept_for_good(self) -> None:
        caller = make_caller("Never give your date of birth")
        answers = {await said(caller, "What is your date of birth?") for _ in range(2)}
        assert answers == {"I'd rather not give my date of birth."}

    async def test_the_first_offer_is_refused_and_the_second_taken(self) -> None:
        caller = make_caller("Reject the first offer and accept the second when offered times")
        answers = [await said(caller, text) for text in (SLOTS, CLINIC)]
        assert answers == [
            "No, thank you. Is there anything else?",
            "I'll take Thursday, March 5 at 2:00 PM, please.",
        ]

    async def test_a_preference_may_be_one(self) -> None:
        caller = make_caller("Say no when greeted", head="PREFERENCES:\n- Only accept a date after March 6")
        assert await said(caller, CLINIC) == "I'll take Monday, March 9 at 9:30 AM, please."


class TestVerifying:
    STEP = "Verify your date of birth when asked to confirm your date of birth and correct if wrong."

    @pytest.mark.parametrize(
        ("agent", "answer"),
        [
            ("Your date of birth is January 1, 1990, is that correct?", "Yes, that's correct."),
            (
                "Your date of birth is July 4, 1985, is that correct?",
                "No, my date of birth is January 1, 1990.",
            ),
        ],
    )
    async def test_what_is_read_back_is_confirmed_or_corrected(self, agent: str, answer: str) -> None:
        assert await said(make_caller(self.STEP), agent) == answer


class TestReadBacks:
    """What no step covers."""

    BORN = (
        Turn(1, Speaker.AGENT, "What is your date of birth?", None),
        Turn(2, Speaker.CALLER, "January 1, 1990.", None),
    )

    @pytest.mark.parametrize(
        ("agent", "answer"),
        [
            ("So that's January 1st, 1990, is that right?", "Yes, that's correct."),
            ("So that's January 11th, 1990, is that right?", "No, my date of birth is January 1, 1990."),
        ],
    )
    async def test_what_is_read_back_is_confirmed_or_corrected(self, agent: str, answer: str) -> None:
        move = await make_caller("Say no when greeted").respond(agent, self.BORN)
        assert move.action is not None
        assert (move.kind, move.conditions, move.action.text) == (MoveKind.ANSWER, (), answer)

    async def test_a_step_speaks_after_what_is_put_right(self) -> None:
        caller = make_caller("Provide {{test_profile.phone}} when asked for your phone number")
        asked = "So that's January 11th, 1990. And what is your phone number?"
        move = await caller.respond(asked, self.BORN)
        assert move.action is not None
        assert move.conditions == (1,)
        assert move.action.text == "No, my date of birth is January 1, 1990. My phone is 555-123-4567."

    async def test_a_step_speaks_alone_after_what_is_right(self) -> None:
        caller = make_caller("Provide {{test_profile.phone}} when asked for your phone number")
        move = await caller.respond("So that's January 1st, 1990. And what is your phone number?", self.BORN)
        assert move.action is not None
        assert move.action.text == "My phone is 555-123-4567."

    async def test_the_call_does_not_end_on_something_that_is_wrong(self) -> None:
        caller = make_caller("End the call when your appointment has been booked", tools=HANG_UP)
        agent = "Your appointment has been booked for Susan Miller. Is that correct?"
        move = await caller.respond(agent, self.BORN)
        assert move.action is not None
        assert (move.conditions, move.action.text) == ((), "No, my name is Sarah Johnson.")
        assert hangs_up(await caller.respond(agent.replace("Susan Miller", "Sarah Johnson"), self.BORN))

    async def test_a_step_that_confirms_has_its_way(self) -> None:
        caller = make_caller("Agree when asked to confirm your date of birth")
        move = await caller.respond("Can you confirm your date of birth is January 11, 1990?", self.BORN)
        assert move.action is not None
        assert (move.conditions, move.action.text) == ((1,), "Yes, please.")


class TestTools:
    async def test_keys_are_pressed(self) -> None:
        caller = make_caller(
            "Enter your account number followed by the pound key when prompted for it",
            tools=["TOOL_DTMF"],
            profile={"account_number": "1234"},
        )
        move = await reply(caller, "Please enter your account number.")
        assert move.action is not None
        assert move.action.nodes == (Dtmf("1234#"),)

    async def test_a_text_is_sent(self) -> None:
        caller = make_caller(
            'Send a text saying "It is {{test_profile.full_name}}" when asked to send a text',
            tools=["SEND_SMS_TOOL_CALL"],
        )
        move = await reply(caller, "Please send a text to this number.")
        assert move.action is not None
        assert move.action.nodes == (SendSms("It is Sarah Johnson"),)


class TestEnding:
    STEPS = (
        "Say you want to cancel when asked for the reason of the call",
        "End the call when the cancellation is confirmed",
    )
    DONE = "Your appointment has been cancelled."

    async def test_the_last_step_ends_the_call(self) -> None:
        move = await reply(make_caller(*self.STEPS, tools=HANG_UP), self.DONE)
        assert (move.conditions, hangs_up(move)) == ((2,), True)

    async def test_its_own_words_are_said_before(self) -> None:
        caller = make_caller("Thank them and end the call when the cancellation is confirmed", tools=HANG_UP)
        move = await reply(caller, self.DONE)
        assert move.action is not None
        assert (move.action.text, hangs_up(move)) == ("Thank you.", True)

    async def test_without_its_tool_the_caller_says_goodbye_and_waits(self) -> None:
        caller = make_caller(*self.STEPS)
        move = await reply(caller, self.DONE)
        assert move.action is not None
        assert (move.action.text, hangs_up(move)) == ("Thank you. Goodbye.", False)
        assert (await reply(caller, "Bye, then.")).kind is MoveKind.WAIT
        assert (await reply(caller, self.DONE)).kind is MoveKind.WAIT

    async def test_a_personality_that_does_not_hang_up_does_not(self) -> None:
        assert not hangs_up(
            await reply(make_caller(*self.STEPS, tools=HANG_UP, may_hang_up=False), self.DONE)
        )

    async def test_an_end_that_waits_for_nothing_comes_when_all_is_said(self) -> None:
        caller = make_caller(
            "Say you are late when asked how they can help", "End the call", first_message="", tools=HANG_UP
        )
        caller.open()
        await reply(caller, "How can I help you?")
        move = await reply(caller, "Good to know.")
        assert (move.kind, move.conditions, hangs_up(move)) == (MoveKind.FAREWELL, (2,), True)

    @pytest.mark.parametrize(
        ("agent", "ends"),
        [("I'm transferring you to a colleague now.", True), ("Your appointment is cancelled.", False)],
    )
    async def test_a_caller_may_hang_up_on_a_transfer_alone(self, agent: str, ends: bool) -> None:
        caller = make_caller(
            "End the call when the cancellation is confirmed",
            tools=["TOOL_END_CALL_ONLY_ON_TRANSFER"],
            on_no_match="wait",
        )
        assert hangs_up(await reply(caller, agent)) is ends


EVERYTHING = (
    "Say you're new when asked for the reason of the call",
    "Request a morning appointment if given options",
    "Verify your name when asked to confirm your name and correct if wrong",
    "Enter your phone number on the keypad when asked for it",
    "Thank them and end the call when told goodbye",
)
WORDS = st.sampled_from(
    [*SLOTS.split(), "name", "is", "Sarah", "bye", "please", "hold", "press", "1", "?", "."]
)


@settings(deadline=None)
@given(st.lists(st.lists(WORDS).map(" ".join) | st.text(max_size=40), max_size=4))
def test_whatever_an_agent_says_has_an_answer(texts: list[str]) -> None:
    caller = make_caller(*EVERYTHING, tools=["TOOL_END_CALL", "TOOL_DTMF"])
    for text in texts:
        move = asyncio.run(reply(caller, text))
        assert move.kind in MoveKind
        assert move.action is None or not move.action.is_empty


class TestBesideTheSteps:
    @pytest.mark.parametrize(
        ("agent", "answer"),
        [
            ("What is your date of birth?", "My date of birth is January 1, 1990."),
            ("Can I have your full name?", "My name is Sarah Johnson."),
            ("What is your phone number?", "My phone is 555-123-4567."),
        ],
    )
    async def test_the_profile_answers_what_no_step_does(self, agent: str, answer: str) -> None:
        caller = make_caller("Say no when greeted")
        move = await reply(caller, agent)
        assert move.action is not None
        assert (move.kind, move.conditions, move.action.text) == (MoveKind.ANSWER, (), answer)

    async def test_a_caller_who_is_asked_to_hold_waits(self) -> None:
        assert (await reply(make_caller("Say no when greeted"), "One moment, please.")).kind is MoveKind.WAIT

    async def test_what_nobody_has_foreseen_is_asked_about_and_then_given_up(self) -> None:
        caller = make_caller("Say no when greeted")
        kinds = [(await reply(caller, "Is your house blue?")).kind for _ in range(3)]
        assert kinds == [MoveKind.CLARIFICATION, MoveKind.CLARIFICATION, MoveKind.GIVE_UP]

    async def test_an_answer_makes_up_for_what_was_not_understood(self) -> None:
        caller = make_caller("Say no when greeted")
        await reply(caller, "Is your house blue?")
        await reply(caller, "What is your date of birth?")
        kinds = [(await reply(caller, "Is your house blue?")).kind for _ in range(2)]
        assert kinds == [MoveKind.CLARIFICATION, MoveKind.CLARIFICATION]

    async def test_an_agent_who_asks_for_the_same_forever_is_left(self) -> None:
        caller = make_caller("Say no when greeted")
        moves = [await reply(caller, "What is your date of birth?") for _ in range(8)]
        assert moves[-1].reason is Reason.CALLER_STUCK
