"""The lower bound of calls of one turn: nothing but `websockets`, so many calls at once.

Usage: one_turn_raw.py URL CALLS AT_ONCE; prints what the calls have cost, without the start of Python, as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

from at_once import repeated
from one_turn import FIRST_WORDS, LAST_WORDS
from websockets.asyncio.client import connect


async def call(url: str) -> None:
    async with connect(url, compression=None, proxy=None, ping_interval=None) as socket:
        await socket.send(json.dumps({"content": FIRST_WORDS}))
        answer = json.loads(await socket.recv())
    if answer != LAST_WORDS:
        raise SystemExit(f"the agent said {answer!r}")


async def main(url: str, calls: int, at_once: int) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    await repeated(lambda: call(url), calls, at_once=at_once)
    print(json.dumps({"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
