from __future__ import annotations

import pytest

from pytest_agentsim.scenario.action_values import (
    BACKGROUND_PRESETS,
    BACKGROUND_SOUNDS,
    NOISE_SOUNDS,
    check_background,
    check_values,
    milliseconds_of,
    pressable,
)
from pytest_agentsim.scenario.problems import Severity

UUID = "a0e99841-438c-4a64-b679-ae501e7d6091"


@pytest.mark.parametrize(
    ("tag", "values"),
    [
        *[
            (tag, {"time": time})
            for tag in ("silence", "hold", "interruption")
            for time in ("1s", "2.5s", "10s")
        ],
        ("silence", {"time": "0s"}),
        ("break", {"time": "0.5s"}),
        ("break", {"time": "500ms"}),
        *[("speed", {"ratio": ratio}) for ratio in ("0.8", "1", "1.2")],
        *[("volume", {"ratio": ratio}) for ratio in ("0", "0.5", "1.0")],
        *[("dtmf", {"digits": digits}) for digits in ("123", "456#", "*9")],
        *[("background_noise", {"sound": sound}) for sound in (*BACKGROUND_SOUNDS, "off", "beep", "street")],
        ("background_noise", {"sound": "https://example.com/n.mp3", "volume": "0.3"}),
        *[("noise", {"sound": sound}) for sound in NOISE_SOUNDS],
        ("noise", {"sound": "https://example.com/bell.wav", "volume": "1.0", "time": "1100"}),
        *[("noise", {"sound": sound}) for sound in ("bell.wav", "our sounds/door.FLAC", "a.ogg", "b.mp3")],
        ("network_simulation", {"packet_loss": "0", "jitter": "40", "latency": "150.5"}),
        ("network_simulation", {"packet_loss": "100"}),
        *[("network_simulation", {"packet_loss": "5", "burst": burst}) for burst in ("1", "2.5", "500")],
        *[("network_simulation", {"jitter": "60", "direction": way}) for way in ("send", "receive", "both")],
        ("voice", {"provider": "cartesia", "id": UUID, "model": "sonic-3.5"}),
        ("voice", {"provider": "11labs", "id": "EXAVITQu4vr4xnSDxMaL"}),
        ("function", {"name": "look-up_1"}),
        ("audio", {"id": "clip-1"}),
        ("client_message", {"t": "event", "d": '{"a": [1, null]}'}),
        ("send_sms", {"text": "a > b"}),
    ],
)
def test_values_of_the_reference_are_accepted_without_a_word(tag: str, values: dict[str, str]) -> None:
    assert check_values(tag, values) == ()


@pytest.mark.parametrize(
    ("tag", "values"),
    [
        *[
            ("silence", {"time": time})
            for time in ("", "1", "s", "-1s", "1 s", "1ms", ".5s", "1.s", "1,5s", "٣s")
        ],
        ("silence", {"time": "9" * 400 + "s"}),
        ("hold", {"time": "soon"}),
        ("interruption", {"time": "2"}),
        ("break", {"time": "5"}),
        *[
            ("speed", {"ratio": ratio})
            for ratio in ("0", "0.09", "2.01", "-1", "fast", "1.1x", "nan", "inf", "")
        ],
        *[("volume", {"ratio": ratio}) for ratio in ("-0.1", "2.1", "loud")],
        *[("dtmf", {"digits": digits}) for digits in ("", " ", "12a", "1,2", "+1", "555-1234", "\uff11")],
        ("background_noise", {"sound": "office-ambience", "volume": "3"}),
        ("background_noise", {"sound": ""}),
        ("noise", {"sound": "beep", "volume": "2.5"}),
        ("noise", {"sound": "beep", "time": "1100ms"}),
        ("noise", {"sound": "beep", "time": "-5"}),
        ("network_simulation", {"packet_loss": "101"}),
        ("network_simulation", {"packet_loss": "5%"}),
        ("network_simulation", {"jitter": "-1"}),
        ("network_simulation", {"latency": "9" * 400}),
        *[("network_simulation", {"burst": burst}) for burst in ("0", "0.9", "501", "three", "")],
        *[("network_simulation", {"direction": way}) for way in ("", "sending", "SEND")],
        ("voice", {"provider": "acme", "id": UUID}),
        ("voice", {"provider": "cartesia", "id": "EXAVITQu4vr4xnSDxMaL"}),
        ("voice", {"provider": "11labs", "id": UUID}),
        ("voice", {"provider": "11labs", "id": "abc", "text": ""}),
        ("function", {"name": "look up"}),
        ("function", {"name": "x" * 65}),
        ("audio", {"id": ""}),
        ("client_message", {"t": ""}),
        ("client_message", {"t": "e", "d": "{a: 1}"}),
        ("client_message", {"t": "e", "d": "[" * 100_000}),
        ("send_sms", {"text": " "}),
        ("ivr", {"text": ""}),
        ("voicemail", {"text": ""}),
        ("speed", {"ratio": "1", "text": ""}),
        ("volume", {"ratio": "1", "text": ""}),
    ],
)
def test_a_value_out_of_its_format_or_range_is_an_error(tag: str, values: dict[str, str]) -> None:
    (problem,) = check_values(tag, values)
    assert problem.severity is Severity.ERROR
    assert problem.message.startswith(f"<{tag}> {problem.attribute} ")


