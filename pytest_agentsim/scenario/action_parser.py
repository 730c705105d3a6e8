"""Reads the source of an action: tokens become nodes, and all that is wrong becomes findings.

No source raises an exception. A tag that cannot be used stays in the tree as an `UnknownTag` with its source,
so that printing an action and parsing it again gives the same action.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_agentsim.scenario.action import Action
from pytest_agentsim.scenario.action_nodes import (
    TAGS,
    Emotion,
    Form,
    Function,
    Ivr,
    Node,
    Tag,
    Text,
    UnknownTag,
)
from pytest_agentsim.scenario.action_reader import WRAPPER, WRAPPER_HINT, Reader, model
from pytest_agentsim.scenario.action_rules import MENU_TAGS, Finding, Place, check_nesting, check_placement
from pytest_agentsim.scenario.action_tokens import Kind, Token, tokens
from pytest_agentsim.scenario.problem_log import did_you_mean
from pytest_agentsim.scenario.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Finding", "ParsedAction", "Place", "parse_action", "unwrap_ai_generated"]

ACTION_LIMIT = 16 * 1024  # bytes, platform_spec c.1

_WRAPPER_MARK = re.compile(rf"</?{WRAPPER}(?![\w-])[^<>]*+>?", re.IGNORECASE)
_WRAPPER_OPENING = re.compile(rf"<{WRAPPER}\s*>")
_WRAPPER_CLOSING = re.compile(rf"</{WRAPPER}\s*>")


@dataclass(frozen=True, slots=True)
class ParsedAction:
    """An action and what is wrong with it, in the order of the source; with an error it cannot be used."""

    action: Action
    findings: tuple[Finding, ...]


def parse_action(source: str, *, place: Place, strict: bool = False) -> ParsedAction:
    """Parse the source of one action, which is an instruction if the place is improvised.

    `strict` makes errors of unknown tags and of undocumented nesting.
    """
    builder: _Instruction | _Tree = _Instruction(place) if place.improvised else _Tree(place, strict=strict)
    for token in tokens(source):
        builder.take(token)
    nodes = builder.finish()
    findings = [*builder.findings, *check_placement(nodes, place), *_size(source)]
    findings.sort(key=lambda each: each.offset)
    return ParsedAction(Action(source, nodes, place.improvised), tuple(dict.fromkeys(findings)))


def unwrap_ai_generated(source: str) -> tuple[str | None, Finding | None]:
    """Return what `<ai_generated>` holds, word for word.

    (None, None) for a step without the tag, (None, finding) for one that misuses it.
    """
    marks = list(_WRAPPER_MARK.finditer(source))
    if not marks:
        return None, None
    first, last = marks[0], marks[-1]
    around = source[: first.start()] + source[last.end() :]
    well_formed = _WRAPPER_OPENING.fullmatch(first[0]) and _WRAPPER_CLOSING.fullmatch(last[0])
    if len(marks) != 2 or not well_formed or around.strip():
        return None, Finding(first.start(), f"<{WRAPPER}> must wrap the whole step", WRAPPER_HINT)
    inner = source[first.end() : last.start()]
    if not inner.strip():
        return None, Finding(first.start(), "has an empty step", f"say inside <{WRAPPER}> what to improvise")
    return inner, None


@dataclass(slots=True)
class _Block:
    """A block that is open; the outermost one has neither tag nor token."""

    tag: type[Tag] | None
    token: Token | None
    values: dict[str, str]
    nodes: list[Node]


class _Tree(Reader):
    """Builds the nodes of a verbatim action.

    Blocks never stand inside a block of the same tag, so the depth has a small limit.
    """

    def __init__(self, place: Place, *, strict: bool, shift: int = 0, inside_menu: bool = False) -> None:
        super().__init__(place, strict=strict, shift=shift)
        self._inside_menu = inside_menu
        self._blocks = [_Block(None, None, {}, [])]
        self._dropped: set[str] = set()  # names of tags that were dropped; their closing tags are, too

    def take(self, token: Token) -> None:
        """Add a token to the tree."""
        match token.kind:
            case Kind.TEXT:
                self._add(Text(token.source, offset=self._shift + token.start))
            case Kind.EMOTION:
                self._add(Emotion(token.name, offset=self._shift + token.start))
            case Kind.BROKEN:
                self.report(token.start, token.message, token.hint)
                self._drop(token)
            case Kind.CLOSING:
                self._close(token)
            case _:
                self._open(token)

    def finish(self) -> tuple[Node, ...]:
        """Return the tree after the last token."""
        while len(self._blocks) > 1:
            self._give_up()
        return tuple(self._blocks[0].nodes)

    def _add(self, node: Node) -> None:
        self._blocks[-1].nodes.append(node)

    def _drop(self, token: Token) -> None:
        self._dropped.add(token.name)
        self._add(UnknownTag(token.source, offset=self._shift + token.start))

    def _open(self, token: Token) -> None:
        tag = self._known(token)
        values = None if tag is None else self.values(token, tag)
        if tag is None or values is None or not self._may_stand_here(token, tag):
            self._drop(token)
        elif token.kind is Kind.OPENING:
            self._blocks.append(_Block(tag, token, values, []))
        elif tag is Ivr:
            self._add(self._built(tag, token, {**values, "children": self._menu(token)}))
        else:
            self._add(self._built(tag, token, values))

    def _close(self, token: Token) -> None:
        if not any(each.tag is not None and each.tag.tag == token.name for each in self._blocks):
            self._stray(token)
            return
        while (block := self._blocks[-1]).tag is None or block.tag.tag != token.name:
            self._give_up()
        if block.tag.tag == "voice" and not block.nodes:
            self.report(token.start, "<voice> has nothing in it", f"write {model(block.tag)}")
            self._flatten()
            self._drop(token)
            return
        self._blocks.pop()
        assert block.token is not None  # noqa: S101 - only the outermost block has none
        self._add(self._built(block.tag, block.token, {**block.values, "children": tuple(block.nodes)}))

    def _stray(self, token: Token) -> None:
        if token.name not in self._dropped and (tag := self._known(token)) is not None:
            hint = f"write {model(tag)}" if tag.form is Form.SELF_CLOSING else f"open <{tag.tag}> first"
            self.report(token.start, f"</{token.name}> closes nothing", hint)
        self._drop(token)

    def _give_up(self) -> None:
        """Take back the innermost block, because its end is missing."""
        block = self._blocks[-1]
        assert block.token is not None  # noqa: S101 - only the outermost block has none
        self.report(block.token.start, f"<{block.token.name}> is never closed", f"add </{block.token.name}>")
        self._flatten()

    def _flatten(self) -> None:
        block = self._blocks.pop()
        assert block.token is not None  # noqa: S101 - only the outermost block has none
        self._drop(block.token)
        self._blocks[-1].nodes.extend(block.nodes)

    def _known(self, token: Token) -> type[Tag] | None:
        name = token.name
        if name in TAGS:
            return TAGS[name]
        if name.lower() in TAGS:
            self.report(token.start, f"<{name}> must be lower-case", f"write <{name.lower()}>")
        elif name.lower() == WRAPPER:
            self.report_wrapper(token)
        else:
            severity = Severity.ERROR if self._strict else Severity.WARNING
            message = f"<{name}> is not a known tag and is dropped"
            self.report(token.start, message, did_you_mean(name, TAGS), severity)
        return None

    def _may_stand_here(self, token: Token, tag: type[Tag]) -> bool:
        if self._inside_menu and tag.tag not in MENU_TAGS:
            hint = f"only {', '.join(f'<{each}>' for each in sorted(MENU_TAGS))} can"
            self.report(token.start, f"<{tag.tag}> cannot stand inside <ivr>", hint)
            return False
        holders = [each.tag.tag for each in self._blocks if each.tag is not None]
        if tag.tag in holders:
            message = f"<{tag.tag}> cannot stand inside <{tag.tag}>"
            self.report(token.start, message, f"close <{tag.tag}> first")
            return False
        around = ["ivr"] if self._inside_menu else holders
        offset = self._shift + token.start
        self.findings.extend(check_nesting(tag.tag, offset, around, strict=self._strict))
        return True

    def _menu(self, token: Token) -> tuple[Node, ...]:
        text = next(each for each in token.attributes if each.name == "text")
        menu = _Tree(self._place, strict=self._strict, shift=self._shift + text.offset, inside_menu=True)
        for part in tokens(text.value):
            menu.take(part)
        nodes = menu.finish()
        self.findings.extend(menu.findings)
        return nodes

    def _built(self, tag: type[Tag], token: Token, values: dict[str, Any]) -> Node:
        build: Callable[..., Any] = tag
        node: Node = build(**values, offset=self._shift + token.start)
        return node


class _Instruction(Reader):
    """Keeps the words of an improvised action together; only `<function>` is a tag there."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self._nodes: list[Node] = []
        self._words: list[Token] = []

    def take(self, token: Token) -> None:
        """Add a token to the instruction."""
        values = self._function(token)
        if values is None:
            self._words.append(token)
            return
        self._end_words()
        self._nodes.append(Function(**values, offset=token.start))

    def finish(self) -> tuple[Node, ...]:
        """Return the nodes after the last token."""
        self._end_words()
        return tuple(self._nodes)

    def _end_words(self) -> None:
        if self._words:
            text = "".join(each.source for each in self._words)
            self._nodes.append(Text(text, offset=self._words[0].start))
            self._words.clear()

    def _function(self, token: Token) -> dict[str, str] | None:
        """Return the attributes if the token is a `<function>`; else report it if it is another tag."""
        name = token.name
        if token.kind in {Kind.TEXT, Kind.EMOTION, Kind.CLOSING}:
            return None
        if name == Function.tag and token.kind is not Kind.BROKEN:
            return self.values(token, Function)
        if name == Function.tag:
            self.report(token.start, token.message, token.hint)
        elif name.lower() == WRAPPER:
            self.report_wrapper(token)
        elif name.lower() in TAGS:
            self._report_literal(token)
        elif hint := did_you_mean(name, TAGS):
            self.report(token.start, f"<{name}> is not a known tag", hint, Severity.WARNING)
        return None

    def _report_literal(self, token: Token) -> None:
        contains = f"contains <{token.name}> tag but"
        if self._place.when_say_dialect:
            hint = "leave out the wrapper, or move the tag into a verbatim step"
            self.report(token.start, f"{contains} the step is wrapped in <{WRAPPER}>", hint)
        else:
            hint = "set fixed_message: true; as it is, the tag is just words of the instruction"
            self.report(token.start, f"{contains} fixed_message is false", hint, Severity.WARNING)


def _size(source: str) -> Iterator[Finding]:
    if len(source.encode("utf-8", "surrogatepass")) > ACTION_LIMIT:
        yield Finding(0, "the action is longer than 16 KB", "split it into followups")
