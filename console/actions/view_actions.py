"""The keys that open the views: one row here and one in `console.tui.views` for each view.

The action that opens a view is `<view>.view`. A view that a desk does not have (the sandbox's
page on a live context) is absent there: its digit does nothing and nothing shows it.
"""

from types import MappingProxyType
from typing import Final

from console.actions import availability
from console.actions.account_actions import ACCOUNT
from console.actions.action import CALLS, EVERY_VIEW, Action
from console.actions.audit_actions import AUDIT
from console.actions.figures_actions import FIGURES
from console.actions.listening_actions import AUDIO
from console.actions.ncco_actions import NCCO
from console.actions.recording_actions import RECORDINGS
from console.actions.sandbox_actions import SANDBOX
from console.actions.webhook_actions import WEBHOOKS

OPENS: Final = ".view"
"""What the ids of these actions end with."""


def _opens(view: str, digit: str, command: str, says: str, *more: str) -> Action:
    return Action(
        id=view + OPENS,
        keys=(digit, *more),
        label=command,
        help=says,
        command=command,
        footer=False,
        views=EVERY_VIEW,
        unavailable=availability.always,
    )


VIEW_ACTIONS: Final = (
    _opens(CALLS, "1", "calls", "Go to the calls, the legs and what happens to them."),
    _opens(WEBHOOKS, "3", "hooks", "Go to the webhooks: what came, how it was answered, again."),
    _opens(NCCO, "4", "ncco", "Go to the NCCO files: check, write, draw, run them."),
    _opens(AUDIO, "5", "audio", "Go to what is listened to: level, keys, what is wrong, file."),
    _opens(
        FIGURES,
        "6",
        "figures",
        "Go to the figures: how many, how long, what failed, what it costs.",
    ),
    _opens(RECORDINGS, "7", "recordings", "Go to the recordings: which there are, fetch them."),
    _opens(ACCOUNT, "8", "applications", "Go to the account's applications and numbers."),
    _opens(SANDBOX, "9", "sandbox", "Go to the sandbox: numbers, clock, faults, webhooks."),
    _opens(AUDIT, "0", "audit", "Go to what was done from here, and what became of it.", "@"),
)

WITHOUT_VIEW: Final = MappingProxyType({"2": "queues and agents: there is no such view yet"})
"""Digits that are kept for a view: what is said where one is pressed and nothing has it."""


def view_of(action: Action) -> str | None:
    """Return the id of the view that an action opens; None: it opens none."""
    return action.id.removesuffix(OPENS) if action.id.endswith(OPENS) else None
