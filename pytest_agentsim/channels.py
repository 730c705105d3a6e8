"""Over which channel a call is made, and where the agent is reached on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.scenario.model import Channel

if TYPE_CHECKING:
    from pytest_agentsim.agent import Agent
    from pytest_agentsim.scenario.model import Scenario
    from pytest_agentsim.text_endpoint import TextEndpoint
    from pytest_agentsim.voice_endpoint import VoiceEndpoint

__all__ = ["BOTH", "channel_named", "channel_of", "endpoint_on", "why_unreachable"]

BOTH = (Channel.TEXT, Channel.VOICE)


def channel_named(given: object) -> Channel:
    """Return a channel that a call can be made over; raises ConfigurationError for anything else."""
    for channel in BOTH:
        if given == channel:
            return channel
    raise ConfigurationError(f"a call is made over the channel 'text' or 'voice', not {given!r}.")


def channel_of(scenario: Scenario, agent: Agent) -> Channel:
    """Return the channel that a scenario names, else one that the agent speaks: text if it speaks both."""
    if scenario.channel in BOTH:
        return scenario.channel
    return next((channel for channel in BOTH if endpoint_on(channel, agent) is not None), Channel.TEXT)


def endpoint_on(channel: Channel, agent: Agent) -> TextEndpoint | VoiceEndpoint | None:
    """Return where the agent speaks on a channel; None when it does not."""
    return agent.text if channel is Channel.TEXT else agent.voice


def why_unreachable(channel: Channel) -> str:
    """Say what is missing when the agent has no endpoint on a channel."""
    return f"the agent has no {channel} endpoint: give its address with --agentsim-{channel}-url"
