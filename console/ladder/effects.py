"""What one record changed on the floor: the floor before it beside the floor after it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from console.floor.answers import Answering
from console.floor.fold import Floor
from console.floor.views import Arrow, Attempt, Conversation, Leg
from console.journal.record import Record

_QUIET: Final = frozenset({"uuid", "id", "seen", "events", "args"})
"""Fields whose change says nothing that another one does not say."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One field of a leg, a conversation or an attempt that changed.

    Attributes:
        subject: Whose: `leg`, `conversation` or `attempt`.
        id: Of it.
        field: Its name in words.
        before: As it was; empty where there was nothing.
        after: As it is now.
    """

    subject: str
    id: str
    field: str
    before: str
    after: str


def effects_of(records: Iterable[Record], seq: int) -> tuple[Effect, ...]:
    """Return what the record `seq` changed, given the records of its call in their order."""
    floor = Floor()
    for record in records:
        if record.seq >= seq:
            if record.seq == seq:
                before = _pictures(floor)
                floor.apply(record)
                return tuple(_compared(before, _pictures(floor)))
            break
        floor.apply(record)
    return ()


_Picture = dict[tuple[str, str], Leg | Conversation | Attempt]


def _pictures(floor: Floor) -> _Picture:
    found: _Picture = {}
    for branch in floor.tree(live=False):
        found["conversation", branch.conversation.uuid] = branch.conversation
        for leg in branch.legs:
            found["leg", leg.uuid] = leg
    for attempt in floor.attempts():
        found["attempt", attempt.id] = attempt
    return found


def _compared(before: _Picture, after: _Picture) -> Iterable[Effect]:
    for (subject, id_), now in after.items():
        was = before.get((subject, id_))
        if was is now:
            continue
        if was is None:
            yield Effect(subject, id_, "appeared", "", _first_words(now))
            continue
        for name in now.__struct_fields__:
            old, new = getattr(was, name), getattr(now, name)
            if old == new or name in _QUIET:
                continue
            said, says = words(old), words(new)
            if said != says:
                yield Effect(subject, id_, name.strip("_"), said, says)


def _first_words(thing: Leg | Conversation | Attempt) -> str:
    match thing:
        case Leg(status=status, from_=from_, to=to):
            return f"{from_} → {to} {'' if status is None else status.value}".strip()
        case Conversation(name=name, legs=legs):
            return name or ("1 leg" if len(legs) == 1 else f"{len(legs)} legs")
        case Attempt(action=action, stage=stage):
            return f"{action} {stage.value}"


def words(value: Any) -> str:
    """Return a value of the floor in few words; empty for nothing."""
    match value:
        case None | "" | ():
            return ""
        case bool():
            return "yes" if value else "no"
        case Arrow(open=is_open, certainty=certainty):
            return f"{'open' if is_open else 'shut'} ({certainty.value})"
        case Answering(replied_ms=replied_ms, limit_ms=limit_ms):
            if replied_ms is None:
                return f"asked for, within {limit_ms / 1000:g} s"
            return f"given after {value.took_ms} ms"
        case Enum():
            return str(value.value)
        case tuple():
            return f"{len(value)}: {words(value[-1])}" if len(value) > 1 else words(value[0])
        case str() | int() | float():
            return str(value)
        case _:
            told = (getattr(value, name, None) for name in ("reason", "what", "digits", "uuid"))
            return next((str(each) for each in told if each), str(value))
