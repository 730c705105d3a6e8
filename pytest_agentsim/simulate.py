"""What the `simulate` fixture gives: a function that makes a call and remembers it for the item's report."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim.channels import channel_named, channel_of, endpoint_on, why_unreachable
from pytest_agentsim.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pytest_agentsim.agent import Agent
    from pytest_agentsim.ahead import Ahead
    from pytest_agentsim.judge.interface import Judge
    from pytest_agentsim.result import CallResult
    from pytest_agentsim.runner import CallRunner, RecordedCall, StartedCall
    from pytest_agentsim.scenario.loader import LoadSettings
    from pytest_agentsim.scenario.model import Channel, Scenario
    from pytest_agentsim.scenario.personality import Personality
    from pytest_agentsim.scenario.profile import TestProfile
    from pytest_agentsim.text_endpoint import TextEndpoint
    from pytest_agentsim.voice_endpoint import VoiceEndpoint

__all__ = ["Simulate", "as_agent", "as_personality", "as_profile", "pick_scenario", "why_not_offline"]

# Ctrl-C, the end of a time limit, and `pytest.exit`.
_INTERRUPTIONS = (KeyboardInterrupt, pytest.fail.Exception, pytest.exit.Exception)


class Simulate:
    """Makes calls for one pytest item.

    `directory` is the folder of its file, in which the `settings` of the loader find the user's own personalities.
    `calls` holds what has been made so far. `ahead` tells what holds for calls that are asked for right now: something
    only while the item is set up ahead of its turn.
    """

    def __init__(
        self,
        runner: CallRunner,
        agent: Agent,
        *,
        node_id: str,
        directory: Path,
        settings: LoadSettings,
        expected_outcome: str = "",
        judge: Judge | None = None,
        ahead: Callable[[], Ahead | None] = lambda: None,
    ) -> None:
        self._runner = runner
        self._agent = agent
        self._node_id = node_id
        self._directory = directory
        self._settings = settings
        self._expected_outcome = expected_outcome
        self._judge = judge
        self._ahead = ahead
        self._asked_for = 0
        self.calls: list[RecordedCall] = []

    def __call__(
        self,
        scenario: Scenario | Mapping[str, Any] | str | Path,
        *,
        name: str | None = None,
        personality: Personality | Mapping[str, Any] | str | int | None = None,
        test_profile: TestProfile | Mapping[str, Any] | None = None,
        channel: str | None = None,
    ) -> CallResult:
        """Call the agent and return how it went.

        `scenario` is a `Scenario`, a payload as a mapping, or a file (relative to the test's); `name` picks one
        of a file with several. `channel`, "text" or "voice", goes before the scenario's own. Raises ScenarioError
        for a scenario that cannot be used and ConfigurationError for settings that cannot work, such as a channel
        that the agent does not speak; what the agent does raises nothing.
        """
        __tracebackhide__ = _is_interruption
        started = self.start(
            scenario, name=name, personality=personality, test_profile=test_profile, channel=channel
        )
        return self.finish(started)

    def start(
        self,
        scenario: Scenario | Mapping[str, Any] | str | Path,
        *,
        name: str | None = None,
        personality: Personality | Mapping[str, Any] | str | int | None = None,
        test_profile: TestProfile | Mapping[str, Any] | None = None,
        channel: str | None = None,
    ) -> StartedCall:
        """Ask for a call without waiting for its end; raises as calling does."""
        chosen = self._runnable(scenario, name)
        caller = (
            chosen.personality if personality is None else as_personality(personality, self._here, chosen)
        )
        profile = as_profile(chosen.profile if test_profile is None else test_profile)
        over = channel_of(chosen, self._agent) if channel is None else channel_named(channel)
        endpoint = self._endpoint_for(chosen, over)
        self._asked_for += 1
        ahead = self._ahead()
        with ahead.log.attributed() if ahead else nullcontext():
            return self._runner.call(
                chosen,
                personality=caller,
                profile=profile,
                endpoint=endpoint,
                channel=over,
                node_id=self._node_id,
                directory=self._directory,
                run_number=self._asked_for,
                judge=self._judge,
                time_limit=ahead.time_limit if ahead else None,
            )

    def finish(self, started: StartedCall) -> CallResult:
        """Wait for a call and return how it went; it counts among the item's calls from then on."""
        __tracebackhide__ = _is_interruption
        try:
            call = started.finish()
        except _INTERRUPTIONS as interruption:  # where it has met the wait for the call says nothing
            raise interruption.with_traceback(None) from None
        limit = started.time_limit
        if limit is not None and limit.is_over:
            pytest.fail(f"Timeout (>{limit.seconds}s) from pytest-timeout.")
        self.calls.append(call)
        return call.result

    def finish_each(self, started: Iterable[StartedCall]) -> Iterator[CallResult]:
        """Wait for one call after another, those too that join them meanwhile; what interrupts the wait ends all."""
        __tracebackhide__ = _is_interruption
        try:
            for each in started:
                yield self.finish(each)
        except BaseException:
            for each in started:
                each.running.cancel()
            raise

    @cached_property
    def _here(self) -> LoadSettings:
        from pytest_agentsim.scenario.own_personalities import settings_in

        return settings_in(self._settings, self._directory)

    def settle(self, *, passed: bool) -> None:
        """Take note that the item is over; recordings that are only kept of failures may go."""
        self.calls[:] = [self._runner.settled(call, passed=passed) for call in self.calls]

    def _runnable(self, scenario: Scenario | Mapping[str, Any] | str | Path, name: str | None) -> Scenario:
        chosen = self._scenario(scenario, name)
        if self._expected_outcome:
            chosen = replace(chosen, expected_outcome=self._expected_outcome)
        reason = "" if self._runner.has_caller_model else why_not_offline(chosen)
        if reason:
            raise ConfigurationError(f"{chosen.name!r} cannot run: {reason}")
        return chosen

    def _endpoint_for(self, scenario: Scenario, channel: Channel) -> TextEndpoint | VoiceEndpoint:
        endpoint = endpoint_on(channel, self._agent)
        if endpoint is None:
            raise ConfigurationError(f"{scenario.name!r} cannot run: {why_unreachable(channel)}.")
        return endpoint

    def _scenario(self, scenario: Scenario | Mapping[str, Any] | str | Path, name: str | None) -> Scenario:
        from pytest_agentsim.scenario.loader import load_file, load_mapping
        from pytest_agentsim.scenario.model import Scenario

        if isinstance(scenario, str | Path):
            path = self._directory / scenario
            if not path.is_file():
                raise ConfigurationError(
                    f"There is no scenario file {path}; the path is relative to the test's folder."
                )
            return pick_scenario(load_file(path, self._settings).scenarios, name, path)
        if isinstance(scenario, Mapping):
            return load_mapping(scenario, self._here)
        if isinstance(scenario, Scenario):
            return scenario
        raise ConfigurationError(
            f"`simulate` takes a Scenario, a payload as a mapping or a file, not {_a(scenario)}."
        )


def pick_scenario(scenarios: tuple[Scenario, ...], name: str | None, path: Path) -> Scenario:
    """Return the scenario of that name or key, or the only one of the file."""
    if name is None and len(scenarios) == 1:
        return scenarios[0]
    for scenario in scenarios:
        if name in (scenario.name, scenario.key):
            return scenario
    known = ", ".join(repr(scenario.name) for scenario in scenarios)
    if name is None:
        raise ConfigurationError(
            f"{path.name} has {len(scenarios)} scenarios; pick one with name=…: {known}."
        )
    raise ConfigurationError(f"{path.name} has no scenario {name!r}; it has {known}.")


def why_not_offline(scenario: Scenario) -> str:
    """Say why a scenario cannot be run by the offline caller; empty when it can."""
    from pytest_agentsim.scenario.model import OnNoMatch

    if scenario.script is None:
        from pytest_agentsim.caller.behaviour.plan import plan_of

        plan = plan_of(scenario)
        if plan is None or plan.why_not:
            return plan.advice if plan else "it has neither `conditional_actions` nor `instructions`."
    if scenario.on_no_match is OnNoMatch.IMPROVISE:
        return "`on_no_match: improvise` needs a language model; offline there are clarify, wait and fail."
    return ""


def as_agent(given: object) -> Agent:
    """Return what the fixture `agent` gave; raises ConfigurationError unless it is an agent."""
    from pytest_agentsim.agent import Agent

    if isinstance(given, Agent):
        return given
    # Its value is not shown: it may be a URL with a password.
    raise ConfigurationError(
        f"the fixture `agent` gave {_a(given)}; it has to give an Agent, such as Agent.from_url('ws://…')."
    )


def as_personality(given: object, settings: LoadSettings, scenario: Scenario) -> Personality:
    """Return a personality as fixtures may give it, a name, an id, a mapping or an object, as an object.

    Raises ConfigurationError for anything else, for a name or id that nobody has, and for one that has been made for
    another language than the scenario's.
    """
    from pytest_agentsim.scenario.loader import resolve_personality
    from pytest_agentsim.scenario.personality import Personality

    if isinstance(given, (Personality, str, int, Mapping)):
        return resolve_personality(given, settings, language=scenario.language)
    raise ConfigurationError(
        f"a personality is a name, a platform's id, a mapping of its fields or a Personality, not {_a(given)}."
    )


def as_profile(given: object) -> TestProfile:
    """Return a profile as fixtures may give it, an object or a mapping, as an object.

    Raises ConfigurationError for anything else.
    """
    from pytest_agentsim.scenario.profile import TestProfile

    if isinstance(given, TestProfile):
        return given
    if isinstance(given, Mapping):
        return TestProfile.of(given)
    raise ConfigurationError(f"a test profile is a mapping or a TestProfile, not {_a(given)}.")


def _is_interruption(error: pytest.ExceptionInfo[BaseException]) -> bool:
    return isinstance(error.value, _INTERRUPTIONS)


def _a(given: object) -> str:
    return "None" if given is None else f"a {type(given).__name__}"
