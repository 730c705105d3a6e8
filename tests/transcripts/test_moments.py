"""Points in time as the platforms write them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_agentsim.transcripts.moments import Moment, read_moment


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        (0, Moment(0.0)),
        (7.25, Moment(7.25)),
        ("7.25", Moment(7.25)),
        ("01:05", Moment(65.0)),
        ("1:05.5", Moment(65.5)),
        ("01:00:05", Moment(3605.0)),
        (1_760_520_142, Moment(1_760_520_142.0, is_epoch=True)),
        (1_760_520_142_852, Moment(1_760_520_142.852, is_epoch=True)),
        ("1760520142852", Moment(1_760_520_142.852, is_epoch=True)),
        ("2025-10-15T09:22:22Z", Moment(1_760_520_142.0, is_epoch=True)),
        ("2025-10-15T09:22:22", Moment(1_760_520_142.0, is_epoch=True)),
        ("2025-10-15T11:22:22.5+02:00", Moment(1_760_520_142.5, is_epoch=True)),
    ],
)
def test_a_time_is_read_in_any_unit(written, moment) -> None:
    assert read_moment(written) == moment


@pytest.mark.parametrize(
    "written", [None, True, -1, "", "soon", "1:5", "9" * 400, 5e8, 1e300, [], {}, "0001-01-01"]
)
def test_what_is_no_time_is_none(written) -> None:
    assert read_moment(written) is None


@settings(deadline=None)
@given(st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), st.text()))
def test_whatever_is_written_it_is_a_finite_time_or_none(written) -> None:
    moment = read_moment(written)
    assert moment is None or 0 <= moment.seconds < 1e12
