"""The clinic's switchboard, by text."""

from __future__ import annotations

import pytest
from acme_clinic import billing, sentences
from acme_clinic.switchboard import MENU, NO_OPTION, Switchboard


@pytest.fixture
def switchboard() -> Switchboard:
    return Switchboard()


def test_it_opens_with_the_menu(switchboard):
    assert switchboard.greet().text.endswith(MENU)


@pytest.mark.parametrize(
    ("said", "keys", "answer"),
    [
        ("", "1", sentences.GREETING),
        ("", "2", billing.GREETING),
        ("appointments please", "", sentences.GREETING),
        ("billing", "", billing.GREETING),
        ("two", "", billing.GREETING),
    ],
)
def test_a_choice_leads_to_who_opens_the_call_as_usual(switchboard, said, keys, answer):
    assert switchboard.hear(said, keys).text == answer


def test_whoever_has_been_chosen_goes_on(switchboard):
    switchboard.hear("", "2")
    assert switchboard.hear("I have a question about my bill").text == sentences.ENTER_ACCOUNT
    assert "420.00" in switchboard.hear("", "1234#").text


def test_zero_transfers_the_call(switchboard):
    reply = switchboard.hear("", "0")
    assert (reply.text, reply.ends_call) == (sentences.TRANSFER, True)
    assert [call.name for call in reply.tool_calls] == ["transfer_call"]


@pytest.mark.parametrize(
    ("said", "keys", "answer"), [("", "7", f"{NO_OPTION} {MENU}"), ("my cat is ill", "", MENU)]
)
def test_what_is_no_option_brings_the_menu_again(switchboard, said, keys, answer):
    assert switchboard.hear(said, keys).text == answer


def test_a_goodbye_ends_the_call(switchboard):
    assert switchboard.hear("goodbye").ends_call
    assert switchboard.hear("", "1").ends_call
