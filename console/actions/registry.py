"""Everything a person can do, once: keys, words, target, danger, and when it cannot be done.

Footer, `?` help, palette, `:` command line, key bindings and `docs/keys.md` are all made from
`ACTIONS`. Nothing else in the program names a key.
"""

from types import MappingProxyType
from typing import Final

from console.actions import availability
from console.actions.account_actions import ACCOUNT, ACCOUNT_SCREEN, ACCOUNT_SENDS
from console.actions.action import CALLS, EVERY_VIEW, Action, Scope
from console.actions.audit_actions import AUDIT_ACTIONS
from console.actions.copy_actions import COPY_ACTIONS, NOTE_ACTIONS
from console.actions.filter_actions import FILTER_ACTIONS, FILTERED
from console.actions.form_actions import FORM_ACTIONS
from console.actions.ladder_actions import LADDER_ACTIONS
from console.actions.listening_actions import LISTENING_ACTIONS
from console.actions.mark_actions import MARK_ACTIONS
from console.actions.ncco_actions import NCCO, NCCO_ACTIONS
from console.actions.pane_actions import PANE_ACTIONS, SEARCH_ACTIONS
from console.actions.recording_actions import RECORDING_SCREEN, RECORDING_SENDS
from console.actions.sandbox_actions import SANDBOX_SENDS
from console.actions.target import TargetKind
from console.actions.time_actions import TIME_ACTIONS, TRAVEL
from console.actions.undo_actions import UNDO_ACTIONS
from console.actions.view_actions import VIEW_ACTIONS
from console.actions.webhook_actions import WEBHOOK_SCREEN, WEBHOOK_SENDS, WEBHOOKS
from console.floor.action_ids import RECONCILES

__all__ = ["ACTIONS", "BY_COMMAND", "BY_ID", "Action", "Scope", "actions_of", "for_key"]

# --- the registry ------------------------------------------------------------------------------

_LEG = TargetKind.LEG
_DESK = Scope.DESK

_OF_CALLS: Final = (
    Action(
        id="call.create",
        keys=("n",),
        label="new call",
        help="Call a number and run a script when it answers.",
        command="call",
        scope=_DESK,
        form="call",
        views=(CALLS, NCCO),
        unavailable=availability.sends,
    ),
    Action(
        id="leg.mute",
        keys=("m",),
        label="mute",
        help="Mute the leg, so that nobody hears it; again lets it speak.",
        command="mute",
        target=_LEG,
        scope=_DESK,
        unavailable=availability.answered_leg("mute"),
    ),
    Action(
        id="leg.earmuff",
        keys=("M",),
        label="earmuff",
        help="Earmuff the leg, so that it hears nobody; again lets it hear.",
        command="earmuff",
        target=_LEG,
        scope=_DESK,
        unavailable=availability.answered_leg("earmuff"),
    ),
    Action(
        id="leg.hold",
        keys=("H",),
        label="hold",
        help="Put the leg on hold, alone with music or silence; again brings it back.",
        command="hold",
        target=_LEG,
        scope=_DESK,
        form="hold",
        unavailable=availability.answered_leg("hold"),
    ),
    Action(
        id="leg.transfer",
        keys=("t",),
        label="transfer",
        help="Transfer the leg to a conversation, a number, an NCCO or an answer URL.",
        command="transfer",
        target=_LEG,
        scope=_DESK,
        form="transfer",
        unavailable=availability.answered_leg("transfer"),
    ),
    Action(
        id="leg.say",
        keys=("s",),
        label="say",
        help="Speak a text to the leg; before it is answered the text waits for the answer.",
        command="say",
        target=_LEG,
        scope=_DESK,
        form="say",
        unavailable=availability.live_leg,
    ),
    Action(
        id="leg.stream",
        keys=("S",),
        label="stream",
        help="Play an audio file from a URL to the leg.",
        command="stream",
        target=_LEG,
        scope=_DESK,
        form="stream",
        unavailable=availability.answered_leg("stream"),
    ),
    Action(
        id="leg.stop",
        keys=(".",),
        label="stop",
        help="Stop what is spoken or played to the leg, and what waits for its answer.",
        command="stop",
        target=_LEG,
        scope=_DESK,
        unavailable=availability.stop,
    ),
    Action(
        id="leg.dtmf",
        keys=("d",),
        label="dtmf",
        help="Send digits to the leg; p is a pause of half a second.",
        command="dtmf",
        target=_LEG,
        scope=_DESK,
        form="dtmf",
        unavailable=availability.answered_leg("DTMF"),
    ),
    Action(
        id="leg.pad",
        keys=("D",),
        label="pad",
        help="Open a live pad: each digit is sent to the leg when it is pressed.",
        command="pad",
        target=_LEG,
        scope=_DESK,
        form="pad",
        unavailable=availability.answered_leg("DTMF"),
    ),
    Action(
        id="leg.digits",
        keys=("#",),
        label="keys",
        help="Show each key that is pressed on the leg at once; again ends that.",
        command="subscribe",
        target=_LEG,
        scope=_DESK,
        form="subscribe",
        footer=False,
        unavailable=availability.answered_leg("a subscription to keys"),
    ),
    Action(
        id="leg.hangup",
        keys=("X",),
        label="hang up",
        help="Hang up the leg, or all legs of the conversation.",
        command="hangup",
        target=TargetKind.EITHER,
        scope=_DESK,
        dangerous=True,
        unavailable=availability.hangup,
    ),
    Action(
        id="conversation.hangup",
        keys=(),
        label="hang up all",
        help="Hang up every live leg of the conversation.",
        command="hangup-conversation",
        target=TargetKind.EITHER,
        scope=_DESK,
        dangerous=True,
        footer=False,
        unavailable=availability.conversation,
    ),
    Action(
        id=RECONCILES,
        keys=("ctrl+r",),
        label="reconcile",
        help="Ask the API how the leg stands; on a conversation, for every call that is up.",
        command="reconcile",
        target=TargetKind.EITHER,
        scope=_DESK,
        footer=False,
        unavailable=availability.sends,
    ),
    Action(
        id="call.dialin",
        keys=("i",),
        label="dial in",
        help="Dial one of our numbers as a caller of the sandbox.",
        command="dial-in",
        scope=_DESK,
        form="dialin",
        unavailable=availability.dial_in,
    ),
)

