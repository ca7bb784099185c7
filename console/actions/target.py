"""What an action is aimed at, and what is known of it at the moment of the key press."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

NOTHING: Final = "nothing was done in this session that can be undone"
ALL_UNDONE: Final = "everything that can be undone is undone"
ALL_REDONE: Final = "everything that was undone is done again"
NOTHING_UNDONE: Final = "nothing was undone that could be done again"


class TargetKind(StrEnum):
    """What an action needs under the cursor."""

    NONE = "none"
    LEG = "leg"
    CONVERSATION = "conversation"
    EITHER = "either"
    """A leg or a conversation."""
    APPLICATION = "application"
    NUMBER = "number"
    WEBHOOK = "webhook"
    RECORDING = "recording"


@dataclass(frozen=True, slots=True)
class Target:
    """What an action is aimed at, by its id, captured at key press; never a row."""

    kind: TargetKind
    id: str

    @classmethod
    def leg(cls, uuid: str) -> "Target":
        """Return the target that is this leg."""
        return cls(TargetKind.LEG, uuid)

    @classmethod
    def conversation(cls, uuid: str) -> "Target":
        """Return the target that is this conversation."""
        return cls(TargetKind.CONVERSATION, uuid)

    @classmethod
    def application(cls, id_: str) -> "Target":
        """Return the target that is this application."""
        return cls(TargetKind.APPLICATION, id_)

    @classmethod
    def number(cls, msisdn: str) -> "Target":
        """Return the target that is this number of the account."""
        return cls(TargetKind.NUMBER, msisdn)

    @classmethod
    def webhook(cls, seq: int) -> "Target":
        """Return the target that is the webhook whose record has this number."""
        return cls(TargetKind.WEBHOOK, str(seq))

    @classmethod
    def recording(cls, key: str) -> "Target":
        """Return the target that is this recording of a journal."""
        return cls(TargetKind.RECORDING, key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What decides whether an action can run now. Plain values, so that it can be asked often."""

    target: Target | None = None
    known: bool = True
    """The floor knows the target."""
    status: str | None = None
    """The target leg's status (4.1); None for a conversation."""
    muted: bool = False
    earmuffed: bool = False
    playing: bool = False
    """A talk or a stream runs on the target leg, as far as is known."""
    queued: bool = False
    """Something waits for the target leg to be answered."""
    live_legs: int = 0
    """Legs of the target conversation that are not over."""
    replay: bool = False
    """The desk plays a stored session: nothing can be steered."""
    past: bool = False
    """What is shown is a past moment of an open context; `replay` is true as well."""
    sandbox: bool = False
    """The other end is a sandbox: a person can dial in from here."""
    deaf: str | None = None
    """Why nothing can be listened to from here; None: it can."""
    listened: bool = False
    """The target is listened to from here."""
    undo: str = ""
    """What an undo is about: `mute 447700900102`; empty: nothing."""
    undo_why: str | None = NOTHING
    """Why nothing can be undone; None: it can."""
    redo: str = ""
    """What would be done again."""
    redo_why: str | None = NOTHING_UNDONE
    """Why nothing can be done again; None: it can."""
    can_send: bool = True
    """There is a key and an application to sign requests with."""
    account_missing: str | None = None
    """Why the account's APIs cannot be asked; None: they can."""
    linked: bool = False
    """The target number is linked to an application."""
    pointed: bool = False
    """All webhooks of the target application come to our receiver."""
