"""Requests to speech services that speak OpenAI's HTTP interface, with retries and clear errors."""

from __future__ import annotations

import email.utils
import os
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from pytest_agentsim.errors import AgentSimError, ConfigurationError
from pytest_agentsim.redaction import Redactor, Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["ServiceError", "SpeechService"]

DEFAULT_BASE_URL = "https://api.openai.com/v1"

ATTEMPTS = 4
FIRST_PAUSE = 0.5  # s, doubled before each further attempt
LONGEST_PAUSE = 30.0  # s, whatever the service asks for
LONGEST_QUOTE = 200  # characters of what the service says


class ServiceError(AgentSimError):
    """A speech service did not do what it was asked for; the message says why and what to do."""


class _Passing(ServiceError):
    """An error that may have gone away when the request is made again in `pause` seconds."""

    def __init__(self, message: str, pause: float | None = None) -> None:
        super().__init__(message)
        self.pause = pause


@dataclass(frozen=True, slots=True)
class SpeechService:
    """Where the service is and how to ask it; `timeout` and `sleep` are in seconds. The key does not show."""

    base_url: str
    api_key: Secret
    timeout: float = 60.0
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False, compare=False)

    @classmethod
    def from_settings(
        cls, settings: Mapping[str, str], environment: Mapping[str, str] = os.environ
    ) -> SpeechService:
        """Read `base_url`, `api_key` and `timeout`, or else OPENAI_BASE_URL and OPENAI_API_KEY.

        Raises ConfigurationError for a malformed one, and for OpenAI's own service without a key.
        """
        base_url = settings.get("base_url") or environment.get("OPENAI_BASE_URL") or DEFAULT_BASE_URL
        key = settings.get("api_key") or environment.get("OPENAI_API_KEY") or ""
        if base_url.rstrip("/") == DEFAULT_BASE_URL and not key:
            raise ConfigurationError(
                "The speech service of OpenAI needs a key: set the environment variable OPENAI_API_KEY, "
                "or OPENAI_BASE_URL to a service that needs none"
            )
        _check(base_url, key)
        return cls(base_url.rstrip("/"), Secret(key), _seconds(settings.get("timeout") or "60"))

    @property
    def address(self) -> str:
        """The base URL as it may be shown: without user, password and query."""
        return str(httpx.URL(self.base_url).copy_with(userinfo=b"", query=None))

    def post(self, path: str, model: str, **request: Any) -> bytes:
        """Post to `path` below the base URL and return the body of the answer; raises ServiceError.

        `request` is what httpx takes: ``json``, ``data``, ``files``. A request that came at a bad moment (429, 5xx,
        a connection cut off) is made again, up to three times, when the service says or after a growing pause.
        """
        retrying = Retrying(
            retry=retry_if_exception_type(_Passing),
            stop=stop_after_attempt(ATTEMPTS),
            wait=_pause,
            sleep=self.sleep,
            reraise=True,
        )
        return retrying(self._post, path, model, request)

    def _post(self, path: str, model: str, request: dict[str, Any]) -> bytes:
        headers = {"Authorization": f"Bearer {self.api_key.reveal()}"} if self.api_key else {}
        try:
            with httpx.Client(timeout=self.timeout, headers=headers) as client:
                answer = client.post(f"{self.base_url}/{path}", **request)
        except httpx.ConnectError as error:
            raise ServiceError(
                f"No speech service can be reached at {self.address} ({self._shown(str(error))}): "
                "start it, or correct the setting base_url"
            ) from None
        except httpx.TimeoutException:
            raise _Passing(
                f"The speech service at {self.address} has not answered within {self.timeout:g} s"
            ) from None
        except httpx.HTTPError as error:
            raise _Passing(
                f"The speech service at {self.address} broke off ({self._shown(str(error))})"
            ) from None
        if not answer.is_success:
            raise self._refusal(answer, model)
        return answer.content

    def _refusal(self, answer: httpx.Response, model: str) -> ServiceError:
        status, reason = answer.status_code, self._reason(answer)
        where = f"The speech service at {self.address}"
        if status in (401, 403):
            # What the service says of a wrong key quotes part of it.
            return ServiceError(
                f"{where} does not accept the API key ({status}): set OPENAI_API_KEY or api_key"
            )
        if status == 404:
            return ServiceError(
                f"{where} does not know the model {model!r} or the address is wrong (404){reason}"
            )
        if status == 429 and _code(answer) == "insufficient_quota":
            return ServiceError(f"{where} answers that the account's quota is used up (429){reason}")
        if status in (408, 409, 429) or status >= 500:
            return _Passing(f"{where} answers {status}, also when asked again{reason}", _retry_after(answer))
        return ServiceError(f"{where} refuses the request ({status}){reason}")

    def _reason(self, answer: httpx.Response) -> str:
        message = _error(answer).get("message")
        return f": {self._shown(message)}" if isinstance(message, str) and message else ""

    def _shown(self, text: str) -> str:
        return Redactor([self.api_key]).text(text)[:LONGEST_QUOTE]


def _check(base_url: str, key: str) -> None:
    try:
        parts = urlsplit(base_url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigurationError(
            "base_url must be an address such as https://api.openai.com/v1 or http://127.0.0.1:8000/v1"
        )
    if not (key.isascii() and key.isprintable()) or key.strip() != key:
        raise ConfigurationError(
            "api_key has characters that no key can have, such as a line break at its end"
        )


def _seconds(written: str) -> float:
    try:
        seconds = float(written)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise ConfigurationError(f"timeout must be a positive number of seconds, not {written!r}")
    return seconds


def _pause(attempt: RetryCallState) -> float:
    error = attempt.outcome.exception() if attempt.outcome else None
    asked = error.pause if isinstance(error, _Passing) else None
    return min(asked if asked is not None else FIRST_PAUSE * 2 ** (attempt.attempt_number - 1), LONGEST_PAUSE)


def _retry_after(answer: httpx.Response) -> float | None:
    """Return the header Retry-After, which is a number of seconds or a date, in seconds from now."""
    written = answer.headers.get("Retry-After", "")
    try:
        if written.strip().isdecimal():
            return float(written)
        return max(0.0, email.utils.parsedate_to_datetime(written).timestamp() - time.time())
    except ValueError:
        return None


def _code(answer: httpx.Response) -> object:
    return _error(answer).get("code")


def _error(answer: httpx.Response) -> dict[str, Any]:
    """Return the object ``error`` of ``{"error": {"message": …, "code": …}}``."""
    try:
        error = answer.json().get("error")
    except (ValueError, AttributeError):
        return {}
    return error if isinstance(error, dict) else {"message": error}
