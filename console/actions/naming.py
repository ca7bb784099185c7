"""From what a person types to a leg or a conversation: an id, its beginning, a number, a name."""

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Final

from console.actions.requests import ArgsError
from console.actions.target import Target, TargetKind
from console.floor.fold import Floor
from console.floor.views import NO_CONVERSATION, Conversation, Leg
from console.text import clean

_LISTED: Final = 6
_WHOLE_ID: Final = re.compile(
    r"(CON-)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}",
    re.IGNORECASE,
)
_BEGINNING: Final = re.compile(r"[0-9a-f-]{4,}", re.IGNORECASE)
"""Of an id: fewer characters are taken for a slip."""
_ROOM: Final = "CON-"


class NamingError(ArgsError):
    """What was typed names nothing, or more than one thing."""


def is_whole_id(text: str) -> bool:
    """Tell whether this is a whole id of a leg or a conversation, whether it is known or not."""
    return _WHOLE_ID.fullmatch(text) is not None


def named(floor: Floor, text: str, kind: TargetKind) -> Target:
    """Return what a person means.

    An id or the beginning of one (a conversation's with or without `CON-`), the number of the
    other end (`4477*`: how it begins), or the name of a conversation. What is up goes before
    what is over. A whole id need not be known.

    Args:
        floor: What is known.
        text: As it was typed.
        kind: What is wanted: a leg, a conversation, or either.

    Raises:
        NamingError: It is none, or it may be several.
    """
    text = text.strip().removeprefix("+")
    if not text or text.strip("*") == "":
        raise NamingError("type an id, the beginning of one, or a number such as 4477*")
    legs = _legs(floor, text)
    rooms = _rooms(floor, text)
    if kind is TargetKind.LEG:
        found = [Target.leg(leg.uuid) for leg in legs]
        if not found and rooms:
            raise NamingError(_needs_a_leg(floor, rooms[0]))
    elif kind is TargetKind.CONVERSATION:
        found = [Target.conversation(room.uuid) for room in rooms]
    else:
        found = [Target.leg(leg.uuid) for leg in legs]
        found += [Target.conversation(room.uuid) for room in rooms]
    if len(found) > 1:
        shown = [_described(floor, each) for each in found[:_LISTED]]
        more = f" and {len(found) - _LISTED} more" if len(found) > _LISTED else ""
        raise NamingError(f"“{clean(text, 60)}” may be {'; '.join(shown)}{more}; type more of it")
    if found:
        return found[0]
    if is_whole_id(text):
        return _unknown(text, kind)
    raise NamingError(f"nothing here is “{clean(text, 60)}”; voice-console calls lists what is up")


def _unknown(text: str, kind: TargetKind) -> Target:
    room = text.upper().startswith(_ROOM)
    if room and kind is TargetKind.LEG:
        raise NamingError(f"{clean(text)} is a conversation; this needs one of its legs")
    if room or kind is TargetKind.CONVERSATION:
        return Target.conversation(text)
    return Target.leg(text)


def _legs(floor: Floor, text: str) -> list[Leg]:
    every = floor.legs(live=False)
    if exact := [leg for leg in every if leg.uuid == text]:
        return exact
    return _up_first(leg for leg in every if _is_leg(leg, text))


def _is_leg(leg: Leg, text: str) -> bool:
    far = leg.far_end.removeprefix("+")
    if "*" in text:
        return fnmatchcase(far.lower(), text.lower().replace("[", "[[]"))
    if far and far.lower() == text.lower():
        return True
    return _begins(leg.uuid, text)


def _rooms(floor: Floor, text: str) -> list[Conversation]:
    every = [
        branch.conversation
        for branch in floor.tree(live=False)
        if branch.conversation.uuid != NO_CONVERSATION
    ]
    if exact := [room for room in every if text in (room.uuid, room.name)]:
        return exact[:1] if exact[0].uuid == text else exact
    short = text[len(_ROOM) :] if text.upper().startswith(_ROOM) else text
    found = [room for room in every if _begins(room.uuid.removeprefix(_ROOM), short)]
    return [room for room in found if room.live] or found


def _begins(id_: str, text: str) -> bool:
    return _BEGINNING.fullmatch(text) is not None and id_.lower().startswith(text.lower())


def _up_first(legs: Iterable[Leg]) -> list[Leg]:
    found = list(legs)
    return [leg for leg in found if leg.live] or found


def _needs_a_leg(floor: Floor, room: Conversation) -> str:
    live = [leg for leg in map(floor.leg, room.legs) if leg is not None and leg.live]
    legs = ", ".join(_leg_words(leg) for leg in live[:_LISTED])
    which = f": {legs}" if legs else "; nobody is in it any more"
    return (
        f"{clean(room.name or room.uuid, 60)} is a conversation; this needs one of its legs{which}"
    )


def _described(floor: Floor, target: Target) -> str:
    if target.kind is TargetKind.LEG:
        leg = floor.leg(target.id)
        return _leg_words(leg) if leg is not None else clean(target.id)
    room = floor.conversation(target.id)
    name = f" ({clean(room.name, 40)})" if room is not None and room.name else ""
    return f"{clean(target.id)}{name}"


def _leg_words(leg: Leg) -> str:
    status = leg.status.value if leg.status is not None else "unknown"
    return f"{clean(leg.uuid)} ({clean(leg.far_end or 'no number', 30)}, {status})"
