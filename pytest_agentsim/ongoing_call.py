"""What calls over either protocol have in common: a caller, a log, and one outcome that becomes the result."""

from __future__ import annotations

import asyncio
import traceback
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from pytest_agentsim.caller import phrases
from pytest_agentsim.caller.realiser import OfflineRealiser
from pytest_agentsim.caller.spoken import look_up
from pytest_agentsim.caller.structured import StructuredCaller
from pytest_agentsim.errors import ConfigurationError, ProfileKeyError
from pytest_agentsim.event_log import EventLog
from pytest_agentsim.llm.errors import ModelError
from pytest_agentsim.redaction import redactor_for
from pytest_agentsim.result import CallResult, EndedBy, EventKind, Reason, Status
from pytest_agentsim.scenario.action import ActionValueError
from pytest_agentsim.side_channel.channel import SideChannel
from pytest_agentsim.side_channel.functions import functions_of
from pytest_agentsim.side_channel.live_data import LiveData

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from typing import Any

    from pytest_agentsim.caller.interface import Caller, Improviser
    from pytest_agentsim.caller.matcher.interface import Matcher
    from pytest_agentsim.clock import Clock
    from pytest_agentsim.llm.caller_model import CallerModel, Part
    from pytest_agentsim.scenario.model import Script
    from pytest_agentsim.spec import CallSpec
    from pytest_agentsim.text_endpoint import TextEndpoint
    from pytest_agentsim.voice_endpoint import VoiceEndpoint

__all__ = ["CallEnded", "OngoingCall"]

