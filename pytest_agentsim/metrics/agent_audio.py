"""What the agent has sent while it spoke, cut out of the recording."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.metrics.metric import DoesNotApply, NotMeasurable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pytest_agentsim.metrics.measured_call import MeasuredCall
    from pytest_agentsim.metrics.speech import Span

__all__ = ["agent_speech"]

# s. By that much the last frame of a turn may lie beyond the end of a recording that is whole.
_SLACK = 0.1


def agent_speech(call: MeasuredCall) -> list[tuple[Span, NDArray[np.int16]]]:
    """Return when the agent has spoken with the samples of it, shape (samples,), int16.

    Raises DoesNotApply where it said nothing or there is no recording, NotMeasurable where the recording is not whole
    or has nothing but digital silence there.
    """
    audio, spans = call.audio, call.spoken.agent
    if not spans:
        raise DoesNotApply("the agent has said nothing")
    if audio.duration + _SLACK < spans[-1].end:
        raise NotMeasurable(
            f"the recording ends after {audio.duration:.1f} s, but the agent spoke until {spans[-1].end:.1f} s"
        )
    found = [(span, audio.within(audio.agent, span)) for span in spans]
    if not any(samples.any() for _, samples in found):
        raise NotMeasurable("the recording is silent where the agent spoke")
    return found
