"""What the agent offers in a turn, and which of it suits a wish: "a morning appointment", "the earliest one"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pytest_agentsim.caller import spoken
from pytest_agentsim.caller.behaviour.numerals import figures
from pytest_agentsim.caller.behaviour.values import in_figures
from pytest_agentsim.caller.patterns import lazily

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

__all__ = ["Option", "are_about", "options_in", "pick"]

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = tuple(map(str.lower, spoken.MONTHS))  # what is read here is in lower case
# From when to when, in hours; a part of the day named alone counts as its beginning.
PARTS = {"morning": (0, 12), "afternoon": (12, 17), "evening": (17, 24)}
NOON_TO_SIX = range(1, 7)  # hours that mean the afternoon when nothing else is said

WEEKDAY = rf"(?P<weekday>{'|'.join(WEEKDAYS)})"
DATE = (
    rf"(?:(?P<month>{'|'.join(MONTHS)})\.? (?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,? \d{{4}})?"
    r"|(?P<relative>today|tomorrow)|the (?P<dayonly>\d{1,2})(?:st|nd|rd|th))"
)
TIME = (
    r"(?:(?:at|around|by) (?P<hour>\d{1,2})(?:[: ](?P<minute>[0-5]\d))?(?: ?(?P<half>[ap])\.? ?m\b)?"
    r"(?! ?(?:%|dollars|people))"
    r"|(?P<hour2>\d{1,2}):(?P<minute2>[0-5]\d)(?: ?(?P<half2>[ap])\.? ?m\b)?"
    r"|(?P<hour3>\d{1,2})(?: (?P<minute3>[0-5]\d))? ?(?:o'clock|(?P<half3>[ap])\.? ?m\b)|(?P<noon>noon|midday))"
)
PART = r"(?:in the |early |late )?(?P<part>morning|afternoon|evening)s?"
MOMENT = lazily(rf"\b(?:{WEEKDAY}|{DATE}|{TIME}|{PART})")
# Between the words of one moment: "Thursday, March 5 at 2:00 PM in the afternoon".
GLUE = lazily(r"[ ,]*(?:(?:at|on|in|the|of|next|this|around|by) ?)*")
BARE_HOUR = lazily(r"(?:,| or|,? and)+ (?P<hour>\d{1,2})(?=[,.?!]| or| and|$)(?! ?(?:[ap]\.?m|:))")

LISTED = lazily(
    r"\b(?:would you (?:like|prefer)|do you (?:want|prefer)|which (?:would|do) you (?:like|prefer)|"
    r"(?:i|we) (?:have|can offer|offer)|you can (?:choose|have|get|pick)|choose (?:from|between)|"
    r"(?:the )?options are|available(?: \w+)? are|"
    r"is (?:it|that|this)|either|there (?:is|are))\b:?(?P<list>[^.?!]*?\bor\b[^.?!]*|[^.?!]*,[^.?!]*\band\b[^.?!]*)"
)
ITEM = re.compile(r"\s*(?:,\s*(?:or|and)\s+|,\s+|\bor\b|\band\b(?=[^,]*$))\s*")
BEFORE_ITEM = re.compile(r"^(?:(?:to|with|for|between|from|either|the|an?|our|go with|have|get|choose)\s+)+")
PRICE = lazily(r"\$ ?(?P<sign>\d+(?:\.\d\d)?)|(?P<word>\d+(?:\.\d\d)?) (?:dollars|euros|pounds|bucks)")

EARLIEST = lazily(r"\b(?:earliest|soonest|next|first available|as (?:soon|early) as possible)\b")
LATEST = lazily(r"\b(?:latest|furthest)\b")
CHEAPEST = lazily(r"\b(?:cheapest|least expensive|lowest|most affordable|lower[- ]priced|cheaper)\b")
DEAREST = lazily(r"\b(?:most expensive|priciest|highest[- ]priced)\b")
ANY = lazily(
    r"\b(?:any|either|whichever|whatever|one of|an?) (?:\w+ )?(?:\w+ )?(?:option|slot|time|day|appointment|of)"
)
PLACES = (("first", 0), ("second", 1), ("third", 2), ("fourth", 3), ("last", -1))
NOT = lazily(
    r"\b(?:not|except|other than|but|besides|avoid|excluding) (?:on |in the |a )?"
    rf"(?P<what>{'|'.join((*WEEKDAYS, *PARTS))})s?\b"
)
LIMIT = lazily(
    r"\b(?P<side>before|after|by|no later than|no earlier than) (?P<hour>\d{1,2})(?::(?P<minute>\d\d))? ?"
    r"(?P<half>[ap])?|\b(?P<noonside>before|after) noon"
)
DATE_LIMIT = lazily(
    r"\b(?P<side>before|after|by|on or before|on or after|no later than|no earlier than|from|starting|until)"
    rf" (?:the )?(?P<month>{'|'.join(MONTHS)}) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b"
)
PRICE_LIMIT = lazily(
    r"\b(?P<side>under|below|less than|cheaper than|up to|at most|no more than|not more than|within|for|over|above|"
    r"more than) \$? ?(?P<price>\d[\d,]*(?:\.\d\d)?)(?: (?:dollars|euros|pounds|bucks))?(?!\d| ?(?:[ap]\.?m|o'clock|:))"
)
OF_MOMENTS = lazily(
    rf"\b(?:{'|'.join((*WEEKDAYS, *PARTS, *MONTHS))}|dates?|days?|slots?|times?|appointments?|earliest|latest|"
    rf"soonest|noon|"
    r"weekday|weekend|a\.?m|p\.?m)s?\b"
)
OF_PRICES = lazily(
    r"\b(?:cheapest|cheaper|expensive|affordable|lowest|priciest|price[sd]?)\b|\$ ?\d|\b\d+ dollars\b"
)
_SMALL_WORDS_TEXT = """
    a an the of for to with in on at option options one slot slots appointment time times day plan please your my
    offered available preferred that this choice which any if or and given by
