"""Each tag on the voice channel."""

from __future__ import annotations

from contextlib import chdir
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import soundfile

from pytest_agentsim.audio.dtmf import tones
from pytest_agentsim.audio.pcm import SAMPLE_RATE, to_float
from pytest_agentsim.result import EventKind, Speaker
from pytest_agentsim.scenario.settings import LoadSettings
from tests.audio.keys import keys_in
from tests.audio.pitch import pitch
from tests.proof.calls import Line, answer, call, decibels, level, listen, loudest_frequency, say
from tests.proof.row import proves
from tests.side_channel.service import serving
from tests.voice.harness import Agent, SpeakingStudio, conditions, prompt, speech
from tests.voice.heard import spans

if TYPE_CHECKING:
    from pathlib import Path

    from tests.voice.harness import ScriptedStudio

TITLE = "Tags, on the voice channel"
INTRODUCTION = "The action is the caller's first message, unless the row says otherwise."

FRAME = 0.02  # s
WORDS = "I would like to change my appointment"  # 37 letters: 1.85 s
BOB = {"personality": {"base": "normal", "gender": "male"}}
ANNA = LoadSettings(voices={"Anna1": "espeak:f2"})


def spoken() -> ScriptedStudio:
    """A voice that says the words."""
    return SpeakingStudio()


def interrupting(after: float, seconds: float = 0.8) -> Any:
    """Talks into the caller's first words so long after they have begun, and listens then."""

    async def program(agent: Agent) -> None:
        await agent.until_caller_speaks()
        await agent.wait(after)
        await agent.event("speech.started", utterance_id="a1")
        await agent.say(speech(seconds))
        await agent.event("speech.completed", utterance_id="a1")
        await listen(agent)

    return program


async def greet(agent: Agent) -> None:
    """Speaks first, and listens then."""
    await agent.say(speech(0.8))
    await listen(agent)


# --- pauses -----------------------------------------------------------------------------------------------------


@proves(
    "<silence>",
    scenario='`One moment <silence time="2.5s"/> thank you`',
    what="pause between the words",
    expected=2.5,
    tolerance=FRAME,
    unit="s",
)
async def silence(folder: Path) -> float:
    return (await say('One moment <silence time="2.5s"/> thank you', folder)).pause()


@proves(
    "<silence>",
    scenario='`One moment <silence time="2.5s"/> thank you`; the agent speaks 1 s into it',
    what="words that are heard",
    expected="One moment",
)
async def silence_interrupted(folder: Path) -> str:
    line = await say('One moment <silence time="2.5s"/> thank you', folder, interrupting(1.5))
    return line.call.result.turns[0].text


@proves(
    "<hold>",
    scenario='`One moment <hold time="2.5s"/> thank you`; the agent speaks 1 s into it',
    what="pause between the words",
    expected=2.5,
    tolerance=FRAME,
    unit="s",
)
async def hold(folder: Path) -> float:
    return (await say('One moment <hold time="2.5s"/> thank you', folder, interrupting(1.5))).pause()


@proves(
    "<hold>",
    scenario='`One moment <hold time="15s"/> thank you`, with an idle timeout of 10 s',
    what="times the caller asks whether the agent is there",
    expected=0,
)
async def hold_is_patient(folder: Path) -> float:
    line = await say('One moment <hold time="15s"/> thank you', folder)
    return sum("still there" in turn.text for turn in line.call.result.turns)


# --- how words are said -----------------------------------------------------------------------------------------


@proves(
    "<spell>",
    scenario="`<spell>B4X</spell>`",
    what="stretches of speech with 60 ms of silence or more between them",
    expected=3,
)
async def spell(folder: Path) -> float:
    line = await say("<spell>B4X</spell>", folder, studio=spoken())
    return len(spans(with_digital_silence(line.utterance(0)), shortest_pause=0.06))


@proves(
    "<spell>",
    scenario="`<spell>BEAD</spell>` beside `BEAD`",
    what="length, spelled over read as a word",
    expected=4.5,
    tolerance=1.0,
    unit="times",
)
async def spell_takes_longer(folder: Path) -> float:
    line = await say('<spell>BEAD</spell> <silence time="1s"/> BEAD', folder, studio=spoken())
    return len(line.utterance(0)) / len(line.utterance(1))


