"""Reads the instructions of a behavioural scenario: who the caller is, its facts, and its steps.

The recommended shape is platform_spec section d.2: `YOUR BEHAVIOR:` with numbered steps, within `<scenario>`. Prose
is read as well as it can be; nothing that an author writes is an error here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from pytest_agentsim.scenario.step import Step, parts_of, tells_when

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["Behaviour", "read_instructions"]


class _Section(Enum):
    """What the lines under a heading are."""

    PREAMBLE = auto()
    TITLE = auto()
    ROLE = auto()
    FACTS = auto()
    PREFERENCES = auto()
    STEPS = auto()
    NOTES = auto()


_HEADINGS: Mapping[_Section, str] = {
    _Section.TITLE: r"(?:test )?scenario(?: name| title)?|title",
    _Section.ROLE: (
        r"(?:your )?(?:role|persona|identity|character|background|context|situation|goal|objective)|who you are"
    ),
    _Section.FACTS: (
        r"(?:(?:your|caller|test|patient|customer|personal|profile) )?"
        r"(?:profile|details|information|info|facts|data)(?: facts| data)?|about you"
    ),
    _Section.PREFERENCES: r"(?:your )?(?:constraints|preferences)",
    _Section.STEPS: (
        r"(?:your )?(?:behaviou?r|steps|instructions|actions|tasks?|script|(?:conversation|call) flow|flow)|what to do"
    ),
    _Section.NOTES: (
        r"key (?:interaction|test(?:ing)?) points|(?:important )?notes?|(?:your )?(?:tone|style|rules|guidelines)|"
        r"expected \w+|purpose|edge cases|success criteria|reminders?"
    ),
}
_HEADING = {
    section: re.compile(rf"[\s#*_]*(?:{names})[\s*_]*:[\s*_]*", re.IGNORECASE)
    for section, names in _HEADINGS.items()
}
FULL_LINE = 60  # characters, from which a line that has no end goes on in the next one
_WRAPPER = re.compile(r"</?scenario\b[^<>]*>", re.IGNORECASE)
_NUMBERED = re.compile(
    r"\s*(?:\*\*)?(?:step\s+)?(?P<number>\d{1,3})(?:\*\*)?[.):](?:\*\*)?(?:\s+|$)", re.IGNORECASE
)
_BULLET = re.compile(r"\s*[-*\u2022]\s+")
_SENTENCE = re.compile(r"(?:[^.!?]|[.!?](?!\s|$))+[.!?]*")
_FACT = re.compile(
    r"\s*(?:[-*\u2022]\s+)?(?:\*\*)?(?P<name>[A-Za-z][\w' ]{0,40}?)(?:\*\*)?\s*[:=](?:\*\*)?\s*(?P<value>\S.*?)[\s.;]*$"
)
_OWN_FACT = re.compile(
    r"\s*your\s+(?P<name>[\w' ]{1,40}?)\s+(?:is|are)\s+(?P<value>[^,;]+?)[\s.;]*$", re.IGNORECASE
)
# Sentences that tell of the world instead of what to do.
_TELLING = re.compile(
    r"\s*(?:you(?!\s+(?:should|must|will|need to|have to))|your|you're|you\u2019re|i|the|this|that|it|he|she|an?|there|"
    r"they|we|these)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What instructions say.

    `facts` is what they tell of the caller beside the test profile, by name as written. `preferences` are wishes that
    hold for the whole call ("a morning appointment").
    """

    role: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    preferences: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    is_wrapped: bool = False

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the steps, which count from 1."""
        return tuple(each.number for each in self.steps)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of the text in one section: an item with the lines that go on with it, or a line."""

    section: _Section
    start: int
    end: int
    number: int | None = None
    is_item: bool = False


def read_instructions(text: str) -> Behaviour:
    """Read instructions of any shape; where no steps are numbered, each sentence that tells to do something is one."""
    plain = _WRAPPER.sub(lambda found: " " * len(found.group()), text)
    pieces = _pieces(plain)
    return Behaviour(
        role=" ".join(_role(plain, pieces)),
        facts=dict(_facts(plain, pieces)),
        preferences=tuple(
            _one_line(plain, piece).rstrip(".") for piece in pieces if piece.section is _Section.PREFERENCES
        ),
        steps=tuple(_steps(plain, pieces)),
        is_wrapped=_WRAPPER.search(text) is not None,
    )


