"""How a caller comes by its sounds: off the event loop, once each, shared with the other calls."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import pytest_asyncio
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.audio import sounds
from pytest_agentsim.audio.pcm import from_float
from pytest_agentsim.audio.tts.espeak import EspeakSynthesizer
from pytest_agentsim.audio.tts.interface import Voice
from pytest_agentsim.caller.voice_steps import Express, GoTo, MakeNoise
from pytest_agentsim.scenario.action_parser import Place, parse_action
from pytest_agentsim.scenario.personality import Personality
from pytest_agentsim.voice.caller_sounds import CallerSounds, cut_off, volumes_of
from pytest_agentsim.voice.studio import Studio
from tests.audio.sound_server import SoundServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from typing import TypeVar

    T = TypeVar("T")

OFFICE = Personality("p", background_noise="office-ambience")


class WatchedStudio(Studio):
    """Tells in which threads something was made."""

    def __init__(self) -> None:
        super().__init__()
        self.threads: list[int] = []

    async def make(self, work: Callable[[], T]) -> T:
        def watched() -> T:
            self.threads.append(threading.get_ident())
            return work()

        return await super().make(watched)


@pytest_asyncio.fixture
async def studio() -> AsyncIterator[WatchedStudio]:
    studio = WatchedStudio()
    yield studio
    await studio.close()


def sounds_of(
    studio: Studio,
    *,
    seed: int = 1,
    gender: str = "",
    folder: Path = Path(),
    told: list[str] | None = None,
) -> CallerSounds:
    told = [] if told is None else told
    return CallerSounds(studio, folder=folder, seed=seed, gender=gender, warn=told.append)


async def test_sounds_are_made_in_other_threads_before_they_are_asked_for_and_once(
    studio: WatchedStudio,
) -> None:
    source = '<noise sound="beep"/> [sigh] <background_noise sound="street">hi</background_noise> <noise sound="beep"/>'
    action = parse_action(source, place=Place()).action
    own = sounds_of(studio)
    await own.prepare([action, action])
    assert len(studio.threads) == 3
    assert threading.get_ident() not in studio.threads
    await own.pcm(MakeNoise("beep", 1.0, None, interruptible=True))
    await own.pcm(Express("sigh", 1.0, interruptible=True))
    await own.place(GoTo("street", 0.3))
    assert len(studio.threads) == 3


async def test_calls_share_the_loop_of_a_place_and_begin_somewhere_else_in_it(studio: Studio) -> None:
    one, other, again = [await sounds_of(studio, seed=seed).own_place(OFFICE) for seed in (1, 2, 1)]
    assert one is not None
    assert other is not None
    assert again is not None
    assert one.loop is other.loop is again.loop
    assert one.offset == again.offset != other.offset
    assert one.at(0.3) is other.at(0.3)


async def test_the_seed_decides_which_cough_it_is(studio: Studio) -> None:
    step = MakeNoise("cough1", 1.0, None, interruptible=True)
    assert await sounds_of(studio, seed=3).pcm(step) == from_float(sounds.one_shot("cough1", 3))


@pytest.mark.parametrize(
    ("gender", "sound"), [("female", "female-laughter"), ("male", "male-laughter"), ("", "laughter")]
)
async def test_who_laughs_is_who_speaks(studio: Studio, gender: str, sound: str) -> None:
    laugh = await sounds_of(studio, gender=gender).pcm(Express("laughter", 1.0, interruptible=True))
    assert laugh == from_float(sounds.one_shot(sound, 1))


async def test_a_file_of_the_users_own_begins_at_its_beginning(studio: Studio, tmp_path: Path) -> None:
    ramp = np.linspace(-0.5, 0.5, 8_000, dtype=np.float32)
    soundfile.write(tmp_path / "ramp.wav", ramp, 16_000, subtype="FLOAT")
    place = await sounds_of(studio, folder=tmp_path).place(GoTo("ramp.wav", 1.0))
    assert place is not None
    assert place.offset == 0
    assert (place.loop.frame(0) == sounds.custom("ramp.wav", folder=tmp_path)[:320]).all()


async def test_what_cannot_be_had_is_told_once_and_is_nothing(studio: Studio) -> None:
    told: list[str] = []
    own = sounds_of(studio, told=told)
    step = MakeNoise("gong", 1.0, None, interruptible=True)
    assert [await own.pcm(step), await own.pcm(step)] == [b"", b""]
    assert len(told) == 1
    assert "gong" in told[0]
    assert await own.own_place(Personality("p", background_noise="moon-base")) is None
    assert len(told) == 2


async def test_addresses_that_never_end_hold_up_nobodys_words(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    server, told = SoundServer(), list[str]()
    own = sounds_of(studio, told=told)
    try:
        urls = [f"{server.url}/for-ever?{number}" for number in range(3)]
        waiting = asyncio.gather(*(own.place(GoTo(url, 0.3)) for url in urls))
        async with asyncio.timeout(15):  # less than an address may take
            while len(server.requests) < 2:
                await asyncio.sleep(0)
            assert await studio.render(EspeakSynthesizer(), "Hello", Voice())
        assert not waiting.done()
    finally:
        server.close()
    assert await waiting == [None, None, None]
    assert len(told) == 3


@pytest.mark.parametrize(
    ("volumes", "expected"),
    [
        ({}, (0.3, 0.15)),
        ({"base": 0.5}, (0.5, 0.25)),
        ({"reduced": 0.02}, (0.3, 0.02)),
        ({"base": 0.05, "reduced": 0.02}, (0.05, 0.02)),
        ({"base": 0, "reduced": 0}, (0.0, 0.0)),
    ],
)
def test_a_background_is_half_as_loud_while_the_caller_speaks_unless_it_says(
    volumes: dict[str, float], expected: tuple[float, float]
) -> None:
    assert volumes_of(Personality("p", background_sound_volume=volumes)) == expected


@given(st.integers(0, 2_000), st.one_of(st.none(), st.floats(0, 0.2)))
def test_the_beginning_of_a_sound_is_no_longer_than_asked_for_and_ends_at_zero(
    samples: int, seconds: float | None
) -> None:
    whole = np.ones(samples, dtype=np.float32)
    begun = cut_off(whole, seconds)
    if seconds is None or round(seconds * 16_000) >= samples:
        assert begun is whole
        return
    assert len(begun) == round(seconds * 16_000)
    assert not len(begun) or begun[-1] == (0.0 if len(begun) > 1 else 1.0)
    assert whole.all()
