"""What there is to copy of each thing that a view shows: ids, JSON, bytes, and programs."""

import base64
import json
from bisect import bisect_left
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Final

import msgspec

from console.actions.exchanges import receiver_of, request_of, sent_by, sent_of_any
from console.actions.hooks import kind_of
from console.actions.languages import LANGUAGES, program
from console.actions.requests import ArgsError
from console.actions.snippet import Sent, caveat, of_sending, reading, request, sent_of
from console.actions.target import Target, TargetKind
from console.floor.recorded import Tape
from console.floor.views import BATCH, Attempt
from console.journal.export import json_line
from console.journal.record import Kind, Record
from console.text import clean
from console.tui.copying import Copy, NothingToCopy
from console.tui.ports import DeskPort

_PROGRAMS: Final[Mapping[str, str]] = {
    "curl": "curl",
    "python": "Python (httpx)",
    "node": "Node (fetch)",
}


def of_target(desk: DeskPort, target: Target) -> list[Copy]:
    """Return what there is of a leg or a conversation."""
    is_leg = target.kind is TargetKind.LEG
    room = desk.store.floor.leg(target.id) if is_leg else None
    copies = [
        Copy(what="id", label=f"the id of the {target.kind.value}", text=target.id),
        Copy(
            what="json",
            label="everything known of it as JSON",
            text=lambda: _now(as_json(desk, target)),
        ),
    ]
    if room is not None and room.conversation is not None:
        copies.append(
            Copy(what="conversation", label="the id of its conversation", text=room.conversation)
        )

    async def last() -> Sequence[Sent]:
        return [await _last_request(desk, target)]

    return [*copies, *of_requests("the last request on it", last)]


def of_seq(desk: DeskPort, seq: int) -> list[Copy]:
    """Return what there is of a record of the event log, which is read once it is wanted."""
    log = desk.store.log
    place = bisect_left(log, seq, key=lambda line: line.seq)
    line = log[place] if place < len(log) and log[place].seq == seq else None

    def of_it(what: str) -> Callable[[], Awaitable[str]]:
        async def made() -> str:
            async for record in desk.journal.read(seq - 1, until=seq):
                for each in of_record(desk, record):
                    if each.what == what:
                        return each.text if isinstance(each.text, str) else await each.text()
                raise NothingToCopy(f"a {record.kind.value} has none")
            raise NothingToCopy(f"record {seq} is not in the journal")

        return made

    copies = [Copy(what="id", label=f"its number, {seq}", text=str(seq))]
    if line is not None and line.leg is not None:
        copies.append(Copy(what="leg", label="the id of its leg", text=line.leg))
    if line is not None and line.conversation is not None:
        copies.append(
            Copy(what="conversation", label="the id of its conversation", text=line.conversation)
        )
    return [
        *copies,
        Copy(what="json", label="the record as JSON", text=of_it("json")),
        Copy(what="raw", label="its bytes", text=of_it("raw")),
        *(
            Copy(what=name, label=f"{_PROGRAMS[name]:<14} sends it again", text=of_it(name))
            for name in LANGUAGES
        ),
    ]


def of_tape(tape: Tape) -> list[Copy]:
    """Return what there is of a recording."""
    told = tape.recording
    copies = [] if tape.missing else [Copy(what="id", label="its id", text=tape.key)]
    if tape.leg is not None:
        copies.append(Copy(what="leg", label="the id of its leg", text=tape.leg))
    if told.conversation is not None:
        copies.append(
            Copy(what="conversation", label="the id of its conversation", text=told.conversation)
        )
    whole = json.dumps(_plain(tape), default=_plain, indent=2, ensure_ascii=True)
    copies.append(Copy(what="json", label="everything known of it as JSON", text=whole))
    if tape.file is not None:
        copies.append(Copy(what="file", label="the path of its file", text=tape.file.file))
    if told.url:
        copies.append(Copy(what="url", label="its address", text=told.url))
        copies += of_read(told.url, "fetches it")
    return copies


def of_record(desk: DeskPort, record: Record, reply: Record | None = None) -> list[Copy]:
    """Return what there is of one record, and of the answer to it where it is known."""
    whole = json.dumps(json.loads(json_line(record)), indent=2)
    copies = [Copy(what="id", label=f"its number, {record.seq}", text=str(record.seq))]
    if record.leg is not None:
        copies.append(Copy(what="leg", label="the id of its leg", text=record.leg))
    if record.conversation is not None:
        copies.append(
            Copy(what="conversation", label="the id of its conversation", text=record.conversation)
        )
    copies.append(Copy(what="json", label="the record as JSON", text=whole))
    if record.raw:
        copies.append(_bytes("raw", "its bytes", record.raw))
    if reply is not None and reply.raw:
        copies.append(_bytes("reply", "the answer to it", reply.raw))
    if record.kind is Kind.ACTION_ASKED:
        attempt = desk.store.floor.attempt(record.exchange)
        return [*copies, *(of_requests(*_asked(desk, attempt)) if attempt is not None else ())]
    if kind_of(record) is not None:
        to = receiver_of(desk.hooks, record)
        why = caveat(record)
        told = f"sends it to {clean(to.partition('://')[2], limit=44)}" + (
            f"; {why}" if why else ""
        )
        copies.append(Copy(what="url", label="where it is sent again", text=to))
    else:
        told = "the request"
    if record.kind.value.partition(".")[0] not in ("webhook", "rest", "forward"):
        return copies

    async def sent() -> Sequence[Sent]:
        found = await request_of(desk.journal, record)
        if found is None:
            raise NothingToCopy("its request is not in this journal")
        return [sent_of_any(desk.context, found, receiver_of(desk.hooks, found))]

    return [*copies, *of_requests(told, sent)]