E = TypeVar("E", bound="TextEndpoint | VoiceEndpoint")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call ended; `detail` is a sentence for a person."""

    status: Status
    ended_by: EndedBy
    reason: Reason
    detail: str


class CallEnded(Exception):
    """Unwinds a call from wherever it is; the outcome has been settled by then."""


class OngoingCall(ABC, Generic[E]):
    """A call from its spec to its result; never raises for what happens on it."""

    channel: ClassVar[str]

    def __init__(
        self, spec: CallSpec, endpoint: E, clock: Clock, matcher: Matcher, model: CallerModel | None
    ) -> None:
        self._spec = spec
        self._endpoint = endpoint
        self._clock = clock
        self._matcher = matcher
        self._model = model
        self._started_at = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._functions = functions_of(spec.scenario.script)
        self._redactor = redactor_for((*endpoint.secrets, *self._functions.secrets))
        self._log = EventLog(clock, self._redactor)
        self._live_data = LiveData(self._functions.declared, spec.profile.variables, self._log)
        self._outcome: Outcome | None = None
        self._duration = 0.0

    async def run(self) -> CallResult:
        """Make the call; a cancelled one returns as well, with what was recorded until then."""
        await self._run_to_the_end()
        self._duration = self._log.elapsed
        await self._leave()
        self._log_end()
        return self._result()

    @abstractmethod
    async def _converse(self, caller: Caller) -> None:
        """Connect and talk until the call has ended; may raise `CallEnded`."""

    @abstractmethod
    async def _hang_up(self) -> None:
        """Leave no connection behind, and complete the log with what could wait until after the call."""

    @property
    def _max_duration(self) -> float:
        """The shorter of the scenario's and the agent's limit, in seconds."""
        limit = self._spec.scenario.max_duration
        return min(limit, self._endpoint.max_duration) if limit else self._endpoint.max_duration

    async def _run_to_the_end(self) -> None:
        try:
            await self._converse(self._make_caller())
        except CallEnded:
            pass
        except (ModelError, ConfigurationError) as error:
            self._settle(Status.FAILED, EndedBy.SIMULATOR, Reason.LANGUAGE_MODEL_FAILED, str(error))
        except asyncio.CancelledError:
            self._settle(Status.FAILED, EndedBy.SIMULATOR, Reason.CANCELLED, "The call was cancelled.")
        except Exception as error:  # noqa: BLE001  (a defect of ours must not lose what was recorded)
            self._log.add(EventKind.WARNING, message="internal error", traceback=traceback.format_exc())
            detail = f"pytest-agentsim itself failed: {type(error).__name__}: {error}. The event log has the traceback."
            self._settle(Status.FAILED, EndedBy.SIMULATOR, Reason.INTERNAL_ERROR, detail)

    async def _leave(self) -> None:
        # The call is over; a cancellation only cuts short what is still done about it.
        try:
            with suppress(asyncio.CancelledError):
                await self._hang_up()
                if self._ended.reason is not Reason.CANCELLED:
                    await self._live_data.settle()
        except Exception:  # noqa: BLE001  (as above; what the call has come to stays)
            message = "internal error after the end of the call"
            self._log.add(EventKind.WARNING, message=message, traceback=traceback.format_exc())
        finally:
            self._live_data.give_up()

    def _side_channel(
        self, hand_over: Callable[[dict[str, Any]], Awaitable[None]] | None = None
    ) -> SideChannel:
        spec = self._spec
        phone = look_up("phone number", spec.profile.variables)
        envelope = {
            "from": "" if phone is None else phone.value,
            "scenario_id": spec.scenario.key,
            "run_id": spec.run_id,
            "batch_id": spec.batch_id,
        }
        return SideChannel(
            self._live_data,
            self._log,
            sms_webhook=self._endpoint.sms_webhook,
            envelope=envelope,
            hand_over=hand_over,
        )

    def _make_caller(self) -> Caller:
        scenario = self._spec.scenario
        if scenario.script is None and scenario.instructions and self._model is not None:
            return self._played_by(self._model)
        if self._functions.problem:
            raise self._end(Status.FAILED, EndedBy.SIMULATOR, Reason.SCRIPT_ERROR, self._functions.problem)
        if not phrases.has_own(scenario.language):
            self._warn(
                f'the caller has no sentences of its own in the language "{scenario.language}": '
                "where it asks to repeat, or whether anybody is there, it does so in English"
            )
        try:
            if scenario.script is None:
                return self._behavioural_caller()
            return self._structured_caller(scenario.script)
        except (ProfileKeyError, ActionValueError, ConfigurationError) as error:
            raise self._end(Status.FAILED, EndedBy.SIMULATOR, Reason.SCRIPT_ERROR, str(error)) from None

    def _structured_caller(self, script: Script) -> StructuredCaller:
        spec = self._spec
        return StructuredCaller(
            spec.scenario,
            script,
            variables=spec.profile.variables,
            matcher=self._matcher,
            realiser=self._realiser(script.role, spec.profile.variables),
            live_data=self._live_data,
            improviser=self._improviser(script),
            may_hang_up=spec.personality.end_call_enabled,
        )

    def _behavioural_caller(self) -> StructuredCaller:
        from pytest_agentsim.caller.behaviour.caller import BehaviouralCaller, variables_of
        from pytest_agentsim.caller.behaviour.plan import plan_of

        spec = self._spec
        plan = plan_of(spec.scenario)
        if plan is None or plan.why_not:
            why_not = plan.why_not if plan else "there are neither conditional_actions nor instructions"
            detail = f"{spec.scenario.name!r} has nothing that a caller could follow: {why_not}."
            raise self._end(Status.FAILED, EndedBy.SIMULATOR, Reason.SCRIPT_ERROR, detail)
        variables = variables_of(plan, spec.profile.variables)
        return BehaviouralCaller(
            spec.scenario,
            plan,
            variables=variables,
            matcher=self._matcher,
            realiser=self._realiser(plan.behaviour.role, variables),
            may_hang_up=spec.personality.end_call_enabled,
        )

    def _realiser(self, role: str, variables: Mapping[str, Any]) -> OfflineRealiser:
        return OfflineRealiser(
            role=role,
            variables=variables,
            wording=self._spec.personality.wording,
            language=self._spec.scenario.language,
        )

    def _played_by(self, model: CallerModel) -> Caller:
        """Return the caller of a behavioural scenario that a language model plays."""
        from pytest_agentsim.llm.caller import LanguageModelCaller

        spec = self._spec
        try:
            return LanguageModelCaller(
                spec.scenario,
                model=model,
                part=self._part(""),
                variables=spec.profile.variables,
                may_hang_up=spec.personality.end_call_enabled,
            )
        except ProfileKeyError as error:
            raise self._end(Status.FAILED, EndedBy.SIMULATOR, Reason.SCRIPT_ERROR, str(error)) from None

    def _improviser(self, script: Script) -> Improviser | None:
        if self._model is None:
            return None
        from pytest_agentsim.llm.improviser import LanguageModelImproviser

        return LanguageModelImproviser(self._model, self._part(script.role), script)

    def _part(self, role: str) -> Part:
        """Return who a language model is when it speaks for the caller; headers are nothing that a caller knows."""
        from pytest_agentsim.llm.caller_model import Part

        spec = self._spec
        known = {
            name: value
            for name, value in spec.profile.variables.items()
            if not str(name).lower().startswith("x-")
        }
        return Part(role, spec.personality, spec.scenario.language, known)

    def _warn_of_refused(self, refused: Sequence[str]) -> None:
        for message in refused:
            self._warn(message)

    def _warn(self, message: str) -> None:
        self._log.add(EventKind.WARNING, message=message)

    def _settle(self, status: Status, ended_by: EndedBy, reason: Reason, detail: str) -> None:
        """Fix the outcome; the first one stays."""
        if self._outcome is None:
            self._outcome = Outcome(status, ended_by, reason, detail)

    def _end(self, status: Status, ended_by: EndedBy, reason: Reason, detail: str) -> CallEnded:
        self._settle(status, ended_by, reason, detail)
        return CallEnded()

    def _log_end(self) -> None:
        outcome = self._ended
        self._log.add(
            EventKind.ENDED,
            status=outcome.status.value,
            ended_by=outcome.ended_by.value,
            reason=outcome.reason.value,
            detail=outcome.detail,
        )

    @property
    def _ended(self) -> Outcome:
        if self._outcome is None:
            raise RuntimeError("a call ended without an outcome")
        return self._outcome

    def _result(self) -> CallResult:
        outcome, spec = self._ended, self._spec
        return CallResult(
            scenario=spec.scenario.name,
            run_id=spec.run_id,
            batch_id=spec.batch_id,
            channel=self.channel,
            personality=spec.personality.name,
            seed=spec.seed,
            status=outcome.status,
            ended_by=outcome.ended_by,
            ended_reason=outcome.reason,
            detail=self._redactor.text(outcome.detail),
            started_at=self._started_at,
            duration=self._duration,
            events=self._log.events,
            turns=self._log.turns,
            tool_calls=self._log.tool_calls(),
            metadata=self._log.metadata(),
            conditions_fired=self._log.conditions_fired(),
            expected_outcome=spec.scenario.expected_outcome,
            expected_tool_calls=spec.scenario.expected_tool_calls,
            language=spec.scenario.language,
        )