"""
SMALL_WORDS = frozenset(_SMALL_WORDS_TEXT.split())
# What the agent says of moments that it does not offer, up to where it goes on to offer some.
NOT_OFFERED = lazily(
    r"\b(?:you have an? (?:\w+ )?(?:appointment|booking|reservation)|your (?:\w+ )?(?:appointment|booking|reservation)|"
    r"you(?:'re| are) (?:scheduled|booked)|we(?:'re| are) (?:open|closed)|(?:our|opening) hours|date of birth)\b"
    r".*?(?=\b(?:offer|available|openings?|slots?|how about|options?|free|instead|can do)\b|$)"
)
# What there is none of any more, up to where the agent goes on to what there is.
GONE = lazily(
    r"[^.?!;]*?\b(?:fully booked|booked (?:up|solid|out)|all booked|sold out|not available|unavailable|no longer|"
    r"(?:is|are|already|has been|have been) taken|(?:don't|do not|didn't|can't|cannot) (?:have|see|find|offer)|"
    r"no (?:\w+ )?(?:slots?|openings?|availability|appointments?|times?))\b[^.?!;]*?"
    r"(?=[.?!;]|,? (?:but|however|though)\b|$)"
)


@dataclass(frozen=True, slots=True)
class Option:
    """Something that the agent offers, in its words; what kind of moment it is, as far as it says so.

    `place` is where it comes in the list. `date` is comparable within one turn; `minute` counts from midnight.
    """

    text: str
    place: int
    weekday: str = ""
    date: tuple[int, int] | None = None
    minute: int | None = None
    part: str = ""
    price: float | None = None

    @property
    def is_moment(self) -> bool:
        """Whether it is a day or a time."""
        return bool(self.weekday or self.date or self.part) or self.minute is not None

    def is_in(self, part: str) -> bool:
        """Whether it lies in a part of the day."""
        low, high = PARTS[part]
        if self.part:
            return self.part == part
        return self.minute is not None and low * 60 <= self.minute < high * 60


def options_in(text: str) -> tuple[Option, ...]:
    """Return what the agent leaves to choose from, in its order; one moment alone is an offer too."""
    moments = tuple(_moments(text))
    listed = () if len(moments) > 1 else tuple(_listed(text))
    if len(listed) > 1:
        return listed
    only_relative = (
        len(moments) == 1 and moments[0].minute is None and not (moments[0].weekday or moments[0].part)
    )
    return () if only_relative else moments


def are_about(wish: str, options: Sequence[Option]) -> bool:
    """Whether options are of the kind that a wish chooses among: a morning is nothing to choose a plan by."""
    wish = wish.lower()
    if OF_PRICES.search(wish):
        return any(each.price is not None for each in options)
    return OF_MOMENTS.search(wish) is None or any(each.is_moment for each in options)


def pick(wish: str, options: Sequence[Option]) -> Option | None:
    """Return the option that suits a wish best; None when none of them does."""
    wish = wish.lower().replace("\u2019", "'")
    left = list(filter(_suits(wish), options))
    if not left:
        return None
    by_words = _by_words(wish, left)
    if by_words:
        return by_words
    if not are_about(wish, left):
        return None
    if CHEAPEST.search(wish) or DEAREST.search(wish):
        priced = [each for each in left if each.price is not None]
        best = min if CHEAPEST.search(wish) else max
        return best(priced, key=lambda each: each.price or 0.0, default=None)
    if LATEST.search(wish) or EARLIEST.search(wish):
        return (max if LATEST.search(wish) else min)(left, key=_when(left))
    for word, place in PLACES:
        if re.search(rf"\b{word}\b", wish):
            return left[place] if -len(left) <= place < len(left) else None
    if DATE_LIMIT.search(in_figures(wish)) or PRICE_LIMIT.search(wish):
        return left[0]
    return left[0] if _names_a_moment(wish) or ANY.search(wish) or not _content(wish) else None


def _when(options: Sequence[Option]) -> Callable[[Option], tuple[tuple[int, int], int, int]]:
    """Return what puts options in order: where agents say nothing of dates, they list the nearest day first."""
    one_day = len({each.weekday for each in options}) == 1

    def key(option: Option) -> tuple[tuple[int, int], int, int]:
        return option.date or (0, 0 if one_day else option.place), option.minute or 0, option.place

    return key


def _suits(wish: str) -> Callable[[Option], bool]:
    """Return whether an option is as a wish's days, parts of the day and hours want it."""
    refused = [found["what"] for found in NOT.finditer(wish)]
    wanted = NOT.sub(" ", wish)
    days = [day for day in WEEKDAYS if re.search(rf"\b{day}", wanted)]
    parts = [part for part in PARTS if re.search(rf"\b{part}", wanted)]
    date_limit = DATE_LIMIT.search(in_figures(wanted))
    limit = LIMIT.search(DATE_LIMIT.sub(" ", wanted))
    price_limit = PRICE_LIMIT.search(wanted)

    def test(option: Option) -> bool:
        return (
            not any(_is(option, each) for each in refused)
            and (not days or any(_is(option, each) for each in days))
            and (not parts or any(_is(option, each) for each in parts))
            and (limit is None or _is_within(option, limit))
            and (date_limit is None or _is_on_its_side(option, date_limit))
            and (price_limit is None or _is_worth_it(option, price_limit))
        )

    return test


