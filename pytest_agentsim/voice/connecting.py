"""Connecting to a voice agent: headers, retries, and what of it is to be read in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.result import EventKind
from pytest_agentsim.session.connect import VOICE_HINTS, Connection, client_tls, printable_url
from pytest_agentsim.session.headers import chirp_headers
from pytest_agentsim.session.retry import open_with_retries

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from pytest_agentsim.clock import Clock
    from pytest_agentsim.event_log import EventLog
    from pytest_agentsim.session.connect import ConnectFailed
    from pytest_agentsim.voice_endpoint import VoiceEndpoint

__all__ = ["connect"]


async def connect(
    endpoint: VoiceEndpoint,
    *,
    scenario_id: str,
    run_id: str,
    batch_id: str,
    profile_headers: Mapping[str, str],
    metadata: Mapping[str, Any],
    log: EventLog,
    clock: Clock,
) -> Connection:
    """Return an open connection to the agent, patiently; raises ConnectFailed."""
    handshake = chirp_headers(
        user=endpoint.user,
        password=endpoint.password.reveal(),
        scenario_id=scenario_id,
        run_id=run_id,
        batch_id=batch_id,
        agent_headers=endpoint.headers,
        profile_headers=profile_headers,
        metadata=metadata,
    )
    for refused in handshake.refused:
        log.add(EventKind.WARNING, message=refused)
    if not endpoint.verify and endpoint.url.startswith("wss:"):
        log.add(EventKind.WARNING, message="the agent's certificate is not verified, as the settings ask for")
    log.add(EventKind.CONNECTING, url=printable_url(endpoint.url), headers=handshake.headers)

    async def open_once() -> Connection:
        return await Connection.open(
            endpoint.url,
            handshake.headers,
            timeout=endpoint.connect_timeout,
            ssl_context=client_tls(endpoint.url, endpoint.ca_file, verify=endpoint.verify),
            hints=VOICE_HINTS,
        )

    def note_retry(number: int, pause: float, failure: ConnectFailed) -> None:
        log.add(EventKind.RETRY, number=number, pause=round(pause, 3), failure=failure.detail)

    connection = await open_with_retries(open_once, clock=clock, on_retry=note_retry)
    log.add(EventKind.CONNECTED)
    return connection
