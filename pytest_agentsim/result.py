"""What a call leaves behind: plain data, picklable, to JSON and back."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pytest_agentsim.key_presses import read_keys
from pytest_agentsim.metric_value import MetricValue, value_named

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "CallResult",
    "EndedBy",
    "Event",
    "EventKind",
    "FailureKind",
    "HarnessCheck",
    "Latency",
    "ModelUse",
    "NetworkTotals",
    "Reason",
    "Speaker",
    "Status",
    "ToolCall",
    "Turn",
]

FORMAT_VERSION = 1


class Status(StrEnum):
    """How a call went as a call; whether the agent did right is for the expectations."""

    COMPLETED = "completed"
    INCOMPLETED = "incompleted"
    FAILED = "failed"
    REJECTED = "rejected"


class EndedBy(StrEnum):
    """Who ended the call; `simulator` stands for a limit, a lost connection or an error.

    `unknown` is for a call that was read from a transcript which does not tell.
    """

    CALLER = "caller"
    AGENT = "agent"
    SIMULATOR = "simulator"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why a call ended; those of X-RUBRIC keep the protocol's spelling.

    `unknown` is for a call that was read from a transcript which does not tell, or not in words that mean one of these.
    """

    CALLER_ENDED = "caller_ended_call"
    AGENT_ENDED = "agent_ended_call"
    AGENT_CLOSED = "agent_closed_connection"
    AGENT_TIMEOUT = "agent_timeout"
    MAX_DURATION = "max_duration"
    CONNECTION_FAILED = "connection_failed"
    CONNECTION_LOST = "connection_lost"
    SECRET_REJECTED = "secret_rejected"  # noqa: S105  (the reason's name)
    CREDENTIALS_REJECTED = "credentials_rejected"
    AGENT_HUNG_UP_EARLY = "agent_hung_up_early"
    AGENT_ERROR = "agent_error"
    AGENT_NEVER_STOPPED = "agent_never_stopped"
    NOBODY_SPOKE = "nobody_spoke"
    SPEECH_ENGINE_FAILED = "speech_engine_failed"
    LANGUAGE_MODEL_FAILED = "language_model_failed"
    CALLER_STUCK = "caller_stuck"
    CALLER_LOOP = "caller_loop"
    SCRIPT_ERROR = "script_error"
    CANCELLED = "cancelled"
    INTERNAL_ERROR = "internal_error"
    UNKNOWN = "unknown"


class FailureKind(StrEnum):
    """Whose fault a failure is."""

    PRODUCT = "product"
    INFRASTRUCTURE = "infrastructure"
    CALLER = "caller"


FAULT_OF: dict[Reason, FailureKind] = {
    Reason.AGENT_TIMEOUT: FailureKind.INFRASTRUCTURE,
    Reason.MAX_DURATION: FailureKind.INFRASTRUCTURE,
    Reason.CONNECTION_FAILED: FailureKind.INFRASTRUCTURE,
    Reason.CONNECTION_LOST: FailureKind.INFRASTRUCTURE,
    Reason.SECRET_REJECTED: FailureKind.INFRASTRUCTURE,
    Reason.CREDENTIALS_REJECTED: FailureKind.INFRASTRUCTURE,
    Reason.AGENT_HUNG_UP_EARLY: FailureKind.PRODUCT,
    Reason.AGENT_ERROR: FailureKind.PRODUCT,
    Reason.AGENT_NEVER_STOPPED: FailureKind.PRODUCT,
    Reason.NOBODY_SPOKE: FailureKind.INFRASTRUCTURE,
    Reason.SPEECH_ENGINE_FAILED: FailureKind.CALLER,
    Reason.LANGUAGE_MODEL_FAILED: FailureKind.CALLER,
    Reason.CALLER_STUCK: FailureKind.CALLER,
    Reason.CALLER_LOOP: FailureKind.CALLER,
    Reason.SCRIPT_ERROR: FailureKind.CALLER,
    Reason.CANCELLED: FailureKind.INFRASTRUCTURE,
    Reason.INTERNAL_ERROR: FailureKind.CALLER,
}


