"""What the read-back of a sandbox tells: the proof of mute, earmuff, talk, stream and DTMF."""

from collections import Counter
from sys import intern
from typing import Any

from console.floor.digits import LOOK
from console.floor.facts import Parties, Source, StatusFact
from console.floor.gathered import LegFacts
from console.floor.gathering import Gathering
from console.voice.statuses import status_of

SILENCE = None
_TEXT_OF = {"talk": "text", "stream": "url", "dtmf": "digits"}


def read_sandbox_leg(value: object, asked_ms: int, received: int, to: Gathering) -> None:
    """Join one leg of `GET /sandbox/calls` to the facts; what is no leg tells nothing."""
    if not isinstance(value, dict):
        return
    uuid = value.get("uuid")
    if not isinstance(uuid, str) or not uuid:
        return
    uuid = intern(uuid)
    status = status_of(value.get("status"))
    if status is not None:
        to.add(uuid, StatusFact(status, None, None, Source.READ), received)
    direction = _text(value.get("direction")) or None
    from_, callee = _text(value.get("from")), _text(value.get("to"))
    leg = to.add(uuid, Parties(direction, from_, callee, None, Source.READ), received)
    conversation = intern(_text(value.get("conversation_uuid")))
    if conversation:
        to.tie(leg, conversation, None, received)
        to.look(leg, conversation, asked_ms)
        name = _text(value.get("conversation_name"))
        if name:
            to.rename(conversation, name)
    for what in ("muted", "earmuffed"):
        shut = value.get(what)
        if isinstance(shut, bool):
            to.look_sandbox(leg, what, shut, asked_ms)
    if "digits_to" in value:
        to.look_sandbox(leg, LOOK, _text(value["digits_to"]) or None, asked_ms)
    _playing(value, leg, asked_ms, received, to)
    _heard(value.get("heard"), leg, asked_ms, to)
    pressed = _text(value.get("pressed"))
    sandbox = to.sandbox(leg)
    if (len(pressed), pressed) > (len(sandbox.pressed), sandbox.pressed):
        sandbox.pressed = pressed
        to.touch_leg(uuid)


def _playing(
    value: dict[str, Any], leg: LegFacts, asked_ms: int, received: int, to: Gathering
) -> None:
    if "playing" not in value:
        return
    playing = value["playing"]
    kind = text = ""
    remaining = 0
    if isinstance(playing, dict):
        kind = _text(playing.get("kind"))
        text = _text(playing.get(_TEXT_OF.get(kind, "text")))
        left = playing.get("remaining_ms")
        remaining = int(left) if isinstance(left, int | float) and 0 <= left < 10**10 else 0
    to.look_sandbox(leg, "playing", (kind, text) if kind else SILENCE, asked_ms)
    seen = (asked_ms, kind, text, received + remaining)
    sandbox = to.sandbox(leg)
    if sandbox.latest is None or seen > sandbox.latest:
        sandbox.latest = seen
        to.touch_leg(leg.uuid)


def _heard(heard: object, leg: LegFacts, asked_ms: int, to: Gathering) -> None:
    if not isinstance(heard, list):
        return
    times: Counter[tuple[str, str]] = Counter()
    for item in heard:
        if isinstance(item, dict):
            kind = _text(item.get("kind"))
            text = item.get(_TEXT_OF.get(kind, ""))
            if isinstance(text, str):
                times[kind, text] += 1
    known = to.sandbox(leg).heard
    for (kind, text), often in times.items():
        key = (kind, text, often)
        if asked_ms < known.get(key, asked_ms + 1):
            known[key] = asked_ms
            to.touch_leg(leg.uuid)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
