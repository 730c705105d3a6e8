"""The calls of one batch: ids, seeds, artifacts, and an end that leaves nothing running."""

from __future__ import annotations

import asyncio
import signal
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim.agent import TextEndpoint
from pytest_agentsim.background import BackgroundLoop
from pytest_agentsim.report.artifacts import load_result
from pytest_agentsim.result import Reason, Status
from pytest_agentsim.runner import CallRunner, RecordedCall, StartedCall, seed_for
from pytest_agentsim.scenario.model import Channel
from pytest_agentsim.voice_endpoint import VoiceEndpoint
from tests.call.harness import Line, Wire, listening, scenario
from tests.made_calls import recorded_if_wanted

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from pytest_agentsim.settings import Recording

HELLO = scenario("Hello", (0, "Bye <endcall/>"))


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[CallRunner]:
    runner = CallRunner(tmp_path, batch_id="batch-1", seed=5)
    yield runner
    runner.stop()


@contextmanager
def agent_on_its_own_loop(handler: Callable[[Wire], Awaitable[None]]) -> Iterator[Line]:
    loop = BackgroundLoop("agent")
    server = listening(handler)
    try:
        line = loop.run(server.__aenter__())
        yield line
        loop.run(server.__aexit__(None, None, None))
    finally:
        loop.stop()


def make_call(runner: CallRunner, line: Line, **more: Any) -> RecordedCall:
    settings: dict[str, Any] = {"node_id": "x.scenario.yaml::hello", "run_number": 1, **more}
    return start_call(runner, line, **settings).finish()


def start_call(runner: CallRunner, line: Line, **settings: Any) -> StartedCall:
    return runner.call(
        HELLO,
        personality=HELLO.personality,
        profile=HELLO.profile,
        endpoint=TextEndpoint.create(line.url),
        channel=Channel.TEXT,
        directory=Path(),
        **settings,
    )


async def reply(wire: Wire) -> None:
    await wire.hear()
    await wire.say("Hi")
    await wire.stay()


# --- seeds and ids -----------------------------------------------------------------------------------------


def test_the_seed_is_the_same_for_the_same_item_and_run() -> None:
    assert seed_for(0, "x.yaml::a", 1) == seed_for(0, "x.yaml::a", 1)


def test_the_seed_is_the_same_on_every_machine() -> None:
    # The first four bytes that `printf '0\nx.yaml::a\n1' | sha256sum` prints.
    assert seed_for(0, "x.yaml::a", 1) == 0x51752E97
    assert seed_for(1, "x.yaml::gr\u00fc\u00dfe[\ud83d]", 2) == 0x97DB7FF0


def test_the_seed_differs_by_suite_seed_item_and_run() -> None:
    seeds = {
        seed_for(suite, node, run)
        for suite in (0, 1)
        for node in ("x.yaml::a", "x.yaml::b")
        for run in (1, 2)
    }
    assert len(seeds) == 8
    assert all(0 <= seed < 2**32 for seed in seeds)


def test_a_call_has_the_batchs_id_an_id_of_its_own_and_its_seed(runner: CallRunner) -> None:
    with agent_on_its_own_loop(reply) as line:
        first, second = (make_call(runner, line, run_number=number).result for number in (1, 2))
    assert {first.batch_id, second.batch_id} == {"batch-1"}
    assert first.run_id != second.run_id
    assert [first.seed, second.seed] == [seed_for(5, "x.scenario.yaml::hello", number) for number in (1, 2)]
    assert [wire.headers["X-RUBRIC-RUN-ID"] for wire in line.wires] == [first.run_id, second.run_id]
    assert [wire.headers["X-RUBRIC-BATCH-ID"] for wire in line.wires] == ["batch-1"] * 2


# --- artifacts ---------------------------------------------------------------------------------------------


def test_each_run_leaves_its_artifacts_in_a_place_of_its_own(runner: CallRunner, tmp_path: Path) -> None:
    with agent_on_its_own_loop(reply) as line:
        made = [make_call(runner, line, run_number=number) for number in (1, 2)]
    assert runner.finish() == ""
    assert [call.artifacts for call in made] == [
        tmp_path / "x.scenario.yaml" / "hello",
        tmp_path / "x.scenario.yaml" / "hello-run2",
    ]
    for call in made:
        stored = load_result(call.artifacts)
        assert (stored.run_id, stored.turns) == (call.result.run_id, call.result.turns)