class Speaker(StrEnum):
    """Who a turn belongs to."""

    CALLER = "caller"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side said; `number` counts both sides' turns from 1, times are in seconds since the call began.

    `end` is None where a turn takes no time, on the text channel. `interrupted` tells that the other side cut it short.
    `time` is None, and `end` may be on a voice call, only where a transcript that was read does not tell it.
    """

    number: int
    speaker: Speaker
    text: str
    time: float | None
    end: float | None = None
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A function call that the agent reported, with its result when one came.

    `after_turn` is the number of the last turn before it (0 when nothing had been said yet). `time` is None only where
    a transcript that was read does not tell it.
    """

    id: str
    name: str
    arguments: Any
    time: float | None
    after_turn: int
    result: Any = None


class EventKind(StrEnum):
    """What can stand in a call's event log."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    CALLER_TURN = "caller_turn"
    AGENT_TURN = "agent_turn"
    METADATA = "metadata"
    FUNCTION_CALL = "function_call"
    FUNCTION_CALL_RESULT = "function_call_result"
    DECISION = "decision"
    ACTION = "action"
    TAG = "tag"
    FUNCTION = "function"
    SMS = "sms"
    CLIENT_MESSAGE = "client_message"
    INTERRUPTED = "interrupted"
    RETRY = "retry"
    UTTERANCE = "utterance"
    SOUND = "sound"
    AGENT_SPEECH = "agent_speech"
    BARGE_IN = "barge_in"
    RECOGNIZED = "recognized"
    FRAME = "frame"
    AUDIO = "audio"
    NETWORK = "network"
    PROTOCOL_VIOLATION = "protocol_violation"
    WARNING = "warning"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the append-only log; `time` is in seconds since the call began.

    Where a transcript that was read does not tell the time, it is that of the event before, and `untimed` is true in
    the data.
    """

    time: float
    kind: EventKind
    data: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {"time": round(self.time, 6), "kind": self.kind.value, **self.data}

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> Event:
        data = {key: value for key, value in document.items() if key not in ("time", "kind")}
        return cls(float(document["time"]), EventKind(document["kind"]), data)


@dataclass(frozen=True, slots=True)
class Latency:
    """How long the agent took to answer the caller's turn before its own turn `turn`, on the playback clock.

    `seconds` is None where the harness itself was late at either end, so that nothing true can be said.
    """

    turn: int
    seconds: float | None


@dataclass(frozen=True, slots=True)
class HarnessCheck:
    """How well this process kept time during a voice call; all in seconds.

    `lateness` is how much later than due a frame was sent, `gap` the time from one frame to the next.
    """

    frames: int
    lateness_p50: float
    lateness_p99: float
    lateness_max: float
    gap_p99: float


@dataclass(frozen=True, slots=True)
class NetworkTotals:
    """What a simulated bad line has done to the audio of one direction ("send" or "receive"), in frames of 20 ms.

    `frames` are those that went over it while it was bad, `longest_burst` is how many were lost in a row at most. The
    delays are in seconds: the mean over all frames that were not lost, and the longest.
    """

    direction: str
    frames: int
    lost: int
    longest_burst: int
    late: int
    delay_mean: float
    delay_max: float


@dataclass(frozen=True, slots=True)
class ModelUse:
    """What a language model was asked for on a call, and by whom: "judge", "matcher" or "caller".

    `requests` went to the model and are what the tokens and the `cost` (dollars, None where the price is not known) are
    of; `replayed` ones were answered from a recording.
    """

    purpose: str
    model: str
    requests: int = 0
    replayed: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = 0.0


