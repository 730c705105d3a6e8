"""Each tag on the text channel: the frame that the agent receives, and when."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pytest_agentsim.clock import VirtualClock
from tests.call.harness import Wire, converse, scenario
from tests.proof.row import proves

if TYPE_CHECKING:
    from pathlib import Path

    from tests.call.harness import Call

TITLE = "Tags, on the text channel"
INTRODUCTION = "The agent asks for the name, and the action is the answer. What is measured is the frame that it receives."

FRAMES = {
    "<endcall>": ("Bye <endcall/>", {"content": "Bye", "type": "end_call"}),
    "<dtmf>": ('Here: <dtmf digits="12#"/>', {"content": 'Here: <dtmf digits="12#"/>'}),
    "<spell>": ("It is <spell>AB1</spell>", {"content": "It is A, B, 1"}),
    "<ivr>": ('<ivr text="Press 1"/>', {"content": "Press 1"}),
    "<voicemail>": ('<voicemail text="Leave a message"/>', {"content": "Leave a message"}),
    "<ignore_interruptions>": (
        "<ignore_interruptions>Let me finish</ignore_interruptions>",
        {"content": "Let me finish"},
    ),
    "<speed>": ('<speed ratio="0.8"/>Sarah', {"content": "Sarah"}),
    "<volume>": ('<volume ratio="0.5"/>Sarah', {"content": "Sarah"}),
    "<voice>": ('<voice provider="11labs" id="a1">Sarah</voice>', {"content": "Sarah"}),
    "<background_noise>": (
        '<background_noise sound="busy-street">Sarah</background_noise>',
        {"content": "Sarah"},
    ),
    "<noise>": ('Sarah <noise sound="beep"/> Johnson', {"content": "Sarah Johnson"}),
    "<network_simulation>": ('<network_simulation packet_loss="5"/>Sarah', {"content": "Sarah"}),
    "[laughter]": ("Well [laughter] yes", {"content": "Well yes"}),
    "[sigh]": ("Well [sigh] yes", {"content": "Well yes"}),
}


async def answer(action: str) -> Call:
    async def agent(wire: Wire) -> None:
        await wire.say("What is your name?")
        await wire.hear()
        await wire.say("Goodbye", type="end_call")

    script = scenario("", ("The agent asks for your name", action))
    return await converse(agent, script, clock=VirtualClock())


def _prove_frame(subject: str, action: str, frame: dict[str, str]) -> None:
    @proves(subject, scenario=f"`{action}`", what="frame", expected=f"`{json.dumps(frame)}`")
    async def measure(_: Path) -> str:
        return f"`{json.dumps((await answer(action)).wire.heard[0])}`"


for _subject, (_action, _frame) in FRAMES.items():
    _prove_frame(_subject, _action, _frame)


def _prove_pause(tag: str) -> None:
    action = f'<{tag} time="30s"/>Sarah'

    @proves(
        f"<{tag}>", scenario=f"`{action}`", what="from the question to the frame", expected=30.0, unit="s"
    )
    async def measure(_: Path) -> float:
        question, answered = (await answer(action)).result.turns[:2]
        return answered.time - question.time


for _tag in ("silence", "hold"):
    _prove_pause(_tag)
