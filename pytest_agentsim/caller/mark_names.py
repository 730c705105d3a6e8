"""How people name the marks of e-mail addresses and the like when they spell, by language."""
# ruff: noqa: RUF001  (letters of other scripts)

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["MARKS", "NAMES", "name_of_mark"]

# Some of them a voice would read as a pause, or not at all.
MARKS = "@.-_/+#*&"

# In the order of MARKS. Languages that use the English names have them in their own letters, for a voice to read.
_TABLE = """
af | at | punt | koppelteken | onderstreep | skuinsstreep | plus | hutsteken | ster | en
ar | آت | نقطة | شرطة | شرطة سفلية | شرطة مائلة | زائد | مربع | نجمة | و
bg | кльомба | точка | тире | долна черта | наклонена черта | плюс | диез | звезда | и
bn | অ্যাট | ডট | ড্যাশ | আন্ডারস্কোর | স্ল্যাশ | প্লাস | হ্যাশ | স্টার | এবং
cs | zavináč | tečka | pomlčka | podtržítko | lomítko | plus | křížek | hvězdička | a
da | snabel-a | punktum | bindestreg | understreg | skråstreg | plus | firkant | stjerne | og
de | at | Punkt | Bindestrich | Unterstrich | Schrägstrich | plus | Raute | Stern | und
el | παπάκι | τελεία | παύλα | κάτω παύλα | κάθετος | συν | δίεση | αστερίσκος | και
en | at | dot | dash | underscore | slash | plus | hash | star | and
es | arroba | punto | guion | guion bajo | barra | más | almohadilla | asterisco | y
et | ätt | punkt | sidekriips | alakriips | kaldkriips | pluss | trellid | tärn | ja
fi | ät | piste | viiva | alaviiva | kauttaviiva | plus | ruutu | tähti | ja
fr | arobase | point | tiret | tiret bas | barre oblique | plus | dièse | étoile | et
gu | ઍટ | ડૉટ | ડૅશ | અંડરસ્કોર | સ્લૅશ | પ્લસ | હૅશ | સ્ટાર | અને
he | שטרודל | נקודה | מקף | קו תחתון | לוכסן | פלוס | סולמית | כוכבית | וגם
hi | ऐट | डॉट | डैश | अंडरस्कोर | स्लैश | प्लस | हैश | स्टार | और
hr | at | točka | crtica | podvlaka | kosa crta | plus | ljestve | zvjezdica | i
hu | kukac | pont | kötőjel | aláhúzás | per | plusz | kettőskereszt | csillag | és
id | at | titik | strip | garis bawah | garis miring | tambah | pagar | bintang | dan
it | chiocciola | punto | trattino | trattino basso | barra | più | cancelletto | asterisco | e
ja | アットマーク | ドット | ハイフン | アンダーバー | スラッシュ | プラス | シャープ | アスタリスク | アンド
kn | ಅಟ್ | ಡಾಟ್ | ಡ್ಯಾಶ್ | ಅಂಡರ್‌ಸ್ಕೋರ್ | ಸ್ಲ್ಯಾಶ್ | ಪ್ಲಸ್ | ಹ್ಯಾಶ್ | ಸ್ಟಾರ್ | ಮತ್ತು
ko | 골뱅이 | 점 | 하이픈 | 밑줄 | 슬래시 | 더하기 | 우물 정자 | 별표 | 앤드
ml | അറ്റ് | ഡോട്ട് | ഡാഷ് | അണ്ടർസ്കോർ | സ്ലാഷ് | പ്ലസ് | ഹാഷ് | സ്റ്റാർ | ആൻഡ്
mr | ॲट | डॉट | डॅश | अंडरस्कोर | स्लॅश | प्लस | हॅश | स्टार | आणि
ms | at | titik | sengkang | garis bawah | garis miring | tambah | pagar | bintang | dan
nl | apenstaartje | punt | streepje | laag streepje | schuine streep | plus | hekje | sterretje | en
no | krøllalfa | punktum | bindestrek | understrek | skråstrek | pluss | firkant | stjerne | og
pa | ਐਟ | ਡੌਟ | ਡੈਸ਼ | ਅੰਡਰਸਕੋਰ | ਸਲੈਸ਼ | ਪਲੱਸ | ਹੈਸ਼ | ਸਟਾਰ | ਅਤੇ
pl | małpa | kropka | myślnik | podkreślnik | ukośnik | plus | krzyżyk | gwiazdka | i
pt | arroba | ponto | hífen | sublinhado | barra | mais | cardinal | asterisco | e
ro | arond | punct | cratimă | liniuță jos | bară oblică | plus | diez | stea | și
ru | собака | точка | дефис | подчёркивание | косая черта | плюс | решётка | звёздочка | и
sk | zavináč | bodka | pomlčka | podčiarkovník | lomka | plus | mriežka | hviezdička | a
sv | snabel-a | punkt | bindestreck | understreck | snedstreck | plus | fyrkant | stjärna | och
ta | அட் | டாட் | டாஷ் | அண்டர்ஸ்கோர் | ஸ்லாஷ் | பிளஸ் | ஹாஷ் | ஸ்டார் | மற்றும்
te | అట్ | డాట్ | డాష్ | అండర్‌స్కోర్ | స్లాష్ | ప్లస్ | హ్యాష్ | స్టార్ | మరియు
th | แอท | จุด | ขีด | ขีดล่าง | ทับ | บวก | สี่เหลี่ยม | ดอกจัน | และ
tl | at | tuldok | gitling | underscore | slash | plus | hash | star | and
tr | et | nokta | tire | alt çizgi | eğik çizgi | artı | kare | yıldız | ve
uk | равлик | крапка | дефіс | підкреслення | скісна риска | плюс | решітка | зірочка | і
vi | a còng | chấm | gạch ngang | gạch dưới | gạch chéo | cộng | thăng | sao | và
zh | 艾特 | 点 | 横杠 | 下划线 | 斜杠 | 加号 | 井号 | 星号 | 和
"""


def _read(line: str) -> tuple[str, dict[str, str]]:
    language, *names = (cell.strip() for cell in line.split("|"))
    return language, dict(zip(MARKS, names, strict=True))


NAMES: Mapping[str, Mapping[str, str]] = dict(_read(line) for line in _TABLE.split("\n") if line)


def name_of_mark(character: str, language: str) -> str | None:
    """Return what a mark is called in a language (``en``, ``pt-BR``…), in English where it has no names; else None."""
    primary = language.lower().replace("_", "-").split("-")[0]
    return NAMES.get(primary, NAMES["en"]).get(character)
