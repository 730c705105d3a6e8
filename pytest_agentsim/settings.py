"""The settings of a pytest run: command line before environment before ini file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.options import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytest_agentsim.options import Option

__all__ = ["Settings", "settings_from"]


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of this run; times are in seconds."""

    text_url: str
    command: str
    secret: str
    agent_id: str
    headers: tuple[tuple[str, str], ...]
    turn_timeout: float
    max_duration: float
    connect_timeout: float
    ca_file: str
    output: Path
    seed: int
    strict: bool
    require_judge: bool
    personality_ids: tuple[tuple[int, str, str], ...]
    name: str
    first: int | None

    def __repr__(self) -> str:
        return f"<Settings text_url={self.text_url!r} output={str(self.output)!r}>"


def settings_from(config: pytest.Config) -> Settings:
    """Read and check the settings; raises pytest.UsageError with one sentence for a malformed one."""
    values = {option.name: _value(config, option) for option in OPTIONS}
    try:
        return Settings(
            text_url=values["text_url"] or "",
            command=values["command"] or "",
            secret=values["secret"] or "",
            agent_id=values["agent_id"],
            headers=tuple(_header(line) for line in values["headers"] or ()),
            turn_timeout=_number(values, "turn_timeout"),
            max_duration=_number(values, "max_duration"),
            connect_timeout=_number(values, "connect_timeout"),
            ca_file=values["ca_file"] or "",
            output=config.invocation_params.dir / values["output"],
            seed=int(_number(values, "seed", least=None)),
            strict=bool(values["strict"]),
            require_judge=bool(values["require_judge"]),
            personality_ids=tuple(_alias(line) for line in values["personality_ids"] or ()),
            name=values["name"] or "",
            first=None if values["first"] is None else int(_number(values, "first", least=1)),
        )
    except ConfigurationError as error:
        raise pytest.UsageError(str(error)) from None


def _value(config: pytest.Config, option: Option) -> Any:
    given = config.getoption(f"agentsim_{option.name}")
    if given is not None:
        return given
    variable = os.environ.get(option.variable)
    if variable is not None:
        return _FROM_ENVIRONMENT.get(option.kind, str)(variable)
    written = config.getini(option.ini_name) if option.ini else None
    return option.default if written in (None, "") else written


_FROM_ENVIRONMENT: dict[str, Callable[[str], Any]] = {
    "bool": lambda text: text.strip().lower() in ("1", "true", "yes", "on"),
    "linelist": lambda text: [line for line in text.splitlines() if line.strip()],
}


def _number(values: dict[str, Any], name: str, *, least: float | None = 0) -> float:
    flag = "--agentsim-" + name.replace("_", "-")
    try:
        number = float(values[name])
    except ValueError:
        raise ConfigurationError(f"{flag} needs a number, not {values[name]!r}") from None
    if name in ("seed", "first") and number != int(number):
        raise ConfigurationError(f"{flag} needs a whole number, not {values[name]!r}")
    if least is not None and number < least:
        raise ConfigurationError(f"{flag} must be at least {least:g}, not {values[name]!r}")
    return number


def _header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name.strip():
        # The line is not quoted: it may hold a secret.
        raise ConfigurationError(
            "--agentsim-headers takes lines like 'X-Tenant: acme'; one has no name before a colon"
        )
    return name.strip(), value.strip()


def _alias(line: str) -> tuple[int, str, str]:
    number, equals, rest = line.partition("=")
    words = rest.split()
    if not equals or not number.strip().isdigit() or len(words) not in (1, 2):
        raise ConfigurationError(
            f"agentsim_personality_ids takes lines like '4711 = impatient de', not {line.strip()!r}"
        )
    return int(number), words[0], words[1] if len(words) == 2 else "en"