def with_digital_silence(pcm: bytes) -> bytes:
    """The samples with all that is 40 dB under the loudest of them made digital silence."""
    samples = to_float(pcm)
    window = np.sqrt(np.convolve(np.square(samples), np.ones(160) / 160, mode="same"))
    kept = np.where(window > window.max() / 100, np.maximum(np.abs(samples), 1 / 32_768), 0)
    return bytes((kept * 32_767).astype("<i2").tobytes())


async def at_speed(ratio: float, folder: Path) -> Line:
    return await say(f'{WORDS} <silence time="1s"/><speed ratio="{ratio}"/>{WORDS}', folder, studio=spoken())


@proves(
    "<speed>",
    scenario='`… <speed ratio="0.5"/>` and the same words',
    what="length over that of before",
    expected=2.0,
    tolerance=0.2,
    unit="times",
)
async def speed(folder: Path) -> float:
    line = await at_speed(0.5, folder)
    return len(line.utterance(1)) / len(line.utterance(0))


@proves(
    "<speed>",
    scenario='`… <speed ratio="1.8"/>` and the same words',
    what="length over that of before",
    expected=1 / 1.8,
    tolerance=0.07,
    unit="times",
)
async def fast(folder: Path) -> float:
    line = await at_speed(1.8, folder)
    return len(line.utterance(1)) / len(line.utterance(0))


@proves(
    "<speed>",
    scenario='`… <speed ratio="0.5"/>` and the same words',
    what="pitch over that of before",
    expected=1.0,
    tolerance=0.04,
    unit="times",
)
async def speed_keeps_the_pitch(folder: Path) -> float:
    line = await at_speed(0.5, folder)
    return pitch(line.utterance(1)) / pitch(line.utterance(0))


@proves(
    "<volume>",
    scenario='`… <volume ratio="0.5"/>` and the same words',
    what="level over that of before",
    expected=-6.02,
    tolerance=0.1,
    unit="dB",
)
async def volume(folder: Path) -> float:
    line = await say(f'{WORDS} <silence time="1s"/><volume ratio="0.5"/>{WORDS}', folder, studio=spoken())
    return decibels(level(line.utterance(1)) / level(line.utterance(0)))


@proves(
    "<voice>",
    scenario='a male caller: `… <voice provider="11labs" id="Anna1" text="…"/> …`',
    what="who speaks, by the pitch of each utterance (below or above 150 Hz)",
    expected="low high low",
)
async def voice(folder: Path) -> str:
    tag = f'<voice provider="11labs" id="Anna1" text="{WORDS}" />'
    line = await say(
        f"{WORDS} {tag} {WORDS}", folder, studio=spoken(), scenario_fields=BOB, load_settings=ANNA
    )
    return heights(line)


@proves(
    "<voice>",
    scenario='a male caller: `… <voice provider="11labs" id="Anna1"/> …`, and the next action',
    what="who speaks, by the pitch of each utterance (below or above 150 Hz)",
    expected="low high high",
)
async def voice_from_here_on(folder: Path) -> str:
    script = conditions(
        ("", f'{WORDS} <voice provider="11labs" id="Anna1" /> {WORDS}'), ("", f"{WORDS} <endcall/>", 0)
    )
    line = await call(script, folder, answer, studio=spoken(), scenario_fields=BOB, load_settings=ANNA)
    return heights(line)


def heights(line: Line) -> str:
    utterances = range(len(line.call.events(EventKind.UTTERANCE)))
    return " ".join("high" if pitch(line.utterance(each)) > 150 else "low" for each in utterances)


@proves(
    "<ignore_interruptions>",
    scenario=f"`<ignore_interruptions>{WORDS}</ignore_interruptions>`; the agent speaks 0.5 s into it",
    what="length of what is heard",
    expected=len(WORDS) * 0.05,
    tolerance=FRAME,
    unit="s",
)
async def ignore_interruptions(folder: Path) -> float:
    action = f"<ignore_interruptions>{WORDS}</ignore_interruptions>"
    return (await say(action, folder, interrupting(0.5))).lengths[0]


@proves(
    "words without a tag",
    scenario=f"`{WORDS}`; the agent speaks 0.5 s into it",
    what="length of what is heard",
    expected=0.5,
    tolerance=2 * FRAME,
    unit="s",
)
async def words_give_way(folder: Path) -> float:
    return (await say(WORDS, folder, interrupting(0.5))).lengths[0]


