from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from acme_clinic import billing, dialogue, sentences
from acme_clinic.billing import Billing
from acme_clinic.dates import read_date
from acme_clinic.dialogue import Dialogue
from acme_clinic.keypad import split_keypad
from acme_clinic.records import OPEN_SLOTS
from acme_clinic.understanding import (
    Request,
    read_answer,
    read_choice,
    read_digits,
    read_name,
    read_request,
    read_spelled,
)
from hypothesis import given
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acme_clinic.replies import Reply

THURSDAY, MONDAY = OPEN_SLOTS
SLOTS = "I can offer Thursday, March 5 at 2:00 PM or Monday, March 9 at 9:30 AM. Which day works for you?"
ELSE = "Is there anything else I can help you with?"
ASK_NAME = "I can help you with that. Can I have your full name, please?"
INSTEAD = "Would you like to reschedule instead of cancelling?"
UNCLEAR = "I'm sorry, I didn't catch that. Could you rephrase?"
LEFT = f"All right, I have left everything as it is. {ELSE}"
GOODBYE = "Thank you for calling Acme Clinic. Goodbye!"
HOLD = "I'm transferring you to a member of our team now. Please hold."

SARAH = ["Sarah Johnson", "1990-01-01"]


def talk(*lines: str, bot: Dialogue | Billing | None = None) -> list[Reply]:
    """Say the lines, keypad tags included; return the replies."""
    bot = bot or Dialogue()
    return [bot.hear(*split_keypad(line)) for line in lines]


def tools(replies: Iterable[Reply]) -> list[tuple[str, dict[str, Any]]]:
    return [(call.name, dict(call.arguments)) for reply in replies for call in reply.tool_calls]


# Cancelling


def test_a_cancellation_goes_through_every_step_in_the_documented_words():
    replies = talk("Hi, I need to cancel my appointment", *SARAH, "No, just cancel it", "No, that's all")

    appointment = "Tuesday, March 3 at 10:00 AM"
    assert [reply.text for reply in replies] == [
        ASK_NAME,
        "Thank you, Sarah. What is your date of birth?",
        f"Thank you, Sarah. You have an appointment on {appointment}. {INSTEAD}",
        f"Your appointment on {appointment} has been cancelled. Your confirmation number is ACM-1042. {ELSE}",
        GOODBYE,
    ]
    assert [reply.ends_call for reply in replies] == [False, False, False, False, True]


def test_a_cancellation_calls_the_lookup_and_then_the_cancellation_with_the_patient():
    replies = talk("cancel my appointment", *SARAH, "no")

    assert tools(replies) == [
        ("lookup_patient", {"name": "Sarah Johnson"}),
        ("cancel_appointment", {"patient": "Sarah Johnson"}),
    ]
    assert [call.id for reply in replies for call in reply.tool_calls] == ["call_1", "call_2"]


def test_the_customer_id_is_told_when_the_caller_is_verified_and_not_before():
    replies = talk("cancel my appointment", *SARAH, "no")

    assert [dict(reply.facts) for reply in replies] == [{}, {}, {"customer_id": "cust_123"}, {}]


def test_the_outcome_is_told_with_the_confirmation_and_with_the_goodbye():
    *_, confirmation, goodbye = talk("cancel my appointment", *SARAH, "no", "no")

    assert confirmation.metadata == goodbye.metadata == {"outcome": "cancelled"}


def test_whoever_wants_to_keep_the_appointment_after_all_keeps_it():
    bot = Dialogue()
    *_, kept = talk("cancel my appointment", *SARAH, "Actually, let me keep it", bot=bot)
    again = talk("cancel my appointment", bot=bot)[0]

    assert kept.text == LEFT
    assert not kept.tool_calls
    assert again.text.startswith("You have an appointment on Tuesday")


def test_an_appointment_that_has_been_cancelled_cannot_be_cancelled_again():
    *_, offer = talk("cancel my appointment", *SARAH, "no", "Please cancel my appointment")

    assert offer.text == "I don't see an upcoming appointment for you. Would you like to book one?"


