from __future__ import annotations

from pytest_agentsim.audio.stt.interface import Recognition, WholeUtterance


def test_a_whole_utterance_is_recognised_at_its_end():
    stream = WholeUtterance(lambda pcm: Recognition(pcm.decode()))
    stream.feed(b"good ")
    stream.feed(b"morning")
    assert stream.partial() == ""
    assert stream.finish() == Recognition("good morning")


def test_a_whole_utterance_that_is_given_up_is_not_recognised():
    asked = []
    stream = WholeUtterance(lambda pcm: asked.append(pcm) or Recognition(""))
    stream.feed(b"good ")
    stream.cancel()
    assert asked == []
