"""Audio files at addresses: fetched once, within limits, and kept on disk."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from pytest_agentsim.audio.files import LARGEST_FILE
from pytest_agentsim.audio.sounds.errors import SoundError
from pytest_agentsim.http_logs import unlogged_requests
from pytest_agentsim.session.printable import printable_url

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from pytest_agentsim.audio.audio_cache import AudioCache

__all__ = ["Downloads", "Limits"]

# To be raised whenever what is kept of a file changes.
REVISION = 1

# Nothing compressed, so that what is counted is what is kept.
_HEADERS = {"User-Agent": "pytest-agentsim", "Accept": "audio/*", "Accept-Encoding": "identity"}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a download may take: `seconds` for all of it, `size` in bytes, and how many `redirects`."""

    seconds: float = 20.0
    size: int = LARGEST_FILE
    redirects: int = 5


class Downloads:
    """Gets each address once for all who wait for it, and keeps what it is made into in the `cache`.

    An address from which nothing could be had is not asked again by this object: its error is raised at once.
    """

    def __init__(self, cache: AudioCache, limits: Limits | None = None) -> None:
        self._cache = cache
        self._limits = limits or Limits()
        self._failures: dict[str, str] = {}
        self._locks: WeakValueDictionary[str, threading.Lock] = WeakValueDictionary()
        self._choosing = threading.Lock()

    def pcm(self, url: str, convert: Callable[[bytes, str], bytes]) -> bytes:
        """Return what `convert` makes of the file at an http(s) address and of how the address is to be called: pcm.

        Takes as long as the limits allow; not to be called on an event loop. Raises SoundError.
        """
        with self._choosing:
            lock = self._locks.setdefault(url, threading.Lock())
        with lock:
            if url in self._failures:
                raise SoundError(self._failures[url])
            try:
                return self._had(url, convert)
            except SoundError as error:
                self._failures[url] = str(error)
                raise

    def _had(self, url: str, convert: Callable[[bytes, str], bytes]) -> bytes:
        key = hashlib.sha256(f"{REVISION} {url}".encode()).hexdigest()
        kept = self._cache.read(key)
        if kept is not None:
            return kept
        place = _place(url)
        pcm = convert(asyncio.run(_fetched(url, place, self._limits)), place)
        self._cache.write(key, pcm)
        return pcm


async def _fetched(url: str, place: str, limits: Limits) -> bytes:
    try:
        import httpx
    except ImportError:
        raise SoundError(f'{place}: needs httpx: pip install "pytest-agentsim[http]"') from None
    try:
        with unlogged_requests():
            async with asyncio.timeout(limits.seconds):
                return await _body(url, place, limits)
    except TimeoutError:
        raise SoundError(f"{place}: has not ended within {limits.seconds:g} s") from None
    except httpx.TooManyRedirects:
        raise SoundError(f"{place}: redirects more than {limits.redirects} times") from None
    except httpx.ConnectError:
        raise SoundError(f"{place}: nobody answers there") from None
    except (httpx.InvalidURL, httpx.UnsupportedProtocol):
        raise SoundError(f"{place}: leads to an address that cannot be used") from None
    except (httpx.HTTPError, OSError, ExceptionGroup) as error:
        raise SoundError(f"{place}: broke off ({type(error).__name__})") from None


async def _body(url: str, place: str, limits: Limits) -> bytes:
    import httpx

    async with (
        httpx.AsyncClient(
            follow_redirects=True,
            max_redirects=limits.redirects,
            headers=_HEADERS,
            timeout=None,  # noqa: S113  (the whole download has one)
        ) as client,
        client.stream("GET", url) as response,
    ):
        if not response.is_success:
            raise SoundError(f"{place}: answers {response.status_code} {response.reason_phrase}".rstrip())
        return await _bounded(response, place, limits.size)


async def _bounded(response: httpx.Response, place: str, size: int) -> bytes:
    body = bytearray()
    async for part in response.aiter_raw():
        body += part
        if len(body) > size:
            raise SoundError(f"{place}: is larger than the {size / 2**20:.0f} MB that are allowed")
    return bytes(body)


def _place(url: str) -> str:
    """Return an address as it may be shown: without what may be secret in it. Raises SoundError if it is none."""
    shown = printable_url(url)
    if not shown.startswith("http"):
        raise SoundError(f"a sound cannot be fetched from what is not an address: {shown}")
    return shown.partition("?")[0]
