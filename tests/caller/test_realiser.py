"""What the caller says for an instruction."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.caller.realiser import OfflineRealiser
from pytest_agentsim.scenario.personality import Wording

PROFILE = {
    "first_name": "Sarah",
    "last_name": "Johnson",
    "date_of_birth": "1990-01-01",
    "phone": "+1 555 0100",
    "email": "sarah@example.com",
    "account_number": "AC-42",
    "address": {"street": "12 Main St", "city": "Springfield", "state": "IL", "zip": "62701"},
    "member_id": "M123",
    "insurance_provider": "Aetna",
}

INSTRUCTIONS = [
    ("Provide your date of birth", "My date of birth is January 1, 1990."),
    ("Provide your name as John Smith", "My name is John Smith."),
    ("Provide your name", "My name is Sarah Johnson."),
    (
        "Give your full name and date of birth",
        "My name is Sarah Johnson. My date of birth is January 1, 1990.",
    ),
    ("Provide your phone number", "My phone number is +1 555 0100."),
    ("Provide your email address", "My email address is sarah@example.com."),
    ("Provide your address", "My address is 12 Main St, Springfield, IL, 62701."),
    ("Provide your zip code", "My zip code is 62701."),
    ("Provide your account number when asked", "My account number is AC-42."),
    ("Provide your member ID", "My member ID is M123."),
    ("Tell the agent your insurance provider", "My insurance provider is Aetna."),
    ("State your last name", "My last name is Johnson."),
    ("Say you have a scheduling conflict", "I have a scheduling conflict."),
    (
        "Also mention you haven't received a confirmation email",
        "Also, I haven't received a confirmation email.",
    ),
    ("And ask if you can get expedited shipping", "And can I get expedited shipping?"),
    ("Thank them and confirm the details", "Thank you. Yes, that's correct."),
    ("State you're a new patient", "I'm a new patient."),
    ("Ask for a refund", "Can I have a refund, please?"),
    ("Ask what the fee is", "What is the fee?"),
    ("Ask whether the clinic is open on Sunday", "Is the clinic open on Sunday?"),
    ("Confirm", "Yes, that's correct."),
    ("Decline", "No, thank you."),
    ("Say no", "No, thank you."),
    ("Say yes", "Yes, please."),
    ("Agree", "Yes, please."),
    ("Repeat your last name", "My last name is Johnson."),
    ("Spell your last name", "My last name is J-o-h-n-s-o-n."),
    ("Say and spell Sarah", "Sarah, S-a-r-a-h."),
    ("Tell the agent that your order number is 555", "My order number is 555."),
    ("Explain that you lost your card", "I lost my card."),
    ("Request the 3 PM slot", "I'd like the 3 PM slot, please."),
    ("Ask how much it costs", "How much does it cost?"),
    ("Ask how long it takes", "How long does it take?"),
    ("Ask when they open", "When do you open?"),
    ("Ask what time they close", "What time do you close?"),
    ("Ask to speak to a manager", "I'd like to speak to a manager."),
    ("Ask them to repeat that", "Could you repeat that, please?"),
    ("Ask the agent to send you a confirmation email", "Can you send me a confirmation email, please?"),
    ("Say that you'd like to cancel your appointment", "I'd like to cancel my appointment."),
    ("State your intent to cancel your appointment", "I'd like to cancel my appointment."),
    ("Say you are flexible with timing", "I am flexible with timing."),
    ("Thank the agent for their help", "Thank you for your help."),
    ("Say goodbye", "Goodbye."),
    ("End the call", "Goodbye."),
    ("Apologize for the confusion", "I'm sorry for the confusion."),
    ("Refuse to give your address", "I'd rather not give my address."),
    ("Decline to answer", "I'd rather not answer."),
    ("Report fever and cough", "I'd like to report fever and cough."),
    ("Report a lost card", "I'd like to report a lost card."),
    ("Mention your knee pain", "I'd like to mention my knee pain."),
    ("Mention that your knee hurts", "My knee hurts."),
    ("Express frustration about the wait", "I'm frustrated about the wait."),
    ("Express interest in the plan", "I'm interested in the plan."),
    ("Show confusion", "I'm confused."),
    ("Correct your name to Sarah", "No, my name is Sarah."),
    ("Choose the first option", "I'll take the first option, please."),
    ("Accept the offer", "Yes, please."),
    ("Decline the offer to reschedule", "No, thank you."),
    ("Say you don't know", "I don't know."),
    ("Tell them you'll call back later", "I'll call back later."),
    ("Ask if there are any earlier appointments", "Are there any earlier appointments?"),
    ("Ask if they accept Aetna insurance", "Do you accept Aetna insurance?"),
    ("Ask about the cancellation policy", "What about the cancellation policy?"),
    ('Say "I want to cancel my order"', "I want to cancel my order."),
    ("Provide Sarah Johnson when asked for your name", "Sarah Johnson."),
    ("Confirm that the appointment is on Tuesday", "Yes, the appointment is on Tuesday."),
    ("Ask where the office is located", "Where is the office located?"),
    ("Ask which documents you need to bring", "Which documents do I need to bring?"),
    ("Ask why you were charged twice", "Why was I charged twice?"),
    ("Mention that they charged you twice", "You charged me twice."),
    ("Ask if your doctor is available on Monday", "Is my doctor available on Monday?"),
    ("Say that the package never arrived", "The package never arrived."),
    ("Ask who your doctor will be", "Who will my doctor be?"),
    ("Provide 1990-01-01", "January 1, 1990."),
    ("Respond that you need help with billing", "I need help with billing."),
    ("Request a callback", "I'd like a callback, please."),
    ("Request to be transferred to a human", "I'd like to be transferred to a human."),
    ("Ask to reschedule to next Tuesday", "Can I reschedule to next Tuesday?"),
    ("Insist on speaking with a supervisor", "I insist on speaking with a supervisor."),
    ("Tell them about the issue", "It's about the issue."),
    ("Provide the order number 12345", "The order number is 12345."),
    ("Say you need two tickets", "I need two tickets."),
    ("Give your name and say you want to cancel", "My name is Sarah Johnson. I want to cancel."),
]


def realiser(wording=Wording.PLAIN, language="en", variables=PROFILE):
    return OfflineRealiser(role="You are a patient", variables=variables, wording=wording, language=language)


@pytest.mark.parametrize(("instruction", "spoken"), INSTRUCTIONS)
def test_an_instruction_is_turned_to_what_the_caller_says(instruction, spoken):
    assert realiser().realise(instruction, agent_text="Hello.") == spoken
    assert realiser().can_realise(instruction)


@pytest.mark.parametrize(
    ("wording", "instruction", "spoken"),
    [
        (Wording.TERSE, "Provide your date of birth", "January 1, 1990"),
        (Wording.TERSE, "Provide your email", "sarah@example.com"),
        (Wording.TERSE, "Give your name and say you want to cancel", "Sarah Johnson. I want to cancel."),
        (Wording.TERSE, "Confirm the details", "Yes."),
        (Wording.TERSE, "Request the 3 PM slot", "The 3 PM slot, please."),
        (Wording.CHATTY, "Provide your date of birth", "Sure, my date of birth is January 1, 1990."),
        (Wording.CHATTY, "Ask what the fee is", "One more thing, what is the fee?"),
        (Wording.CHATTY, "Say you need two tickets", "Well, I need two tickets."),
        (Wording.CHATTY, "Say no", "No, thank you."),
    ],
)
def test_the_wording_sets_how_much_is_said(wording, instruction, spoken):
    assert realiser(wording).realise(instruction, agent_text="") == spoken


@pytest.mark.parametrize(
    ("instruction", "spoken"),
    [
        ("Provide your passport number", "I don't have my passport number at hand."),
        ("Act confused", "Yes."),
        ("", "Yes."),
        ("Get angry and insist on a refund", "I insist on a refund."),
    ],
)
def test_what_cannot_be_realised_is_admitted(instruction, spoken):
    assert not realiser().can_realise(instruction)
    assert realiser().realise(instruction, agent_text="") == spoken


def test_a_name_of_its_own_key_is_preferred():
    assert (
        realiser(variables={"full_name": "Jo Doe"}).realise("Provide your name", agent_text="")
        == "My name is Jo Doe."
    )


@pytest.mark.parametrize("language", ["en", "es", "fr", "de", "it", "pt-BR", "xx"])
@pytest.mark.parametrize("wording", list(Wording))
def test_the_caller_asks_again_in_another_way_the_second_time(language, wording):
    speaking = realiser(wording, language)
    assert speaking.clarify(0) != speaking.clarify(1)
    assert speaking.clarify(7) == speaking.clarify(1)
    assert speaking.farewell()


def test_a_language_without_phrases_gets_english():
    assert realiser(language="xx").clarify(0) == realiser().clarify(0)
    assert realiser(language="es").clarify(0) != realiser().clarify(0)


WORDS = [
    "ask",
    "say",
    "provide",
    "your",
    "name",
    "and",
    "you're",
    "them",
    "if",
    "whether",
    "the",
    "spell",
    "confirm",
    "that",
    "what",
    "is",
    "thank",
    "12",
    ".",
    ",",
    '"',
    "also",
]


@given(
    instruction=st.one_of(st.text(max_size=80), st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)),
    wording=st.sampled_from(Wording),
    variables=st.dictionaries(
        st.text(max_size=12), st.one_of(st.none(), st.text(max_size=8), st.integers()), max_size=4
    ),
)
def test_any_instruction_is_spoken(instruction, wording, variables):
    speaking = realiser(wording, variables=variables)
    spoken = speaking.realise(instruction, agent_text="")
    assert spoken.strip()
    assert spoken == speaking.realise(instruction, agent_text="")
    assert isinstance(speaking.can_realise(instruction), bool)
