"""What the attributes of a tag may hold: formats, ranges and catalogues (platform_spec c.4, Appendix 1).

Messages never show the value itself, because it may have come from a test profile.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from pytest_agentsim.scenario.network import BURST_LIMITS, PACKET_LOSS_LIMITS, Direction
from pytest_agentsim.scenario.problem_log import did_you_mean
from pytest_agentsim.scenario.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = [
    "BACKGROUND_PRESETS",
    "BACKGROUND_SOUNDS",
    "NOISE_SOUNDS",
    "NO_BACKGROUND",
    "ValueProblem",
    "check_background",
    "check_values",
    "is_custom_sound",
    "milliseconds_of",
    "pressable",
]

BACKGROUND_SOUNDS = (
    "office-ambience", "coffee-shop", "kitchen-noise", "home-chatter", "vacuum-cleaner", "dog-barking",
    "baby-crying", "keyboard-typing", "coughing", "background-printer", "quiet-room", "air-conditioner",
    "construction-site", "busy-street", "airport-boarding", "inside-car", "inside-train", "public-park",
    "rain-thunder", "windy-day", "restaurant", "shopping-mall", "stadium-crowd", "standard-hiss",
    "static-radio", "fan-buzz", "ship-humming", "two-people-talking", "train-station", "holding-on-song",
)  # fmt: skip
NOISE_SOUNDS = ("office", "beep", "cough1", "cough2", "female-crying", "male-crying", "ringback")
# Names of personalities' backgrounds, and the sounds that they are (platform_spec section e).
BACKGROUND_PRESETS = {"office": "office-ambience", "street": "busy-street", "cafe": "coffee-shop"}
NO_BACKGROUND = "off"
VOICE_PROVIDERS = ("cartesia", "11labs")

SPEED_LIMITS, SPEED_USUAL = (0.1, 2.0), (0.8, 1.2)  # Appendix 1, 4
VOLUME_LIMITS, VOLUME_USUAL = (0.0, 2.0), (0.0, 1.0)  # Appendix 1, 7
DELAY_USUAL = (0.0, 5_000.0)  # ms

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_LOOSE_TIME = re.compile(r"\s*+(?P<amount>[0-9]++(?:\.[0-9]++)?)\s*+(?P<unit>[A-Za-z]*+)\s*+")
_SECONDS_PER_UNIT = {"ms": 0.001, "msec": 0.001, "min": 60.0, "m": 60.0}
_IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{1,64}")
_VOICE_IDS = {
    "cartesia": (re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"), "a UUID"),
    "11labs": (re.compile(r"[A-Za-z0-9]+"), "letters and digits without dashes"),
}
_WEB_ADDRESS = re.compile(r"https?://\S+")
_AUDIO_FILE = re.compile(r".*\S\.(?:wav|flac|ogg|mp3)", re.IGNORECASE)
_FORMATTING = str.maketrans("", "", " -()")
_KEYS = frozenset("0123456789*#")
_LETTER_KEYS = frozenset("ABCD")  # Appendix 1, 9


@dataclass(frozen=True, slots=True)
class ValueProblem:
    """One thing wrong with the value of `attribute`; only the hint may repeat parts of the value."""

    attribute: str
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class _Flaw:
    rule: str
    hint: str = ""
    severity: Severity = Severity.ERROR


_Check: TypeAlias = "Callable[[str], _Flaw | None]"


def check_values(tag: str, values: Mapping[str, str]) -> tuple[ValueProblem, ...]:
    """Check the attributes of one tag; leave out of `values` what is not known yet."""
    return tuple(
        ValueProblem(attribute, f"<{tag}> {attribute} {flaw.rule}", flaw.hint, flaw.severity)
        for attribute, flaw in _flaws(tag, values)
    )


def check_background(sound: str) -> ValueProblem | None:
    """Check a personality's `background_noise`; an empty one is none."""
    flaw = _background(sound or NO_BACKGROUND)
    if flaw is None:
        return None
    return ValueProblem("background_noise", f'"{sound}" {flaw.rule}', flaw.hint, flaw.severity)


