"""What the caller says of its own accord, by language and wording."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_agentsim.scenario.personality import Wording

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "FILLER",
    "FILLER_OF_ANSWERS",
    "FILLER_OF_QUESTIONS",
    "NEEDS_NO_FILLER",
    "SENTENCE_OPENERS",
    "Phrases",
    "of",
]

# What a chatty caller puts before a sentence.
FILLER = "Well,"
FILLER_OF_ANSWERS = "Sure,"
FILLER_OF_QUESTIONS = "One more thing,"
NEEDS_NO_FILLER = (
    "Thank",
    "Sure",
    "Yes",
    "No",
    "Also",
    "And ",
    "Hello",
    "Goodbye",
    "I'm sorry",
    "Could you repeat",
)
# Words with which our own sentences begin and that have no capital inside one.
_OPENERS_TEXT = """
    My Can Could Is Are Was Were Do Does Did Will Would Should May Might What Which When Where Who
    Why How The A An It It's There There's This That That's You Your They Am Have Has Had Thank
    Please Yes No Someone Nobody Everything Nothing Hello Goodbye We
"""
SENTENCE_OPENERS = frozenset(_OPENERS_TEXT.split())


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language: two clarifying sentences and one farewell for each wording; what is said into a long silence."""

    yes: str
    still_there: str
    clarify: Mapping[Wording, tuple[str, str]]
    farewell: Mapping[Wording, str]


def _phrases(
    yes: str,
    still_there: str,
    plain: tuple[str, str, str],
    terse: tuple[str, str, str],
    chatty: tuple[str, str, str],
) -> Phrases:
    by_wording = {Wording.PLAIN: plain, Wording.TERSE: terse, Wording.CHATTY: chatty}
    return Phrases(
        yes,
        still_there,
        {wording: (first, second) for wording, (first, second, _) in by_wording.items()},
        {wording: farewell for wording, (_, _, farewell) in by_wording.items()},
    )


# For each wording: the first clarifying sentence, the second, the farewell.
LANGUAGES = {
    "en": _phrases(
        "Yes",
        "Are you still there?",
        (
            "Sorry, could you repeat that?",
            "I'm not sure what you need from me. Could you put it another way?",
            "Thank you. Goodbye.",
        ),
        ("Sorry, what?", "Say again, please?", "Bye."),
        (
            "Oh, I'm sorry, I didn't quite get that. Could you say it once more, please?",
            "Hmm, I'm still not sure what you need from me. Could you put it another way?",
            "All right then, thank you so much for your help. Goodbye!",
        ),
    ),
    "es": _phrases(
        "Sí",
        "¿Sigue ahí?",
        (
            "Perdón, ¿podría repetirlo?",
            "No entiendo bien qué necesita. ¿Podría decirlo de otra manera?",
            "Gracias. Adiós.",
        ),
        ("¿Cómo?", "¿Otra vez, por favor?", "Adiós."),
        (
            "Ay, perdón, no le he entendido bien. ¿Podría repetirlo, por favor?",
            "Pues sigo sin entender qué necesita. ¿Podría decirlo de otra manera?",
            "Muy bien, muchas gracias por su ayuda. ¡Adiós!",
        ),
    ),
    "fr": _phrases(
        "Oui",
        "Vous êtes toujours là ?",
        (
            "Pardon, pourriez-vous répéter ?",
            "Je ne comprends pas bien ce qu'il vous faut. Pourriez-vous le dire autrement ?",
            "Merci. Au revoir.",
        ),
        ("Pardon ?", "Répétez, s'il vous plaît ?", "Au revoir."),
        (
            "Oh, excusez-moi, je n'ai pas bien compris. Pourriez-vous répéter, s'il vous plaît ?",
            "Eh bien, je ne comprends toujours pas ce qu'il vous faut. Pourriez-vous le dire autrement ?",
            "Très bien, merci beaucoup pour votre aide. Au revoir !",
        ),
    ),
    "de": _phrases(
        "Ja",
        "Sind Sie noch da?",
        (
            "Entschuldigung, könnten Sie das wiederholen?",
            "Ich verstehe nicht ganz, was Sie brauchen. Könnten Sie es anders sagen?",
            "Danke. Auf Wiederhören.",
        ),
        ("Wie bitte?", "Noch einmal, bitte?", "Tschüss."),
        (
            "Oh, Entschuldigung, das habe ich nicht ganz verstanden. Könnten Sie das bitte wiederholen?",
            "Hm, ich verstehe immer noch nicht, was Sie brauchen. Könnten Sie es anders sagen?",
            "Alles klar, vielen Dank für Ihre Hilfe. Auf Wiederhören!",
        ),
    ),
    "it": _phrases(
        "Sì",
        "È ancora in linea?",
        (
            "Scusi, può ripetere?",
            "Non capisco bene che cosa le serve. Può dirlo in un altro modo?",
            "Grazie. Arrivederci.",
        ),
        ("Come?", "Di nuovo, per favore?", "Arrivederci."),
        (
            "Oh, mi scusi, non ho capito bene. Può ripetere, per favore?",
            "Mah, non capisco ancora che cosa le serve. Può dirlo in un altro modo?",
            "Va bene, grazie mille per l'aiuto. Arrivederci!",
        ),
    ),
    "pt": _phrases(
        "Sim",
        "Ainda está aí?",
        (
            "Desculpe, poderia repetir?",
            "Não entendi bem o que precisa. Poderia dizer de outra forma?",
            "Obrigado. Até logo.",
        ),
        ("Como?", "De novo, por favor?", "Tchau."),
        (
            "Ah, desculpe, não entendi muito bem. Poderia repetir, por favor?",
            "Hum, ainda não entendi o que precisa. Poderia dizer de outra forma?",
            "Muito bem, muito obrigado pela ajuda. Até logo!",
        ),
    ),
}


def of(language: str) -> Phrases:
    """Return the phrases of a language (``en``, ``pt-BR``…), English where there are none."""
    return LANGUAGES.get(language.lower().replace("_", "-").split("-")[0], LANGUAGES["en"])
