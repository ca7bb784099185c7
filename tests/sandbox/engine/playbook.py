"""Transcripts of the engine: `>>` is an input at a time, `<<` an effect.

A transcript is run line by line: the clock moves to the time of each `>>` (timers that are due
meanwhile fire), the input is given, and every effect but timers is written as `<<`. The text
that comes out must be the text that went in. Legs, conversations, recordings and files are
named L1, C1, R1, F1 in the order in which they appear.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from textwrap import dedent
from typing import Any

from console.sandbox.engine.behaviours import parse_behaviour
from console.sandbox.engine.effects import (
    CloseSocket,
    Effect,
    OpenSocket,
    PrepareSound,
    Reply,
    SaveSpeech,
    SendWebhook,
    SoundFile,
    TellSocket,
    Transcribe,
    WriteRecording,
)
from console.sandbox.engine.inputs import (
    CreateCall,
    DialIn,
    FarEndAnswer,
    FarEndDtmf,
    FarEndHangup,
    FarEndPlay,
    FarEndReject,
    FarEndSay,
    Input,
    ModifyCall,
    RecordingWritten,
    Reset,
    SendDtmf,
    SocketClosed,
    SocketOpened,
    SocketRefused,
    SoundPrepared,
    StartStream,
    StartTalk,
    StopStream,
    StopTalk,
    SubscribeDtmf,
    Transcribed,
    TransferCall,
    WebhookAnswered,
    WebhookFailed,
)
from console.sandbox.engine.settings import WebhookTarget, answer_target
from console.voice.calls import LEG_ACTIONS, StreamRequest, TalkRequest, parse_new_call
from console.voice.endpoints import Phone
from console.voice.ncco import parse_ncco
from tests.sandbox.engine.play import APP, EPOCH_MS, OURS, SETTINGS, Play

__all__ = ["APP", "EPOCH_MS", "OURS", "SETTINGS", "Play", "perform", "render", "run"]

_QUIET = frozenset(
    {"headers", "from", "to", "uuid", "call_uuid", "conversation_uuid", "status", "timestamp"}
    | {"direction", "region_url", "endpoint_type", "type"}
)


def perform(transcript: str, play: Play | None = None) -> Play:
    """Run a transcript and compare; return the play as it stands at the end."""
    play = play or Play()
    expected = [line.rstrip() for line in dedent(transcript).strip().splitlines()]
    assert "\n".join(run(expected, play)) == "\n".join(expected)
    return play


def run(expected: list[str], play: Play) -> list[str]:
    """Return the transcript that the inputs of `expected` give."""
    actual: list[str] = []
    for line in expected:
        if not line.startswith(">> "):
            if not line.startswith("<< "):
                actual.append(line)
            continue
        when, _, rest = line[3:].partition(" ")
        seen = len(play.log)
        play.advance_to(EPOCH_MS + round(float(when) * 1000))
        actual += _lines(play, seen)
        actual.append(line)
        seen = len(play.log)
        if rest.startswith("show "):
            actual.append(_show(play, rest.removeprefix("show ")))
        else:
            _do(play, rest)
        actual += _lines(play, seen)
    return actual


def _show(play: Play, name: str) -> str:
    """Return what the read-back says of a leg, without what is not so."""
    leg = play.leg(name)
    parts = [name, str(leg["status"]), play.name(leg["conversation_uuid"])]
    if leg["conversation_name"]:
        parts.append(f"name={leg['conversation_name']}")
    parts += [key for key in ("muted", "earmuffed", "recording") if leg[key]]
    for key in ("playing", "hears", "heard", "pressed", "said", "music_on_hold"):
        if leg[key]:
            parts.append(play.named(f"{key}={json.dumps(leg[key])}"))
    return f"<< {(play.now_ms - EPOCH_MS) / 1000:g} " + " ".join(parts)


def _lines(play: Play, since: int) -> list[str]:
    return [
        f"<< {(at - EPOCH_MS) / 1000:g} {text}"
        for at, effect in play.log[since:]
        if (text := render(play, effect)) is not None
    ]


def render(play: Play, effect: Effect) -> str | None:
    """Return an effect as a line; timers and the course of sound are not shown."""
    match effect:
        case Reply(status, body):
            shown = "" if body is None else " " + _fields(play, body, frozenset())
            return f"reply {status}{shown}"
        case PrepareSound(what=SoundFile(url)):
            return f"fetch {url}"
        case WriteRecording():
            lasting_ms = effect.ends_ms - effect.begins_ms
            split = " split" if effect.split else ""
            who = " ".join(map(play.name, effect.participants))
            line = f"write {play.name(effect.file)} {effect.format} {effect.channels}{split}"
            return f"{line} {lasting_ms / 1000:g}s of {who}"
        case Transcribe(file, recording, language, sentiment):
            line = f"transcribe {play.name(recording.file)} {play.name(file)} {language}"
            return line + (" sentiment" if sentiment else "")
        case SaveSpeech(file, leg, begins_ms, ends_ms):
            line = f"save {play.name(file)} {play.name(leg)}"
            return f"{line} {(ends_ms - begins_ms) / 1000:g}s"
        case OpenSocket(leg, endpoint, caller_id, language):
            return f"open {play.name(leg)} {endpoint.uri} {caller_id} {language}"
        case CloseSocket(leg):
            return f"close {play.name(leg)}"
        case TellSocket(leg, digit, duration_ms):
            return f"tell {play.name(leg)} {digit} {duration_ms}"
        case SendWebhook(payload=payload):
            words = [effect.purpose, f"{effect.method} {effect.url.removeprefix(APP)}"]
            if effect.attempt > 1:
                words.append(f"again({effect.attempt})")
            for key in ("uuid", "call_uuid"):
                if key in payload:
                    words.append(play.named(str(payload[key])))
            if "status" in payload:
                words.append(str(payload["status"]))
            rest = _fields(play, payload, _QUIET)
            return " ".join(words + ([rest] if rest else []))
        case _:
            return None


def _fields(play: Play, body: Mapping[str, Any], quiet: frozenset[str]) -> str:
    parts = []
    for key, value in body.items():
        if key not in quiet:
            text = value if isinstance(value, str) and " " not in value else json.dumps(value)
            parts.append(f"{key}={play.named(text)}")
    return " ".join(parts)


def _do(play: Play, text: str) -> None:
    verb, _, rest = text.partition(" ")
    if verb == "wait":
        return
    if verb in LEG_ACTIONS:
        play.give(ModifyCall(play.id(rest), verb))
        return
    _VERBS[verb](play, rest)


def _call(play: Play, rest: str) -> None:
    to, _, extra = rest.partition(" ")
    body: dict[str, Any] = {
        "to": [{"type": "phone", "number": to}],
        "from": {"type": "phone", "number": OURS},
    }
    body |= json.loads(play.unnamed(extra)) if extra else {}
    play.give(CreateCall(parse_new_call(body)))


def _transfer(play: Play, rest: str) -> None:
    leg, _, destination = rest.partition(" ")
    if destination.startswith("["):
        ncco = parse_ncco(json.loads(play.unnamed(destination)))
        play.give(TransferCall(play.id(leg), ncco=ncco))
    else:
        play.give(TransferCall(play.id(leg), url=destination))


def _reply(play: Play, rest: str) -> None:
    purpose, status, body = [*rest.split(" ", 2), ""][:3]
    hook = _take(play, purpose)
    # `text/html <p>` and so on: a content type may stand before the body.
    kind = "application/json"
    if body.startswith("text/"):
        kind, _, body = body.partition(" ")
    raw = play.unnamed(body).encode()
    play.give(WebhookAnswered(hook.delivery, int(status), kind, raw))


def _lost(play: Play, rest: str) -> None:
    purpose, how = rest.split(" ")
    hook = _take(play, purpose)
    play.give(WebhookFailed(hook.delivery, "Connection closed.", how == "retryable"))


def _take(play: Play, purpose: str) -> SendWebhook:
    """Take the oldest webhook without an answer of a purpose, or of `purpose:status`."""
    purpose, _, status = purpose.partition(":")
    for hook in play.webhooks:
        if hook.purpose == purpose and status in ("", hook.payload.get("status")):
            play.webhooks.remove(hook)
            return hook
    raise AssertionError(f"no webhook {purpose} {status} is open")


def _fetched(play: Play, rest: str) -> None:
    sound = play.sounds.pop(0).sound
    if rest.isdigit():
        play.give(SoundPrepared(sound, int(rest)))
    else:
        play.give(SoundPrepared(sound, None, rest))


def _transcribed(play: Play, rest: str) -> None:
    play.give(Transcribed(play.transcripts.pop(0).file, rest or None))


def _refuses(play: Play, rest: str) -> None:
    leg, status, detail = rest.split(" ", 2)
    play.give(SocketRefused(play.id(leg), status, detail))


def _behaves(play: Play, rest: str) -> None:
    number, _, body = rest.partition(" ")
    play.engine.set_behaviour(number, parse_behaviour(json.loads(body)))


def _setting(play: Play, rest: str) -> None:
    what, _, value = rest.partition(" ")
    old = play.engine.settings
    new = {
        "fallback": lambda: replace(old, fallback=answer_target(f"{APP}/fallback")),
        "limit": lambda: replace(old, legs_per_second=int(value)),
        "no-answer": lambda: replace(old, answer=None),
        "no-event": lambda: replace(old, event=None),
        "get-events": lambda: replace(old, event=WebhookTarget(f"{APP}/event", "GET")),
    }[what]()
    play.engine.update_settings(new)


def _leg_and_text(make: Callable[[str, str], Input]) -> Callable[[Play, str], None]:
    def give(play: Play, rest: str) -> None:
        leg, _, text = rest.partition(" ")
        play.give(make(play.id(leg), text))

    return give


def _leg_only(make: Callable[[str], Input]) -> Callable[[Play, str], None]:
    return lambda play, rest: void(play.give(make(play.id(rest))))


def void(_: object) -> None:
    return None


_VERBS: Mapping[str, Callable[[Play, str], None]] = {
    "call": _call,
    "inbound": lambda play, rest: void(play.give(DialIn(OURS, Phone(rest)))),
    "transfer": _transfer,
    "reply": _reply,
    "lost": _lost,
    "fetched": _fetched,
    "unplayable": _fetched,
    "transcribed": _transcribed,
    "unanalysed": lambda play, rest: play.errors.append(rest),
    "opens": _leg_only(SocketOpened),
    "refuses": _refuses,
    "closes": _leg_only(SocketClosed),
    "behaves": _behaves,
    "written": lambda play, rest: void(
        play.give(RecordingWritten(play.files.pop(0).file, int(rest)))
    ),
    "setting": _setting,
    "reset": lambda play, _: void(play.give(Reset())),
    "talk": _leg_and_text(lambda leg, text: StartTalk(leg, TalkRequest(text=text))),
    "talk-loop": _leg_and_text(lambda leg, text: StartTalk(leg, TalkRequest(text=text, loop=0))),
    "stream": _leg_and_text(lambda leg, url: StartStream(leg, StreamRequest(url=url))),
    "stop-talk": _leg_only(StopTalk),
    "stop-stream": _leg_only(StopStream),
    "dtmf": _leg_and_text(SendDtmf),
    "subscribe": _leg_and_text(SubscribeDtmf),
    "unsubscribe": _leg_only(lambda leg: SubscribeDtmf(leg, None)),
    "presses": _leg_and_text(FarEndDtmf),
    "says": _leg_and_text(FarEndSay),
    "plays": _leg_and_text(lambda leg, ms: FarEndPlay(leg, f"/{ms}.wav")),
    "picks-up": _leg_only(FarEndAnswer),
    "declines": _leg_only(FarEndReject),
    "leaves": _leg_only(FarEndHangup),
}
