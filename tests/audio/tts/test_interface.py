from __future__ import annotations

import math

import pytest

from pytest_agentsim.audio.tts.interface import Voice


@pytest.mark.parametrize("speed", [0.0, -1.0, math.inf, math.nan])
def test_a_voice_speaks_at_a_positive_speed(speed):
    with pytest.raises(ValueError, match="must be a positive number"):
        Voice(speed=speed)
