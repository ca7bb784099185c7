"""What has to happen before a leg or a conversation can be listened to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from console.actions.availability import UP
from console.actions.requests import ArgsError
from console.actions.target import Target, TargetKind
from console.floor.fold import Floor
from console.floor.views import NO_CONVERSATION, Leg
from console.listening.aim import Aim
from console.listening.room import Listening

PREFIX: Final = "monitor-"
"""How the names of conversations begin that are made in order to listen."""
_SHORT: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How to listen."""

    aim: Aim
    label: str
    conversation: str | None
    """The conversation of the target now; None: not known."""
    move: tuple[str, ...] = ()
    """Legs that are transferred into `aim.name` first, because they are in no named conversation.
    """
    sides: tuple[str, ...] = ()
    """Who is in it now, without ourselves."""


def plan(floor: Floor, target: Target | None, listening: Listening) -> Plan:
    """Return how `target` can be listened to.

    Args:
        floor: What is known.
        target: A leg or a conversation.
        listening: What is listened to already.

    Raises:
        ArgsError: It cannot be.
    """
    if target is None or target.kind not in (TargetKind.LEG, TargetKind.CONVERSATION):
        raise ArgsError("select a leg or a conversation first")
    leg = None
    conversation: str | None = target.id
    if target.kind is TargetKind.LEG:
        if listening.is_ours(target.id):
            raise ArgsError("this is our own leg, which listens")
        leg = floor.leg(target.id)
        if leg is None:
            raise ArgsError("this leg is not on the floor")
        conversation = leg.conversation
    elif target.id == NO_CONVERSATION:
        raise ArgsError("the conversation of these legs is not known; select one of them")
    room = floor.conversation(conversation) if conversation else None
    there = parties(floor, conversation, listening) if conversation else ()
    if leg is not None and leg.uuid not in {one.uuid for one in there}:
        there = (leg, *there)
    label = (leg.far_end or leg.uuid) if leg else (room.name if room else None) or target.id
    name = name_of(floor, conversation, listening)
    move: tuple[str, ...] = ()
    if name is None:
        for one in there:
            if one.status not in UP:
                raise ArgsError(
                    f"this call is in no named conversation, and {one.far_end or one.uuid} is"
                    f" {one.status or 'not answered yet'}; it can be moved once it is answered"
                )
        name = PREFIX + (conversation or target.id).removeprefix("CON-")[:_SHORT]
        move = tuple(one.uuid for one in there)
    return Plan(
        aim=Aim(target.id, name, leg.uuid if leg is not None else None),
        label=label,
        conversation=conversation,
        move=move,
        sides=tuple(one.uuid for one in there),
    )


def parties(floor: Floor, conversation: str, listening: Listening) -> tuple[Leg, ...]:
    """Return the live legs of a conversation, without those by which we listen."""
    room = floor.conversation(conversation)
    found = (floor.leg(uuid) for uuid in (room.legs if room is not None else ()))
    return tuple(
        leg for leg in found if leg is not None and leg.live and not listening.is_ours(leg.uuid)
    )


def name_of(floor: Floor, conversation: str | None, listening: Listening) -> str | None:
    """Return the name by which a conversation can be joined; None: there is none."""
    if conversation is None or conversation in listening.misnamed:
        return None
    room = floor.conversation(conversation)
    return room.name if room is not None else None


def called(floor: Floor, aim: Aim) -> str:
    """Return the number of the leg, or the name of the conversation, that is listened to.

    It is "" where neither is known, and not made safe.
    """
    if aim.leg is not None:
        return floor.who(aim.leg)
    room = floor.conversation(aim.key)
    return (room.name if room is not None else None) or ""


def must_first(moving: Plan, who: Callable[[str], str]) -> tuple[str, ...]:
    """Return in sentences what has to happen first, for who decides it."""
    count = len(moving.move)
    legs = "1 leg" if count == 1 else f"{count} legs"
    names = ", ".join(who(leg) for leg in moving.move)
    return (
        "This call is in no named conversation, so it cannot be joined by a name.",
        "By its id it can be joined as it is; platforms of before 2025 do not know how.",
        f"Or its {legs} are transferred into “{moving.aim.name}” first: {names}.",
        "Their scripts (NCCO) end there: what is spoken, played, asked or recorded by them stops,"
        " they hear a short gap, and whoever is left alone for a moment may be hung up.",
    )
