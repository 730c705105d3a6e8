from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_agentsim.session.printable import printable, printable_url


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("plain text, ünïcode, 😀", "plain text, ünïcode, 😀"),
        ("a\nb\r\tc\x00", "a\\nb\\r\\tc\\x00"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("abc\u202edef", "abc\\u202edef"),
        ("\u2066hidden\u2069", "\\u2066hidden\\u2069"),
        ("\ud800", "\\ud800"),
        (b"bytes", "bytes"),
        (b"\xff\x00ok", "\\xff\\x00ok"),
        ("é".encode(), "é"),
    ],
)
def test_what_cannot_be_seen_is_escaped(text: str | bytes, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x" * 10, "x" * 10),
        ("x" * 11, "x" * 9 + "…"),
        (b"x" * 11, "x" * 9 + "…"),
        ("\x00" * 5, "\\x00\\x00\\" + "…"),
    ],
)
def test_a_long_text_is_cut_to_the_limit_after_escaping(text: str | bytes, shown: str) -> None:
    assert printable(text, 10) == shown


@settings(deadline=None)
@given(st.text(alphabet=st.characters()) | st.binary(), st.integers(1, 300))
def test_the_result_is_always_printable_and_within_the_limit(text: str | bytes, limit: int) -> None:
    shown = printable(text, limit)
    assert shown.isprintable()
    assert len(shown) <= limit


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("ws://127.0.0.1:8080/ws", "ws://127.0.0.1:8080/ws"),
        ("wss://host", "wss://host"),
        ("ws://[::1]:80/a", "ws://[::1]:80/a"),
        ("wss://user:pa55@host/ws", "wss://host/ws"),
        ("wss://user:p@55@host/ws", "wss://host/ws"),
        ("ws://host/ws?token=abc&bot=billing", "ws://host/ws?token=…&bot=…"),
        ("ws://host/ws?abc", "ws://host/ws?…"),
        ("ws://host/ws#secret", "ws://host/ws"),
        ("ws://user:pa#55@host/", "<malformed URL>"),
        ("ws://host:port/", "<malformed URL>"),
        ("ws://[::1", "<malformed URL>"),
        ("not a url", "<malformed URL>"),
        ("", "<malformed URL>"),
        ("ws://host/\u202epath", "ws://host/\\u202epath"),
    ],
)
def test_a_url_is_shown_without_credentials(url: str, shown: str) -> None:
    assert printable_url(url) == shown
