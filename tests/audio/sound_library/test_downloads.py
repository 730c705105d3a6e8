from __future__ import annotations

import concurrent.futures
import logging

import pytest

pytest.importorskip("numpy")
pytest.importorskip("soundfile")
pytest.importorskip("httpx")

from pytest_agentsim.audio.audio_cache import AudioCache
from pytest_agentsim.audio.sounds import SoundError
from pytest_agentsim.audio.sounds.downloads import Downloads, Limits

CONTENT = b"sound" * 100
QUICK = Limits(seconds=0.3, size=10_000, redirects=3)
PATIENT = Limits(size=10_000, redirects=3)


def unchanged(data: bytes, place: str) -> bytes:
    return data


@pytest.fixture
def cache(tmp_path):
    return AudioCache(tmp_path / "cache")


@pytest.fixture
def server(sound_server):
    sound_server.files["/sound.wav"] = CONTENT
    return sound_server


def refusal(url: str, cache: AudioCache, limits: Limits = PATIENT) -> str:
    with pytest.raises(SoundError) as caught:
        Downloads(cache, limits).pcm(url, unchanged)
    return str(caught.value)


def test_a_file_is_fetched(server, cache):
    assert Downloads(cache).pcm(f"{server.url}/sound.wav", unchanged) == CONTENT


def test_it_is_fetched_once_and_kept_for_later_runs(server, cache):
    for _ in range(2):
        Downloads(cache).pcm(f"{server.url}/sound.wav", unchanged)
    assert server.requests == ["/sound.wav"]


def test_many_who_wait_for_the_same_address_fetch_it_once(server, cache):
    downloads = Downloads(cache)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(downloads.pcm, f"{server.url}/sound.wav", unchanged) for _ in range(8)]
        assert {each.result() for each in waiting} == {CONTENT}
    assert server.requests == ["/sound.wav"]


@pytest.mark.parametrize("path", ["/for-ever", "/no-header"])
def test_an_address_that_never_ends_is_told(server, cache, path):
    told = refusal(f"{server.url}{path}", cache, QUICK)
    assert told == f"{server.url}{path}: has not ended within 0.3 s"


def test_a_failure_is_told_again_without_asking_again(server, cache):
    downloads = Downloads(cache, QUICK)
    for _ in range(3):
        with pytest.raises(SoundError, match="has not ended"):
            downloads.pcm(f"{server.url}/for-ever", unchanged)
    assert server.requests == ["/for-ever"]


def test_a_failure_is_not_kept_for_later_runs(server, cache):
    refusal(f"{server.url}/new.wav", cache)
    server.files["/new.wav"] = CONTENT
    assert Downloads(cache).pcm(f"{server.url}/new.wav", unchanged) == CONTENT


def test_what_is_no_audio_is_not_kept(server, cache):
    def refuse(data: bytes, place: str) -> bytes:
        raise SoundError(f"{place}: is not audio")

    for _ in range(2):
        with pytest.raises(SoundError, match=r"/sound\.wav: is not audio"):
            Downloads(cache).pcm(f"{server.url}/sound.wav", refuse)
    assert server.requests == ["/sound.wav"] * 2


def test_more_than_is_allowed_is_not_read(server, cache):
    server.files["/large.wav"] = bytes(3_000_000)
    limits = Limits(size=2 * 2**20)
    assert refusal(f"{server.url}/large.wav", cache, limits).endswith(
        "/large.wav: is larger than the 2 MB that are allowed"
    )


def test_redirects_are_followed(server, cache):
    assert Downloads(cache, PATIENT).pcm(f"{server.url}/again/2", unchanged) == CONTENT


def test_redirects_that_go_on_are_not_followed_for_ever(server, cache):
    assert refusal(f"{server.url}/again/3", cache).endswith("/again/3: redirects more than 3 times")
    assert len(server.requests) == 4


@pytest.mark.parametrize(
    "target",
    ["ftp://127.0.0.1/sound.wav", "file:///etc/hostname", "http://[", "http://127.0.0.1:99999/a.wav"],
)
def test_a_redirect_to_what_is_no_web_address_is_told(server, cache, target):
    server.target = target
    assert "/to: " in refusal(f"{server.url}/to", cache)
    assert server.requests == ["/to"]


def test_a_file_that_is_not_there_is_told(server, cache):
    assert refusal(f"{server.url}/none.wav", cache) == f"{server.url}/none.wav: answers 404 Not Found"


def test_an_address_where_nobody_answers_is_told(server, cache):
    url = f"{server.url}/sound.wav"
    server.close()
    assert refusal(url, cache) == f"{url}: nobody answers there"


@pytest.mark.parametrize("url", ["http://", "http://[", "http://127.0.0.1:99999/a.wav"])
def test_an_address_that_cannot_be_one_is_told(cache, url):
    assert refusal(url, cache) == "a sound cannot be fetched from what is not an address: <malformed URL>"


@pytest.mark.parametrize("path", ["/none.wav?token=hush", "/for-ever?token=hush", "/to?token=hush"])
def test_what_may_be_secret_in_an_address_is_neither_told_nor_logged(server, cache, caplog, path):
    server.target = "ftp://hush/"
    with caplog.at_level(logging.DEBUG):
        told = refusal(server.url.replace("://", "://me:hush@") + path, cache, QUICK)
    assert "hush" not in told
    assert "hush" not in caplog.text


def test_requests_of_others_are_logged_as_ever(server, cache, caplog):
    import httpx

    Downloads(cache).pcm(f"{server.url}/sound.wav", unchanged)
    with caplog.at_level(logging.INFO, logger="httpx"):
        httpx.get(f"{server.url}/sound.wav")
    assert "HTTP Request" in caplog.text
