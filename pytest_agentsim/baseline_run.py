"""A run that is kept as a baseline, or compared with one: gathers what the items report and tells what came of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentsim.baseline.compare import ALL, compare
from pytest_agentsim.baseline.file import Baseline, baseline_path, load_baseline, save_baseline
from pytest_agentsim.baseline.record import ItemRecord, MetricKind, item_record
from pytest_agentsim.metric_value import Direction
from pytest_agentsim.report.comparison import comparison_table, comparison_text, regression_sentence
from pytest_agentsim.report.junit import LateProperties, add_suite_properties
from pytest_agentsim.wording import counted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pytest_agentsim.baseline.compare import Comparison
    from pytest_agentsim.baseline.limit import Limit
    from pytest_agentsim.expect import Verdict
    from pytest_agentsim.result import CallResult
    from pytest_agentsim.settings import Settings

__all__ = ["BaselineRun", "attach_record"]

ATTRIBUTE = "agentsim_record"


def attach_record(
    report: pytest.TestReport, results: Sequence[CallResult], verdicts: Sequence[tuple[Verdict, ...]]
) -> None:
    """Put an item's record on its report, as plain data that travels from a worker process too."""
    record = item_record(results, verdicts, passed=report.passed)
    if record is not None:
        kinds = {name: [kind.unit, kind.direction.value] for name, kind in record.kinds.items()}
        setattr(report, ATTRIBUTE, {"item": record.to_json(), "kinds": kinds})


class BaselineRun:
    """Keeps and compares the calls of one run; raises ConfigurationError when the baseline cannot be used."""

    def __init__(self, config: pytest.Config, settings: Settings) -> None:
        self._settings = settings
        self._config = config
        # Read before anything runs, and before it may be replaced.
        self._before = load_baseline(settings.baselines, settings.compare) if settings.compare else None
        if settings.save_baseline:
            self._path(settings.save_baseline)
        self._items: dict[str, ItemRecord] = {}
        self._kinds: dict[str, MetricKind] = {}
        self._batch_id = ""
        self._late = LateProperties(config)
        self._lines: list[str] = []
        self._problems: list[str] = []

    @property
    def before(self) -> Baseline | None:
        """The baseline that the run is compared with, as it was before the run."""
        return self._before

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Gather an item's record; where it is run again, the last one counts."""
        data: dict[str, Any] | None = getattr(report, ATTRIBUTE, None)
        if data is None:
            return
        self._items[report.nodeid] = ItemRecord.from_json(data["item"])
        for name, (unit, direction) in data["kinds"].items():
            self._kinds[name] = MetricKind(unit, Direction(direction))
        self._batch_id = str(dict(report.user_properties).get("batch_id", self._batch_id))
        self._late.expect(report)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Compare and keep, before the JUnit file is written."""
        is_whole = session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED) and not (
            session.shouldstop or session.shouldfail
        )
        if self._before is not None and self._items:
            self._compare(self._before)
        elif self._before is not None and self._settings.compare_fail:
            self._problems.append("--agentsim-compare-fail cannot be checked: no scenario has made a call.")
        if self._settings.save_baseline:
            self._save(is_whole=is_whole)
        if self._problems and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Write the table, and in one line each what fails the run."""
        if self._lines and terminalreporter.verbosity >= 0:
            terminalreporter.section("agentsim baseline")
            for line in self._lines:
                terminalreporter.line(line)
        for problem in self._problems:
            terminalreporter.line(f"agentsim: {problem}", red=True)

    def _compare(self, before: Baseline) -> None:
        comparisons = compare(before.items, self._items, {**before.kinds, **self._kinds})
        limits = self._settings.compare_fail
        both = sum(node_id in before.items for node_id in self._items)
        self._lines.append(
            f"compared with {before.name!r} of {before.saved_at} (batch {before.batch_id}): "
            f"{counted(both, 'scenario')} in both, {len(self._items) - both} only now, "
            f"{len(before.items) - both} only then"
        )
        if comparisons:
            self._lines += comparison_table(comparisons, {limit.metric for limit in limits})
        self._add_properties(before.name, comparisons)
        for limit in limits:
            if not any(each.metric == limit.metric for each in comparisons):
                self._problems.append(
                    f"--agentsim-compare-fail={limit.metric}:{limit} cannot be checked: no scenario of both this run "
                    f"and the baseline {before.name!r} has that metric."
                )
        exceeded: list[tuple[Comparison, Limit]] = [
            (each, limit)
            for limit in limits
            for each in comparisons
            if each.metric == limit.metric and limit.is_exceeded(each)
        ]
        if exceeded:
            self._problems.append(regression_sentence(before.name, exceeded))

    def _add_properties(self, name: str, comparisons: Sequence[Comparison]) -> None:
        overall = {
            f"compare_{each.metric}": comparison_text(each) for each in comparisons if each.item == ALL
        }
        add_suite_properties(self._config, {"baseline": name, **overall})
        for node_id in self._items:
            found = {
                f"compare_{each.metric}": comparison_text(each)
                for each in comparisons
                if each.item == node_id
            }
            self._late.add(node_id, found)

    def _save(self, *, is_whole: bool) -> None:
        name = self._settings.save_baseline
        if not is_whole:
            self._problems.append(
                f"the baseline {name!r} was not saved, because the run has not come to its end."
            )
            return
        if not self._items:
            self._problems.append(
                f"the baseline {name!r} was not saved, because no scenario has made a call."
            )
            return
        now = datetime.now(UTC).isoformat(timespec="seconds")
        baseline = Baseline(name, now, self._batch_id, self._items, self._kinds)
        try:
            path = save_baseline(baseline, self._settings.baselines)
        except OSError as error:
            self._problems.append(f"the baseline {self._path(name)} could not be saved: {error.strerror}.")
            return
        calls = sum(len(item.runs) for item in self._items.values())
        self._lines.append(
            f"baseline saved: {path} ({counted(len(self._items), 'scenario')}, {counted(calls, 'call')})"
        )

    def _path(self, name: str) -> Path:
        return baseline_path(self._settings.baselines, name)
