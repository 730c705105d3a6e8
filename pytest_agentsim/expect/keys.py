"""Which telephone keys were pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.expect.finding import WELL, Finding
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
        return WELL
    wanted = f"to press {_listed(expected.groups)}" if expected.groups else "to press no keys"
    return Finding(f"expected the {expected.side} {wanted}, but it pressed {_listed(pressed) or 'none'}")


def _listed(groups: tuple[str, ...]) -> str:
    return ", then ".join(groups)