@dataclass(frozen=True, slots=True, repr=False)
class CallResult:
    """Everything about one finished call.

    `duration` and all times are in seconds on the call's clock. `conditions_fired` are the ids in the order
    in which they were spoken. `detail` is a sentence about the end for a person, `language` the scenario's, and
    `expected_tool_calls` its `generated_mock_tool_entries`, None where it has none.
    Voice calls have a `recording` (the name of the stereo file among the artifacts), the agent's `latencies`, the
    self-check of the `harness`, and in `network` the totals of each direction that was made bad. `metrics` are there
    once the call has been measured, `model_use` where language models were asked.

    Of a call that was read from a transcript, what the transcript does not tell is absent: `duration` and the times of
    turns and function calls are None, texts are empty, the end is `unknown`, and the seed 0.
    """

    scenario: str
    run_id: str
    batch_id: str
    channel: str
    personality: str
    seed: int
    status: Status
    ended_by: EndedBy
    ended_reason: Reason
    detail: str
    started_at: str  # ISO 8601, UTC
    duration: float | None
    events: tuple[Event, ...]
    turns: tuple[Turn, ...]
    tool_calls: tuple[ToolCall, ...] = ()
    metadata: dict[str, Any] = field(default_factory=dict)
    conditions_fired: tuple[int, ...] = ()
    expected_outcome: str = ""
    expected_tool_calls: tuple[dict[str, Any], ...] | None = None
    language: str = "en"
    recording: str = ""
    latencies: tuple[Latency, ...] = ()
    harness: HarnessCheck | None = None
    network: tuple[NetworkTotals, ...] = ()
    metrics: tuple[MetricValue, ...] = ()
    model_use: tuple[ModelUse, ...] = ()

    def __repr__(self) -> str:
        return (
            f"<CallResult {self.scenario!r} {self.status.value}: {self.ended_reason.value} "
            f"after {len(self.turns)} turns>"
        )

    @property
    def failure_kind(self) -> FailureKind | None:
        """Whose fault it is that the call did not complete; None when it did."""
        return None if self.status is Status.COMPLETED else FAULT_OF.get(self.ended_reason)

    @property
    def caller_interruptions(self) -> int:
        """How often the caller has cut into what the agent said, of its own accord or because the scenario says so."""
        return sum(event.data["by"] == "caller" for event in self.events_of(EventKind.BARGE_IN))

    def said_by(self, speaker: Speaker) -> tuple[Turn, ...]:
        """The turns of one side."""
        return tuple(turn for turn in self.turns if turn.speaker is speaker)

    def keys_pressed_by(self, speaker: Speaker) -> tuple[str, ...]:
        """The groups of telephone keys that one side has pressed, as ``("1", "1234#")``."""
        return tuple(keys for turn in self.said_by(speaker) for keys in read_keys(turn.text).keys)

    @property
    def sms(self) -> tuple[str, ...]:
        """The text messages that the caller has sent."""
        return tuple(event.data["text"] for event in self.events_of(EventKind.SMS))

    def metric(self, name: str) -> MetricValue:
        """A metric of the call, or a detail of one as ``latency_p95``. Raises LookupError where there is none."""
        value = value_named(name, self.metrics)
        if value is None:
            known = ", ".join(each.name for each in self.metrics) or "none"
            raise LookupError(f"The call has no metric {name!r}; it has {known}.")
        return value

    def events_of(self, kind: EventKind) -> tuple[Event, ...]:
        """The log's entries of one kind."""
        return tuple(event for event in self.events if event.kind is kind)

    def transcript(self) -> list[dict[str, Any]]:
        """The conversation in the hosted platforms' JSON form (platform_spec section k.1)."""
        turns = {turn.number: turn for turn in self.turns}
        entries = (_transcript_entry(event, turns, self.channel) for event in self.events)
        return [entry for entry in entries if entry is not None]

    def transcript_text(self) -> str:
        """The conversation for a person, a turn a line; if it has line feeds, more lines, which are indented."""
        return "\n".join(
            f"{_minutes(entry['start_time'])}{entry['role']}: {_spoken(entry)}".replace("\n", "\n        ")
            for entry in self.transcript()
        )

    def to_json(self) -> dict[str, Any]:
        """The result as JSON-able data; `from_json` is its inverse."""
        document = {
            each.name: getattr(self, each.name) for each in dataclasses.fields(self) if each.name != "events"
        }
        document["format"] = FORMAT_VERSION
        document["failure_kind"] = self.failure_kind
        document["caller_interruptions"] = self.caller_interruptions
        document["turns"] = [_fields(turn) for turn in self.turns]
        document["tool_calls"] = [_fields(call) for call in self.tool_calls]
        document["latencies"] = [_fields(latency) for latency in self.latencies]
        document["harness"] = _fields(self.harness) if self.harness else None
        document["network"] = [_fields(totals) for totals in self.network]
        document["metrics"] = [value.to_json() for value in self.metrics]
        document["model_use"] = [_fields(use) for use in self.model_use]
        document["events"] = [event.to_json() for event in self.events]
        return document

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> CallResult:
        """Read what `to_json` wrote, also through a JSON file."""
        known = {each.name for each in dataclasses.fields(cls)}
        expected = document.get("expected_tool_calls")
        values = {key: value for key, value in document.items() if key in known}
        return cls(
            **{
                **values,
                "status": Status(document["status"]),
                "ended_by": EndedBy(document["ended_by"]),
                "ended_reason": Reason(document["ended_reason"]),
                "conditions_fired": tuple(document["conditions_fired"]),
                "events": tuple(Event.from_json(each) for each in document["events"]),
                "turns": tuple(
                    Turn(**{**each, "speaker": Speaker(each["speaker"])}) for each in document["turns"]
                ),
                "tool_calls": tuple(ToolCall(**each) for each in document["tool_calls"]),
                "expected_tool_calls": None if expected is None else tuple(expected),
                "latencies": tuple(Latency(**each) for each in document["latencies"]),
                "harness": HarnessCheck(**document["harness"]) if document["harness"] else None,
                "network": tuple(NetworkTotals(**each) for each in document.get("network", ())),
                "metrics": tuple(MetricValue.from_json(each) for each in document.get("metrics", ())),
                "model_use": tuple(ModelUse(**each) for each in document.get("model_use", ())),
            }
        )


