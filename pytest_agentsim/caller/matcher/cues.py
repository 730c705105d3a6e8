"""The wordings that give an act away in what an agent says."""

from __future__ import annotations

from enum import StrEnum, auto

from pytest_agentsim.caller.patterns import lazily

__all__ = ["CUES", "Cue", "cues_in"]


class Cue(StrEnum):
    """A wording; those that are called weak prove nothing by themselves."""

    CHECK = auto()
    WEAK_CHECK = auto()
    OFFER_TO = auto()
    SUGGEST = auto()
    WEAK_SUGGEST = auto()
    COUNT = auto()
    DONE = auto()
    FAILED = auto()
    WEAK_FAILED = auto()
    ANYTHING_ELSE = auto()
    HOW_HELP = auto()
    GREET = auto()
    INTRODUCE = auto()
    GOODBYE = auto()
    WEAK_GOODBYE = auto()
    TRANSFER = auto()
    HOLD = auto()
    REPEAT = auto()
    NOT_UNDERSTOOD = auto()
    CANNOT_HELP = auto()
    APOLOGISE = auto()
    THANK = auto()
    WELCOME = auto()
    VOICEMAIL = auto()
    CALL_REASON = auto()
    MENU = auto()


class Wordings:
    """Alternative wordings; those that begin with `OPENING` are looked for at the beginning alone, which is quicker."""

    def __init__(self, *wordings: str) -> None:
        opening = [each.removeprefix(OPENING) for each in wordings if each.startswith(OPENING)]
        anywhere = [each for each in wordings if not each.startswith(OPENING)]
        self._opening = lazily(rf"\W*(?:{'|'.join(opening)})") if opening else None
        self._anywhere = lazily("|".join(anywhere)) if anywhere else None

    def occur_in(self, text: str) -> bool:
        """Whether one of them occurs in a sentence in lower case."""
        return (self._anywhere is not None and self._anywhere.search(text) is not None) or (
            self._opening is not None and self._opening.match(text) is not None
        )


OPENING = r"^\W*"
PARTICIPLES = (
    "booked|confirmed|reserved|scheduled|rescheduled|cancel(?:l)?ed|refunded|ordered|"
    "placed|purchased|bought|paid|"
    "completed?|done|made|sent|emailed|e-mailed|texted|mailed|submitted|processed|"
    "finali[sz]ed|updated|changed|"
    "corrected|added|removed|arranged|secured|filed|approved|requested|rented|shared|"
    "created|verified|activated|"
    "deactivated|unlocked|locked|frozen|blocked|reset|renewed|refilled|transferred|moved|"
    "issued|credited|waived|"
    "started|set|recorded|registered|enrolled|opened|closed|applied|resolved|fixed|"
    "restored|shipped|dispatched|"
    "delivered|replaced|extended|assigned|noted|logged|taken care of|escalated|located "
    "your|found your|on (?:its|it's|the|your) way"
)
SMALL_NUMBER = (
    r"(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|several|a few|quite a "
    r"few|a couple|many)"
)
GOOD = (
    r"(?:good|great|nice|wonderful|lovely|pleasant|fantastic|blessed|safe|amazing|awesome|"
    r"beautiful|excellent|fabulous|super)"
)
CANNOT = r"\b(?:can(?:'t|not)|could(?:n't| not)|can not|unable to|not able to|won't|will not)\b"
NOT = r"(?:n't| not)"
BETWEEN = r"(?:(?:now|all|also|already|just|been|it|that|this|your?|the|[\w']+ly) ){0,4}"

