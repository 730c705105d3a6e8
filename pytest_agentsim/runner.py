"""Makes the calls of one pytest run: gives them their ids and seeds, and stores what they leave."""

from __future__ import annotations

import asyncio
import hashlib
import time
import uuid
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pytest_agentsim.background import BackgroundLoop
from pytest_agentsim.call_gate import CallGate, Limits
from pytest_agentsim.clock import RealClock
from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.event_log import WATCHER
from pytest_agentsim.report.artifacts import ArtifactWriter, artifact_directory
from pytest_agentsim.result import Reason

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping
    from concurrent.futures import Future
    from pathlib import Path
    from typing import TypeVar

    from pytest_agentsim.background import Running
    from pytest_agentsim.chirp_session import ChirpSession
    from pytest_agentsim.judge.interface import Judge
    from pytest_agentsim.llm.models import LanguageModels
    from pytest_agentsim.llm.scope import ModelScope
    from pytest_agentsim.metrics.context import AboutAgent
    from pytest_agentsim.report.begun import Journal
    from pytest_agentsim.report.live_call import LiveCall
    from pytest_agentsim.report.verdicts import Judgement
    from pytest_agentsim.result import CallResult
    from pytest_agentsim.scenario.model import Channel, Scenario
    from pytest_agentsim.scenario.personality import Personality
    from pytest_agentsim.scenario.profile import TestProfile
    from pytest_agentsim.settings import Recording
    from pytest_agentsim.spec import CallSpec
    from pytest_agentsim.text_endpoint import TextEndpoint
    from pytest_agentsim.voice.equipment import VoiceEquipment
    from pytest_agentsim.voice_endpoint import VoiceEndpoint

    T = TypeVar("T")

__all__ = ["CallRunner", "CallTimes", "RecordedCall", "StartedCall", "TimeLimit", "seed_for"]

REDRAWING_TIME = 0.1  # s


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """A finished call and where its artifacts are."""

    result: CallResult
    artifacts: Path

    @property
    def recording(self) -> Path | None:
        """The stereo file with both sides of a voice call; None when there is none."""
        return self.artifacts / self.result.recording if self.result.recording else None


class TimeLimit:
    """The seconds that the calls of one item may take together, from the moment when the first of them begins."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.is_over = False
        self._end: float | None = None

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Cancel what is done within once the time is over."""
        now = asyncio.get_running_loop().time()
        if self._end is None:
            self._end = now + self.seconds
        async with asyncio.timeout_at(self._end) as time:
            yield
        self.is_over = self.is_over or time.expired()


class CallTimes:
    """When a call has begun and ended, in seconds since the epoch; None until then."""

    def __init__(self) -> None:
        self.begun: float | None = None
        self.ended: float | None = None

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Note when what is done within begins and ends."""
        self.begun = time.time()
        try:
            yield
        finally:
            self.ended = time.time()


@dataclass(frozen=True, slots=True)
class StartedCall:
    """A call that has been asked for; it begins when the limits of the run allow it."""

    running: Running[CallResult]
    channel: Channel
    artifacts: Path
    times: CallTimes
    time_limit: TimeLimit | None
    live: LiveCall | None = None

    def finish(self) -> RecordedCall:
        """Wait for the call's end; whatever interrupts the wait ends the call, whose artifacts are stored first."""
        if self.live is not None:
            self._show(self.live)
        return RecordedCall(self.running.result(), self.artifacts)

    def _show(self, live: LiveCall) -> None:
        try:
            while not self.running.wait(REDRAWING_TIME):
                live.write()
        except BaseException:
            self.running.end()
            raise
        finally:
            live.write()


