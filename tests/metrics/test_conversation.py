"""How much was said on a call."""

from __future__ import annotations

from tests.metrics.calls import a_text_call


def test_a_call_lasts_until_its_end(value_of) -> None:
    assert value_of("duration", a_text_call(("caller", 0.0, "Hi"), duration=3.0)).value == 3.0


def test_how_long_a_call_lasted_of_which_a_transcript_does_not_tell_is_not_measurable(value_of) -> None:
    value = value_of("duration", a_text_call(("caller", 0.0, "Hi"), duration=None))
    assert value.outcome.value == "not measurable"
    assert value.reason == "the transcript does not tell how long the call lasted"
