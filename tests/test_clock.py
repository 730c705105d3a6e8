"""The clock: real time, and time that a test moves."""

from __future__ import annotations

import asyncio

import pytest

from pytest_agentsim.clock import RealClock, VirtualClock


async def test_the_virtual_clock_stands_still_until_it_is_moved() -> None:
    clock = VirtualClock(start=5.0)
    assert clock.now() == 5.0
    clock.advance(2.5)
    assert clock.now() == 7.5


async def test_a_pause_on_the_virtual_clock_moves_the_time_by_its_length() -> None:
    clock = VirtualClock()
    await clock.sleep(30)
    assert clock.now() == 30


async def test_a_pause_can_be_made_to_wait_for_moved_time() -> None:
    clock = VirtualClock(skip_sleeps=False)
    pause = asyncio.ensure_future(clock.sleep(30))
    await asyncio.sleep(0)
    clock.advance(29.9)
    await asyncio.sleep(0)
    assert not pause.done(), "the pause ended a tenth of a second early"
    clock.advance(0.1)
    await asyncio.wait_for(pause, 5)


async def test_a_deadline_is_reached_when_the_time_has_moved_past_it() -> None:
    clock = VirtualClock()
    never = asyncio.get_running_loop().create_future()
    waiting = asyncio.ensure_future(clock.wait_for(never, deadline=120))
    await asyncio.sleep(0)
    clock.advance(120)
    with pytest.raises(TimeoutError):
        await waiting
    assert never.cancelled()


async def test_what_comes_before_the_deadline_is_returned() -> None:
    clock = VirtualClock()

    async def answer() -> str:
        await asyncio.sleep(0)
        return "here"

    assert await clock.wait_for(answer(), deadline=1) == "here"


@pytest.mark.parametrize("clock", [RealClock(), VirtualClock()], ids=["real", "virtual"])
async def test_a_deadline_that_has_passed_ends_the_wait_at_once(clock: RealClock | VirtualClock) -> None:
    with pytest.raises(TimeoutError):
        await clock.wait_for(asyncio.get_running_loop().create_future(), deadline=clock.now() - 1)


@pytest.mark.parametrize("clock", [RealClock(), VirtualClock()], ids=["real", "virtual"])
async def test_without_a_deadline_the_result_is_awaited(clock: RealClock | VirtualClock) -> None:
    assert await clock.wait_for(asyncio.sleep(0, "done"), deadline=None) == "done"


@pytest.mark.parametrize("clock", [RealClock(), VirtualClock()], ids=["real", "virtual"])
async def test_an_error_of_what_is_awaited_comes_through(clock: RealClock | VirtualClock) -> None:
    async def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await clock.wait_for(fail(), deadline=clock.now() + 60)


async def test_the_time_may_be_moved_from_another_thread() -> None:
    clock = VirtualClock()
    waiting = asyncio.ensure_future(clock.wait_for(asyncio.get_running_loop().create_future(), deadline=10))
    await asyncio.sleep(0)
    await asyncio.to_thread(clock.advance, 11)
    with pytest.raises(TimeoutError):
        await waiting
