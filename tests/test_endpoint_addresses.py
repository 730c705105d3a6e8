from __future__ import annotations

import pytest

from pytest_agentsim.endpoint import Addresses, address_of


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("ws://localhost", ("localhost", 80)),
        ("wss://example.com/x", ("example.com", 443)),
        ("ws://[::1]:8080", ("::1", 8080)),
    ],
)
def test_the_address_behind_a_url(url, address):
    assert address_of(url) == address


def test_only_the_urls_that_there_are_are_told():
    assert Addresses().items() == ()
    assert Addresses(voice="ws://h/v").items() == (("voice_url", "ws://h/v"),)
    assert str(Addresses("ws://h/t", "ws://h/v")) == "ws://h/t and ws://h/v"
    assert str(Addresses()) == ""


def test_text_in_both_urls_can_be_replaced():
    urls = Addresses("ws://h:{port}/t", "ws://h:{port}/v")
    assert urls.replaced("{port}", "80") == Addresses("ws://h:80/t", "ws://h:80/v")
