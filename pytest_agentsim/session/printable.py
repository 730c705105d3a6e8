"""Foreign text made fit to be shown: no control characters, no endless samples, no credentials."""

from __future__ import annotations

from urllib.parse import urlsplit

__all__ = ["printable", "printable_url"]

ELLIPSIS = "…"


def printable(text: str | bytes, limit: int = 200) -> str:
    """Return the beginning of `text`, at most `limit` characters, with escapes for what cannot be seen.

    Control, bidirectional and other invisible characters, lone surrogates and undecodable bytes are escaped.
    """
    # Every byte may be a character of its own; one more than fits shows that something was left out.
    beginning = text[: limit + 1]
    if isinstance(beginning, bytes):
        beginning = beginning.decode("utf-8", "backslashreplace")
    if not beginning.isprintable():
        beginning = "".join(each if each.isprintable() else _escaped(each) for each in beginning)
    return beginning if len(beginning) <= limit else beginning[: limit - 1] + ELLIPSIS


def printable_url(url: str) -> str:
    """Return `url` without user information, fragment and the values of its query."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  (raises for a port that is none, which may be a piece of a password)
    except ValueError:
        return "<malformed URL>"
    if not parts.netloc:
        return "<malformed URL>"
    host = parts.netloc.rpartition("@")[2]
    query = "&".join(_without_value(field) for field in parts.query.split("&")) if parts.query else ""
    return printable(f"{parts.scheme}://{host}{parts.path}" + (f"?{query}" if query else ""))


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def _without_value(field: str) -> str:
    name, equals, _ = field.partition("=")
    return f"{name}={ELLIPSIS}" if equals else ELLIPSIS
