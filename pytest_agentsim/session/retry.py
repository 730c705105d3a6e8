"""Opening a voice session patiently: an agent that is just starting gets some more attempts."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_exponential

from pytest_agentsim.session.connect_failure import ConnectFailed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tenacity import RetryCallState

    from pytest_agentsim.clock import Clock
    from pytest_agentsim.session.connect import Connection

__all__ = ["RETRIES", "open_with_retries"]

# platform_spec section a ("Failure → status")
RETRIES = 3

FIRST_PAUSE = 0.5  # s; each further one is twice as long
JITTER = 0.25  # of a pause, to either side

_backoff = wait_exponential(multiplier=FIRST_PAUSE)


async def open_with_retries(
    open_once: Callable[[], Awaitable[Connection]],
    *,
    clock: Clock,
    on_retry: Callable[[int, float, ConnectFailed], None],
    retries: int = RETRIES,
    chance: Callable[[], float] = random.random,
) -> Connection:
    """Return what `open_once` opens, trying again up to `retries` times after failures that may pass.

    `on_retry` is told the number of the retry (from 1), the pause before it in seconds, and the failure. The
    pauses are 0.5 s, 1 s, 2 s…, each longer or shorter by up to a quarter, as `chance` (0 to 1) has it.
    Raises the last `ConnectFailed`; its `detail` says how often it was tried.
    """
    attempts = 0

    async def attempt() -> Connection:
        nonlocal attempts
        attempts += 1
        return await open_once()

    def pause(state: RetryCallState) -> float:
        return _backoff(state) * (1 + JITTER * (2 * chance() - 1))

    def tell(state: RetryCallState) -> None:
        failure = state.outcome.exception() if state.outcome else None
        if isinstance(failure, ConnectFailed):
            on_retry(state.attempt_number, state.upcoming_sleep, failure)

    retrying = AsyncRetrying(
        sleep=clock.sleep,
        stop=stop_after_attempt(retries + 1),
        wait=pause,
        retry=retry_if_exception(_may_pass),
        before_sleep=tell,
        reraise=True,
    )
    try:
        return await retrying(attempt)
    except ConnectFailed as failure:
        if attempts == 1:
            raise
        detail = f"{failure.detail} (tried {attempts} times)"
        raise ConnectFailed(failure.reason, detail, retryable=failure.retryable) from None


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, ConnectFailed) and error.retryable
