"""What the fixture `sms_inbox` gives: the text messages of an item's calls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from pytest_agentsim.simulate import Simulate

__all__ = ["SmsInbox"]


class SmsInbox(Sequence[str]):
    """The texts, in the order in which they were sent; it fills up with each call that is finished."""

    def __init__(self, simulate: Simulate) -> None:
        self._simulate = simulate

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> list[str]: ...

    def __getitem__(self, index: int | slice) -> str | list[str]:
        return self._texts[index]

    def __len__(self) -> int:
        return len(self._texts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._texts == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<SmsInbox {self._texts}>"

    @property
    def _texts(self) -> list[str]:
        return [text for call in self._simulate.calls for text in call.result.sms]
