"""The table of what the caller says of its own accord, by language.

Only languages whose sentences are certain are in it. Of some there is one wording, which then does for all. Japanese
is in kana, which every synthesizer can read.
"""
# ruff: noqa: RUF001  (letters and marks of other scripts)

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_agentsim.scenario.personality import Wording

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LANGUAGES", "Phrases"]

# The first clarifying sentence, the second, the farewell.
Sentences = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language: two clarifying sentences and one farewell for each wording; what is said into a long silence.

    `interjections` are what a caller says who cuts into the agent's turn of its own accord.
    """

    yes: str
    still_there: str
    interjections: tuple[str, ...]
    clarify: Mapping[Wording, tuple[str, str]]
    farewell: Mapping[Wording, str]


def _phrases(
    yes: str,
    still_there: str,
    interjections: tuple[str, ...],
    plain: Sentences,
    terse: Sentences | None = None,
    chatty: Sentences | None = None,
) -> Phrases:
    by_wording = {Wording.PLAIN: plain, Wording.TERSE: terse or plain, Wording.CHATTY: chatty or plain}
    return Phrases(
        yes,
        still_there,
        interjections,
        {wording: (first, second) for wording, (first, second, _) in by_wording.items()},
        {wording: farewell for wording, (_, _, farewell) in by_wording.items()},
    )


LANGUAGES: Mapping[str, Phrases] = {
    "en": _phrases(
        "Yes",
        "Are you still there?",
        ("Sorry, one moment.", "Yes, yes.", "Hold on a second.", "Okay, okay."),
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
        ("Perdón, un momento.", "Sí, sí.", "Espere un segundo.", "Vale, vale."),
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
        ("Pardon, un instant.", "Oui, oui.", "Attendez une seconde.", "D'accord, d'accord."),
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
        ("Entschuldigung, einen Moment.", "Ja, ja.", "Warten Sie kurz.", "Okay, okay."),
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
        ("Scusi, un momento.", "Sì, sì.", "Aspetti un attimo.", "Va bene, va bene."),
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
        ("Desculpe, um momento.", "Sim, sim.", "Espere um pouco.", "Certo, certo."),
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
    "cs": _phrases(
        "Ano",
        "Jste tam ještě?",
        ("Promiňte, moment.", "Ano, ano."),
        (
            "Promiňte, můžete to zopakovat?",
            "Nerozumím přesně, co potřebujete. Můžete to říct jinak?",
            "Děkuji. Na shledanou.",
        ),
    ),
    "da": _phrases(
        "Ja",
        "Er du der stadig?",
        ("Undskyld, lige et øjeblik.", "Ja, ja."),
        (
            "Undskyld, kan du gentage det?",
            "Jeg forstår ikke helt, hvad du har brug for. Kan du sige det på en anden måde?",
            "Tak. Farvel.",
        ),
    ),
    "fi": _phrases(
        "Kyllä",
        "Oletteko vielä siellä?",
        ("Anteeksi, hetkinen.", "Joo, joo."),
        (
            "Anteeksi, voisitteko toistaa?",
            "En oikein ymmärrä, mitä tarvitsette. Voisitteko sanoa sen toisin?",
            "Kiitos. Näkemiin.",
        ),
    ),
    "id": _phrases(
        "Ya",
        "Apakah Anda masih di sana?",
        ("Maaf, tunggu sebentar.", "Ya, ya."),
        (
            "Maaf, bisa diulangi?",
            "Saya kurang mengerti apa yang Anda perlukan. Bisa dikatakan dengan cara lain?",
            "Terima kasih. Sampai jumpa.",
        ),
    ),
    "ja": _phrases(
        "はい",
        "もしもし、まだいらっしゃいますか？",
        ("すみません、ちょっとまってください。", "はい、はい。"),
        (
            "すみません、もういちどおねがいします。",
            "よくわかりません。べつのいいかたでおねがいできますか？",
            "ありがとうございました。しつれいします。",
        ),
    ),
    "ko": _phrases(
        "네",
        "여보세요, 아직 계세요?",
        ("죄송해요, 잠시만요.", "네, 네."),
        (
            "죄송하지만 다시 말씀해 주시겠어요?",
            "무엇이 필요하신지 잘 모르겠어요. 다르게 말씀해 주시겠어요?",
            "감사합니다. 안녕히 계세요.",
        ),
    ),
    "nl": _phrases(
        "Ja",
        "Bent u er nog?",
        ("Sorry, een moment.", "Ja, ja."),
        (
            "Sorry, kunt u dat herhalen?",
            "Ik begrijp niet goed wat u nodig hebt. Kunt u het anders zeggen?",
            "Dank u wel. Tot ziens.",
        ),
    ),
    "no": _phrases(
        "Ja",
        "Er du der fortsatt?",
        ("Unnskyld, et øyeblikk.", "Ja, ja."),
        (
            "Unnskyld, kan du gjenta det?",
            "Jeg forstår ikke helt hva du trenger. Kan du si det på en annen måte?",
            "Takk. Ha det.",
        ),
    ),
    "pl": _phrases(
        "Tak",
        "Halo, czy nadal mnie słychać?",
        ("Przepraszam, chwileczkę.", "Tak, tak."),
        (
            "Przepraszam, czy można powtórzyć?",
            "Nie do końca rozumiem, co jest potrzebne. Czy można to powiedzieć inaczej?",
            "Dziękuję. Do widzenia.",
        ),
    ),
    "ro": _phrases(
        "Da",
        "Mai sunteți acolo?",
        ("Scuzați, un moment.", "Da, da."),
        (
            "Scuzați, puteți repeta?",
            "Nu înțeleg exact de ce aveți nevoie. Puteți spune altfel?",
            "Mulțumesc. La revedere.",
        ),
    ),
    "ru": _phrases(
        "Да",
        "Вы ещё здесь?",
        ("Извините, минутку.", "Да, да."),
        (
            "Извините, не могли бы вы повторить?",
            "Я не совсем понимаю, что вам нужно. Не могли бы вы сказать это по-другому?",
            "Спасибо. До свидания.",
        ),
    ),
    "sv": _phrases(
        "Ja",
        "Är du kvar?",
        ("Förlåt, ett ögonblick.", "Ja, ja."),
        (
            "Förlåt, kan du säga det igen?",
            "Jag förstår inte riktigt vad du behöver. Kan du säga det på ett annat sätt?",
            "Tack. Hej då.",
        ),
    ),
    "tr": _phrases(
        "Evet",
        "Hâlâ orada mısınız?",
        ("Pardon, bir dakika.", "Evet, evet."),
        (
            "Affedersiniz, tekrar eder misiniz?",
            "Neye ihtiyacınız olduğunu tam anlamadım. Başka türlü söyler misiniz?",
            "Teşekkürler. Hoşça kalın.",
        ),
    ),
    "uk": _phrases(
        "Так",
        "Ви ще тут?",
        ("Вибачте, хвилинку.", "Так, так."),
        (
            "Вибачте, чи могли б ви повторити?",
            "Я не зовсім розумію, що вам потрібно. Чи могли б ви сказати це інакше?",
            "Дякую. До побачення.",
        ),
    ),
    "zh": _phrases(
        "是的",
        "您还在吗？",
        ("不好意思，请等一下。", "好的，好的。"),
        ("不好意思，您能再说一遍吗？", "我不太明白您需要什么。您能换个说法吗？", "谢谢，再见。"),
    ),
    "sk": _phrases(
        "Áno",
        "Ste tam ešte?",
        ("Prepáčte, moment.", "Áno, áno.", "Okamih, prosím.", "Dobre, dobre."),
        (
            "Prepáčte, mohli by ste to zopakovať?",
            "Nie je mi jasné, čo odo mňa potrebujete. Mohli by ste to povedať inak?",
            "Ďakujem. Dovidenia.",
        ),
    ),
    "hu": _phrases(
        "Igen",
        "Ott van még?",
        ("Bocsánat, egy pillanat.", "Igen, igen.", "Egy másodperc.", "Jó, jó."),
        (
            "Elnézést, megismételné?",
            "Nem egészen értem, mire van szüksége. Elmondaná másképp?",
            "Köszönöm. Viszonthallásra.",
        ),
    ),
    "et": _phrases(
        "Jah",
        "Kas olete veel seal?",
        ("Vabandust, üks hetk.", "Jah, jah.", "Oodake natuke.", "Hästi, hästi."),
        (
            "Vabandust, kas saaksite seda korrata?",
            "Ma ei saa päris aru, mida te minult vajate. Kas saaksite seda teisiti öelda?",
            "Aitäh. Head aega.",
        ),
    ),
    "af": _phrases(
        "Ja",
        "Is u nog daar?",
        ("Jammer, een oomblik.", "Ja, ja.", "Wag 'n bietjie.", "Goed, goed."),
        (
            "Jammer, kan u dit asseblief herhaal?",
            "Ek is nie seker wat u van my nodig het nie. Kan u dit anders stel?",
            "Dankie. Totsiens.",
        ),
    ),
    "bg": _phrases(
        "Да",
        "Там ли сте още?",
        ("Извинете, един момент.", "Да, да.", "Секунда, моля.", "Добре, добре."),
        (
            "Извинете, бихте ли повторили?",
            "Не ми е ясно какво ви трябва от мен. Бихте ли го казали по друг начин?",
            "Благодаря. Довиждане.",
        ),
    ),
    "el": _phrases(
        "Ναι",
        "Είστε ακόμα εκεί;",
        ("Συγγνώμη, μια στιγμή.", "Ναι, ναι.", "Ένα λεπτό, παρακαλώ.", "Εντάξει, εντάξει."),
        (
            "Συγγνώμη, μπορείτε να το επαναλάβετε;",
            "Δεν καταλαβαίνω τι χρειάζεστε από εμένα. Μπορείτε να το πείτε αλλιώς;",
            "Ευχαριστώ. Αντίο.",
        ),
    ),
    "hi": _phrases(
        "हाँ",
        "क्या आप अभी भी लाइन पर हैं?",
        ("माफ़ कीजिए, एक मिनट।", "हाँ, हाँ।", "ज़रा रुकिए।", "ठीक है, ठीक है।"),
        (
            "माफ़ कीजिए, क्या आप दोबारा कह सकते हैं?",
            "मुझे समझ नहीं आया कि आपको क्या चाहिए। क्या आप इसे दूसरे शब्दों में कह सकते हैं?",
            "धन्यवाद। नमस्ते।",
        ),
    ),
    "bn": _phrases(
        "হ্যাঁ",
        "আপনি কি এখনও আছেন?",
        ("মাফ করবেন, এক মিনিট।", "হ্যাঁ, হ্যাঁ।", "একটু দাঁড়ান।", "ঠিক আছে, ঠিক আছে।"),
        (
            "মাফ করবেন, আরেকবার বলবেন?",
            "আপনি আমার কাছে কী চাইছেন বুঝতে পারছি না। অন্যভাবে বলবেন কি?",
            "ধন্যবাদ। বিদায়।",
        ),
    ),
    "ar": _phrases(
        "نعم",
        "هل ما زلت معي؟",
        ("عذراً، لحظة من فضلك.", "نعم، نعم.", "لحظة واحدة.", "حسناً، حسناً."),
        (
            "عذراً، هل يمكنك إعادة ما قلت؟",
            "لم أفهم ما المطلوب مني. هل يمكنك قول ذلك بطريقة أخرى؟",
            "شكراً. مع السلامة.",
        ),
    ),
    "he": _phrases(
        "כן",
        "האם אתם עדיין שם?",
        ("סליחה, רגע אחד.", "כן, כן.", "רק שנייה.", "בסדר, בסדר."),
        (
            "סליחה, אפשר לחזור על זה?",
            "לא ברור לי מה צריך ממני. אפשר לומר את זה אחרת?",
            "תודה. להתראות.",
        ),
    ),
    "vi": _phrases(
        "Vâng",
        "Anh chị còn đó không?",
        ("Xin lỗi, chờ một chút.", "Vâng, vâng.", "Đợi một giây.", "Được rồi, được rồi."),
        (
            "Xin lỗi, anh chị có thể nhắc lại được không?",
            "Tôi chưa hiểu anh chị cần gì ở tôi. Anh chị có thể nói cách khác được không?",
            "Cảm ơn. Tạm biệt.",
        ),
    ),
    "th": _phrases(
        "ใช่",
        "ยังอยู่ไหม",
        ("ขอโทษ รอสักครู่", "ใช่ ใช่", "รอแป๊บหนึ่ง", "โอเค โอเค"),
        (
            "ขอโทษ ช่วยพูดอีกครั้งได้ไหม",
            "ไม่เข้าใจว่าต้องการอะไร ช่วยพูดอีกแบบได้ไหม",
            "ขอบคุณ ลาก่อน",
        ),
    ),
    "ms": _phrases(
        "Ya",
        "Anda masih di sana?",
        ("Maaf, sekejap.", "Ya, ya.", "Tunggu sebentar.", "Baik, baik."),
        (
            "Maaf, boleh ulang sekali lagi?",
            "Saya tidak pasti apa yang anda perlukan daripada saya. Boleh terangkan dengan cara lain?",
            "Terima kasih. Selamat tinggal.",
        ),
    ),
    "tl": _phrases(
        "Opo",
        "Nandiyan pa po ba kayo?",
        ("Sandali lang po.", "Opo, opo.", "Teka lang po.", "Sige po, sige po."),
        (
            "Pasensya na po, pwede po bang pakiulit?",
            "Hindi ko po sigurado kung ano ang kailangan ninyo sa akin. Pwede po bang sabihin sa ibang paraan?",
            "Salamat po. Paalam.",
        ),
    ),
}
