"""A run that fails only when too few of its scenarios pass: `--agentsim-success-threshold`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_agentsim.report.item_report import attached, is_of_scenario
from pytest_agentsim.report.junit import add_suite_properties
from pytest_agentsim.result import FailureKind
from pytest_agentsim.wording import counted, percentage

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["SuccessThreshold"]


class SuccessThreshold:
    """Counts the scenarios that pass and decides on pytest's exit status.

    `share` (0.0 to 1.0) of them must pass. Only calls that were not as expected are forgiven: what fails anywhere
    else, in collecting, in fixtures, in other tests, or in connecting to the agent, fails the run as ever.
    """

    def __init__(self, config: pytest.Config, share: float) -> None:
        self._config = config
        self._share = share
        self._passed = 0
        self._forgiven = 0
        self._skipped = 0
        self._infrastructure = 0
        self._sentence = ""
        self._is_met = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a scenario's report; under pytest-xdist those of all workers come here."""
        if report.skipped:  # also an expected failure, which says nothing about the agent
            self._skipped += is_of_scenario(report)
            return
        if report.when != "call" or not hasattr(report, "agentsim"):
            return
        data = attached(report)
        if not data["calls"]:
            return
        if report.passed:
            self._passed += 1
        elif report.failed:
            if data["failure_kind"] == FailureKind.INFRASTRUCTURE:
                self._infrastructure += 1
            else:
                self._forgiven += 1

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, object, object]:
        """Decide, before the other plugins are told and the JUnit file is written."""
        self._decide(session)
        return (yield)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what was decided, in one line."""
        if self._sentence:
            markup = {"green": True} if self._is_met else {"red": True}
            terminalreporter.line(f"agentsim: {self._sentence}", **markup)

    def _decide(self, session: pytest.Session) -> None:
        counted_ones = self._passed + self._forgiven + self._infrastructure
        if session.exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            return  # interrupted, wrongly used, nothing collected: that has a status of its own
        if not counted_ones:
            if self._skipped:
                self._fail(session, "all of them were skipped")
            return
        share = self._passed / counted_ones
        counts = f"{self._passed} of {counted(counted_ones, 'scenario')} passed ({percentage(share)})"
        add_suite_properties(
            self._config,
            {
                "success_threshold": self._share,
                "success_share": round(share, 4),
                "scenarios_passed": self._passed,
                "scenarios_counted": counted_ones,
            },
        )
        if share < self._share:
            self._fail(session, counts)
            return
        enough = f"{counts}, enough for the threshold of {percentage(self._share)}"
        reason = self._why_not_forgiven(session)
        if reason:
            self._sentence = f"{enough}; the run fails because {reason}."
            return
        self._is_met = True
        session.exitstatus = pytest.ExitCode.OK
        self._sentence = f"{enough}."

    def _why_not_forgiven(self, session: pytest.Session) -> str:
        """Say why a run fails although enough scenarios have passed; empty if it does not."""
        if session.shouldfail or session.shouldstop:
            return "it was stopped before all had been run"
        if self._infrastructure:
            return f"{counted(self._infrastructure, 'scenario')} failed for the infrastructure, not for what was said"
        # Other plugins count what they object to here as well.
        others = session.testsfailed - self._forgiven
        return f"of {counted(others, 'other failure')}" if others else ""

    def _fail(self, session: pytest.Session, counts: str) -> None:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        self._sentence = (
            f"the success threshold of {percentage(self._share)} of the scenarios is missed: {counts}."
        )
