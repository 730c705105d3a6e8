"""How the caller sounds and behaves: the fields of a personality, and those that are built in."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "BUILT_IN",
    "BUILT_IN_CHOICES",
    "PLANS",
    "PLATFORM_IDS",
    "Choice",
    "InterruptionLevel",
    "Personality",
    "Plans",
    "Wording",
]


class InterruptionLevel(StrEnum):
    """How readily the caller talks over the agent (voice only)."""

    OFF = "off"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Plans:
    """How a caller of some interruption level takes turns; the fields are those of a personality."""

    start_speaking_plan: float | None
    stop_speaking_plan: Mapping[str, float]


# How the other plans go with a level (platform_spec section e: the level overrides them, "instant talk-over ≈0.2").
PLANS = {
    InterruptionLevel.OFF: Plans(None, {}),
    InterruptionLevel.LOW: Plans(0.6, {"num_words": 1, "voice_seconds": 0.4, "backoff_seconds": 0.5}),
    InterruptionLevel.MEDIUM: Plans(0.4, {"num_words": 2, "voice_seconds": 0.8, "backoff_seconds": 0.2}),
    InterruptionLevel.HIGH: Plans(0.2, {"num_words": 4, "voice_seconds": 1.6, "backoff_seconds": 0.0}),
}


class Wording(StrEnum):
    """How the caller words what the scenario does not fix: in sentences, in as few words as will do, in many."""

    PLAIN = "plain"
    TERSE = "terse"
    CHATTY = "chatty"


@dataclass(frozen=True, slots=True)
class Personality:
    """A caller's personality; the field names are the platform's (platform_spec section e) but for `wording`.

    `speed` (0.8 to 1.2) and `voice_volume` (0.0 to 2.0) are multipliers, `background_sound_volume` has `base` and
    `reduced` (0.0 to 1.0 each), `message_plan` has `idle_timeout_seconds` and `idle_message_max_spoken_count`,
    `stop_speaking_plan` has `num_words`, `voice_seconds` and `backoff_seconds`. Without plans of its own a personality
    has those of its `interruption_level` (`PLANS`). On the text channel only `language` and `wording` can be noticed by
    the agent. `prompt` is the manner of a caller with a language model; `temperature` means nothing here, for a model
    is asked for its likeliest answer.
    """

    name: str
    language: str = "en"
    prompt: str = ""
    wording: Wording = Wording.PLAIN
    gender: str = "neutral"
    voice_id: str = ""
    provider: str = ""
    voice_model: str = ""
    accent: str = ""
    speed: float = 1.0
    voice_volume: float = 1.0
    background_noise: str = "off"
    background_sound_volume: Mapping[str, float] = field(default_factory=dict)
    interruption_level: InterruptionLevel = InterruptionLevel.OFF
    start_speaking_plan: float | None = None
    stop_speaking_plan: Mapping[str, float] = field(default_factory=dict)
    message_plan: Mapping[str, float] = field(default_factory=dict)
    network_simulation: Mapping[str, float] = field(default_factory=dict)
    generation_config: Mapping[str, Any] = field(default_factory=dict)
    temperature: float = 0.7
    end_call_enabled: bool = True

    @property
    def plans(self) -> Plans:
        """When the caller begins to speak and when it gives way: its own plans, or those of its interruption level."""
        usual = PLANS[self.interruption_level]
        start = self.start_speaking_plan
        return Plans(
            usual.start_speaking_plan if start is None else start,
            self.stop_speaking_plan or usual.stop_speaking_plan,
        )

    @classmethod
    def field_names(cls) -> tuple[str, ...]:
        """Return the names that an inline personality may have."""
        return tuple(each.name for each in fields(cls))


@dataclass(frozen=True, slots=True)
class Choice:
    """A personality, and the language that its author has chosen; None: it speaks the scenario's."""

    personality: Personality
    language: str | None


_STREET = {"base": 0.3, "reduced": 0.15}
_CAFE = {"base": 0.4, "reduced": 0.2}

BUILT_IN: dict[str, Personality] = {
    each.name: each
    for each in (
        Personality("normal"),
        Personality(
            "interrupter",
            prompt="You know what you want and cut in before others have finished.",
            wording=Wording.TERSE,
            interruption_level=InterruptionLevel.HIGH,
        ),
        Personality(
            "slow-speaker",
            prompt="You take your time and speak slowly.",
            wording=Wording.CHATTY,
            speed=0.8,
            start_speaking_plan=1.5,
        ),
        Personality("fast-talker", prompt="You are in a hurry and speak fast.", speed=1.2),
        Personality("soft-spoken", prompt="You speak quietly.", generation_config={"volume": 0.5}),
        Personality(
            "noisy-street",
            prompt="You are calling from a busy street.",
            background_noise="busy-street",
            background_sound_volume=_STREET,
        ),
        Personality(
            "noisy-cafe",
            prompt="You are calling from a coffee shop.",
            background_noise="coffee-shop",
            background_sound_volume=_CAFE,
        ),
        Personality(
            "bad-line",
            prompt="Your connection is poor.",
            network_simulation={"packet_loss": 10, "jitter": 40, "latency": 150},
        ),
        Personality(
            "non-native",
            prompt="English is not your first language; you keep sentences short and simple.",
            wording=Wording.TERSE,
            accent="non-native",
            speed=0.9,
        ),
        Personality(
            "impatient",
            prompt="You have no time and let it show.",
            wording=Wording.TERSE,
            interruption_level=InterruptionLevel.MEDIUM,
            message_plan={"idle_timeout_seconds": 5, "idle_message_max_spoken_count": 2},
        ),
        Personality(
            "silent-type",
            prompt="You say no more than you must.",
            wording=Wording.TERSE,
            start_speaking_plan=2.0,
        ),
    )
}

# They speak whatever language a scenario is in.
BUILT_IN_CHOICES = {name: Choice(each, None) for name, each in BUILT_IN.items()}

# The platform's predefined personalities by their numeric id: the built-in that stands for it, and its language.
PLATFORM_IDS: dict[int, tuple[str, str]] = {
    362: ("normal", "es"),
    693: ("normal", "en"),
    4710: ("normal", "multi"),
}
