"""The exit statuses of the commands; 2 is that of a command line which is wrong."""

from __future__ import annotations

__all__ = ["OK", "PROBLEMS"]

OK = 0
PROBLEMS = 1
