"""How a voice call is opened: its headers, and what becomes of a connection that is refused or fails."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import socket
import ssl
from contextlib import asynccontextmanager, closing
from typing import TYPE_CHECKING, Any

import pytest
import trustme
from websockets.asyncio.server import ServerConnection, serve

from pytest_agentsim.result import EndedBy, EventKind, FailureKind, Reason, Status
from tests.voice.harness import (
    Agent,
    Conducted,
    LockstepClock,
    Traffic,
    call_at,
    conditions,
    conduct,
    serving,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from websockets.http11 import Request, Response

HELLO = conditions(("", "Hello <endcall/>"))

USER, PASSWORD = "simulator", "s3cret-passw0rd"
TOKEN = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

# The pauses before the retries, each longer or shorter by up to a quarter.
PAUSES = (0.5, 1.0, 2.0)


async def stay(agent: Agent) -> None:
    await agent.stay()


async def headers_of(**settings: Any) -> list[tuple[str, str]]:
    """Return the headers of the handshake as the agent sees them."""
    call = await conduct(stay, HELLO, **settings)
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert call.agent.socket.request is not None
    return list(call.agent.socket.request.headers.raw_items())


def warnings_of(call: Conducted) -> list[str]:
    return [data["message"] for data in call.events(EventKind.WARNING)]


# --- the headers -------------------------------------------------------------------------------------------


async def test_user_and_password_arrive_as_basic_authentication() -> None:
    headers = await headers_of(user=USER, password=PASSWORD)
    assert [value for name, value in headers if name.lower() == "authorization"] == [f"Basic {TOKEN}"]


async def test_a_password_may_have_any_letters_and_colons() -> None:
    headers = dict(await headers_of(user="ümlaut", password="pä:ss wörd"))
    assert base64.b64decode(headers["Authorization"].removeprefix("Basic ")).decode() == "ümlaut:pä:ss wörd"


@pytest.mark.parametrize("credentials", [{}, {"user": USER}, {"password": PASSWORD}], ids=repr)
async def test_without_both_user_and_password_there_is_no_authorization(credentials: dict[str, str]) -> None:
    headers = await headers_of(**credentials)
    assert "authorization" not in {name.lower() for name, _ in headers}


@pytest.mark.parametrize(
    ("header", "value"),
    [("X-Run-Id", "run-1"), ("X-Scenario-Id", "a voice call"), ("X-Result-Id", "batch-1")],
)
async def test_the_ids_of_the_call_arrive_once(header: str, value: str) -> None:
    assert [given for name, given in await headers_of() if name == header] == [value]


async def test_x_fields_of_profile_metadata_and_settings_arrive_and_others_do_not() -> None:
    headers = dict(
        await headers_of(
            profile={"X-Tenant": "acme", "name": "Sarah"},
            scenario_fields={"metadata": {"X-Bot": "billing", "topic": "bills"}},
            headers={"X-Region": "eu"},
        )
    )
    assert (headers["X-Tenant"], headers["X-Bot"], headers["X-Region"]) == ("acme", "billing", "eu")
    assert {"name", "topic"}.isdisjoint(headers)


@pytest.mark.parametrize("header", ["X-Run-Id", "x-scenario-id", "X-RESULT-ID"])
async def test_nobody_can_replace_an_id_and_a_warning_tells(header: str) -> None:
    call = await conduct(stay, HELLO, profile={header: "forged"})
    assert call.agent.socket.request is not None
    assert "forged" not in dict(call.agent.socket.request.headers.raw_items()).values()
    [warning] = warnings_of(call)
    assert f"header {header} from the test profile was not sent" in warning


async def test_what_was_called_is_on_record_without_the_credentials() -> None:
    call = await conduct(stay, HELLO, user=USER, password=PASSWORD)
    connecting, connected = call.result.events[:2]
    assert (connecting.kind, connected.kind) == (EventKind.CONNECTING, EventKind.CONNECTED)
    assert connecting.data["headers"]["X-Run-Id"] == "run-1"
    assert connecting.data["headers"]["Authorization"] == "Basic ***"


async def test_the_password_is_in_nothing_that_is_left_behind() -> None:
    call = await conduct(stay, HELLO, user=USER, password=PASSWORD)
    left = repr(call.result) + repr(call.result.events) + json.dumps(call.result.to_json())
    assert PASSWORD not in left
    assert TOKEN not in left


# --- refused credentials -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [401, 403])
async def test_refused_credentials_reject_the_call_at_the_first_attempt(status: int) -> None:
    attempts: list[Request] = []

    def refuse(connection: ServerConnection, request: Request) -> Response:
        attempts.append(request)
        return connection.respond(status, "no")

    call = await conduct(stay, HELLO, user=USER, password=PASSWORD, serve_options={"process_request": refuse})
    call.check(Status.REJECTED, Reason.CREDENTIALS_REJECTED)
    assert len(attempts) == 1
    assert call.events(EventKind.RETRY) == []
    assert f"rejected user and password with HTTP {status}" in call.result.detail
    assert "AGENTSIM_USER and AGENTSIM_PASSWORD" in call.result.detail
    check_that_nothing_was_said(call)


def check_that_nothing_was_said(call: Conducted) -> None:
    result = call.result
    assert (result.turns, result.recording, result.latencies, result.harness) == ((), "", (), None)
    assert (result.ended_by, result.failure_kind) == (EndedBy.SIMULATOR, FailureKind.INFRASTRUCTURE)
    assert not call.events(EventKind.CONNECTED)


# --- no connection -----------------------------------------------------------------------------------------


async def call_to(url: str, **options: Any) -> Conducted:
    return await call_at(url, Traffic(), [], HELLO, **options)


def check_that_it_was_tried_again(call: Conducted, sentence: str) -> None:
    """Fail unless there were three retries, each after its pause and with the sentence."""
    call.check(Status.INCOMPLETED, Reason.CONNECTION_FAILED)
    retries = call.events(EventKind.RETRY)
    assert [each["number"] for each in retries] == [1, 2, 3]
    for each, pause in zip(retries, PAUSES, strict=True):
        assert pause * 0.75 <= each["pause"] <= pause * 1.25
        assert sentence in each["failure"]
    assert sentence in call.result.detail
    assert call.result.detail.endswith("(tried 4 times)")
    # Virtual time: nobody has really waited for the pauses, and they are the only time that has passed.
    assert call.result.duration == pytest.approx(sum(each["pause"] for each in retries), abs=0.01)
    check_that_nothing_was_said(call)


async def test_a_port_at_which_nobody_listens_is_tried_four_times() -> None:
    with closing(socket.socket()) as bound:  # bound, but it never listens
        bound.bind(("127.0.0.1", 0))
        url = f"ws://127.0.0.1:{bound.getsockname()[1]}"
        call = await call_to(url)
    check_that_it_was_tried_again(call, f"nothing accepts connections at {url}; start the agent")


async def test_a_name_that_is_unknown_is_tried_four_times(monkeypatch: pytest.MonkeyPatch) -> None:
    async def unknown(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)
    call = await call_to("ws://agent.test:8080/voice")
    check_that_it_was_tried_again(call, "the host name of ws://agent.test:8080/voice cannot be resolved")


async def test_a_server_that_hangs_up_during_the_handshake_is_tried_four_times() -> None:
    async with counting_tcp_server() as (port, attempts):
        call = await call_to(f"ws://127.0.0.1:{port}")
    assert len(attempts) == 4
    check_that_it_was_tried_again(call, "did not answer as a WebSocket server")


async def test_a_server_that_does_not_speak_tls_is_tried_four_times() -> None:
    async with counting_tcp_server(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n") as (
        port,
        attempts,
    ):
        call = await call_to(f"wss://127.0.0.1:{port}")
    assert len(attempts) == 4
    check_that_it_was_tried_again(call, f"the TLS handshake with wss://127.0.0.1:{port} failed")


@asynccontextmanager
async def counting_tcp_server(answer: bytes = b"") -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server that reads what it is sent first, answers, and closes; gives its port and what it has read."""
    read: list[bytes] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        read.append(await reader.read(65536))
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], read


