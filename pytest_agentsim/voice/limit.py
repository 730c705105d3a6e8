"""The limit of a voice call: nothing on it takes longer than the call may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.audio.files import AudioFileError
from pytest_agentsim.audio.pcm import samples_in
from pytest_agentsim.errors import AgentSimError
from pytest_agentsim.result import EndedBy, Reason, Status
from pytest_agentsim.scenario.action import ActionValueError
from pytest_agentsim.voice.endings import took_too_long

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import TypeVar

    from pytest_agentsim.clock import Clock
    from pytest_agentsim.voice.endings import Ending

    T = TypeVar("T")

__all__ = ["CallLimit"]


class CallLimit:
    """How long a call may take, in seconds from now on; what takes longer ends it.

    `samples` is the limit as a position on the line. `end` settles the call's outcome and returns what unwinds it.
    """

    def __init__(
        self, seconds: float, clock: Clock, end: Callable[[Status, EndedBy, Reason, str], BaseException]
    ) -> None:
        self.samples = samples_in(seconds)
        self._seconds = seconds
        self._clock = clock
        self._deadline = clock.now() + seconds
        self._end = end

    def reached(self) -> BaseException:
        """End the call for having taken too long."""
        return self.ended(took_too_long(self._seconds))

    def ended(self, ending: Ending) -> BaseException:
        """End the call."""
        return self._end(ending.status, ending.ended_by, ending.reason, ending.detail)

    async def bounded(self, work: Awaitable[T]) -> T:
        """Wait for an engine or a server, at most until the limit; what goes wrong with it ends the call."""
        try:
            return await self._clock.wait_for(work, self._deadline)
        except AgentSimError as error:
            is_of_script = isinstance(error, AudioFileError | ActionValueError)
            reason = Reason.SCRIPT_ERROR if is_of_script else Reason.SPEECH_ENGINE_FAILED
            raise self._end(Status.FAILED, EndedBy.SIMULATOR, reason, str(error)) from None
        except TimeoutError:
            raise self.reached() from None