@pytest.mark.parametrize(
    ("tag", "values"),
    [
        ("speed", {"ratio": "0.1"}),
        ("speed", {"ratio": "0.79"}),
        ("speed", {"ratio": "2.0"}),
        ("volume", {"ratio": "1.5"}),
        ("dtmf", {"digits": "12A"}),
        ("noise", {"sound": "beep", "volume": "2"}),
        ("noise", {"sound": "beep", "time": "1.1s"}),
        ("noise", {"sound": "bep"}),
        *[("noise", {"sound": sound}) for sound in ("street", ".wav", "bell.wav2", "bell wav")],
        ("background_noise", {"sound": "moon-base"}),
        ("background_noise", {"sound": "coffee-shop", "volume": "1.01"}),
        ("interruption", {"time": "0s"}),
        ("network_simulation", {"latency": "5001"}),
        ("network_simulation", {"jitter": "60000"}),
    ],
)
def test_a_value_that_only_some_versions_accept_is_a_warning(tag: str, values: dict[str, str]) -> None:
    (problem,) = check_values(tag, values)
    assert problem.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("tag", "values", "hint"),
    [
        ("silence", {"time": "2"}, 'write "2s"'),
        ("silence", {"time": "500ms"}, 'write "0.5s"'),
        ("hold", {"time": "3 seconds"}, 'write "3s"'),
        ("hold", {"time": "1 min"}, 'write "60s"'),
        ("hold", {"time": "3 weeks"}, ""),
        ("noise", {"sound": "beep", "time": "1100ms"}, 'write "1100"'),
        ("noise", {"sound": "beep", "time": "1.1s"}, 'write "1100"'),
        ("noise", {"sound": "cough"}, 'did you mean "cough2"?'),
        ("background_noise", {"sound": "cofee-shop"}, 'did you mean "coffee-shop"?'),
        ("dtmf", {"digits": "(555) 12-34"}, 'write "5551234"'),
        ("voice", {"provider": "11lab", "id": "a"}, 'did you mean "11labs"?'),
        ("network_simulation", {"direction": "recieve"}, 'did you mean "receive"?'),
        ("network_simulation", {"latency": "9000"}, "stay between 0 and 5000"),
    ],
)
def test_the_hint_says_what_to_write(tag: str, values: dict[str, str], hint: str) -> None:
    (problem,) = check_values(tag, values)
    assert problem.hint == hint


def test_the_message_never_shows_the_value() -> None:
    (problem,) = check_values("silence", {"time": "top secret"})
    assert "secret" not in problem.message


def test_a_voice_is_not_judged_before_its_provider_is_known() -> None:
    assert check_values("voice", {"id": "anything"}) == ()


@pytest.mark.parametrize(
    ("digits", "keys"),
    [("(555) 12-34#", "55512" + "34#"), ("*A", "*A"), ("", ""), ("+1 555", ""), ("none", "")],
)
def test_formatting_is_not_pressed_and_what_is_no_key_presses_nothing(digits: str, keys: str) -> None:
    assert pressable(digits) == keys


@pytest.mark.parametrize(("time", "milliseconds"), [("1100", 1100.0), ("1.5s", 1500.0), ("0", 0.0)])
def test_the_time_of_a_noise_is_read_in_both_units(time: str, milliseconds: float) -> None:
    assert milliseconds_of(time) == milliseconds


@pytest.mark.parametrize(
    "sound", ["", "off", *BACKGROUND_PRESETS, "rain-thunder", "https://example.com/rain.mp3", "sea.ogg"]
)
def test_a_personality_may_have_any_background_that_there_is(sound: str) -> None:
    assert check_background(sound) is None


def test_a_background_that_there_is_not_is_warned_about_with_what_was_meant() -> None:
    problem = check_background("offise")
    assert problem is not None
    assert (problem.message, problem.severity) == ('"offise" is not a known sound', Severity.WARNING)
    assert problem.hint == 'did you mean "office"?'
