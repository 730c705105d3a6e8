"""Triggers with nothing to understand about them: exact tests on the agent's latest message::

expression = conjunction {"OR" conjunction}
conjunction = operand {"AND" operand}
operand = ["contains"] quoted | ["contains"] "(" expression ")" | "regex" quoted | "python" quoted

`contains` is that of platform_spec section c.5. Beyond the platforms, `regex` finds a regular expression of Python, and
`python "module:function"` asks a function of the user's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Contains", "ContainsError", "Test", "parse"]

# Typographic quotes are what word processors make of the plain ones.
CLOSING_QUOTE = {'"': '"', "'": "'", "“": "”", "\u2018": "\u2019"}
STRAIGHT = str.maketrans("\u2019\u2018“”", "''\"\"")
# What makes a trigger a contains expression rather than a description that begins with the word.
OPENING = re.compile(
    r"\s*\(*\s*(?:contains\b\s*(?=[\"'“\u2018(]|$)|(?:regex|python)\b\s*(?=[\"'“\u2018]|$))", re.IGNORECASE
)
BARE_WORD = re.compile(r"[^\s()\"'“\u2018]+")
MAX_DEPTH = 50
FUNCTION = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")


class ContainsError(ValueError):
    """A malformed contains expression; `position` counts the characters before the fault."""

    def __init__(self, message: str, position: int) -> None:
        self.position = position
        super().__init__(f"{message} (at character {position + 1})")


class Test(StrEnum):
    """What is done with a quoted text."""

    __test__ = False  # pytest would take the name for a test class

    CONTAINS = "contains"
    REGEX = "regex"
    PYTHON = "python"


@dataclass(frozen=True, slots=True)
class Contains:
    """A parsed expression: a test with its quoted text, or an ``and``/``or`` of expressions."""

    text: str = ""
    operator: str = ""  # "and", "or"; empty for a test
    operands: tuple[Contains, ...] = ()
    test: Test = Test.CONTAINS

    @property
    def texts(self) -> tuple[str, ...]:
        """All quoted texts, in the order in which they were written."""
        if not self.operator:
            return (self.text,)
        return tuple(text for operand in self.operands for text in operand.texts)

    @property
    def functions(self) -> tuple[str, ...]:
        """All functions that are asked, as ``module:function``."""
        return tuple(each.text for each in _tests(self) if each.test is Test.PYTHON)

    def matches(self, text: str, ask: Callable[[str, str], bool]) -> bool:
        """Whether the expression holds for `text`, whatever the case of letters.

        `ask` asks a function, which is named as ``module:function``, about the text.
        """
        if not self.operator:
            return self._holds(text, ask)
        decide = all if self.operator == "and" else any
        return decide(each.matches(text, ask) for each in self.operands)

    def found_in(self, text: str, ask: Callable[[str, str], bool]) -> tuple[str, ...]:
        """Return those of the tests that hold for `text`, as they are quoted."""
        return tuple(each.text for each in _tests(self) if each.matches(text, ask))

    def _holds(self, text: str, ask: Callable[[str, str], bool]) -> bool:
        match self.test:
            case Test.CONTAINS:
                return _folded(self.text) in _folded(text)
            case Test.REGEX:
                return re.search(self.text, text, re.IGNORECASE) is not None
            case Test.PYTHON:
                return ask(self.text, text)


def _tests(expression: Contains) -> Iterator[Contains]:
    if not expression.operator:
        yield expression
    for operand in expression.operands:
        yield from _tests(operand)


def parse(text: str) -> Contains | None:
    """Parse a trigger; None when it is not a contains expression.

    Raises ContainsError for an expression that begins as one and goes wrong.
    """
    if OPENING.match(text) is None:
        return None
    return _Parser(text).whole()


def _folded(text: str) -> str:
    return text.translate(STRAIGHT).casefold()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # "text", "(", ")", "contains", "and", "or", "end"
    value: str
    position: int


def _tokens(text: str) -> list[_Token]:
    tokens, position = [], 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        token, position = _token_at(text, position)
        tokens.append(token)
    tokens.append(_Token("end", "", len(text)))
    return tokens


def _token_at(text: str, position: int) -> tuple[_Token, int]:
    character = text[position]
    if character in "()":
        return _Token(character, character, position), position + 1
    if character in CLOSING_QUOTE:
        end = text.find(CLOSING_QUOTE[character], position + 1)
        if end < 0:
            raise ContainsError("the quote is not closed", position)
        if not text[position + 1 : end]:
            raise ContainsError("the text between the quotes is empty", position)
        return _Token("text", text[position + 1 : end], position), end + 1
    word = BARE_WORD.match(text, position)
    spelled = word.group() if word else character
    if spelled.lower() not in (*Test, "and", "or"):
        raise ContainsError(f'expected a quoted text, AND or OR, found "{spelled}"', position)
    return _Token(spelled.lower(), spelled, position), position + len(spelled)


_EXAMPLES = {Test.REGEX: r'regex "ACM-[0-9]+"', Test.PYTHON: 'python "triggers:offers_a_refund"'}


class _Parser:
    """Recursive descent over the grammar at the top of the module."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._next = 0
        self._depth = 0

    def whole(self) -> Contains:
        found = self._chain("or")
        if self._peek.kind != "end":
            raise ContainsError(f'expected AND or OR before "{self._peek.value}"', self._peek.position)
        return found

    @property
    def _peek(self) -> _Token:
        return self._tokens[self._next]

    def _take(self, kind: str) -> bool:
        taken = self._peek.kind == kind
        self._next += taken
        return taken

    def _chain(self, operator: str) -> Contains:
        operands = [self._link(operator)]
        while self._take(operator):
            operands.append(self._link(operator))
        return operands[0] if len(operands) == 1 else Contains(operator=operator, operands=tuple(operands))

    def _link(self, operator: str) -> Contains:
        return self._chain("and") if operator == "or" else self._operand()

    def _operand(self) -> Contains:
        for test in (Test.REGEX, Test.PYTHON):
            if self._take(test):
                return self._test(test)
        self._take("contains")
        token = self._peek
        if self._take("text"):
            return Contains(token.value)
        if self._take("("):
            return self._parenthesised(token)
        raise ContainsError('expected a quoted text after contains, as in contains "refund"', token.position)

    def _test(self, test: Test) -> Contains:
        token = self._peek
        if not self._take("text"):
            raise ContainsError(
                f"expected a quoted text after {test}, as in {_EXAMPLES[test]}", token.position
            )
        if test is Test.PYTHON and FUNCTION.fullmatch(token.value) is None:
            raise ContainsError(f"{token.value} names no function, as {_EXAMPLES[test]} does", token.position)
        if test is Test.REGEX:
            try:
                re.compile(token.value)
            except re.error as error:
                raise ContainsError(f"not a regular expression: {error.msg}", token.position) from None
        return Contains(token.value, test=test)

    def _parenthesised(self, opening: _Token) -> Contains:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ContainsError("too many nested parentheses", opening.position)
        inside = self._chain("or")
        if not self._take(")"):
            raise ContainsError("the parenthesis is not closed", opening.position)
        self._depth -= 1
        return inside
