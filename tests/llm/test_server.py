"""Where a model is, and which key is sent there."""

from __future__ import annotations

import pytest

from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.llm.server import server_of


@pytest.mark.parametrize(
    ("name", "base_url", "found"),
    [
        ("openai:gpt-5", "", ("openai", "gpt-5", "https://api.openai.com/v1")),
        ("ollama:llama3:8b", "", ("ollama", "llama3:8b", "http://localhost:11434/v1")),
        ("vllm:org/model", "", ("vllm", "org/model", "http://localhost:8000/v1")),
        ("llama3:8b", "http://gpu:1234/v1/", ("", "llama3:8b", "http://gpu:1234/v1")),
        ("openai:gpt-5", "https://proxy/v1", ("openai", "gpt-5", "https://proxy/v1")),
    ],
)
def test_the_name_tells_which_server_it_is(name, base_url, found):
    server = server_of(name, base_url, {})
    assert (server.provider, server.model, server.base_url) == found


def test_the_environment_may_say_where_a_provider_is():
    assert server_of("ollama:x", "", {"OLLAMA_BASE_URL": "http://gpu/v1"}).base_url == "http://gpu/v1"


@pytest.mark.parametrize("base_url", ["gpu:1234", "ftp://gpu", "http://", "http://[x", "http://gpu:99999"])
def test_what_is_no_address_is_refused(base_url):
    with pytest.raises(ConfigurationError, match="agentsim_llm_base_url must be an address such as"):
        server_of("x", base_url, {})


def test_a_name_without_a_server_is_refused():
    with pytest.raises(
        ConfigurationError, match="Nothing says where the model 'gpt-5' is: write 'openai:gpt-5'"
    ):
        server_of("gpt-5", "", {})


def test_a_model_that_is_not_asked_needs_no_server():
    assert server_of("gpt-5", "", {}, is_asked=False).name == "gpt-5"


@pytest.mark.parametrize("name", ["", "openai:"])
def test_a_name_of_no_model_is_refused(name):
    with pytest.raises(ConfigurationError, match="names no model"):
        server_of(name, "", {})


KEYS = {"OPENAI_API_KEY": "of-openai"}


def test_the_key_of_openai_goes_to_openai_alone():
    assert server_of("openai:x", "", KEYS).key.reveal() == "of-openai"
    assert not server_of("openai:x", "http://elsewhere/v1", KEYS).key
    assert not server_of("ollama:x", "", KEYS).key


def test_the_key_of_openai_goes_where_its_own_variable_says():
    environment = {**KEYS, "OPENAI_BASE_URL": "https://proxy/v1/"}
    assert server_of("openai:x", "", environment).key.reveal() == "of-openai"


def test_our_own_key_goes_to_whatever_server_is_asked():
    environment = {**KEYS, "AGENTSIM_LLM_API_KEY": "ours"}
    assert server_of("x", "http://elsewhere/v1", environment).key.reveal() == "ours"
    assert server_of("openai:x", "", environment).key.reveal() == "ours"


def test_a_key_that_can_be_none_is_refused_without_being_shown():
    with pytest.raises(ConfigurationError, match="characters that no key can have") as caught:
        server_of("x", "http://elsewhere/v1", {"AGENTSIM_LLM_API_KEY": "sesame\n"})
    assert "sesame" not in str(caught.value)


def test_openai_without_a_key_says_what_to_set():
    with pytest.raises(ConfigurationError, match="needs a key: set the environment variable OPENAI_API_KEY"):
        server_of("openai:gpt-5", "", {}).check_key()


def test_the_address_is_shown_without_credentials():
    assert server_of("x", "http://me:secret@gpu:80/v1?key=1", {}).address == "http://gpu:80/v1"
