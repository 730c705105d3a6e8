from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys

import pytest

from pytest_agentsim.audio.stt.interface import Hints, RecognitionError
from pytest_agentsim.audio.stt.pool import RecognizerPool
from pytest_agentsim.errors import ConfigurationError

NO_HINTS = Hints()
PIECE = bytes(640)


@pytest.fixture
async def make(listening, tmp_path):
    pools = []

    def made(workers: int = 1, **settings: str) -> RecognizerPool:
        pools.append(RecognizerPool(listening, {"directory": str(tmp_path), **settings}, workers=workers))
        return pools[-1]

    yield made
    for pool in pools:
        await pool.close()


def opened(pool: RecognizerPool, *hints: str):
    return pool.open_stream(language="en", hints=Hints(hints))


async def worker_of(pool: RecognizerPool) -> int:
    """The process that has recognised something."""
    return int((await opened(pool).finish()).text.rpartition(" ")[2])


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def until(happened) -> None:
    while not happened():
        await asyncio.sleep(0.01)


async def test_a_whole_utterance_is_recognised_with_its_language_and_hints(make):
    found = await make().recognize(bytes(200_000), language="en-GB", hints=Hints(("tea", "milk")))
    assert found.text == "200000 bytes of en-GB at once, tea and milk"
    assert found.confidence == 0.5


async def test_a_stream_is_fed_in_pieces_and_tells_what_it_knows(make):
    stream = opened(make())
    for _ in range(10):
        stream.feed(PIECE)
    await until(lambda: stream.partial == "6400...")
    assert (await stream.finish()).text.startswith("6400 bytes of en in pieces")


async def test_finish_may_be_called_again(make):
    stream = opened(make())
    assert await stream.finish() is await stream.finish()


async def test_streams_of_one_worker_do_not_get_mixed_up(make):
    pool = make()
    streams = [opened(pool) for _ in range(5)]
    for number, stream in enumerate(streams):
        for _ in range(number):
            stream.feed(PIECE)
    texts = [(await stream.finish()).text for stream in streams]
    assert [text.partition(" ")[0] for text in texts] == ["0", "640", "1280", "1920", "2560"]


async def test_no_process_is_started_before_it_is_needed(make, monkeypatch):
    async def refuse(*_arguments, **_options):
        raise AssertionError("a process was started")

    monkeypatch.setattr(asyncio, "create_subprocess_exec", refuse)
    make(workers=4)
    await asyncio.sleep(0)


async def test_utterances_go_to_the_worker_with_the_fewest(make):
    pool = make(workers=2)
    streams = [opened(pool) for _ in range(4)]
    workers = [int((await stream.finish()).text.rpartition(" ")[2]) for stream in streams]
    assert workers[0] == workers[2]
    assert workers[1] == workers[3]
    assert len(set(workers)) == 2


async def test_a_worker_that_is_running_is_preferred_to_one_that_would_have_to_start(make):
    pool = make(workers=2)
    assert await worker_of(pool) == await worker_of(pool)


async def test_warm_starts_all_workers(make):
    pool = make(workers=2)
    await pool.warm(language="en", hints=NO_HINTS)
    one, other = opened(pool), opened(pool)
    assert (await one.finish()).text != (await other.finish()).text


async def test_recognition_gives_way_to_other_work(make):
    before = os.getpriority(os.PRIO_PROCESS, 0)
    worker = await worker_of(make())
    assert os.getpriority(os.PRIO_PROCESS, worker) == min(before + 5, 19)


async def test_an_utterance_whose_worker_dies_is_recognised_by_another(make):
    stream = opened(make(), "die once")
    stream.feed(PIECE)
    assert (await stream.finish()).text.startswith("640 bytes")


async def test_other_utterances_of_a_worker_that_dies_go_on_too(make):
    pool = make()
    unfinished = opened(pool)
    unfinished.feed(PIECE)
    await opened(pool, "die once").finish()
    unfinished.feed(PIECE)
    assert (await unfinished.finish()).text.startswith("1280 bytes")