class CallRunner:
    """The calls of one batch, on a loop of their own.

    `record` tells which voice calls leave a recording: on, off or retain-on-failure. `limits` say how many calls
    may be on the line at once; the others wait for their turn. `models` are the language models that may be asked on
    calls and about them, `about_agent` is what judges are told of the agent. `live` shows the calls as they happen.
    """

    def __init__(
        self,
        output: Path,
        *,
        batch_id: str,
        seed: int = 0,
        record: Recording = "on",
        speech: Mapping[str, str] | None = None,
        limits: Limits | None = None,
        models: LanguageModels | None = None,
        about_agent: AboutAgent | None = None,
        live: LiveCall | None = None,
    ) -> None:
        self.batch_id = batch_id
        self._record = record
        self._writer = ArtifactWriter(output)
        self._output = output
        self._seed = seed
        self._speech = speech or {}
        self._about_agent = about_agent
        self._equipment: VoiceEquipment | None = None
        self._gate = CallGate(limits or Limits(), RealClock())
        self._background = BackgroundLoop("agentsim-calls")
        self._models = models
        self._live = live

    def call(
        self,
        scenario: Scenario,
        *,
        personality: Personality,
        profile: TestProfile,
        endpoint: TextEndpoint | VoiceEndpoint,
        channel: Channel,
        node_id: str,
        directory: Path,
        run_number: int,
        judge: Judge | None = None,
        time_limit: TimeLimit | None = None,
    ) -> StartedCall:
        """Ask for one call of a pytest item, whose file is in `directory`.

        Its artifacts are stored even when it is cancelled.
        """
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
        matcher, model = (self._models.matcher, self._models.caller) if self._models else (None, None)
        equipment = self._voice_equipment() if channel == "voice" else None
        _import_what_calls_need(channel, scenario)
        times = CallTimes()

        async def call_and_store() -> CallResult:
            if self._models is None:
                return await make_and_store()
            async with self._models.on_call(
                spec, directory=directory, node_id=node_id, run_number=run_number
            ) as scope:
                return await make_and_store(scope)

        async def make_and_store(scope: ModelScope | None = None) -> CallResult:
            with self._writer.kept(spec, artifacts) as journal:
                return await make_and_write(scope, journal)

        async def make_and_write(scope: ModelScope | None, journal: Journal) -> CallResult:
            async with self._gate.passed(channel):
                if self._live is not None:
                    self._live.begin(f"{scenario.name} ({channel}, {personality.name}, seed {spec.seed})")
                with times.taken():
                    async with time_limit.kept() if time_limit is not None else nullcontext():
                        result = await run_call(spec, matcher=matcher, model=model, equipment=equipment)
            if scope is not None and result.ended_reason is Reason.CANCELLED:
                scope.give_up()
            try:
                result = await self._measured(result, spec, judge)
            finally:
                if scope is not None:
                    result = replace(result, model_use=scope.count.uses)
                self._writer.write(result, artifacts, scenario, journal)
            return result

        watched = WATCHER.set(self._live.take if self._live is not None else None)
        try:
            running = self._background.start(call_and_store())
        finally:
            WATCHER.reset(watched)
        return StartedCall(running, channel, artifacts, times, time_limit, self._live)

    async def _measured(self, result: CallResult, spec: CallSpec, judge: Judge | None) -> CallResult:
        from pytest_agentsim.metrics.context import AboutAgent, CallContext
        from pytest_agentsim.metrics.measure import measured
        from pytest_agentsim.metrics.selection import chosen_metrics

        recording = spec.recording if result.recording else None
        scenario = spec.scenario
        metrics = chosen_metrics(scenario.metrics, scenario.expect, expected_outcome=result.expected_outcome)
        context = CallContext(self._about_agent or AboutAgent(), scenario, spec.profile.variables)
        return await measured(
            result,
            recording,
            metrics=metrics,
            settings=scenario.metric_settings,
            judge=judge,
            context=context,
        )

    @property
    def has_caller_model(self) -> bool:
        """Whether a language model speaks for callers whose words are left open."""
        return self._models is not None and self._models.caller is not None

    def settled(self, call: RecordedCall, *, passed: bool) -> RecordedCall:
        """Return the call as it is kept once its item is over: without its recording if only failures keep theirs."""
        if not passed or self._record != "retain-on-failure" or call.recording is None:
            return call
        without = replace(call.result, recording="")
        self._writer.write(without, call.artifacts)
        return replace(call, result=without)

    def keep(self, judgement: Judgement, artifacts: Path) -> None:
        """Have what pytest made of a call stored with the call's other artifacts."""
        self._writer.write_judgement(judgement, artifacts)

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
        if self._models is not None and self._background.is_running:
            self._background.run(self._models.close())
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


def _import_what_calls_need(channel: Channel, scenario: Scenario) -> None:
    """Import in pytest's own thread what calls would import in theirs.

    pytest parses the modules of plugins anew, to rewrite their assertions; where two threads parse at once, Python 3.11
    may end one of them with a SystemError, and with it the run.
    """
    from pytest_agentsim.metrics.registry import every_metric

    every_metric()
    callers = ("caller.behaviour.caller",) if scenario.script is None else ()
    for name in (*_AFTER_CALLS, _CALL_MODULES[channel.value], *callers):
        import_module(f"pytest_agentsim.{name}")


_AFTER_CALLS = ("metrics.context", "metrics.measure", "metrics.selection", "report.asked", "report.verdicts")
_CALL_MODULES = {"text": "text_call", "voice": "voice.call"}


def seed_for(suite_seed: int, node_id: str, run_number: int) -> int:
    """Derive a call's seed, the same in every process and on every machine (0 to 2**32 - 1)."""
    digest = hashlib.sha256(
        f"{suite_seed}\n{node_id}\n{run_number}".encode("utf-8", "backslashreplace")
    ).digest()
    return int.from_bytes(digest[:4], "big")
