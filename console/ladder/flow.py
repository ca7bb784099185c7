"""A script as a drawing: its actions from above, what waits, where an app's reply may change it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from console.ladder.text import cells, fitted
from console.text import clean
from console.voice.endpoints import address, kind
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
    action_name,
    is_synchronous,
)
from console.voice.speech import plain_text, playing_ms, speaking_ms

Part = Literal["box", "what", "wait", "branch", "end"]
"""What a line shows: an edge, what an action does, when the next begins, a webhook, an end."""

WIDEST: Final = 100
_MARGIN: Final = 4
_BOX: Final = 64
_LONGEST: Final = 240
_ASCII: Final = str.maketrans("┌┐└┘├─│┊▶■●→“”", '+++++-|:>#*>""')
_YOURS: Final = "the call's event URL"


@dataclass(frozen=True, slots=True)
class FlowLine:
    """One line, safe to print; `action` is the place of the action it belongs to."""

    text: str
    part: Part
    action: int | None = None


def flow_of(ncco: Ncco, width: int, *, ascii_only: bool = False) -> tuple[FlowLine, ...]:
    """Return the drawing of a script in lines of at most `width` cells, 40 and more.

    Args:
        ncco: The script; an empty one ends the call.
        width: Cells of a line.
        ascii_only: Draw with ASCII signs only.
    """
    drawn = _flow(ncco, min(width, WIDEST))
    if ascii_only:
        drawn = (FlowLine(line.text.translate(_ASCII), line.part, line.action) for line in drawn)
    return tuple(drawn)


def _flow(ncco: Ncco, width: int) -> Iterator[FlowLine]:
    yield FlowLine(" " * _MARGIN + "● the leg is answered", "end")
    inner = min(width, _BOX) - _MARGIN - 4
    for place, action in enumerate(ncco):
        name = action_name(action)
        yield FlowLine(" " * _MARGIN + "│", "box", place)
        head = f"─ {name} "
        yield FlowLine(
            " " * _MARGIN + "┌" + head + "─" * (inner + 2 - len(head)) + "┐", "box", place
        )
        number = f"{place + 1:>3} "
        said = [
            part
            for each in (_does(action), *_more(action))
            for part in list(_wrapped(clean(each, limit=_LONGEST), inner))
        ]
        for part in said:
            yield FlowLine(f"{number}│ {fitted(part, inner + 1)}│", "what", place)
            number = " " * _MARGIN
        yield FlowLine(" " * _MARGIN + "├" + "─" * (inner + 2) + "┘", "box", place)
        for told in _branches(action):
            yield from _beside(f"├─▶ {clean(told)}", "branch", place, width)
        sign = "│" if is_synchronous(action) else "┊"
        last = place == len(ncco) - 1
        for told in () if last and _ends(action) else _then(action, last=last):
            yield from _beside(f"{sign} {clean(told)}", "wait", place, width)
    yield FlowLine(" " * _MARGIN + "│", "box", len(ncco) - 1 if ncco else None)
    yield from _beside(f"■ {_ending(ncco)}", "end", len(ncco) - 1 if ncco else None, width)


def _beside(text: str, part: Part, place: int | None, width: int) -> Iterator[FlowLine]:
    """Yield a sentence beside the line, over several lines where it is long."""
    lead = {"├": "│   ", "■": "  "}.get(text[0], f"{text[0]} ")
    for line in _wrapped(text, width - _MARGIN, lead):
        yield FlowLine(" " * _MARGIN + line, part, place)


def _wrapped(text: str, width: int, lead: str = "") -> Iterator[str]:
    """Yield safe text in lines of at most `width` cells; those after the first begin with `lead`.

    A word that is wider than a line is cut.
    """
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if line and cells(longer) > width:
            yield fitted(line, width + 1).rstrip()
            line = lead + word
        else:
            line = longer
    yield fitted(line, width + 1).rstrip()


def _does(action: NccoAction) -> str:
    match action:
        case Talk(text=text, language=language):
            return f"“{plain_text(text)}” {'' if language == 'en-US' else language}".rstrip()
        case Stream(url=url):
            return url
        case Connect(endpoint=endpoint):
            return f"{kind(endpoint)} {address(endpoint)}"
        case Conversation(name=name):
            return name
        case InputAction(dtmf=dtmf, speech=speech):
            return " and ".join(
                word for word, on in (("keys", dtmf), ("speech", speech)) if on is not None
            )
        case RecordAction(format=form, split=split):
            return f"{form}, {'a channel for each party' if split else 'everybody in one'}"
        case Wait(timeout=seconds):
            return f"{seconds:g} s of silence"
        case TransferAction(conversation_id=conversation):
            return f"all legs into {conversation}"
        case Notify(payload=payload):
            return ", ".join(payload) or "an empty payload"


def _more(action: NccoAction) -> Iterator[str]:
    match action:
        case Talk(loop=loop) | Stream(loop=loop) if loop != 1:
            yield "again and again" if loop == 0 else f"{loop} times"
        case Connect(timeout=timeout, machine_detection=machine, advanced_machine_detection=more):
            found = machine or (more.behavior if more is not None else None)
            yield f"rings for {timeout} s" + (f", on a machine: {found}" if found else "")
        case Conversation(start_on_enter=False):
            yield "waits for somebody who starts it"
        case InputAction(dtmf=dtmf) if dtmf is not None and not action.asynchronous:
            end = ", or #" if dtmf.submit_on_hash else ""
            most = "one key" if dtmf.max_digits == 1 else f"up to {dtmf.max_digits} keys"
            yield f"{most}, or {dtmf.time_out} s without one{end}"
        case _:
            return


def _branches(action: NccoAction) -> Iterator[str]:
    """Say which webhooks are sent of an action, and what a reply may do (5.1, 6.1)."""
    takes_over = "your app replies; an NCCO replaces what follows"
    match action:
        case InputAction(event_url=url, asynchronous=False):
            yield f"input → {url or _YOURS}: {takes_over}"
        case InputAction(event_url=url):
            yield f"each key → {url or _YOURS}: {takes_over}"
        case Notify(event_url=url):
            yield f"notify → {url}: {takes_over}"
        case Connect(event_url=url, synchronous=True):
            yield f"events → {url or _YOURS}: busy, failed, timeout, unanswered: {takes_over}"
        case Connect(event_url=url):
            yield f"events → {url or _YOURS}: your app is told of the new leg"
        case RecordAction(event_url=url):
            yield f"record → {url or _YOURS}: your app is told where the recording is"
        case Conversation(event_url=url, record=True):
            yield f"record → {url or _YOURS}: your app is told where the recording is"
        case _:
            return


def _then(action: NccoAction, *, last: bool) -> Iterator[str]:
    """Say when the next action begins."""
    match action:
        case Talk(barge_in=True) | Stream(barge_in=True):
            yield "bargeIn: goes on at once; a key or a word ends it"
        case Talk(loop=0) | Stream(loop=0):
            yield "never ends by itself"
        case Talk(text=text, loop=loop):
            length = playing_ms(speaking_ms(text), loop) or 0
            yield f"when it is said, about {length / 1000:.1f} s"
        case Stream():
            yield "when it is played"
        case Connect():
            yield "when it is answered, or has failed"
        case Conversation():
            yield "when the leg has left"
        case InputAction(asynchronous=True):
            yield "asynchronous: goes on at once"
        case InputAction():
            yield "when your app has replied"
        case Notify():
            yield "when your app has replied"
        case Wait():
            yield "when that time is over"
        case RecordAction() if is_synchronous(action):
            yield "when silence or a key ends it"
        case RecordAction():
            yield "goes on at once; records until the call ends"
        case _:
            if not last:
                yield "then"


def _ends(action: NccoAction) -> bool:
    """Tell whether an action is an end of its own, when it is the last one."""
    return isinstance(action, Conversation | TransferAction | Wait)


def _ending(ncco: Ncco) -> str:
    match ncco[-1] if ncco else None:
        case None:
            return "an empty script: the call ends"
        case Conversation():
            return "the leg stays until it leaves the conversation; then the call ends"
        case TransferAction():
            return "the script ends; the legs go on in the other conversation"
        case Connect():
            return "the call ends, unless a connected party is still there"
        case _:
            return "the leg is hung up"
