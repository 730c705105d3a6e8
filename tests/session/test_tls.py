from __future__ import annotations

import datetime as dt
import ssl
from typing import TYPE_CHECKING

import pytest
import trustme

from pytest_agentsim.result import Reason
from pytest_agentsim.session.connect import ConnectFailed, client_tls
from tests.session.servers import agent, answering, echo, failure, open_session

if TYPE_CHECKING:
    from pathlib import Path

LONG_AGO = dt.datetime(2001, 2, 3, tzinfo=dt.UTC)


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="session")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("tls") / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    return file


def served_by(
    authority: trustme.CA, host: str = "127.0.0.1", until: dt.datetime | None = None
) -> ssl.SSLContext:
    """The TLS settings of an agent whose certificate the authority has issued."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    start = until and until - dt.timedelta(days=1)
    authority.issue_cert(host, not_before=start, not_after=until).configure_cert(context)
    return context


async def fault_of(url: str, *, ca_file: Path | None = None) -> str:
    """Fail to connect because the certificate is not trusted; return the sentence about it."""
    failed = await failure(url, ssl_context=client_tls(url, ca_file))
    assert failed.reason is Reason.CONNECTION_FAILED
    assert failed.retryable
    assert f"the certificate of {url} is not trusted" in failed.detail
    assert "--agentsim-ca-file" in failed.detail
    return failed.detail


async def test_wss_with_the_ca_file_of_the_agent(authority: trustme.CA, ca_file: Path) -> None:
    async with agent(echo, ssl=served_by(authority)) as url:
        connection = await open_session(url, ssl_context=client_tls(url, ca_file))
        for frame in ("hi", bytes(range(256)) * 1000):
            await connection.send(frame)
            assert await connection.receive() == frame
        connection.send_now(b"now")
        assert await connection.receive() == b"now"
        await connection.close()


async def test_a_certificate_of_an_unknown_authority_is_refused(authority: trustme.CA) -> None:
    async with agent(echo, ssl=served_by(authority)) as url:
        assert "unable to get local issuer certificate" in await fault_of(url)


async def test_a_certificate_for_another_host_is_refused(authority: trustme.CA, ca_file: Path) -> None:
    async with agent(echo, ssl=served_by(authority, "agent.test")) as url:
        assert "not valid for '127.0.0.1'" in await fault_of(url, ca_file=ca_file)


async def test_an_expired_certificate_is_refused(authority: trustme.CA, ca_file: Path) -> None:
    async with agent(echo, ssl=served_by(authority, until=LONG_AGO)) as url:
        assert "certificate has expired" in await fault_of(url, ca_file=ca_file)


@pytest.mark.parametrize(
    ("host", "until"),
    [("127.0.0.1", None), ("agent.test", None), ("127.0.0.1", LONG_AGO)],
    ids=["unknown", "another host", "expired"],
)
async def test_every_certificate_is_accepted_when_asked_for(
    authority: trustme.CA, host: str, until: dt.datetime | None
) -> None:
    async with agent(echo, ssl=served_by(authority, host, until)) as url:
        connection = await open_session(url, ssl_context=client_tls(url, verify=False))
        await connection.send("hi")
        assert await connection.receive() == "hi"
        await connection.close()


async def test_wss_to_a_websocket_server_without_tls() -> None:
    async with agent(echo) as url:
        failed = await failure(url.replace("ws:", "wss:"))
    assert failed.reason is Reason.CONNECTION_FAILED
    assert "if it does not serve TLS, its URL begins with ws://" in failed.detail


async def test_wss_to_a_port_that_answers_in_plain_text() -> None:
    async with answering(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n") as url:
        failed = await failure(url.replace("ws:", "wss:"))
    assert failed.reason is Reason.CONNECTION_FAILED
    assert failed.retryable
    assert "the TLS handshake with wss://127.0.0.1" in failed.detail
    assert "if it does not serve TLS, its URL begins with ws://" in failed.detail


async def test_ws_to_a_port_with_tls(authority: trustme.CA) -> None:
    async with agent(echo, ssl=served_by(authority)) as url:
        failed = await failure(url.replace("wss:", "ws:"))
    assert failed.reason is Reason.CONNECTION_FAILED
    assert "if it serves TLS, its URL begins with wss://" in failed.detail


async def test_tls_settings_do_not_matter_without_tls() -> None:
    async with agent(echo) as url:
        connection = await open_session(url, ssl_context=ssl.create_default_context())
        await connection.close()


@pytest.mark.parametrize("verify", [True, False])
def test_there_are_no_tls_settings_for_a_plain_url(verify: bool) -> None:
    assert client_tls("ws://host/", verify=verify) is None


def test_tls_settings_are_read_once() -> None:
    context = client_tls("wss://a/")
    assert context is not None
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert client_tls("WSS://b/", "") is context


def test_unverified_tls_settings_are_never_those_that_verify() -> None:
    unverified = client_tls("wss://a/", verify=False)
    assert unverified is not None
    assert unverified.verify_mode is ssl.CERT_NONE
    assert client_tls("wss://a/") is not unverified


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_ca_file_that_cannot_be_used(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(ConnectFailed) as failed:
        client_tls("wss://host/", file)
    assert failed.value.reason is Reason.CONNECTION_FAILED
    assert not failed.value.retryable
    assert str(file) in failed.value.detail
    assert "--agentsim-ca-file" in failed.value.detail
