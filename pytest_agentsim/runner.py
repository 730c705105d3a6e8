"""Makes the calls of one pytest run: gives them their ids and seeds, and stores what they leave."""

from __future__ import annotations

import asyncio
import hashlib
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pytest_agentsim.background import BackgroundLoop
from pytest_agentsim.clock import RealClock
from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.report.artifacts import ArtifactWriter, artifact_directory

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping
    from concurrent.futures import Future
    from pathlib import Path
    from typing import TypeVar

    from pytest_agentsim.chirp_session import ChirpSession
    from pytest_agentsim.result import CallResult
    from pytest_agentsim.scenario.model import Channel, Scenario
    from pytest_agentsim.scenario.personality import Personality
    from pytest_agentsim.scenario.profile import TestProfile
    from pytest_agentsim.settings import Recording
    from pytest_agentsim.text_endpoint import TextEndpoint
    from pytest_agentsim.voice.equipment import VoiceEquipment
    from pytest_agentsim.voice_endpoint import VoiceEndpoint

    T = TypeVar("T")

__all__ = ["CallRunner", "RecordedCall", "seed_for"]


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """A finished call and where its artifacts are."""

    result: CallResult
    artifacts: Path

    @property
    def recording(self) -> Path | None:
        """The stereo file with both sides of a voice call; None when there is none."""
        return self.artifacts / self.result.recording if self.result.recording else None


class CallRunner:
    """The calls of one batch; they run on a loop of their own and the caller of `call` waits for them.

    `record` tells which voice calls leave a recording: on, off or retain-on-failure.
    """

    def __init__(
        self,
        output: Path,
        *,
        batch_id: str,
        seed: int = 0,
        record: Recording = "on",
        speech: Mapping[str, str] | None = None,
    ) -> None:
        self.batch_id = batch_id
        self._record = record
        self._writer = ArtifactWriter(output)
        self._output = output
        self._seed = seed
        self._speech = speech or {}
        self._equipment: VoiceEquipment | None = None
        self._background = BackgroundLoop("agentsim-calls")

    def call(
        self,
        scenario: Scenario,
        *,
        personality: Personality,
        profile: TestProfile,
        endpoint: TextEndpoint | VoiceEndpoint,
        channel: Channel,
        node_id: str,
        run_number: int,
    ) -> RecordedCall:
        """Make one call for a pytest item; its artifacts are stored even when the wait for it is interrupted."""
        from pytest_agentsim.call import run_call
        from pytest_agentsim.spec import CallSpec

        artifacts = artifact_directory(self._output, node_id, run_number)
        is_recorded = channel == "voice" and self._record != "off"
        spec = CallSpec(
            scenario=scenario,
            personality=personality,
            profile=profile,
            endpoint=endpoint,
            channel=channel.value,
            run_id=str(uuid.uuid4()),
            batch_id=self.batch_id,
            seed=seed_for(self._seed, node_id, run_number),
            recording=self._writer.place_for_recording(artifacts) if is_recorded else None,
        )

        equipment = self._voice_equipment() if channel == "voice" else None

        async def call_and_store() -> CallResult:
            result = await run_call(spec, equipment=equipment)
            self._writer.write(result, artifacts)
            return result

        return RecordedCall(self._background.run(call_and_store()), artifacts)

    def settled(self, call: RecordedCall, *, passed: bool) -> RecordedCall:
        """Return the call as it is kept once its item is over: without its recording if only failures keep theirs."""
        if not passed or self._record != "retain-on-failure" or call.recording is None:
            return call
        without = replace(call.result, recording="")
        self._writer.write(without, call.artifacts)
        return replace(call, result=without)

    def chirp_session(self, endpoint: VoiceEndpoint, *, node_id: str) -> ChirpSession:
        """Return a session for a pytest item, still to be opened; raises ConfigurationError as voice calls do."""
        equipment = self._voice_equipment()
        from pytest_agentsim.chirp_session import ChirpSession

        recording = self._writer.place_for_recording(artifact_directory(self._output, node_id, 1))
        if recording is None:
            raise ConfigurationError(f"the recording of {node_id} has no place below {self._output}.")
        return ChirpSession(self, equipment, endpoint, recording=recording)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait for a coroutine on the calls' loop."""
        return self._background.run(work)

    def submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Start a coroutine on the calls' loop."""
        return asyncio.run_coroutine_threadsafe(work, self._background.loop)

    def finish(self) -> str:
        """Wait until all artifacts are written; return a sentence about those that could not be, or nothing."""
        return self._writer.finish()

    def stop(self) -> None:
        """End the loop; nothing is left running."""
        if self._equipment is not None:
            self._background.run(self._equipment.close())
            self._equipment = None
        self._background.stop()
        self._writer.finish()

    def _voice_equipment(self) -> VoiceEquipment:
        """What voice calls share, made for the first of them; raises ConfigurationError when it cannot be had."""
        if self._equipment is None:
            from pytest_agentsim.voice.support import make_equipment

            self._equipment = make_equipment(RealClock(), self._speech)
        return self._equipment


def seed_for(suite_seed: int, node_id: str, run_number: int) -> int:
    """Derive a call's seed, the same in every process and on every machine (0 to 2**32 - 1)."""
    digest = hashlib.sha256(
        f"{suite_seed}\n{node_id}\n{run_number}".encode("utf-8", "backslashreplace")
    ).digest()
    return int.from_bytes(digest[:4], "big")
