"""Recordings of answers: when they are replayed, when the model is asked, and what the file looks like."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest
import yaml

from pytest_agentsim.llm.answers import object_of
from pytest_agentsim.llm.cassette import Cassette, NoRecordedAnswer
from pytest_agentsim.llm.errors import ModelError
from pytest_agentsim.llm.request import Message, ModelAnswer, ModelRequest
from pytest_agentsim.llm.scope import ModelScope
from tests.llm.conftest import KEY
from tests.llm.model_server import error, says

ITEM = "desk.scenario.yaml::hours"
SCHEMA = object_of({"word": {"type": "string"}})


@pytest.fixture
def path(tmp_path):
    return tmp_path / "cassettes" / "hours.yaml"


@pytest.fixture
def playing(path):
    """Lets what is asked within be recorded or replayed: `with playing("once"): …`."""

    @contextmanager
    def play(mode):
        cassette = Cassette(path, mode, ITEM)
        cassette.load()
        with ModelScope(recorder=cassette).entered() as scope:
            yield scope
        cassette.save()

    return play


def a_request(words="Is it?", **changes):
    given = {
        "purpose": "judge",
        "prompt": "judge 1",
        "system": "Be brief.",
        "messages": (Message("user", words),),
    }
    return ModelRequest(**{**given, **changes})


async def test_an_answer_is_recorded_once_and_replayed_with_the_server_gone(model, server, playing):
    server.replies = [says("It is.")]
    with playing("once"):
        first = await model.ask(a_request())
    server.stop()
    with playing("none") as scope:
        assert (await model.ask(a_request())).text == first.text == "It is."
    [use] = scope.count.uses
    assert (use.requests, use.replayed, use.cost) == (0, 1, 0.0)


async def test_the_file_can_be_read(model, server, playing, path):
    server.replies = [says('{"word":"yes"}')]
    with playing("once"):
        await model.ask(a_request("One\ntwo", system="Be brief.\nBe kind.", schema=SCHEMA))
    text = path.read_text()
    assert text.startswith("# What language models were asked on a call")
    assert f'# To record it again: pytest --agentsim-record-mode=all "{ITEM}"' in text
    assert "  1: |-\n    Be brief.\n    Be kind.\n" in text
    [exchange] = yaml.safe_load(text)["exchanges"]
    del exchange["key"]
    assert exchange == {
        "purpose": "judge",
        "model": "test-model",
        "prompt": "judge 1",
        "system": 1,
        "messages": [{"user": "One\ntwo"}],
        "answer": {"data": {"word": "yes"}},
    }


async def test_a_system_prompt_of_several_requests_is_written_once(model, playing, path):
    with playing("once"):
        await model.ask(a_request("One?"))
        await model.ask(a_request("Two?"))
        await model.ask(a_request("Three?", system="Be long."))
    written = yaml.safe_load(path.read_text())
    assert written["systems"] == {1: "Be brief.", 2: "Be long."}
    assert [each["system"] for each in written["exchanges"]] == [1, 1, 2]


async def test_the_key_of_the_server_is_never_stored(model, server, playing, path):
    server.replies = [says(f"My key is {KEY}.")]
    with playing("once"):
        answer = await model.ask(a_request(f"Is it {KEY}?"))
    assert answer.text == "My key is ***."
    assert KEY not in path.read_text()
    assert KEY not in json.dumps(server.requests)


async def test_without_a_recording_none_says_how_to_make_one(model, server, playing, path):
    with playing("none"), pytest.raises(NoRecordedAnswer) as caught:
        await model.ask(a_request())
    assert str(caught.value) == (
        f"No answer is recorded for the judge, because there is no recording {path}. Record it: "
        f'pytest --agentsim-record-mode=once "{ITEM}"'
    )
    assert server.requests == []


@pytest.mark.parametrize("mode", ["none", "once"])
@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"words": "Was it?"}, "what was said on the call is not what was said when it was recorded"),
        ({"system": "Be long."}, "the scenario, or the text of the prompt, has changed since"),
        (
            {"prompt": "judge 2", "system": "x"},
            "it was recorded with the prompt 'judge 1', which is 'judge 2' now",
        ),
        ({"purpose": "matcher"}, "nothing that the matcher asks is recorded there"),
    ],
)
async def test_what_has_changed_since_is_told(model, playing, path, mode, changes, told):
    with playing("once"):
        await model.ask(a_request())
    with playing(mode), pytest.raises(NoRecordedAnswer) as caught:
        await model.ask(a_request(**changes))
    assert str(caught.value).endswith(
        f'in {path}: {told}. Record it again: pytest --agentsim-record-mode=all "{ITEM}"'
    )


async def test_another_model_is_told(model, connect, playing):
    with playing("once"):
        await model.ask(a_request())
    with (
        playing("none"),
        pytest.raises(NoRecordedAnswer, match="with the model test-model, and other is asked now"),
    ):
        await connect("other").ask(a_request())


async def test_new_adds_to_what_is_recorded(model, server, playing, path):
    with playing("new"):
        await model.ask(a_request("One?"))
    with playing("new"):
        await model.ask(a_request("One?"))
        await model.ask(a_request("Two?"))
    assert len(server.requests) == 2
    assert len(yaml.safe_load(path.read_text())["exchanges"]) == 2


async def test_all_asks_again_and_forgets_what_is_not_asked_any_more(model, server, playing, path):
    with playing("once"):
        await model.ask(a_request("One?"))
        await model.ask(a_request("Two?"))
    server.replies = [says("Again.")]
    with playing("all"):
        await model.ask(a_request("One?"))
    [exchange] = yaml.safe_load(path.read_text())["exchanges"]
    assert exchange["answer"] == {"text": "Again."}


async def test_an_incomplete_recording_is_kept_only_by_new(model, server, playing, path):
    for mode, is_kept in (("once", False), ("all", False), ("new", True)):
        server.replies = [says("Fine."), error(400, "No")]
        with playing(mode):
            await model.ask(a_request("One?"))
            with pytest.raises(ModelError):
                await model.ask(a_request("Two?"))
        assert path.exists() == is_kept


async def test_a_recording_that_is_none_says_how_to_make_it_anew(model, playing, path):
    path.parent.mkdir()
    for text in ("{", "version: 7", "version: 1\nexchanges: [1]"):
        path.write_text(text)
        with playing("once"), pytest.raises(ModelError) as caught:
            await model.ask(a_request())
        assert str(caught.value).startswith(f"The recording {path} cannot be read: ")
        assert str(caught.value).endswith(f'Record it again: pytest --agentsim-record-mode=all "{ITEM}"')


@pytest.mark.parametrize(
    "text", ["", " two \n\n blanks \n", "\ttab\r\nline", "No: 1 # x", "é\u2028\x07", "null", "12"]
)
def test_every_answer_comes_out_as_it_went_in(path, text):
    cassette = Cassette(path, "all", ITEM)
    cassette.record(a_request(), "m", ModelAnswer(text))
    cassette.save()
    again = Cassette(path, "none", ITEM)
    again.load()
    assert again.recorded(a_request(), "m") == ModelAnswer(text)


async def test_a_recording_that_cannot_be_read_is_told(model, playing, path):
    path.mkdir(parents=True)
    with playing("none"), pytest.raises(ModelError, match=r"The recording .*hours.yaml cannot be read: "):
        await model.ask(a_request())
