"""The lower bound: the conversation with nothing but `websockets`, one call after another or several at once.

Usage: raw_client.py URL SECRET CONVERSATIONS [AT_ONCE]
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys

from at_once import repeated
from conversation import HEADERS, LAST_WORDS, TURNS
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed


async def converse(url: str, headers: dict[str, str]) -> str:
    answer = ""
    async with connect(
        url, additional_headers=headers, compression=None, proxy=None, ping_interval=None
    ) as socket:
        for turn in TURNS:
            await socket.send(json.dumps({"content": turn}))
            while True:
                frame = json.loads(await socket.recv())
                if "content" in frame:
                    answer = frame["content"]
                    break
        await socket.send(json.dumps({"content": LAST_WORDS, "type": "end_call"}))
        with contextlib.suppress(ConnectionClosed):
            await socket.recv()
    return answer


async def main(url: str, secret: str, conversations: int, at_once: int = 1) -> None:
    headers = {**HEADERS, "X-RUBRIC-SECRET": secret}

    async def work() -> None:
        answer = await converse(url, headers)
        if "has been cancelled" not in answer:
            raise SystemExit(f"the agent said {answer!r}")

    await repeated(work, conversations, at_once=at_once)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:])))
