"""What a call is made from: everything that decides how it goes, picklable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_agentsim.agent import TextEndpoint
    from pytest_agentsim.scenario.model import Scenario
    from pytest_agentsim.scenario.personality import Personality
    from pytest_agentsim.scenario.profile import TestProfile

__all__ = ["CallSpec"]


@dataclass(frozen=True, slots=True)
class CallSpec:
    """One call to make.

    `personality` and `profile` are those of this call, which a fixture may have replaced; those in `scenario`
    are what its author wrote. `seed` decides whatever the caller leaves to chance.
    """

    scenario: Scenario
    personality: Personality
    profile: TestProfile
    endpoint: TextEndpoint
    run_id: str
    batch_id: str
    seed: int
