"""The examples of the structured-test language that its documentation prints, with an agent that plays its part in each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

__all__ = ["EXAMPLES", "Example"]


@dataclass(frozen=True)
class Example:
    """A script as it is printed; `agent` is what the agent says in turn, ``DTMF: 1`` for a key that it presses.

    `caller` is what the caller is to say. The agent ends the call if the script does not.
    """

    name: str
    printed: str
    agent: tuple[str, ...]
    caller: tuple[str, ...]
    fired: tuple[int, ...]

    def __str__(self) -> str:
        return self.name

    @property
    def script(self) -> dict[str, Any]:
        script: dict[str, Any] = json.loads(self.printed)
        return script

    @property
    def caller_speaks_first(self) -> bool:
        return bool(self.script["conditions"][0]["action"])


CANCELLATION = """
{"role": "You are a customer calling to cancel an appointment",
 "conditions": [
  {"id": 0, "condition": "FIRST_MESSAGE", "action": "Hi, I need to cancel my appointment", "type": "standard", "fixed_message": true},
  {"id": 1, "condition": "The agent asks for your name", "action": "Provide your name as John Smith", "type": "standard", "fixed_message": false}
 ],
 "functions": []}
"""

MULTI_PART = """
{"role": "You are a customer with a complex request",
 "conditions": [
  {"id": 0, "condition": "FIRST_MESSAGE", "action": "Hi, I need help with my order", "type": "standard", "fixed_message": true},
  {"id": 1, "type": "action_followup", "condition": 0, "action": "Also mention you haven't received a confirmation email", "fixed_message": false},
  {"id": 2, "type": "action_followup", "condition": 1, "action": "And ask if you can get expedited shipping", "fixed_message": false},
  {"id": 3, "condition": "The agent responds to your requests", "action": "Thank them and confirm the details", "type": "standard", "fixed_message": false}]}
"""

OUTBOUND_IVR = """
{"role": "You are simulating a third-party IVR that the agent will call into",
 "conditions": [
  {"id": 0, "condition": "FIRST_MESSAGE", "action": "<ivr text=\\"Thank you for calling Acme Corp. Press 1 for sales, press 2 for support.\\" />", "type": "standard", "fixed_message": true},
  {"id": 1, "condition": "The main agent pressed 1", "action": "Connecting you to sales now. Please hold.", "type": "standard", "fixed_message": true},
  {"id": 2, "condition": "The main agent pressed 2", "action": "Connecting you to support now. Please hold.", "type": "standard", "fixed_message": true},
  {"id": 3, "condition": "The agent states their reason for calling", "action": "Thank you. Routing your call now. <endcall />", "type": "standard", "fixed_message": true}]}
"""

# The page prints the second condition alone.
CONTAINS = """
{"role": "You are a customer who orders a pizza",
 "conditions": [
  {"id": 0, "condition": "FIRST_MESSAGE", "action": "Hello", "type": "standard", "fixed_message": true},
  {"id": 1, "condition": "contains \\"pull \\" OR contains \\"moment\\" OR contains \\"1234\\" OR contains \\"help you\\"",
   "action": "Great I want to order a pizza, let me enter the account number, can you please repeat what you received.", "type": "standard", "fixed_message": true}]}
"""

# So it does here; these keys are pressed while the agent speaks.
KEYS_INTO_SPEECH = """
{"role": "You are a customer who knows the menu",
 "conditions": [
  {"id": 0, "condition": "FIRST_MESSAGE", "action": "Hello", "type": "standard", "fixed_message": true},
  {"id": 1, "condition": 0, "type": "action_followup", "fixed_message": true, "action": "<interruption time=\\"1.5s\\" /><dtmf digits=\\"12345\\" />"}]}
"""

# The page describes this one in words: the agent speaks first, and the last words are said after the beep.
VOICEMAIL = """
{"role": "You are the voicemail of a patient",
 "conditions": [
  {"id": 0, "condition": "FIRST_MESSAGE", "action": "", "type": "standard", "fixed_message": true},
  {"id": 1, "condition": "The call goes to voicemail", "action": "<voicemail text=\\"You have reached Sarah. Please leave a message after the tone.\\" />", "type": "standard", "fixed_message": true},
  {"id": 2, "condition": 1, "type": "action_followup", "fixed_message": true, "action": "<endcall />"}]}
"""

MENU = "Thank you for calling Acme Corp. Press 1 for sales, press 2 for support."
THANKS = "Thank you. Routing your call now."

EXAMPLES = (
    Example(
        "an appointment is cancelled",
        CANCELLATION,
        ("Of course. May I have your name, please?", "Thank you, it is cancelled. Goodbye."),
        ("Hi, I need to cancel my appointment", "My name is John Smith."),
        (0, 1),
    ),
    Example(
        "a request in several parts",
        MULTI_PART,
        (
            "Sure, what is it about?",
            "I see.",
            "I can have it sent by express, and I have mailed the confirmation.",
        ),
        (
            "Hi, I need help with my order",
            "Also, I haven't received a confirmation email.",
            "And can I get expedited shipping?",
        ),
        (0, 1, 2, 3),
    ),
    Example(
        "a menu that the agent calls, by key 1",
        OUTBOUND_IVR,
        ("DTMF: 1", "I'm calling about an invoice of last month."),
        (MENU, "Connecting you to sales now. Please hold.", THANKS),
        (0, 1, 3),
    ),
    Example(
        "a menu that the agent calls, by key 2",
        OUTBOUND_IVR,
        ("DTMF: 2", "I'm calling about an invoice of last month."),
        (MENU, "Connecting you to support now. Please hold.", THANKS),
        (0, 2, 3),
    ),
    Example(
        "a trigger made of words",
        CONTAINS,
        ("Hi there, how may I help you?", "You have entered nothing yet."),
        (
            "Hello",
            "Great I want to order a pizza, let me enter the account number, can you please repeat what you received.",
        ),
        (0, 1),
    ),
    Example(
        "a mailbox that the agent reaches",
        VOICEMAIL,
        ("Hello, this is Acme Clinic.", "I'm calling about your appointment on Monday. Please call us back."),
        ("You have reached Sarah. Please leave a message after the tone.",),
        (1, 2),
    ),
    Example(
        "keys into the agent's speech",
        KEYS_INTO_SPEECH,
        (
            "Welcome to Acme. For sales press one, for support press two, for billing press three.",
            "Account 12345.",
        ),
        ("Hello", '<dtmf digits="12345"/>'),
        (0, 1),
    ),
)
