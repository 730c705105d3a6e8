"""What the fixtures and hooks of one pytest run share: settings, the agent, the calls made and their verdicts."""

from __future__ import annotations

import uuid
import warnings
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pytest_agentsim.collection import AgentSimWarning, scenario_of
from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.settings import settings_from
from pytest_agentsim.stash import ITEM_CALLS, RUN

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pytest

    from pytest_agentsim.agent import Agent
    from pytest_agentsim.expect import Verdict
    from pytest_agentsim.runner import CallRunner, RecordedCall
    from pytest_agentsim.scenario.loader import LoadSettings
    from pytest_agentsim.scenario.model import Expectation, Scenario
    from pytest_agentsim.scenario.personality import Personality
    from pytest_agentsim.scenario.profile import TestProfile
    from pytest_agentsim.scenario_item import ScenarioItem
    from pytest_agentsim.settings import Settings
    from pytest_agentsim.simulate import Simulate

__all__ = ["ItemCalls", "RunState", "run_of"]


class ItemCalls:
    """The calls of one item, and where the agent's output stood before them."""

    def __init__(self, run: RunState, simulate: Simulate, agent: Agent) -> None:
        self.run = run
        self.simulate = simulate
        self.agent = agent
        self.verdicts: list[tuple[Verdict, ...]] = []
        self._mark = agent.output_mark()

    @property
    def calls(self) -> list[RecordedCall]:
        return self.simulate.calls

    def agent_output(self) -> str:
        """What a started agent has printed since the item began."""
        return self.agent.output_since(self._mark)


