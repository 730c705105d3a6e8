"""Where an agent is reached over text, and the settings of its calls."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING

from pytest_agentsim.endpoint import (
    NO_SECRET,
    CommonSettings,
    Endpoint,
    check_travelling,
    expand,
    expand_secret,
)

if TYPE_CHECKING:
    from typing import Self, Unpack

    from pytest_agentsim.redaction import Secret

__all__ = ["TextEndpoint", "TextSettings"]

# platform_spec section b.1
TURN_TIMEOUT = 120.0


class TextSettings(CommonSettings, total=False):
    """The settings of a `TextEndpoint` other than its address, as keyword arguments."""

    secret: str | Secret
    agent_id: str


@dataclass(frozen=True, slots=True, repr=False)
class TextEndpoint(Endpoint):
    """Where an agent speaks X-RUBRIC.

    `secret` and `agent_id` are sent with each connection; for the other settings see `Endpoint`. Behind one that
    `is_callable` stands a callable of this process, which takes more than X-RUBRIC knows of.
    """

    _: KW_ONLY
    turn_timeout: float = TURN_TIMEOUT
    secret: Secret = NO_SECRET
    agent_id: str = "agent"
    is_callable: bool = False

    @classmethod
    def create(
        cls,
        url: str,
        *,
        secret: str | Secret = "",
        agent_id: str = "agent",
        **settings: Unpack[CommonSettings],
    ) -> Self:
        """Fill in ``${NAME}`` from the environment in every string and check the settings.

        Raises ConfigurationError, with a sentence that names the setting, for what cannot work.
        """
        fields = cls._common_fields(url, settings)
        revealed, from_secret = expand_secret("secret", secret)
        identity = expand("agent_id", agent_id)[0]
        check_travelling("secret", revealed.reveal())
        check_travelling("agent_id", identity)
        fields["hidden"] += from_secret
        return cls(**fields, secret=revealed, agent_id=identity)

    @property
    def credentials(self) -> tuple[Secret, ...]:
        return (self.secret,)
