"""The clinic's voice on real sockets: who is let in, how calls end, and one call in real time."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import subprocess
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from acme_clinic.server import open_clinic
from acme_clinic.voice.recognition import RecognitionFailed, RecognizerPool
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from pytest_agentsim.audio.tts.espeak import EspeakSynthesizer
from pytest_agentsim.audio.tts.interface import Voice

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

EXAMPLE_SUITE = Path(__file__).parents[2] / "example_suite"
LOGIN = ("acme", "let me: in")


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@asynccontextmanager
async def call(port: int, path: str = "/voice", **headers: str) -> AsyncIterator[ClientConnection]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with connect(f"ws://127.0.0.1:{port}{path}", additional_headers=named, proxy=None) as connection:
        yield connection


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async with open_clinic("shh") as bound_port:
        yield bound_port


@pytest.fixture
async def locked_port() -> AsyncIterator[int]:
    async with open_clinic("shh", user=LOGIN[0], password=LOGIN[1]) as bound_port:
        yield bound_port


async def test_who_has_user_and_password_is_let_in(locked_port):
    async with call(locked_port, Authorization=basic(*LOGIN)) as connection:
        assert isinstance(await connection.recv(), bytes)


@pytest.mark.parametrize(
    "authorization", ["", "Basic", "Basic !!!", "Bearer abc", basic("acme", "wrong"), basic("acme", "")]
)
async def test_anybody_else_is_refused_with_401(locked_port, authorization):
    with pytest.raises(InvalidStatus) as refused:
        async with call(locked_port, Authorization=authorization):
            pass

    assert refused.value.response.status_code == 401
    assert "Basic" in refused.value.response.headers["WWW-Authenticate"]


async def test_without_the_packages_for_voice_a_call_gets_503_with_a_sentence(port, monkeypatch):
    monkeypatch.setitem(sys.modules, "acme_clinic.voice.reception", None)
    with pytest.raises(InvalidStatus) as refused:
        async with call(port):
            pass

    assert refused.value.response.status_code == 503
    assert b"takes no voice calls here" in refused.value.response.body


async def test_billing_has_its_own_greeting_by_voice(port, caplog):
    caplog.set_level("INFO", logger="acme_clinic")
    async with call(port, "/voice/billing", X_Run_Id="run_7") as connection:
        await connection.recv()

    assert any("Acme Clinic billing" in message for message in caplog.messages)
    assert any("'X-Run-Id': 'run_7'" in message for message in caplog.messages)


async def test_a_malformed_frame_is_answered_with_a_session_error(port):
    async with call(port, X_Greeting="off") as connection:
        await connection.send(b"\0")
        error = json.loads(await connection.recv())

    assert (error["type"], error["data"]["code"]) == ("session.error", "INVALID_AUDIO_FRAME")


async def test_an_internal_error_is_told_and_closes_with_1011(port, monkeypatch):
    async def fail(*_: object) -> str:
        raise RecognitionFailed("no ears")

    monkeypatch.setattr(RecognizerPool, "recognize", fail)
    async with call(port, X_Greeting="off") as connection:
        spoken = EspeakSynthesizer().synthesize("When are you open?", Voice())
        await connection.send(spoken + bytes(64_000))
        error = json.loads(await connection.recv())
        with pytest.raises(ConnectionClosed) as closed:
            await connection.recv()

    assert error["data"]["code"] == "INTERNAL_ERROR"
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1011


async def test_recognisers_work_side_by_side_and_survive_a_caller_who_gives_up():
    pool = RecognizerPool()
    spoken = EspeakSynthesizer().synthesize("When are you open?", Voice())
    try:
        abandoned = asyncio.create_task(pool.recognize(spoken, "request"))
        await asyncio.sleep(0)
        abandoned.cancel()
        heard = await asyncio.gather(*(pool.recognize(spoken, "request") for _ in range(3)))
    finally:
        await pool.close()

    assert heard == ["when are you open"] * 3


async def test_an_unknown_rule_is_a_failure_of_the_recogniser(capfd):
    pool = RecognizerPool()
    try:
        with pytest.raises(RecognitionFailed):
            await pool.recognize(bytes(32_000), "nonsense")
    finally:
        await pool.close()
    assert "no rule <nonsense>" in capfd.readouterr().err


# A process of its own, in real time


class Phone:
    """A caller that streams without a gap, as real ones do."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._waiting = bytearray()
        self.frames: list[bytes] = []
        self.events: list[Any] = []

    async def stream(self) -> None:
        loop = asyncio.get_running_loop()
        start, sent = loop.time(), 0
        while True:
            sent += 1
            await asyncio.sleep(start + sent * 0.02 - loop.time())
            frame, self._waiting = self._waiting[:640], self._waiting[640:]
            await self._connection.send(bytes(frame).ljust(640, b"\0"))

    def say(self, text: str) -> None:
        self._waiting += EspeakSynthesizer().synthesize(text, Voice())

    async def listen(self) -> None:
        """Take what comes until the clinic hangs up."""
        async for frame in self._connection:
            if isinstance(frame, bytes):
                self.frames.append(frame)
            else:
                self.events.append(json.loads(frame))


async def test_a_call_to_the_real_process_in_real_time():
    environment = os.environ | {"ACME_SECRET": "shh", "ACME_USER": LOGIN[0], "ACME_PASSWORD": LOGIN[1]}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "acme_clinic", "--port", "0",
        cwd=EXAMPLE_SUITE, env=environment, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        port = int((await process.stdout.readline()).decode().rpartition(":")[2])
        async with call(port, Authorization=basic(*LOGIN), X_Greeting="off", X_Run_Id="run_1") as connection:
            phone = Phone(connection)
            phone.say("Can I speak to a human, please?")
            streaming = asyncio.create_task(phone.stream())
            try:
                await phone.listen()
            finally:
                streaming.cancel()
                await asyncio.gather(streaming, return_exceptions=True)
            assert connection.close_code == 1000
    finally:
        process.terminate()
        output, _ = await process.communicate()

    assert {len(frame) for frame in phone.frames} == {640}
    assert len(phone.frames) > 150
    assert phone.events == []
    log = output.decode()
    assert "'X-Run-Id': 'run_1'" in log
    assert "I'm transferring you to a member of our team now. Please hold." in log
    assert "call 1 ended: the clinic hung up" in log
    assert process.returncode == 0


async def test_who_only_writes_never_loads_the_packages_for_voice():
    code = (
        "import sys; import acme_clinic.__main__; "
        "sys.exit(bool({'numpy', 'pocketsphinx', 'webrtcvad', 'soundfile'} & set(sys.modules)))"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, cwd=EXAMPLE_SUITE)
    assert await process.wait() == 0
