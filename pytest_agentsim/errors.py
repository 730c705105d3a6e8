"""The errors that a user of the package may meet.

::

    AgentSimError
    ├── ScenarioError          a scenario file, with every problem found in it
    ├── ConfigurationError     settings: no agent, a malformed option, an unknown personality
    ├── AgentStartError        the agent's command or callable did not become ready
    ├── ProfileKeyError        {{test_profile.x}} names a key that the profile does not have
    ├── ArtifactError          the files of a stored call that cannot be read back
    ├── TranscriptError        a transcript of another platform, with every problem found in it
    ├── SynthesisError         words that a synthesizer cannot speak (voice)
    ├── RecognitionError       audio that a recogniser cannot make words of (voice)
    ├── AudioFileError         a recording for `<audio>` that cannot be read (voice)
    ├── SoundError             a sound behind the caller's words that cannot be had (voice)
    ├── ModelError             a language model that does not answer (llm)
    ├── RecordingError         the recording of a call that cannot be written (voice)
    └── SessionError           a hand-written session (`rubric_session`, `chirp_session`) that cannot go on
        ├── SessionClosed      the other side has ended the call
        └── TurnTimeout        the agent did not reply in time

A call made by `simulate` raises none of these for what the agent does: a call always ends in a `CallResult`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_agentsim.scenario.problems import Problem

__all__ = [
    "AgentSimError",
    "AgentStartError",
    "ArtifactError",
    "ConfigurationError",
    "ProfileKeyError",
    "ScenarioError",
    "SessionClosed",
    "SessionError",
    "TranscriptError",
    "TurnTimeout",
]


class AgentSimError(Exception):
    """Base of all errors raised on purpose by pytest-agentsim."""


class ScenarioError(AgentSimError):
    """A scenario file that cannot be used.

    `problems` are the errors, all that were found, and `warnings` what else its author should look at, each in file
    order.
    """

    def __init__(self, problems: Sequence[Problem], warnings: Sequence[Problem] = ()) -> None:
        self.problems = tuple(problems)
        self.warnings = tuple(warnings)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ConfigurationError(AgentSimError):
    """Settings that cannot work; the message says what to set and where."""


class AgentStartError(AgentSimError):
    """The agent under test could not be started; the message carries the end of its output."""


class ProfileKeyError(AgentSimError):
    """A template names a key which the test profile does not have."""


class ArtifactError(AgentSimError):
    """The files of a stored call cannot be read back; the message says which and why."""


class TranscriptError(AgentSimError):
    """A transcript that cannot be read; `problems` holds all that was found, each a sentence with its place.

    The message shows the first `SHOWN` of them.
    """

    SHOWN = 20

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        more = len(self.problems) - self.SHOWN
        shown = self.problems[: self.SHOWN] if more > 0 else self.problems
        super().__init__("\n".join((*shown, f"and {more} more problems") if more > 0 else shown))


class SessionError(AgentSimError):
    """A hand-written session cannot go on."""


class SessionClosed(SessionError):
    """The call has ended."""


class TurnTimeout(SessionError):
    """The agent did not reply within the per-turn timeout."""