def _pieces(text: str) -> list[_Piece]:
    section = _Section.PREAMBLE
    pieces: list[_Piece] = []
    is_open = False  # whether the next line may go on with the last piece
    for line in re.finditer(r"^.*$", text, re.MULTILINE):
        start, end = line.span()
        heading = _heading(line.group())
        if heading is not None:
            section, start = heading[0], start + heading[1]
        if not text[start:end].strip():
            is_open = False
            continue
        item = _NUMBERED.match(text, start, end)
        begin = item or _BULLET.match(text, start, end)
        if (
            begin is None
            and heading is None
            and (is_open or (pieces and _breaks_off(text, pieces[-1], start)))
        ):
            pieces[-1] = replace(pieces[-1], end=end)
            continue
        number = int(item["number"]) if item else None
        pieces.append(
            _Piece(section, begin.end() if begin else start, end, number, is_item=begin is not None)
        )
        is_open = begin is not None and section is not _Section.FACTS
        if section is _Section.TITLE:  # is one line
            section = _Section.PREAMBLE
    return pieces


def _breaks_off(text: str, piece: _Piece, start: int) -> bool:
    """Whether a line of prose ends within a sentence, and the next line begins right after it."""
    line = text[text.rfind("\n", 0, piece.end) + 1 : piece.end].rstrip()
    is_next = text[piece.end : start].count("\n") == 1
    is_prose = not piece.is_item and piece.section is not _Section.FACTS and line[-1:] not in ".!?:;"
    return is_next and is_prose and (len(line) >= FULL_LINE or text[start:].lstrip()[:1].islower())


def _heading(line: str) -> tuple[_Section, int] | None:
    for section, pattern in _HEADING.items():
        found = pattern.match(line)
        if found is not None:
            return section, found.end()
    return None


def _one_line(text: str, piece: _Piece) -> str:
    return " ".join(text[piece.start : piece.end].split())


def _sentences(text: str, piece: _Piece) -> Iterator[tuple[int, int]]:
    for found in _SENTENCE.finditer(text, piece.start, piece.end):
        start = found.start() + len(found.group()) - len(found.group().lstrip())
        if start < found.end():
            yield start, found.end()


def _steps(text: str, pieces: Sequence[_Piece]) -> Iterator[Step]:
    """Find the steps: items, or else sentences that are no mere statements."""
    found = list(_found_steps(text, pieces))
    written = [number for number, _, _ in found if number]
    own_numbers = len(set(written)) == len(found)
    for position, (number, start, end) in enumerate(found, 1):
        source = text[start:end].rstrip()
        yield Step(number if own_numbers and number else position, source, start)


def _found_steps(text: str, pieces: Sequence[_Piece]) -> Iterator[tuple[int | None, int, int]]:
    within = [each for each in pieces if each.section in (_Section.PREAMBLE, _Section.STEPS)]
    has_items = any(each.number is not None or _is_listed(each) for each in within)
    for piece in within:
        if piece.number is not None or _is_listed(piece):
            if text[piece.start : piece.end].strip():
                yield piece.number, piece.start, piece.end
            continue
        for start, end in _sentences(text, piece):
            sentence = text[start:end]
            if tells_when(sentence) or not (has_items or _TELLING.match(sentence) or _FACT.match(sentence)):
                yield None, start, end


def _is_listed(piece: _Piece) -> bool:
    return piece.is_item and piece.section is _Section.STEPS


def _facts(text: str, pieces: Sequence[_Piece]) -> Iterator[tuple[str, str]]:
    for piece in pieces:
        line = text[piece.start : piece.end]
        listed = piece.section is _Section.FACTS or (
            piece.section is _Section.PREAMBLE and piece.number is None
        )
        found = _FACT.match(line) if listed and not parts_of(line).when else None
        if found is not None:
            yield found["name"], found["value"]
        elif piece.section in (_Section.PREAMBLE, _Section.ROLE, _Section.FACTS) and piece.number is None:
            for start, end in _sentences(text, piece):
                own = _OWN_FACT.match(text[start:end])
                if own is not None:
                    yield own["name"], own["value"]


def _role(text: str, pieces: Sequence[_Piece]) -> Iterator[str]:
    for piece in pieces:
        if piece.section is _Section.ROLE:
            yield _one_line(text, piece)
        elif piece.section is _Section.PREAMBLE and piece.number is None:
            for start, end in _sentences(text, piece):
                sentence = " ".join(text[start:end].split())
                if re.match(r"you(?:'re|\u2019re| are)\b", sentence, re.IGNORECASE) and not tells_when(
                    sentence
                ):
                    yield sentence
