"""How many calls overlap."""

from __future__ import annotations

import pytest

from pytest_agentsim import concurrency
from pytest_agentsim.concurrency import limits_for


@pytest.fixture(autouse=True)
def four_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(concurrency, "_usable_cores", lambda: 4)


def test_a_given_number_is_that_of_both_channels() -> None:
    limits = limits_for(7, None, recognizer="auto")
    assert (limits.text.calls, limits.voice.calls) == (7, 7)


def test_fifty_text_calls_overlap_unless_told_otherwise() -> None:
    assert limits_for(None, None, recognizer="auto").text.calls == 50


def test_fewer_voice_calls_overlap_where_this_machine_has_to_understand_them() -> None:
    here, elsewhere = (limits_for(None, None, recognizer=name).voice.calls for name in ("sphinx", "openai"))
    assert (here, elsewhere) == (8, 160)


def test_processes_share_the_machine_and_the_pace_but_not_a_given_number() -> None:
    alone, shared = (limits_for(None, 8.0, recognizer="auto", processes=count) for count in (1, 4))
    assert shared.voice.calls == alone.voice.calls // 4
    assert shared.text.rate == alone.text.rate / 4 == 2.0
    assert limits_for(7, None, recognizer="auto", processes=4).voice.calls == 7


def test_each_process_may_make_one_call_however_many_there_are() -> None:
    assert limits_for(None, None, recognizer="auto", processes=99).voice.calls == 1
