"""Numbers with units."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.scenario.quantity import Quantity


@pytest.mark.parametrize(
    ("written", "number", "unit"),
    [
        (1.5, 1.5, ""), ("1.5", 1.5, ""), ("1.5s", 1.5, "s"), ("800 ms", 0.8, "s"), ("2min", 120, "s"),
        ("30%", 30, "%"), ("-20dB", -20, "dB"), ("-20 dBFS", -20, "dB"), ("120Hz", 120, "Hz"), ("1 kHz", 1000, "Hz"),
        ("160wpm", 160, "words/min"),
    ],
)  # fmt: skip
def test_what_people_write_is_read(written: float | str, number: float, unit: str) -> None:
    assert Quantity.of(written) == Quantity(number, unit)


@pytest.mark.parametrize(
    "written", ["", "s", "1 2", "fast", "1.5 parsecs", "1,5s", float("nan"), float("inf")]
)
def test_what_is_no_quantity_is_refused(written: float | str) -> None:
    with pytest.raises(ValueError, match=r"number"):
        Quantity.of(written)


@given(
    number=st.floats(-1e6, 1e6).map(lambda each: round(each, 3)),
    unit=st.sampled_from(["", "s", "%", "dB", "Hz"]),
)
def test_a_quantity_is_read_as_it_is_shown(number: float, unit: str) -> None:
    shown = str(Quantity(number, unit))
    assert Quantity.of(shown).number == pytest.approx(number, rel=1e-5)


def test_a_share_may_be_compared_in_percent_and_a_level_in_decibels() -> None:
    assert Quantity(30, "%").in_unit("") == 0.3
    assert Quantity(-20, "dB").in_unit("dBFS") == -20
    with pytest.raises(ValueError, match="it is in s, and 30% cannot be compared with that"):
        Quantity(30, "%").in_unit("s")