async def test_a_server_error_is_tried_four_times() -> None:
    attempts: list[Request] = []

    def fail(connection: ServerConnection, request: Request) -> Response:
        attempts.append(request)
        return connection.respond(503, "starting")

    call = await conduct(stay, HELLO, serve_options={"process_request": fail})
    assert len(attempts) == 4
    check_that_it_was_tried_again(call, "answered with HTTP 503 instead of opening a WebSocket")


async def test_a_path_that_is_not_there_is_tried_once() -> None:
    call = await conduct(
        stay, HELLO, serve_options={"process_request": lambda peer, request: peer.respond(404, "what?")}
    )
    call.check(Status.INCOMPLETED, Reason.CONNECTION_FAILED)
    assert call.events(EventKind.RETRY) == []
    assert "if this is not the agent's WebSocket endpoint" in call.result.detail


class EventfulClock(LockstepClock):
    """Calls a function before the first pauses, with their numbers from 1."""

    def __init__(self, traffic: Traffic, before_pause: Callable[[int], Awaitable[None]]) -> None:
        super().__init__(traffic)
        self._before_pause = before_pause
        self._pauses = 0

    async def sleep(self, seconds: float) -> None:
        self._pauses += 1
        await self._before_pause(self._pauses)
        await super().sleep(seconds)


