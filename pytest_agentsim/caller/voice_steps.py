"""What an action becomes on the voice channel: words to speak, sounds, keys to press, pauses, a hang-up.

The steps are performed one after the other. Words are one `Speak` as far as no other step stands between them, so
that a voice can give a whole sentence its melody.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pytest_agentsim.caller.mark_names import name_of_mark
from pytest_agentsim.caller.spoken import spelled
from pytest_agentsim.caller.steps import (
    Pause,
    Performance,
    Record,
    SendClientMessage,
    SendSms,
    SideStep,
    joined,
)
from pytest_agentsim.scenario.action import Speed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_agentsim.scenario.action import (
        Action,
        Audio,
        BackgroundNoise,
        Emotion,
        Interruption,
        NetworkSimulation,
        Noise,
        Voice,
        Volume,
    )

__all__ = [
    "ChangeVoice",
    "CutIn",
    "Degrade",
    "Express",
    "GoBack",
    "GoTo",
    "HangUp",
    "Heard",
    "MakeNoise",
    "OtherVoice",
    "Pause",
    "Play",
    "Press",
    "Record",
    "Speak",
    "VoiceStep",
    "first_to_take_time",
    "voice_steps",
    "words_of",
]

# What a voice reads as a pause or not at all; a step needs something else to be heard.
SILENT = frozenset(" \t\n.,;:!?…-–—'\"“”‘’()[]")  # noqa: RUF001  (the marks that people write)

# How loud a noise is, and how loud a place behind words, where its author does not say: a noise is as loud as the
# caller, and of a place that is 10 dB softer every word can be understood.
NOISE_VOLUME = 1.0
PLACE_VOLUME = 0.3

BEEP = "voicemail-beep"


@dataclass(frozen=True, slots=True)
class OtherVoice:
    """A voice of the hosted platforms, by its id."""

    provider: str
    id: str


@dataclass(frozen=True, slots=True)
class Speak:
    """Say the words; `speed` and `volume` are factors on those of the caller's voice.

    `text` is what a voice is to read, `written` what the transcript has for it. `voice` is whose it is; None is the one
    that the caller has at the time.
    """

    text: str
    speed: float = 1.0
    volume: float = 1.0
    interruptible: bool = True
    written: str = ""
    voice: OtherVoice | None = None


@dataclass(frozen=True, slots=True)
class ChangeVoice:
    """Speak with another voice from here on, in later actions too."""

    voice: OtherVoice


@dataclass(frozen=True, slots=True)
class Play:
    """Play a recording."""

    audio_id: str
    interruptible: bool


@dataclass(frozen=True, slots=True)
class Press:
    """Press keys of a telephone: 0 to 9, ``*``, ``#`` and A to D; there is at least one."""

    keys: str
    interruptible: bool


@dataclass(frozen=True, slots=True)
class MakeNoise:
    """Make a sound once, all of it or the first `seconds`; at a volume of 1.0 it is as loud as the caller's voice."""

    sound: str
    volume: float
    seconds: float | None
    interruptible: bool


@dataclass(frozen=True, slots=True)
class Express:
    """Laugh or sigh (``laughter``, ``sigh``); `volume` is a factor on that of the caller's voice."""

    emotion: str
    volume: float
    interruptible: bool


@dataclass(frozen=True, slots=True)
class GoTo:
    """Be in another place, which sounds like that from the next step on; ``off``: where it is quiet."""

    sound: str
    volume: float


@dataclass(frozen=True, slots=True)
class GoBack:
    """Be in the caller's own place again."""


@dataclass(frozen=True, slots=True)
class CutIn:
    """Begin that long after the agent has begun its turn; the first step, and none after it can be interrupted."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Degrade:
    """Make the line as bad as the tag says from here on, or good again."""

    simulation: NetworkSimulation


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call; always the last step."""


# What the caller lets the agent hear, one utterance each.
Heard = Speak | Play | Press | MakeNoise | Express

VoiceStep = Heard | ChangeVoice | Pause | CutIn | Degrade | GoTo | GoBack | HangUp | Record | SideStep


def voice_steps(action: Action, language: str = "en") -> tuple[VoiceStep, ...]:
    """Turn a resolved action into its steps, in order; what is spelled is named as in `language`."""
    performance = _VoicePerformance(language)
    performance.perform(action.nodes)
    return performance.finish()


def first_to_take_time(steps: Iterable[VoiceStep]) -> VoiceStep | None:
    """Return the first step that takes time, words with the voice that they will have; None if there is none."""
    voice: OtherVoice | None = None
    for step in steps:
        match step:
            case ChangeVoice():
                voice = step.voice
            case Speak():
                return replace(step, voice=step.voice or voice)
            case Record() | Degrade() | GoTo() | GoBack() | SendSms() | SendClientMessage():
                pass
            case _:
                return step
    return None


