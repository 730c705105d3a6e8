"""Metrics of the user's own, and what every metric of the package has to have."""

from __future__ import annotations

import pytest

import pytest_agentsim as agentsim
from pytest_agentsim.metrics.registry import every_metric, metric_named
from tests.metrics.calls import a_text_call

pytestmark = pytest.mark.usefixtures("own_metrics")


def test_a_function_of_a_call_is_a_metric_by_its_name(value_of) -> None:
    @agentsim.metric
    def longest_reply(call: agentsim.CallResult) -> int:
        """The most words that the agent says in one turn."""
        return max(len(turn.text.split()) for turn in call.said_by(agentsim.Speaker.AGENT))

    call = a_text_call(("caller", 0.0, "Hi"), ("agent", 0.5, "Good morning to you"))
    assert value_of("longest_reply", call).value == 4


def test_the_docstring_is_the_definition() -> None:
    @agentsim.metric(unit="words", direction="lower", title="Longest reply ever")
    def longest_reply(call: agentsim.CallResult) -> int:
        """The most words that the agent says in one turn."""
        return 1

    found = metric_named("longest_reply")
    assert found is not None
    assert (found.title, found.unit, found.direction.value) == ("Longest reply ever", "words", "lower")
    assert found.definition == "The most words that the agent says in one turn."


def test_a_second_parameter_asks_for_the_audio(value_of) -> None:
    @agentsim.metric
    def loudest(call: agentsim.CallResult, audio: agentsim.CallAudio) -> int:
        """The greatest sample."""
        return int(audio.agent.max())

    assert value_of("loudest", a_text_call()).reason == "a text call has no audio"


def test_a_name_that_another_metric_has_is_refused() -> None:
    with pytest.raises(agentsim.ConfigurationError, match="has the name of one that is defined in"):

        @agentsim.metric
        def latency(call: agentsim.CallResult) -> int:
            return 1


def test_a_function_that_is_defined_anew_replaces_itself() -> None:
    for _ in range(2):

        @agentsim.metric
        def mine(call: agentsim.CallResult) -> int:
            return 1

    assert [each.name for each in every_metric()].count("mine") == 1


@pytest.mark.parametrize("name", [each.name for each in every_metric()])
def test_every_metric_of_the_package_has_a_title_and_a_definition(name: str) -> None:
    found = metric_named(name)
    assert found is not None
    assert found.title
    assert found.definition
