from __future__ import annotations

import base64
import json
import pickle
import re
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentsim.errors import ConfigurationError
from pytest_agentsim.redaction import MASK, SHORTEST_IN_TEXT, Redactor, Secret, expand_environment

long_enough = st.text(min_size=SHORTEST_IN_TEXT, max_size=12)


@pytest.mark.parametrize("show", [repr, str, format, "{!r}".format, "%s".__mod__, lambda each: f"{each}"])
def test_a_secret_does_not_show_itself(show):
    assert show(Secret("open sesame")) == MASK


def test_a_secret_pads_its_mask_like_any_string():
    assert f"{Secret('open sesame'):>5}" == "  ***"


def test_a_secret_in_a_container_does_not_show_itself():
    assert "sesame" not in repr({"secret": [Secret("open sesame")]})


def test_a_secret_reveals_its_string_when_asked():
    assert Secret("open sesame").reveal() == "open sesame"


def test_secrets_are_equal_by_value_and_only_to_secrets():
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2


def test_an_empty_secret_is_false():
    assert not Secret("")
    assert Secret(" ")


def test_a_secret_survives_pickling():
    assert pickle.loads(pickle.dumps(Secret("open sesame"))) == Secret("open sesame")  # noqa: S301


@given(before=st.text(), secret=long_enough, after=st.text())
def test_no_secret_is_left_in_text(before, secret, after):
    redacted = Redactor([Secret(secret)]).text(before + secret + after)
    # What the mask itself brings in does not count.
    assert all(secret not in part for part in redacted.split(MASK))


def json_escaped(text: str, *, ensure_ascii: bool = True) -> str:
    return json.dumps(text, ensure_ascii=ensure_ascii)[1:-1]


def with_small_escapes(quoted: str) -> str:
    return re.sub("%[0-9A-F]{2}", lambda match: match[0].lower(), quoted)


SPELLINGS = {
    "as it is": str,
    "in JSON": json_escaped,
    "in JSON that is not ASCII": lambda secret: json_escaped(secret, ensure_ascii=False),
    "in JSON within JSON": lambda secret: json_escaped(json_escaped(secret)),
    "in JSON with escaped slashes": lambda secret: json_escaped(secret).replace("/", "\\/"),
    "as a Python literal": lambda secret: repr(secret)[1:-1],
    "in a URL's path": quote,
    "in a URL's query": lambda secret: quote(secret, safe=""),
    "in a URL's query, by JavaScript": lambda secret: quote(secret, safe="!'()*"),
    "in a URL with small escapes": lambda secret: with_small_escapes(quote(secret, safe="")),
    "in a form": quote_plus,
    "in base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "in base64 without padding": lambda secret: base64.b64encode(secret.encode()).decode().rstrip("="),
    "in URL-safe base64": lambda secret: base64.urlsafe_b64encode(secret.encode()).decode(),
}


@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS.keys())
@pytest.mark.parametrize(
    "secret", ["sesame", 'op"en/se\\same', "~open (sesame)+?&!", "Sésame, öffne dich", "a\nb\tc d"]
)
def test_every_usual_spelling_of_a_secret_is_replaced(secret, spell):
    assert Redactor([secret]).text(f"<{spell(secret)}>") == f"<{MASK}>"


@given(before=st.binary(max_size=5), secret=long_enough, after=st.binary(max_size=5))
def test_a_secret_within_base64_is_replaced_wherever_it_stands(before, secret, after):
    encoded = base64.b64encode(before + secret.encode() + after).decode()
    redacted = Redactor([secret]).text(encoded)
    assert MASK in redacted
    # At either end up to a character may mix the secret's bits with its neighbours'.
    hidden = len(encoded) - len(redacted.replace(MASK, ""))
    assert hidden >= len(secret.encode()) * 4 // 3 - 2


def test_basic_authentication_does_not_give_the_password_away():
    header = "Basic " + base64.b64encode(b"acme:open sesame").decode()
    decodable = Redactor(["open sesame"]).text(header).removeprefix("Basic ").split(MASK)[0]
    assert b"open" not in base64.b64decode(decodable + "=" * (-len(decodable) % 4))


def test_of_two_secrets_of_which_one_begins_the_other_nothing_is_left():
    assert Redactor(["sesame", "sesame street"]).text("to sesame street, sesame!") == "to ***, ***!"


def test_a_short_secret_stays_in_running_text_but_not_alone():
    redactor = Redactor(["shh"])
    assert redactor.text("shhh, he said") == "shhh, he said"
    assert redactor.text("shh") == MASK


def test_without_secrets_everything_stays():
    redactor = Redactor([Secret(""), ""])
    assert redactor.text("") == ""
    assert redactor.text("nothing to hide") == "nothing to hide"


def test_data_is_redacted_in_values_and_keys_at_any_depth():
    redactor = Redactor(["open sesame"])
    data = {"open sesame": [1, ("by open sesame", None)], "deep": {"er": {"url": "ws://h?k=open%20sesame"}}}
    assert redactor.data(data) == {
        MASK: [1, (f"by {MASK}", None)],
        "deep": {"er": {"url": f"ws://h?k={MASK}"}},
    }


def test_a_secret_object_in_data_becomes_its_mask():
    assert Redactor().data({"secret": Secret("open sesame")}) == {"secret": MASK}


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(json_like)
def test_data_without_secrets_is_unchanged(data):
    assert Redactor(["a secret that no test data contains"]).data(data) == data


def test_what_was_given_is_not_changed():
    data = {"list": ["open sesame"]}
    Redactor(["open sesame"]).data(data)
    assert data == {"list": ["open sesame"]}


@pytest.mark.parametrize(
    ("written", "expanded", "found"),
    [
        ("plain", "plain", ()),
        ("${TOKEN}", "t0ken", ("t0ken",)),
        ("Bearer ${TOKEN}!", "Bearer t0ken!", ("t0ken",)),
        ("${USER}:${TOKEN}", "acme:t0ken", ("acme", "t0ken")),
        ("$${TOKEN}", "${TOKEN}", ()),
        ("$${TOKEN} ${TOKEN}", "${TOKEN} t0ken", ("t0ken",)),
        ("$$ $TOKEN ${TOKEN", "$$ $TOKEN ${TOKEN", ()),
        ("[${EMPTY}]", "[]", ()),
        ("${NESTED}", "${TOKEN}", ("${TOKEN}",)),
    ],
)
def test_variables_are_filled_in_and_counted_as_secrets(written, expanded, found):
    environ = {"TOKEN": "t0ken", "USER": "acme", "EMPTY": "", "NESTED": "${TOKEN}"}
    assert expand_environment(written, environ) == (expanded, tuple(map(Secret, found)))


def test_the_environment_of_the_process_is_the_default(monkeypatch):
    monkeypatch.setenv("AGENTSIM_TEST_TOKEN", "t0ken")
    assert expand_environment("${AGENTSIM_TEST_TOKEN}")[0] == "t0ken"


def test_an_unset_variable_is_named():
    with pytest.raises(ConfigurationError, match="environment variable TOKEN is not set"):
        expand_environment("Bearer ${TOKEN}", {})


@pytest.mark.parametrize("written", ["${}", "${NOT-A-NAME}", "${1ST}", "${TOKEN:-default}"])
def test_what_cannot_be_a_variable_is_refused(written):
    with pytest.raises(ConfigurationError, match="names no environment variable"):
        expand_environment(written, {})


@given(st.text().filter(lambda text: "${" not in text))
def test_text_without_references_stays_as_it_is(text):
    assert expand_environment(text, {}) == (text, ())