@proves(
    "<audio>",
    scenario='`<audio id="greeting"/>`, a file of 1 s beside the scenario',
    what="likeness of what is heard to the file (correlation)",
    expected=1.0,
    tolerance=0.001,
)
async def audio(folder: Path) -> float:
    original = to_float(prompt("greeting"))[:SAMPLE_RATE]
    (folder / "audio").mkdir()
    soundfile.write(folder / "audio" / "greeting.wav", original, SAMPLE_RATE)
    with chdir(folder):
        line = await say('<audio id="greeting"/>', folder)
    return likeness(original, to_float(line.utterance(0)))


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    length = min(len(one), len(other))
    return float(np.corrcoef(one[:length], other[:length])[0, 1])


# --- keys -------------------------------------------------------------------------------------------------------


@proves(
    "<dtmf>",
    scenario='`<dtmf digits="1590*#"/>`',
    what="keys that a decoder reads in the recording",
    expected="1590*#",
)
async def dtmf(folder: Path) -> str:
    return keys_in((await say('<dtmf digits="1590*#"/>', folder)).heard.caller_pcm)


@proves(
    "<dtmf>",
    scenario='`<dtmf digits="11"/>`',
    what="length of a tone",
    expected=0.1,
    tolerance=0.002,
    unit="s",
)
async def dtmf_tone(folder: Path) -> float:
    return (await keys(folder))[0]


@proves(
    "<dtmf>",
    scenario='`<dtmf digits="11"/>`',
    what="pause between two tones",
    expected=0.1,
    tolerance=0.002,
    unit="s",
)
async def dtmf_pause(folder: Path) -> float:
    return (await keys(folder))[1]


async def keys(folder: Path) -> tuple[float, float]:
    line = await say('<dtmf digits="11"/>', folder)
    (start, end), (after, _) = spans(line.heard.caller_pcm, shortest_pause=0.05)
    return end - start, after - end


@proves(
    "<dtmf>",
    scenario='`<dtmf digits="5"/>`',
    what="high tone (1336 Hz) over low tone (770 Hz)",
    expected=2.0,
    tolerance=0.3,
    unit="dB",
)
async def dtmf_twist(folder: Path) -> float:
    samples = to_float((await say('<dtmf digits="5"/>', folder)).stretch(0)).astype(float)
    time = np.arange(len(samples)) / SAMPLE_RATE
    low, high = (abs(np.sum(samples * np.exp(-2j * np.pi * each * time))) for each in (770, 1336))
    return decibels(high / low)


# --- calls within calls -----------------------------------------------------------------------------------------

MENU = "Press 1 for sales"


@proves(
    "<ivr>",
    scenario=f'`<ivr text="{MENU}"/>`; the agent speaks 0.4 s into it',
    what="length of what is heard",
    expected=len(MENU) * 0.05,
    tolerance=FRAME,
    unit="s",
)
async def ivr(folder: Path) -> float:
    return (await say(f'<ivr text="{MENU}"/>', folder, interrupting(0.4))).lengths[0]


@proves(
    "<break>",
    scenario="""`<ivr text="Welcome. <break time='1.2s'/> Press 1"/>`""",
    what="pause between the words",
    expected=1.2,
    tolerance=FRAME,
    unit="s",
)
async def break_(folder: Path) -> float:
    return (await say("""<ivr text="Welcome. <break time='1.2s'/> Press 1"/>""", folder)).pause()


@proves(
    "<endcall>",
    scenario="`Goodbye <endcall/>`",
    what="from the last sample of the words to the end of the recording",
    expected=0.0,
    tolerance=0.25,
    unit="s",
)
async def endcall(folder: Path) -> float:
    line = await say("Goodbye <endcall/>", folder)
    return len(line.heard.caller_pcm) / 2 / SAMPLE_RATE - line.heard.caller[-1][1]


@proves(
    "<interruption>",
    scenario='`<interruption time="1.5s"/>Wait a moment`, a followup; the agent talks for 3 s',
    what="from the agent's first sample to the caller's",
    expected=1.5,
    tolerance=0.02,
    unit="s",
)
async def interruption(folder: Path) -> float:
    line = await cut_in(folder)
    return line.heard.caller[1][0] - line.heard.agent[0][0]


@proves(
    "<interruption>",
    scenario='`<interruption time="1.5s"/>Wait a moment`, a followup; the agent talks for 3 s',
    what="length of the words, which give way to nobody",
    expected=len("Wait a moment") * 0.05,
    tolerance=FRAME,
    unit="s",
)
async def interruption_is_protected(folder: Path) -> float:
    return (await cut_in(folder)).lengths[1]