def _is_within(option: Option, limit: re.Match[str]) -> bool:
    if option.minute is None:
        return False
    bound = 12 * 60 if limit["noonside"] else _minute(limit["hour"], limit["minute"], limit["half"])
    is_before = (limit["noonside"] or limit["side"]) in ("before", "by", "no later than")
    return option.minute <= bound if is_before else option.minute >= bound


def _is_on_its_side(option: Option, limit: re.Match[str]) -> bool:
    """Whether a date lies before or after a date of the same year; "by" and "from" take the day itself in."""
    bound = (MONTHS.index(limit["month"]) + 1, int(limit["day"]))
    if option.date is None or option.date[0] == 0:  # "tomorrow" says nothing that could be compared
        return False
    match limit["side"]:
        case "before":
            return option.date < bound
        case "after":
            return option.date > bound
        case "by" | "on or before" | "no later than" | "until":
            return option.date <= bound
    return option.date >= bound


def _is_worth_it(option: Option, limit: re.Match[str]) -> bool:
    if option.price is None:
        return False
    bound = float(limit["price"].replace(",", ""))
    if limit["side"] in ("over", "above", "more than"):
        return option.price > bound
    is_below = limit["side"] in ("under", "below", "less than", "cheaper than")
    return option.price < bound if is_below else option.price <= bound


def _is(option: Option, what: str) -> bool:
    return option.is_in(what) if what in PARTS else option.weekday == what


def _names_a_moment(wish: str) -> bool:
    return (
        re.search(rf"\b(?:{'|'.join((*WEEKDAYS, *PARTS))})|\b(?:before|after|by) (?:\d|noon)", wish)
        is not None
    )


def _content(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9:]+", text)) - SMALL_WORDS


def _by_words(wish: str, options: Iterable[Option]) -> Option | None:
    """Return the option that has the most of the wish's own words, if it is alone in that."""
    wanted = _content(wish)
    counts = [
        (len(wanted & _content(figures(each.text.lower()))), each) for each in options if not each.is_moment
    ]
    best = max((count for count, _ in counts), default=0)
    found = [each for count, each in counts if count == best]
    return found[0] if best and len(found) == 1 else None


