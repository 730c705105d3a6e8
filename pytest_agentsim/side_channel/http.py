"""One HTTP request of a caller, within a time and a size; what is said of it shows no secret."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pytest_agentsim.errors import AgentSimError
from pytest_agentsim.http_logs import unlogged_requests
from pytest_agentsim.session.printable import printable_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

__all__ = ["Answer", "Request", "RequestError", "send", "shown_address"]

LARGEST_ANSWER = 2 * 1024 * 1024  # bytes
REDIRECTS = 5

_HEADERS = {"User-Agent": "pytest-agentsim"}


class RequestError(AgentSimError):
    """A request came to nothing; the message says why, `status` is what the server answered, if it did."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True, repr=False)
class Request:
    """What to send; `timeout` is in seconds, for all of it. A `body` that is no text is sent as JSON."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    query_params: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    timeout: float = 10.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server has answered, which was no error."""

    status: int
    text: str


async def send(request: Request) -> Answer:
    """Send a request and return the answer to it; raises RequestError for all that is none, or an error."""
    place = shown_address(request.url)
    try:
        import httpx
    except ImportError:
        raise RequestError(f'{place}: needs httpx: pip install "pytest-agentsim[http]"') from None
    try:
        with unlogged_requests():
            async with asyncio.timeout(request.timeout):
                return await _sent(request, place)
    except TimeoutError:
        raise RequestError(f"{place}: no answer within {request.timeout:g} s") from None
    except httpx.TooManyRedirects:
        raise RequestError(f"{place}: redirects more than {REDIRECTS} times") from None
    except httpx.ConnectError:
        raise RequestError(f"{place}: nobody answers there") from None
    except (httpx.InvalidURL, httpx.UnsupportedProtocol):
        raise RequestError(f"{place}: is no address that can be used") from None
    except (httpx.HTTPError, OSError, ExceptionGroup, UnicodeError, ValueError) as error:
        raise RequestError(f"{place}: the request broke off ({type(error).__name__})") from None


async def _sent(request: Request, place: str) -> Answer:
    import httpx

    body: dict[str, Any] = {}
    if isinstance(request.body, str):
        body = {"content": request.body.encode()}
    elif request.body is not None:
        body = {"json": request.body}
    async with (
        httpx.AsyncClient(
            follow_redirects=True,
            max_redirects=REDIRECTS,
            headers=_HEADERS,
            timeout=None,  # noqa: S113  (the whole request has one)
        ) as client,
        client.stream(
            request.method,
            request.url,
            headers=dict(request.headers),
            params=request.query_params or None,
            **body,
        ) as response,
    ):
        if not response.is_success:
            answered = f"{response.status_code} {response.reason_phrase}".rstrip()
            raise RequestError(f"{place}: answers {answered}", response.status_code)
        return Answer(response.status_code, await _bounded(response, place))


async def _bounded(response: httpx.Response, place: str) -> str:
    body = bytearray()
    async for part in response.aiter_bytes():
        body += part
        if len(body) > LARGEST_ANSWER:
            raise RequestError(
                f"{place}: the answer is larger than {LARGEST_ANSWER / 2**20:.0f} MB", response.status_code
            )
    return body.decode(response.encoding or "utf-8", "replace")


def shown_address(url: str) -> str:
    """Return an address without what may be secret in it: user, password and query."""
    return printable_url(url).partition("?")[0]
