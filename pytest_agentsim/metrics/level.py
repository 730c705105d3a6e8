"""How loud and how clean the agent's audio is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pytest_agentsim.metric_value import Direction, Evidence
from pytest_agentsim.metrics.agent_audio import agent_speech
from pytest_agentsim.metrics.metric import DoesNotApply, Measurement, Need, NotMeasurable
from pytest_agentsim.metrics.registry import built_in

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pytest_agentsim.metrics.measured_call import MeasuredCall

__all__ = ["agent_clipping", "agent_level", "agent_snr"]

CLIPPED_RUN = 3  # samples in a row at full scale; music and loud vowels touch it for one or two
NOISE_MARGIN = 0.2  # s on both sides of speech, in which its beginning and reverberation may be
LEAST_NOISE = 10  # frames of 20 ms, for less than 0.2 s tell little of a noise


@built_in("Agent level", unit="dBFS", needs=(Need.VOICE, Need.RECORDING))
def agent_level(call: MeasuredCall) -> Measurement:
    """How loud the agent speaks: the root mean square of its speech without its pauses.

    Relative to a square wave of full scale, so that a full-scale sine has -3; pauses are frames of 20 ms that are 30 dB
    below the loudest, similar to the active speech level of ITU-T P.56. About -26 is usual on telephone lines, above -9
    hardly goes without clipping. Detail: peak, in dBFS. Beyond the hosted platforms' catalogue.
    """
    from pytest_agentsim.audio.pcm import speech_level

    pcm = b"".join(samples.tobytes() for _, samples in agent_speech(call))
    return Measurement(speech_level(pcm), details={"peak": _peak(pcm)})


@built_in("Agent clipping", direction=Direction.LOWER, needs=(Need.VOICE, Need.RECORDING))
def agent_clipping(call: MeasuredCall) -> Measurement:
    """The share (0 to 1) of the samples of the agent's speech that are clipped.

    Clipped are three or more in a row at the largest or at the smallest value. What was clipped before and made quieter
    is not noticed. Beyond the hosted platforms' catalogue.
    """
    found = [(span, _clipped(samples), len(samples)) for span, samples in agent_speech(call)]
    clipped, every = (sum(counts) for counts in zip(*(each[1:] for each in found), strict=True))
    worst = sorted((each for each in found if each[1]), key=lambda each: -each[1] / each[2])
    return Measurement(
        clipped / every,
        (f"{clipped} of {every} samples",),
        evidence=tuple(
            Evidence(f"{count / length:.2%} of {span.duration:.1f} s is clipped", time=span.start)
            for span, count, length in worst
        ),
    )


@built_in("Agent SNR", unit="dB", direction=Direction.HIGHER, needs=(Need.VOICE, Need.RECORDING))
def agent_snr(call: MeasuredCall) -> Measurement:
    """By how much the agent's speech is louder than the noise between its words.

    The power of its speech without pauses, as in `agent_level` and less that of the noise, over the power of the noise:
    the median of the frames of 20 ms that are 0.2 s or more away from its words and keys and not digital silence.
    Skipped for an agent that sends no sound between its words. 20 dB and more is good. Detail: noise, in dBFS. Beyond
    the hosted platforms' catalogue.
    """
    from pytest_agentsim.audio.pcm import FULL_SCALE, speech_level

    speech = 10 ** (speech_level(b"".join(samples.tobytes() for _, samples in agent_speech(call))) / 10)
    noise = _noise_power(call) / FULL_SCALE**2
    if speech <= noise:
        raise NotMeasurable("the agent's speech is not louder than the noise between its words")
    return Measurement(10 * math.log10((speech - noise) / noise), details={"noise": 10 * math.log10(noise)})


def _peak(pcm: bytes) -> float:
    from pytest_agentsim.audio.pcm import FULL_SCALE, to_array

    samples = to_array(pcm)
    return 20 * math.log10(max(int(samples.max()), -int(samples.min())) / FULL_SCALE)


def _clipped(samples: NDArray[np.int16]) -> int:
    """Return how many samples lie in runs at one of the extremes."""
    import numpy as np

    from pytest_agentsim.audio.pcm import LOUDEST

    count = 0
    for extreme in (samples >= LOUDEST, samples <= -LOUDEST):
        if not extreme.any():
            continue
        edges = np.flatnonzero(np.diff(np.concatenate(([0], extreme.view(np.int8), [0]))))
        lengths = edges[1::2] - edges[::2]
        count += int(lengths[lengths >= CLIPPED_RUN].sum())
    return count


def _noise_power(call: MeasuredCall) -> float:
    """Return the power of what the agent sends between its words; full scale is 32768 squared."""
    import numpy as np

    from pytest_agentsim.audio.pcm import FRAME_SAMPLES, SAMPLE_RATE

    whole = call.audio.agent[: len(call.audio.agent) // FRAME_SAMPLES * FRAME_SAMPLES]
    frames = whole.reshape(-1, FRAME_SAMPLES)
    is_noise = np.count_nonzero(frames, axis=1) * 2 >= FRAME_SAMPLES
    for span in (*call.spoken.agent, *call.spoken.sounds):
        first = math.floor((span.start - NOISE_MARGIN) * SAMPLE_RATE / FRAME_SAMPLES)
        end = math.ceil((span.end + NOISE_MARGIN) * SAMPLE_RATE / FRAME_SAMPLES)
        is_noise[max(0, first) : max(0, end)] = False
    found = frames[is_noise].astype(np.float32)
    if len(found) < LEAST_NOISE:
        raise DoesNotApply(
            "the agent sends next to no sound between its words, in which noise could be heard"
        )
    return float(np.median(np.einsum("ij,ij->i", found, found)) / FRAME_SAMPLES)
