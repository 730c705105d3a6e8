"""Simulated callers for conversational agents: scenario files become pytest items.

The public names are found here; each is imported when it is first used, so that an installed plugin costs a
pytest run nothing that it does not use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_agentsim.agent import Agent, TextEndpoint, VoiceEndpoint
    from pytest_agentsim.agents.replies import Conversation
    from pytest_agentsim.chirp_session import ChirpSession
    from pytest_agentsim.collection import AgentSimWarning, TriggerWarning
    from pytest_agentsim.errors import (
        AgentSimError,
        AgentStartError,
        ArtifactError,
        ConfigurationError,
        ProfileKeyError,
        ScenarioError,
        SessionClosed,
        SessionError,
        TranscriptError,
        TurnTimeout,
    )
    from pytest_agentsim.metric_value import Direction, Evidence, MetricOutcome, MetricValue
    from pytest_agentsim.metrics.call_audio import CallAudio
    from pytest_agentsim.metrics.metric import DoesNotApply, Measurement, NotMeasurable
    from pytest_agentsim.metrics.registry import metric
    from pytest_agentsim.report.failure import ExpectationFailed
    from pytest_agentsim.result import (
        CallResult,
        EndedBy,
        Event,
        EventKind,
        FailureKind,
        HarnessCheck,
        Latency,
        Reason,
        Speaker,
        Status,
        ToolCall,
        Turn,
    )
    from pytest_agentsim.rubric_session import RubricSession
    from pytest_agentsim.scenario.model import Scenario
    from pytest_agentsim.scenario.personality import Personality
    from pytest_agentsim.scenario.profile import TestProfile
    from pytest_agentsim.session.chirp import ChirpProtocol
    from pytest_agentsim.simulate import Simulate
    from pytest_agentsim.transcripts import read_transcript

_HOME = {
    "Agent": "agent",
    "AgentSimError": "errors",
    "AgentSimWarning": "collection",
    "AgentStartError": "errors",
    "ArtifactError": "errors",
    "CallAudio": "metrics.call_audio",
    "CallResult": "result",
    "ChirpProtocol": "session.chirp",
    "ChirpSession": "chirp_session",
    "ConfigurationError": "errors",
    "Conversation": "agents.replies",
    "Direction": "metric_value",
    "DoesNotApply": "metrics.metric",
    "EndedBy": "result",
    "Event": "result",
    "EventKind": "result",
    "Evidence": "metric_value",
    "ExpectationFailed": "report.failure",
    "FailureKind": "result",
    "HarnessCheck": "result",
    "Latency": "result",
    "Measurement": "metrics.metric",
    "MetricOutcome": "metric_value",
    "MetricValue": "metric_value",
    "NotMeasurable": "metrics.metric",
    "Personality": "scenario.personality",
    "ProfileKeyError": "errors",
    "Reason": "result",
    "RubricSession": "rubric_session",
    "Scenario": "scenario.model",
    "ScenarioError": "errors",
    "SessionClosed": "errors",
    "SessionError": "errors",
    "Simulate": "simulate",
    "Speaker": "result",
    "Status": "result",
    "TestProfile": "scenario.profile",
    "TextEndpoint": "agent",
    "ToolCall": "result",
    "TranscriptError": "errors",
    "TriggerWarning": "collection",
    "Turn": "result",
    "TurnTimeout": "errors",
    "VoiceEndpoint": "agent",
    "metric": "metrics.registry",
    "read_transcript": "transcripts",
}

__all__ = [
    "Agent",
    "AgentSimError",
    "AgentSimWarning",
    "AgentStartError",
    "ArtifactError",
    "CallAudio",
    "CallResult",
    "ChirpProtocol",
    "ChirpSession",
    "ConfigurationError",
    "Conversation",
    "Direction",
    "DoesNotApply",
    "EndedBy",
    "Event",
    "EventKind",
    "Evidence",
    "ExpectationFailed",
    "FailureKind",
    "HarnessCheck",
    "Latency",
    "Measurement",
    "MetricOutcome",
    "MetricValue",
    "NotMeasurable",
    "Personality",
    "ProfileKeyError",
    "Reason",
    "RubricSession",
    "Scenario",
    "ScenarioError",
    "SessionClosed",
    "SessionError",
    "Simulate",
    "Speaker",
    "Status",
    "TestProfile",
    "TextEndpoint",
    "ToolCall",
    "TranscriptError",
    "TriggerWarning",
    "Turn",
    "TurnTimeout",
    "VoiceEndpoint",
    "metric",
    "read_transcript",
]


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
