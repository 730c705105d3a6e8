"""The page docs/sounds.md and its pictures are those of the sounds as they are."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

pytest.importorskip("numpy")
pytest.importorskip("soundfile")

from pytest_agentsim.audio.sounds import BACKGROUND_SOUNDS, ONE_SHOT_SOUNDS, background, one_shot
from pytest_agentsim.audio.sounds.recipes import BACKGROUNDS, ONE_SHOTS

DOCS = Path(__file__).parents[3] / "docs"
PICTURES = DOCS / "sounds"
LARGEST_PICTURE = 40_000  # bytes

SOUNDS = [(name, background, BACKGROUNDS) for name in BACKGROUND_SOUNDS] + [
    (name, one_shot, ONE_SHOTS) for name in ONE_SHOT_SOUNDS
]


@pytest.mark.parametrize(("name", "make", "recipes"), SOUNDS)
def test_the_page_has_each_sound_with_its_picture(name, make, recipes):
    page = (DOCS / "sounds.md").read_text()
    assert f"**`{name}`**: {recipes[name].description}" in page, "run: python docs/make_sounds.py"
    assert f"](sounds/{name}.png)" in page
    picture = (PICTURES / f"{name}.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) <= LARGEST_PICTURE


def test_there_is_no_picture_of_a_sound_that_is_gone():
    assert {path.stem for path in PICTURES.glob("*.png")} == {name for name, *_ in SOUNDS}


@pytest.mark.parametrize(("name", "make", "recipes"), SOUNDS)
def test_a_sound_is_the_same_on_every_machine_and_the_one_in_the_picture(name, make, recipes):
    made_of = json.loads((PICTURES / "made-of.json").read_text())
    digest = hashlib.sha256(make(name, 0).astype("<f4").tobytes()).hexdigest()[:16]
    assert made_of[name] == digest, "if the sound is meant to be another one, run: python docs/make_sounds.py"