async def cut_in(folder: Path) -> Line:
    async def program(agent: Agent) -> None:
        await agent.until_caller_is_silent()
        await agent.say(speech(3.0))
        await listen(agent)

    script = conditions(("", "Hello"), ("", '<interruption time="1.5s"/>Wait a moment', 0))
    return await call(script, folder, program)


# --- the line ---------------------------------------------------------------------------------------------------


@proves(
    "<network_simulation>",
    scenario='`<network_simulation packet_loss="20"/>` and 20 s of speech',
    what="share of the frames that never leave",
    expected=20.0,
    tolerance=3.0,
    unit="%",
)
async def packet_loss(folder: Path) -> float:
    line = await say(f'<network_simulation packet_loss="20"/>{"a" * 400}', folder)
    [network] = line.call.result.network
    return 100 * network.lost / network.frames


@proves(
    "<network_simulation>",
    scenario='`One <network_simulation latency="200"/> two`',
    what="pause between the words, said without one",
    expected=0.2,
    tolerance=FRAME,
    unit="s",
)
async def latency(folder: Path) -> float:
    line = await say('Hello there <network_simulation latency="200"/> my friend', folder)
    return line.pause()


@proves(
    "<network_simulation>",
    scenario='`<network_simulation jitter="60"/>` and 20 s of speech',
    what="frames that leave before one that was said earlier",
    expected=0,
)
async def jitter(folder: Path) -> float:
    line = await say(f'<network_simulation jitter="60"/>{"a" * 400}', folder)
    times = [
        time for time, frame in zip(line.call.agent.times, line.call.agent.heard, strict=True) if any(frame)
    ]
    assert line.call.result.network[0].late > 0
    return sum(after < before for before, after in pairwise(times))


# --- sounds -----------------------------------------------------------------------------------------------------

BUSY = '<background_noise sound="busy-street" volume="0.5">'


@proves(
    "<background_noise>",
    scenario=f'`Hello {BUSY}there</background_noise> <silence time="2s"/> bye`',
    what="level 1 s into the silence after it, full scale being 1",
    expected=0.0,
    tolerance=0.0001,
)
async def background_noise_ends(folder: Path) -> float:
    line = await say(f'Hello {BUSY}there</background_noise> <silence time="2s"/> bye', folder)
    end = line.call.events(EventKind.UTTERANCE)[1]["end"]
    return level(line.caller(end + 1.0, end + 1.5))


@proves(
    "<background_noise>",
    scenario="`<background_noise sound=… volume=1.0>` and 0.25, with 3 s of silence inside",
    what="level at 0.25 over that at 1.0",
    expected=-12.04,
    tolerance=0.2,
    unit="dB",
)
async def background_noise_volume(folder: Path) -> float:
    levels = []
    for volume in (1.0, 0.25):
        tag = f'<background_noise sound="standard-hiss" volume="{volume}">'
        line = await say(f'{tag}One moment <silence time="3s"/> please</background_noise>', folder)
        end = line.call.events(EventKind.UTTERANCE)[0]["end"]
        levels.append(level(line.caller(end + 0.5, end + 2.5)))
    return decibels(levels[1] / levels[0])


@proves(
    "<noise>",
    scenario='`Hello <noise sound="beep" time="400"/> there`',
    what="length of the sound",
    expected=0.4,
    tolerance=FRAME,
    unit="s",
)
async def noise_length(folder: Path) -> float:
    [sound] = (await say('Hello <noise sound="beep" time="400"/> there', folder)).call.events(EventKind.SOUND)
    return sound["end"] - sound["start"]


@proves(
    "<noise>",
    scenario='`Hello <noise sound="beep"/> there`',
    what="its loudest frequency",
    expected=1000.0,
    tolerance=20.0,
    unit="Hz",
)
async def noise_frequency(folder: Path) -> float:
    return loudest_frequency(await sound_of('Hello <noise sound="beep"/> there', folder))


@proves(
    "<voicemail>",
    scenario='`<voicemail text="Leave a message"/>`; the agent speaks 0.3 s into it',
    what="length of the greeting",
    expected=len("Leave a message") * 0.05,
    tolerance=FRAME,
    unit="s",
)
async def voicemail(folder: Path) -> float:
    line = await say('<voicemail text="Leave a message"/>', folder, interrupting(0.3))
    [greeting] = line.call.events(EventKind.UTTERANCE)
    return greeting["end"] - greeting["start"]