def _moments(text: str) -> Iterator[Option]:
    """Find days and times; words of one kind twice begin another moment, which keeps the day of the one before."""
    lowered = text.lower().replace("\u2019", "'")
    is_written = any(each.isdigit() for each in lowered)
    plain = lowered if is_written else figures(lowered)
    # Figures that were made of words have no place in what the agent said.
    quoted = text if is_written else plain
    for left_out in (NOT_OFFERED, GONE):
        plain = left_out.sub(lambda found: " " * len(found.group()), plain)
    found: list[tuple[int, int, Option]] = []
    for match in _time_words(plain):
        part = _read(match)
        last = found[-1] if found else None
        if last is not None and _goes_on(plain[last[1] : match.start()], last[2], part):
            found[-1] = (last[0], match.end(), _merged(last[2], part))
        else:
            found.append((match.start(), match.end(), part))
    before: Option | None = None
    for place, (start, end, option) in enumerate(found):
        whole = replace(option, text=_trimmed(quoted[start:end]), place=place)
        if before is not None and not whole.weekday and whole.date is None and whole.minute is not None:
            whole = replace(whole, weekday=before.weekday, date=before.date)
        before = whole
        yield whole


def _time_words(plain: str) -> Iterator[re.Match[str]]:
    position = 0
    after_time = False
    while (found := MOMENT.search(plain, position)) is not None:
        bare = BARE_HOUR.match(plain, position) if after_time else None
        if bare is not None and bare.start() <= found.start():
            yield bare
            position = bare.end()
            continue
        yield found
        position = found.end()
        after_time = _group(found, "hour") is not None
    bare = BARE_HOUR.match(plain, position) if after_time else None
    if bare is not None:
        yield bare


def _group(match: re.Match[str], name: str) -> str | None:
    groups = match.groupdict()
    return next((groups[each] for each in (name, f"{name}2", f"{name}3") if groups.get(each)), None)


def _read(match: re.Match[str]) -> Option:
    groups = match.groupdict()
    hour = _group(match, "hour")
    date: tuple[int, int] | None = None
    if groups.get("month"):
        date = (MONTHS.index(groups["month"]) + 1, int(groups["day"]))
    elif groups.get("dayonly"):
        date = (0, int(groups["dayonly"]))
    elif groups.get("relative"):
        date = (0, 0) if groups["relative"] == "today" else (0, 1)
    minute = _minute(hour, _group(match, "minute"), _group(match, "half")) if hour else None
    if groups.get("noon"):
        minute = 12 * 60
    return Option(match.group(), 0, groups.get("weekday") or "", date, minute, groups.get("part") or "")


def _minute(hour: str, minute: str | None, half: str | None) -> int:
    number = int(hour) % 24
    if half:
        number = number % 12 + (12 if half == "p" else 0)
    elif number in NOON_TO_SIX:
        number += 12
    return number * 60 + int(minute or 0)


def _goes_on(between: str, one: Option, other: Option) -> bool:
    """Whether words belong to the moment before them: "at 9 on Thursday" do, "at 9, Thursday" begin another one."""
    if GLUE.fullmatch(between) is None:
        return False
    is_day_after_time = one.minute is not None and "," in between and (other.weekday or other.date)
    return not (
        is_day_after_time
        or (one.weekday and other.weekday)
        or (one.date and other.date)
        or (one.part and other.part)
        or (one.minute is not None and other.minute is not None)
    )


def _merged(one: Option, other: Option) -> Option:
    return replace(
        one,
        weekday=one.weekday or other.weekday,
        date=one.date or other.date,
        minute=one.minute if one.minute is not None else other.minute,
        part=one.part or other.part,
    )


def _trimmed(text: str) -> str:
    return re.sub(r"^(?:[, ]*(?:or|and|at|around|by|in the)\s+)+", "", text.strip(" ,"), flags=re.IGNORECASE)


def _listed(text: str) -> Iterator[Option]:
    for found in LISTED.finditer(text.lower().replace("\u2019", "'")):
        items = text[found.start("list") : found.end("list")]
        for place, item in enumerate(each for each in ITEM.split(items) if each.strip()):
            price = PRICE.search(item.lower())
            named = re.sub(r"\s+(?:for|at|costs?|which is)\s+\$.*$", "", item.strip(" :"))
            words = BEFORE_ITEM.sub("", named)
            yield Option(words, place, price=float(price["sign"] or price["word"]) if price else None)
        return