_OF_SCREENS: Final = (
    Action(
        id="filter",
        keys=("/", "f3", "f7"),
        label="filter",
        help="Show only the rows that match; in a text, look for something.",
        command="filter",
        form="filter",
        views=FILTERED,
        unavailable=availability.always,
    ),
    Action(
        id="command",
        keys=(":",),
        label="command",
        help="Type an action by name, such as :say hello.",
        command="command",
        views=EVERY_VIEW,
        unavailable=availability.always,
    ),
    Action(
        id="help",
        keys=("?", "f1"),
        label="help",
        help="Show every key, and what the selected status means.",
        command="help",
        views=EVERY_VIEW,
        unavailable=availability.always,
    ),
    Action(
        id="palette",
        keys=("ctrl+p",),
        label="palette",
        help="Find an action by a few letters of its name.",
        command="palette",
        footer=False,
        views=EVERY_VIEW,
        unavailable=availability.always,
    ),
    Action(
        id="theme",
        keys=("f8",),
        label="theme",
        help="Choose the theme of the screen.",
        command="theme",
        form="theme",
        footer=False,
        views=EVERY_VIEW,
        unavailable=availability.always,
    ),
    Action(
        id="details",
        keys=("enter",),
        label="details",
        help="Show everything known of what is selected.",
        command="details",
        target=TargetKind.EITHER,
        footer=False,
        views=(ACCOUNT,),
        unavailable=availability.selected,
    ),
    Action(
        id="facts",
        keys=("o",),
        label="details",
        help="Zoom the details and the events of what is selected; again or Esc ends that.",
        command="facts",
        target=TargetKind.EITHER,
        footer=False,
        unavailable=availability.selected,
    ),
    Action(
        id="pause",
        keys=("p",),
        label="pause",
        help="Hold the screen still; events are still recorded.",
        command="pause",
        footer=False,
        views=(CALLS, WEBHOOKS),
        unavailable=availability.always,
    ),
    Action(
        id="back",
        keys=("escape",),
        label="back",
        help="Leave the mode, the dialog or the view.",
        command="back",
        footer=False,
        views=EVERY_VIEW,
        unavailable=availability.always,
    ),
    Action(
        id="quit",
        keys=("q", "ctrl+c"),
        label="quit",
        help="Close the console; calls go on.",
        command="quit",
        views=EVERY_VIEW,
        unavailable=availability.always,
    ),
    Action(
        id="suspend",
        keys=("ctrl+z",),
        label="suspend",
        help="Stop a replay and give the terminal back; fg in the shell goes on with it.",
        command="suspend",
        footer=False,
        views=EVERY_VIEW,
        unavailable=availability.nothing_comes,
    ),
)

ACTIONS: tuple[Action, ...] = (
    *_OF_CALLS,
    *UNDO_ACTIONS,
    *NOTE_ACTIONS,
    *LISTENING_ACTIONS,
    *LADDER_ACTIONS,
    *AUDIT_ACTIONS,
    *ACCOUNT_SENDS,
    *ACCOUNT_SCREEN,
    *WEBHOOK_SENDS,
    *WEBHOOK_SCREEN,
    *RECORDING_SENDS,
    *RECORDING_SCREEN,
    *SANDBOX_SENDS,
    *NCCO_ACTIONS,
    *COPY_ACTIONS,
    *_OF_SCREENS,
    *FILTER_ACTIONS,
    *PANE_ACTIONS,
    *MARK_ACTIONS,
    TRAVEL,
    *VIEW_ACTIONS,
    *TIME_ACTIONS,
    *FORM_ACTIONS,
    *SEARCH_ACTIONS,
)

BY_ID = MappingProxyType({action.id: action for action in ACTIONS})
BY_COMMAND = MappingProxyType({action.command: action for action in ACTIONS})


def actions_of(view: str) -> tuple[Action, ...]:
    """Return what can be done in a view, in the order of the footer."""
    return tuple(action for action in ACTIONS if action.is_in(view))


def for_key(key: str, view: str = CALLS) -> Action | None:
    """Return the action of `key` in a view, or None."""
    return next((action for action in actions_of(view) if key in action.keys), None)