def test_conversations_do_not_share_their_appointments():
    first = talk("cancel my appointment", *SARAH, "no")[-1]
    second = talk("cancel my appointment", *SARAH, "no")[-1]

    assert first == second


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("Yes, that would be great", SLOTS),
        ("Sure, why not", SLOTS),
        ("No problem, let's reschedule", SLOTS),
        ("Don't cancel it, reschedule it", SLOTS),
        ("No thanks, I'd rather cancel than reschedule", "has been cancelled"),
        ("Yes, I still want to cancel it", "has been cancelled"),
        ("I don't want to reschedule, please cancel", "has been cancelled"),
        ("no cancel it", "has been cancelled"),
        ("Never mind, leave it", LEFT),
        ("What did the doctor say?", UNCLEAR),
    ],
)
def test_the_offer_to_reschedule_respects_the_answer(answer, text):
    assert text in talk("cancel my appointment", *SARAH, answer)[-1].text


# Rescheduling and booking


def test_a_day_chosen_instead_of_cancelling_moves_the_appointment():
    replies = talk("cancel my appointment", *SARAH, "yes", "Thursday works", "no")

    assert replies[-2].text == (
        "Your appointment has been moved to Thursday, March 5 at 2:00 PM. "
        f"Your confirmation number is ACM-1042. {ELSE}"
    )
    assert tools(replies)[-1] == (
        "reschedule_appointment",
        {"patient": "Sarah Johnson", "slot": "2026-03-05T14:00:00"},
    )
    assert replies[-1].metadata == {"outcome": "rescheduled"}


def test_rescheduling_offers_two_days_at_once():
    *_, offer = talk("I'd like to reschedule", *SARAH)

    assert offer.text == (
        f"Thank you, Sarah. You have an appointment on Tuesday, March 3 at 10:00 AM. {SLOTS}"
    )


def test_a_booking_is_made_for_the_day_that_is_chosen():
    replies = talk("I want to book an appointment", "Maria Garcia", "11/23/1978", "Monday, please", "no")

    assert replies[2].text == f"Thank you, Maria. {SLOTS}"
    assert replies[3].text == (
        "Your appointment on Monday, March 9 at 9:30 AM has been booked. "
        f"Your confirmation number is ACM-1042. {ELSE}"
    )
    assert tools(replies)[-1] == (
        "book_appointment",
        {"patient": "Maria Garcia", "slot": "2026-03-09T09:30:00"},
    )
    assert replies[-1].metadata == {"outcome": "booked"}


def test_whoever_has_no_appointment_to_cancel_is_offered_to_book_one():
    offer, slots = talk("cancel my appointment", "Maria Garcia", "1978-11-23", "yes")[-2:]

    assert offer.text == (
        "Thank you, Maria. I don't see an upcoming appointment for you. Would you like to book one?"
    )
    assert slots.text == SLOTS


def test_whoever_declines_to_book_is_left_alone():
    assert talk("cancel my appointment", "Maria Garcia", "1978-11-23", "no thanks")[-1].text == LEFT


@pytest.mark.parametrize(
    "said",
    [
        ["cancel my appointment"],
        ["cancel my appointment", "Tom Jones", "Tom Jones"],
        ["cancel my appointment", "Maria Garcia", "1978-11-23"],
        ["reschedule please", *SARAH],
        ["my account"],
    ],
)
def test_a_question_is_still_open_after_an_answer_that_was_not_understood(said):
    bot = Dialogue()
    talk(*said, bot=bot)
    asked = bot.state

    assert talk("?", bot=bot)[0].text == UNCLEAR
    assert bot.state is asked


def test_declining_both_days_leaves_everything_as_it_is():
    replies = talk("reschedule please", *SARAH, "Neither of them works for me")

    assert replies[-1].text == LEFT
    assert tools(replies) == [("lookup_patient", {"name": "Sarah Johnson"})]


def test_moving_an_appointment_leaves_none_behind_at_the_old_time():
    *_, offer = talk("reschedule please", *SARAH, "Thursday", "cancel my appointment")

    assert offer.text.startswith("You have an appointment on Thursday, March 5")


# Verification


def test_a_wrong_date_of_birth_is_asked_for_again():
    *_, wrong, right = talk("cancel my appointment", "Sarah Johnson", "1991-01-01", "1990-01-01")

    assert wrong.text == (
        "I'm sorry, that date of birth doesn't match our records. Could you tell me your date of birth again?"
    )
    assert right.facts == {"customer_id": "cust_123"}


