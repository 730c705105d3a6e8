"""How the caller sounds: turns the steps of an action into audio, ahead of time where the words are known."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_agentsim.audio.dtmf import tones
from pytest_agentsim.audio.files import AudioFileError, read_utterance
from pytest_agentsim.audio.pcm import amplified, clipped_share
from pytest_agentsim.audio.tts.by_language import engine_for
from pytest_agentsim.audio.tts.engine import engine_behind
from pytest_agentsim.audio.tts.interface import Voice
from pytest_agentsim.audio.tts.voices import Casting
from pytest_agentsim.audio.utterance import Utterance
from pytest_agentsim.caller.voice_steps import (
    ChangeVoice,
    Express,
    MakeNoise,
    Play,
    Press,
    Speak,
    voice_steps,
)
from pytest_agentsim.voice.caller_sounds import CallerSounds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from pytest_agentsim.audio.tts.interface import Synthesizer
    from pytest_agentsim.caller.voice_steps import Heard, OtherVoice
    from pytest_agentsim.scenario.action import Action
    from pytest_agentsim.scenario.personality import Personality
    from pytest_agentsim.voice.studio import Studio

__all__ = ["CallerVoice", "recording_of"]

AUDIO_FOLDER = "audio"
AUDIO_SUFFIXES = (".wav", ".flac", ".ogg", ".mp3")


class CallerVoice:
    """The voice of one caller.

    `folder` has the recordings that it plays and the user's sounds; `skew` (s) is how far the control events lie within
    the utterances; `seed` is that of its sounds; `voices` are those of the synthesizer that the settings mean by ids of
    the hosted platforms. `warn` is told, once, what will not sound as it should. Raises ConfigurationError and
    SynthesisError as `Casting.usual` does.
    """

    def __init__(
        self,
        studio: Studio,
        synthesizer: Synthesizer,
        personality: Personality,
        *,
        language: str,
        folder: Path,
        skew: float,
        seed: int,
        voices: Mapping[str, str] | None = None,
        warn: Callable[[str], object],
    ) -> None:
        self._studio = studio
        self._synthesizer = synthesizer
        self._folder = folder
        self._language = language
        self._skew = skew
        self._volume = personality.voice_volume * float(personality.generation_config.get("volume", 1.0))
        self._casting = Casting(synthesizer, voices)
        self._usual = self._casting.usual(
            Voice(
                language=language,
                gender=personality.gender,
                accent=personality.accent,
                speed=personality.speed,
            ),
            provider=personality.provider,
            voice_id=personality.voice_id,
        )
        self._warn = warn
        self._warned: set[str] = set()
        self.sounds = CallerSounds(studio, folder=folder, seed=seed, gender=personality.gender, warn=warn)
        """What is heard of this caller beside its words."""
        self._prepared: tuple[Action, ...] = ()
        self._present: OtherVoice | None = None
        self._rendering: dict[tuple[str, Voice], asyncio.Task[bytes]] = {}

    def prepare(self, actions: Iterable[Action]) -> None:
        """Begin to render what the actions say, and again whenever the voice changes; raises as making one does."""
        self._prepared = tuple(actions)
        self._render_prepared()

    def prepare_words(self, texts: Iterable[str]) -> None:
        """Begin to render words that no action has."""
        for text in texts:
            self._render(Speak(text), self._present)

    @property
    def present(self) -> OtherVoice | None:
        """The voice that the caller speaks with; None is its own."""
        return self._present

    def change(self, voice: OtherVoice | None) -> None:
        """Speak with another voice from now on."""
        if voice != self._present:
            self._present = voice
            self._render_prepared()

    async def utterance(self, step: Heard, *, interruptible: bool = True) -> Utterance:
        """Return a step as audio; raises SynthesisError, and AudioFileError for a recording."""
        interruptible = interruptible and step.interruptible
        match step:
            case Speak():
                pcm = await self._render(step, self._present)
                pcm = self._amplified(pcm, step.volume * self._volume, repr(step.written or step.text))
                return Utterance(pcm, skew=self._skew, interruptible=interruptible)
            case Play():
                pcm = await asyncio.to_thread(read_utterance, recording_of(step.audio_id, self._folder))
                return Utterance(pcm, skew=self._skew, interruptible=interruptible)
            case Press():
                return Utterance(
                    tones(step.keys), skew=self._skew, interruptible=interruptible, is_speech=False
                )
            case MakeNoise():
                pcm = self._amplified(await self.sounds.pcm(step), step.volume, f"the sound {step.sound!r}")
                return Utterance(pcm, interruptible=interruptible, is_speech=False, sound=step.sound)
            case Express():
                volume = step.volume * self._volume
                pcm = self._amplified(await self.sounds.pcm(step), volume, f"the {step.emotion}")
                return Utterance(pcm, skew=self._skew, interruptible=interruptible, sound=step.emotion)

    async def close(self) -> None:
        """Give up what is still being rendered."""
        for task in self._rendering.values():
            task.cancel()
        await asyncio.gather(*self._rendering.values(), return_exceptions=True)
        await self.sounds.close()

    def _amplified(self, pcm: bytes, volume: float, what: str) -> bytes:
        clipped = clipped_share(pcm, volume) if volume > 1.0 else 0.0
        if clipped:
            self._warn_once(
                f"{what} is too loud: {clipped:.2%} of the samples are clipped at a volume of {volume:g}"
            )
        return amplified(pcm, volume)

    def _warn_once(self, message: str) -> None:
        if message not in self._warned:
            self._warned.add(message)
            self._warn(message)

    def _render_prepared(self) -> None:
        for action in self._prepared:
            present = self._present
            for step in voice_steps(action, self._language):
                if isinstance(step, ChangeVoice):
                    present = step.voice
                elif isinstance(step, Speak):
                    self._render(step, present)

    def _render(self, step: Speak, present: OtherVoice | None) -> asyncio.Task[bytes]:
        voice = self._cast(step.voice or present)
        voice = replace(voice, speed=voice.speed * step.speed)
        key = (step.text, voice)
        if key not in self._rendering:
            self._warn_of_shortcoming(step.text, voice)
            self._rendering[key] = asyncio.ensure_future(
                self._studio.render(self._synthesizer, step.text, voice)
            )
        return self._rendering[key]

    def _cast(self, voice: OtherVoice | None) -> Voice:
        if voice is None:
            return self._usual
        return self._casting.voice(self._usual, provider=voice.provider, voice_id=voice.id)

    def _warn_of_shortcoming(self, text: str, voice: Voice) -> None:
        engine = engine_behind(engine_for(self._synthesizer, voice))
        shortcoming = "" if engine is None else engine.shortcoming(text, voice)
        if shortcoming:
            self._warn_once(shortcoming)


def recording_of(audio_id: str, folder: Path) -> Path:
    """Return the file that ``<audio id>`` means: in the scenario's folder or in the folder `audio` beside it.

    The id is a file's name, with or without its suffix. Raises AudioFileError if there is none.
    """
    names = [audio_id, *(f"{audio_id}{suffix}" for suffix in AUDIO_SUFFIXES)]
    candidates = [place / name for place in (folder / AUDIO_FOLDER, folder) for name in names]
    for candidate in candidates:
        if candidate.is_file() and candidate.resolve().is_relative_to(folder.resolve()):
            return candidate
    raise AudioFileError(
        f'<audio id="{audio_id}"> names no recording: put {audio_id}.wav (or .flac, .ogg, .mp3) '
        f"into {folder / AUDIO_FOLDER}"
    )
