"""Speech to words by pocketsphinx and the clinic's grammar; a process of its own, see `recognition`.

Asked over standard input and answered over standard output, one after another: the request is a line of JSON
``{"rule": …, "bytes": …}`` and as many bytes of audio, the answer a line of JSON ``{"heard": …}``, empty for
what the grammar does not foresee. It ends with its input.
"""

from __future__ import annotations

import json
import math
import re
import signal
import sys
from pathlib import Path
from typing import IO, Any

import pocketsphinx

from acme_clinic.voice.audio import SAMPLE_RATE

__all__ = ["GRAMMAR", "RULES", "Recognizer"]

GRAMMAR = Path(__file__).with_name("clinic.jsgf")
RULES = frozenset(re.findall(r"^public <(\w+)>", GRAMMAR.read_text(encoding="utf-8"), re.MULTILINE))

_LANGUAGE_WEIGHT = 6.5
_WORD_PENALTY = 0.01  # against words that are made up for noise
_MARGIN = bytes(SAMPLE_RATE // 5 * 2)  # 0.2 s of silence on either side
# How well the audio fits the words: the logarithm of its likelihood a frame (10 ms), against the best sound
# for each frame. Speech outside the grammar lies below; few frames scatter more.
_LEAST_FIT = -4.4
_LEAST_FIT_OF_SHORT = -5.3
_SHORT = 120  # frames


class Recognizer:
    """Understands what the rules of the grammar allow, and nothing else."""

    def __init__(self) -> None:
        self._decoder = pocketsphinx.Decoder(
            samprate=SAMPLE_RATE, lm=None, loglevel="FATAL", cmn="batch", wip=_WORD_PENALTY, maxhmmpf=3000
        )
        self._grammar = pocketsphinx.Jsgf(str(GRAMMAR))
        self._automata: dict[str, Any] = {}

    def recognize(self, pcm: bytes, rule: str) -> str:
        """Return the words, "" for what `rule` does not foresee; raises ValueError for an unknown rule."""
        automaton = self._prepared(rule)
        self._decoder.activate_search(rule)
        self._decoder.start_utt()
        self._decoder.process_raw(_MARGIN + pcm + _MARGIN, no_search=False, full_utt=True)
        self._decoder.end_utt()
        hypothesis = self._decoder.hyp()
        words = hypothesis.hypstr if hypothesis else ""
        return words if words and automaton.accept(words) and self._fits() else ""

    def _prepared(self, rule: str) -> Any:
        if rule not in self._automata:
            if rule not in RULES:
                # The library would end the process.
                raise ValueError(f"{GRAMMAR.name} has no rule <{rule}>")
            found = self._grammar.get_rule(f"clinic.{rule}")
            automaton = self._grammar.build_fsg(found, self._decoder.logmath, _LANGUAGE_WEIGHT)
            self._decoder.add_fsg(rule, automaton)
            self._automata[rule] = automaton
        return self._automata[rule]

    def _fits(self) -> bool:
        spoken = [segment for segment in self._decoder.seg() if segment.word[0] not in "<("]
        frames = sum(segment.end_frame - segment.start_frame + 1 for segment in spoken)
        # A score is a likelihood that may underflow, and contains the penalty for the word.
        likelihood = sum(math.log(segment.ascore or sys.float_info.min) for segment in spoken)
        fit = (likelihood - len(spoken) * math.log(_WORD_PENALTY)) / max(frames, 1)
        return bool(fit > (_LEAST_FIT_OF_SHORT if frames < _SHORT else _LEAST_FIT))


def _serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    recognizer = Recognizer()
    for line in requests:
        request = json.loads(line)
        heard = recognizer.recognize(requests.read(request["bytes"]), request["rule"])
        answers.write(json.dumps({"heard": heard}).encode() + b"\n")
        answers.flush()


if __name__ == "__main__":
    # Ctrl-C is for the clinic, which closes the input then.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _serve(sys.stdin.buffer, sys.stdout.buffer)
