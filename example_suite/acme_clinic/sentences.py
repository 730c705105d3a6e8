"""What the front desk says in which state, word for word.

Each entry: what the caller does, which tool is called for it, the state after it where that changes; and
on the right the answer. `{slots}`, `{else}` and `{confirmation}` are written out at the end; a `.` hangs up.

::

    (the start) > REQUEST               Hi, thanks for calling Acme Clinic. How can I help you today?

    REQUEST, ANYTHING_ELSE
      hello > REQUEST                   Hello! How can I help you today?
      cancel, reschedule, book > NAME   I can help you with that. Can I have your full name, please?
      opening hours > ANYTHING_ELSE     We are open Monday to Friday from 8 AM to 6 PM and Saturday from
                                        9 AM to 1 PM. {else}
      bill, account > ACCOUNT_NUMBER    Please enter your account number followed by the pound key.
      yes > REQUEST                     Of course. What can I do for you?
      no, that's all > ENDED .          Thank you for calling Acme Clinic. Goodbye!

    NAME
      full name > BIRTH_DATE            Thank you, {first_name}. What is your date of birth?
        + lookup_patient
      one name only                     Thank you, {first_name}. What is your last name?
      unknown name > SPELLING           I'm sorry, I can't find an account under that name. Could you
        + lookup_patient                spell it for me, or give me your account number?

    SPELLING, + lookup_patient or lookup_account
      known > BIRTH_DATE                Thank you, {first_name}. What is your date of birth?
      unknown > NEW_FILE                I'm sorry, I still can't find your account. Would you like me to
                                        create a new patient file for you?

    NEW_FILE
      yes + transfer_call > ENDED .     I'm transferring you to our new patient desk now. Please hold.
      no > ENDED .                      I understand. Thank you for calling Acme Clinic. Goodbye!

    BIRTH_DATE
      right, to cancel                  Thank you, {first_name}. You have an appointment on {moment}.
        > RESCHEDULE_OFFER              Would you like to reschedule instead of cancelling?
      right, to reschedule > SLOT       Thank you, {first_name}. You have an appointment on {moment}.
                                        {slots}
      right, to book > SLOT             Thank you, {first_name}. {slots}
      right, nothing to cancel or move  Thank you, {first_name}. I don't see an upcoming appointment for
        > BOOKING_OFFER                 you. Would you like to book one?
      wrong                             I'm sorry, that date of birth doesn't match our records. Could
                                        you tell me your date of birth again?
      wrong again > ENDED .             I'm sorry, I can't verify your identity. I'm transferring you to
        + transfer_call                 a member of our team now. Please hold.

    RESCHEDULE_OFFER
      yes > SLOT                        {slots}
      no > ANYTHING_ELSE                Your appointment on {moment} has been cancelled.
        + cancel_appointment            {confirmation} {else}
      keep it > ANYTHING_ELSE           All right, I have left everything as it is. {else}

    BOOKING_OFFER
      yes > SLOT                        {slots}
      no > ANYTHING_ELSE                All right, I have left everything as it is. {else}

    SLOT
      a day, to move > ANYTHING_ELSE    Your appointment has been moved to {moment}.
        + reschedule_appointment        {confirmation} {else}
      a day, to book > ANYTHING_ELSE    Your appointment on {moment} has been booked.
        + book_appointment              {confirmation} {else}
      neither > ANYTHING_ELSE           All right, I have left everything as it is. {else}

    ACCOUNT_NUMBER, + lookup_account
      known > ANYTHING_ELSE             I have found your account. {else}
      known, a bill > ANYTHING_ELSE     Your balance is ${balance:,.2f}. {else}
      unknown                           I'm sorry, I can't find that account number. Please enter your
                                        account number followed by the pound key.
      unknown again > ENDED .           I'm sorry, I can't find that account number either. I'm
        + transfer_call                 transferring you to a member of our team now. Please hold.
      keys without pound (no lookup)    Please press the pound key when you have finished.
      "I don't have it" > NAME          I can help you with that. Can I have your full name, please?

    anywhere
      a human + transfer_call > ENDED . I'm transferring you to a member of our team now. Please hold.
      goodbye > ENDED .                 Thank you for calling Acme Clinic. Goodbye!
      anything else                     I'm sorry, I didn't catch that. Could you rephrase?

    ENDED
      anything .                        Goodbye!

    {slots}                             I can offer {} or {}. Which day works for you?
    {else}                              Is there anything else I can help you with?
    {confirmation}                      Your confirmation number is {confirmation}.
"""

from __future__ import annotations

GREETING = "Hi, thanks for calling Acme Clinic. How can I help you today?"
HELLO = "Hello! How can I help you today?"
GO_ON = "Of course. What can I do for you?"
UNCLEAR = "I'm sorry, I didn't catch that. Could you rephrase?"
ANYTHING_ELSE = "Is there anything else I can help you with?"
HOURS = "We are open Monday to Friday from 8 AM to 6 PM and Saturday from 9 AM to 1 PM."
LEFT_ALONE = "All right, I have left everything as it is."

ASK_NAME = "I can help you with that. Can I have your full name, please?"
ASK_LAST_NAME = "Thank you, {first_name}. What is your last name?"
ASK_BIRTH_DATE = "Thank you, {first_name}. What is your date of birth?"
THANKS = "Thank you, {first_name}."
WRONG_BIRTH_DATE = (
    "I'm sorry, that date of birth doesn't match our records. Could you tell me your date of birth again?"
)
UNVERIFIED = "I'm sorry, I can't verify your identity."
UNKNOWN_NAME = (
    "I'm sorry, I can't find an account under that name. "
    "Could you spell it for me, or give me your account number?"
)
STILL_UNKNOWN = (
    "I'm sorry, I still can't find your account. Would you like me to create a new patient file for you?"
)

YOUR_APPOINTMENT = "You have an appointment on {moment}."
OFFER_RESCHEDULE = "Would you like to reschedule instead of cancelling?"
OFFER_BOOKING = "I don't see an upcoming appointment for you. Would you like to book one?"
OFFER_SLOTS = "I can offer {} or {}. Which day works for you?"
CANCELLED = "Your appointment on {moment} has been cancelled."
MOVED = "Your appointment has been moved to {moment}."
BOOKED = "Your appointment on {moment} has been booked."
CONFIRMATION = "Your confirmation number is {confirmation}."

ENTER_ACCOUNT = "Please enter your account number followed by the pound key."
FINISH_ENTRY = "Please press the pound key when you have finished."
ACCOUNT_FOUND = "I have found your account."
ACCOUNT_UNKNOWN = "I'm sorry, I can't find that account number."
ACCOUNT_UNKNOWN_AGAIN = "I'm sorry, I can't find that account number either."
BALANCE = "Your balance is ${balance:,.2f}."

TRANSFER = "I'm transferring you to a member of our team now. Please hold."
TRANSFER_NEW_PATIENT = "I'm transferring you to our new patient desk now. Please hold."
GOODBYE = "Thank you for calling Acme Clinic. Goodbye!"
GOODBYE_WITHOUT_FILE = "I understand. Thank you for calling Acme Clinic. Goodbye!"
LAST_WORD = "Goodbye!"