def test_a_second_wrong_date_of_birth_is_transferred_unverified():
    last = talk("cancel my appointment", "Sarah Johnson", "1991-01-01", "1992-01-01")[-1]

    assert last.text == f"I'm sorry, I can't verify your identity. {HOLD}"
    assert tools([last]) == [("transfer_call", {"department": "front desk"})]
    assert last.ends_call
    assert last.metadata == {"outcome": "transferred"}
    assert not last.facts


def test_a_date_that_cannot_be_read_does_not_count_as_a_wrong_one():
    *_, unclear, wrong, right = talk("cancel", "Sarah Johnson", "a while ago", "1991-01-01", "1990-01-01")

    assert unclear.text == UNCLEAR
    assert "again" in wrong.text
    assert right.facts


def test_an_unknown_name_can_be_spelled():
    unknown, spelled = talk("cancel my appointment", "Sara Jonson", "S-A-R-A-H, J-O-H-N-S-O-N")[-2:]

    assert unknown.text == (
        "I'm sorry, I can't find an account under that name. "
        "Could you spell it for me, or give me your account number?"
    )
    assert spelled.text == "Thank you, Sarah. What is your date of birth?"


@pytest.mark.parametrize("number", ["It's 1234", "one two three four", '<dtmf digits="1234#"/>'])
def test_an_unknown_name_can_be_replaced_by_the_account_number(number):
    replies = talk("cancel my appointment", "Sara Jonson", number)

    assert tools(replies)[-1] == ("lookup_account", {"account_number": "1234"})
    assert replies[-1].text == "Thank you, Sarah. What is your date of birth?"


def test_a_caller_who_stays_unknown_is_offered_a_new_file():
    offer, transfer = talk("cancel my appointment", "Tom Jones", "T-O-M J-O-N-E-S", "Yes please")[-2:]

    assert offer.text == (
        "I'm sorry, I still can't find your account. Would you like me to create a new patient file for you?"
    )
    assert transfer.text == "I'm transferring you to our new patient desk now. Please hold."
    assert tools([transfer]) == [("transfer_call", {"department": "new patients"})]
    assert transfer.ends_call


def test_a_caller_who_wants_no_new_file_is_let_go_politely():
    last = talk("cancel my appointment", "Tom Jones", "T-O-M J-O-N-E-S", "No")[-1]

    assert last.text == f"I understand. {GOODBYE}"
    assert last.ends_call
    assert not last.tool_calls


def test_a_single_name_is_followed_by_the_question_for_the_last_name():
    first, last = talk("cancel my appointment", "It's Sarah", "Johnson")[-2:]

    assert first.text == "Thank you, Sarah. What is your last name?"
    assert tools([last]) == [("lookup_patient", {"name": "Sarah Johnson"})]


def test_name_and_date_of_birth_may_come_with_the_request():
    reply = talk("This is Sarah Johnson, born January 1, 1990, I need to cancel my appointment")[0]

    assert reply.text.startswith("Thank you, Sarah. You have an appointment")
    assert reply.facts == {"customer_id": "cust_123"}


def test_whoever_is_verified_is_not_asked_again():
    replies = talk("cancel my appointment", *SARAH, "no", "I'd also like to book an appointment")

    assert replies[-1].text == SLOTS


# Everything else the front desk does


def test_the_greeting_is_the_documented_one():
    greeting = Dialogue().greet()

    assert greeting.text == "Hi, thanks for calling Acme Clinic. How can I help you today?"
    assert not greeting.ends_call


def test_opening_hours_are_told_to_anybody():
    reply = talk("What are your opening hours?")[0]

    assert (
        reply.text == f"We are open Monday to Friday from 8 AM to 6 PM and Saturday from 9 AM to 1 PM. {ELSE}"
    )


def test_a_request_for_a_human_is_transferred_from_any_state():
    for said in ([], ["cancel my appointment"], ["cancel my appointment", *SARAH], ["my account"]):
        last = talk(*said, "Let me speak to a human")[-1]

        assert (last.text, last.ends_call, last.metadata) == (HOLD, True, {"outcome": "transferred"})
        assert tools([last]) == [("transfer_call", {"department": "front desk"})]


