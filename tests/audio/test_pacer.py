"""The metronome: every 20 ms each call sends a frame, come what may."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from pytest_agentsim.audio.pacer import GROUPS, TICK, Pacer
from pytest_agentsim.clock import VirtualClock

if TYPE_CHECKING:
    from collections.abc import Callable


class Call:
    """Notes when it was driven, and does what a test wants at its n-th frame."""

    def __init__(self, clock: VirtualClock, **at: Callable[[], None]) -> None:
        self._clock = clock
        self._at = {int(name.removeprefix("frame_")): what for name, what in at.items()}
        self.due: list[float] = []
        self.sent_at: list[float] = []
        self.hurried: list[bool] = []
        self.error: Exception | None = None

    def send_frame(self, due: float) -> None:
        self.due.append(due)
        self.sent_at.append(self._clock.now())
        self._at.get(len(self.due), lambda: None)()

    def advance(self, *, hurried: bool) -> None:
        self.hurried.append(hurried)

    @property
    def advanced(self) -> int:
        return len(self.hurried)

    def broken(self, error: Exception) -> None:
        self.error = error


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(100.0)


async def ticks(number: int) -> None:
    """Let so many ticks pass; the clock moves as the pacer sleeps."""
    for _ in range(number):
        await asyncio.sleep(0)


async def until(call: Call, frames: int) -> None:
    while len(call.due) < frames:
        await ticks(1)


def fail() -> None:
    raise ZeroDivisionError("on purpose")


async def test_nothing_drifts_although_each_wake_up_is_late(clock: VirtualClock) -> None:
    pacer, call = Pacer(clock), Call(clock)
    first = pacer.join(call)
    # A clock that wakes sleepers a little late, each time.
    sleep = clock.sleep

    async def late(seconds: float) -> None:
        await sleep(seconds)
        clock.advance(0.0007)

    clock.sleep = late  # type: ignore[method-assign]
    await until(call, 20_000)
    await pacer.close()
    assert first == 100.02
    assert call.due[19_999] == pytest.approx(100.0 + 20_000 * TICK, abs=1e-6)
    assert max(sent - due for sent, due in zip(call.sent_at, call.due, strict=True)) < 0.001


async def test_a_process_that_was_held_up_makes_up_for_the_ticks_it_missed(clock: VirtualClock) -> None:
    call = Call(clock, frame_3=lambda: clock.advance(1.0))
    pacer = Pacer(clock)
    pacer.join(call)
    await until(call, 60)
    await pacer.close()
    assert call.due == pytest.approx([100 + TICK * number for number in range(1, 61)])
    lateness = [sent - due for sent, due in zip(call.sent_at, call.due, strict=True)]
    assert lateness[:3] == pytest.approx([0, 0, 0])
    assert lateness[3] == pytest.approx(0.98)
    assert lateness[52:] == pytest.approx([0] * 8, abs=1e-6)


async def test_calls_take_turns_within_a_tick(clock: VirtualClock) -> None:
    pacer, calls = Pacer(clock), [Call(clock) for _ in range(GROUPS + 1)]
    first = [pacer.join(call) for call in calls]
    await until(calls[-1], 3)
    await pacer.close()
    assert first == pytest.approx([100.02, 100.025, 100.03, 100.035, 100.02])
    for call, due in zip(calls, first, strict=True):
        assert call.due[:2] == pytest.approx([due, due + TICK])
        assert call.sent_at == pytest.approx(call.due)


async def test_who_joins_while_the_others_wait_is_not_late(clock: VirtualClock) -> None:
    waiting = VirtualClock(0.0, skip_sleeps=False)
    pacer, first, second = Pacer(waiting), Call(waiting), Call(waiting)
    pacer.join(first)
    for _ in range(20):
        await ticks(3)
        waiting.advance(0.001)
    await ticks(3)
    due = pacer.join(second)  # the first call has just been driven, and its next tick is due at 0.04
    assert due == pytest.approx(0.045)
    for _ in range(60):
        await ticks(3)
        waiting.advance(0.001)
    await pacer.close()
    for call in (first, second):
        assert call.sent_at == pytest.approx(call.due, abs=0.0015)
    assert second.due == pytest.approx([0.045, 0.065])


async def test_all_frames_of_a_group_go_out_before_anything_else_is_done(clock: VirtualClock) -> None:
    order: list[str] = []

    class Noting(Call):
        def send_frame(self, due: float) -> None:
            super().send_frame(due)
            order.append("send")

        def advance(self, *, hurried: bool) -> None:
            order.append("advance")

    pacer, calls = Pacer(clock), [Noting(clock) for _ in range(3 * GROUPS)]
    for call in calls:
        pacer.join(call)
    await until(calls[-1], 1)
    await pacer.close()
    assert order == (["send"] * 3 + ["advance"] * 3) * GROUPS


async def test_what_can_wait_waits_while_the_process_is_behind(clock: VirtualClock) -> None:
    pacer, call = Pacer(clock), Call(clock, frame_3=lambda: clock.advance(0.05))
    pacer.join(call)
    await until(call, 8)
    await pacer.close()
    # The third tick takes 50 ms, so the fourth and the fifth are late as well.
    assert call.hurried[:7] == [False, False, True, True, True, False, False]


async def test_who_joins_during_a_tick_begins_with_the_next(clock: VirtualClock) -> None:
    joined: list[float] = []
    pacer, newcomer = Pacer(clock), Call(clock)
    old = Call(clock, frame_2=lambda: joined.append(pacer.join(newcomer)))
    for call in (old, *(Call(clock) for _ in range(GROUPS - 1))):
        pacer.join(call)
    await until(old, 4)
    await pacer.close()
    assert joined == pytest.approx([100.06])
    assert newcomer.due == old.due[2:]


async def test_who_leaves_during_a_tick_is_driven_no_more(clock: VirtualClock) -> None:
    pacer, leaver = Pacer(clock), Call(clock)
    other = Call(clock, frame_2=lambda: pacer.leave(leaver))
    pacer.join(other)
    pacer.join(leaver)
    await until(other, 4)
    await pacer.close()
    assert (len(leaver.due), leaver.advanced, other.advanced) == (1, 1, 4)


async def test_a_broken_call_stops_alone_and_is_told_why(clock: VirtualClock) -> None:
    pacer, broken, other = Pacer(clock), Call(clock, frame_2=fail), Call(clock)
    pacer.join(broken)
    pacer.join(other)
    await until(other, 5)
    await pacer.close()
    assert isinstance(broken.error, ZeroDivisionError)
    assert (len(broken.due), broken.advanced) == (2, 1)
    assert (other.error, other.advanced) == (None, 5)


async def test_a_call_that_breaks_while_it_listens_stops_alone(clock: VirtualClock) -> None:
    class Deaf(Call):
        def advance(self, *, hurried: bool) -> None:
            fail()

    pacer, deaf, other = Pacer(clock), Deaf(clock), Call(clock)
    pacer.join(deaf)
    pacer.join(other)
    await until(other, 3)
    await pacer.close()
    assert isinstance(deaf.error, ZeroDivisionError)
    assert len(deaf.due) == 1


async def test_it_rests_while_there_are_no_calls_and_begins_anew_with_the_next(clock: VirtualClock) -> None:
    pacer, first, second = Pacer(clock), Call(clock), Call(clock)
    pacer.join(first)
    await until(first, 2)
    pacer.leave(first)
    await ticks(10)
    rested = clock.now()
    clock.advance(50.0)
    await ticks(10)
    assert clock.now() == rested + 50.0
    assert pacer.join(second) == pytest.approx(rested + 50.0 + TICK)
    await until(second, 2)
    await pacer.close()
    assert len(first.due) == 2


async def test_who_comes_while_it_waits_for_a_tick_of_one_who_left_waits_a_whole_tick(
    clock: VirtualClock,
) -> None:
    waiting = VirtualClock(0.0, skip_sleeps=False)
    pacer, first, second = Pacer(waiting), Call(waiting), Call(waiting)
    pacer.join(first)
    await ticks(3)
    waiting.advance(0.015)
    pacer.leave(first)
    due = pacer.join(second)
    assert due == pytest.approx(0.035)
    waiting.advance(0.005)
    await ticks(5)
    assert second.due == []
    waiting.advance(0.015)
    await ticks(5)
    await pacer.close()
    assert second.due == [due]


async def test_closing_leaves_no_task_behind(clock: VirtualClock) -> None:
    pacer, call = Pacer(clock), Call(clock)
    pacer.join(call)
    await until(call, 2)
    await pacer.close()
    await pacer.close()
    driven = len(call.due)
    await ticks(5)
    assert len(call.due) == driven
    assert asyncio.all_tasks() == {asyncio.current_task()}
