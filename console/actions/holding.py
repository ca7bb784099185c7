"""Hold and its end: a leg waits in a conversation of its own, then goes back to its named one.

One transfer each way (3.5) does it, and not a stream with mute and earmuff: it is one request,
which is done or not, and the platform tells of it with a `transfer` event, so that it is proven
there as well as in a sandbox. The room of a held leg is moderated and never begins
(`startOnEnter` false, 6.4): whoever waits there hears the music, or silence, and nobody else.

Where a leg is held, and where it came from, is read off the floor: the name of its conversation
and those it was in before. Nothing else remembers it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from console.actions.forms import Args
from console.actions.requests import ArgsError, filled
from console.floor.views import Attempt, Leg, Stage
from console.voice.defects import is_url
from console.voice.ncco import Conversation, Ncco

PREFIX: Final = "hold-"
"""How the names of conversations begin in which legs wait; the leg's id follows."""
HOLD: Final = "hold"
UNHOLD: Final = "unhold"
NO_WAY_BACK: Final = (
    "this leg is in no named conversation, so it could not come back from hold; transfer it and"
    " whom it speaks with into a named one first"
)

NameOf = Callable[[str], str | None]
"""Gives the name of a conversation by its id, where it is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is sent to put a leg on hold, or to take it off."""

    ncco: Ncco
    args: Args
    """What is written down of it."""


def room_of(leg: str) -> str:
    """Return the name of the conversation in which a leg waits: its own, nobody else's."""
    return PREFIX + leg


def is_held(leg: Leg | None, name_of: NameOf) -> bool:
    """Tell whether a leg is on hold, as far as is known."""
    return (
        leg is not None
        and leg.conversation is not None
        and name_of(leg.conversation) == room_of(leg.uuid)
    )


def came_from(leg: Leg, name_of: NameOf, attempts: Sequence[Attempt] = ()) -> str | None:
    """Return the name of the conversation that a held leg goes back to; None: none is known.

    Args:
        leg: On hold.
        name_of: Knows the conversations.
        attempts: On the leg, oldest first; what was written down of its hold counts first.
    """
    for attempt in reversed(attempts):
        if attempt.args.get("want") == HOLD and attempt.stage is not Stage.FAILED:
            if to := str(attempt.args.get("to") or ""):
                return to
            break
    before = [each for each in leg.lineage if name_of(each) != room_of(leg.uuid)]
    # A transfer may put it in a conversation without a name for a moment (5.3.14).
    return next((name for each in reversed(before[-2:]) if (name := name_of(each))), None)


def hold(
    uuid: str, leg: Leg | None, args: Args, name_of: NameOf, attempts: Sequence[Attempt] = ()
) -> Held:
    """Return what form `hold` wants of a leg.

    Args:
        uuid: The leg's id.
        leg: What is known of it.
        args: What was typed.
        name_of: Knows the conversations.
        attempts: On the leg, oldest first.

    Raises:
        ArgsError: It cannot be done as it is; the text says what has to happen first.
    """
    values = filled("hold", args)
    held = is_held(leg, name_of)
    want = values["want"]
    if want == "toggle":
        want = UNHOLD if held else HOLD
    if want == UNHOLD:
        if leg is not None and not held and not values["to"]:
            raise ArgsError("this leg is not on hold")
        known = came_from(leg, name_of, attempts) if leg is not None else None
        return _back(uuid, values["to"] or known)
    if held:
        raise ArgsError("this leg is on hold already")
    name = name_of(leg.conversation) if leg is not None and leg.conversation else None
    if name is None and not values["to"]:
        raise ArgsError(NO_WAY_BACK)
    music = values["music"]
    if music and not is_url(music, ("http", "https")):
        raise ArgsError(f"“{music}” is not an http or https URL")
    waits = Conversation(name=room_of(uuid), start_on_enter=False, music_on_hold_url=music or None)
    written = {"want": HOLD, "to": values["to"] or name or ""}
    return Held(ncco=(waits,), args=written | ({"music": music} if music else {}))


def _back(uuid: str, name: str | None) -> Held:
    if name is None:
        raise ArgsError(
            "nobody has told from which conversation this leg came; name it: :unhold to=NAME,"
            " in a shell --to NAME"
        )
    if name == room_of(uuid):
        raise ArgsError("that is where it waits; name the conversation it goes back to")
    return Held(ncco=(Conversation(name=name),), args={"want": UNHOLD, "to": name})