def test_an_account_number_from_the_keypad_gives_the_balance():
    ask, balance = talk("I have a question about my bill", 'Entering it now. <dtmf digits="1234#"/>')

    assert ask.text == "Please enter your account number followed by the pound key."
    assert balance.text == f"Your balance is $420.00. {ELSE}"
    assert tools([balance]) == [("lookup_account", {"account_number": "1234"})]


def test_a_keypad_entry_is_complete_with_the_pound_key():
    _, part, found = talk("Look up my account", '<dtmf digits="12"/>', '<dtmf digits="34#"/>')

    assert part.text == "Please press the pound key when you have finished."
    assert found.text == f"I have found your account. {ELSE}"


def test_the_star_key_starts_the_entry_over():
    *_, found = talk("Look up my account", '<dtmf digits="99*12"/><dtmf digits="34#"/>')

    assert tools([found]) == [("lookup_account", {"account_number": "1234"})]


def test_an_unknown_account_number_may_be_tried_once_more():
    _, first, second = talk("Look up my account", '<dtmf digits="1#"/>', '<dtmf digits="2#"/>')

    assert first.text == (
        "I'm sorry, I can't find that account number. "
        "Please enter your account number followed by the pound key."
    )
    assert second.text == f"I'm sorry, I can't find that account number either. {HOLD}"
    assert [name for name, _ in tools([second])] == ["lookup_account", "transfer_call"]


def test_whoever_does_not_know_the_account_number_is_identified_by_name():
    replies = talk("my bill please", "I don't have it", *SARAH)

    assert replies[1].text == ASK_NAME
    assert replies[-1].text == f"Thank you, Sarah. Your balance is $420.00. {ELSE}"


@pytest.mark.parametrize(
    "words",
    ["No, that's all", "Okay, thank you so much!", "That's it, thanks", "Nope", "Have a nice day", "Bye"],
)
def test_a_caller_who_needs_nothing_more_is_let_go(words):
    last = talk("opening hours?", words)[-1]

    assert (last.text, last.ends_call) == (GOODBYE, True)


def test_a_thank_you_for_the_cancellation_is_no_request_to_cancel():
    assert talk("opening hours?", "No, thanks for cancelling my appointment")[-1].text == GOODBYE


@pytest.mark.parametrize("words", ["", "purple monkey dishwasher", "¿Qué?", "?!"])
def test_what_is_not_understood_is_asked_to_be_rephrased(words):
    assert talk(words)[0].text == UNCLEAR


def test_after_the_goodbye_there_is_only_another_goodbye():
    last = talk("bye", "I want to cancel my appointment")[-1]

    assert (last.text, last.ends_call) == ("Goodbye!", True)


# Billing


def test_billing_agrees_on_a_payment_plan():
    replies = talk("I'd like to set up a payment plan", "About $150 a month", "No thanks", bot=Billing())

    assert [reply.text for reply in replies] == [
        "Sure, what monthly amount works for you?",
        f"I have set up a payment plan of $150.00 a month. Your confirmation number is ACM-1042. {ELSE}",
        GOODBYE,
    ]
    assert tools(replies) == [("create_payment_plan", {"monthly_amount": 150.0})]
    assert replies[-1].ends_call


@pytest.mark.parametrize(
    ("words", "amount"), [("$1,250.50", 1250.5), ("150 dollars", 150), ("99.99 please", 99.99)]
)
def test_billing_reads_amounts(words, amount):
    assert tools(talk("payment plan", words, bot=Billing())) == [
        ("create_payment_plan", {"monthly_amount": amount})
    ]


def test_billing_that_has_hung_up_stays_away():
    assert talk("bye", "my balance", bot=Billing())[-1].text == "Goodbye!"


def test_billing_asks_again_for_an_amount_that_is_none():
    assert talk("payment plan", "as little as possible", bot=Billing())[-1].text == UNCLEAR


def test_billing_tells_the_balance_for_an_account_number():
    ask, unknown, balance = talk(
        "What's my balance?", '<dtmf digits="1#"/>', '<dtmf digits="5678#"/>', bot=Billing()
    )

    assert ask.text == "Please enter your account number followed by the pound key."
    assert unknown.text == f"I'm sorry, I can't find that account number. {ask.text}"
    assert balance.text == f"Your balance is $75.50. {ELSE}"


