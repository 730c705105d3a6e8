"""One call by voice: who speaks when, without a socket or a clock.

It is driven from outside: `receive` for each frame of the caller, `tick` once for every 20 ms that pass, and
`recognized` with the answer to each `Question` that a tick has raised. What a tick returns is to be sent.

The caller may cut in at any time, unless the clinic is about to hang up. The clinic cuts in when somebody
goes on and on where a sentence or a word would do.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from acme_clinic import sentences
from acme_clinic.misbehaviour import Misbehaviour, noise_before, spoil
from acme_clinic.voice import lines
from acme_clinic.voice.audio import frames_in
from acme_clinic.voice.chirp import (
    Audio,
    Event,
    EventType,
    MalformedFrame,
    event,
    malformed,
    read_frame,
)
from acme_clinic.voice.listening import BeepEnded, KeyPressed, Listener, UtteranceEnded, UtteranceStarted
from acme_clinic.voice.prompts import audio_of
from acme_clinic.voice.speaking import Speaker
from acme_clinic.voice.tones import audio_of_keys
from acme_clinic.voice.words import asks_for_repetition, for_a_bot, is_about_to_press_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from acme_clinic.replies import Bot, Reply
    from acme_clinic.voice.listening import Heard

__all__ = ["Call", "Question"]

# Where letters or digits are said one by one, the pauses between them do not end an utterance.
_PATIENT_RULES = ("spelling", "account_number", "menu", "machine")
# What others play for as long as they please: nobody cuts in, and what is not understood needs no answer.
_LISTENING_RULES = ("machine",)
# One key is all that is waited for.
_ONE_KEY_RULES = ("key",)
_PATIENCE, _MORE_PATIENCE = 0.56, 0.9  # s of silence that end an utterance
# How long somebody may speak where one sentence is enough, and what they are asked for then.
_YES_OR_NO = (frames_in(5.0), lines.SAY_YES_OR_NO)
_WISH = (frames_in(6.0), lines.SAY_BRIEFLY)
_LONGEST = {
    "reschedule_offer": _YES_OR_NO,
    "booking_offer": _YES_OR_NO,
    "new_file": _YES_OR_NO,
    "request": _WISH,
    "anything_else": _WISH,
}

_KEYS_PAUSE = frames_in(2.5)  # without a further key the entry is taken as it is
# Without frames for so long the caller has finished. Nothing is put in their place: they may only be late, and
# silence within a word makes another word of it.
_GIVEN_UP = frames_in(1.0)
_LEAD = 3  # frames sent ahead, against the jitter of this machine's timers
_AFTER_LAST_WORD = frames_in(0.4)
# The caller's utterance at which a connection is cut, late enough to be in the middle of a conversation.
_CUT_AT = 2


@dataclass(frozen=True, slots=True)
class Question:
    """An utterance whose words are wanted, by a rule of the grammar."""

    pcm: bytes
    rule: str


class Call:
    """One caller and one bot. `log` is told what is heard and said."""

    def __init__(
        self,
        bot: Bot,
        *,
        greeting: bool = True,
        hang_up: bool = True,
        misbehaviour: Misbehaviour | None = None,
        log: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.ending = ""  # how the call has ended, once it has
        self.aborted = False
        self._bot = bot
        self._hang_up = hang_up
        self._misbehaviour = misbehaviour
        self._log = log
        self._listener = Listener()
        self._speaker = Speaker()
        self._outbox: list[str | bytes] = []
        self._question: Question | None = None
        self._asked: Question | None = None
        self._said = ""
        self._keys = ""
        self._since_key = 0
        self._unheard = 0  # ticks since the caller's last audio
        self._deaf = False  # to the caller's current utterance
        self._interruption = ""  # the id of ours, while we speak into the caller's words
        self._utterances = 0
        self._hanging_up = False
        self._since_last_word = 0
        if greeting:
            self._say(bot.greet())

    @property
    def rule(self) -> str:
        """The rule of the grammar for what the bot waits to hear."""
        return self._bot.state.name.lower()

    # From the caller.

    def receive(self, frame: str | bytes) -> None:
        """Take a frame as it comes from the socket."""
        try:
            received = read_frame(frame)
        except MalformedFrame as problem:
            self._outbox.append(malformed(problem))
            return
        match received:
            case Audio():
                self._unheard = 0
                self._hear(self._listener.feed(received.pcm))
            case Event(type=EventType.SPEECH_COMPLETED):
                self._listener.told_completed()
            case Event(type=EventType.SESSION_ERROR):
                self._log(f"the caller reports an error: {received.data}")

    def recognized(self, question: Question, heard: str) -> None:
        """Take the words of an utterance, "" for none that could be understood."""
        if question is not self._asked or self._hanging_up:
            return  # the caller has gone on meanwhile
        self._asked = None
        self._answer(for_a_bot(heard, rule=question.rule))

    # As time passes.

    def tick(self) -> list[str | bytes]:
        """Let 20 ms pass; return the frames to be sent now."""
        self._unheard += 1
        if self._unheard == _GIVEN_UP:
            self._hear(self._listener.finish())
        self._finish_keys()
        self._stop_a_long_story()
        self._play()
        outbox, self._outbox = self._outbox, []
        return outbox

    def take_question(self) -> Question | None:
        """Return an utterance that has to be recognised, if there is a new one."""
        question, self._question = self._question, None
        return question

    # Listening.

    def _hear(self, heard: Iterable[Heard]) -> None:
        for each in heard:
            match each:
                case UtteranceStarted():
                    self._caller_starts()
                case UtteranceEnded():
                    self._caller_ends(each.pcm)
                case KeyPressed():
                    self._press(each.key)
                case BeepEnded():
                    self._after_beep()

    def _caller_starts(self) -> None:
        self._deaf = self._hanging_up or (self._speaker.speaking and not self._speaker.interruptible)
        if self._deaf:
            return
        if self._speaker.speaking:
            self._log("the caller cuts in")
        self._speaker.stop()

    def _caller_ends(self, pcm: bytes) -> None:
        if self._deaf or self._keys or not pcm:
            self._deaf = False
            return
        if self._asked is not None:
            # The caller has gone on while the beginning was being recognised.
            pcm = self._asked.pcm + pcm
        self._asked = self._question = Question(pcm, self.rule)

    def _press(self, key: str) -> None:
        if self._hanging_up:
            return
        self._speaker.stop()
        self._asked = self._question = None
        self._keys += key
        self._since_key = 0

    def _finish_keys(self) -> None:
        self._since_key += 1
        is_complete = self._keys.endswith("#") or self.rule in _ONE_KEY_RULES
        if self._keys and (is_complete or self._since_key > _KEYS_PAUSE):
            keys, self._keys = self._keys, ""
            self._log(f"the caller presses {keys}")
            self._reply(self._bot.hear("", keys))

    def _after_beep(self) -> None:
        self._asked = self._question = None
        reply = self._bot.hear_beep()
        if reply is not None:
            self._log("the caller's machine beeps")
            self._reply(reply)

    def _stop_a_long_story(self) -> None:
        longest, wish = _LONGEST.get(self.rule, (0, ""))
        if not longest or self._listener.heard_for <= longest or self._deaf:
            return
        self._interruption = str(uuid.uuid4())
        self._outbox.append(event(EventType.SPEECH_STARTED, utterance_id=self._interruption))
        self._deaf = True
        self._asked = self._question = None
        self._say_text(f"{lines.STOP_THERE} {wish}")

    # Speaking.

    def _answer(self, text: str) -> None:
        self._log(f"the caller says {text!r}" if text else "the caller says something else")
        self._utterances += 1
        if self._misbehaviour is not None and not self._goes_on(self._misbehaviour):
            return
        if text and is_about_to_press_keys(text) and self.rule == "account_number":
            return
        if not text and self.rule in _LISTENING_RULES:
            return
        if not text:
            self._say_text(sentences.UNCLEAR)
        elif asks_for_repetition(text):
            self._say_text(self._said or sentences.HELLO)
        else:
            self._reply(self._bot.hear(text))

    def _goes_on(self, how: Misbehaviour) -> bool:
        match how:
            case Misbehaviour.SILENT | Misbehaviour.SLOW_METADATA:
                return False
            case Misbehaviour.DROP if self._utterances == _CUT_AT:
                self.ending, self.aborted = "dropped on purpose", True
                return False
            case Misbehaviour.CLOSE if self._utterances == _CUT_AT:
                self.ending = "closed on purpose"
                return False
            case Misbehaviour.CRASH:
                raise RuntimeError("crashed on purpose")
            case _:
                return True

    def _reply(self, reply: Reply) -> None:
        if self._misbehaviour not in (None, Misbehaviour.ECHO_SECRET, Misbehaviour.HOSTILE):
            # Those two are about writing.
            reply = spoil(reply, self._misbehaviour, secret="")
            self._outbox += noise_before(self._misbehaviour)
        self._say(reply if self._hang_up else replace(reply, ends_call=False))

    def _say(self, reply: Reply) -> None:
        for call in reply.tool_calls:
            self._log(f"calls {call.name}{dict(call.arguments)}")
        self._hanging_up = reply.ends_call
        if reply.keys:
            self._log(f"the clinic presses {reply.keys}")
        if reply.keys or reply.text:
            self._say_text(reply.text, after=audio_of_keys(reply.keys))

    def _say_text(self, text: str, *, after: bytes = b"") -> None:
        if text:
            self._log(f"the clinic says {text!r}")
        if text and text != sentences.UNCLEAR:
            self._said = text
        self._listener.end_silence = _MORE_PATIENCE if self.rule in _PATIENT_RULES else _PATIENCE
        self._speaker.play(after + audio_of(text), interruptible=not self._hanging_up)
        self._outbox += filter(None, (self._speaker.take() for _ in range(_LEAD)))

    def _play(self) -> None:
        if frame := self._speaker.take():
            self._outbox.append(frame)
            return
        if self._interruption:
            self._outbox.append(event(EventType.SPEECH_COMPLETED, utterance_id=self._interruption))
            self._interruption = ""
        if self._hanging_up:
            self._since_last_word += 1
            if self._since_last_word > _AFTER_LAST_WORD:
                self.ending = "the clinic hung up"
