"""How much it matters that an English word was misheard (platform_spec section i.2)."""

from __future__ import annotations

import re

__all__ = ["MINOR", "NEGATIONS", "weight"]

SIGNIFICANT = 1.0  # names, common nouns, numbers, and a negation that comes or goes
VERB = 0.5
MINOR = 0.0  # everything else

NEGATIONS = frozenset(
    ("no", "not", "never", "none", "nothing", "nobody", "nowhere", "neither", "nor", "without")
)

# What is no noun, name, number or verb; auxiliary verbs are among them, for they say little by themselves.
_OTHERS_TEXT = """
    a an the this that these those some any each every either both all another such same other
    i me my mine myself you your yours yourself he him his himself she her hers herself it its itself we us our ours
    ourselves they them their theirs themselves who whom whose which what whatever one ones somebody someone something
    anybody anyone anything everybody everyone everything
    about above across after against along among around as at before behind below beside between beyond by down during
    except for from in inside into like near of off on onto out outside over past per since through to toward towards
    under until up upon via with within
    and but or so yet if because while when where whether than then though although unless once how why
    am is are was were be been being do does did doing done have has had having can could may might must shall should
    will would ought
    yes yeah yep yup yah uh um uhm er erm ah oh hm hmm mhm mm mmhm huh okay alright right well sure hi hello hey thanks
    please sorry bye goodbye wow
    very really too also just only even still already always often sometimes usually soon now later here there today
    again maybe perhaps quite rather almost enough ever away back together instead anyway actually exactly probably
    much many more most less least few little several lot lots bit
    good great fine nice bad better best worse worst new old big small large long short high low early late last next
    able available different easy free full happy hard important interested open possible ready real right wrong same
    sure true false quick slow fast cheap expensive hot cold warm nice young whole main own certain clear close
    correct current difficult extra final further general left main nearest only particular personal previous private
    public recent regular simple single special upcoming usual
"""

_VERBS_TEXT = """
    accept add agree allow answer apply arrange arrive ask become begin believe bring buy call cancel catch cause change
    check choose close come confirm consider continue correct cost create decide delete deliver depart describe discuss
    drive eat end enter expect explain fail feel fill find finish fix follow forget get give go guess happen hear help
    hold hope include keep know learn leave let listen live look lose make mean meet miss move need offer open order pay
    pick play prefer press provide pull push put read receive recommend record reduce refill refuse remember remind
    remove repeat replace request require reschedule reserve return ring run save say schedule see seem select sell send
    set show sign sit sleep speak spell spend stand start stay stop submit suggest take talk tell think transfer travel
    try turn understand update use verify visit wait walk want wish work worry write
"""
_IRREGULAR_TEXT = """
    became began begun brought bought came caught chose chosen cost drove driven ate eaten fell felt found forgot
    forgotten got gotten gave given went gone heard held kept knew known learnt left lost made meant met paid put ran
    read said saw seen sent set shown sold spoke spoken spelt spent stood sat slept taken took thought told tried
    understood wrote written
"""
# Nouns that look like forms of verbs.
_NOUNS_TEXT = """
    morning evening building wedding meeting ceiling earring spring string king ring wing thing booking billing parking
    heading opening rating savings listing pudding clothing housing training painting recording hundred bed seed weed
    speed feed breed
"""
_OTHERS, _VERBS, _IRREGULAR, _NOUNS = (
    frozenset(words.split()) for words in (_OTHERS_TEXT, _VERBS_TEXT, _IRREGULAR_TEXT, _NOUNS_TEXT)
)
_STEM = re.compile(r"(?:ies|ied|es|ed|ing|s|d)$")


def weight(word: str) -> float:
    """Return how much a word of `spoken_words` counts when it was misheard, left out or added: 0 to 1.

    Words are told apart by lists of the frequent ones and by their endings; what is on none is a noun or a name.
    """
    if word.isdigit() or word in NEGATIONS or word in _NOUNS:
        return SIGNIFICANT
    if word in _OTHERS or (word.endswith("ly") and len(word) > len("only")):
        return MINOR
    return VERB if word in _IRREGULAR or _is_form_of_a_verb(word) else SIGNIFICANT


def _is_form_of_a_verb(word: str) -> bool:
    if word in _VERBS:
        return True
    ending = _STEM.search(word)
    if ending is None:
        return False
    stem = word[: ending.start()]
    # "cancelled", "paying", "making", "tried"
    return not _VERBS.isdisjoint(
        {stem, f"{stem}e", f"{stem}y", stem[:-1] if stem[-2:-1] == stem[-1:] else stem}
    )
