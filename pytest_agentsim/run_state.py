"""What the fixtures and hooks of one pytest run share: settings, the agent, the calls made and their verdicts."""

from __future__ import annotations

import uuid
import warnings
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim.ahead import SetUpPaused
from pytest_agentsim.errors import AgentSimError, ConfigurationError, ScenarioError
from pytest_agentsim.item_marks import as_marked, marked_expectations, marked_file, marked_outcome
from pytest_agentsim.settings import settings_of
from pytest_agentsim.stash import AHEAD, ITEM_CALLS, RUN, scenario_of

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_agentsim.agent import Agent
    from pytest_agentsim.call_gate import Limits
    from pytest_agentsim.expect import Verdict
    from pytest_agentsim.file_settings import FileSettings
    from pytest_agentsim.judge.interface import Judge
    from pytest_agentsim.llm.models import LanguageModels
    from pytest_agentsim.metrics.context import AboutAgent
    from pytest_agentsim.metrics.metric import Metric
    from pytest_agentsim.repetition import Tally
    from pytest_agentsim.report.live_call import LiveCall
    from pytest_agentsim.result import CallResult
    from pytest_agentsim.runner import CallRunner, RecordedCall, StartedCall
    from pytest_agentsim.scenario.model import Channel, Scenario, ScenarioFile
    from pytest_agentsim.scenario.personality import Personality
    from pytest_agentsim.scenario.profile import TestProfile
    from pytest_agentsim.scenario_item import ScenarioItem
    from pytest_agentsim.scenario_runs import JudgedCall, ScenarioRuns
    from pytest_agentsim.settings import Settings
    from pytest_agentsim.simulate import Simulate

__all__ = ["ItemCalls", "RunState", "run_of"]


class ItemCalls:
    """The calls of one item, and where the agent's output stood before them.

    `runs` are those of the item's scenario. `scenario` is that of the fixture `call`, if the item has used it.
    `unreachable` tells why the item is skipped when the agent does not speak the scenario's channel.
    """

    def __init__(self, run: RunState, simulate: Simulate, agent: Agent) -> None:
        self.run = run
        self.simulate = simulate
        self.agent = agent
        self.runs: ScenarioRuns | None = None
        self.verdicts: list[tuple[Verdict, ...]] = []
        self.scenario: Scenario | None = None
        self.unreachable = ""
        self._first_mark = agent.output_mark()
        self._last_mark: int | None = None

    @property
    def calls(self) -> list[RecordedCall]:
        return self.simulate.calls

    @property
    def started(self) -> list[StartedCall]:
        """The calls that the item's scenario has asked for."""
        return [] if self.runs is None else self.runs.started

    @property
    def tally(self) -> Tally | None:
        """What became of the runs of a repeated scenario; None without verdicts on them."""
        from pytest_agentsim.scenario_runs import tally_of

        return None if self.runs is None else tally_of(self.runs.repetition, self.verdicts)

    def end_output(self) -> None:
        """Take note that what the agent prints from now on is not about this item's calls."""
        self._last_mark = self.agent.output_mark()

    def agent_output(self) -> str:
        """What a started agent has printed while the item's calls were made, and about other calls meanwhile."""
        return self.agent.output_since(self._first_mark, self._last_mark)