async def test_a_worker_that_is_killed_is_replaced(make):
    pool = make()
    worker = await worker_of(pool)
    stream = opened(pool)
    os.kill(worker, signal.SIGKILL)
    stream.feed(PIECE)
    found = await stream.finish()
    assert found.text.startswith("640 bytes")
    assert not found.text.endswith(f" {worker}")


async def test_an_utterance_that_kills_every_worker_fails_with_the_last_output(make):
    with pytest.raises(RecognitionError) as caught:
        await opened(make(), "die").finish()
    assert str(caught.value) == (
        "The process of the recogniser has died: it ended with status 3; "
        "its last output: the engine runs out of memory"
    )


async def test_after_such_an_utterance_others_are_recognised(make):
    pool = make()
    with pytest.raises(RecognitionError):
        await opened(pool, "die").finish()
    assert (await opened(pool).finish()).text.startswith("0 bytes")


async def test_what_an_engine_raises_is_told_as_a_sentence(make):
    with pytest.raises(RecognitionError, match=r"^The recogniser failed: ValueError: the engine has a bug$"):
        await opened(make(), "raise").finish()


async def test_an_engine_error_keeps_its_words(make):
    with pytest.raises(RecognitionError, match=r"^Nobody has said anything\.$"):
        await opened(make(), "refuse").finish()


async def test_an_engine_that_is_set_up_wrongly_is_a_configuration_error_each_time(make):
    pool = make(broken="yes")
    for _ in range(2):
        with pytest.raises(ConfigurationError, match=r"^Set broken to nothing\.$"):
            await pool.warm(language="en", hints=NO_HINTS)


async def test_what_an_engine_prints_does_not_disturb(make):
    stream = opened(make(), "print")
    stream.feed(PIECE)
    assert (await stream.finish()).text.startswith("640 bytes")


async def test_an_utterance_that_is_given_up_is_cancelled_in_the_worker(make, tmp_path):
    stream = opened(make())
    stream.feed(PIECE)
    stream.cancel()
    await until((tmp_path / "cancelled").exists)
    with pytest.raises(RecognitionError, match="given up"):
        await stream.finish()


async def test_who_stops_waiting_for_the_words_gives_the_utterance_up(make):
    stream = opened(make())
    waiting = asyncio.create_task(stream.finish())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    with pytest.raises(RecognitionError, match="given up"):
        await stream.finish()


async def test_closing_leaves_no_process_and_no_task(make):
    pool = make(workers=2)
    await pool.warm(language="en", hints=NO_HINTS)
    workers = [await worker_of(pool)]
    await pool.close()
    assert not any(map(is_alive, workers))
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_closing_fails_what_is_not_finished(make):
    pool = make()
    waiting = asyncio.create_task(opened(pool).finish())
    await asyncio.sleep(0)
    await pool.close()
    with pytest.raises(RecognitionError, match="closed"):
        await waiting
    with pytest.raises(RecognitionError, match="closed"):
        await opened(pool).finish()


async def test_a_pool_that_nobody_used_can_be_closed(make):
    await make(workers=3).close()


def test_an_unknown_name_is_refused_at_once():
    with pytest.raises(ConfigurationError, match="There is no recogniser 'siri'"):
        RecognizerPool("siri")


async def test_none_needs_no_process(monkeypatch):
    monkeypatch.setattr(asyncio, "create_subprocess_exec", None)
    pool = RecognizerPool("none")
    stream = pool.open_stream(language="en", hints=NO_HINTS)
    stream.feed(PIECE)
    assert (await stream.finish()).text == ""
    await pool.warm(language="en", hints=NO_HINTS)
    await pool.close()


PARENT = """
import asyncio, os, sys
from pytest_agentsim.audio.stt.interface import Hints
from pytest_agentsim.audio.stt.pool import RecognizerPool

async def main():
    stream = RecognizerPool("listening").open_stream(language="en", hints=Hints())
    print((await stream.finish()).text.rpartition(" ")[2], flush=True)
    os._exit(1)

asyncio.run(main())
"""


async def test_a_worker_ends_with_its_parent(listening):
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await parent.communicate()
    await until(lambda: not is_alive(int(printed)))


def test_importing_the_pool_is_light():
    check = "import sys, pytest_agentsim.audio.stt.pool; print({'numpy', 'pocketsphinx', 'httpx'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
