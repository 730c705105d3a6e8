"""Files of calls that a person has judged."""

from __future__ import annotations

import pytest
import yaml

from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.judge.labels import read_labels
from pytest_agentsim.report.artifacts import write_artifacts
from pytest_agentsim.result import Event, EventKind
from tests.metrics.calls import a_text_call, with_events

LABELS = {"It works.": True, "It is kind.": False, "It sings.": "blocked"}


@pytest.fixture
def read(tmp_path):
    """Reads a file with these calls."""

    def reader(*calls, text=None):
        path = tmp_path / "calibration.yaml"
        path.write_text(text if text is not None else yaml.safe_dump({"calls": list(calls)}))
        return read_labels(path)

    return reader


def test_yes_and_no_may_be_written_without_quotes(read):
    [labelled] = read({"turns": ["caller: Hi", "agent: Hello: you"], "labels": LABELS})
    assert labelled.labels == {"It works.": "yes", "It is kind.": "no", "It sings.": "blocked"}
    assert [(turn.speaker.value, turn.text) for turn in labelled.call.turns] == [
        ("caller", "Hi"),
        ("agent", "Hello: you"),
    ]


def test_a_call_may_be_a_stored_one(read, tmp_path):
    call = with_events(a_text_call(("caller", 0.0, "Hi")), Event(1.0, EventKind.ENDED))
    write_artifacts(call, tmp_path / "results" / "hours")
    [labelled] = read({"call": "results/hours", "labels": LABELS})
    assert labelled.name == "results/hours"
    assert labelled.call.turns == call.turns


def test_a_call_may_be_a_transcript_of_another_platform(read, tmp_path):
    (tmp_path / "call.json").write_text(
        '[{"role": "Testing Agent", "content": "Hi", "start_time": 0.0, "end_time": 1.0},'
        ' {"role": "Main Agent", "content": "Hello", "start_time": 1.5, "end_time": 2.0}]'
    )
    [labelled] = read({"transcript": "call.json", "labels": LABELS})
    assert [turn.text for turn in labelled.call.turns] == ["Hi", "Hello"]


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"labels": LABELS}, r"calls\[0\] needs one of `call`, `transcript` and `turns`"),
        ({"call": "x", "turns": [], "labels": LABELS}, "needs one of"),
        ({"turns": []}, "has no `labels`"),
        ({"turns": [], "labels": {"It works.": "perhaps"}}, "has the label 'perhaps'; there are yes, no and"),
        ({"turns": "x", "labels": LABELS}, "turns takes a list like"),
        ({"turns": ["bot: x"], "labels": LABELS}, "begins with neither 'caller:' nor 'agent:'"),
        ({"call": "nowhere", "labels": LABELS}, r"calls\[0\]: .*nowhere"),
        ({"transcript": "nowhere.json", "labels": LABELS}, r"calls\[0\]: .*nowhere"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(read, entry, told):
    with pytest.raises(ConfigurationError, match=told):
        read(entry)


@pytest.mark.parametrize(
    ("text", "told"), [("{", "cannot be read"), ("[]", "has no calls"), ("calls: []", "has no calls")]
)
def test_a_file_that_is_none_is_told(read, text, told):
    with pytest.raises(ConfigurationError, match=told):
        read(text=text)