def test_artifacts_that_cannot_be_written_fail_no_call_and_are_reported(
    runner: CallRunner, tmp_path: Path
) -> None:
    (tmp_path / "x.scenario.yaml").write_text("in the way of the directory", encoding="utf-8")
    with agent_on_its_own_loop(reply) as line:
        call = make_call(runner, line)
    assert call.result.status is Status.COMPLETED
    assert "could not be written" in runner.finish()


# --- interruptions -----------------------------------------------------------------------------------------


def test_an_interrupted_wait_still_stores_what_was_said(runner: CallRunner, tmp_path: Path) -> None:
    main = threading.main_thread().ident
    assert main is not None

    async def agent(wire: Wire) -> None:
        await wire.hear()
        signal.pthread_kill(main, signal.SIGINT)
        await wire.stay()

    with agent_on_its_own_loop(agent) as line:
        with pytest.raises(KeyboardInterrupt):
            make_call(runner, line)
        runner.stop()
        assert line.wire.socket.close_code == 1000
    stored = load_result(tmp_path / "x.scenario.yaml" / "hello")
    assert stored.ended_reason is Reason.CANCELLED
    assert [turn.text for turn in stored.turns] == ["Hello"]


def test_stopping_ends_the_calls_that_still_run_and_stores_them(runner: CallRunner, tmp_path: Path) -> None:
    heard = threading.Event()

    async def agent(wire: Wire) -> None:
        await wire.hear()
        heard.set()
        await wire.stay()

    made: list[RecordedCall] = []
    with agent_on_its_own_loop(agent) as line:
        waiting = threading.Thread(target=lambda: made.append(make_call(runner, line)))
        waiting.start()
        heard.wait(10)
        runner.stop()
        waiting.join(10)
    assert [call.result.ended_reason for call in made] == [Reason.CANCELLED]
    stored = load_result(tmp_path / "x.scenario.yaml" / "hello")
    assert (stored.ended_reason, stored.turns[0].text) == (Reason.CANCELLED, "Hello")


def test_nothing_is_left_running_after_the_stop(runner: CallRunner) -> None:
    before = set(threading.enumerate())
    with agent_on_its_own_loop(reply) as line:
        make_call(runner, line)
        assert {thread.name for thread in set(threading.enumerate()) - before} > {"agentsim-calls"}
        runner.stop()
        assert {thread.name for thread in set(threading.enumerate()) - before} == {"agent"}
        assert line.wire.socket.close_code == 1000


def test_a_runner_that_made_no_call_stops_as_well(tmp_path: Path) -> None:
    runner = CallRunner(tmp_path / "out", batch_id="batch-1")
    runner.stop()
    assert runner.finish() == ""
    assert not (tmp_path / "out").exists()


# --- other work --------------------------------------------------------------------------------------------


def test_other_work_runs_on_the_loop_of_the_calls(runner: CallRunner) -> None:
    async def where() -> str:
        return threading.current_thread().name

    assert runner.run(where()) == "agentsim-calls"
    assert runner.submit(where()).result(10) == "agentsim-calls"
    assert runner.run(asyncio.sleep(0, "done")) == "done"


# --- recordings --------------------------------------------------------------------------------------------


@pytest.fixture
def voice_call(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., RecordedCall]]:
    """Makes a voice call that ends at once and is recorded if it is to be."""
    runners: list[CallRunner] = []
    monkeypatch.setattr("pytest_agentsim.call.run_call", recorded_if_wanted)

    def call(record: Recording, *, passed: bool) -> RecordedCall:
        runners.append(CallRunner(tmp_path, batch_id="batch-1", record=record))
        made = (
            runners[-1]
            .call(
                HELLO,
                personality=HELLO.personality,
                profile=HELLO.profile,
                endpoint=VoiceEndpoint.create("ws://127.0.0.1:1/"),
                channel=Channel.VOICE,
                node_id="x.scenario.yaml::hello",
                directory=tmp_path,
                run_number=1,
            )
            .finish()
        )
        settled = runners[-1].settled(made, passed=passed)
        assert runners[-1].finish() == ""
        return settled

    yield call
    for runner in runners:
        runner.stop()


@pytest.mark.parametrize(
    ("record", "passed", "stays"),
    [
        ("on", True, True),
        ("on", False, True),
        ("off", True, False),
        ("off", False, False),
        ("retain-on-failure", True, False),
        ("retain-on-failure", False, True),
    ],
)
def test_a_recording_stays_as_the_setting_says(
    voice_call: Callable[..., RecordedCall], record: Recording, passed: bool, stays: bool
) -> None:
    call = voice_call(record, passed=passed)
    assert call.recording == (call.artifacts / "recording.wav" if stays else None)
    assert (call.artifacts / "recording.wav").exists() == stays
    assert load_result(call.artifacts).recording == call.result.recording
