"""Reads single tags of an action: their form, their attributes and the values of these."""

from __future__ import annotations

from collections import Counter

from pytest_agentsim.scenario import template
from pytest_agentsim.scenario.action_nodes import TAGS, Form, Tag, attribute_names
from pytest_agentsim.scenario.action_rules import Finding, Place
from pytest_agentsim.scenario.action_tokens import Attribute, Kind, Token, tokens
from pytest_agentsim.scenario.action_values import check_values
from pytest_agentsim.scenario.problem_log import did_you_mean
from pytest_agentsim.scenario.problems import Severity

__all__ = ["WRAPPER", "WRAPPER_HINT", "Reader", "model"]

WRAPPER = "ai_generated"
WRAPPER_HINT = f"write <{WRAPPER}>the whole step</{WRAPPER}>, or split the step"


class Reader:
    """Collects findings; `shift` is where the text begins that is read, if it is a part of the source."""

    def __init__(self, place: Place, *, strict: bool = False, shift: int = 0) -> None:
        self.findings: list[Finding] = []
        self._place = place
        self._strict = strict
        self._shift = shift

    def report(self, offset: int, message: str, hint: str = "", severity: Severity = Severity.ERROR) -> None:
        """Note a finding at an offset of the text that is read."""
        self.findings.append(Finding(self._shift + offset, message, hint, severity))

    def values(self, token: Token, tag: type[Tag]) -> dict[str, str] | None:
        """Return the attributes of a tag; None if it cannot be built from them."""
        flaws = len(self.findings)
        self._check_form(token, tag)
        self._check_names(token, tag)
        for attribute in token.attributes:
            for problem in template.problems(attribute.value):
                self.report(attribute.offset, problem.message, problem.hint, problem.severity)
            self._check_words(attribute, tag)
        if any(each.severity is Severity.ERROR for each in self.findings[flaws:]):
            return None
        self._check_values(token)
        return {each.name: each.value for each in token.attributes}

    def _check_form(self, token: Token, tag: type[Tag]) -> None:
        if token.kind is Kind.OPENING and tag.form is Form.SELF_CLOSING:
            self.report(token.start, f"<{tag.tag}> must be self-closing", f"write {model(tag)}")
        elif token.kind is Kind.SELF_CLOSING and tag.form is Form.BLOCK:
            self.report(token.start, f"<{tag.tag}> must stand around words", f"write {model(tag)}")

    def _check_names(self, token: Token, tag: type[Tag]) -> None:
        required, optional = attribute_names(tag)
        known = (*required, *optional)
        times = Counter(each.name for each in token.attributes)
        for name, count in times.items():
            if name not in known:
                takes = f"it takes {', '.join(known)}" if known else "it takes no attributes"
                hint = did_you_mean(name, known) or takes
                self.report(token.start, f"<{tag.tag}> has no attribute {name}", hint)
            elif count > 1:
                message = f"<{tag.tag}> has the attribute {name} {count} times"
                self.report(token.start, message, "keep one of them")
        for name in required:
            if name not in times:
                self.report(token.start, f"<{tag.tag}> requires the attribute {name}", f"write {model(tag)}")

    def _check_words(self, attribute: Attribute, tag: type[Tag]) -> None:
        """Refuse tags in a text that is spoken as it is; an SMS holds anything, a menu has its own rules."""
        if attribute.name != "text" or tag.tag in {"ivr", "send_sms"}:
            return
        for token in tokens(attribute.value):
            if token.name in TAGS and token.kind is not Kind.CLOSING:
                message = f"<{token.name}> cannot stand inside the text of <{tag.tag}>"
                self.report(attribute.offset, message, "only words can")

    def _check_values(self, token: Token) -> None:
        known = {each.name: each for each in token.attributes if not template.has_placeholder(each.value)}
        for problem in check_values(token.name, {name: each.value for name, each in known.items()}):
            attribute = known[problem.attribute]
            message = f"{problem.message}: {_shown(attribute.value)}"
            self.report(attribute.offset, message, problem.hint, problem.severity)

    def report_wrapper(self, token: Token) -> None:
        """Note an `<ai_generated>` that `unwrap_ai_generated` has not taken away."""
        if self._place.first_message:
            message = f"the first message is always said verbatim; <{WRAPPER}> is not allowed."
            self.report(token.start, message, "write the words to say")
        elif self._place.when_say_dialect:
            self.report(token.start, f"<{WRAPPER}> must wrap the whole step", WRAPPER_HINT)
        else:
            message = f"<{WRAPPER}> belongs to the when/say form"
            self.report(token.start, message, "set fixed_message: false instead")


def model(tag: type[Tag]) -> str:
    """Show how a tag is written."""
    opening = "".join((tag.tag, *(f' {name}="…"' for name in attribute_names(tag)[0])))
    return f"<{opening}>…</{tag.tag}>" if tag.form is Form.BLOCK else f"<{opening} />"


def _shown(value: str) -> str:
    return f'"{value}"' if len(value) <= 60 else f'"{value[:60]}…"'
