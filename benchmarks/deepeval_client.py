"""A peer: deepeval's ConversationSimulator with a fake model that says the scripted lines.

Usage: deepeval_client.py URL SECRET CONVERSATIONS [AT_ONCE], with an interpreter that has `deepeval` and `websockets`
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

os.environ.setdefault("DEEPEVAL_TELEMETRY_OPT_OUT", "YES")

from conversation import HEADERS, LAST_WORDS, TURNS
from deepeval.dataset import ConversationalGolden
from deepeval.models import DeepEvalBaseLLM
from deepeval.simulator import ConversationSimulator
from deepeval.test_case import Turn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed


class Script(DeepEvalBaseLLM):  # type: ignore[misc]
    """Says the first line of the caller that the conversation does not have yet, instead of thinking."""

    def __init__(self) -> None:
        super().__init__("script")

    def load_model(self) -> Script:
        return self

    def get_model_name(self) -> str:
        return "script"

    def generate(self, prompt: str, schema: Any = None, **_: Any) -> Any:
        line = next(line for line in TURNS if line not in prompt)
        return schema(simulated_input=line) if schema else json.dumps({"simulated_input": line})

    async def a_generate(self, prompt: str, schema: Any = None, **_: Any) -> Any:
        return self.generate(prompt, schema)


def main(url: str, secret: str, conversations: int, at_once: int = 1) -> None:
    headers = {**HEADERS, "X-RUBRIC-SECRET": secret}
    sockets: dict[str, ClientConnection] = {}

    async def call_agent(input: str, turns: list[Turn], thread_id: str) -> Turn:  # noqa: A002, ARG001
        socket = sockets.get(thread_id)
        if socket is None:
            socket = sockets[thread_id] = await connect(
                url, additional_headers=headers, compression=None, proxy=None, ping_interval=None
            )
        await socket.send(json.dumps({"content": input}))
        while True:
            frame = json.loads(await socket.recv())
            if "content" in frame:
                break
        if "has been cancelled" in frame["content"]:
            await socket.send(json.dumps({"content": LAST_WORDS, "type": "end_call"}))
            try:
                await socket.recv()
            except ConnectionClosed:
                del sockets[thread_id]
        return Turn(role="assistant", content=frame["content"])

    simulator = ConversationSimulator(
        model_callback=call_agent,
        simulator_model=Script(),
        max_concurrent=at_once,
        stopping_controller=lambda: None,
    )
    goldens = [ConversationalGolden(scenario=f"cancel {number}") for number in range(conversations)]
    cases = simulator.simulate(goldens, max_user_simulations=len(TURNS))
    wrong = [case for case in cases if "has been cancelled" not in case.turns[-1].content]
    if wrong or len(cases) != conversations:
        raise SystemExit(f"{len(wrong)} of {len(cases)} conversations went wrong")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:]))
