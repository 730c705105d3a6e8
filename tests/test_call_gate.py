"""How many calls are on the line at once, and how quickly they begin."""

from __future__ import annotations

import asyncio
from typing import Any

from pytest_agentsim.call_gate import CallGate, Limit, Limits
from pytest_agentsim.clock import VirtualClock
from pytest_agentsim.scenario.model import Channel


class Calls:
    """Calls that last until they are told to end, and when each of them has begun."""

    def __init__(self, gate: CallGate, clock: VirtualClock) -> None:
        self._gate, self._clock = gate, clock
        self._ends: dict[str, asyncio.Event] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self.begun: dict[str, float] = {}

    def __enter__(self) -> Calls:
        return self

    def __exit__(self, *error: object) -> None:
        for task in self._tasks:
            task.cancel()

    def ask(self, *names: str, channel: Any = "text") -> None:
        for name in names:
            self._ends[name] = asyncio.Event()
            self._tasks.append(asyncio.create_task(self._call(name, channel)))

    def end(self, name: str) -> None:
        self._ends[name].set()

    async def _call(self, name: str, channel: Any) -> None:
        async with self._gate.passed(channel):
            self.begun[name] = self._clock.now()
            await self._ends[name].wait()


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def calls(text: int, *, voice: int = 1, rate: float = 0.0) -> tuple[Calls, VirtualClock]:
    clock = VirtualClock(skip_sleeps=False)
    return Calls(CallGate(Limits(Limit(text, rate), Limit(voice, rate)), clock), clock), clock


async def test_calls_beyond_the_limit_wait_until_one_has_ended() -> None:
    made, _ = calls(2)
    with made:
        made.ask("a", "b", "c")
        await settle()
        assert set(made.begun) == {"a", "b"}
        made.end("a")
        await settle()
        assert set(made.begun) == {"a", "b", "c"}


async def test_waiting_calls_begin_in_the_order_in_which_they_came() -> None:
    made, _ = calls(1)
    with made:
        made.ask("a", "b", "c")
        for name in "ab":
            await settle()
            made.end(name)
        await settle()
        assert list(made.begun) == ["a", "b", "c"]


async def test_voice_calls_do_not_take_the_lines_of_text_calls() -> None:
    made, _ = calls(2, voice=1)
    with made:
        made.ask("loud", "waits", channel=Channel.VOICE)
        made.ask("quiet", channel=Channel.TEXT)
        await settle()
        assert set(made.begun) == {"loud", "quiet"}


async def test_calls_begin_no_faster_than_the_launch_rate() -> None:
    made, clock = calls(10, rate=4)
    with made:
        made.ask("a", "b", "c")
        for _ in range(3):
            await settle()
            clock.advance(0.25)
        assert made.begun == {"a": 0.0, "b": 0.25, "c": 0.5}


async def test_a_pause_between_calls_saves_up_no_burst() -> None:
    made, clock = calls(10, rate=4)
    with made:
        clock.advance(100)
        made.ask("a", "b")
        await settle()
        assert made.begun == {"a": 100.0}


async def test_a_cancelled_call_gives_its_line_back() -> None:
    gate = CallGate(Limits(), VirtualClock())
    async with gate.passed("text"):
        waiting = asyncio.create_task(gate.passed("text").__aenter__())
        await settle()
        waiting.cancel()
    async with asyncio.timeout(5), gate.passed("text"):
        pass


async def test_channels_keep_their_own_pace() -> None:
    made, _ = calls(10, voice=10, rate=4)
    with made:
        made.ask("quiet", channel=Channel.TEXT)
        made.ask("loud", channel=Channel.VOICE)
        await settle()
        assert made.begun == {"quiet": 0.0, "loud": 0.0}


def test_the_most_calls_are_those_of_the_channel_that_allows_more() -> None:
    assert Limits().most == 1
    assert Limits(voice=Limit(2)).most == 2
