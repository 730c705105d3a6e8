"""The functions that a structured scenario declares: requests that fetch live data (platform_spec section c.7)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pytest_agentsim.scenario.json_path import JsonPath
from pytest_agentsim.scenario.template import function_placeholders

__all__ = ["DeclaredFunction", "Output"]

TIMEOUT = 10.0  # s


@dataclass(frozen=True, slots=True)
class Output:
    """A part of the response under a name of its own; `default` stands in where there is none, unless it is None."""

    name: str
    path: JsonPath
    default: Any = None


@dataclass(frozen=True, slots=True)
class DeclaredFunction:
    """One request as its author wrote it, with placeholders; `timeout` is in seconds, for all of it.

    `auto_run` ones are sent once when the call begins. `body` is what a POST sends: text as it is, all else as JSON;
    None for none.
    """

    name: str
    auto_run: bool
    method: str
    url: str
    headers: Mapping[str, Any]
    query_params: Mapping[str, Any]
    body: Any
    timeout: float
    outputs: tuple[Output, ...]

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> DeclaredFunction:
        """Make one of a payload that has been checked."""
        config = payload["config"]
        return cls(
            name=payload["name"],
            auto_run=payload.get("auto_run", True),
            method=config.get("method", "GET"),
            url=config["url"],
            headers=config.get("headers") or {},
            query_params=config.get("query_params") or {},
            body=config.get("body"),
            timeout=float(config.get("timeout_seconds", TIMEOUT)),
            outputs=tuple(_output(*each) for each in (config.get("response_mapping") or {}).items()),
        )

    @property
    def needs(self) -> frozenset[str]:
        """The functions whose outputs its request has."""
        written = json.dumps([self.headers, self.query_params, self.body], ensure_ascii=False, default=str)
        found = (*function_placeholders(self.url), *function_placeholders(written))
        return frozenset(each.keys[0] for each in found)


def _output(name: str, written: str | Mapping[str, Any]) -> Output:
    if isinstance(written, Mapping):
        return Output(name, JsonPath.parse(written["path"]), written.get("default"))
    return Output(name, JsonPath.parse(written))
