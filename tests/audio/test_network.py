"""The link of a bad line: what it loses, what it holds up, and that it does so the same way every time."""

from __future__ import annotations

import math
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.audio.network import Link, ticks_in
from pytest_agentsim.scenario.network import GOOD_LINE, NetworkConditions

LONG = 100_000  # frames: 33 minutes
SEEDS = (1, 2, 20_241_017)

any_conditions = st.builds(
    NetworkConditions,
    packet_loss=st.floats(0, 100),
    jitter=st.floats(0, 2_000),
    latency=st.floats(0, 2_000),
    burst=st.floats(1, 500),
)


def link(conditions: NetworkConditions, seed: int = 1, name: str = "") -> Link[int]:
    made: Link[int] = Link(seed, name)
    made.change(conditions)
    return made


def fates(conditions: NetworkConditions, frames: int, seed: int = 1) -> list[int | None]:
    """When each of so many frames leaves, None for those that are lost."""
    under_test = link(conditions, seed)
    return [under_test.enter(number, number) for number in range(frames)]


def delays(conditions: NetworkConditions, frames: int = 2_000, seed: int = 1) -> list[int]:
    """How many ticks late each frame is that gets through."""
    found = enumerate(fates(conditions, frames, seed))
    return [leaves - number for number, leaves in found if leaves is not None]


def ticks(conditions: NetworkConditions, frames: int) -> list[list[int]]:
    """Which frames leave at each tick, until all have."""
    under_test = link(conditions)
    left = []
    for number in range(frames):
        under_test.enter(number, number)
        left.append(under_test.leave(number))
    while not under_test.is_empty:
        left.append(under_test.leave(len(left)))
    return left


# --- a good line ------------------------------------------------------------------------------------------------


def test_on_a_good_line_every_frame_leaves_when_it_enters() -> None:
    assert ticks(GOOD_LINE, 5) == [[0], [1], [2], [3], [4]]


def test_a_link_is_good_until_its_conditions_change() -> None:
    new: Link[int] = Link(1)
    assert new.conditions == GOOD_LINE
    assert (new.latest, new.is_empty) == (-1, True)
    assert new.enter(7, 7) == 7


# --- loss -------------------------------------------------------------------------------------------------------


def mean_loss_error(loss: float, burst: float) -> float:
    """The standard deviation of the share of LONG frames that are lost, which bursts make larger."""
    persistence = 1 - 1 / burst / (1 - loss)  # of the state from one frame to the next
    return math.sqrt(loss * (1 - loss) / LONG * (1 + persistence) / (1 - persistence))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("loss", [1, 10, 30, 50, 90])
def test_frames_are_lost_by_themselves_as_often_as_asked_for(loss: float, seed: int) -> None:
    lost = [leaves is None for leaves in fates(NetworkConditions(loss), LONG, seed)]
    by_chance = 1 / (1 - loss / 100)
    assert sum(lost) / LONG == pytest.approx(loss / 100, abs=4 * mean_loss_error(loss / 100, by_chance))
    assert mean_run(lost) == pytest.approx(by_chance, rel=0.05)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("loss", "burst"), [(2, 5), (10, 3), (30, 3), (30, 20), (50, 50), (90, 40)])
def test_frames_are_lost_in_bursts_of_the_length_asked_for(loss: float, burst: float, seed: int) -> None:
    lost = [leaves is None for leaves in fates(NetworkConditions(loss, burst=burst), LONG, seed)]
    assert sum(lost) / LONG == pytest.approx(loss / 100, abs=4 * mean_loss_error(loss / 100, burst))
    # The lengths are geometric: their standard deviation is nearly their mean.
    bursts = runs(lost)
    assert mean_run(lost) == pytest.approx(burst, abs=4 * burst / math.sqrt(len(bursts)))


def runs(lost: list[bool]) -> list[int]:
    return [len(list(group)) for is_lost, group in groupby(lost) if is_lost]


def mean_run(lost: list[bool]) -> float:
    return sum(runs(lost)) / len(runs(lost))