@proves(
    "<voicemail>",
    scenario="`<voicemail/>`",
    what="loudest frequency of the beep",
    expected=1400.0,
    tolerance=20.0,
    unit="Hz",
)
async def voicemail_beep(folder: Path) -> float:
    return loudest_frequency(await sound_of("<voicemail/>", folder))


@proves(
    "[laughter]",
    scenario="`Well [laughter] yes`",
    what="length of the sound between the words",
    expected=1.6,
    tolerance=0.8,
    unit="s",
)
async def laughter(folder: Path) -> float:
    return len(await sound_of("Well [laughter] yes", folder)) / 2 / SAMPLE_RATE


@proves(
    "[sigh]",
    scenario="`Well [sigh] yes`",
    what="length of the sound between the words",
    expected=1.3,
    tolerance=0.7,
    unit="s",
)
async def sigh(folder: Path) -> float:
    return len(await sound_of("Well [sigh] yes", folder)) / 2 / SAMPLE_RATE


async def sound_of(action: str, folder: Path) -> bytes:
    """The samples of the one sound beside words."""
    line = await say(action, folder)
    [sound] = line.call.events(EventKind.SOUND)
    return line.caller(sound["start"], sound["end"])


# --- beside speaking --------------------------------------------------------------------------------------------


@proves(
    "<function>",
    scenario='`One moment <function name="lookup"/> it is {{function.lookup.name}}`, and a service that answers `Ada`',
    what="the caller's words",
    expected="One moment it is Ada",
)
async def function(folder: Path) -> str:
    async with serving(person={"name": "Ada"}) as service:
        script = {
            **conditions(
                ("", ""),
                (
                    "The agent asks for your name",
                    'One moment <function name="lookup"/> it is {{function.lookup.name}}',
                ),
            ),
            "functions": [
                {
                    "name": "lookup",
                    "type": "rest_api",
                    "auto_run": False,
                    "config": {"url": f"{service.url}/person", "response_mapping": {"name": "$.name"}},
                }
            ],
        }
        line = await call(script, folder, greet, recognized=["What is your name?"])
    return line.call.result.said_by(Speaker.CALLER)[0].text


@proves(
    "<send_sms>",
    scenario='`Here it comes <send_sms text="My code is 5"/>`, with a webhook',
    what="text that the webhook receives",
    expected="My code is 5",
)
async def send_sms(folder: Path) -> str:
    async with serving(sms={}) as service:
        await say('Here it comes <send_sms text="My code is 5"/>', folder, sms_webhook=f"{service.url}/sms")
    return " | ".join(asked.json["text"] for asked in service.asked)


@proves(
    "<client_message>",
    scenario="`<client_message t='cart' d='[1]'/>Done`, to an agent that is a WebSocket server",
    what="type, data and whether it was sent, in the log",
    expected="cart [1] False",
)
async def client_message(folder: Path) -> str:
    line = await say("<client_message t='cart' d='[1]'/>Done", folder)
    [data] = line.call.events(EventKind.CLIENT_MESSAGE)
    return f"{data['t']} {data['d']} {data['sent']}"


# --- the caller hears -------------------------------------------------------------------------------------------


@proves(
    "DTMF: 12#",
    scenario="the agent presses 1, 2 and #, 100 ms each, while the caller plays an `<ivr>`",
    what="the agent's turns",
    expected="DTMF: 12#",
)
async def keys_of_the_agent(folder: Path) -> str:
    async def program(agent: Agent) -> None:
        await agent.until_caller_speaks()
        await agent.say(tones("12#"))
        await listen(agent)

    line = await say(f'<ivr text="{MENU * 4}"/>', folder, program)
    return " | ".join(turn.text for turn in line.call.result.said_by(Speaker.AGENT))


@proves(
    "words without a tag",
    scenario="the same call three times over, with a seed, noise, a bad line and espeak-ng",
    what="different recordings of the caller",
    expected=1,
)
async def same_seed(folder: Path) -> float:
    heard = set()
    for _ in range(3):
        line = await say(
            f"{WORDS} [sigh] {WORDS}",
            folder,
            studio=spoken(),
            scenario_fields={
                "personality": {"base": "noisy-street", "network_simulation": {"packet_loss": 5}}
            },
        )
        heard.add(line.heard.caller_pcm)
    return len(heard)
