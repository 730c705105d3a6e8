"""The example suite stands on its own: its agent is imported from there, as its own tests would do it."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "example_suite"))
