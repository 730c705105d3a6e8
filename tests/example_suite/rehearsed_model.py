"""A stand-in for the language model that plays the callers of `example_suite/behaviour.scenario.yaml`.

Its answers are written down below, by what the clinic has just said. The recordings in `example_suite/cassettes/` were
made with it, and are made anew, after a prompt has changed, by::

    python -m tests.example_suite.rehearsed_model
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.llm.model_server import ModelServer, Reply, says, text_of

__all__ = ["FILE", "NAME", "answer"]

NAME = "rehearsed"
FILE = "example_suite/behaviour.scenario.yaml"
ROOT = Path(__file__).parents[2]

Line = tuple[str, list[int], str] | tuple[str, list[int], str, dict[str, Any]]

# For each scenario: what the clinic says, and then the steps that are taken, the words, and what else is done.
PARTS: dict[str, list[Line]] = {
    "A patient cancels an appointment": [
        ("How can I help", [1], "I'd like to cancel my appointment, please."),
        ("full name", [2], "It's Sarah Johnson."),
        ("date of birth", [3], "January 1st, 1990."),
        ("reschedule instead", [4], "No thanks, just cancel it."),
        ("has been cancelled", [5], "Great, thank you. Bye!", {"end_call": True}),
    ],
    "A patient books an appointment": [
        ("How can I help", [1], "Hi, I'd like to book an appointment."),
        ("full name", [2], "Maria Garcia."),
        ("date of birth", [], "November 23rd, 1978."),
        ("Which day works", [3], "Monday, March 9 at 9:30 AM, please."),
        ("has been booked", [5], "Perfect, thank you. Goodbye.", {"end_call": True}),
    ],
    "A patient mixes up a date": [
        ("How can I help", [1], "I need to move my appointment."),
        ("full name", [2], "John Smith, that's J-o-h-n, S-m-i-t-h."),
        ("doesn't match our records", [4], "July 4, 1985."),
        ("date of birth", [3], "May 4, 1985."),
        ("Which day works", [5], "The earliest one, please: Thursday, March 5 at 2:00 PM."),
        ("has been moved", [6], "Thank you very much. Bye.", {"end_call": True}),
    ],
    "A patient asks what is left to pay": [
        ("How can I help", [1], "What's my balance, please?"),
        ("enter your account number", [2], "", {"press_keys": "1234#"}),
        ("Your balance is", [3], "Okay, thanks. Bye.", {"end_call": True}),
    ],
    "the wrong clinic": [
        ("How can I help", [1], "I need to cancel my appointment, and I'm in a hurry."),
        ("full name", [2], "Zelda Quux."),
        ("spell it", [3], "Z-e-l-d-a, Q-u-u-x."),
        ("new patient file", [4], "No, thanks."),
    ],
}


def answer(request: dict[str, Any]) -> Reply:
    """Answer as the part says that the system prompt names."""
    system = text_of(request, "system")
    *_, latest = [line for line in text_of(request, "user").splitlines() if line.startswith("{")]
    heard = json.loads(latest)["says"]
    lines = next(part for title, part in PARTS.items() if title in system)
    _, steps, words, *more = next(line for line in lines if line[0] in heard)
    asked = request["response_format"]["json_schema"]["schema"]["properties"]
    nothing: dict[str, Any] = {"end_call": False, "press_keys": ""}
    done = {name: value for name, value in (nothing | (more[0] if more else {})).items() if name in asked}
    return says({"reason": f"The clinic says: {heard[:40]}", "steps": steps, **done, "say": words})


def main() -> int:
    """Record the calls anew; returns pytest's exit status."""
    server = ModelServer()
    server.answer = answer
    try:
        return subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "-c", "example_suite/pytest.ini", FILE),
                *(f"--agentsim-caller-model={NAME}", f"--agentsim-llm-base-url={server.url}"),
                "--agentsim-record-mode=all",
            ],
            cwd=ROOT,
            check=False,
        ).returncode
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main())
