"""Metrics of how the agent sounds that take somebody who listens; by their names, until there is a judge that does.

They are known so that a suite of the hosted platforms finds them, and say that they are not judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from pytest_agentsim.metric_value import Direction
from pytest_agentsim.metrics.metric import Need, NotJudged
from pytest_agentsim.metrics.registry import built_in

if TYPE_CHECKING:
    from pytest_agentsim.metrics.measured_call import MeasuredCall

__all__ = [
    "gibberish_detection",
    "humanness",
    "letterwise_pronunciation",
    "pronunciation_check",
    "speaking_rate",
    "voice_change_detection",
    "voice_tone_clarity",
]

NEEDS = (Need.VOICE, Need.LISTENER)


def _not_judged() -> NoReturn:
    raise NotJudged("it needs a judge that listens to the recording; judges here read the transcript")


@built_in("Gibberish Detection", needs=NEEDS)
def gibberish_detection(_: MeasuredCall) -> NoReturn:
    """Whether the agent's speech is clear. Not judged: it needs a judge that listens.

    Specified in platform_spec i.1 "Gibberish Detection".
    """
    _not_judged()


@built_in("Humanness", direction=Direction.HIGHER, needs=NEEDS)
def humanness(_: MeasuredCall) -> NoReturn:
    """How human the agent sounds, from 1 to 5. Not judged: it needs a judge that listens.

    Specified in platform_spec i.1 "Humanness".
    """
    _not_judged()


@built_in("Letterwise Pronunciation", needs=NEEDS)
def letterwise_pronunciation(_: MeasuredCall, *, spelling_word_types: Any = None) -> NoReturn:  # noqa: ARG001
    """Whether the agent spells what is to be spelled. Not judged: it needs a judge that listens.

    Specified in platform_spec i.1 "Letterwise Pronunciation".
    """
    _not_judged()


@built_in("Pronunciation Check", direction=Direction.HIGHER, needs=NEEDS)
def pronunciation_check(_: MeasuredCall, *, pronunciation_words: Any = None) -> NoReturn:  # noqa: ARG001
    """How many of the given words the agent says as given, from 0 to 100. Not judged: it needs a judge that listens.

    Specified in platform_spec i.1 "Pronunciation Check".
    """
    _not_judged()


@built_in("Speaking Rate", needs=NEEDS)
def speaking_rate(_: MeasuredCall) -> NoReturn:
    """Whether the agent's pace does not change abruptly. Not judged: it needs a judge that listens.

    `words_per_minute` is measured. Specified in platform_spec i.1 "Speaking Rate".
    """
    _not_judged()


@built_in("Voice Change Detection", needs=NEEDS)
def voice_change_detection(_: MeasuredCall) -> NoReturn:
    """Whether the agent speaks with one voice. Not judged: it needs a judge that listens.

    `average_pitch` is measured. Specified in platform_spec i.1 "Voice Change Detection".
    """
    _not_judged()


@built_in("Voice Tone + Clarity", direction=Direction.HIGHER, needs=NEEDS)
def voice_tone_clarity(_: MeasuredCall) -> NoReturn:
    """How clear the agent's voice is, from 0 to 100. Not judged: it needs a judge that listens.

    `agent_snr` and `agent_clipping` are measured. Specified in platform_spec i.1 "Voice Tone + Clarity".
    """
    _not_judged()