@pytest.mark.parametrize("retry", [1, 2, 3])
async def test_an_agent_that_comes_up_between_the_attempts_is_called(retry: int) -> None:
    traffic = Traffic()
    agents: list[Agent] = []

    async def handle(connection: ServerConnection) -> None:
        agents.append(Agent(connection, traffic))
        await agents[0].listen()

    with closing(socket.socket()) as bound:
        bound.bind(("127.0.0.1", 0))
        server = await serve(handle, sock=bound, start_serving=False, compression=None)

        async def come_up(pause: int) -> None:
            if pause == retry:
                await server.start_serving()

        clock = EventfulClock(traffic, come_up)
        async with server:
            call = await call_at(
                f"ws://127.0.0.1:{bound.getsockname()[1]}", traffic, agents, HELLO, clock=clock
            )
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert call.said == ["caller: Hello"]
    kinds = [event.kind for event in call.result.events]
    assert kinds[: retry + 2] == [EventKind.CONNECTING, *[EventKind.RETRY] * retry, EventKind.CONNECTED]


async def test_a_handshake_that_takes_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(never_answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        call = await call_to(f"ws://127.0.0.1:{port}", connect_timeout=0.05)
    check_that_it_was_tried_again(call, "opened no WebSocket within 0.05 s")


# --- TLS ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    return file


@pytest.fixture(scope="module")
def tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context


async def test_a_call_over_tls_to_an_agent_whose_authority_is_trusted(
    tls: ssl.SSLContext, ca_file: Path
) -> None:
    call = await conduct(stay, HELLO, tls=tls, ca_file=str(ca_file), user=USER, password=PASSWORD)
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert call.agent.socket.request is not None
    assert call.agent.socket.request.headers["Authorization"] == f"Basic {TOKEN}"
    assert call.said == ["caller: Hello"]
    assert warnings_of(call) == []


async def test_an_agent_whose_authority_is_not_trusted_is_told_the_remedy(tls: ssl.SSLContext) -> None:
    call = await conduct(stay, HELLO, tls=tls)
    check_that_it_was_tried_again(call, "is not trusted (unable to get local issuer certificate)")
    assert re.search(r"the certificate of wss://localhost:\d+ is not trusted", call.result.detail)
    assert "--agentsim-ca-file" in call.result.detail
    assert call.agents == []


async def test_a_certificate_for_another_host_is_not_trusted(authority: trustme.CA, ca_file: Path) -> None:
    other = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("agent.test").configure_cert(other)
    call = await conduct(stay, HELLO, tls=other, ca_file=str(ca_file))
    check_that_it_was_tried_again(call, "not valid for 'localhost'")


async def test_without_verification_any_certificate_will_do_and_a_warning_tells(
    tls: ssl.SSLContext,
) -> None:
    call = await conduct(stay, HELLO, tls=tls, verify=False)
    call.check(Status.COMPLETED, Reason.CALLER_ENDED)
    assert warnings_of(call) == ["the agent's certificate is not verified, as the settings ask for"]


@pytest.fixture
def odd_file(tmp_path: Path) -> Path:
    file = tmp_path / "odd.pem"
    file.write_text("no certificate")
    return file


async def test_a_ca_file_without_a_certificate_is_tried_once(tls: ssl.SSLContext, odd_file: Path) -> None:
    call = await conduct(stay, HELLO, tls=tls, ca_file=str(odd_file))
    call.check(Status.INCOMPLETED, Reason.CONNECTION_FAILED)
    assert call.events(EventKind.RETRY) == []
    assert f"the CA file {odd_file} cannot be used" in call.result.detail


# --- the server's side of it -------------------------------------------------------------------------------


async def test_the_url_is_called_exactly_as_it_was_configured() -> None:
    traffic = Traffic()
    agents: list[Agent] = []
    async with serving(stay, traffic, agents) as url:
        await call_at(f"{url}/voice/billing?bot=1&x=%20", traffic, agents, HELLO)
    assert agents[0].socket.request is not None
    assert agents[0].socket.request.path == "/voice/billing?bot=1&x=%20"


async def test_credentials_in_the_url_arrive_as_basic_authentication_and_are_hidden() -> None:
    traffic = Traffic()
    agents: list[Agent] = []
    async with serving(stay, traffic, agents) as url:
        with_credentials = url.replace("ws://", f"ws://{USER}:{PASSWORD}@")
        call = await call_at(with_credentials, traffic, agents, HELLO)
    assert agents[0].socket.request is not None
    assert agents[0].socket.request.headers["Authorization"] == f"Basic {TOKEN}"
    assert PASSWORD not in json.dumps(call.result.to_json())
