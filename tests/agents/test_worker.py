from __future__ import annotations

import asyncio
import threading

import pytest

from pytest_agentsim.agents.worker import Worker


@pytest.fixture
async def worker():
    worker = Worker("worker-under-test")
    yield worker
    worker.stop()
    worker.join(5)


async def test_a_function_is_called_with_its_arguments(worker):
    assert await worker.run(lambda *given, **named: (given, named), 1, key=2) == ((1,), {"key": 2})


async def test_everything_runs_in_one_other_thread(worker):
    threads = {await worker.run(threading.current_thread) for _ in range(5)}
    assert len(threads) == 1
    assert threads != {threading.current_thread()}


async def test_the_event_loop_goes_on_while_a_function_blocks(worker):
    released = threading.Event()
    blocked = asyncio.ensure_future(worker.run(released.wait, 10))
    await asyncio.sleep(0)
    released.set()
    assert await blocked


@pytest.mark.parametrize("error", [ValueError("no"), SystemExit(1), KeyboardInterrupt()])
async def test_an_error_reaches_the_one_who_waits(worker, error):
    def fail():
        raise error

    with pytest.raises(type(error)) as raised:
        await worker.run(fail)
    assert raised.value is error
    assert await worker.run(str, "still working") == "still working"


async def test_an_exhausted_iterator_is_an_error_too(worker):
    with pytest.raises(RuntimeError, match="StopIteration was raised") as raised:
        await worker.run(next, iter([]))
    assert raised.value.__traceback__ is not None


async def test_what_was_cancelled_before_its_turn_is_not_run(worker):
    released, ran = threading.Event(), threading.Event()
    first = asyncio.ensure_future(worker.run(released.wait, 10))
    second = asyncio.ensure_future(worker.run(ran.set))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.wait([second])
    released.set()
    await first
    await worker.run(str)
    assert not ran.is_set()


async def test_no_thread_is_started_before_it_is_needed_and_none_is_left():
    before = set(threading.enumerate())
    worker = Worker("worker-under-test")
    assert set(threading.enumerate()) == before
    assert worker.is_alive
    await worker.run(str)
    worker.stop()
    worker.join(5)
    assert set(threading.enumerate()) == before
    assert not worker.is_alive


async def test_a_thread_that_is_stuck_keeps_nobody_waiting(worker):
    released = threading.Event()
    stuck = asyncio.ensure_future(worker.run(released.wait, 10))
    await asyncio.sleep(0)
    worker.stop()
    worker.join(0.01)
    assert worker.is_alive
    released.set()
    await stuck