def is_custom_sound(sound: str) -> bool:
    """Tell whether a sound is an audio file of the user's own or at an address, and no name."""
    return bool(_WEB_ADDRESS.fullmatch(sound) or _AUDIO_FILE.fullmatch(sound))


def pressable(digits: str) -> str:
    """Return the keys without formatting; nothing at all if a character is no key of a telephone."""
    keys = digits.translate(_FORMATTING)
    return keys if set(keys) <= _KEYS | _LETTER_KEYS else ""


def milliseconds_of(time: str) -> float:
    """Read the `time` of `<noise>`: bare milliseconds, or seconds with an ``s`` (Appendix 1, 6)."""
    return float(time.removesuffix("s")) * 1000 if time.endswith("s") else float(time)


def _flaws(tag: str, values: Mapping[str, str]) -> Iterator[tuple[str, _Flaw]]:
    for attribute, value in values.items():
        check = _CHECKS.get((tag, attribute))
        if check and (flaw := check(value)):
            yield attribute, flaw
    if tag == "voice" and (flaw := _voice_id(values)):
        yield "id", flaw


def _voice_id(values: Mapping[str, str]) -> _Flaw | None:
    provider, voice = values.get("provider"), values.get("id")
    if voice is None or provider not in _VOICE_IDS:
        return None
    pattern, form = _VOICE_IDS[provider]
    return None if pattern.fullmatch(voice) else _Flaw(f"must be {form} for the provider {provider}")


def _not_empty(value: str) -> _Flaw | None:
    return None if value.strip() else _Flaw("must not be empty")


def _seconds(value: str) -> _Flaw | None:
    if value.endswith("s") and _is_amount(value[:-1]):
        return None
    return _Flaw('must be seconds, as in "2.5s"', _seconds_hint(value))


def _interruption_time(value: str) -> _Flaw | None:
    flaw = _seconds(value)
    if flaw is None and float(value.removesuffix("s")) == 0:
        return _Flaw(
            "of zero cuts in before the agent can be heard", 'write "0.2s" or more', Severity.WARNING
        )
    return flaw


def _break_time(value: str) -> _Flaw | None:
    if _is_amount(value.removesuffix("s").removesuffix("m")) and value.endswith("s"):
        return None
    return _Flaw('must be seconds or milliseconds, as in "0.5s" or "500ms"', _seconds_hint(value))


def _noise_time(value: str) -> _Flaw | None:
    if _is_amount(value):
        return None
    if _seconds(value) is None:
        hint = f'write "{milliseconds_of(value):g}"'
        return _Flaw("is in milliseconds on the newest platform", hint, Severity.WARNING)
    return _Flaw('must be milliseconds, as in "1100"', _milliseconds_hint(value))


def _number(
    low: float, high: float, usual: tuple[float, float] | None = None, *, unusual: str = ""
) -> _Check:
    def check(value: str) -> _Flaw | None:
        if not _NUMBER.fullmatch(value):
            return _Flaw("must be a number", "without a unit, as in 1.1")
        number = float(value)
        if not (low <= number <= high and math.isfinite(number)):
            return _Flaw(f"must be {_range(low, high)}")
        if usual and not usual[0] <= number <= usual[1]:
            return _Flaw(unusual, f"stay {_range(*usual)}", Severity.WARNING)
        return None

    return check


def _range(low: float, high: float) -> str:
    return f"at least {low:g}" if math.isinf(high) else f"between {low:g} and {high:g}"


def _digits(value: str) -> _Flaw | None:
    characters = set(value)
    if not value.strip():
        return _Flaw("must not be empty")
    if characters <= _KEYS:
        return None
    if characters <= _KEYS | _LETTER_KEYS:
        return _Flaw("A to D are refused by parts of the platform", severity=Severity.WARNING)
    keys = pressable(value.upper())
    return _Flaw("may only hold 0-9, * and #", f'write "{keys}"' if keys else "leave everything else out")


