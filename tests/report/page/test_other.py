"""How another run's calls compare with the page's own."""

from __future__ import annotations

import pytest

from pytest_agentsim.report.page.other import changes
from pytest_agentsim.report.page.overview import overview
from pytest_agentsim.report.stored import stored_calls
from tests.report.page.conftest import MET, SAID, Results, text_result


@pytest.fixture
def found(results, tmp_path):
    """Compares the calls of two output directories; the first fills that of the other run."""
    earlier = Results(tmp_path / "earlier")

    def compare(fill_earlier, fill):
        fill_earlier(earlier)
        fill(results)
        views = []
        for each in (results, earlier):
            calls = stored_calls(each.path)
            views.append(overview(calls, [call.directory.name for call in calls]))
        return changes(*views)

    return compare


def test_what_is_worse_comes_before_what_is_better(found):
    def earlier(other):
        other.add("a", text_result("mended"), SAID)
        other.add("b", text_result("broken"), MET)
        other.add("c", text_result("as before"), MET)
        other.add("d", text_result("gone"), MET)

    def now(results):
        results.add("a", text_result("mended"), MET)
        results.add("b", text_result("broken"), SAID)
        results.add("c", text_result("as before"), MET)
        results.add("e", text_result("new"), MET)

    changed = found(earlier, now)
    assert [(each.title, each.words, each.is_worse) for each in changed.found] == [
        ("broken", "passed before, failed now", True),
        ("mended", "failed before, passed now", False),
    ]
    assert changed.counts_words == "1 scenario went as before, 1 only in this run, 1 only in the other."


def test_runs_that_show_the_change_are_those_to_look_at(found):
    def earlier(other):
        for number, verdict in enumerate((SAID, MET, MET), start=1):
            other.add_run("a", number, verdict, runs=3)

    def now(results):
        for number, verdict in enumerate((MET, SAID, SAID), start=1):
            results.add_run("a", number, verdict, runs=3)

    [change] = found(earlier, now).found
    assert change.words == "2 of 3 before, 1 of 3 now"
    assert change.address == "#compare:a-run2&a-run2"


def test_a_call_that_nobody_judged_is_no_change(found):
    changed = found(
        lambda other: other.add("a", text_result(), MET),
        lambda results: results.add("a", text_result(), MET, judged=False),
    )
    assert changed.found == ()
