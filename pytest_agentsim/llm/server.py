"""Which server has a model, and with what key it is asked."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.redaction import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["KEY_VARIABLE", "ModelServer", "server_of"]

OPENAI = "https://api.openai.com/v1"
OLLAMA = "http://localhost:11434/v1"
VLLM = "http://localhost:8000/v1"

KEY_VARIABLE = "AGENTSIM_LLM_API_KEY"
OPENAI_KEY_VARIABLE = "OPENAI_API_KEY"


@dataclass(frozen=True, slots=True)
class ModelServer:
    """A model and where it is; `provider` is "openai", "ollama", "vllm" or empty. The key does not show."""

    provider: str
    model: str
    base_url: str
    key: Secret

    @property
    def name(self) -> str:
        """The model as reports and recordings have it, the same on every machine."""
        return f"{self.provider}:{self.model}" if self.provider else self.model

    @property
    def address(self) -> str:
        """The base URL as it may be shown: without user, password and query."""
        parts = urlsplit(self.base_url)
        host = parts.hostname or ""
        return urlunsplit((parts.scheme, f"{host}:{parts.port}" if parts.port else host, parts.path, "", ""))

    @property
    def is_local(self) -> bool:
        """Whether nobody has to be paid for it."""
        return urlsplit(self.base_url).hostname in ("localhost", "127.0.0.1", "::1")

    def check_key(self) -> None:
        """Raise ConfigurationError where a key is needed and there is none."""
        if not self.key and self.base_url == OPENAI:
            raise ConfigurationError(
                f"The model {self.name!r} needs a key: set the environment variable {OPENAI_KEY_VARIABLE} or "
                f"{KEY_VARIABLE}; or set agentsim_llm_base_url to a server that needs none"
            )


def server_of(
    name: str,
    base_url: str = "",
    environment: Mapping[str, str] = os.environ,
    *,
    is_asked: bool = True,
) -> ModelServer:
    """Return the server of a model named like "openai:gpt-5", "ollama:llama3", "vllm:…", or as its server names it.

    `base_url` goes before the provider's own. Raises ConfigurationError where nothing says which server it is, unless
    `is_asked` is false: a model whose answers are all recorded may be anywhere.
    """
    prefix, colon, rest = name.strip().partition(":")
    provider = prefix if colon and prefix in _HOMES else ""
    model = rest if provider else name.strip()
    if not model:
        raise ConfigurationError(f"{name!r} names no model: write it like 'openai:gpt-5' or 'ollama:llama3'")
    home = base_url or (_home(provider, environment) if provider else "")
    if not home and not is_asked:
        return ModelServer(provider, model, "", Secret(""))
    if not home:
        raise ConfigurationError(
            f"Nothing says where the model {name!r} is: write 'openai:{model}' or 'ollama:{model}', or set "
            "agentsim_llm_base_url to the address of a server that speaks OpenAI's chat interface"
        )
    home = home.rstrip("/")
    _check(home)
    return ModelServer(provider, model, home, _key(home, environment))


def _home(provider: str, environment: Mapping[str, str]) -> str:
    variable, default = _HOMES[provider]
    return environment.get(variable) or default


_HOMES = {
    "openai": ("OPENAI_BASE_URL", OPENAI),
    "ollama": ("OLLAMA_BASE_URL", OLLAMA),
    "vllm": ("VLLM_BASE_URL", VLLM),
}


def _key(home: str, environment: Mapping[str, str]) -> Secret:
    key = environment.get(KEY_VARIABLE, "")
    # The key of one service is nothing that another one should see.
    if not key and home in (OPENAI, (environment.get("OPENAI_BASE_URL") or "").rstrip("/")):
        key = environment.get(OPENAI_KEY_VARIABLE, "")
    if not (key.isascii() and key.isprintable()) or key.strip() != key:
        raise ConfigurationError(
            "the key of the language model has characters that no key can have, such as a line break at its end"
        )
    return Secret(key)


def _check(home: str) -> None:
    try:
        parts = urlsplit(home)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits:
        raise ConfigurationError(
            "agentsim_llm_base_url must be an address such as https://api.openai.com/v1 or http://127.0.0.1:8000/v1"
        )
