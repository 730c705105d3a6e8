"""Why no session could be opened, in a sentence that says what to do about it."""

from __future__ import annotations

import errno
import socket
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

from websockets.exceptions import InvalidMessage, InvalidStatus, InvalidURI

from pytest_agentsim.result import Reason
from pytest_agentsim.session.headers import CREDENTIALS_HINT, SECRET_HINT
from pytest_agentsim.session.printable import printable, printable_url

if TYPE_CHECKING:
    from websockets.http11 import Response

__all__ = ["CA_FILE_HINT", "TEXT_HINTS", "VOICE_HINTS", "ChannelHints", "ConnectFailed", "connect_failed"]

CA_FILE_HINT = "name the CA's certificate by AGENTSIM_CA_FILE or --agentsim-ca-file"


@dataclass(frozen=True, slots=True)
class ChannelHints:
    """What failures of one channel are called, and which of its settings to look at."""

    address: str
    credentials: str
    rejected: Reason
    after_rejection: str


TEXT_HINTS = ChannelHints(
    address="set its URL by AGENTSIM_TEXT_URL, --agentsim-text-url or the agent fixture",
    credentials="the secret",
    rejected=Reason.SECRET_REJECTED,
    after_rejection=SECRET_HINT,
)
VOICE_HINTS = ChannelHints(
    address="set its URL by AGENTSIM_VOICE_URL, --agentsim-voice-url or the agent fixture",
    credentials="user and password",
    rejected=Reason.CREDENTIALS_REJECTED,
    after_rejection=CREDENTIALS_HINT,
)


class ConnectFailed(Exception):
    """No session could be opened; `detail` is a sentence.

    `reason` is CONNECTION_FAILED, SECRET_REJECTED (text) or CREDENTIALS_REJECTED (voice). `retryable` tells
    whether another attempt may succeed without anybody changing a setting.
    """

    def __init__(self, reason: Reason, detail: str, *, retryable: bool = False) -> None:
        self.reason = reason
        self.detail = detail
        self.retryable = retryable
        super().__init__(detail)


def connect_failed(error: Exception, url: str, timeout: float, hints: ChannelHints) -> ConnectFailed:
    """Return what an error while connecting to `url`, which is shown as it is, means."""
    if isinstance(error, InvalidStatus):
        return _answered(error.response, url, hints)
    detail = _what_went_wrong(error, url, timeout, hints)
    return ConnectFailed(Reason.CONNECTION_FAILED, detail, retryable=_may_pass(error))


def _answered(response: Response, url: str, hints: ChannelHints) -> ConnectFailed:
    """Tell what an HTTP answer other than 101 means."""
    status = response.status_code
    if status in (401, 403):
        detail = (
            f"the agent at {url} rejected {hints.credentials} with HTTP {status}; {hints.after_rejection}"
        )
        return ConnectFailed(hints.rejected, detail)
    answer = f"{url} answered with HTTP {status} instead of opening a WebSocket"
    if 300 <= status < 400:
        target = printable_url(response.headers.get("Location", ""))
        advice = f"redirects are not followed; {hints.address} to the final address ({target})"
    elif status >= 500:
        advice = "the agent failed; see its own log"
    else:
        advice = f"if this is not the agent's WebSocket endpoint, {hints.address}"
    return ConnectFailed(Reason.CONNECTION_FAILED, f"{answer}; {advice}", retryable=status >= 500)


def _may_pass(error: Exception) -> bool:
    """Whether it is a fault of the network or of a server that is just starting, rather than of a setting."""
    if isinstance(error, InvalidMessage):
        return isinstance(error.__cause__, EOFError)  # closed before it answered; else it is no HTTP server
    return isinstance(error, OSError | EOFError)


def _what_went_wrong(error: Exception, url: str, timeout: float, hints: ChannelHints) -> str:
    match error:
        case TimeoutError():
            return f"{url} opened no WebSocket within {timeout:g} s; is the agent busy or behind a firewall?"
        case ssl.SSLCertVerificationError():
            fault = printable(error.verify_message)
            return f"the certificate of {url} is not trusted ({fault}); {CA_FILE_HINT}"
        case ssl.SSLError():
            fault = printable(error.reason or str(error))
            return f"the TLS handshake with {url} failed ({fault}); {_scheme_hint(url)}"
        case socket.gaierror():
            return f"the host name of {url} cannot be resolved; {hints.address}"
        case InvalidURI() | ValueError():
            form = "ws://host:port/path or wss://host/path"
            return f"{url} is not the URL of a WebSocket ({form}); {hints.address}"
        case (
            InvalidMessage()
            | ConnectionResetError()
            | ConnectionAbortedError()
            | BrokenPipeError()
            | EOFError()
        ):
            return f"{url} did not answer as a WebSocket server; check host and port; {_scheme_hint(url)}"
        case OSError() if _is_refusal(error):
            return f"nothing accepts connections at {url}; start the agent, or {hints.address}"
        case OSError():
            return f"could not connect to {url} ({printable(error.strerror or str(error))}); {hints.address}"
        case _:
            return f"the WebSocket handshake with {url} failed ({printable(str(error))})"


def _scheme_hint(url: str) -> str:
    if url.lower().startswith("wss:"):
        return "if it does not serve TLS, its URL begins with ws://"
    return "if it serves TLS, its URL begins with wss://"


def _is_refusal(error: OSError) -> bool:
    # A host with several addresses gives one error that quotes those of all of them.
    return isinstance(error, ConnectionRefusedError) or f"[Errno {errno.ECONNREFUSED}]" in str(error)
