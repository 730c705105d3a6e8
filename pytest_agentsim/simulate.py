"""What the `simulate` fixture gives: a function that makes a call and remembers it for the item's report."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_agentsim.errors import ConfigurationError

if TYPE_CHECKING:
    from pytest_agentsim.agent import Agent
    from pytest_agentsim.result import CallResult
    from pytest_agentsim.runner import CallRunner, RecordedCall
    from pytest_agentsim.scenario.loader import LoadSettings
    from pytest_agentsim.scenario.model import Scenario
    from pytest_agentsim.scenario.personality import Personality
    from pytest_agentsim.scenario.profile import TestProfile

__all__ = ["Simulate", "as_profile", "pick_scenario", "why_not_offline"]


class Simulate:
    """Makes calls for one pytest item.

    `calls` holds what has been made so far.
    """

    def __init__(
        self, runner: CallRunner, agent: Agent, *, node_id: str, directory: Path, settings: LoadSettings
    ) -> None:
        self._runner = runner
        self._agent = agent
        self._node_id = node_id
        self._directory = directory
        self._settings = settings
        self.calls: list[RecordedCall] = []

    def __call__(
        self,
        scenario: Scenario | Mapping[str, Any] | str | Path,
        *,
        name: str | None = None,
        personality: Personality | Mapping[str, Any] | str | int | None = None,
        test_profile: TestProfile | Mapping[str, Any] | None = None,
    ) -> CallResult:
        """Call the agent and return how it went.

        `scenario` is a `Scenario`, a payload as a mapping, or a file (relative to the test's); `name` picks one
        of a file with several. Raises ScenarioError for a scenario that cannot be used and ConfigurationError
        for settings that cannot work; what the agent does raises nothing.
        """
        from pytest_agentsim.scenario.loader import resolve_personality

        chosen = self._scenario(scenario, name)
        reason = why_not_offline(chosen)
        if reason:
            raise ConfigurationError(f"{chosen.name!r} cannot run: {reason}")
        endpoint = self._agent.text
        if endpoint is None:
            raise ConfigurationError(
                f"{chosen.name!r} needs an agent with a text endpoint: give its address with --agentsim-text-url."
            )
        call = self._runner.call(
            chosen,
            personality=chosen.personality
            if personality is None
            else resolve_personality(personality, self._settings),
            profile=as_profile(chosen.profile if test_profile is None else test_profile),
            endpoint=endpoint,
            node_id=self._node_id,
            run_number=len(self.calls) + 1,
        )
        self.calls.append(call)
        return call.result

    def _scenario(self, scenario: Scenario | Mapping[str, Any] | str | Path, name: str | None) -> Scenario:
        from pytest_agentsim.scenario.loader import load_file, load_mapping

        if isinstance(scenario, str | Path):
            path = self._directory / scenario
            if not path.is_file():
                raise ConfigurationError(
                    f"There is no scenario file {path}; the path is relative to the test's folder."
                )
            return pick_scenario(load_file(path, self._settings).scenarios, name, path)
        if isinstance(scenario, Mapping):
            return load_mapping(scenario, self._settings)
        return scenario


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
    """Say why a scenario cannot be run by the offline text caller; empty when it can."""
    from pytest_agentsim.scenario.model import Channel, OnNoMatch

    if scenario.channel is Channel.VOICE:
        return "it is for the voice channel, and the agent has no voice endpoint."
    if scenario.script is None:
        return (
            "its `instructions` need a caller with a language model, and none is configured. "
            "Write `conditional_actions` to run it offline."
        )
    if scenario.script.functions:
        return "its `functions` fetch live data, which the offline caller does not do."
    if scenario.on_no_match is OnNoMatch.IMPROVISE:
        return "`on_no_match: improvise` needs a language model; offline there are clarify, wait and fail."
    return ""


def as_profile(given: TestProfile | Mapping[str, Any]) -> TestProfile:
    """Return a profile as fixtures may give it, an object or a mapping, as an object."""
    from pytest_agentsim.scenario.profile import TestProfile

    return TestProfile.of(given) if isinstance(given, Mapping) else given