def test_a_payment_plan_after_the_balance_is_for_that_patient():
    replies = talk("my balance", "1234", "payment plan please", "20 dollars", bot=Billing())

    assert tools(replies)[-1] == ("create_payment_plan", {"patient": "Sarah Johnson", "monthly_amount": 20.0})


# How words are read


@pytest.mark.parametrize(
    "words",
    [
        "1990-01-01",
        "My date of birth is 1990/1/1.",
        "01/01/1990",
        "1-1-90",
        "January 1, 1990",
        "Jan 1st 1990",
        "1 January 1990",
        "the first of January 1990",
        "January first, nineteen ninety",
        "It's the first of january nineteen ninety",
    ],
)
def test_a_date_is_read_however_it_is_written(words):
    assert read_date(words) == date(1990, 1, 1)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("twenty third of November nineteen seventy eight", date(1978, 11, 23)),
        ("November nineteenth, nineteen nineteen", date(1919, 11, 19)),
        ("March fifth two thousand and five", date(2005, 3, 5)),
        ("March fifth nineteen oh five", date(1905, 3, 5)),
        ("March twentieth twenty twelve", date(2012, 3, 20)),
        ("July thirty first two thousand", date(2000, 7, 31)),
        ("11/23/1978", date(1978, 11, 23)),
        ("23.11.1978", date(1978, 11, 23)),
        ("07/04/1985", date(1985, 7, 4)),
        ("Sept 9 04", date(2004, 9, 9)),
    ],
)
def test_a_date_is_read_with_all_its_parts(words, expected):
    assert read_date(words) == expected


@pytest.mark.parametrize(
    "words", ["", "yesterday", "January", "1990", "1990-13-45", "February 30, 1990", "1234"]
)
def test_what_is_no_date_is_read_as_none(words):
    assert read_date(words) is None


@given(st.dates(date(1931, 1, 1), date(2029, 12, 31)))
def test_every_date_is_read_from_its_iso_and_its_american_form(day):
    assert read_date(day.isoformat()) == read_date(f"{day:%m/%d/%Y}") == read_date(f"{day:%m/%d/%y}") == day


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Sarah Johnson", "Sarah Johnson"),
        ("my name is sarah johnson", "Sarah Johnson"),
        ("Sure, it's John Smith.", "John Smith"),
        ("Hi, I\N{RIGHT SINGLE QUOTATION MARK}m John Smith and I'm late", "John Smith"),
        ("That's fine, my name is Will O'Brien-Smith", "Will O'Brien-Smith"),
        ("First name is Ann, last name is Lee", "Ann Lee"),
        ("This is Mr. Tom Jones speaking", "Tom Jones"),
        ("Zoë Müller, 1990", "Zoë Müller"),
        ("Sarah", "Sarah"),
        ("I don't want to say", None),
        ("What do you need it for?", None),
        ("1234", None),
    ],
)
def test_a_name_is_read_out_of_what_surrounds_it(words, name):
    assert read_name(words) == name


@pytest.mark.parametrize(
    ("words", "letters"),
    [
        ("S-A-R-A-H", "SARAH"),
        ("t o m j o n e s", "TOMJONES"),
        ("Sarah, S-A-R-A-H, Johnson, J-O-H-N-S-O-N", "SARAHJOHNSON"),
        ("I have a cat", None),
        ("Sarah Johnson", None),
    ],
)
def test_a_spelled_name_is_read_letter_by_letter(words, letters):
    assert read_spelled(words) == letters


@pytest.mark.parametrize(
    ("words", "request_"),
    [
        ("I'd like to cancel my visit", Request.CANCEL),
        ("I can\N{RIGHT SINGLE QUOTATION MARK}t make it on Tuesday", Request.CANCEL),
        ("I want to cancel, not reschedule", Request.CANCEL),
        ("I don't want to cancel, I want to reschedule", Request.RESCHEDULE),
        ("Can I move my appointment?", Request.RESCHEDULE),
        ("I need to schedule an appointment", Request.BOOK),
        ("I need an appointment", Request.BOOK),
        ("When do you close on Saturday?", Request.HOURS),
        ("What's my account balance?", Request.BILLING),
        ("Look up my account", Request.ACCOUNT),
        ("Can I talk to a representative?", Request.HUMAN),
        ("operator", Request.HUMAN),
        ("Hello there", None),
    ],
)
def test_a_request_is_recognised_by_its_keywords(words, request_):
    assert read_request(words) is request_


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("Yes please", True),
        ("Okay", True),
        ("Sure, no problem", True),
        ("Okay, no", False),
        ("I'd rather not", False),
        ("No, yes would be wrong", False),
        ("Perhaps", None),
        ("Nobody knows", None),
    ],
)
def test_yes_and_no_are_told_apart(words, answer):
    assert read_answer(words) is answer