def of_attempt(desk: DeskPort, attempt: Attempt) -> list[Copy]:
    """Return what there is of an action, also of one that was only asked."""
    copies = [Copy(what="id", label="the id of the action", text=attempt.id)]
    if attempt.leg is not None:
        copies.append(Copy(what="leg", label="the id of its leg", text=attempt.leg))
    if attempt.conversation is not None:
        copies.append(
            Copy(
                what="conversation",
                label="the id of its conversation",
                text=attempt.conversation,
            )
        )
    told = json.dumps(_plain(attempt), default=_plain, indent=2, ensure_ascii=True)
    copies.append(Copy(what="json", label="everything known of it as JSON", text=told))
    return [*copies, *of_requests(*_asked(desk, attempt))]


def of_requests(told: str, sent: Callable[[], Awaitable[Sequence[Sent]]]) -> list[Copy]:
    """Return the programs that repeat requests.

    Args:
        told: What they do, in safe words.
        sent: Finds the requests.
    """

    def in_language(language: str) -> Callable[[], Awaitable[str]]:
        async def made() -> str:
            return program(language, await sent())

        return made

    return [
        Copy(what=name, label=f"{_PROGRAMS[name]:<14} {told}", text=in_language(name))
        for name in LANGUAGES
    ]


def of_read(url: str, told: str) -> list[Copy]:
    """Return the programs that read a URL of the API."""

    async def sent() -> Sequence[Sent]:
        return [request("GET", url)]

    return of_requests(told, sent)


def as_json(desk: DeskPort, target: Target) -> str:
    """Return everything known of a leg or conversation as JSON."""
    store = desk.store
    view = (
        store.floor.leg(target.id)
        if target.kind is TargetKind.LEG
        else store.floor.conversation(target.id)
    )
    if view is None:
        return "null"
    return json.dumps(_plain(view), default=_plain, indent=2, ensure_ascii=True)


# --- behind it -----------------------------------------------------------------------------------


async def _now(text: str) -> str:
    return text


def _bytes(what: str, label: str, raw: bytes) -> Copy:
    """Return bytes as they are; what is no text in base64."""
    try:
        return Copy(what=what, label=f"{label} as they are ({len(raw)} bytes)", text=raw.decode())
    except UnicodeDecodeError:
        return Copy(
            what=what,
            label=f"{label} as base64: {len(raw)} bytes that are no text",
            text=base64.b64encode(raw).decode("ascii"),
        )


async def _last_request(desk: DeskPort, target: Target) -> Sent:
    """Return the last request on a leg or a conversation; else the one that reads it."""
    is_leg = target.kind is TargetKind.LEG
    leg, room = (target.id, None) if is_leg else (None, target.id)
    last: Record | None = None
    async for record in desk.journal.read(leg=leg, conversation=room):
        if record.kind is Kind.REST_REQUEST:
            last = record
    if last is not None:
        return sent_of(last)
    return reading(desk.context.api_url, target)


def _asked(desk: DeskPort, attempt: Attempt) -> tuple[str, Callable[[], Awaitable[Sequence[Sent]]]]:
    """Return what an action sent; of one that was only asked what it would send now."""

    async def sent() -> Sequence[Sent]:
        # The leg of a new call is known only after the request for it.
        leg = None if attempt.action.startswith("call.") else attempt.leg
        session = desk.journal.session if leg is None else None
        if found := await sent_by(desk.journal, attempt.id, leg=leg, session=session):
            return found
        args = {name: str(value) for name, value in attempt.args.items() if name != BATCH}
        target = None
        if attempt.leg is not None:
            target = Target.leg(attempt.leg)
        elif attempt.conversation is not None:
            target = Target.conversation(attempt.conversation)
        try:
            would = desk.performer.sends(attempt.action, target, args)
        except (ArgsError, ValueError) as error:
            raise NothingToCopy(f"nothing was sent, and nothing can be: {error}") from error
        if not would:
            raise NothingToCopy("nothing was sent")
        return [of_sending(desk.context, each) for each in would]

    return "what it sent, or would send", sent


def _plain(value: object) -> object:
    match value:
        case Enum():
            return value.value
        case Mapping():
            return dict(value)
        case set() | frozenset():
            return sorted(value, key=str)
        case msgspec.Struct():
            return {name: getattr(value, name) for name in value.__struct_fields__}
        case _ if is_dataclass(value):
            return {each.name: getattr(value, each.name) for each in fields(value)}
        case _:
            return str(value)
