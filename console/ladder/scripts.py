"""The actions of a script as they run, reckoned from what the platform told.

The platform does not say when an action begins or ends. A talk lasts as long as its text takes
to speak, an `input`, a `notify` and a recording end with their webhook, a `wait` after its time.
What comes after an action whose end nobody knows is left out rather than guessed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from console.ladder.rungs import Rung, RungKind
from console.voice.endpoints import address
from console.voice.ncco import (
    Connect,
    Conversation,
    InputAction,
    Ncco,
    NccoAction,
    Notify,
    RecordAction,
    Stream,
    Talk,
    TransferAction,
    Wait,
)
from console.voice.ncco_actions import action_name, is_synchronous
from console.voice.speech import plain_text, playing_ms, speaking_ms

_NS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Given:
    """A script that a leg got: in our reply to a webhook, or over REST."""

    seq: int
    leg: str
    at: int
    """When it was given, Unix nanoseconds."""
    ncco: Ncco


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that ends an action: `input`, `notify`, `record`, `answered`, `completed`."""

    name: str
    at: int
    leg: str | None


def running(given: Sequence[Given], marks: Sequence[Mark]) -> Iterator[Rung]:
    """Yield a rung for each action that is known to have run, or is reckoned to.

    Args:
        given: The scripts in the order of their times.
        marks: What the platform told, in the order of its times.
    """
    for script in given:
        answered = _first(marks, "answered", script.leg, 0)
        if answered is None and _rang(marks, script.leg):
            # It begins when the leg is answered, which it never was.
            continue
        begins = max(script.at, answered or 0)
        ends = [other.at for other in given if other.leg == script.leg and other.at > script.at] + [
            mark.at for mark in marks if mark.name == "completed" and mark.leg == script.leg
        ]
        yield from _actions(script, begins, min(ends, default=None), marks)


def _rang(marks: Sequence[Mark], leg: str) -> bool:
    return any(mark.leg == leg and mark.name in ("started", "ringing") for mark in marks)


def _actions(script: Given, begins: int, cut: int | None, marks: Sequence[Mark]) -> Iterator[Rung]:
    at: int | None = begins
    reckoned = False
    for action in script.ncco:
        if at is None:
            told = _end_of(action, script.leg, begins, marks)
            if told is None:
                return
            # When it began nobody knows; that it ran is certain.
            yield _rung(script, action, told, told, estimated=True)
            at, reckoned = told, False
            continue
        if cut is not None and at >= cut:
            return
        told = _end_of(action, script.leg, at, marks)
        length_ms = _length_ms(action)
        ends = told
        if ends is None and length_ms is not None:
            ends = at + length_ms * _NS
        if cut is not None and (ends is None or ends > cut):
            ends = cut
        yield _rung(script, action, at, ends, estimated=reckoned or told is None)
        if _goes_on(action):
            continue
        at, reckoned = ends, told is None


def _rung(script: Given, action: NccoAction, at: int, ends: int | None, *, estimated: bool) -> Rung:
    return Rung(
        seq=script.seq,
        at=at,
        kind=RungKind.NCCO,
        source=script.leg,
        target=script.leg,
        what=action_name(action),
        detail=_detail(action),
        leg=script.leg,
        ends_at=ends,
        estimated=estimated,
    )


def _goes_on(action: NccoAction) -> bool:
    """Tell whether the next action does not wait for this one."""
    return not is_synchronous(action)


def _length_ms(action: NccoAction) -> int | None:
    match action:
        case Talk(text=text, loop=loop):
            return playing_ms(speaking_ms(text), loop)
        case Wait(timeout=seconds):
            return round(seconds * 1000)
        case TransferAction():
            return 0
        case _:
            return None


def _end_of(action: NccoAction, leg: str, after: int, marks: Sequence[Mark]) -> int | None:
    match action:
        case InputAction(asynchronous=False):
            return _first(marks, "input", leg, after)
        case Notify():
            return _first(marks, "notify", None, after)
        case RecordAction() if is_synchronous(action):
            return _first(marks, "record", None, after)
        case _:
            return None


def _first(marks: Sequence[Mark], name: str, leg: str | None, after: int) -> int | None:
    return next(
        (
            mark.at
            for mark in marks
            if mark.name == name and mark.at >= after and (leg is None or mark.leg == leg)
        ),
        None,
    )


def _detail(action: NccoAction) -> str:
    match action:
        case Talk(text=text):
            return f"“{plain_text(text)}”"
        case Stream(url=url):
            return url
        case Connect(endpoint=endpoint):
            return address(endpoint)
        case Conversation(name=name):
            return name
        case InputAction(dtmf=dtmf, speech=speech):
            kinds = [word for word, on in (("keys", dtmf), ("speech", speech)) if on is not None]
            return " and ".join(kinds)
        case RecordAction(format=form):
            return form
        case Wait(timeout=seconds):
            return f"{seconds:g} s"
        case TransferAction(conversation_id=conversation):
            return conversation
        case Notify():
            return ""