@pytest.mark.parametrize(
    ("words", "slot"),
    [
        ("Thursday", THURSDAY),
        ("March 9 is good", MONDAY),
        ("the 5th", THURSDAY),
        ("in the morning", MONDAY),
        ("2 pm please", THURSDAY),
        ("at 9:30", MONDAY),
        ("the first one", THURSDAY),
        ("the later one", MONDAY),
        ("either is fine", THURSDAY),
        ("not Thursday, Monday", MONDAY),
        ("Friday", None),
        ("yes", None),
    ],
)
def test_a_slot_is_chosen_by_day_time_or_position(words, slot):
    assert read_choice(words, OPEN_SLOTS) == slot


def test_digits_are_read_as_figures_and_as_words():
    assert read_digits("It is one two 3-4, thanks") == "1234"


def test_keypad_tags_are_taken_out_of_the_words():
    assert split_keypad('Here: <dtmf digits="12"/> and <dtmf  digits="3x#" />') == ("Here:  and", "123#")


# What holds whatever is said

PHRASES = st.sampled_from(
    [
        "hello", "cancel my appointment", "reschedule", "book an appointment", "my bill", "my account", "yes",
        "no", "Sarah Johnson", "Tom Jones", "S-A-R-A-H J-O-H-N-S-O-N", "1990-01-01", "1991-01-01", "1234",
        "Thursday", "the second one", "keep it", "payment plan", "150 dollars", "that's all", "bye",
        "speak to a human",
    ]
)  # fmt: skip
KEYS = st.text("0123456789*#", max_size=5)


@given(st.lists(st.tuples(PHRASES | st.text(), KEYS), max_size=12), st.sampled_from([Dialogue, Billing]))
def test_every_message_gets_an_answer_until_the_bot_hangs_up_for_good(said, make_bot):
    bot = make_bot()
    replies = [bot.hear(text, digits) for text, digits in said]
    hung_up = [reply.ends_call for reply in replies]

    assert all(reply.text for reply in replies)
    assert hung_up == sorted(hung_up), "a bot that has hung up stays away"


@given(st.lists(PHRASES, max_size=12))
def test_nothing_is_changed_for_a_caller_who_is_not_verified(said):
    verified = False
    for reply in talk(*said):
        verified = verified or bool(reply.facts)
        changes = {call.name for call in reply.tool_calls} & {
            "cancel_appointment",
            "reschedule_appointment",
            "book_appointment",
        }
        assert verified or not changes


@given(st.lists(PHRASES, max_size=12))
def test_tool_calls_are_numbered_in_order(said):
    ids = [call.id for reply in talk(*said) for call in reply.tool_calls]

    assert ids == [f"call_{number}" for number in range(1, len(ids) + 1)]


# The documentation of the words


@pytest.mark.parametrize(
    ("sentence", "documentation"),
    [
        (value, module.__doc__)
        for module in (sentences, billing)
        for name, value in vars(module).items()
        if re.fullmatch("[A-Z][A-Z_]+", name) and isinstance(value, str)
    ],
)
def test_every_sentence_stands_word_for_word_in_the_table_of_its_module(sentence, documentation):
    # The right-hand column, put together again.
    lines = [line[36:] if len(line) > 36 else "" for line in documentation.splitlines()]

    assert sentence in " ".join(" ".join(lines).split())


def test_the_states_of_the_table_are_the_states_of_the_dialogue():
    documentation = sentences.__doc__ or ""
    headings = re.findall(r"^ {4}([A-Z_]+)(?:, ([A-Z_]+))?(?:, \+.*)?$", documentation, re.MULTILINE)
    targets = re.findall(r"> ([A-Z_]+)", documentation)
    states = {state.name for state in dialogue.State}

    assert {name for heading in headings for name in heading if name} == states
    assert set(targets) == states, "every state can be reached"
