"""Where an agent is reached over voice, and the settings of its calls."""

from __future__ import annotations

import re
from dataclasses import KW_ONLY, dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Literal, get_args
from urllib.parse import urlsplit

from pytest_agentsim.endpoint import (
    NO_SECRET,
    CommonSettings,
    Endpoint,
    expand,
    expand_secret,
    seconds,
    truth,
)
from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.redaction import Secret
from pytest_agentsim.session.headers import basic_token

if TYPE_CHECKING:
    from typing import Self, Unpack

__all__ = ["IdleAudio", "VoiceEndpoint", "VoiceSettings"]

IdleAudio = Literal["silence", "noise", "nothing"]

TURN_TIMEOUT = 60.0
FIRST_SPEAKER_TIMEOUT = 15.0
END_OF_TURN = 0.7
LONGEST_TURN = 60.0

# platform_spec section a ("Timing skew")
EVENT_SKEW = 0.2

# RFC 7617 section 2: what neither a user nor a password may have in it.
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class VoiceSettings(CommonSettings, total=False):
    """The settings of a `VoiceEndpoint` other than its address, as keyword arguments."""

    user: str
    password: str | Secret
    first_speaker_timeout: float
    end_of_turn: float
    longest_turn: float
    idle_audio: IdleAudio
    event_skew: float
    strict_marks: bool
    synthesizer: str
    recognizer: str


@dataclass(frozen=True, slots=True, repr=False)
class VoiceEndpoint(Endpoint):
    """Where an agent speaks CHIRP; times are in seconds.

    `user` and `password` are sent as Basic authentication when both are set. `turn_timeout` is how long the
    agent may be silent when it is its turn, `first_speaker_timeout` how long both sides may be silent at the
    beginning, `end_of_turn` the silence that ends the agent's turn, `longest_turn` what a turn of the agent
    may take. `idle_audio` is sent while the caller is silent. `event_skew` is how long after its first audio
    an utterance is announced, and how long before its last audio it is said to be completed. With
    `strict_marks` a ``mark`` of the agent is a violation of the protocol. `synthesizer` and `recognizer` name
    the speech engines. For the other settings see `Endpoint`.
    """

    URL_SETTING: ClassVar[str] = "voice_url"

    _: KW_ONLY
    turn_timeout: float = TURN_TIMEOUT
    user: str = ""
    password: Secret = NO_SECRET
    first_speaker_timeout: float = FIRST_SPEAKER_TIMEOUT
    end_of_turn: float = END_OF_TURN
    longest_turn: float = LONGEST_TURN
    idle_audio: IdleAudio = "silence"
    event_skew: float = EVENT_SKEW
    strict_marks: bool = False
    synthesizer: str = "auto"
    recognizer: str = "auto"

    @classmethod
    def create(
        cls,
        url: str,
        *,
        user: str = "",
        password: str | Secret = "",
        first_speaker_timeout: float = FIRST_SPEAKER_TIMEOUT,
        end_of_turn: float = END_OF_TURN,
        longest_turn: float = LONGEST_TURN,
        idle_audio: IdleAudio = "silence",
        event_skew: float = EVENT_SKEW,
        strict_marks: bool = False,
        synthesizer: str = "auto",
        recognizer: str = "auto",
        **settings: Unpack[CommonSettings],
    ) -> Self:
        """Fill in ``${NAME}`` from the environment in every string and check the settings.

        Raises ConfigurationError, with a sentence that names the setting, for what cannot work.
        """
        endpoint = cls(
            **cls._common_fields(url, settings),
            first_speaker_timeout=seconds("first_speaker_timeout", first_speaker_timeout),
            end_of_turn=seconds("end_of_turn", end_of_turn),
            longest_turn=seconds("longest_turn", longest_turn),
            idle_audio=_idle_audio(idle_audio),
            event_skew=seconds("event_skew", event_skew, or_zero=True),
            strict_marks=truth("strict_marks", strict_marks),
            synthesizer=_engine("synthesizer", synthesizer),
            recognizer=_engine("recognizer", recognizer),
        )
        return endpoint._with_credentials(user, password)

    @property
    def credentials(self) -> tuple[Secret, ...]:
        if not (self.user and self.password):
            return (self.password,)
        return self.password, Secret(basic_token(self.user, self.password.reveal()))

    def _with_credentials(self, user: str, password: str | Secret) -> Self:
        name = expand("user", user)[0]
        revealed, found = expand_secret("password", password)
        if ":" in name or _CONTROL.search(name + revealed.reveal()):
            raise ConfigurationError(
                "user and password travel as Basic authentication and cannot: "
                "a user with a colon in it cannot, and nothing with a line break or another control character"
            )
        if name and revealed:
            self._check_no_other_credentials()
        return replace(self, user=name, password=revealed, hidden=(*self.hidden, *found))

    def _check_no_other_credentials(self) -> None:
        """Refuse a second source of the header, of which an agent would see only one or neither."""
        if any(name.lower() == "authorization" for name in self.headers):
            raise ConfigurationError("user and password are set beside a header Authorization; leave out one")
        if "@" in urlsplit(self.url).netloc:
            raise ConfigurationError("user and password are set beside those in voice_url; leave out one")


def _idle_audio(written: IdleAudio) -> IdleAudio:
    if written not in get_args(IdleAudio):
        choices = ", ".join(get_args(IdleAudio))
        raise ConfigurationError(f"idle_audio must be one of {choices}, not {written!r}")
    return written


def _engine(setting: str, written: str) -> str:
    name = expand(setting, written)[0]
    if not name:
        raise ConfigurationError(f"{setting} is empty; 'auto' takes what is installed")
    return name
