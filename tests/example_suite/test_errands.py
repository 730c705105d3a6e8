"""Calls that the clinic makes itself, by text."""

from __future__ import annotations

import pytest
from acme_clinic import sentences
from acme_clinic.errands import CALL_US, CAN_YOU_COME, THANKS, Refill, Reminder
from acme_clinic.frames import write_reply
from acme_clinic.replies import Reply


@pytest.mark.parametrize(
    ("menu", "key"),
    [
        ("Press 1 for opening hours. Press 2 for prescriptions.", "2"),
        ("For refills, press 4. For a pharmacist, press 5.", "4"),
        ("thank you for calling main street pharmacy press one for prescriptions press two for billing", "1"),
        ("For your prescription press 9", "9"),
    ],
)
def test_a_menu_is_answered_with_the_key_for_prescriptions(menu, key):
    assert Refill().hear(menu) == Reply("", keys=key)


def test_a_menu_without_the_option_is_not_understood():
    assert Refill().hear("Press 1 for opening hours").text == sentences.UNCLEAR


def test_the_order_is_placed_with_who_answers_and_then_the_clinic_hangs_up():
    refill = Refill()
    refill.hear("Press 1 for prescriptions")
    order = refill.hear("Pharmacy, how can I help you?")
    assert order.text == "Hi, this is Acme Clinic. I would like to order a refill for Sarah Johnson."
    assert [(call.name, call.arguments) for call in order.tool_calls] == [
        ("order_refill", {"patient": "Sarah Johnson"})
    ]
    assert refill.hear("It will be ready tomorrow").ends_call


def test_keys_stand_in_the_words_of_a_written_reply():
    assert list(write_reply(Reply("", keys="1"))) == ['{"content": "<dtmf digits=\\"1\\"/>"}']
    assert list(write_reply(Reply("One moment.", keys="2"))) == [
        '{"content": "<dtmf digits=\\"2\\"/> One moment."}'
    ]


def test_a_reply_with_nothing_in_it_is_not_sent():
    assert list(write_reply(Reply(""))) == []


def test_the_greeting_of_a_machine_is_heard_out():
    assert Reminder().hear("You have reached Sarah Johnson, please leave a message after the tone") == Reply(
        ""
    )


def test_the_message_is_left_after_the_beep():
    reply = Reminder().hear_beep()
    assert reply is not None
    assert "You have an appointment on Tuesday, March 3 at 10:00 AM." in reply.text
    assert reply.text.endswith(f"{CALL_US} {sentences.LAST_WORD}")
    assert reply.ends_call


@pytest.mark.parametrize(("answer", "last_words"), [("yes", THANKS), ("no, I can't", CALL_US)])
def test_a_person_is_asked_whether_they_come(answer, last_words):
    reminder = Reminder()
    assert reminder.hear("Hello?").text.endswith(CAN_YOU_COME)
    assert reminder.hear(answer) == Reply(f"{last_words} {sentences.LAST_WORD}", ends_call=True)


def test_a_beep_in_the_middle_of_a_conversation_is_no_machine():
    reminder = Reminder()
    reminder.hear("Hello?")
    assert reminder.hear_beep() is None