def _one_of(known: tuple[str, ...]) -> _Check:
    def check(value: str) -> _Flaw | None:
        if value in known:
            return None
        return _Flaw(f"must be {' or '.join(known)}", did_you_mean(value, known))

    return check


def _sound(known: tuple[str, ...]) -> _Check:
    def check(value: str) -> _Flaw | None:
        if not value.strip():
            return _Flaw("must not be empty")
        if value in known or is_custom_sound(value):
            return None
        hint = did_you_mean(value, known) or f"known sounds: {', '.join(known)}"
        return _Flaw("is not a known sound", hint, Severity.WARNING)

    return check


def _identifier(value: str) -> _Flaw | None:
    if _IDENTIFIER.fullmatch(value):
        return None
    return _Flaw("must be 1 to 64 letters, digits, dashes or underscores")


def _json(value: str) -> _Flaw | None:
    try:
        json.loads(value)
    except (ValueError, RecursionError):
        return _Flaw("must be JSON", """put it in single quotes, as in d='{"key": "value"}'""")
    return None


def _is_amount(value: str) -> bool:
    return bool(_NUMBER.fullmatch(value)) and 0 <= float(value) < math.inf and not value.startswith("-")


def _seconds_hint(value: str) -> str:
    seconds = _loose_seconds(value, bare_unit=1.0)
    return "" if seconds is None else f'write "{seconds:g}s"'


def _milliseconds_hint(value: str) -> str:
    seconds = _loose_seconds(value, bare_unit=0.001)
    return "" if seconds is None else f'write "{seconds * 1000:g}"'


def _loose_seconds(value: str, *, bare_unit: float) -> float | None:
    match = _LOOSE_TIME.fullmatch(value)
    if match is None:
        return None
    unit = match["unit"].lower()
    factor = _SECONDS_PER_UNIT.get(unit, 1.0 if unit.startswith("s") else None) if unit else bare_unit
    return None if factor is None else float(match["amount"]) * factor


_background = _sound(
    tuple(dict.fromkeys((NO_BACKGROUND, *BACKGROUND_SOUNDS, *NOISE_SOUNDS, *BACKGROUND_PRESETS)))
)
_volume = _number(*VOLUME_LIMITS, VOLUME_USUAL, unusual="above 1 may clip")
_delay = _number(0.0, math.inf, DELAY_USUAL, unusual="is in milliseconds, and longer than any line's")

_CHECKS: dict[tuple[str, str], _Check] = {
    ("ivr", "text"): _not_empty,
    ("voicemail", "text"): _not_empty,
    ("silence", "time"): _seconds,
    ("hold", "time"): _seconds,
    ("break", "time"): _break_time,
    ("interruption", "time"): _interruption_time,
    ("speed", "ratio"): _number(*SPEED_LIMITS, SPEED_USUAL, unusual="is outside of what voices do well"),
    ("speed", "text"): _not_empty,
    ("volume", "ratio"): _volume,
    ("volume", "text"): _not_empty,
    ("voice", "provider"): _one_of(VOICE_PROVIDERS),
    ("voice", "id"): _not_empty,
    ("voice", "text"): _not_empty,
    ("dtmf", "digits"): _digits,
    ("send_sms", "text"): _not_empty,
    ("client_message", "t"): _not_empty,
    ("client_message", "d"): _json,
    ("background_noise", "sound"): _background,
    ("background_noise", "volume"): _volume,
    ("noise", "sound"): _sound(NOISE_SOUNDS),
    ("noise", "volume"): _volume,
    ("noise", "time"): _noise_time,
    ("network_simulation", "packet_loss"): _number(*PACKET_LOSS_LIMITS),
    ("network_simulation", "jitter"): _delay,
    ("network_simulation", "latency"): _delay,
    ("network_simulation", "burst"): _number(*BURST_LIMITS),
    ("network_simulation", "direction"): _one_of(tuple(Direction)),
    ("function", "name"): _identifier,
    ("audio", "id"): _identifier,
}
