"""`agentsim calibrate`, and the judge of `agentsim score`."""

from __future__ import annotations

import pytest

pytest.importorskip("pydantic_ai")

from pytest_agentsim.cli.main import main
from pytest_agentsim.report.artifacts import write_artifacts
from pytest_agentsim.result import Event, EventKind
from tests.llm.model_server import ModelServer, says
from tests.metrics.calls import a_text_call, with_events

LABELLED = {"calls": [{"turns": ["caller: Hi", "agent: We open at nine."], "labels": {"It tells.": "yes"}}]}


@pytest.fixture
def server(monkeypatch):
    monkeypatch.delenv("AGENTSIM_JUDGE_MODEL", raising=False)
    started = ModelServer()
    started.replies = [
        says({"question_1": {"value": "yes", "quotes": ["at nine"], "explanation": "It does."}})
    ]
    yield started
    started.stop()


def test_the_agreement_is_told(write, server, capsys):
    file = write("labels.yaml", LABELLED)
    assert main(["calibrate", file, "--judge-model=x", f"--llm-base-url={server.url}"]) == 0
    assert capsys.readouterr().out.startswith("agreement 1 of 1 lines: 100%")


def test_too_little_agreement_ends_with_1(write, server, capsys):
    server.replies = [says({"question_1": {"value": "no", "quotes": [], "explanation": "It does not."}})]
    file = write("labels.yaml", LABELLED)
    arguments = ["calibrate", file, "--judge-model=x", f"--llm-base-url={server.url}", "--min-agreement=0.5"]
    assert main(arguments) == 1
    assert "you say yes, the judge says no: It does not." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "there is no judge to be calibrated"),
        (["--judge-model=x"], "Nothing says where the model 'x' is"),
    ],
)
def test_without_a_judge_it_says_how_to_name_one(write, capsys, monkeypatch, arguments, said):
    monkeypatch.delenv("AGENTSIM_JUDGE_MODEL", raising=False)
    assert main(["calibrate", write("labels.yaml", LABELLED), *arguments]) == 1
    assert said in capsys.readouterr().err


def test_stored_calls_are_judged_anew_by_a_judge_that_is_named(tmp_path, server, capsys):
    said = (("caller", 0.0, "Hi"), ("agent", 1.0, "We open at nine."))
    call = with_events(a_text_call(*said, expected_outcome="It tells."), Event(2.0, EventKind.ENDED))
    write_artifacts(call, tmp_path / "results" / "hours")
    main(["score", str(tmp_path / "results"), "-v", "--judge-model=x", f"--llm-base-url={server.url}"])
    assert "expected_outcome: 100" in capsys.readouterr().out
    assert len(server.requests) == 1