def words_of(steps: Iterable[VoiceStep]) -> str:
    """Return what the transcript has for the steps: the words, a spelled one as ``S-A-R-A-H``, and the keys.

    Sounds have no words.
    """
    words = ""
    for step in steps:
        match step:
            case Speak():
                words = joined(words, step.written or step.text)
            case Press():
                words = joined(words, f'<dtmf digits="{step.keys}"/>')
    return words


class _VoicePerformance(Performance):
    """Collects the steps of one action."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language
        self._steps: list[VoiceStep] = []
        self._speed = 1.0
        self._volume = 1.0
        self._voice: OtherVoice | None = None  # inside of a region
        self._spelled = False  # the words so far end with a spelled one

    def finish(self) -> tuple[VoiceStep, ...]:
        steps = [_tidied(step) if isinstance(step, Speak) else step for step in self._steps]
        if self._hung_up:
            steps.append(HangUp())
        return tuple(step for step in steps if not isinstance(step, Speak) or set(step.text) - SILENT)

    def _say(self, words: str) -> None:
        if not words:
            return
        self._speak(f"{self._pause_before(words)}{words}", words)
        self._spelled = self._spelled and not words.strip()

    def _spell(self, text: str) -> None:
        if not text.strip():
            return
        self._joint = True
        self._speak(
            f"{self._pause_before(text)}{_letter_by_letter(text, self._language)}", spelled(text.upper())
        )
        self._spelled = True

    def _pause_before(self, words: str) -> str:
        """An A with a word right behind it would be read as the article."""
        first = words.strip()[:1]
        return ", " if self._spelled and first and first not in SILENT else ""

    def _speak(self, text: str, written: str) -> None:
        last = self._steps[-1] if self._steps else None
        new = Speak(text, self._speed, self._volume, self._interruptible, written, self._voice)
        if isinstance(last, Speak) and new == replace(last, text=text, written=written):
            put = joined if self._joint else str.__add__
            self._steps[-1] = replace(last, text=put(last.text, text), written=put(last.written, written))
        elif text.strip():
            self._steps.append(new)
        self._joint = False

    def _press(self, keys: str) -> None:
        self._add(Press(keys, self._interruptible))

    def _add(self, step: VoiceStep) -> None:
        self._steps.append(step)
        self._spelled = False

    def _adjust(self, node: Speed | Volume) -> None:
        before = self._speed, self._volume
        if isinstance(node, Speed):
            self._speed = node.factor
        else:
            self._volume = node.factor
        self._joint = True
        if node.text is not None:
            self._say(node.text)
            self._joint = True
            self._speed, self._volume = before

    def _play(self, node: Audio) -> None:
        self._add(Play(node.id, self._interruptible))

    def _cut_in(self, node: Interruption) -> None:
        # Behind another action that speaks in the same turn there is nothing left to cut into.
        if self._steps:
            self._record(node)
        else:
            self._add(CutIn(node.seconds))
        self._interruptible = False

    def _speak_as(self, node: Voice) -> None:
        voice = OtherVoice(node.provider, node.id)
        if node.text is None and not node.children:
            self._add(ChangeVoice(voice))
            self._joint = True
            return
        before, self._voice = self._voice, voice
        self._say(node.text or "")
        self.perform(node.children)
        self._voice = before
        self._joint = True

    def _degrade(self, node: NetworkSimulation) -> None:
        self._add(Degrade(node))
        self._joint = True

    def _make_noise(self, node: Noise) -> None:
        volume = NOISE_VOLUME if node.gain is None else node.gain
        seconds = None if node.milliseconds is None else node.milliseconds / 1000
        self._add(MakeNoise(node.sound, volume, seconds, self._interruptible))

    def _beep(self) -> None:
        self._add(MakeNoise(BEEP, NOISE_VOLUME, None, self._interruptible))

    def _express(self, node: Emotion) -> None:
        self._add(Express(node.name, self._volume, self._interruptible))

    def _go_to(self, node: BackgroundNoise) -> None:
        self._add(GoTo(node.sound, PLACE_VOLUME if node.gain is None else node.gain))

    def _go_back(self) -> None:
        self._add(GoBack())


def _letter_by_letter(text: str, language: str) -> str:
    """Write letters and digits so that a voice names each of them: alone before a comma, and as a capital."""
    words = (
        ", ".join(name_of_mark(each, language) or each.upper() for each in word) for word in text.split()
    )
    return ". ".join(words)


def _tidied(step: Speak) -> Speak:
    return replace(step, text=" ".join(step.text.split()), written=" ".join(step.written.split()))