def test_the_lengths_of_bursts_are_spread_as_the_channel_has_it() -> None:
    lost = [leaves is None for leaves in fates(NetworkConditions(20, burst=4), LONG)]
    lengths = runs(lost)
    for frames in range(1, 6):
        share = sum(length == frames for length in lengths) / len(lengths)
        assert share == pytest.approx(0.25 * 0.75 ** (frames - 1), abs=0.02)


@pytest.mark.parametrize("burst", [1.0, 3.0, 500.0])
def test_nothing_is_lost_at_0_percent_and_nothing_arrives_at_100(burst: float) -> None:
    assert None not in fates(NetworkConditions(0, jitter=50, burst=burst), 5_000)
    assert set(fates(NetworkConditions(100, jitter=50, burst=burst), 5_000)) == {None}


@pytest.mark.parametrize("burst", [1.0, 1.5, 2.0])
def test_a_burst_that_is_no_longer_than_chance_makes_it_changes_nothing(burst: float) -> None:
    by_chance = fates(NetworkConditions(50), 2_000)
    assert fates(NetworkConditions(50, burst=burst), 2_000) == by_chance


# --- delay ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("milliseconds", "expected"), [(0, 0), (9.9, 0), (10, 1), (20, 1), (29, 1), (30, 2), (150, 8), (1e9, 5e7)]
)
def test_a_delay_is_rounded_to_the_nearest_tick(milliseconds: float, expected: int) -> None:
    assert ticks_in(milliseconds) == expected


def test_latency_holds_all_frames_up_equally() -> None:
    assert ticks(NetworkConditions(latency=60), 4) == [[], [], [], [0], [1], [2], [3]]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_latency_is_the_least_and_with_the_jitter_the_most_that_a_frame_is_late(seed: int) -> None:
    found = delays(NetworkConditions(latency=100, jitter=80), seed=seed)
    assert (min(found), max(found)) == (5, 9)


def test_without_anybody_before_it_a_frame_is_late_by_any_of_the_jitter_equally_often() -> None:
    # So far apart that none holds up another.
    under_test = link(NetworkConditions(jitter=100))
    late = [under_test.enter(number, 0) or 0 for number in range(0, 60_000, 6)]
    counts = [sum(leaves == 6 * place + by for place, leaves in enumerate(late)) for by in range(6)]
    # Rounding gives the two ends half of what the others have.
    assert [count / len(late) for count in counts] == pytest.approx([0.1, 0.2, 0.2, 0.2, 0.2, 0.1], abs=0.016)


def test_a_frame_that_is_held_up_holds_up_those_behind_it_and_they_leave_together() -> None:
    left = ticks(NetworkConditions(jitter=200), 500)
    assert [number for together in left for number in together] == list(range(500))
    bursts = [len(together) for together in left if together]
    assert max(bursts) >= 4
    assert [] in left


@given(any_conditions, st.integers(0, 2**32 - 1), st.integers(1, 120))
def test_whatever_the_conditions_frames_keep_their_order(
    conditions: NetworkConditions, seed: int, frames: int
) -> None:
    under_test = link(conditions, seed)
    announced = {number: under_test.enter(number, number) for number in range(frames)}
    arrived = [
        (tick, number) for tick in range(frames + ticks_in(4_000) + 1) for number in under_test.leave(tick)
    ]
    assert under_test.is_empty
    assert arrived == [(tick, number) for number, tick in announced.items() if tick is not None]
    assert [number for _, number in arrived] == sorted(number for _, number in arrived)
    least = ticks_in(conditions.latency)
    most = ticks_in(conditions.latency + conditions.jitter)
    assert all(least <= tick - number <= most for tick, number in arrived)


@given(st.lists(st.tuples(any_conditions, st.integers(0, 40)), min_size=1, max_size=5))
def test_however_the_conditions_change_frames_keep_their_order(
    changes: list[tuple[NetworkConditions, int]],
) -> None:
    under_test: Link[int] = Link(3)
    number, left = 0, []
    for conditions, frames in changes:
        under_test.change(conditions)
        for _ in range(frames):
            under_test.enter(number, number)
            left += under_test.leave(number)
            number += 1
    left += under_test.leave(under_test.latest)
    assert left == sorted(left)
    assert under_test.is_empty


