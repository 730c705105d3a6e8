"""Which triggers the offline matcher sees to hold, and which not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.caller.matcher import Trigger
from pytest_agentsim.caller.matcher.offline import THRESHOLD, OfflineMatcher
from pytest_agentsim.result import Speaker, Turn

AGENT_BEFORE = Turn(1, Speaker.AGENT, "Hello.", 0.0)

HOLDING = [
    ("The agent asks for your date of birth", "What's your date of birth?"),
    ("The agent asks for your date of birth", "Could you please tell me your birthday?"),
    ("The agent asks for your date of birth", "And when were you born?"),
    ("The agent asks for your date of birth", "Please provide your date of birth for verification."),
    ("The agent asks for your name", "May I have your name, please?"),
    ("The agent asks for your name", "Who am I speaking with today?"),
    ("The agent asks for your name", "Sure, I can help with that. Can I get your full name?"),
    ("The agent asks for your full name", "What's your first and last name?"),
    ("The agent asks for your name and date of birth", "Could I have your name and date of birth please?"),
    (
        "The agent asks for your name and date of birth",
        "Sure. What is your full name? And your date of birth?",
    ),
    ("The agent asks how they can help", "Hello, thanks for calling Acme Clinic. How can I help you today?"),
    ("The agent asks how it can help you", "What can I do for you today?"),
    ("The agent confirms the cancellation", "Your appointment has been cancelled."),
    ("The agent confirms the cancellation", "All done, I've cancelled your appointment for Tuesday."),
    (
        "The agent confirms that the appointment is cancelled",
        "Okay, your appointment on March 3rd is now cancelled. Is there anything else?",
    ),
    (
        "The agent confirms the appointment",
        "Great, you're all set. Your appointment is booked for Monday at 3 PM.",
    ),
    ("The agent confirms the booking", "Your appointment has been scheduled for Friday at 10 AM."),
    ("The agent offers to reschedule instead", "Would you like to reschedule instead?"),
    ("The agent offers to reschedule", "I can move it to another day if you prefer."),
    (
        "The agent offers to reschedule the appointment",
        "Would you prefer to reschedule your appointment to another date?",
    ),
    (
        "The agent says they cannot find the account",
        "I'm sorry, I couldn't find an account with that information.",
    ),
    ("The agent says they cannot find the account", "I'm unable to locate your account."),
    ("The agent says it cannot find your record", "I don't see any record under that name."),
    ("The agent says goodbye", "Thank you for calling. Goodbye!"),
    ("The agent says goodbye", "Have a great day!"),
    ("The agent asks if there is anything else", "Is there anything else I can help you with?"),
    ("The agent asks if you need anything else", "Anything else today?"),
    ("The agent transfers you to a human", "I'll transfer you to a representative now."),
    ("The agent says it is transferring you", "Please hold while I connect you with a specialist."),
    ("The agent says it will transfer the call", "Let me transfer your call to billing."),
    ("The agent provides a confirmation number", "Your confirmation number is ABC12345."),
    ("The agent gives you the confirmation number", "You're booked. The confirmation code is 7 3 9 1."),
    (
        "The agent asks you to confirm the appointment details",
        "So that's Tuesday March 3rd at 10 AM with Dr. Lee. Is that correct?",
    ),
    ("The agent asks if the details are correct", "I have you down for Monday at 3 PM, is that right?"),
    ("The agent greets you", "Hello! Thank you for calling Acme."),
    ("The agent greets you", "Good morning, this is Bella from Acme Dental."),
    ("The agent refuses to give a refund", "I'm sorry, but we cannot offer a refund on this order."),
    ("The agent asks for your account number", "What's your account number?"),
    ("The agent asks for your account number", "Please enter your account number followed by the pound key."),
    ("The agent asks which day works", "What day works best for you?"),
    ("The agent asks which day works for you", "Which day would you prefer?"),
    ("The agent asks what time you prefer", "What time would you like to come in?"),
    ("The agent asks for the reason for your visit", "What's the reason for your visit?"),
    ("The agent asks for the reason for the cancellation", "May I ask why you are cancelling?"),
    ("The agent asks if you want to reschedule", "Would you like to reschedule your appointment?"),
    ("The agent asks if you have insurance", "Do you have insurance?"),
    ("The agent asks for your insurance provider", "Who is your insurance provider?"),
    ("The agent asks for your phone number", "What's the best phone number to reach you?"),
    ("The agent asks for your phone number", "Can I have a callback number?"),
    ("The agent asks for your email", "What email address should we use?"),
    ("The agent asks for your email address", "Could you spell your email address for me?"),
    ("The agent asks for your address", "What is your home address?"),
    ("The agent asks for your zip code", "What's your ZIP code?"),
    ("The agent asks for your order number", "Could you give me your order number?"),
    ("The agent asks you to hold", "One moment please while I look that up."),
    ("The agent puts you on hold", "Please hold for a moment."),
    ("The agent asks you to repeat", "I'm sorry, I didn't catch that. Could you say that again?"),
    ("The agent asks you to repeat yourself", "Could you repeat that please?"),
    ("The agent says it did not understand", "Sorry, I didn't understand that."),
    ("The agent apologizes", "I'm sorry about the delay."),
    ("The agent offers available time slots", "I have openings on Monday at 3 PM and Tuesday at 10 AM."),
    ("The agent offers an appointment time", "How about Thursday at 2 PM?"),
    ("The agent says no slots are available", "Unfortunately there are no slots available that day."),
    (
        "The agent says there are no appointments available",
        "I'm afraid we're fully booked, there are no appointments available this week.",
    ),
    ("The agent says the refund has been processed", "Your refund has been processed."),
    ("The agent confirms the refund", "I've issued a refund of $25 to your card."),
    ("The agent tells you the balance", "Your current balance is $250.30."),
    ("The agent tells you the opening hours", "We're open from 9 AM to 5 PM, Monday to Friday."),
    ("The agent asks whether you are a new patient", "Are you a new patient?"),
    ("The agent asks if you are a new or existing patient", "Are you a new patient or an existing patient?"),
    ("The agent responds to your requests", "Sure, I've noted that and added expedited shipping."),
    ("The agent states their reason for calling", "Hi, I'm calling to schedule a delivery for tomorrow."),
    ("The agent introduces itself", "Hi, this is Anna, your virtual assistant."),
    (
        "The agent says the appointment has been rescheduled",
        "Your appointment has been moved to Friday at 2.",
    ),
    ("The agent asks you to verify your identity", "For security, can you verify your identity?"),
    (
        "The agent asks for the last four digits of your social security number",
        "What are the last four digits of your social?",
    ),
    (
        "The agent asks for the last four digits of your card",
        "Can you tell me the last four digits of your credit card?",
    ),
    ("The agent explains the cancellation policy", "Our cancellation policy requires 24 hours notice."),
    ("The agent mentions a cancellation fee", "Please note there is a cancellation fee of $25."),
    ("The agent asks if you want to proceed", "Would you like to proceed?"),
    ("The agent asks for confirmation to cancel", "Are you sure you want to cancel your appointment?"),
    ("The agent asks if you are sure you want to cancel", "Are you sure you want to cancel?"),
    ("The agent asks what you would like to order", "What would you like to order today?"),
    ("The agent asks what size pizza", "What size pizza would you like?"),
    ("The agent asks for delivery or pickup", "Is that for delivery or pickup?"),
    ("The agent asks for your delivery address", "What's the delivery address?"),
    ("The agent asks for the payment method", "How would you like to pay?"),
    ("The agent tells you the total price", "Your total is $24.50."),
    ("The agent says the order has been placed", "Your order has been placed."),
    ("The agent says the order has shipped", "Your order shipped yesterday."),
    ("The agent asks for your symptoms", "What symptoms are you having?"),
    ("The agent asks if it is an emergency", "Is this an emergency?"),
    ("The agent asks you to describe the issue", "Can you describe the problem you're having?"),
    ("The agent asks you to leave a message", "Please leave a message after the tone."),
    ("The agent asks how many people", "For how many people?"),
    ("The agent asks for the number of guests", "How many guests will there be?"),
    ("The call goes to voicemail", "You've reached the voicemail of John. Leave a message after the beep."),
    ("The agent asks for your preferred pharmacy", "Which pharmacy would you like to use?"),
    ("The agent asks for your member ID", "What's your member ID?"),
    ("The agent wants to know your policy number", "Can I have your policy number?"),
    ("The agent says it needs your phone number", "I'll need your phone number to continue."),
    ("The agent says you need to call back later", "You will need to call back later."),
    (
        "The agent asks for the date and time of the appointment",
        "What date and time would you like for the appointment?",
    ),
    ("The agent says that it cannot help with that", "I'm sorry, I can't help with that."),
    ("The agent ends the call", "Goodbye and take care."),
    ("The agent wishes you a nice day", "Have a wonderful day!"),
    ("The agent thanks you", "Thank you for your patience."),
    ("The agent asks for your full name", "And what's your name?"),
    ("The agent asks for your date of birth", "DOB?"),
    ("The agent asks for your date of birth", "i need to verify your identity what is your date of birth"),
    ("The agent asks how it can help", "good morning acme dental how can i help you today"),
    ("The agent confirms the appointment was cancelled", "I have cancelled that for you."),
    ("The agent confirms the cancellation", "The cancellation is complete."),
    ("The agent confirms the order", "Your order has been placed and will arrive tomorrow."),
    ("The agent asks for your shipping address", "Where should we ship it?"),
    ("The agent asks where you want it delivered", "Where should we deliver your pizza?"),
    ("The agent asks for your preferred date", "What day works best for you?"),
    ("The agent asks for the appointment date", "When would you like to come in?"),
    ("The agent asks whether you want to cancel or reschedule", "Would you like to cancel or reschedule?"),
    (
        "The agent asks if you are calling about an existing appointment",
        "Are you calling about an existing appointment?",
    ),
    ("The agent informs you of the cancellation fee", "There's a $50 fee for late cancellations."),
    ("The agent says the office is closed", "Our office is currently closed."),
    ("The agent states that the appointment is on Monday", "Your appointment is on Monday at 9."),
    ("The agent offers a discount", "We can offer you a 20% discount."),
    ("The agent offers a refund", "Would you like a refund?"),
    ("The agent offers to transfer you", "Would you like me to transfer you to an agent?"),
    ("The agent offers to connect you with a human", "I can connect you with a live agent."),
    ("The agent asks for permission to record the call", "Is it okay if I record this call?"),
    ("The agent asks for a callback number", "What number can we call you back at?"),
    ("The agent confirms your identity", "Thank you, John. You've been verified."),
    ("The agent tells you your appointment is confirmed", "Your appointment is confirmed."),
    ("The agent provides the tracking number", "Your tracking number is 1Z999AA10123456784."),
    ("The agent asks you to spell your last name", "Could you spell your last name for me?"),
    ("The agent declines the request", "I'm sorry, I'm not able to do that."),
    ("The agent says the card was declined", "It looks like your card was declined."),
    ("The agent asks for card details", "Can I have your credit card number?"),
    ("The agent asks for your credit card number", "What's the card number?"),
    ("The agent suggests another time", "Would 4 PM work instead?"),
    ("The agent lists the menu options", "Press 1 for sales, press 2 for support."),
    ("The agent asks for verification code", "Please enter the verification code we just sent you."),
    ("The agent says a code was sent", "I've sent a verification code to your phone."),
    ("The agent answers your question", "We are open until 5."),
    ("The agent acknowledges your request", "Sure, I can help with that."),
    ("The agent says they will call you back", "Someone will call you back tomorrow."),
    ("The agent asks if now is a good time", "Is now a good time to talk?"),
    ("The agent asks for your location", "Where are you located?"),
    ("The agent says the wait time is 10 minutes", "The current wait time is about 10 minutes."),
    ("The agent asks you to rate the service", "On a scale of 1 to 5, how would you rate our service?"),
    ("The agent warns that this action cannot be undone", "Please note that this cannot be undone."),
    ("The agent asks for your blood type", "What is your blood type?"),
    ("The agent repeats your order back to you", "So that's one large pepperoni pizza and a coke, correct?"),
]

NOT_HOLDING = [
    ("The agent asks for your date of birth", "What's your full name?"),
    ("The agent asks for your date of birth", "What date would you like to come in?"),
    ("The agent asks for your date of birth", "Your date of birth is January 1, 1990, is that correct?"),
    ("The agent asks for your date of birth", "I'll need your date of birth."),
    ("The agent asks for your date of birth", "When would you like to schedule?"),
    ("The agent asks for your date of birth", "Thank you, I have your date of birth."),
    ("The agent asks for your name", "Is that correct?"),
    ("The agent asks for your name", "What's the name of your doctor?"),
    ("The agent asks for your name", "My name is Anna. How can I help?"),
    ("The agent asks for your name", "What is your date of birth?"),
    ("The agent asks for your name and date of birth", "What's your name?"),
    ("The agent asks for your phone number", "What's your account number?"),
    ("The agent asks for your account number", "What's your phone number?"),
    ("The agent asks for your order number", "What's your confirmation number?"),
    ("The agent confirms the cancellation", "Would you like to cancel your appointment?"),
    ("The agent confirms the cancellation", "Your appointment is not cancelled."),
    ("The agent confirms the cancellation", "I could not cancel your appointment."),
    ("The agent confirms the cancellation", "I'm sorry, I was unable to cancel the appointment."),
    ("The agent confirms the cancellation", "Your appointment has been booked."),
    ("The agent confirms the cancellation", "Are you sure you want to cancel?"),
    ("The agent confirms the cancellation", "I can cancel that for you."),
    ("The agent confirms the cancellation", "Let me cancel that for you."),
    ("The agent confirms the cancellation", "There is a cancellation fee of $25."),
    ("The agent confirms the appointment", "I couldn't book the appointment."),
    ("The agent confirms the appointment", "Your appointment has been cancelled."),
    ("The agent confirms the booking", "Shall I book it for you?"),
    ("The agent confirms that the appointment has been rescheduled", "Your appointment has been cancelled."),
    ("The agent offers to reschedule instead", "Your appointment has been rescheduled."),
    ("The agent offers to reschedule instead", "I can't reschedule that appointment."),
    ("The agent offers to reschedule instead", "Would you like to cancel?"),
    ("The agent says they cannot find the account", "I found your account."),
    ("The agent says they cannot find the account", "What's your account number?"),
    ("The agent says they cannot find the account", "I could not cancel the appointment."),
    ("The agent says goodbye", "Hello, how can I help?"),
    ("The agent says goodbye", "Thank you for calling Acme, how can I help you?"),
    ("The agent says goodbye", "Is there anything else?"),
    ("The agent asks if there is anything else", "How can I help you today?"),
    ("The agent asks if there is anything else", "Goodbye."),
    ("The agent asks how they can help", "Is there anything else I can help you with?"),
    ("The agent transfers you to a human", "What's your name?"),
    ("The agent transfers you to a human", "One moment please."),
    ("The agent transfers you to a human", "I can help you with the money transfer."),
    ("The agent provides a confirmation number", "Would you like a confirmation number?"),
    ("The agent provides a confirmation number", "I'll send you a confirmation number shortly."),
    ("The agent provides a confirmation number", "What's your confirmation number?"),
    ("The agent provides a confirmation number", "Your appointment is on March 3rd at 10."),
    ("The agent asks you to confirm the appointment details", "Your appointment is confirmed."),
    ("The agent asks you to confirm the appointment details", "What day works for you?"),
    ("The agent asks you to confirm the appointment details", "Can you confirm your date of birth?"),
    ("The agent greets you", "Goodbye!"),
    ("The agent greets you", "What is your name?"),
    ("The agent refuses to give a refund", "Your refund has been issued."),
    ("The agent refuses to give a refund", "I cannot find your account."),
    ("The agent asks which day works", "What's your date of birth?"),
    ("The agent asks which day works", "Does Tuesday work for you?"),
    ("The agent asks what time you prefer", "What day would you prefer?"),
    ("The agent asks if you have insurance", "Who is your doctor?"),
    ("The agent asks if you have insurance", "What's your name?"),
    ("The agent asks for your insurance provider", "What's your name?"),
    ("The agent asks for your email", "What's your phone number?"),
    ("The agent asks for your zip code", "What's your address?"),
    ("The agent asks you to repeat", "What's your name?"),
    ("The agent says no slots are available", "I have a slot available at 3 PM."),
    ("The agent offers available time slots", "There are no slots available."),
    ("The agent offers available time slots", "What time would you like?"),
    ("The agent confirms the refund", "We cannot issue a refund."),
    ("The agent confirms the refund", "Would you like a refund?"),
    ("The agent confirms the refund", "Your payment has been processed."),
    ("The agent tells you the balance", "Would you like to hear your balance?"),
    ("The agent tells you the balance", "I need to verify your account first."),
    ("The agent says the order has shipped", "Your order has not shipped yet."),
    ("The agent says the order has been placed", "Would you like to place the order?"),
    ("The agent asks whether you are a new patient", "Are you an existing patient?"),
    ("The agent states their reason for calling", "Thank you for calling, how may I direct your call?"),
    ("The agent asks for your delivery address", "What's your billing address?"),
    (
        "The agent asks for the last four digits of your social security number",
        "Can you tell me the last four digits of your card?",
    ),
    ("The agent asks for your first name", "What's your last name?"),
    ("The agent asks for the reason for your visit", "What's your phone number?"),
    ("The agent says that it cannot help with that", "Sure, I can help with that."),
    ("The call goes to voicemail", "Hello, this is John."),
    ("The agent mentions a cancellation fee", "Your appointment has been cancelled."),
    ("The agent explains the cancellation policy", "Your appointment has been cancelled."),
    ("The agent asks for confirmation to cancel", "Your appointment has been cancelled."),
    ("The agent asks if you want to reschedule", "Would you like to cancel the appointment?"),
    ("The agent asks if you want to cancel", "Would you like to reschedule the appointment?"),
    ("The agent asks for your full name", "Thanks, what's your company's name?"),
    ("The agent asks for your shipping address", "What's your email address?"),
    ("The agent asks for your preferred date", "What is your date of birth?"),
    ("The agent asks for the appointment date", "Your appointment date is March 3rd."),
    ("The agent confirms the order", "Would you like to confirm the order?"),
    ("The agent confirms the order", "Your order could not be placed."),
    ("The agent says the office is closed", "Our office is open until 5 PM."),
    ("The agent says the office is open", "Our office is not open today."),
    ("The agent offers a discount", "Unfortunately we don't have any discounts."),
    ("The agent offers a refund", "We do not offer refunds."),
    ("The agent offers to transfer you", "What's your account number?"),
    ("The agent provides the tracking number", "What's your tracking number?"),
    ("The agent says the card was declined", "Your card has been charged."),
    ("The agent asks for your credit card number", "What's your phone number?"),
    ("The agent asks for verification code", "Your verification was successful."),
    ("The agent says a code was sent", "I couldn't send the code."),
    ("The agent says they will call you back", "What's a good number to call you back?"),
    ("The agent says that the appointment is available", "That appointment is not available."),
    ("The agent confirms your identity", "Could you please verify your identity?"),
    ("The agent tells you your appointment is confirmed", "Your appointment is not confirmed yet."),
    ("The agent asks if you want to book", "Your appointment is booked."),
    ("The agent asks for the reason for cancelling", "Your appointment is cancelled."),
    ("The agent asks for your location", "Our office is located at 12 Main Street."),
    ("The agent says the payment went through", "The payment did not go through."),
    ("The agent says the payment failed", "The payment was successful."),
    ("The agent says there is availability on Friday", "There is no availability on Friday."),
    ("The agent asks for your age", "What is your name?"),
    ("The agent confirms the transfer", "I'm transferring you to an agent."),
    ("The agent asks to confirm your address", "What's your date of birth?"),
]


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


def test_two_triggers_with_the_same_wording_get_the_same_score():
    wording = "The agent asks for your name"
    decision = OfflineMatcher().match("Your name?", triggers=[Trigger(1, wording), Trigger(2, wording)])
    assert decision.candidates[0].score == decision.candidates[1].score


def test_what_the_caller_asked_before_makes_a_bare_answer_understood():
    trigger, answer = "The agent tells you the address of the clinic", "1414 6th Avenue."
    asked = judge(trigger, answer, AGENT_BEFORE, caller("What is the address of the clinic?"))
    assert asked.score > judge(trigger, answer, AGENT_BEFORE, caller("Thanks.")).score
    assert asked.holds


def test_a_thank_you_is_a_goodbye_only_after_the_caller_has_closed():
    trigger = "The agent says goodbye"
    assert judge(trigger, "You're welcome!", AGENT_BEFORE, caller("No, that's all. Thanks.")).holds
    assert not judge(trigger, "You're welcome!", AGENT_BEFORE, caller("Can I book a room?")).holds


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
