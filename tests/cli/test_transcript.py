from __future__ import annotations

import json
import shutil
import wave
from pathlib import Path

import pytest

from pytest_agentsim.cli.main import main
from pytest_agentsim.report.artifacts import load_result

DATA = Path(__file__).parents[1] / "transcripts" / "data"


@pytest.fixture(autouse=True)
def somewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for file in ("vapi.json", "livekit.json", "webhook.json", "deepgram.json"):
        shutil.copy(DATA / file, tmp_path)


def test_each_transcript_is_told_on_a_line(capsys):
    assert main(["import", "vapi.json", "livekit.json"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "vapi.json: vapi, voice, 5 turns, 1 function call, 11.2 s",
        "livekit.json: livekit, voice, 5 turns, 0 function calls, duration not told",
    ]
    assert not [path for path in Path().iterdir() if path.is_dir()]


def test_a_folder_is_written_for_each_as_a_run_does(capsys):
    assert main(["import", "vapi.json", "webhook.json", "--output", "out"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(" -> ")[2] for line in lines] == ["out/vapi.json/vapi", "out/webhook.json/webhook"]
    result = load_result(Path("out/vapi.json/vapi"))
    assert (len(result.turns), result.metric("latency").value) == (5, pytest.approx(0.5))
    assert {path.name for path in Path("out/vapi.json/vapi").iterdir()} == {
        "events.jsonl",
        "result.json",
        "transcript.json",
    }
    assert Path("out/.gitignore").is_file()


def test_the_transcript_that_is_written_can_be_read_again(capsys):
    main(["import", "vapi.json", "--output", "out"])
    assert main(["import", "out/vapi.json/vapi/transcript.json"]) == 0
    assert (
        capsys.readouterr().out.splitlines()[1].endswith(": cekura, voice, 5 turns, 1 function call, 11.2 s")
    )


def test_the_metrics_are_printed_with_the_reason_where_there_is_none(capsys):
    assert main(["import", "livekit.json", "--metrics"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "  turns: 5" in lines
    assert "  latency: not measurable: the transcript does not tell the times at 1 answer" in lines
    main(["import", "vapi.json", "--metrics"])
    lines = capsys.readouterr().out.splitlines()
    assert "  latency: 0.5 s" in lines
    assert "    latency_p95: 0.5 s" in lines
    assert "  infrastructure_issues: yes" in lines


def test_the_recording_is_put_into_the_folder():
    with wave.open("call.wav", "wb") as file:
        file.setparams((2, 2, 16_000, 0, "NONE", ""))
        file.writeframes(bytes(4 * 16_000 * 12))
    assert main(["import", "livekit.json", "--recording", "call.wav", "--output", "out"]) == 0
    folder = Path("out/livekit.json/livekit")
    assert (folder / "recording.wav").read_bytes() == Path("call.wav").read_bytes()
    result = load_result(folder)
    assert (result.recording, result.duration) == ("recording.wav", 12.0)


def test_a_recording_is_that_of_one_call(capsys):
    assert main(["import", "vapi.json", "livekit.json", "--recording", "call.wav"]) == 1
    assert capsys.readouterr().err == "--recording is the audio of one call, and 2 were read\n"


def test_a_recording_that_cannot_be_read_is_told(capsys):
    assert main(["import", "vapi.json", "--recording", "none.wav"]) == 1
    assert capsys.readouterr().err.startswith("none.wav cannot be read as a recording: ")


def test_a_transcript_that_is_wrong_is_told_and_the_others_are_read(capsys):
    Path("bad.json").write_text("[{'role': 1}]")
    assert main(["import", "bad.json", "vapi.json"]) == 1
    captured = capsys.readouterr()
    assert captured.err.startswith("bad.json: it is neither JSON nor lines of the form [MM:SS] Role: text: ")
    assert captured.out.startswith("vapi.json: vapi, ")


def test_the_format_the_channel_and_the_agent_can_be_said(capsys):
    assert main(["import", "livekit.json", "--format", "cekura_chat", "--channel", "text"]) == 0
    assert main(["import", "deepgram.json", "--agent-speaker", "0"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "livekit.json: cekura_chat, text, 5 turns, 0 function calls, 10.0 s",
        "deepgram.json: deepgram, voice, 4 turns, 0 function calls, 11.2 s",
    ]
    assert main(["import", "deepgram.json"]) == 1
    assert "--agent-speaker 0" in capsys.readouterr().err


def test_calls_of_one_name_have_folders_of_their_own(capsys):
    [call] = json.loads(Path("webhook.json").read_text())["calls"]
    Path("two.json").write_text(json.dumps({"calls": [call, call]}))
    Path("more").mkdir()
    shutil.copy("two.json", "more/two.json")
    outside = Path("two.json").resolve()
    assert main(["import", "two.json", "more/two.json", str(outside), "--output", "out"]) == 0
    folders = [line.partition(" -> ")[2] for line in capsys.readouterr().out.splitlines()]
    assert folders == [
        "out/two.json/two",
        "out/two.json/two-run2",
        "out/more/two.json/two",
        "out/more/two.json/two-run2",
        "out/two.json/two-run3",
        "out/two.json/two-run4",
    ]


def test_an_output_that_cannot_be_written_is_told(capsys):
    Path("out").write_text("a file")
    assert main(["import", "vapi.json", "--output", "out"]) == 1
    assert "could not be written below out" in capsys.readouterr().err
