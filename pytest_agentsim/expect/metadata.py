"""What the agent has sent as metadata."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_agentsim.expect.finding import WELL, Finding, as_json, contains
from pytest_agentsim.visible import shortened

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_agentsim.caller.matcher.offline import OfflineMatcher
    from pytest_agentsim.result import CallResult

__all__ = ["metadata"]

SHOWN_KEYS = 10
LONGEST_NAME = 60  # characters


def metadata(expected: tuple[str, Any], result: CallResult, _: OfflineMatcher) -> Finding:
    """A key that the agent must have sent, with its value."""
    key, value = expected
    wanted = f"expected the metadata {as_json(key)} to be {as_json(value)}"
    if key not in result.metadata:
        return Finding(f"{wanted}, but the agent did not send it", (_sent(result.metadata),))
    if contains(result.metadata[key], value):
        return WELL
    return Finding(f"{wanted}, but it is {as_json(result.metadata[key])}")


def _sent(metadata: Mapping[str, Any]) -> str:
    if not metadata:
        return "it sent no metadata"
    keys = [shortened(key, LONGEST_NAME) for key in sorted(metadata)[:SHOWN_KEYS]]
    more = f" and {len(metadata) - SHOWN_KEYS} more" if len(metadata) > SHOWN_KEYS else ""
    return f"it sent: {', '.join(keys)}{more}"
