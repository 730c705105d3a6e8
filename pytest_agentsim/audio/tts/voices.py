"""Which voice of the configured synthesizer stands for a voice of the hosted platforms."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_agentsim.audio.tts.by_language import engine_for
from pytest_agentsim.audio.tts.engine import engine_behind, picked
from pytest_agentsim.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_agentsim.audio.tts.engine import Engine
    from pytest_agentsim.audio.tts.interface import Synthesizer, Voice

__all__ = ["Casting"]


class Casting:
    """Gives each voice id of a call its voice of the synthesizer.

    The same id always has the same voice, another one has another voice as far as the engine has several. `mapped`
    says for an id, with the provider before it (``11labs:21m00Tcm4TlvDq8ikWAM``) or without, which voices it means:
    ``espeak:en-us+f3``, several with spaces between them, of which the first one of a present engine is taken; ``f3``
    is a voice of whichever engine there is.
    """

    def __init__(self, synthesizer: Synthesizer, mapped: Mapping[str, str] | None = None) -> None:
        self._synthesizer = synthesizer
        self._mapped = mapped or {}
        self._cast: dict[tuple[str, str], Voice] = {}
        self._taken: set[str] = set()

    def usual(self, voice: Voice, *, provider: str = "", voice_id: str = "") -> Voice:
        """Return the voice of the caller itself, which is the one with this id if it has one; to be asked for first.

        Raises ConfigurationError when an id is mapped to a voice that the engine does not have, and SynthesisError.
        """
        if voice_id:
            return self.voice(voice, provider=provider, voice_id=voice_id)
        engine = self._engine(voice)
        if engine is not None:
            self._taken.update(engine.voices(voice)[:1])
        return voice

    def voice(self, like: Voice, *, provider: str, voice_id: str) -> Voice:
        """Return the voice with this id, of the language and accent of another; raises what `usual` does.

        Where the voice is free to choose, its gender is that of `like`.
        """
        key = (provider, voice_id)
        if key not in self._cast:
            self._cast[key] = self._named(like, provider, voice_id) or self._free(like, voice_id)
            self._taken.add(self._cast[key].name)
        cast = self._cast[key]
        return replace(like, name=cast.name, engine=cast.engine)

    def _named(self, like: Voice, provider: str, voice_id: str) -> Voice | None:
        """Return the voice that the settings mean by an id, or that the id itself names."""
        written = self._mapped.get(f"{provider}:{voice_id}") or self._mapped.get(voice_id) or ""
        for each in written.split():
            found = self._voice_called(like, each)
            if found is None:
                continue
            engine = self._engine(found)
            if engine is not None and not (engine.takes_any_voice or engine.has_voice(found.name)):
                raise ConfigurationError(
                    f"The voice {provider}:{voice_id} is set to {each}, but {engine.name} has no voice "
                    f"{found.name!r}; it has {', '.join(engine.voices(like))}, for example."
                )
            return found
        itself = self._voice_called(like, voice_id)
        engine = None if itself is None else self._engine(itself)
        return itself if itself is not None and engine is not None and engine.has_voice(itself.name) else None

    def _voice_called(self, like: Voice, written: str) -> Voice | None:
        """Return the voice that is written like ``espeak:f3`` or ``f3``; None when its engine is not there."""
        first, colon, rest = written.partition(":")
        voice = replace(like, engine=first, name=rest) if colon else replace(like, engine="", name=written)
        engine = self._engine(voice)
        if engine is None:
            return None if colon else voice
        return replace(voice, engine=engine.name) if not colon or engine.name == first else None

    def _free(self, like: Voice, voice_id: str) -> Voice:
        engine = self._engine(like)
        voices = () if engine is None else engine.voices(like)
        if engine is None or not voices:
            return replace(like, name=voice_id)
        return replace(like, engine=engine.name, name=picked(voice_id, voices, self._taken))

    def _engine(self, voice: Voice) -> Engine | None:
        return engine_behind(engine_for(self._synthesizer, voice))
