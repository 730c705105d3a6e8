"""What the matcher loses where an agent is heard instead of read, and what hints and reading by sound bring back.

    python benchmarks/matcher_heard.py [dev.jsonl.xz] [--sentences 200] [--cache FILE]

Each table compares the words as they are written; as the embedded recogniser hears them; with the hints of the
scenario; and with what sounds like the triggers read as that, as on a call. *Right* is how often the best trigger is
one that holds, where one does, *false* how often any fires where none does. Three kinds of speech: the recorded
prompts of the voice example, against the triggers of the example's scenarios; those of `prompts/`, against theirs (of
both, that holds which does in the written words); and, if a file of dialogues is given (`matcher_dialogues.py` says
how), a sample of its sentences of at most 60 characters, spoken by espeak-ng. Recognition takes minutes; `--cache`
keeps its words.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING

import soundfile
from matcher_dialogues import load, unpunctuated
from recognised_cache import Recognised

from pytest_agentsim.audio import pcm
from pytest_agentsim.audio.tts.espeak import EspeakSynthesizer
from pytest_agentsim.audio.tts.interface import Voice
from pytest_agentsim.caller.hints import hints_of
from pytest_agentsim.caller.matcher.heard import HeardMatcher
from pytest_agentsim.caller.matcher.offline import OfflineMatcher, is_exact
from pytest_agentsim.caller.triggers import triggers_of
from pytest_agentsim.result import Speaker, Turn
from pytest_agentsim.scenario.loader import load_file, load_mapping
from pytest_agentsim.voice.by_sound import english_by_sound

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from matcher_dialogues import Case

    from pytest_agentsim.caller.matcher.interface import MatchDecision, Trigger
    from pytest_agentsim.scenario.model import Scenario

HERE = Path(__file__).parent
PROMPTS = HERE / "prompts"
EXAMPLE = HERE.parent / "example_suite"
LONGEST = 60  # characters of a sentence
SEED = 7

READ = OfflineMatcher()
HEARD = HeardMatcher(READ, english_by_sound())


@dataclass(frozen=True)
class Said:
    """What an agent says where a scenario's triggers are waited for; `holding` are those that hold."""

    text: str
    audio: bytes
    scenario: Scenario
    history: tuple[Turn, ...]
    holding: frozenset[int]

    @property
    def triggers(self) -> tuple[Trigger, ...]:
        return triggers_of(self.scenario)

    @property
    def hints(self) -> tuple[str, ...]:
        return hints_of(self.scenario, self.scenario.profile)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("dialogues", nargs="?", type=Path)
    parser.add_argument("--sentences", type=int, default=200, help="how many of the dialogues (200)")
    parser.add_argument("--cache", type=Path, help="a file that keeps what was recognised")
    parser.add_argument(
        "--changes", action="store_true", help="print every reading that was not as recognised"
    )
    options = parser.parse_args()
    recognised = Recognised(options.cache)
    table(
        "example, all scenarios", list(of_example("*")), recognised, with_hints=False, changes=options.changes
    )
    kinds = {"example, voice": of_example("voice"), "recorded prompts": of_prompts()}
    for name, said in kinds.items():
        table(name, list(said), recognised, changes=options.changes)
    if options.dialogues is not None:
        sample = of_dialogues(options.dialogues, options.sentences)
        table(f"{options.dialogues.name}, espeak-ng", list(sample), recognised, changes=options.changes)


def table(
    name: str, said: Sequence[Said], recognised: Recognised, *, with_hints: bool = True, changes: bool
) -> None:
    """Print how the matcher fares with the same turns, heard in each way."""
    holding = sum(bool(each.holding) for each in said)
    print(f"{name}: {len(said)} decisions, in {holding} of which a trigger holds")
    print(f"  {'':<32}{'right':>8}{'false':>8}{'ms':>8}")
    plain = [recognised.words(each.audio) for each in said]
    hinted = [recognised.words(each.audio, each.hints) for each in said] if with_hints else plain
    for row, matcher, texts in (
        ("written", READ, [each.text for each in said]),
        ("recognised", READ, plain),
        ("recognised, by sound", HEARD, plain),
        ("recognised, hints", READ, hinted),
        ("recognised, hints, by sound", HEARD, hinted),
    )[: 5 if with_hints else 3]:
        started = process_time()
        decisions = [
            asyncio.run(matcher.decide(text, history=each.history, triggers=each.triggers))
            for each, text in zip(said, texts, strict=True)
        ]
        spent = 1000 * (process_time() - started) / max(1, len(said))
        right, false = rates(said, decisions)
        print(f"  {row:<32}{right:>8.3f}{false:>8.3f}{spent:>8.1f}")
    for each, text in zip(said, hinted, strict=True) if changes else ():
        for found in english_by_sound().read(text, tuple(trigger.text for trigger in each.triggers)).misheard:
            print(f"    {found.heard!r} -> {found.read_as!r} in {each.text!r}")


