"""Patterns that are compiled at their first use."""

from __future__ import annotations

import re

import pytest

from pytest_agentsim.caller.patterns import lazily


def test_a_lazy_pattern_finds_what_a_compiled_one_finds():
    assert lazily("B+", re.IGNORECASE).findall("abbcB") == ["bb", "B"]


def test_a_faulty_pattern_is_noticed_only_when_it_is_used():
    faulty = lazily("(")
    with pytest.raises(re.error, match="unterminated"):
        faulty.search("x")