class RunState:
    """One pytest run; everything heavy is made when the first scenario needs it."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self.settings: Settings = settings_of(config)
        self._own_batch_id = uuid.uuid4().hex[:12]
        self._runner: CallRunner | None = None
        self._metrics: tuple[Metric, ...] = ()
        self._metric_ids: Mapping[int, str] = {}
        self._files: dict[Path, ScenarioFile] = {}

    @property
    def runner(self) -> CallRunner:
        """What makes the calls."""
        if self._runner is None:
            from pytest_agentsim.runner import CallRunner

            self._runner = CallRunner(
                self.settings.output,
                batch_id=self.batch_id,
                seed=self.settings.seed,
                record=self.settings.record,
                speech={"cache": str(self.settings.cache)} if self.settings.cache else {},
                limits=self.limits,
                live=self._live_call(),
                models=self.models,
                about_agent=self.about_agent,
            )
        return self._runner

    @cached_property
    def models(self) -> LanguageModels | None:
        """The language models of the run; None where it names none."""
        settings = self.settings
        if not (settings.judge_model or settings.matcher_model or settings.caller_model):
            return None
        from pytest_agentsim.llm.models import LanguageModels
        from pytest_agentsim.llm.settings import ModelSettings, Price

        # pytest-xdist tells its workers who they are and how many of them there are.
        worker_input: Mapping[str, Any] = getattr(self._config, "workerinput", {})
        return LanguageModels(
            ModelSettings(
                judge_model=settings.judge_model,
                judge_votes=settings.judge_votes,
                matcher_model=settings.matcher_model,
                caller_model=settings.caller_model,
                base_url=settings.llm_base_url,
                timeout=settings.llm_timeout,
                concurrency=settings.llm_concurrency,
                rate=settings.llm_rate,
                form=settings.llm_form,
                stream=settings.llm_stream,
                prices={model: Price(asked, answered) for model, asked, answered in settings.llm_prices},
                prompts=settings.prompts,
                max_calls=settings.max_llm_calls,
                max_cost=settings.max_cost,
                process=int(str(worker_input.get("workerid", "gw0")).removeprefix("gw")),
                processes=int(worker_input.get("workercount", 1)),
                record_mode=settings.record_mode,
                cassettes=settings.cassettes,
            )
        )

    @property
    def judge(self) -> Judge | None:
        """The judge that the settings name; None where they name none. Raises ConfigurationError."""
        return None if self.models is None else self.models.judge

    def load_metric_files(self) -> None:
        """Make the metrics known that the settings name the files of; raises pytest.UsageError with all problems."""
        from pytest_agentsim.collection import AgentSimWarning
        from pytest_agentsim.file_settings import display_path
        from pytest_agentsim.metric_files.sources import read_metric_files
        from pytest_agentsim.metrics.registry import register

        root = self._config.rootpath
        try:
            found = read_metric_files(
                self.settings.metrics, root, show=lambda path: display_path(path, self._config)
            )
            if self.settings.strict and found.warnings:
                raise ScenarioError(found.warnings)
        except ScenarioError as error:
            raise pytest.UsageError(str(error)) from None
        self._metrics = tuple(map(register, found.metrics))
        self._metric_ids = found.ids
        for problem in found.warnings:
            path = self._config.invocation_params.dir / problem.location.file
            try:
                warnings.warn_explicit(
                    AgentSimWarning(str(problem)), None, filename=str(path), lineno=problem.location.line
                )
            except AgentSimWarning as error:  # the user's filters make errors of warnings
                raise pytest.UsageError(str(error)) from None

    @cached_property
    def about_agent(self) -> AboutAgent:
        """What the settings tell about the agent; raises ConfigurationError for files that cannot be read."""
        from pytest_agentsim.metrics.context import AboutAgent

        description, knowledge = self.settings.agent_description, self.settings.knowledge
        return AboutAgent(
            "" if description is None else _text_of(description, "agentsim_agent_description"),
            "\n\n".join(_text_of(each, "agentsim_knowledge") for each in knowledge),
        )

    def _live_call(self) -> LiveCall | None:
        if not self.settings.live or hasattr(self._config, "workerinput"):
            return None
        from pytest_agentsim.report.live_call import LiveCall

        return LiveCall(self._config)

    @cached_property
    def limits(self) -> Limits:
        """How many calls may overlap in this process."""
        from pytest_agentsim.concurrency import limits_for

        # pytest-xdist tells its workers how many of them there are.
        worker_input: Mapping[str, Any] = getattr(self._config, "workerinput", {})
        return limits_for(
            1 if self.settings.live else self.settings.concurrency,
            self.settings.launch_rate,
            recognizer=self.settings.recognizer,
            processes=int(worker_input.get("workercount", 1)),
        )

    @property
    def batch_id(self) -> str:
        """The id of this run's calls, the same in all processes of a distributed run."""
        # pytest-xdist hands its workers a dictionary with the id of the whole run.
        worker_input: Mapping[str, Any] = getattr(self._config, "workerinput", {})
        shared = worker_input.get("testrunuid")
        name = f"{self.settings.name}-" if self.settings.name else ""
        return name + (str(shared)[:12] if shared else self._own_batch_id)

    @cached_property
    def files(self) -> FileSettings:
        """How scenario files are read."""
        from pytest_agentsim.file_settings import FileSettings

        return FileSettings(self.settings, self._config, self._metric_ids)

    def agent_from_settings(self) -> Agent:
        """Make the agent that the settings describe; raises ConfigurationError when they describe none."""
        from pytest_agentsim.agent import Agent

        settings = self.settings
        given: dict[str, Any] = {
            "headers": dict(settings.headers),
            "max_duration": settings.max_duration,
            "connect_timeout": settings.connect_timeout,
            "ca_file": settings.ca_file,
            "verify": not settings.insecure,
            "sms_webhook": settings.sms_webhook,
        }
        if settings.turn_timeout is not None:
            given["turn_timeout"] = settings.turn_timeout
        if settings.text_url or not settings.voice_url:
            given |= {"secret": settings.secret, "agent_id": settings.agent_id}
        if settings.voice_url:
            given |= {
                "voice_url": settings.voice_url,
                "user": settings.user,
                "password": settings.password,
                "synthesizer": settings.synthesizer,
                "recognizer": settings.recognizer,
                "end_of_turn": settings.end_of_turn,
            }
        if settings.command:
            if settings.text_url or settings.voice_url:
                given["text_url"] = settings.text_url
            return Agent.from_command(settings.command, directory=self._config.rootpath, **given)
        if settings.text_url or settings.voice_url:
            return Agent.from_url(settings.text_url, **given)
        raise ConfigurationError(
            "No agent to call: give its address with --agentsim-text-url=ws://… or --agentsim-voice-url=ws://…, "
            "in AGENTSIM_TEXT_URL or AGENTSIM_VOICE_URL, or as `agentsim_text_url` or `agentsim_voice_url` in the "
            "ini file; or start it with --agentsim-command; or override the fixture `agent` in conftest.py."
        )

    def scenario_for(self, node: pytest.Item) -> Scenario:
        """Return the scenario that an item is about, from its file or its `scenario` mark."""
        return scenario_of(node) or self._marked_scenario(node)

    def as_scenario(self, given: object, node: pytest.Item) -> Scenario:
        """Return a scenario as an item's fixtures may give it, an object or a payload, as an object."""
        from pytest_agentsim.scenario.loader import load_mapping
        from pytest_agentsim.scenario.model import Scenario

        if isinstance(given, Scenario):
            return given
        if isinstance(given, Mapping):
            return load_mapping(given, self.files.beside(node))
        kind = type(given).__name__
        raise ConfigurationError(f"a scenario is a Scenario or a payload as a mapping, not a {kind}.")

    def simulate_for(self, node: pytest.Item, agent: Agent, judge: object) -> Simulate:
        """Make the item's `simulate` and remember it for the reports."""
        from pytest_agentsim.judge.given import as_judge
        from pytest_agentsim.simulate import Simulate, as_agent

        agent = as_agent(agent)
        simulate = Simulate(
            self.runner,
            agent,
            node_id=node.nodeid,
            directory=node.path.parent,
            settings=self.files.settings_for(node),
            expected_outcome=marked_outcome(node),
            judge=as_judge(judge),
            ahead=lambda: node.stash.get(AHEAD, None),
        )
        node.stash[ITEM_CALLS] = ItemCalls(self, simulate, agent)
        return simulate

    def item_for(
        self,
        node: pytest.Item,
        simulate: Simulate,
        scenario: Scenario | Mapping[str, Any],
        personality: Personality | str | int | Mapping[str, Any],
        profile: TestProfile | Mapping[str, Any],
        channel: str | None,
    ) -> ScenarioItem:
        """Make what a collected scenario's function works with; skips the item if the agent cannot be reached.

        `channel` is that of the item where a scenario is for both.
        """
        from pytest_agentsim.scenario_item import ScenarioItem
        from pytest_agentsim.simulate import as_personality, as_profile

        written = scenario_of(node)
        marked = self._marked(self.as_scenario(scenario, node), node)
        caller, identity = as_personality(personality, self.files.beside(node), marked), as_profile(profile)
        over = self._channel_for(node, marked, channel)
        made = node.stash[ITEM_CALLS]
        made.runs = self._runs(marked, simulate, caller, identity, over, require_completed=True)
        return ScenarioItem(
            marked,
            simulate,
            runs=made.runs,
            title=f"{marked.name!r} over {over} with the personality {caller.name!r}",
            in_file=() if written is None else written.expect,
            verdicts=made.verdicts,
            pass_k=self.settings.pass_k,
        )

    def call_for(
        self,
        node: pytest.Item,
        simulate: Simulate,
        scenario: Scenario | Mapping[str, Any],
        personality: Personality | str | int | Mapping[str, Any],
        profile: TestProfile | Mapping[str, Any],
        channel: str | None,
    ) -> CallResult:
        """Make the call of a Python test, or all its calls when it has several runs; return the last one.

        `channel` is that of the item where a scenario is for both; an agent that cannot be reached is a skip. Raises
        SetUpPaused instead of waiting when the item is set up ahead of its turn.
        """
        from pytest_agentsim.simulate import as_personality, as_profile

        marked = self._marked(self.as_scenario(scenario, node), node)
        caller, identity = as_personality(personality, self.files.beside(node), marked), as_profile(profile)
        over = self._channel_for(node, marked, channel)
        made = node.stash[ITEM_CALLS]
        # A set-up that was paused comes here once more.
        runs = made.runs or self._runs(marked, simulate, caller, identity, over, require_completed=False)
        made.runs = runs
        runs.start()
        if AHEAD in node.stash:
            raise SetUpPaused
        for position, result in enumerate(simulate.finish_each(runs.started)):
            if runs.repetition.test is not None:
                runs.judged(position, result)
        made.scenario = marked
        return result

    def check_marks(self, node: pytest.Item, made: ItemCalls) -> None:
        """Raise ExpectationFailed when the calls of a Python test are not as its scenario and its marks say.

        Those are the calls of the fixture `call`, or the last one that the test has made itself.
        """
        __tracebackhide__ = True
        from pytest_agentsim.scenario_item import failure_of

        if scenario_of(node) is not None:
            return  # its own function checks what the file and the marks expect
        repetition = made.runs.repetition if made.runs is not None and made.scenario is not None else None
        failure = failure_of(self._judged(node, made), repetition, self.settings.pass_k)
        if failure is not None:
            raise failure

    def finish(self) -> str:
        """Wait for the artifacts; return sentences about what could not be written and a budget that is spent."""
        if self._runner is None:
            return ""
        of_models = self.models.problems if self.models is not None else ()
        return ". ".join(each.rstrip(".") for each in (self._runner.finish(), *of_models) if each)

    def stop(self) -> None:
        """End whatever the calls needed, and forget the metrics of files."""
        if self._metrics:
            from pytest_agentsim.metrics.registry import unregister

            unregister(self._metrics)
        if self._runner is not None:
            self._runner.stop()

    def channels_of(self, node: pytest.Item) -> tuple[str, ...]:
        """Return the channels over each of which an item is to run; none where that is for the run to find out."""
        from pytest_agentsim.channels import BOTH
        from pytest_agentsim.scenario.model import Channel

        try:
            scenario = self.scenario_for(node)
        except AgentSimError:
            return ()  # told when the item runs
        return BOTH if scenario.channel is Channel.BOTH else ()

    def _channel_for(self, node: pytest.Item, scenario: Scenario, channel: str | None) -> Channel:
        from pytest_agentsim.channels import BOTH, channel_named, channel_of, endpoint_on, why_unreachable

        made = node.stash[ITEM_CALLS]
        over = channel_of(scenario, made.agent) if channel is None else channel_named(channel)
        # An agent that speaks nothing at all is a mistake, which the call tells, and no reason to skip everything.
        speaks = [channel for channel in BOTH if endpoint_on(channel, made.agent) is not None]
        if speaks and over not in speaks:
            made.unreachable = f"{scenario.name}: {why_unreachable(over)}"
            pytest.skip(made.unreachable)
        return over

    def _marked(self, scenario: Scenario, node: pytest.Item) -> Scenario:
        """Return the scenario as an item's marks and the settings of the run change it."""
        marked = as_marked(scenario, node)
        return marked if self.settings.runs is None else replace(marked, runs=self.settings.runs)

    def _runs(
        self,
        scenario: Scenario,
        simulate: Simulate,
        personality: Personality,
        profile: TestProfile,
        channel: Channel,
        *,
        require_completed: bool,
    ) -> ScenarioRuns:
        from pytest_agentsim.expect import evaluate
        from pytest_agentsim.repetition import Repetition
        from pytest_agentsim.scenario_runs import ScenarioRuns

        # Runs of which nothing is expected pass and fail by what the test does with the last of them.
        has_verdicts = bool(require_completed or scenario.expect or scenario.expected_outcome)
        return ScenarioRuns(
            Repetition(scenario.runs, scenario.pass_rate, self.settings.until_sure and has_verdicts),
            [],
            ask=lambda: simulate.start(
                scenario, personality=personality, test_profile=profile, channel=channel
            ),
            judge=lambda result: evaluate(
                scenario.expect,
                result,
                require_completed=require_completed,
                require_judge=self.settings.require_judge,
            ),
        )

    def _judged(self, node: pytest.Item, made: ItemCalls) -> list[JudgedCall]:
        """Evaluate what is expected of a Python test's calls."""
        from pytest_agentsim.expect import evaluate
        from pytest_agentsim.scenario_runs import JudgedCall

        calls, expectations = made.calls[-1:], marked_expectations(node)
        if made.scenario is not None:
            calls = made.calls[: len(made.started)]
            expectations = made.scenario.expect
        elif calls and marked_file(node) is not None:
            scenario = self.scenario_for(node)
            if calls[0].result.scenario == scenario.name:
                expectations = (*scenario.expect, *expectations)
        if expectations and not calls:
            raise ConfigurationError(f"{node.name} has made no call of which its mark `expect` could speak.")
        judged = [
            JudgedCall(
                call,
                evaluate(
                    expectations,
                    call.result,
                    require_completed=False,
                    require_judge=self.settings.require_judge,
                ),
            )
            for call in calls
            if expectations or call.result.expected_outcome
        ]
        made.verdicts += [each.verdicts for each in judged]
        return judged

    def _marked_scenario(self, node: pytest.Item) -> Scenario:
        from pytest_agentsim.scenario.loader import load_file
        from pytest_agentsim.simulate import pick_scenario

        marked = marked_file(node)
        if marked is None:
            raise ConfigurationError(
                f"{node.name} asks for a scenario but names none: add @pytest.mark.scenario('x.scenario.yaml')."
            )
        file, name = marked
        path = node.path.parent / file
        if not path.is_file():
            raise ConfigurationError(
                f"{node.name} is marked with the scenario file {path}, which does not exist."
            )
        if path not in self._files:
            self._files[path] = load_file(path, self.files.settings_for(node))
        return pick_scenario(self._files[path].scenarios, name, path)


def run_of(config: pytest.Config) -> RunState:
    """Return the state of the run, made when it is first asked for."""
    if RUN not in config.stash:
        config.stash[RUN] = RunState(config)
    return config.stash[RUN]


def _text_of(path: Path, setting: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = "it is no UTF-8 text" if isinstance(error, UnicodeDecodeError) else error.strerror or error
        raise ConfigurationError(f"{setting} names {path}, which cannot be read: {why}.") from None
