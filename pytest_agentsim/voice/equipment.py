"""What the voice calls of a process share: one pacer, and one studio with the speech engines."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_agentsim.audio.pacer import Pacer
from pytest_agentsim.voice.studio import Studio

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from pytest_agentsim.clock import Clock

__all__ = ["VoiceEquipment"]


@dataclass(frozen=True, slots=True)
class VoiceEquipment:
    """Used from one event loop."""

    pacer: Pacer
    studio: Studio

    @classmethod
    def create(cls, clock: Clock, settings: Mapping[str, str]) -> Self:
        """Return equipment whose recognisers may use all processors but one, which keeps the time."""
        workers = max(1, (os.cpu_count() or 1) - 1)
        return cls(Pacer(clock), Studio(settings, workers=workers))

    async def close(self) -> None:
        """Leave no task, thread or process behind."""
        await self.pacer.close()
        await self.studio.close()
