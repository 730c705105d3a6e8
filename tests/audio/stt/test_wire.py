from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.audio.stt.wire import HEADER, Frame, Kind, decoded, encoded, length_of


@given(st.sampled_from(Kind), st.integers(0, 2**32 - 1), st.binary(max_size=2000))
def test_a_frame_comes_out_as_it_went_in(kind, utterance, body):
    data = encoded(kind, utterance, body)
    assert length_of(data[:HEADER]) == len(data) - HEADER
    assert decoded(data[HEADER:]) == Frame(kind, utterance, body)


def test_fields_travel_as_json():
    data = encoded(Kind.OPEN, 7, {"language": "pt", "hints": ["não", "1 €"]})
    assert decoded(data[HEADER:]).fields == {"language": "pt", "hints": ["não", "1 €"]}


def test_a_frame_of_no_known_kind_is_refused():
    with pytest.raises(ValueError, match="99"):
        decoded(b"\x63\x00\x00\x00\x01")