class RunState:
    """One pytest run; everything heavy is made when the first scenario needs it."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self.settings: Settings = settings_from(config)
        self._own_batch_id = uuid.uuid4().hex[:12]
        self._runner: CallRunner | None = None

    @property
    def runner(self) -> CallRunner:
        """What makes the calls."""
        if self._runner is None:
            from pytest_agentsim.runner import CallRunner

            self._runner = CallRunner(self.settings.output, batch_id=self.batch_id, seed=self.settings.seed)
        return self._runner

    @property
    def batch_id(self) -> str:
        """The id of this run's calls, the same in all processes of a distributed run."""
        # pytest-xdist hands its workers a dictionary with the id of the whole run.
        worker_input: Mapping[str, Any] = getattr(self._config, "workerinput", {})
        shared = worker_input.get("testrunuid")
        name = f"{self.settings.name}-" if self.settings.name else ""
        return name + (str(shared)[:12] if shared else self._own_batch_id)

    @cached_property
    def load_settings(self) -> LoadSettings:
        """How scenario files are read."""
        from pytest_agentsim.scenario.loader import LoadSettings
        from pytest_agentsim.scenario.personality import PLATFORM_IDS

        further = {number: (name, language) for number, name, language in self.settings.personality_ids}
        return LoadSettings(strict=self.settings.strict, personality_ids={**PLATFORM_IDS, **further})

    def agent_from_settings(self) -> Agent:
        """Make the agent that the settings describe; raises ConfigurationError when they describe none."""
        from pytest_agentsim.agent import Agent

        settings = self.settings
        common: dict[str, Any] = {
            "secret": settings.secret,
            "agent_id": settings.agent_id,
            "headers": dict(settings.headers),
            "turn_timeout": settings.turn_timeout,
            "max_duration": settings.max_duration,
            "connect_timeout": settings.connect_timeout,
            "ca_file": settings.ca_file,
        }
        if settings.command:
            if settings.text_url:
                common["text_url"] = settings.text_url
            return Agent.from_command(settings.command, directory=self._config.rootpath, **common)
        if settings.text_url:
            return Agent.from_url(settings.text_url, **common)
        raise ConfigurationError(
            "No agent to call: give its address with --agentsim-text-url=ws://…, in AGENTSIM_TEXT_URL or as "
            "`agentsim_text_url` in the ini file; or start it with --agentsim-command; or override the fixture "
            "`agent` in conftest.py."
        )

    def scenario_for(self, node: pytest.Item) -> Scenario:
        """Return the scenario that an item is about, from its file or its `scenario` mark."""
        scenario = scenario_of(getattr(node, "function", None)) or self._marked_scenario(node)
        marked = node.get_closest_marker("expect_outcome")
        if marked is not None:
            scenario = replace(scenario, expected_outcome=str(marked.args[0]))
        runs = node.get_closest_marker("runs")
        if runs is not None:
            scenario = _with_runs(scenario, *runs.args, **runs.kwargs)
        return _with_expectations(scenario, node)

    def simulate_for(self, node: pytest.Item, agent: Agent) -> Simulate:
        """Make the item's `simulate` and remember it for the reports."""
        from pytest_agentsim.simulate import Simulate

        simulate = Simulate(
            self.runner,
            agent,
            node_id=node.nodeid,
            directory=node.path.parent,
            settings=self.load_settings,
        )
        node.stash[ITEM_CALLS] = ItemCalls(self, simulate, agent)
        return simulate

    def item_for(
        self,
        node: pytest.Item,
        simulate: Simulate,
        scenario: Scenario,
        personality: Personality | str | Mapping[str, Any],
        profile: TestProfile | Mapping[str, Any],
    ) -> ScenarioItem:
        """Make what a collected scenario's function works with."""
        from pytest_agentsim.scenario.loader import resolve_personality
        from pytest_agentsim.scenario_item import ScenarioItem
        from pytest_agentsim.simulate import as_profile

        return ScenarioItem(
            scenario,
            simulate,
            personality=resolve_personality(personality, self.load_settings),
            profile=as_profile(profile),
            verdicts=node.stash[ITEM_CALLS].verdicts,
            require_judge=self.settings.require_judge,
        )

    def check_marks(self, node: pytest.Item, made: ItemCalls) -> None:
        """Raise ExpectationFailed when the last call of a Python test is not as its marks say."""
        __tracebackhide__ = True
        from pytest_agentsim.expect import evaluate
        from pytest_agentsim.report.failure import ExpectationFailed, failure_message

        if scenario_of(getattr(node, "function", None)) is not None:
            return  # its own function checks what the file and the marks expect
        marked = node.get_closest_marker("scenario") is not None
        expectations = self.scenario_for(node).expect if marked else _marked_expectations(node)
        if not made.calls or not expectations:
            return
        call = made.calls[-1]
        verdicts = evaluate(
            expectations, call.result, require_completed=False, require_judge=self.settings.require_judge
        )
        made.verdicts.append(verdicts)
        if not all(verdict.passed for verdict in verdicts):
            raise ExpectationFailed(failure_message(call, verdicts))

    def finish(self) -> None:
        """Wait for the artifacts; warns when some could not be written."""
        problem = self._runner.finish() if self._runner is not None else ""
        if problem:
            warnings.warn(AgentSimWarning(problem), stacklevel=1)

    def stop(self) -> None:
        """End whatever the calls needed."""
        if self._runner is not None:
            self._runner.stop()

    def _marked_scenario(self, node: pytest.Item) -> Scenario:
        from pytest_agentsim.scenario.loader import load_file
        from pytest_agentsim.simulate import pick_scenario

        mark = node.get_closest_marker("scenario")
        if mark is None:
            raise ConfigurationError(
                f"{node.name} asks for a scenario but names none: add @pytest.mark.scenario('x.scenario.yaml')."
            )
        path = _marked_path(node, *mark.args, **mark.kwargs)
        if not path.is_file():
            raise ConfigurationError(
                f"{node.name} is marked with the scenario file {path}, which does not exist."
            )
        return pick_scenario(
            load_file(path, self.load_settings).scenarios, _marked_name(*mark.args, **mark.kwargs), path
        )


def run_of(config: pytest.Config) -> RunState:
    """Return the state of the run, made when it is first asked for."""
    if RUN not in config.stash:
        config.stash[RUN] = RunState(config)
    return config.stash[RUN]


def _marked_path(node: pytest.Item, path: str, name: str | None = None) -> Path:  # noqa: ARG001
    return node.path.parent / path


def _marked_name(path: str, name: str | None = None) -> str | None:  # noqa: ARG001
    return name


def _with_runs(scenario: Scenario, n: int, pass_rate: float = 1.0) -> Scenario:
    return replace(scenario, runs=n, pass_rate=pass_rate)


def _with_expectations(scenario: Scenario, node: pytest.Item) -> Scenario:
    further = _marked_expectations(node)
    return replace(scenario, expect=(*scenario.expect, *further)) if further else scenario


def _marked_expectations(node: pytest.Item) -> tuple[Expectation, ...]:
    """The expectations that the item's `expect` marks name, those of the outermost mark first."""
    marks = list(node.iter_markers("expect"))
    if not marks:
        return ()
    from pytest_agentsim.scenario.expectations import expectations_from

    return tuple(expectation for mark in reversed(marks) for expectation in expectations_from(mark.kwargs))
