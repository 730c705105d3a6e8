"""Which triggers the offline matcher sees to hold, and which not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_agentsim.caller.matcher import Trigger
from pytest_agentsim.caller.matcher.offline import THRESHOLD, OfflineMatcher
from pytest_agentsim.result import Speaker, Turn
from tests.caller.matcher.examples import HOLDING, IN_CONTEXT, NOT_HOLDING

AGENT_BEFORE = Turn(1, Speaker.AGENT, "Hello.", 0.0)


def judge(trigger, agent_text, *history, language="en"):
    matcher = OfflineMatcher(language=language)
    (candidate,) = matcher.match(agent_text, history=history, triggers=[Trigger(1, trigger)]).candidates
    return candidate


def caller(text):
    return Turn(2, Speaker.CALLER, text, 1.0)


@pytest.mark.parametrize(("trigger", "agent_text"), HOLDING)
def test_a_trigger_holds_for_what_it_describes(trigger, agent_text):
    found = judge(trigger, agent_text, AGENT_BEFORE)
    assert found.holds, f"{found.score}: {found.reason}"


@pytest.mark.parametrize(("trigger", "agent_text"), NOT_HOLDING)
def test_a_trigger_does_not_hold_for_something_near_it(trigger, agent_text):
    found = judge(trigger, agent_text, AGENT_BEFORE)
    assert not found.holds, f"{found.score}: {found.reason}"


@pytest.mark.parametrize(
    ("trigger", "agent_text", "holds"),
    [
        ('contains "refund" OR contains "credit"', "I can offer you a CREDIT.", True),
        ('contains "refund" AND contains "credit"', "I can offer you a credit.", False),
        ("contains 'one moment'", "One moment, please.", True),
        ("The main agent pressed 1", "DTMF: 1", True),
        ("The main agent pressed 1", "DTMF: 12", False),
        ("The main agent pressed 1", "Press 1 for sales.", False),
        ("Main Agent sent DTMF: 0", "DTMF: 0#", True),
    ],
)
def test_substrings_and_keys_are_exact(trigger, agent_text, holds):
    found = judge(trigger, agent_text)
    assert (found.holds, found.score) == (holds, float(holds))


def test_a_malformed_contains_expression_never_holds():
    assert not judge('contains "refund', 'contains "refund').holds


def test_words_are_not_looked_for_in_a_turn_of_keys():
    assert not judge("The agent asks for your name", "DTMF: 1").holds


def test_all_triggers_that_hold_are_returned_in_script_order():
    decision = OfflineMatcher().match(
        "Your appointment has been cancelled. Is there anything else I can help you with?",
        triggers=[
            Trigger(4, "The agent asks if there is anything else"),
            Trigger(2, "The agent asks for your name"),
            Trigger(3, "The agent confirms the cancellation"),
        ],
    )
    assert decision.holding == (4, 3)
    assert [each.condition_id for each in decision.candidates] == [4, 2, 3]


# Four of the five words of the first occur, which is just enough.
JUST_HOLDS, CLEARLY_HOLDS = "The agent juggles purple lanterns beside rivers", "The agent asks for your name"
SAYS_BOTH = "Purple lanterns beside rivers. What is your name?"


@pytest.mark.parametrize(("fired", "holding"), [((), (1, 2)), ((1,), (2,)), ((2,), (1, 2)), ((1, 2), (1, 2))])
def test_what_has_fired_and_just_holds_gives_way_to_what_has_not(fired, holding):
    triggers = [
        Trigger(number, wording, fired=number in fired)
        for number, wording in enumerate((JUST_HOLDS, CLEARLY_HOLDS), start=1)
    ]
    assert OfflineMatcher().match(SAYS_BOTH, triggers=triggers).holding == holding


def test_what_has_fired_fires_again_where_nothing_else_holds():
    again = Trigger(1, JUST_HOLDS, fired=True)
    assert OfflineMatcher().match("Purple lanterns beside rivers.", triggers=[again]).holding == (1,)


def test_what_gives_way_says_so():
    triggers = [Trigger(1, JUST_HOLDS, fired=True), Trigger(2, CLEARLY_HOLDS)]
    given_way, _ = OfflineMatcher().match(SAYS_BOTH, triggers=triggers).candidates
    assert given_way.reason.startswith("it has fired before, and another holds; ")


def test_two_triggers_with_the_same_wording_get_the_same_score():
    wording = "The agent asks for your name"
    decision = OfflineMatcher().match("Your name?", triggers=[Trigger(1, wording), Trigger(2, wording)])
    assert decision.candidates[0].score == decision.candidates[1].score


def test_alternatives_of_a_trigger_are_worth_the_same():
    upgrade, yes = "asks if you would like a seat upgrade", "Would you be interested in upgrading your seat?"
    alone = judge(f"The agent {upgrade}", yes)
    assert judge(f"The agent offers a seat upgrade or {upgrade}", yes).score == alone.score


def test_who_asks_for_a_moment_asks_for_nothing_else():
    assert not judge(
        "The agent asks for your password", "Give me just a second while I look into this."
    ).holds


def test_what_is_booked_up_is_not_booked():
    assert not judge("The agent confirms the booking", "Our mornings are booked up.").holds
    assert judge("The agent confirms the booking", "Your booking is all booked.").holds


def test_what_the_caller_asked_before_makes_a_bare_answer_understood():
    trigger, answer = "The agent tells you the address of the clinic", "1414 6th Avenue."
    asked = judge(trigger, answer, AGENT_BEFORE, caller("What is the address of the clinic?"))
    assert asked.score > judge(trigger, answer, AGENT_BEFORE, caller("Thanks.")).score
    assert asked.holds


@pytest.mark.parametrize(("trigger", "agent_text", "said_before", "holds"), IN_CONTEXT)
def test_a_thank_you_is_a_goodbye_only_after_the_caller_has_closed(trigger, agent_text, said_before, holds):
    assert judge(trigger, agent_text, AGENT_BEFORE, caller(said_before)).holds is holds


def test_what_opens_a_call_is_no_goodbye():
    assert not judge("The agent says goodbye", "Thank you for calling Acme.").holds


def test_a_trigger_in_another_language_needs_nearly_all_of_its_words():
    trigger = "El agente pregunta por el nombre completo"
    assert not judge(trigger, "¿Cuál es su nombre completo?", language="es").holds
    found = judge("nombre completo", "¿Cuál es su nombre completo?", language="es-MX")
    assert found.holds
    assert 'no rules for the language "es-MX"' in found.reason


def test_contains_is_exact_in_every_language():
    assert judge('contains "nombre"', "¿Cuál es su NOMBRE?", language="es").score == 1.0


def test_a_trigger_without_a_known_act_says_so():
    assert "no act that is known" in judge("The agent juggles", "What is your name?").reason


def test_a_reason_names_what_speaks_against_the_trigger():
    found = judge(
        "The agent asks for your date of birth", "Your date of birth is May 1, 1990, is that correct?"
    )
    assert "read" in found.reason


async def test_deciding_is_matching():
    matcher, triggers = OfflineMatcher(), [Trigger(1, "The agent greets you")]
    decided = await matcher.decide("Hello!", history=[], triggers=triggers)
    assert decided == matcher.match("Hello!", triggers=triggers)
    assert decided.holding == (1,)


SPEECH = st.one_of(
    st.text(max_size=80),
    st.lists(
        st.sampled_from(
            [
                "the",
                "agent",
                "asks",
                "for",
                "your",
                "name",
                "contains",
                "DTMF:",
                "1",
                '"',
                "'",
                "(",
                ")",
                "AND",
                "OR",
                "?",
                ".",
                ",",
                "not",
                "what",
                "when",
                "please",
                "confirms",
                "offers",
                "if",
            ]
        ),
        max_size=14,
    ).map(" ".join),
)


# The first decision of a process reads the weights and compiles the patterns.
@settings(deadline=None)
@given(
    trigger=SPEECH, agent_text=SPEECH, said_before=SPEECH, language=st.sampled_from(["en", "es", "", "x-y"])
)
def test_any_text_gets_a_score_within_bounds(trigger, agent_text, said_before, language):
    found = judge(trigger, agent_text, caller(said_before), language=language)
    assert 0.0 <= found.score <= 1.0
    assert found.score == round(found.score, 3)
    assert found.holds == (found.score >= THRESHOLD)
    assert found.reason


@given(trigger=SPEECH, agent_text=SPEECH)
def test_the_same_input_gives_the_same_decision(trigger, agent_text):
    assert judge(trigger, agent_text) == judge(trigger, agent_text)
