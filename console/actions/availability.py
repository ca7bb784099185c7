"""When an action cannot run, in plain words that name the reason."""

from collections.abc import Callable
from typing import Final

from console.actions.target import Situation, TargetKind
from console.voice.statuses import ENDED, Status

Unavailable = Callable[[Situation], str | None]
"""Why an action cannot run now, in plain words; None: it can."""

READONLY: Final = "this context is read-only: nothing is sent from here"
"""Why no action that sends can run where the context says so."""

UP: Final = frozenset({Status.ANSWERED, Status.HUMAN, Status.MACHINE, Status.DISCONNECTED})
"""Statuses in which a leg can be spoken to."""


def always(situation: Situation) -> str | None:
    """It always can."""
    return None


def not_now(situation: Situation) -> str | None:
    """What is shown is not the present; None: it is."""
    if situation.past:
        return "you are looking at the past"
    return "this is a replay" if situation.replay else None


def nothing_comes(situation: Situation) -> str | None:
    """Nothing is missed while the process stands still: only in a replay."""
    if situation.replay and not situation.past:
        return None
    return "it would answer no webhook; use another window, or tmux"


def sends(situation: Situation) -> str | None:
    """Something has to be sent, so there must be a key and no replay."""
    if (reason := not_now(situation)) is not None:
        return reason
    if not situation.can_send:
        return "this context has no application or private key; see voice-console info"
    return None


def live_leg(situation: Situation) -> str | None:
    """A leg that is not over."""
    if (reason := sends(situation)) is not None:
        return reason
    target = situation.target
    if target is None:
        return "select a leg first"
    if target.kind is not TargetKind.LEG:
        return "this is a conversation; select one of its legs"
    if not situation.known:
        return "this leg is not on the floor"
    if situation.status in ENDED:
        return f"this leg is over ({situation.status})"
    return None


def answered_leg(verb: str) -> Unavailable:
    """Return the rule of what needs an answered leg; `verb` is named in the reason."""

    def reason(situation: Situation) -> str | None:
        if (why := live_leg(situation)) is not None:
            return why
        if situation.status in UP:
            return None
        state = situation.status or "not answered yet"
        return f"this leg is {state}; {verb} needs an answered leg"

    return reason


def stop(situation: Situation) -> str | None:
    """An answered leg, or one for whose answer a text waits."""
    if situation.queued and live_leg(situation) is None:
        return None
    return answered_leg("stop")(situation)


def hangup(situation: Situation) -> str | None:
    """A live leg, or a conversation with somebody in it."""
    if situation.target is not None and situation.target.kind is TargetKind.CONVERSATION:
        return conversation(situation)
    if situation.target is None and sends(situation) is None:
        return "select a leg or a conversation first"
    return live_leg(situation)


def conversation(situation: Situation) -> str | None:
    """A conversation with somebody in it, or a leg of such a one."""
    if (reason := sends(situation)) is not None:
        return reason
    if situation.target is None:
        return "select a conversation first"
    if situation.target.kind is TargetKind.CONVERSATION:
        if not situation.known:
            return "this conversation is not on the floor"
        if situation.live_legs == 0:
            return "nobody is in this conversation any more"
    elif situation.live_legs == 0:
        return "this leg's conversation has no live legs"
    return None


def listen(situation: Situation) -> str | None:
    """What is listened to can be left; else a call that the platform can bring to us."""
    if (reason := sends(situation)) is not None:
        return reason
    if situation.listened:
        return None
    if situation.deaf is not None:
        return situation.deaf
    if situation.target is None:
        return "select a leg or a conversation first"
    if situation.target.kind is TargetKind.CONVERSATION:
        return conversation(situation)
    return answered_leg("listening")(situation)


def sound(situation: Situation) -> str | None:
    """Something can be listened to from here, so that there is something to play."""
    return not_now(situation) or situation.deaf


def undo(situation: Situation) -> str | None:
    """Something was done from here that can be taken back now."""
    return sends(situation) or situation.undo_why


def redo(situation: Situation) -> str | None:
    """Something was undone that can be done again now."""
    return sends(situation) or situation.redo_why


def dial_in(situation: Situation) -> str | None:
    """A sandbox, live."""
    if (reason := not_now(situation)) is not None:
        return reason
    if not situation.sandbox:
        return "only a sandbox can be dialled into from here; on the real platform use a phone"
    return None


def sandbox(situation: Situation) -> str | None:
    """The other end is a sandbox, and it is the present."""
    if (reason := not_now(situation)) is not None:
        return reason
    return None if situation.sandbox else "the other end is no sandbox"


def in_the_past(situation: Situation) -> str | None:
    """A moment of the past is shown: a replay, or the time machine is on."""
    return None if situation.replay else "this is the present; the time machine shows the past"


def time_machine(situation: Situation) -> str | None:
    """There is a present to leave, or to go back to."""
    replay = situation.replay and not situation.past
    return "a replay is the past already" if replay else None


def selected(situation: Situation) -> str | None:
    """Something is under the cursor."""
    return None if situation.target is not None else "select a leg or a conversation first"


def markable(situation: Situation) -> str | None:
    """A leg or a conversation of the present."""
    return not_now(situation) or selected(situation)


def live(situation: Situation) -> str | None:
    """It is the present that is shown."""
    return not_now(situation)


def webhook(situation: Situation) -> str | None:
    """A webhook is under the cursor, and it is no replay of a session."""
    return live(situation) or seen_webhook(situation)


def seen_webhook(situation: Situation) -> str | None:
    """A webhook is under the cursor."""
    target = situation.target
    known = target is not None and target.kind is TargetKind.WEBHOOK
    return None if known else "select a webhook first"


def recording(situation: Situation) -> str | None:
    """A recording is under the cursor, and it can be asked for."""
    if (reason := sends(situation)) is not None:
        return reason
    target = situation.target
    known = target is not None and target.kind is TargetKind.RECORDING
    return None if known else "select a recording first"


def account(situation: Situation) -> str | None:
    """The account's APIs can be asked."""
    if (reason := not_now(situation)) is not None:
        return reason
    return situation.account_missing


def application(situation: Situation) -> str | None:
    """An application is under the cursor."""
    return _of_account(situation, TargetKind.APPLICATION, "an application")


def not_pointed(situation: Situation) -> str | None:
    """An application whose webhooks do not all come to this console."""
    if (reason := application(situation)) is not None:
        return reason
    return "its webhooks come to this console already" if situation.pointed else None


def number(situation: Situation) -> str | None:
    """A number is under the cursor."""
    return _of_account(situation, TargetKind.NUMBER, "a number")


def linked_number(situation: Situation) -> str | None:
    """A number that is linked to an application."""
    if (reason := number(situation)) is not None:
        return reason
    return None if situation.linked else "this number is linked to no application"


def _of_account(situation: Situation, kind: TargetKind, what: str) -> str | None:
    if (reason := account(situation)) is not None:
        return reason
    if situation.target is None or situation.target.kind is not kind:
        return f"select {what} first"
    return None
