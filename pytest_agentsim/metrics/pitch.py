"""How high the agent's voice is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.metrics.agent_audio import agent_speech
from pytest_agentsim.metrics.metric import Measurement, Need, NotMeasurable
from pytest_agentsim.metrics.registry import built_in

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pytest_agentsim.metrics.measured_call import MeasuredCall

__all__ = ["average_pitch"]

LEAST_VOICED = 5  # frames, 0.1 s


@built_in("Average Pitch", unit="Hz", needs=(Need.VOICE, Need.RECORDING))
def average_pitch(call: MeasuredCall) -> Measurement:
    """The mean fundamental frequency of the agent's voice.

    Over the voiced frames of its speech, one each 20 ms (of long calls 2000 that are spread evenly), by the method YIN
    of A. de Cheveigné and H. Kawahara, "YIN, a fundamental frequency estimator for speech and music", J. Acoust. Soc.
    Am. 111 (4), 2002, from 60 to 500 Hz. About 85 to 155 for men, 165 to 255 for women. Details: median, p5, p95.
    Specified in platform_spec i.1 "Average Pitch".
    """
    import numpy as np

    from pytest_agentsim.metrics.yin import fundamental_frequencies

    found = fundamental_frequencies(_frames(call))
    voiced = found[np.isfinite(found)]
    if len(voiced) < LEAST_VOICED:
        raise NotMeasurable("hardly any of the agent's speech is voiced, so that it has no pitch")
    p5, median, p95 = (float(each) for each in np.percentile(voiced, (5, 50, 95)))
    return Measurement(
        float(voiced.mean()),
        (f"over {len(voiced)} voiced frames of {len(found)}",),
        {"median": median, "p5": p5, "p95": p95},
    )


def _frames(call: MeasuredCall) -> NDArray[np.float32]:
    """Return frames of the agent's speech, shape (frames, samples), float32, without those of its pauses."""
    import numpy as np

    from pytest_agentsim.audio.pcm import FRAME_SAMPLES, SPEECH_RANGE_DB
    from pytest_agentsim.metrics.yin import FRAME, MOST_FRAMES

    pieces = [
        np.lib.stride_tricks.sliding_window_view(samples, FRAME)[::FRAME_SAMPLES]
        for _, samples in agent_speech(call)
        if len(samples) >= FRAME
    ]
    if not pieces:
        raise NotMeasurable("the agent has not spoken for long enough to have a pitch")
    number = sum(map(len, pieces))
    step = -(-number // MOST_FRAMES)
    frames = np.concatenate([piece[::step] for piece in pieces]).astype(np.float32)
    powers = np.einsum("ij,ij->i", frames, frames)
    loud: NDArray[np.float32] = frames[
        (powers > 0) & (powers >= powers.max() * 10 ** (-SPEECH_RANGE_DB / 10))
    ]
    return loud
