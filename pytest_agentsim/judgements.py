"""What pytest has made of an item's calls, put beside their artifacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.report.verdicts import CallOutcome, Judgement
from pytest_agentsim.stash import scenario_of
from pytest_agentsim.visible import shortened, visible_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

    from pytest_agentsim.expect import Verdict
    from pytest_agentsim.run_state import ItemCalls

__all__ = ["keep_judgements"]

LONGEST_MESSAGE = 500  # characters


def keep_judgements(item: pytest.Item, report: pytest.TestReport, made: ItemCalls) -> None:
    """Store what the report of an item says of each of its calls."""
    calls = made.calls
    verdicts = _of_each_call(len(calls), made.verdicts, is_first=_are_of_the_first_calls(item, made))
    outcome = _outcome(report)
    somebody_failed = any(not verdict.passed for of_call in verdicts for verdict in of_call)
    scenario = made.scenario or scenario_of(item)
    file, line, _ = item.location
    for number, (call, of_call) in enumerate(zip(calls, verdicts, strict=True), start=1):
        own = _own_outcome(outcome, of_call, somebody_failed=somebody_failed)
        judgement = Judgement(
            run_id=call.result.run_id,
            node_id=visible_line(item.nodeid),
            outcome=own,
            item_outcome=outcome,
            run=number,
            runs=len(calls),
            pass_rate=scenario.pass_rate if scenario is not None else 1.0,
            message="" if somebody_failed else _message(report),
            suite_seed=made.run.settings.seed,
            file=visible_line(file),
            line=None if line is None else line + 1,
            tags=tuple(visible_line(tag) for tag in scenario.tags) if scenario is not None else (),
            verdicts=of_call,
            runs_planned=made.runs.repetition.runs if made.runs is not None else len(calls),
            pass_k=made.run.settings.pass_k,
        )
        made.run.runner.keep(judgement, call.artifacts)


def _are_of_the_first_calls(item: pytest.Item, made: ItemCalls) -> bool:
    # What a Python test has called itself is judged by its last call; see `RunState.check_marks`.
    return scenario_of(item) is not None or made.scenario is not None


def _of_each_call(
    count: int, verdicts: Sequence[tuple[Verdict, ...]], *, is_first: bool
) -> list[tuple[Verdict, ...]]:
    """Bring the verdicts that there are to the calls that they are about."""
    judged = list(verdicts[:count])
    others: list[tuple[Verdict, ...]] = [()] * (count - len(judged))
    return judged + others if is_first else others + judged


def _own_outcome(outcome: CallOutcome, verdicts: Sequence[Verdict], *, somebody_failed: bool) -> CallOutcome:
    """Return a call's outcome: its verdicts' if it is they that decide, else its item's."""
    if outcome is CallOutcome.PASSED and not all(verdict.passed for verdict in verdicts):
        return CallOutcome.FAILED  # one of several runs, enough of which have passed
    if outcome is CallOutcome.FAILED and somebody_failed and all(verdict.passed for verdict in verdicts):
        return CallOutcome.PASSED  # another run is to blame
    return outcome


def _outcome(report: pytest.TestReport) -> CallOutcome:
    was_expected_to_fail = hasattr(report, "wasxfail")
    if report.passed:
        return CallOutcome.XPASSED if was_expected_to_fail else CallOutcome.PASSED
    if report.skipped:
        return CallOutcome.XFAILED if was_expected_to_fail else CallOutcome.SKIPPED
    return CallOutcome.FAILED if report.when == "call" else CallOutcome.ERROR


def _message(report: pytest.TestReport) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    text = str(getattr(crash, "message", "")) if report.failed else ""
    return visible_line(shortened(text.partition("\n")[0], LONGEST_MESSAGE))
