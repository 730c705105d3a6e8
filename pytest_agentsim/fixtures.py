"""The fixtures of the plugin; each can be overridden or parametrised in a conftest.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pytest_agentsim.agent import Agent
    from pytest_agentsim.chirp_session import ChirpSession
    from pytest_agentsim.judge.interface import Judge
    from pytest_agentsim.result import CallResult
    from pytest_agentsim.rubric_session import RubricSession
    from pytest_agentsim.run_state import RunState
    from pytest_agentsim.scenario.model import Scenario
    from pytest_agentsim.scenario.personality import Personality
    from pytest_agentsim.scenario.profile import TestProfile
    from pytest_agentsim.scenario_item import ScenarioItem
    from pytest_agentsim.simulate import Simulate
    from pytest_agentsim.sms_inbox import SmsInbox

__all__ = [
    "agent",
    "agentsim",
    "call",
    "chirp_session",
    "judge",
    "personality",
    "rubric_session",
    "scenario",
    "simulate",
    "sms_inbox",
    "test_profile",
]


@pytest.fixture(scope="session")
def agent(pytestconfig: pytest.Config) -> Iterator[Agent]:
    """The agent under test, from the agentsim settings; override it to point somewhere else."""
    with _run(pytestconfig).agent_from_settings() as started:
        yield started


@pytest.fixture
def scenario(request: pytest.FixtureRequest) -> Scenario:
    """The item's scenario: that of the file, or of the mark `scenario(path, name=None)`."""
    return _run(request.config).scenario_for(request.node)


@pytest.fixture
def personality(request: pytest.FixtureRequest, scenario: Scenario | Mapping[str, Any]) -> Personality:
    """How the caller sounds and behaves; override or parametrise it to call as others."""
    return _run(request.config).as_scenario(scenario, request.node).personality


@pytest.fixture
def test_profile(request: pytest.FixtureRequest, scenario: Scenario | Mapping[str, Any]) -> TestProfile:
    """The caller's identity data; override or parametrise it."""
    return _run(request.config).as_scenario(scenario, request.node).profile


@pytest.fixture(scope="session")
def judge(pytestconfig: pytest.Config) -> Judge | Callable[..., Any] | None:
    """Who judges expected outcomes and judged metrics: the model of `agentsim_judge_model`, or None for nobody.

    Override it to judge in your own way.
    """
    return _run(pytestconfig).judge


@pytest.fixture
def simulate(request: pytest.FixtureRequest, agent: Agent, judge: object) -> Simulate:
    """`simulate(scenario, personality=…, test_profile=…, channel=…) -> CallResult`, for several calls in one test."""
    return _run(request.config).simulate_for(request.node, agent, judge)


@pytest.fixture
def call(
    request: pytest.FixtureRequest,
    simulate: Simulate,
    scenario: Scenario | Mapping[str, Any],
    personality: Personality | str | int | Mapping[str, Any],
    test_profile: TestProfile | Mapping[str, Any],
) -> CallResult:
    """The finished call of the item's scenario; the last one when the scenario has several runs."""
    return _run(request.config).call_for(
        request.node, simulate, scenario, personality, test_profile, _channel(request)
    )


@pytest.fixture
def sms_inbox(simulate: Simulate) -> SmsInbox:
    """The text messages that the caller has sent on the item's calls so far, in order."""
    from pytest_agentsim.sms_inbox import SmsInbox

    return SmsInbox(simulate)


@pytest.fixture
def rubric_session(request: pytest.FixtureRequest, agent: Agent) -> Iterator[RubricSession]:
    """An open X-RUBRIC session for a conversation by hand: `await s.say("…")`, `await s.listen()`."""
    from pytest_agentsim.errors import ConfigurationError
    from pytest_agentsim.rubric_session import RubricSession
    from pytest_agentsim.simulate import as_agent

    endpoint = as_agent(agent).text
    if endpoint is None:
        raise ConfigurationError(
            "rubric_session needs an agent with a text endpoint: give its address with --agentsim-text-url."
        )
    run = _run(request.config)
    session = RubricSession(run.runner, endpoint)
    request.node.user_properties += [
        ("run_id", session.run_id),
        ("batch_id", run.batch_id),
        ("channel", "text"),
    ]
    session.open(scenario_id=request.node.name)
    yield session
    session.close()


@pytest.fixture
def chirp_session(request: pytest.FixtureRequest, agent: Agent) -> Iterator[ChirpSession]:
    """An open CHIRP session for a conversation by hand: `await s.say("…")`, `await s.listen()`."""
    from pytest_agentsim.errors import ConfigurationError
    from pytest_agentsim.simulate import as_agent

    endpoint = as_agent(agent).voice
    if endpoint is None:
        raise ConfigurationError(
            "chirp_session needs an agent with a voice endpoint: give its address with --agentsim-voice-url."
        )
    run = _run(request.config)
    session = run.runner.chirp_session(endpoint, node_id=request.node.nodeid)
    request.node.user_properties += [
        ("run_id", session.run_id),
        ("batch_id", run.batch_id),
        ("channel", "voice"),
        ("recording", str(session.recording)),
    ]
    session.open(scenario_id=request.node.name)
    yield session
    session.close()


@pytest.fixture
def agentsim(
    request: pytest.FixtureRequest,
    simulate: Simulate,
    scenario: Scenario | Mapping[str, Any],
    personality: Personality | str | int | Mapping[str, Any],
    test_profile: TestProfile | Mapping[str, Any],
) -> ScenarioItem:
    """What runs a scenario that was collected from a file."""
    return _run(request.config).item_for(
        request.node, simulate, scenario, personality, test_profile, _channel(request)
    )


def _channel(request: pytest.FixtureRequest) -> str | None:
    """The channel that the item was made for, where its scenario is for both."""
    channel: str | None = getattr(request, "param", None)
    return channel


def _run(config: pytest.Config) -> RunState:
    # Imported here because this module is imported in every pytest run, with scenarios or without.
    from pytest_agentsim.run_state import run_of

    return run_of(config)
