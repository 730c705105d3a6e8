"""A voice call: the speech engines, the connection over CHIRP and the recording around a conversation."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_agentsim.audio.ambience import Ambience
from pytest_agentsim.audio.pcm import samples_in
from pytest_agentsim.audio.recording import StereoRecorder
from pytest_agentsim.audio.tts.interface import SynthesisError
from pytest_agentsim.caller.hints import hints_of
from pytest_agentsim.caller.impulses import Impulses
from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.ongoing_call import CallEnded, OngoingCall
from pytest_agentsim.result import EndedBy, EventKind, Reason, Status
from pytest_agentsim.scenario.network import NetworkConditions
from pytest_agentsim.scenario.personality import InterruptionLevel
from pytest_agentsim.session.chirp import ChirpProtocol, Role
from pytest_agentsim.session.connect import ConnectFailed
from pytest_agentsim.voice import by_sound
from pytest_agentsim.voice.agent_words import AgentWords
from pytest_agentsim.voice.caller_sounds import volumes_of
from pytest_agentsim.voice.caller_voice import CallerVoice
from pytest_agentsim.voice.connecting import connect
from pytest_agentsim.voice.conversation import VoiceConversation
from pytest_agentsim.voice.line import LineSettings, VoiceLine
from pytest_agentsim.voice.patience import Patience
from pytest_agentsim.voice.transcript import VoiceTranscript
from pytest_agentsim.voice_endpoint import VoiceEndpoint

if TYPE_CHECKING:
    from pytest_agentsim.caller.interface import Caller
    from pytest_agentsim.caller.matcher.interface import Matcher
    from pytest_agentsim.llm.caller_model import CallerModel
    from pytest_agentsim.result import CallResult
    from pytest_agentsim.scenario.personality import Personality
    from pytest_agentsim.session.connect import Connection
    from pytest_agentsim.spec import CallSpec
    from pytest_agentsim.voice.equipment import VoiceEquipment

__all__ = ["VoiceCall", "line_settings"]

# A silence after which the agent has finished if its words already tell the caller what to say. Longer than the
# pauses that people and engines make within a sentence.
COMPLETE_TURN = 0.55  # s

# How much of the agent's speech makes the caller give way, where its personality does not say, and what a word of it
# counts.
YIELD_AFTER = 0.3  # s
SECONDS_PER_WORD = 0.4

# platform_spec section e, `message_plan`
IDLE_TIMEOUT = 10.0  # s
IDLE_MESSAGES = 3

# "Close Codes" of the CHIRP page
NORMAL_CLOSURE = 1000
INTERNAL_ERROR = 1011


@dataclass(frozen=True, slots=True)
class _Open:
    """What there is once the call is connected."""

    line: VoiceLine
    transcript: VoiceTranscript
    recorder: StereoRecorder
    conversation: VoiceConversation


class VoiceCall(OngoingCall[VoiceEndpoint]):
    """A call over CHIRP; the recording is written to a file while it lasts."""

    channel = "voice"

    def __init__(
        self,
        spec: CallSpec,
        endpoint: VoiceEndpoint,
        matcher: Matcher,
        equipment: VoiceEquipment,
        recording: Path,
        model: CallerModel | None = None,
    ) -> None:
        matcher = by_sound.heard_by(matcher, spec.scenario.language)
        super().__init__(spec, endpoint, equipment.pacer.clock, matcher, model)
        self._studio = equipment.studio
        self._pacer = equipment.pacer
        self._recording = recording
        interrupts = spec.scenario.interrupts_at_random
        self._impulses = Impulses(
            spec.personality.interruption_level if interrupts else InterruptionLevel.OFF,
            seed=spec.seed,
            language=spec.scenario.language,
        )
        self._voice: CallerVoice | None = None
        self._words: AgentWords | None = None
        self._connection: Connection | None = None
        self._opened: _Open | None = None

    async def _converse(self, caller: Caller) -> None:
        voice, words = self._set_up_engines(caller)
        settings = self._line_settings()
        self._live_data.begin()
        opening = caller.open()
        voice.prepare_words(self._impulses.words)
        await words.prepare()
        await by_sound.prepare(self._matcher, self._spec.scenario)
        await voice.sounds.prepare(caller.fixed_actions)
        ambience = Ambience(await voice.sounds.own_place(self._spec.personality))
        self._connection = await self._connect()
        self._opened = opened = self._open(self._connection, settings, caller, voice, words, ambience)
        opened.line.open()
        if ambience.has_own_place:
            self._note_background(opened.line)
        try:
            await opened.conversation.hold(opening)
        except CallEnded:
            await opened.line.let_go(samples_in(self._max_duration))
            raise

    # --- setting up -------------------------------------------------------------------------------------------

    def _set_up_engines(self, caller: Caller) -> tuple[CallerVoice, AgentWords]:
        spec, endpoint = self._spec, self._endpoint
        try:
            synthesizer = self._studio.synthesizer(endpoint.synthesizer)
            recognizer = self._studio.recognizer(endpoint.recognizer)
            self._voice = CallerVoice(
                self._studio,
                synthesizer,
                spec.personality,
                language=spec.scenario.language,
                folder=Path(spec.scenario.location.file).parent,
                skew=endpoint.event_skew,
                seed=spec.seed,
                voices=spec.scenario.voices,
                warn=self._warn,
            )
            self._voice.prepare(each for each in caller.fixed_actions if not each.needs_functions)
        except (ConfigurationError, SynthesisError) as error:
            detail = str(error)
            raise self._end(Status.FAILED, EndedBy.SIMULATOR, Reason.SPEECH_ENGINE_FAILED, detail) from None
        self._words = AgentWords(
            recognizer, language=spec.scenario.language, hints=hints_of(spec.scenario, spec.profile)
        )
        return self._voice, self._words

    def _line_settings(self) -> LineSettings:
        spec = self._spec
        try:
            return line_settings(self._endpoint, spec.personality, spec.seed)
        except (ConfigurationError, ValueError) as error:
            detail = f"The personality {spec.personality.name!r} cannot be used: {error}."
            raise self._end(Status.FAILED, EndedBy.SIMULATOR, Reason.SCRIPT_ERROR, detail) from None

    async def _connect(self) -> Connection:
        spec = self._spec
        try:
            return await connect(
                self._endpoint,
                scenario_id=spec.scenario.key,
                run_id=spec.run_id,
                batch_id=spec.batch_id,
                profile_headers=spec.profile.headers,
                metadata=spec.scenario.metadata,
                log=self._log,
                clock=self._clock,
            )
        except ConnectFailed as error:
            status = Status.REJECTED if error.reason is Reason.CREDENTIALS_REJECTED else Status.INCOMPLETED
            raise self._end(status, EndedBy.SIMULATOR, error.reason, error.detail) from None

    def _open(
        self,
        connection: Connection,
        settings: LineSettings,
        caller: Caller,
        voice: CallerVoice,
        words: AgentWords,
        ambience: Ambience,
    ) -> _Open:
        endpoint = self._endpoint
        recorder = StereoRecorder(self._recording)
        line = VoiceLine(
            connection,
            ChirpProtocol(Role.CLIENT, redact=self._redactor.text, strict_marks=endpoint.strict_marks),
            settings,
            pacer=self._pacer,
            log=self._log,
            recorder=recorder,
            redact=self._redactor.text,
            ambience=ambience,
        )
        transcript = VoiceTranscript(self._log, line)
        conversation = VoiceConversation(
            caller,
            voice=voice,
            words=words,
            live_data=self._live_data,
            beside=self._side_channel(),
            line=line,
            transcript=transcript,
            log=self._log,
            clock=self._clock,
            patience=self._patience(),
            impulses=self._impulses,
            backoff=float(self._spec.personality.plans.stop_speaking_plan.get("backoff_seconds", 0.0)),
            language=self._spec.scenario.language,
            end=self._end,
        )
        return _Open(line, transcript, recorder, conversation)

    def _note_background(self, line: VoiceLine) -> None:
        personality = self._spec.personality
        base, reduced = volumes_of(personality)
        start = round(line.time_of(0), 4)
        self._log.add(
            EventKind.SOUND, sound=personality.background_noise, base=base, reduced=reduced, start=start
        )

    def _patience(self) -> Patience:
        endpoint, plan = self._endpoint, self._spec.personality.message_plan
        return Patience(
            first_speaker=endpoint.first_speaker_timeout,
            idle=float(plan.get("idle_timeout_seconds", IDLE_TIMEOUT)),
            idle_messages=int(plan.get("idle_message_max_spoken_count", IDLE_MESSAGES)),
            turn=endpoint.turn_timeout,
            longest_turn=endpoint.longest_turn,
            call=self._max_duration,
        )

    # --- ending -----------------------------------------------------------------------------------------------

    async def _hang_up(self) -> None:
        opened = self._opened
        # Whatever fails here or is cancelled, nothing is left open.
        async with AsyncExitStack() as at_last:
            if self._voice is not None:
                at_last.push_async_callback(self._voice.close)
            if opened is not None:
                at_last.callback(opened.recorder.close)
            if self._connection is not None:
                await self._close(self._connection)
            if opened is not None and self._words is not None and self._ended.reason is not Reason.CANCELLED:
                await self._words.complete(self._log, opened.line)

    async def _close(self, connection: Connection) -> None:
        failed = self._ended.reason is Reason.INTERNAL_ERROR
        try:
            if self._opened is not None:
                self._leave_line(self._opened, failed=failed)
        finally:
            await connection.close(INTERNAL_ERROR if failed else NORMAL_CLOSURE)

    def _leave_line(self, opened: _Open, *, failed: bool) -> None:
        if failed:
            opened.line.fail("the caller failed")
        try:
            opened.line.leave()
        finally:
            opened.conversation.conclude(opened.line.remaining_events())

    def _result(self) -> CallResult:
        result = super()._result()
        if self._opened is None:
            return result
        return replace(
            result,
            recording=self._recording.name if self._spec.recording is not None else "",
            latencies=tuple(self._opened.transcript.latencies),
            harness=self._opened.line.harness,
            network=self._opened.line.network,
        )


def line_settings(endpoint: VoiceEndpoint, personality: Personality, seed: int) -> LineSettings:
    """Return how a line to the agent behaves for a caller of that personality."""
    own = personality.plans.start_speaking_plan
    end_of_turn = endpoint.end_of_turn if own is None else own
    return LineSettings(
        idle_audio=endpoint.idle_audio,
        event_skew=endpoint.event_skew,
        yield_after=_yield_after(personality),
        end_of_turn=end_of_turn,
        complete_turn=min(COMPLETE_TURN, end_of_turn) if own is None else own,
        longest_turn=endpoint.longest_turn,
        seed=seed,
        network=NetworkConditions.of(personality.network_simulation),
    )


def _yield_after(personality: Personality) -> float:
    plan = personality.plans.stop_speaking_plan
    if not plan:
        return YIELD_AFTER
    words = plan.get("num_words", 0) * SECONDS_PER_WORD
    return float(max(plan.get("voice_seconds", 0.0), words))