def rates(said: Sequence[Said], decisions: Sequence[MatchDecision]) -> tuple[float, float]:
    """Return how often the best trigger is right where one holds, and how often any fires where none does."""
    right, false = [], []
    for each, decision in zip(said, decisions, strict=True):
        if each.holding:
            best = decision.nearest(1)[0]
            right.append(best.holds and best.condition_id in each.holding)
        else:
            false.append(bool(decision.holding))
    return sum(right) / max(1, len(right)), sum(false) / max(1, len(false))


def of_example(files: str) -> Iterator[Said]:
    """Go through what the clinic of the example says, with every scenario of some files that waits for words."""
    sys.path.insert(0, str(EXAMPLE))
    from acme_clinic import sentences
    from acme_clinic.voice.prompts import audio_of

    spoken = [text for name, text in vars(sentences).items() if name.isupper() and "{" not in str(text)]
    paths = sorted(EXAMPLE.glob(f"{files}.scenario.*"))
    scenarios = [each for path in paths for each in load_file(path).scenarios]
    waiting = [each for each in scenarios if any(not is_exact(trigger.text) for trigger in triggers_of(each))]
    for scenario in waiting:
        for text in spoken:
            yield said_as_written(text, pcm.normalised(audio_of(text)), scenario)


def of_prompts() -> Iterator[Said]:
    """Go through the recorded prompts, each with the scenario that it belongs to."""
    scenarios = {each.name: each for each in load_file(PROMPTS / "scenarios.yaml").scenarios}
    for row in json.loads((PROMPTS / "prompts.json").read_text(encoding="utf-8")):
        samples, _ = soundfile.read(PROMPTS / row["file"], dtype="float32")
        audio = pcm.normalised(pcm.from_float(samples))
        yield said_as_written(row["text"], audio, scenarios[row["scenario"]])


def said_as_written(text: str, audio: bytes, scenario: Scenario) -> Said:
    """Return a turn for which that holds which is found to hold in its written words."""
    holding = READ.match(text, triggers=triggers_of(scenario)).holding
    return Said(text, audio, scenario, (), frozenset(holding))


def of_dialogues(path: Path, number: int) -> Iterator[Said]:
    """Go through a sample of sentences, spoken by a synthesizer; the turn before is as a recogniser writes it."""
    short = [case for case in load(path) if len(case["agent_utterance"]) <= LONGEST]
    synthesizer = EspeakSynthesizer()
    for case in random.Random(SEED).sample(short, number):  # noqa: S311  (the same ones each time)
        text = case["agent_utterance"]
        audio = synthesizer.synthesize(text, Voice())
        yield Said(text, audio, scenario_of(case), tuple(turns(case["context"])), frozenset(case["gold"]))


def scenario_of(case: Case) -> Scenario:
    """Return a scenario that waits for the triggers of a case."""
    opening = {"id": 0, "condition": "FIRST_MESSAGE", "action": "", "type": "standard", "fixed_message": True}
    waiting = [
        {**opening, "id": each["id"], "condition": each["text"], "action": "Okay."}
        for each in case["conditions"]
    ]
    return load_mapping(
        {
            "name": case["id"],
            "scenario_language": "en",
            "scenario_type": "conditional_actions",
            "conditional_actions": {"role": "a caller", "conditions": [opening, *waiting]},
        }
    )


def turns(context: Iterable[str]) -> Iterator[Turn]:
    """Return the turns before; what the caller has said is known, what the agent has said was heard."""
    for number, (who, _, said) in enumerate((each.partition(": ") for each in context), start=1):
        agent = who == "Agent"
        yield Turn(
            number, Speaker.AGENT if agent else Speaker.CALLER, unpunctuated(said) if agent else said, None
        )


if __name__ == "__main__":
    main()
