"""Acts that have wordings of their own, so that these decide: greeting, holding, transferring, a voicemail…

Dialogues to fit their weights to are rare; the weights are set by hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_agentsim.caller.matcher.acts import Act
from pytest_agentsim.caller.matcher.cues import Cue
from pytest_agentsim.caller.matcher.lexicon import is_context
from pytest_agentsim.caller.matcher.topics import covered

if TYPE_CHECKING:
    from pytest_agentsim.caller.matcher.trigger import Part
    from pytest_agentsim.caller.matcher.utterance import Utterance

__all__ = ["PLAIN_WEIGHTS", "observe_plain"]

PLAIN_WEIGHTS = {"always": -3.0, "wording": 5.0, "other act": -4.0, "topic missing": -2.5}
# Of these it matters what they are about: "cannot help with refunds".
WITH_A_TOPIC = frozenset((Act.REPEAT, Act.CANNOT_HELP, Act.MENU))


def observe_plain(part: Part, utterance: Utterance) -> dict[str, float]:
    """Return what can be noticed of an act in a whole turn, by the names of `PLAIN_WEIGHTS`."""
    if part.act is Act.RESPOND:
        found = {
            "wording": bool(utterance.words or utterance.sentences),
            "other act": utterance.has(Cue.NOT_UNDERSTOOD),
        }
    else:
        cue = Cue.__members__.get(part.act.name)
        found = {"wording": cue is not None and utterance.has(cue)}
    if part.act in WITH_A_TOPIC:
        telling = tuple(word for word in part.words if not is_context(word))
        found["topic missing"] = bool(telling) and not covered(telling, utterance.words)
    return {"always": 1.0, **{name: 1.0 for name, is_so in found.items() if is_so}}
