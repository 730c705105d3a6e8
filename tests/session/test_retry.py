from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import pytest

from pytest_agentsim.clock import VirtualClock
from pytest_agentsim.result import Reason
from pytest_agentsim.session.connect import VOICE_HINTS, ConnectFailed, Connection
from pytest_agentsim.session.retry import open_with_retries
from tests.session.servers import open_session, raw_agent, shake_hands

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

MIDDLE = 0.5  # the chance that makes a pause neither longer nor shorter

UNAVAILABLE = b"HTTP/1.1 503 Starting\r\nContent-Length: 0\r\n\r\n"
UNAUTHORIZED = b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n"
NOT_FOUND = b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"


class Desk:
    """An agent that answers its first callers with the given responses and accepts those who come later."""

    def __init__(self, *responses: bytes) -> None:
        self.responses = list(responses)
        self.visits = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.visits += 1
        if len(self.responses) >= self.visits:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(self.responses[self.visits - 1])
            await writer.drain()
        else:
            await shake_hands(reader, writer)
            await reader.read(1)


class Attempts:
    """Opens sessions with retries in virtual time, and keeps what was told about each retry."""

    def __init__(self, url: str, chance: Callable[[], float] = lambda: MIDDLE) -> None:
        self.clock = VirtualClock()
        self.retries: list[tuple[int, float]] = []
        self.failures: list[ConnectFailed] = []
        self._url = url
        self._chance = chance

    async def open(self, **settings: int) -> Connection:
        return await open_with_retries(
            lambda: open_session(self._url, hints=VOICE_HINTS),
            clock=self.clock,
            on_retry=self._told,
            chance=self._chance,
            **settings,
        )

    async def fail(self, **settings: int) -> ConnectFailed:
        with pytest.raises(ConnectFailed) as failed:
            await self.open(**settings)
        return failed.value

    def _told(self, number: int, pause: float, failure: ConnectFailed) -> None:
        self.retries.append((number, pause))
        self.failures.append(failure)


@pytest.fixture
async def closed_url() -> AsyncIterator[str]:
    """A URL at which nobody listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        yield f"ws://127.0.0.1:{unused.getsockname()[1]}/voice"


async def test_an_agent_that_answers_is_tried_once() -> None:
    desk = Desk()
    async with raw_agent(desk) as url:
        attempts = Attempts(url)
        connection = await attempts.open()
        await connection.close()
    assert (desk.visits, attempts.retries, attempts.clock.now()) == (1, [], 0.0)


@pytest.mark.parametrize("failures", [1, 2, 3])
async def test_an_agent_that_is_just_starting_gets_up_to_three_more_attempts(failures: int) -> None:
    desk = Desk(*[UNAVAILABLE] * failures)
    async with raw_agent(desk) as url:
        attempts = Attempts(url)
        connection = await attempts.open()
        await connection.close()
    assert desk.visits == failures + 1
    assert attempts.retries == [(1, 0.5), (2, 1.0), (3, 2.0)][:failures]
    assert [failure.reason for failure in attempts.failures] == [Reason.CONNECTION_FAILED] * failures


async def test_after_three_retries_the_last_failure_says_how_often_it_was_tried() -> None:
    desk = Desk(*[UNAVAILABLE] * 9)
    async with raw_agent(desk) as url:
        attempts = Attempts(url)
        failed = await attempts.fail()
    assert desk.visits == 4
    assert failed.reason is Reason.CONNECTION_FAILED
    assert failed.retryable
    assert failed.detail.startswith(f"{url} answered with HTTP 503")
    assert failed.detail.endswith(" (tried 4 times)")
    assert attempts.clock.now() == 3.5


async def test_a_refused_port_is_tried_again(closed_url: str) -> None:
    attempts = Attempts(closed_url)
    failed = await attempts.fail()
    assert [number for number, _ in attempts.retries] == [1, 2, 3]
    assert "nothing accepts connections" in failed.detail
    assert failed.detail.endswith("(tried 4 times)")


async def test_a_connection_that_is_dropped_during_the_handshake_is_tried_again() -> None:
    desk = Desk(b"", b"HTTP/1.1 101 ")
    async with raw_agent(desk) as url:
        connection = await Attempts(url).open()
        await connection.close()
    assert desk.visits == 3


@pytest.mark.parametrize(
    ("response", "reason"),
    [
        (UNAUTHORIZED, Reason.CREDENTIALS_REJECTED),
        (UNAUTHORIZED.replace(b"401", b"403"), Reason.CREDENTIALS_REJECTED),
        (NOT_FOUND, Reason.CONNECTION_FAILED),
        (b"HTTP/1.1 302 Found\r\nLocation: ws://h/\r\nContent-Length: 0\r\n\r\n", Reason.CONNECTION_FAILED),
        (b"SSH-2.0-OpenSSH_9.6\r\n", Reason.CONNECTION_FAILED),
    ],
)
async def test_what_only_a_setting_can_change_is_tried_once(response: bytes, reason: Reason) -> None:
    desk = Desk(*[response] * 9)
    async with raw_agent(desk) as url:
        attempts = Attempts(url)
        failed = await attempts.fail()
    assert desk.visits == 1
    assert attempts.retries == []
    assert failed.reason is reason
    assert "tried" not in failed.detail


async def test_a_rejection_after_a_retry_ends_the_attempts() -> None:
    desk = Desk(UNAVAILABLE, UNAUTHORIZED, UNAVAILABLE)
    async with raw_agent(desk) as url:
        failed = await Attempts(url).fail()
    assert desk.visits == 2
    assert failed.reason is Reason.CREDENTIALS_REJECTED
    assert not failed.retryable
    assert failed.detail.endswith("(tried 2 times)")


@pytest.mark.parametrize(("retries", "visits"), [(0, 1), (1, 2), (5, 6)])
async def test_the_number_of_retries_can_be_set(retries: int, visits: int) -> None:
    desk = Desk(*[UNAVAILABLE] * 9)
    async with raw_agent(desk) as url:
        await Attempts(url).fail(retries=retries)
    assert desk.visits == visits


@pytest.mark.parametrize(
    ("chance", "pauses"), [(0.0, [0.375, 0.75, 1.5]), (0.5, [0.5, 1.0, 2.0]), (1.0, [0.625, 1.25, 2.5])]
)
async def test_a_pause_is_up_to_a_quarter_longer_or_shorter(
    closed_url: str, chance: float, pauses: Sequence[float]
) -> None:
    attempts = Attempts(closed_url, chance=lambda: chance)
    await attempts.fail()
    assert [pause for _, pause in attempts.retries] == pytest.approx(pauses)
    assert attempts.clock.now() == pytest.approx(sum(pauses))


async def test_an_error_that_is_none_of_the_connection_is_not_swallowed() -> None:
    async def broken() -> Connection:
        raise RuntimeError("a defect")

    with pytest.raises(RuntimeError, match="a defect"):
        await open_with_retries(broken, clock=VirtualClock(), on_retry=lambda *_: pytest.fail("retried"))


async def test_a_cancelled_pause_ends_the_attempts(closed_url: str) -> None:
    told: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    opening = asyncio.ensure_future(
        open_with_retries(
            lambda: open_session(closed_url),
            clock=VirtualClock(skip_sleeps=False),
            on_retry=lambda *_: told.set_result(None),
        )
    )
    await told
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