def test_a_line_that_gets_better_lets_what_was_held_up_go_first_and_then_all_at_once() -> None:
    under_test = link(NetworkConditions(latency=60))
    left = []
    for number in range(6):
        if number == 2:
            under_test.change(GOOD_LINE)
        under_test.enter(number, number)
        left.append(under_test.leave(number))
    assert left == [[], [], [], [0], [1, 2, 3, 4], [5]]


# --- what is no audio -------------------------------------------------------------------------------------------


def test_an_event_leaves_behind_the_frames_before_it() -> None:
    under_test: Link[object] = Link(1)
    under_test.change(NetworkConditions(latency=40))
    under_test.enter(0, 0)
    assert under_test.follow(0, "started") == 2
    under_test.enter(1, 1)
    assert [under_test.leave(tick) for tick in range(4)] == [[], [], [0, "started"], [1]]


def test_an_event_is_held_up_by_the_latency_alone_and_never_lost() -> None:
    under_test: Link[object] = Link(1)
    under_test.change(NetworkConditions(100, jitter=900, latency=40))
    assert under_test.enter(5, 5) is None
    assert under_test.follow(5, "completed") == 7


def test_an_event_changes_the_fate_of_no_frame() -> None:
    conditions = NetworkConditions(30, burst=3)
    under_test: Link[object] = Link(1)
    under_test.change(conditions)
    found = []
    for number in range(300):
        under_test.follow(number, "event")
        found.append(under_test.enter(number, number))
    assert found == fates(conditions, 300)


# --- the same every time ----------------------------------------------------------------------------------------


@given(any_conditions, st.integers(0, 2**32 - 1))
def test_the_same_seed_gives_the_same_fates(conditions: NetworkConditions, seed: int) -> None:
    assert fates(conditions, 100, seed) == fates(conditions, 100, seed)


def test_the_fates_are_these_on_every_machine() -> None:
    """Whoever changes them changes what a seed means for everybody."""
    found = fates(NetworkConditions(30, jitter=60, latency=20, burst=2), 20, seed=42)
    assert found == [1, None, 6, 6, 7, 8, 9, 11, None, 11, 13, 14, 14, 16, 16, 19, 19, 19, 20, 22]


def test_another_seed_and_another_name_have_other_luck() -> None:
    conditions = NetworkConditions(50)

    def luck(seed: int, name: str) -> list[bool]:
        under_test = link(conditions, seed, name)
        return [under_test.enter(number, number) is None for number in range(200)]

    assert luck(1, "send") == luck(1, "send")
    assert luck(1, "send") != luck(2, "send")
    assert luck(1, "send") != luck(1, "receive")


@given(st.floats(0, 100), st.floats(1, 500), st.integers(0, 300), st.integers(0, 2**32 - 1))
def test_which_frames_are_lost_does_not_depend_on_when_the_line_became_bad(
    loss: float, burst: float, since: int, seed: int
) -> None:
    conditions = NetworkConditions(loss, burst=burst)
    under_test: Link[int] = Link(seed)
    for number in range(since):
        under_test.enter(number, number)
    under_test.change(conditions)
    later = [under_test.enter(number, number) is None for number in range(since, 301)]
    assert later == [leaves is None for leaves in fates(conditions, 301, seed)][since:]


@given(st.sets(st.integers(0, 300), min_size=1))
def test_which_frames_are_lost_does_not_depend_on_which_others_there_are(numbers: set[int]) -> None:
    conditions = NetworkConditions(40, burst=10)
    under_test = link(conditions, seed=5)
    found = {number: under_test.enter(number, number) is None for number in sorted(numbers)}
    every = fates(conditions, 301, seed=5)
    assert found == {number: every[number] is None for number in numbers}
