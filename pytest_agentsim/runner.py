"""Makes the calls of one pytest run: gives them their ids and seeds, and stores what they leave."""

from __future__ import annotations

import asyncio
import hashlib
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_agentsim.background import BackgroundLoop
from pytest_agentsim.report.artifacts import ArtifactWriter, artifact_directory

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from concurrent.futures import Future
    from pathlib import Path
    from typing import TypeVar

    from pytest_agentsim.agent import TextEndpoint
    from pytest_agentsim.result import CallResult
    from pytest_agentsim.scenario.model import Scenario
    from pytest_agentsim.scenario.personality import Personality
    from pytest_agentsim.scenario.profile import TestProfile

    T = TypeVar("T")

__all__ = ["CallRunner", "RecordedCall", "seed_for"]


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """A finished call and where its artifacts are."""

    result: CallResult
    artifacts: Path


class CallRunner:
    """The calls of one batch; they run on a loop of their own and the caller of `call` waits for them."""

    def __init__(self, output: Path, *, batch_id: str, seed: int = 0) -> None:
        self.batch_id = batch_id
        self._writer = ArtifactWriter(output)
        self._output = output
        self._seed = seed
        self._background = BackgroundLoop("agentsim-calls")

    def call(
        self,
        scenario: Scenario,
        *,
        personality: Personality,
        profile: TestProfile,
        endpoint: TextEndpoint,
        node_id: str,
        run_number: int,
    ) -> RecordedCall:
        """Make one call for a pytest item; its artifacts are stored even when the wait for it is interrupted."""
        from pytest_agentsim.call import run_call
        from pytest_agentsim.spec import CallSpec

        spec = CallSpec(
            scenario=scenario,
            personality=personality,
            profile=profile,
            endpoint=endpoint,
            run_id=str(uuid.uuid4()),
            batch_id=self.batch_id,
            seed=seed_for(self._seed, node_id, run_number),
        )
        artifacts = artifact_directory(self._output, node_id, run_number)

        async def call_and_store() -> CallResult:
            result = await run_call(spec)
            self._writer.write(result, artifacts)
            return result

        return RecordedCall(self._background.run(call_and_store()), artifacts)

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
        self._background.stop()
        self._writer.finish()


def seed_for(suite_seed: int, node_id: str, run_number: int) -> int:
    """Derive a call's seed, the same in every process and on every machine (0 to 2**32 - 1)."""
    digest = hashlib.sha256(
        f"{suite_seed}\n{node_id}\n{run_number}".encode("utf-8", "backslashreplace")
    ).digest()
    return int.from_bytes(digest[:4], "big")
