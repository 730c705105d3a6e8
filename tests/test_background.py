"""The loop that the calls run on."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import pytest

from pytest_agentsim.background import BackgroundLoop

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def background() -> Iterator[BackgroundLoop]:
    loop = BackgroundLoop("test-loop")
    yield loop
    loop.stop()


def test_a_coroutine_runs_on_another_thread_and_its_result_comes_back(background: BackgroundLoop) -> None:
    async def name() -> str:
        return threading.current_thread().name

    assert background.run(name()) == "test-loop"


def test_an_error_comes_back_too(background: BackgroundLoop) -> None:
    async def fail() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        background.run(fail())


def test_interrupting_the_wait_cancels_the_coroutine_and_lets_it_finish(background: BackgroundLoop) -> None:
    cleaned_up = threading.Event()
    main = threading.main_thread()

    async def interrupted() -> None:
        try:
            signal_main(main)
            await asyncio.sleep(60)
        finally:
            cleaned_up.set()

    with pytest.raises(KeyboardInterrupt):
        background.run(interrupted())
    assert cleaned_up.is_set()


def signal_main(thread: threading.Thread) -> None:
    import signal

    assert thread.ident is not None
    signal.pthread_kill(thread.ident, signal.SIGINT)


def test_stopping_cancels_what_still_runs_and_ends_the_thread() -> None:
    background = BackgroundLoop("test-loop-to-stop")
    cancelled = threading.Event()

    async def endless() -> None:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    started = asyncio.run_coroutine_threadsafe(endless(), background.loop)
    background.run(asyncio.sleep(0))
    background.stop()
    assert cancelled.is_set()
    assert started.cancelled()
    assert "test-loop-to-stop" not in [thread.name for thread in threading.enumerate()]


def test_a_stopped_loop_starts_again_when_it_is_needed() -> None:
    background = BackgroundLoop("test-loop-again")
    assert background.run(asyncio.sleep(0, 1)) == 1
    background.stop()
    assert background.run(asyncio.sleep(0, 2)) == 2
    background.stop()


def test_stopping_a_loop_that_never_ran_does_nothing() -> None:
    BackgroundLoop("never").stop()


def test_work_that_is_started_is_not_waited_for(background: BackgroundLoop) -> None:
    go_on = threading.Event()

    async def wait() -> str:
        await asyncio.to_thread(go_on.wait)
        return "done"

    running = background.start(wait())
    assert not running.done()
    go_on.set()
    assert running.result() == "done"
    assert running.done()


def test_who_waits_for_cancelled_work_is_told_of_its_end(background: BackgroundLoop) -> None:
    running = background.start(asyncio.sleep(60))
    running.cancel()
    assert running.wait(10)


def test_cancelled_work_ends_as_it_likes(background: BackgroundLoop) -> None:
    begun = threading.Event()

    async def reluctant() -> str:
        try:
            begun.set()
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            pass
        return "ended well"

    running = background.start(reluctant())
    begun.wait(10)
    running.cancel()
    assert running.wait(10)
    assert running.result() == "ended well"


def test_the_end_of_work_is_called_back_on_the_loop_even_when_it_is_over(background: BackgroundLoop) -> None:
    running = background.start(asyncio.sleep(0))
    running.result()
    called: list[str] = []
    back = threading.Event()
    running.when_done(lambda: (called.append(threading.current_thread().name), back.set()))
    assert back.wait(10)
    assert called == ["test-loop"]