CUES: dict[Cue, Wordings] = {
    Cue.CHECK: Wordings(
        r"\b(?:is|are|was|were|do|did|does|have) (?:that|this|it|these|those|they|everything|"
        r"all|i|you|the \w+|your? \w+)\b[^?]{0,30}\b(?:correct|right|accurate|in order)\b",
        r"^\W*(?:correct|right|yes)\s*\?",
        r"[,.;:-] ?(?:correct|right|yes)\s*\?",
        r"\bcorrect\s*\??$",
        r"\b(?:please|kindly|can you|could you|would you|i need you to) (?:please |just |"
        r"kindly )?(?:re-?)?(?:confirm|verify|check|ensure)\b",
        r"\b(?:to|let me(?: just| quickly)?|i(?:'d| would) like to|i(?:'m| am) just|just)(?: "
        r"just)? (?:re-?)?(?:confirm|verify|double[- ]check|recap|review|clarify|summari[sz]e|"
        r"go over|make sure)\b",
        r"^\W*(?:confirm|verify)\b",
        r"\b(?:confirm|verify|check)(?: if| the following|:)",
        r"\bconfirming\b|\bthe following (?:details|information)\b|\bdetails (?:are|again|below)\b",
        r"^\W*(?:(?:ok(?:ay)?|alright|great|perfect|got it|sure|so|and|then),? )*so,? "
        r"you(?:'d| would| want| wish|'re| are| need)",
        r"^\W*(?:(?:ok(?:ay)?|alright|sure|so|great),? )*you(?:'d like| would like| want| "
        r"wish|'re looking|'re \w+ing| are \w+ing)\b",
        r"\bso,? (?:that's|that is|i have|i'll|i will)\b.*\?",
    ),
    Cue.WEAK_CHECK: Wordings(
        r"\b(?:sound|look)s? (?:good|right|correct|ok(?:ay)?|fine)\b",
        r"\b(?:is|are|would|does) (?:that|this|it|everything|these)(?: be| all| sound| look)? "
        r"(?:ok(?:ay)?|good|fine|alright|true)\b",
        r"[,.] ?(?:ok(?:ay)?|alright)\s*\?",
    ),
    Cue.OFFER_TO: Wordings(
        r"\b(?:would|do|did|might|will|are) you (?:also |still |now |perhaps |maybe )?(?:like|"
        r"want|wish|care|prefer|be interested|interested|need|rather)\b",
        r"\b(?:shall|should|may|can|could|might) (?:i|we)\b(?! (?:please )?(?:have|get your|"
        r"ask|take your|know)\b)",
        r"^\W*(?:want|wanna|like|care|ready|interested)\b",
        r"\bwant me to\b",
        r"\b(?:i|we)(?: can| could|'d be (?:happy|glad) to| would be (?:happy|glad) to|'ll be "
        r"(?:happy|glad) to|'m happy to| am happy to| am able to)\b(?! (?:not|confirm|see|"
        r"tell))",
        r"\b(?:do you|are you) (?:ready|okay|ok|sure)\b|\bgo ahead\b|\bhow about (?:i|we|"
        r"\w+ing)\b|\blet me know if you(?:'d| would)? (?:like|want)",
        r"\bif you(?:'d| would) (?:like|prefer)\b|\bif you want\b|\bis it (?:ok|okay|alright|"
        r"all right|fine) (?:if|to|for)\b|\b(?:do|would) you mind if\b|\bwould it (?:help|be "
        r"helpful|work) if\b",
    ),
    Cue.SUGGEST: Wordings(
        r"\b(?:how|what) (?:about|do you (?:think|feel))\b|\bhow(?:'s| is| does)\b",
        r"\b(?:i|we)(?:'ve| have| can see|'m seeing| can| do)? ?(?:also )?(?:found|find|"
        r"located|got|see|recommend|suggest|have|show|offer)\b",
        r"\bthere(?:'s| is| are|'re)\b|\bone (?:of (?:them|which|those|the \w+)|is|option|such)\b",
        r"\byou (?:might|may|could|can|would|should|will)(?: also| probably| really)? (?:like|"
        r"try|enjoy|check|consider|want|choose|visit|love)\b",
        r"\bmy (?:suggestion|recommendation)|\brecommend|\bsuggest|\balternatively\b|\bwould "
        r".{3,60} (?:work|be ok(?:ay)?|suit)\b|\bdoes .{3,60} work\b",
        r"\bare you (?:interested|ok(?:ay)?) (?:in|with)\b|\bdo you like\b|\bwould you (?:be "
        r"interested in|prefer|like to (?:try|visit|see|go to|watch|listen|hear))\b",
        r"\b(?:is|are|it's) (?:a|another) (?:\w+ )?(?:good|great|nice|excellent|highly|"
        r"popular|wonderful|\w+-rated)\b|\bis (?:nice|good|great|available|really nice|"
        r"another)\b|\banother (?:\w+ )?(?:option|choice|one|good|great|nice)\b",
    ),
    Cue.WEAK_SUGGEST: Wordings(
        r"\boptions?\b|\b(?:another|next|instead|first|also)\b",
        r"\b(?:is|are|it's) (?:a|an|one of|at|in|on|located|taking place|showing|playing|"
        r"happening|leaving|departing)\b",
        r"\b(?:leav|depart)(?:es|s|ing|e)\b|\btakes? off\b|\btry\b|\bwill be (?:playing|"
        r"performing|held|taking place|at)\b",
    ),
    Cue.COUNT: Wordings(
        r"\b(?:found|find|have|there (?:is|are|were|was)|there's|there're|see|got|listed|"
        r"you've|i've|i can see|only|shows?|located|seeing)(?: (?:about|around|over|only|a "
        rf"total of|at least|you|up|also|for you|results? for|the))? {SMALL_NUMBER}\b(?!:)(?! "
        r"?(?:of|am|pm|percent|dollars|transfers?|stops?|bed|bath|bedrooms?|star|stars|a\.m|"
        r"p\.m)\b)(?!\.\d)",
        rf"\b(?:of|from|among) the {SMALL_NUMBER}\b|\b{SMALL_NUMBER} (?:\w+ ){{0,3}}(?:options|"
        r"results|matches|choices|found)\b",
        rf"^\W*(?:\w+, )?{SMALL_NUMBER} (?:\w+ ){{0,2}}\w+s (?:that|which|available|match\w*|"
        r"were found|are)\b",
    ),
    Cue.DONE: Wordings(
        r"\b(?:is|are|was|were|has|have|been|be|got|get|it's|that's|i've|we've|you've|i'm|"
        r"you're|they've|(?<=[a-z])'s|now|i|we|just|has been)(?<!will be)(?<!to be) (?!not\b|"
        r"being |going to |(?:fully|completely|totally) booked\b|(?:all )?booked (?:up|solid|out)\b)"
        rf"(?<!can be )(?<!could be ){BETWEEN}(?:{PARTICIPLES})\b",
        rf"^\W*(?:{PARTICIPLES})\b(?! (?:by|for) )",
        r"\b(?:reservation|appointment|booking|ticket|purchase|flight|trip|tour|room|hotel|seat|session|claim|request|"
        r"table|ride|transfer|order|visit|refund|payment)s? (?:now )?(?:booked|"
        r"confirmed|made|scheduled|reserved|cancelled|canceled|complete[d]?|processed)\b",
        r"(?<!not )(?<!un)(?<!not been )\bsuccess(?:ful(?:ly)?)?\b|\bwent through\b|\bgone "
        r"through\b|\b(?<!not )all set\b|\ball done\b|\bgood to go\b",
        r"\byou(?:'re| are) (?:set|booked|confirmed)\b|\b(?:is|has) (?:now |just )?(?:playing|"
        r"begun|complete|starting)(?= now|[.!,]|$)|\b(?:is|are) now playing\b|\bnow "
        r"(?:playing|starting)\b|\bstarted (?:playing|to play|the|your)\b",
        r"^\W*(?:\w+, )?(?:starting|playing) \w+",
        r"\benjoy (?:the|your) (?:movie|music|song|show|film|event|game|concert|meal|ride|"
        r"visit)\b|\b(?:your|the) confirmation (?:number|code|id) is\b",
        r"\byou(?:'ve got| have got| now have)\b|\bi(?:'ve| have) (?:made|placed|put)\b|"
        r"\bi(?:'ve| have)? (?:gone ahead and )(?:\w+ed)\b",
    ),
    Cue.FAILED: Wordings(
        rf"\b(?:could|can|was|were|am|is|are|did|does|has|have|had|ca|wo|would){NOT}\b(?! "
        r"(?:only|hesitate|worry|you|that|it\?|too|charge))",
        r"\bcannot\b|\bunable\b|\bnot (?:able|possible|successful|available|found|in (?:our|"
        r"the|my) system|eligible|valid|going to work)\b|\b(?:do|can) not (?:see|have|find|"
        r"show)\b|\bdon't (?:see|have|find|show|think|currently)\b",
        r"\bfail\w*|\bunsuccess\w*|\bunavailable\b|\binvalid\b|\bdeclined\b|\bdenied\b|"
        r"\brejected\b|\bfully booked\b|\ball booked\b|\bsold out\b|\bbooked up\b|\bbooked "
        r"solid\b|\bno longer\b|\bconflict\b",
        r"\b(?:had|have|having|was|been|is|'s|ran into|encountered|got) (?:a |an |some |the |"
        r"any )?(?:\w+ )?(?:problem|issue|error|trouble|difficult\w+)\b",
        r"\bno (?:such|other|more|further|available|matching|results?|match\w*|record\w*|"
        r"openings?|availability|slots?|rooms?|tables?|tickets?|flights?|seats?|appointments?|"
        r"additional|luck|account|\w+ (?:found|available|match\w*|with|in|at|for|under|left|"
        r"that|were))\b",
        r"\b(?:isn't|aren't|wasn't|weren't|are not|is not) any\b|\b(?:sorry|unfortunately),? (?:no|not)\b|"
        r"\b(?:is|are) none\b",
    ),
    Cue.WEAK_FAILED: Wordings(
        r"^\W*no\b",
        r"\bunfortunate\w*\b|\bsorry\b|\bapologi[sz]e|\bnothing\b|\bnone\b|\bthe only\b|\bafraid\b|"
        r"\bany ?more\b|\bregret\b",
    ),
    Cue.ANYTHING_ELSE: Wordings(
        r"\b(?:any|some) ?things? (?:else|more|further|other)\b(?! than)|\banything (?:i|we) "
        r"can\b|\bwhat else\b|\bwhat(?:'s| is) next\b",
        r"^\W*anything (?:else|more)",
        r"\b(?:any|some) ?(?:more|other|further|additional) (?:help|assistance|questions?|"
        r"things?|ways?|needs?|requests?|tasks?|concerns?|issues?)\b|\bother (?:questions|"
        r"concerns)\b",
        r"\b(?:further|additional|more) (?:assistance|help)\b|\bassist (?:you )?(?:any "
        r")?further\b|\bfurther assist\b|\bhelp (?:you )?(?:again|further|any further|with "
        r"(?:something|anything))\b",
        r"\banother (?:thing|task|question|request|matter)\b|\b(?:is|will) that (?:be "
        r")?(?:all|it|everything)\b|\bany ?more (?:help|assistance)\b|\b(?:do|help) (?:for "
        r")?(?:you )?(?:with )?any ?(?:thing|more)\b|\bother (?:way|thing)s? (?:i|we|that)\b|"
        r"\b(?:more|else) (?:that )?(?:i|we) can\b",
    ),
    Cue.HOW_HELP: Wordings(
        r"\bhow (?:can|may|could|might|should) (?:i|we) (?:help|assist|be of|direct|serve)|"
        r"\bhow may i direct\b|\bhow (?:i|we) (?:can|may) (?:help|assist)",
        r"\bwhat (?:can|may|could) (?:i|we) (?:do|help|assist|get)|\bwhat (?:brings you|are "
        r"you calling)|\bwhat would you like (?:help|to do today|assistance)|\bwhat do you "
        r"need help\b|\bwhat seems to be the",
        r"\bwhat(?:'s| is) the (?:reason|purpose) (?:for|of) your\b|\breason for (?:your|the) "
        r"call\b|\bwhat(?:'s| is) (?:the nature|this (?:call )?(?:about|regarding))",
    ),
    Cue.GREET: Wordings(
        r"^\W*(?:well,? |oh,? )?(?:hi|hello|hey|howdy|greetings|good (?:morning|afternoon|"
        r"evening|day)|welcome)\b",
        r"\bthank(?:s| you) for (?:calling|contacting|reaching out|choosing)\b|\bwelcome to\b|"
        r"\bnice to (?:meet|hear from) you\b",
    ),
    Cue.INTRODUCE: Wordings(
        r"\bmy name(?:'s| is)\b|\bthis is (?:[a-z]+ ){1,4}(?:speaking|from|with|at|calling|"
        r"here)\b|\b(?:you've|you have) reached\b|\bwelcome to\b|\bthank(?:s| you) for "
        r"calling [a-z]+|\bspeaking(?: with you)?[.!]?$",
        r"\b(?:i'm|i am) (?:[a-z]+,? ){0,2}(?:your|an?|the) (?:\w+ ){0,3}(?:assistant|agent|"
        r"representative|receptionist|bot|operator|concierge|ai|specialist)\b",
    ),
    Cue.GOODBYE: Wordings(
        rf"\b(?:good ?)?bye(?:-bye)?\b|\bhave (?:a|an) (?:very |really |super )?{GOOD}(?: and "
        r"\w+)? (?:day|one|night|evening|afternoon|morning|weekend|week|rest|time|trip|flight|"
        rf"stay|visit|ride|journey|holiday)\b|\bhave {GOOD} day\b",
        r"\b(?:have|enjoy) (?:your|the rest of your|the) (?:day|evening|night|afternoon|week|"
        r"weekend)\b|\byou have a \w+ (?:day|evening|night|weekend)\b|\btake care\b(?! of)|"
        r"\bfarewell\b|\bgood night\b|\b(?:great|nice|wonderful) (?:day|evening)\b",
        r"\bsee you (?:then|soon|later|on|at|next|tomorrow|there)\b|\b(?:talk|speak) to you "
        r"(?:soon|later)\b|\bi(?:'ll| will) (?:end|disconnect) (?:the|this) call\b|\bending "
        r"(?:the|this) call\b",
        r"\bthank(?:s| you)(?: so much| very much)? for (?:calling|contacting|your (?:time|"
        r"call)|choosing|using)\b",
    ),
    Cue.WEAK_GOODBYE: Wordings(
        r"\b(?:glad|happy|pleased) (?:that )?(?:i|we) (?:could|was able|were able)\b|"
        r"\b(?:glad|happy|pleased) to (?:have |be )?(?:be of|been|help\w*|assist\w*|of)\b|"
        r"\b(?:a |my )?pleasure\b|\bhave fun\b|\bhave an? \w+\b|\benjoy\b",
        r"^\W*(?:(?:ok(?:ay)?|sure|great|alright|no problem|thank you|thanks),? "
        r")*(?:you(?:'re| are) (?:very |most |quite |always )?welcome|no problem|anytime|any "
        r"time|cheers|thank you|thanks|of course|sure thing|no worries)\b[^?]{0,30}$",
    ),
    Cue.TRANSFER: Wordings(
        r"\b(?:transfer|connect|forward|redirect|rout|put|pass|hand|patch)(?:e|ing|ring|"
        r"ting)?(?: (?:you|your call|this call|the call|him|her|them))(?: (?:now|over|on|"
        r"through|directly|back))*(?: (?:to|with|through)\b|[.!,]|$)",
        r"\bget (?:you )?(?:a|someone|somebody|an?other) (?:\w+ ){0,3}(?:on the line|for you|"
        r"to help)\b|\b(?:transferring|connecting|routing)\b(?= (?:you|your call|to|now))|"
        r"\bbeing (?:transferred|connected|routed)\b",
    ),
    Cue.HOLD: Wordings(
        r"\b(?:one|a|just a|just one) (?:quick |brief )?(?:moment|second|minute|sec|min)\b(?! "
        r"(?:ago|left|ride))|\bplease (?:hold|wait|stand by|stay on the line|remain on)\b|"
        r"\b(?:can|could|would) you (?:please )?(?:hold|wait)\b",
        r"\b(?:hold|hang) on\b|\bbear with me\b|\bstay on the line\b|\bon hold\b|\bwhile i "
        r"(?:check|look|pull|find|verify|search|access|process|get)\b|\bbe right back\b|"
        r"\bstand by\b|\bgive me (?:a|one|just)\b",
    ),
    Cue.REPEAT: Wordings(
        r"^\W*(?:pardon|sorry)(?: me)?\s*\?",
        r"\b(?:repeat|rephrase)\b|\b(?:say|tell|give) (?:me )?(?:that|it|this|your \w+)(?: "
        rf"\w+){{0,2}} again\b|\bcome again\b|\bone more time\b|\bonce more\b|\bbeg your "
        rf"pardon\b|\b(?:did{NOT}|do{NOT}|could{NOT}|"
        r"can(?:'t|not))(?: \w+)? (?:catch|hear|get) (?:that|you|what|your|it)\b|\btry "
        r"saying\b|\bspeak (?:up|slower|more slowly)\b",
    ),
    Cue.NOT_UNDERSTOOD: Wordings(
        rf"(?:\b(?:did|do|could|am){NOT}|\bcan(?:'t|not)|\bnot sure i|\b(?:trouble|difficulty)|"
        rf"\bi'm not)(?: \w+){{0,2}} (?:understand(?:ing)?|catch|hear(?:ing)?|follow(?:ing)?|"
        r"get (?:that|what|it))\b|\bnot (?:quite )?(?:clear|sure) what you\b"
    ),
    Cue.CANNOT_HELP: Wordings(
        rf"{CANNOT}(?: \w+){{0,3}} ?\b(?:help|assist|do that|do this|provide|handle|support|"
        r"share|give|answer|discuss|offer|process|fulfil+|be processed|be fulfilled|comply|"
        r"disclose)\b|\bonly (?:able to|help|assist)\b|\b(?:outside|beyond) (?:of )?(?:my|"
        r"what|the scope|our)\b|\bnot something (?:i|we) can\b",
        rf"\bnot (?:allowed|authori[sz]ed|permitted) to\b|\bdo{NOT} (?:handle|offer|provide|"
        r"support)\b|\bagainst (?:our|company) policy\b",
    ),
    Cue.APOLOGISE: Wordings(r"\bsorry\b(?! to hear)|\bapologi[sz]e|\bapologies\b|\bregret\b"),
    Cue.THANK: Wordings(r"\bthank(?:s| you)\b|\bappreciate\b"),
    Cue.WELCOME: Wordings(
        r"\byou(?:'re| are) (?:very |so |most |quite |always |more than )*welcome\b|\b(?:my|a|our) pleasure\b|"
        r"\b(?:glad|happy|pleased) (?:that )?(?:i|we) (?:could|was able to|were able to) (?:help|assist|be of)\b|"
        r"\b(?:glad|happy|pleased) to (?:have (?:been|helped)|be of|help|assist)\b|"
        r"\bpleasure (?:helping|assisting|to)\b",
        r"^\W*(?:any ?time|no problem|don't mention it|no worries|not at all|sure thing)\b",
    ),
    Cue.VOICEMAIL: Wordings(
        r"\bleave (?:us |me |a |your |brief |detailed )*(?:message|name)\b|\b(?:after|at) the "
        r"(?:beep|tone)\b|\bvoice ?mail\b|\b(?:not |un)available to take your call\b|"
        r"\bcan(?:'t|not) (?:come to|answer|take) (?:the|your) (?:phone|call)\b|\bmailbox\b"
    ),
    Cue.CALL_REASON: Wordings(
        r"\b(?:i'm|i am|we're|we are) (?:just )?(?:calling|reaching out|contacting|"
        r"phoning)(?: you)?(?: today)?(?: back)? (?:to|about|regarding|on behalf|because|in "
        r"regard|for|concerning|with)\b|\b(?:reason|purpose) (?:for|of|i'm|i am) (?:my |this |"
        r"the )?call(?:ing)?\b",
        r"\bcalling (?:to|about|regarding|on behalf|because|in regard|concerning)\b|\bi(?:'d| "
        r"would) like to (?:speak|talk|inquire|ask|check|order|book|schedule|make|report)\b|"
        r"\bi need to (?:speak|talk|order|book|schedule|make|report|check)\b",
    ),
    Cue.MENU: Wordings(
        r"\bpress (?:\d|one|two|three|four|five|six|seven|eight|nine|zero|star|pound)\b|"
        r"\bmain menu\b|\b(?:say|press) or (?:say|press)\b|\bfollowing options\b"
    ),
}


def cues_in(text: str) -> frozenset[Cue]:
    """Return the wordings that occur in a sentence (in lower case, with plain apostrophes)."""
    return frozenset(cue for cue, wordings in CUES.items() if wordings.occur_in(text))
