"""Transcripts of the engine: `>>` is an input at a time, `<<` an effect.

A transcript is run line by line: the clock moves to the time of each `>>` (timers that are due
meanwhile fire), the input is given, and every effect but timers is written as `<<`. The text
that comes out must be the text that went in. Legs, conversations, recordings and files are
named L1, C1, R1, F1 in the order in which they appear.
"""

import heapq
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from textwrap import dedent
from typing import Any

from console.sandbox.engine.behaviours import parse_behaviour
from console.sandbox.engine.effects import (
    CancelTimer,
    Effect,
    MeasureSound,
    Reply,
    SendWebhook,
    StartTimer,
    WriteRecording,
)
from console.sandbox.engine.engine import Engine
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
    SoundMeasured,
    StartStream,
    StartTalk,
    StopStream,
    StopTalk,
    SubscribeDtmf,
    TimerFired,
    TransferCall,
    WebhookAnswered,
    WebhookFailed,
)
from console.sandbox.engine.settings import EngineSettings, WebhookTarget, answer_target
from console.voice.calls import LEG_ACTIONS, StreamRequest, TalkRequest, parse_new_call
from console.voice.endpoints import Phone
from console.voice.ncco import parse_ncco

EPOCH_MS = 1_740_819_600_000
"""2025-03-01T09:00:00Z."""
OURS = "442079460000"
APP = "http://app.test"

SETTINGS = EngineSettings(
    application_id="78d335fa-323d-0114-9c3d-d6f0d48968cf",
    numbers=(OURS, "14155550100"),
    base_url="http://api.test",
    region_url="http://api.test",
    answer=answer_target(f"{APP}/answer"),
    event=WebhookTarget(f"{APP}/event"),
    fallback=None,
    legs_per_second=None,
)

_ID = re.compile(
    r"CON-[0-9a-f-]{36}|[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{32}\b"
)
_ALIAS = re.compile(r"\b[LC][0-9]+\b")
_QUIET = frozenset(
    {"headers", "from", "to", "uuid", "call_uuid", "conversation_uuid", "status", "timestamp"}
    | {"direction", "region_url", "endpoint_type", "type"}
)


class Play:
    """An engine under a clock that the test holds."""

    def __init__(self, settings: EngineSettings = SETTINGS, seed: int = 7) -> None:
        self.engine = Engine(settings, seed)
        self.now_ms = EPOCH_MS
        self.log: list[tuple[int, Effect]] = []
        self.webhooks: list[SendWebhook] = []
        """Without an answer so far, the oldest first."""
        self.sounds: list[MeasureSound] = []
        self.files: list[WriteRecording] = []
        self.names: dict[str, str] = {}
        self._ids: dict[str, str] = {}
        self._timers: list[tuple[int, int, str]] = []
        self._running: set[str] = set()
        self._statuses: dict[str, list[str]] = {}
        self._count = 0

    # --- the clock and the inputs ---------------------------------------------------------------

    def give(self, happened: Input) -> list[Effect]:
        """Give an input now and take in its effects."""
        effects = self.engine.handle(self.now_ms, happened)
        for effect in effects:
            self.log.append((self.now_ms, effect))
            match effect:
                case StartTimer(timer, due_ms):
                    self._count += 1
                    self._running.add(timer)
                    heapq.heappush(self._timers, (due_ms, self._count, timer))
                case CancelTimer(timer):
                    self._running.discard(timer)
                case SendWebhook():
                    self.webhooks.append(effect)
                    self._note_status(effect)
                case MeasureSound():
                    self.sounds.append(effect)
                case WriteRecording():
                    self.files.append(effect)
                case Reply():
                    pass
        return effects

    def timers(self) -> set[str]:
        """Return the timers that run."""
        return set(self._running)

    def step(self, until_ms: int | None = None) -> bool:
        """Fire the next timer that is due until `until_ms`; False where there is none."""
        while self._timers and self._timers[0][2] not in self._running:
            heapq.heappop(self._timers)
        if not self._timers or (until_ms is not None and self._timers[0][0] > until_ms):
            return False
        due_ms, _, timer = heapq.heappop(self._timers)
        self._running.discard(timer)
        self.now_ms = max(self.now_ms, due_ms)
        self.give(TimerFired(timer))
        return True

    def advance_to(self, until_ms: int) -> None:
        """Move the clock, firing what is due on the way."""
        while self.step(until_ms):
            pass
        self.now_ms = until_ms

    # --- what happened --------------------------------------------------------------------------

    def replies(self) -> list[Reply]:
        """Return every reply so far."""
        return [effect for _, effect in self.log if isinstance(effect, Reply)]

    def sent(self, purpose: str | None = None) -> list[SendWebhook]:
        """Return every webhook attempt so far."""
        return [
            effect
            for _, effect in self.log
            if isinstance(effect, SendWebhook) and purpose in (None, effect.purpose)
        ]

    def statuses(self, leg: str) -> list[str]:
        """Return the statuses that were sent of a leg, first attempts only."""
        return self._statuses.get(leg, [])

    def _note_status(self, hook: SendWebhook) -> None:
        payload = hook.payload
        if hook.attempt == 1 and hook.purpose == "event" and "status" in payload:
            leg = payload["uuid"] if "uuid" in payload else payload["call_uuid"]
            self._statuses.setdefault(leg, []).append(payload["status"])

    # --- names ----------------------------------------------------------------------------------

    def name(self, identifier: str) -> str:
        """Return the short name of an id."""
        kind = "C" if identifier.startswith("CON-") else "L"
        if kind == "L" and self.engine.call(identifier) is None:
            kind = "F"
        if identifier not in self.names:
            number = sum(name.startswith(kind) for name in self.names.values()) + 1
            self.names[identifier] = f"{kind}{number}"
            self._ids[self.names[identifier]] = identifier
        return self.names[identifier]

    def id(self, name: str) -> str:
        """Return the id that has this short name; a name nobody has is its own id."""
        return self._ids.get(name, name)

    def named(self, text: str) -> str:
        """Return `text` with short names for ids."""
        return _ID.sub(lambda found: self.name(found.group()), text)

    def unnamed(self, text: str) -> str:
        """Return `text` with ids for short names."""
        return _ALIAS.sub(lambda found: self.id(found.group()), text)

    def leg(self, name: str) -> dict[str, Any]:
        """Return the read-back object of a leg."""
        leg = self.engine.leg(self.id(name), self.now_ms)
        assert leg is not None, name
        return leg


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
    """Return an effect as a line; timers are the clock's and are not shown."""
    match effect:
        case StartTimer() | CancelTimer():
            return None
        case Reply(status, body):
            shown = "" if body is None else " " + _fields(play, body, frozenset())
            return f"reply {status}{shown}"
        case MeasureSound(_, url):
            return f"measure {url}"
        case WriteRecording(file, form, channels, duration_ms):
            return f"write {play.name(file)} {form} {channels} {duration_ms / 1000:g}s"
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


def _measured(play: Play, rest: str) -> None:
    sound = play.sounds.pop(0).sound
    if rest.isdigit():
        play.give(SoundMeasured(sound, int(rest)))
    else:
        play.give(SoundMeasured(sound, None, rest))


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
    "measured": _measured,
    "unplayable": _measured,
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
    "plays": _leg_and_text(lambda leg, ms: FarEndPlay(leg, "/tmp.wav", int(ms))),
    "picks-up": _leg_only(FarEndAnswer),
    "declines": _leg_only(FarEndReject),
    "leaves": _leg_only(FarEndHangup),
}
