"""The hooks of the pytest plugin.

They are called in every pytest run of an environment, mostly in runs without scenarios: whatever a hook needs
beyond the standard library is imported once there is something to do.
"""

from __future__ import annotations

import fnmatch
import os
from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim.fixtures import (
    agent,
    agentsim,
    call,
    chirp_session,
    judge,
    personality,
    rubric_session,
    scenario,
    simulate,
    sms_inbox,
    test_profile,
)
from pytest_agentsim.options import DEFAULT_OUTPUT, FILES_INI, add_options, is_anything_set
from pytest_agentsim.stash import FILES, ITEM_CALLS, RUN, scenario_of

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from pytest_agentsim.settings import Settings

# pytest finds the fixtures as attributes of the plugin's module.
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

PROBLEM = "agentsim_problem"

MARKERS = (
    "scenario(path, name=None): the scenario of the fixtures `scenario` and `call`; the path is relative to the test",
    "personalities(*names): run the test once with each of these personalities",
    "runs(n, pass_rate=1.0): make n calls, of which that share has to be as expected; `call` gives the last of them",
    "expect(**expectations): expectations on the call, with the keys of `expect:` in a scenario file",
    "expect_metric(name, max=…, min=…): what a metric of the call must be, within limits or as a second argument",
    "expect_outcome(text): the expected outcome, for a judge",
    "agentsim_serial: no other call is on the line while this item is set up and runs",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    add_options(parser)


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    from pytest_agentsim import hooks

    pluginmanager.add_hookspecs(hooks)


# Last, because pytest can only undo what it has configured when a malformed setting ends the run here.
@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    for line in MARKERS:
        config.addinivalue_line("markers", line)
    config.pluginmanager.register(_RunReports(config), "agentsim-reports")
    output = config.invocation_params.dir / DEFAULT_OUTPUT
    if is_anything_set(config):
        from pytest_agentsim.settings import settings_of

        settings = settings_of(config)
        output = settings.output
        if settings.html is not None:
            from pytest_agentsim.report.reports import check_reports_can_be_written

            check_reports_can_be_written()
        if settings.first is not None:
            config.pluginmanager.register(_FirstScenarios(settings.first), "agentsim-first")
        # The controller of pytest-xdist decides, not its workers.
        if settings.success_threshold is not None and not hasattr(config, "workerinput"):
            from pytest_agentsim.success_threshold import SuccessThreshold

            threshold = SuccessThreshold(config, settings.success_threshold)
            config.pluginmanager.register(threshold, "agentsim-success-threshold")
        if not hasattr(config, "workerinput"):
            _register_baseline(config, settings)
    config.pluginmanager.register(_NoTestsAmongArtifacts(output), "agentsim-artifacts")


def _register_baseline(config: pytest.Config, settings: Settings) -> None:
    # In the ini file the limits of a project wait for a run that is compared.
    if not settings.compare and config.getoption("agentsim_compare_fail"):
        raise pytest.UsageError(
            "--agentsim-compare-fail needs a baseline to compare with: --agentsim-compare=NAME"
        )
    if not settings.save_baseline and not settings.compare:
        return
    from pytest_agentsim.baseline_run import BaselineRun
    from pytest_agentsim.errors import ConfigurationError

    try:
        config.pluginmanager.register(BaselineRun(config, settings), "agentsim-baseline")
    except ConfigurationError as error:
        raise pytest.UsageError(str(error)) from None


def pytest_unconfigure(config: pytest.Config) -> None:
    run = config.stash.get(RUN, None)
    if run is not None:
        run.stop()


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Read the metric files, where a wrong one ends the run with a sentence and warnings are collected."""
    if is_anything_set(session.config):
        from pytest_agentsim.settings import settings_of

        if settings_of(session.config).metrics:
            from pytest_agentsim.run_state import run_of

            run_of(session.config).load_metric_files()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    if not _is_scenario_file(file_path.name, parent.config):
        return None
    from pytest_agentsim.collection import ScenarioModule

    module: ScenarioModule = ScenarioModule.from_parent(parent, path=file_path)
    return module


def _is_scenario_file(name: str, config: pytest.Config) -> bool:
    return any(fnmatch.fnmatch(name, pattern) for pattern in config.getini(FILES_INI))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> Generator[None, object, object]:
    maker = _maker_of_calls(metafunc)
    personalities = _personalities_for(metafunc, maker)
    if personalities and "personality" in metafunc.fixturenames and not _is_parametrized(metafunc):
        # As a mark, and before anybody else looks: pytest then leaves the parameters of a fixture alone.
        mark = pytest.mark.parametrize(
            "personality", personalities, ids=lambda given: getattr(given, "name", None)
        )
        metafunc.definition.add_marker(mark, append=False)
    outcome = yield
    if maker:
        from pytest_agentsim.run_state import run_of

        channels = run_of(metafunc.config).channels_of(metafunc.definition)
        if channels:
            metafunc.parametrize(maker, channels, indirect=True, ids=str)
    return outcome


def _is_parametrized(metafunc: pytest.Metafunc) -> bool:
    """Tell whether a mark of the user's says with which personalities a test is run."""
    for mark in metafunc.definition.iter_markers("parametrize"):
        names = mark.args[0] if mark.args else mark.kwargs.get("argnames", ())
        if "personality" in (
            [each.strip() for each in names.split(",")] if isinstance(names, str) else names
        ):
            return True
    return False


def _personalities_for(metafunc: pytest.Metafunc, maker: str) -> tuple[Any, ...]:
    """Return the personalities that a test is run with once each: those of the run, or else of its mark."""
    if maker:
        from pytest_agentsim.settings import settings_of

        asked = settings_of(metafunc.config).personality
        if asked:
            return asked
    mark = metafunc.definition.get_closest_marker("personalities")
    return () if mark is None else mark.args


def _maker_of_calls(metafunc: pytest.Metafunc) -> str:
    """Return the fixture that makes the calls of a scenario that is known already; empty for other tests."""
    if scenario_of(metafunc.definition) is not None:
        return "agentsim"
    marked = metafunc.definition.get_closest_marker("scenario") is not None
    return "call" if marked and "call" in metafunc.fixturenames else ""


def pytest_report_collectionfinish(config: pytest.Config) -> list[str]:
    ignored = sorted({field for file in config.stash.get(FILES, []) for field in file.ignored_fields})
    return (
        [f"agentsim: fields of the hosted platforms that mean nothing here: {', '.join(ignored)}"]
        if ignored
        else []
    )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    if RUN not in session.config.stash:  # there is no scenario
        return (yield)
    from pytest_agentsim.overlap_plugin import overlapping

    with overlapping(session):
        return (yield)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object | None:
    from pytest_agentsim.distribution import scheduler_for
    from pytest_agentsim.in_flight import window_of
    from pytest_agentsim.run_state import run_of

    def is_of_scenario(node_id: str) -> bool:
        return _is_scenario_file(node_id.partition("::")[0].rpartition("/")[2], config)

    return scheduler_for(config, log, window=window_of(run_of(config).limits), matters=is_of_scenario)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("runs") is not None:
        from pytest_agentsim.item_marks import check_runs

        check_runs(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Check what the marks of a Python test expect, once its body has passed."""
    __tracebackhide__ = True
    outcome = yield
    made = item.stash.get(ITEM_CALLS, None)
    if made is not None:
        made.run.check_marks(item, made)
    return outcome


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    if call.excinfo is not None and isinstance(call.excinfo.value, pytest.FixtureLookupError):
        from pytest_agentsim.collection import explain_missing_fixture

        explain_missing_fixture(item, call)
    report = yield
    if report.skipped and (scenario_of(item) is not None or item.get_closest_marker("scenario") is not None):
        from pytest_agentsim.report.item_report import mark_as_scenario

        mark_as_scenario(report)
    made = item.stash.get(ITEM_CALLS, None)
    if made is not None and made.unreachable and report.skipped:
        path, line, _ = item.reportinfo()
        report.longrepr = (os.fspath(path), (line or 0) + 1, f"Skipped: {made.unreachable}")
    if call.excinfo is not None:
        from pytest_agentsim.report.traceback import is_for_users_alone, only_users_frames

        if is_for_users_alone(call.excinfo.value, item):
            report.longrepr = only_users_frames(call.excinfo, item.config)
    if made is not None and call.when == "call":
        from pytest_agentsim.report.item_report import attach, properties

        made.simulate.settle(passed=report.passed)
        tally, pass_k = made.tally, made.run.settings.pass_k
        # pytest copies an item's properties when it makes a report.
        for holder in (item, report):
            holder.user_properties.extend(properties(made.calls, made.verdicts, tally=tally, pass_k=pass_k))
        failure = getattr(call.excinfo.value, "failure", None) if call.excinfo is not None else None
        told = _told(failure, item.config) if failure is not None else None
        attach(report, made.calls, made.verdicts, tally=tally, pass_k=pass_k, told=told)
        if item.config.pluginmanager.hasplugin("html") or item.config.pluginmanager.hasplugin(
            "allure_listener"
        ):
            from pytest_agentsim.report.extras import add_to_other_reports

            add_to_other_reports(item.config, report, made.calls)
        if made.run.settings.save_baseline or made.run.settings.compare:
            from pytest_agentsim.baseline_run import attach_record

            attach_record(report, [each.result for each in made.calls], made.verdicts)
        output = made.agent_output() if report.failed else ""
        if output:
            from pytest_agentsim.report.failing_item import end_of_output

            is_verbose = item.config.get_verbosity() > 0
            report.sections.append(("Output of the agent", output if is_verbose else end_of_output(output)))
        if made.run.settings.explain:
            from pytest_agentsim.report.explanation import explanation

            report.sections += [("Triggers of the caller", explanation(each.result)) for each in made.calls]
    if (
        made is not None
        and made.calls
        and (call.when == "call" or (call.when == "setup" and not report.passed))
    ):
        from pytest_agentsim.judgements import keep_judgements

        keep_judgements(item, report, made)
    if made is not None and call.when == "teardown":
        # Reports and artifacts have all of it by now, and an item lives as long as the run.
        del item.stash[ITEM_CALLS]
    return report


def _told(failure: object, config: pytest.Config) -> dict[str, Any] | None:
    from pytest_agentsim.report.failing_item import told
    from pytest_agentsim.report.failure import Failure

    # An exception of the user's may have an attribute of that name.
    return told(failure, everything=config.get_verbosity() > 0) if isinstance(failure, Failure) else None


class _NoTestsAmongArtifacts:
    """Keeps pytest from looking for tests in the folders of thousands of calls, which would take seconds."""

    def __init__(self, output: Path) -> None:
        self._output = output

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        if collection_path != self._output:
            return None
        from pytest_agentsim.report.artifacts import is_made_by_us

        # Artifacts may also go to a folder that has tests.
        return True if is_made_by_us(collection_path) else None


class _FirstScenarios:
    """Keeps the first scenarios of those that everything else has selected."""

    def __init__(self, count: int) -> None:
        self._count = count

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> Generator[None, object, object]:
        outcome = yield
        from pytest_agentsim.collection import keep_first

        items[:], left = keep_first(items, self._count)
        if left:
            config.hook.pytest_deselected(items=left)
        return outcome


class _RunReports:
    """Gathers what the items' reports carry, those of worker processes too."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._reports: list[pytest.TestReport] = []
        self._problems: list[str] = []
        self._files: tuple[tuple[str, Path], ...] = ()
        self._commands: tuple[str, ...] = ()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not hasattr(report, "agentsim"):
            return
        from pytest_agentsim.report.item_report import attached
        from pytest_agentsim.report.junit import add_transcript, attachments

        self._reports.append(report)
        data = attached(report)
        add_transcript(self._config, report, data["transcript"], attachments(data["calls"]))
        # A worker's report is shown by its controller, on a terminal that the worker does not know.
        if data.get("failure") is not None and not hasattr(self._config, "workerinput"):
            from pytest_agentsim.report.failing_item import show_as_conversation

            show_as_conversation(report, data["failure"], self._config)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        run = session.config.stash.get(RUN, None)
        problem = run.finish() if run is not None else ""
        # A worker process of pytest-xdist tells its controller.
        worker_output = getattr(session.config, "workeroutput", None)
        if worker_output is not None:
            worker_output[PROBLEM] = problem
        elif problem:
            self._problems.append(problem)
        if worker_output is None and self._reports:
            self._write_reports()

    def _write_reports(self) -> None:
        from pytest_agentsim.report.reports import write_reports
        from pytest_agentsim.settings import settings_of

        written = write_reports(self._reports, self._config, settings_of(self._config))
        self._files, self._commands = written.files, written.commands
        self._problems += written.problems

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        problem = getattr(node, "workeroutput", {}).get(PROBLEM)
        if problem:
            self._problems.append(problem)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for problem in dict.fromkeys(self._problems):
            terminalreporter.line(f"agentsim: {problem}", red=True)
        if self._reports:
            from pytest_agentsim.report.terminal import write_summary
            from pytest_agentsim.settings import settings_of

            write_summary(terminalreporter, self._reports, settings_of(self._config), self._files)
        for line in self._commands:
            terminalreporter.line(line)
