"""Writes a conversation as each format has it, for what is read to be compared with what was written."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pytest_agentsim import Speaker

EPOCH = 1_760_520_142.0  # s


@dataclass(frozen=True)
class Spoken:
    """A turn as it is written; times are in seconds since the call began."""

    speaker: Speaker
    text: str
    start: float
    end: float


@dataclass(frozen=True)
class Function:
    """A function call and its result, after the turns that were spoken before it."""

    id: str
    name: str
    arguments: dict[str, Any]
    result: Any
    time: float


Step = Spoken | Function


def _entries(steps, roles, said, called, returned):
    for step in steps:
        if isinstance(step, Spoken):
            yield said(roles[step.speaker], step)
        else:
            yield called(step)
            yield returned(step)


def _roles(caller: str, agent: str) -> dict[Speaker, str]:
    return {Speaker.CALLER: caller, Speaker.AGENT: agent}


def _data(key: str, step: Function) -> dict[str, Any]:
    value = step.arguments if key == "arguments" else step.result
    return {"id": step.id, "name": step.name, key: json.dumps(value)}


def cekura(steps):
    def function(role, key):
        return lambda step: {
            "role": role,
            "content": "",
            "start_time": step.time,
            "end_time": step.time,
            "data": _data(key, step),
        }

    return list(
        _entries(
            steps,
            _roles("Testing Agent", "Main Agent"),
            lambda role, step: {
                "role": role,
                "content": step.text,
                "start_time": step.start,
                "end_time": step.end,
            },
            function("Function Call", "arguments"),
            function("Function Call Result", "result"),
        )
    )


def vapi(steps):
    def ms(seconds):
        return round(1000 * (EPOCH + seconds))

    return list(
        _entries(
            steps,
            _roles("user", "bot"),
            lambda role, step: {
                "role": role,
                "message": step.text,
                "time": ms(step.start),
                "endTime": ms(step.end),
                "secondsFromStart": step.start,
                "duration": 1000 * (step.end - step.start),
            },
            lambda step: {
                "role": "tool_calls",
                "message": "",
                "time": ms(step.time),
                "secondsFromStart": step.time,
                "toolCalls": [
                    {
                        "id": step.id,
                        "type": "function",
                        "function": {"name": step.name, "arguments": json.dumps(step.arguments)},
                    }
                ],
            },
            lambda step: {
                "role": "tool_call_result",
                "time": ms(step.time),
                "secondsFromStart": step.time,
                "name": step.name,
                "result": json.dumps(step.result),
                "toolCallId": step.id,
            },
        )
    )


def retell(steps):
    def words(step):
        # A turn may begin with a silence that belongs to it; what is measured is from its first word to its last.
        middle = (step.start + step.end) / 2
        return [
            {"word": "one ", "start": step.start, "end": middle},
            {"word": "two", "start": middle, "end": step.end},
        ]

    return list(
        _entries(
            steps,
            _roles("user", "agent"),
            lambda role, step: {"role": role, "content": step.text, "words": words(step)},
            lambda step: {
                "role": "tool_call_invocation",
                "tool_call_id": step.id,
                "name": step.name,
                "arguments": json.dumps(step.arguments),
                "time_sec": step.time,
            },
            lambda step: {
                "role": "tool_call_result",
                "tool_call_id": step.id,
                "content": json.dumps(step.result),
                "time_sec": step.time,
            },
        )
    )


def elevenlabs(steps):
    def entry(role, message, time, calls=(), results=()):
        return {
            "role": role,
            "message": message,
            "tool_calls": list(calls),
            "tool_results": list(results),
            "time_in_call_secs": time,
            "interrupted": False,
        }

    return list(
        _entries(
            steps,
            _roles("user", "agent"),
            lambda role, step: entry(role, step.text, step.start),
            lambda step: entry(
                "agent",
                None,
                step.time,
                [
                    {
                        "request_id": step.id,
                        "tool_name": step.name,
                        "params_as_json": json.dumps(step.arguments),
                    }
                ],
            ),
            lambda step: entry(
                "agent",
                None,
                step.time,
                (),
                [
                    {
                        "request_id": step.id,
                        "tool_name": step.name,
                        "result_value": json.dumps(step.result),
                        "is_error": False,
                        "tool_latency_secs": 0.0,
                    }
                ],
            ),
        )
    )


def pipecat(steps):
    return list(
        _entries(
            steps,
            _roles("user", "assistant"),
            lambda role, step: {
                "role": role,
                "content": step.text,
                "start_time": step.start,
                "end_time": step.end,
            },
            lambda step: {"role": "tool_call", "start_time": step.time, "data": _data("arguments", step)},
            lambda step: {"role": "tool_call_result", "start_time": step.time, "data": _data("result", step)},
        )
    )


def webhook(steps):
    def ms(seconds):
        return round(1000 * (EPOCH + seconds))

    messages = list(
        _entries(
            steps,
            _roles("user", "bot"),
            lambda role, step: {
                "role": role,
                "content": step.text,
                "start_time": ms(step.start),
                "end_time": ms(step.end),
            },
            lambda step: {
                "role": "function_call",
                "content": "",
                "start_time": ms(step.time),
                "data": _data("arguments", step),
            },
            lambda step: {
                "role": "function_call_result",
                "content": "",
                "start_time": ms(step.time),
                "data": _data("result", step),
            },
        )
    )
    began = "2025-10-15T09:22:22+00:00"
    return {"calls": [{"id": "1", "startedAt": began, "endedAt": began, "messages": messages}]}


def livekit(steps):
    roles = _roles("user", "assistant")
    return [
        {"role": roles[step.speaker], "content": step.text, "timestamp": step.start}
        for step in steps
        if isinstance(step, Spoken)
    ]


def deepgram(steps):
    return [
        {
            "word": word.lower(),
            "start": step.start + (step.end - step.start) * index / len(step.text.split()),
            "end": step.start + (step.end - step.start) * (index + 1) / len(step.text.split()),
            "confidence": 0.9,
            "speaker": int(step.speaker is Speaker.CALLER),
            "punctuated_word": word,
        }
        for step in steps
        if isinstance(step, Spoken)
        for index, word in enumerate(step.text.split())
    ]
