"""The files that a call leaves."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.errors import AgentSimError, ArtifactError
from pytest_agentsim.report import artifacts
from pytest_agentsim.report.artifacts import (
    ArtifactWriter,
    artifact_directory,
    load_result,
    write_artifacts,
)
from pytest_agentsim.result import HarnessCheck, Latency, NetworkTotals

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_agentsim.report.begun import Journal
    from pytest_agentsim.result import CallResult
    from pytest_agentsim.runner import RecordedCall

    MakeCall = Callable[..., RecordedCall]


@pytest.mark.parametrize(
    ("node_id", "run_number", "expected"),
    [
        ("cancel.scenario.yaml::cancel", 1, "cancel.scenario.yaml/cancel"),
        ("calls/cancel.scenario.yaml::cancel[impatient]", 1, "calls/cancel.scenario.yaml/cancel-impatient"),
        ("cancel.scenario.yaml::cancel", 3, "cancel.scenario.yaml/cancel-run3"),
        ("../outside/x.scenario.yaml::a", 1, "outside/x.scenario.yaml/a"),
    ],
)
def test_each_call_has_a_directory_that_is_named_after_its_item(
    node_id: str, run_number: int, expected: str
) -> None:
    assert artifact_directory(Path("out"), node_id, run_number) == Path("out") / expected


def test_names_that_differ_only_in_refused_characters_do_not_share_a_directory() -> None:
    first, second = (artifact_directory(Path("out"), f"x.yaml::a[{sign}]", 1) for sign in ("1:2", "1?2"))
    assert first != second


@given(name=st.text(min_size=1))
def test_any_item_name_makes_a_directory_below_the_output(name: str) -> None:
    directory = artifact_directory(Path("out"), f"x.yaml::{name}", 1)
    assert directory.parts[:2] == ("out", "x.yaml")
    assert len(directory.parts) == 3
    assert len(directory.name) < 130
    assert not set(directory.name) & set('<>:"/\\|?*\0\n[]')


def test_a_stored_result_can_be_loaded_again(tmp_path: Path, a_call: MakeCall) -> None:
    result = a_call("agent: Grüße, 你好 \N{WAVING HAND SIGN}\n\N{LINE SEPARATOR}\x85").result
    write_artifacts(result, tmp_path / "a" / "b")
    assert load_result(tmp_path / "a" / "b") == result


def test_the_event_log_has_an_event_a_line(tmp_path: Path, a_call: MakeCall) -> None:
    write_artifacts(a_call("agent: two\nlines").result, tmp_path)
    lines = (tmp_path / "events.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["kind"] for line in lines] == ["connected", "agent_turn", "ended"]


def test_the_transcript_is_stored_in_the_hosted_platforms_form(tmp_path: Path, a_call: MakeCall) -> None:
    write_artifacts(a_call("agent: Hello").result, tmp_path)
    [entry] = json.loads((tmp_path / "transcript.json").read_text(encoding="utf-8"))
    assert entry["role"] == "Main Agent"


def test_what_utf_8_cannot_hold_is_stored_as_an_escape(tmp_path: Path, a_call: MakeCall) -> None:
    write_artifacts(a_call("agent: half a pair: \ud83d").result, tmp_path)
    assert "\\ud83d" in (tmp_path / "result.json").read_text(encoding="utf-8")
    assert load_result(tmp_path).turns[0].text == "half a pair: \ud83d"


# --- a call whose files are not whole -----------------------------------------------------------------------------


def assert_unreadable(directory: Path, problem: str) -> None:
    with pytest.raises(ArtifactError, match=problem) as caught:
        load_result(directory)
    message = str(caught.value)
    assert isinstance(caught.value, AgentSimError)
    assert str(directory) in message
    assert message.startswith("The call in ")
    assert message.endswith(".")
    assert "\n" not in message


@pytest.mark.parametrize("missing", ["result.json", "events.jsonl"])
def test_a_missing_file_is_named(missing: str, tmp_path: Path, a_call: MakeCall) -> None:
    write_artifacts(a_call("agent: Hello").result, tmp_path)
    (tmp_path / missing).unlink()
    assert_unreadable(tmp_path, f"cannot be read: .*{missing}")


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    assert_unreadable(tmp_path / "nowhere", "cannot be read: .*nowhere")


@pytest.mark.parametrize("name", ["result.json", "events.jsonl"])
def test_a_file_that_breaks_off_anywhere_is_not_taken_for_a_whole_one(
    name: str, tmp_path: Path, a_call: MakeCall
) -> None:
    write_artifacts(a_call("caller: Hi", "agent: Hello").result, tmp_path)
    whole = (tmp_path / name).read_text(encoding="utf-8")
    # Without its last line feed a file has lost nothing.
    for length in range(len(whole) - 1):
        (tmp_path / name).write_text(whole[:length], encoding="utf-8")
        assert_unreadable(tmp_path, "not whole")


@pytest.mark.parametrize("name", ["result.json", "events.jsonl"])
@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"[]\n", b"null\n", b"{}\n", b'{"status": "new"}\n', b"[[1]]\n"]
)
def test_files_that_are_not_ours_are_refused(
    name: str, content: bytes, tmp_path: Path, a_call: MakeCall
) -> None:
    write_artifacts(a_call("caller: Hi").result, tmp_path)
    (tmp_path / name).write_bytes(content)
    assert_unreadable(tmp_path, "not whole")


# --- writing beside the calls -------------------------------------------------------------------------------------


def test_all_files_are_there_when_the_writer_has_finished(tmp_path: Path, a_call: MakeCall) -> None:
    writer = ArtifactWriter(tmp_path / "out")
    results = {tmp_path / "out" / str(number): a_call(seed=number).result for number in range(20)}
    for directory, result in results.items():
        writer.write(result, directory)
    assert writer.finish() == ""
    assert {directory: load_result(directory) for directory in results} == results


def test_a_call_does_not_wait_for_the_disk(
    tmp_path: Path, a_call: MakeCall, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_write = threading.Event()
    written: list[Path] = []

    def slowly(result: CallResult, directory: Path, journal: Journal | None) -> None:
        assert may_write.wait(10)
        written.append(directory)

    monkeypatch.setattr(artifacts, "write_artifacts", slowly)
    writer = ArtifactWriter(tmp_path)
    writer.write(a_call().result, tmp_path / "a")
    assert written == []
    may_write.set()
    assert writer.finish() == ""
    assert written == [tmp_path / "a"]


def test_the_output_ignores_itself_in_git(tmp_path: Path, a_call: MakeCall) -> None:
    writer = ArtifactWriter(tmp_path / "out")
    writer.write(a_call().result, tmp_path / "out" / "a")
    writer.finish()
    assert (tmp_path / "out" / ".gitignore").read_text(encoding="utf-8").endswith("*\n")


def test_a_users_own_gitignore_stays(tmp_path: Path, a_call: MakeCall) -> None:
    (tmp_path / ".gitignore").write_text("mine\n", encoding="utf-8")
    writer = ArtifactWriter(tmp_path)
    writer.write(a_call().result, tmp_path / "a")
    writer.finish()
    assert (tmp_path / ".gitignore").read_text(encoding="utf-8") == "mine\n"


@pytest.mark.parametrize(("number", "calls"), [(1, "1 call"), (3, "3 calls")])
def test_an_output_that_cannot_be_written_is_one_sentence(
    number: int, calls: str, tmp_path: Path, a_call: MakeCall
) -> None:
    output = tmp_path / "out"
    output.write_text("not a folder", encoding="utf-8")
    writer = ArtifactWriter(output)
    for each in range(number):
        writer.write(a_call().result, output / str(each))
    problem = writer.finish()
    assert problem.startswith(f"The artifacts of {calls} could not be written below {output}: ")
    assert "\n" not in problem


def test_writing_goes_on_after_an_error(tmp_path: Path, a_call: MakeCall) -> None:
    (tmp_path / "b").write_text("not a folder", encoding="utf-8")
    writer = ArtifactWriter(tmp_path)
    for name in "abc":
        writer.write(a_call().result, tmp_path / name)
    assert writer.finish().startswith("The artifacts of 1 call could not be written")
    assert load_result(tmp_path / "a") == load_result(tmp_path / "c") == a_call().result


def test_a_writer_can_be_used_again_and_has_forgotten_the_errors(tmp_path: Path, a_call: MakeCall) -> None:
    (tmp_path / "a").write_text("not a folder", encoding="utf-8")
    writer = ArtifactWriter(tmp_path)
    writer.write(a_call().result, tmp_path / "a")
    assert writer.finish() != ""
    assert writer.finish() == ""
    writer.write(a_call().result, tmp_path / "b")
    assert writer.finish() == ""
    assert load_result(tmp_path / "b") == a_call().result


def test_a_writer_that_wrote_nothing_leaves_nothing(tmp_path: Path) -> None:
    assert ArtifactWriter(tmp_path / "out").finish() == ""
    assert not (tmp_path / "out").exists()


def test_a_second_run_replaces_the_files_of_the_first(tmp_path: Path, a_call: MakeCall) -> None:
    write_artifacts(a_call("agent: a long first call", "caller: yes").result, tmp_path)
    write_artifacts(a_call("agent: short").result, tmp_path)
    assert load_result(tmp_path) == a_call("agent: short").result


# --- recordings ---------------------------------------------------------------------------------------------------


def test_a_recording_has_its_place_before_the_call(tmp_path: Path) -> None:
    writer = ArtifactWriter(tmp_path / "out")
    place = writer.place_for_recording(tmp_path / "out" / "x" / "item")
    assert place == tmp_path / "out" / "x" / "item" / "recording.wav"
    assert place.parent.is_dir()
    assert (tmp_path / "out" / ".gitignore").is_file()


def test_there_is_no_place_for_a_recording_where_no_directory_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("in the way")
    assert ArtifactWriter(tmp_path / "out").place_for_recording(tmp_path / "out" / "item") is None


@pytest.mark.parametrize(("recording", "left"), [("recording.wav", True), ("", False)])
def test_a_recording_that_is_not_the_results_own_is_removed(
    tmp_path: Path, a_call: MakeCall, recording: str, left: bool
) -> None:
    (tmp_path / "recording.wav").write_bytes(b"RIFF")
    write_artifacts(a_call("agent: Hi", recording=recording).result, tmp_path)
    assert (tmp_path / "recording.wav").exists() == left


def test_a_voice_call_can_be_loaded_again(tmp_path: Path, a_call: MakeCall) -> None:
    result = a_call(
        "agent: Hi",
        channel="voice",
        recording="recording.wav",
        latencies=(Latency(2, 0.5), Latency(4, None)),
        harness=HarnessCheck(500, 0.001, 0.002, 0.004, 0.021),
        network=(NetworkTotals("send", 500, 50, 3, 450, 0.16, 0.2),),
    ).result
    write_artifacts(result, tmp_path)
    assert load_result(tmp_path) == result