def _fields(value: Turn | ToolCall | Latency | HarnessCheck | NetworkTotals | ModelUse) -> dict[str, Any]:
    # `dataclasses.asdict` copies deeply, which takes longer than the call's other bookkeeping together.
    return {name: getattr(value, name) for name in value.__slots__}


def _transcript_entry(event: Event, turns: Mapping[int, Turn], channel: str) -> dict[str, Any] | None:
    match event.kind:
        case EventKind.CALLER_TURN | EventKind.AGENT_TURN:
            # Not the event's own text: on the voice channel it may have been recognised after the turn.
            turn = turns[event.data["number"]]
            role = "Testing Agent" if turn.speaker is Speaker.CALLER else "Main Agent"
            # What is written takes no time; of what is spoken, a transcript that was read may not tell the end.
            end = turn.time if turn.end is None and channel == "text" else turn.end
            return _entry(role, turn.text, turn.time, end)
        case EventKind.FUNCTION_CALL | EventKind.FUNCTION_CALL_RESULT:
            is_call = event.kind is EventKind.FUNCTION_CALL
            time = None if event.data.get("untimed") else event.time
            entry = _entry("Function Call" if is_call else "Function Call Result", "", time, time)
            entry["data"] = {
                key: _as_text(key, value) for key, value in event.data.items() if key != "untimed"
            }
            return entry
        case EventKind.SMS:
            # As the platforms show what a caller does by its own tools (platform_spec section b.4).
            entry = _entry("Function Call", "", event.time, event.time)
            entry["data"] = {
                "name": "send_sms",
                "arguments": _as_text("arguments", {"text": event.data["text"]}),
            }
            return entry
        case _:
            return None


def _entry(role: str, content: str, start: float | None, end: float | None) -> dict[str, Any]:
    return {"role": role, "content": content, "start_time": _rounded(start), "end_time": _rounded(end)}


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)


def _as_text(key: str, value: Any) -> Any:
    """Arguments and results are JSON strings in the platforms' transcripts."""
    return json.dumps(value) if key in ("arguments", "result") and not isinstance(value, str) else value


def _spoken(entry: dict[str, Any]) -> str:
    if "data" not in entry:
        return str(entry["content"])
    data = entry["data"]
    if "arguments" in data:
        return f"{data.get('name', '')}({data['arguments']})"
    return f"{data.get('name', '') or data.get('id', '')} -> {data.get('result')}"


def _minutes(seconds: float | None) -> str:
    return "" if seconds is None else f"[{int(seconds) // 60:02d}:{int(seconds) % 60:02d}] "
