"""What is heard of frames that do not come one by one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.audio.playout import Playout


def heard(arrivals: list[str]) -> str:
    """What is heard of the frames, a letter each, that arrive in each tick; small letters are quiet, "-" is nothing."""
    playout: Playout[str] = Playout()
    played = ""
    for frames in arrivals:
        for frame in frames:
            playout.arrive(frame, is_quiet=frame.islower())
        played += playout.play() or "-"
    return played


def test_frames_that_come_in_time_are_heard_as_they_come() -> None:
    assert heard(["A", "b", "C"]) == "AbC"


def test_where_nothing_comes_nothing_is_heard() -> None:
    assert heard(["A", "", "B"]) == "A-B"


def test_frames_that_come_together_are_heard_one_after_the_other() -> None:
    assert heard(["A", "", "BCD", "E", "F", "", ""]) == "A-BCDEF"


def test_a_pause_is_shortened_until_the_listener_has_caught_up() -> None:
    assert heard(["ABC", "d", "e", "f", "g", "H"]) == "ABCfgH"


def test_a_pause_that_nobody_waits_behind_is_heard() -> None:
    assert heard(["a", "", "b", "c"]) == "a-bc"


@given(st.lists(st.text("ABcd", max_size=3), max_size=30))
def test_nothing_that_is_said_is_left_out_or_changes_places(arrivals: list[str]) -> None:
    everything = heard([*arrivals, *[""] * 100])
    said = [frame for frame in "".join(arrivals) if frame.isupper()]
    assert [frame for frame in everything if frame.isupper()] == said


def test_it_knows_when_all_has_been_heard() -> None:
    playout: Playout[str] = Playout()
    assert playout.is_empty
    playout.arrive("A", is_quiet=False)
    assert not playout.is_empty
    playout.play()
    assert playout.is_empty
