"""Keeps requests out of the logs of the HTTP client, where a secret in a URL would be seen."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["unlogged_requests"]

# These tell of each request with its whole URL, or with the headers of the response.
_TALKATIVE = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.proxy")

_is_ours: ContextVar[bool] = ContextVar("agentsim_unlogged_request", default=False)


@contextmanager
def unlogged_requests() -> Iterator[None]:
    """Let what httpx does within go unlogged; requests of others are logged as ever."""
    for name in _TALKATIVE:
        logging.getLogger(name).addFilter(_is_for_others)  # only once, however often it is added
    token = _is_ours.set(True)
    try:
        yield
    finally:
        _is_ours.reset(token)


def _is_for_others(_: logging.LogRecord) -> bool:
    return not _is_ours.get()
