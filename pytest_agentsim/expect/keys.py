"""Which telephone keys were pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.expect.finding import Finding, turn_line, words_at
from pytest_agentsim.key_presses import key_spans
from pytest_agentsim.result import Speaker

if TYPE_CHECKING:
    from pytest_agentsim.caller.matcher.offline import OfflineMatcher
    from pytest_agentsim.result import CallResult
    from pytest_agentsim.scenario.expectations import KeysExpectation

__all__ = ["keys"]


def keys(expected: KeysExpectation, result: CallResult, _: OfflineMatcher) -> Finding:
    """The groups of keys that a side must press, all of them and in order."""
    pressed = result.keys_pressed_by(Speaker(expected.side))
    if pressed == expected.groups:
        return _pressed(expected, result)
    wanted = f"to press {_listed(expected.groups)}" if expected.groups else "to press no keys"
    return Finding(f"expected the {expected.side} {wanted}, but it pressed {_listed(pressed) or 'none'}")


def _pressed(expected: KeysExpectation, result: CallResult) -> Finding:
    """Point at where the keys were pressed."""
    spans = [(turn, key_spans(turn.text)) for turn in result.said_by(Speaker(expected.side))]
    pressing = [(turn, each) for turn, each in spans if each]
    return Finding(
        evidence=tuple(turn_line(turn, around=each[0][0]) for turn, each in pressing),
        turns=tuple(turn.number for turn, _ in pressing),
        words=tuple(words for turn, each in pressing for span in each for words in words_at(turn, span)),
    )


def _listed(groups: tuple[str, ...]) -> str:
    return ", then ".join(groups)
