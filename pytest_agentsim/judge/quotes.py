"""Where in a call the words are that a judge quotes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pytest_agentsim.metric_value import Evidence
from pytest_agentsim.plain_text import plain, squeezed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_agentsim.result import CallResult

__all__ = ["located", "occurs"]


def located(quotes: Iterable[str], call: CallResult) -> tuple[Evidence, ...]:
    """Return the quotes that occur in the transcript, each with its turn; what nobody has said is left out."""
    return tuple(found for quote in quotes if (found := _find(quote, call)) is not None)


def occurs(quote: str, call: CallResult) -> bool:
    """Tell whether somebody has said the words, or a function call has them; case, blanks and quotes do not matter."""
    return _find(quote, call) is not None


def _find(quote: str, call: CallResult) -> Evidence | None:
    wanted = _plain(quote)
    if not wanted:
        return None
    for turn in call.turns:
        if wanted in _plain(turn.text):
            return Evidence(squeezed(quote), turn.number, turn.time)
    for tool in call.tool_calls:
        written = (
            f"{tool.name}({tool.arguments}) -> {tool.result}",
            _as_json(tool.arguments),
            _as_json(tool.result),
        )
        if any(wanted in _plain(each) for each in written):
            return Evidence(squeezed(quote), tool.after_turn or None, tool.time)
    return None


def _as_json(value: object) -> str:
    """A judge may have seen a function call as JSON."""
    return json.dumps(value, ensure_ascii=False, default=str)


def _plain(text: str) -> str:
    return plain(text).strip(" .…\"'")
