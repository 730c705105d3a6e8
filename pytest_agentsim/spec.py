"""What a call is made from: everything that decides how it goes, picklable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_agentsim.scenario.model import Scenario
    from pytest_agentsim.scenario.personality import Personality
    from pytest_agentsim.scenario.profile import TestProfile
    from pytest_agentsim.text_endpoint import TextEndpoint
    from pytest_agentsim.voice_endpoint import VoiceEndpoint

__all__ = ["CallSpec"]


@dataclass(frozen=True, slots=True)
class CallSpec:
    """One call to make.

    `personality` and `profile` are those of this call, which a fixture may have replaced; those in `scenario`
    are what its author wrote. `channel` is "text" or "voice", as the endpoint is. `seed` decides whatever the
    caller leaves to chance. `recording` is the file that a voice call is recorded in, in a directory that exists;
    None when it is not to be recorded.
    """

    scenario: Scenario
    personality: Personality
    profile: TestProfile
    endpoint: TextEndpoint | VoiceEndpoint
    channel: str
    run_id: str
    batch_id: str
    seed: int
    recording: Path | None = None
