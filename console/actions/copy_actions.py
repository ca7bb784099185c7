"""The copy menu, notes and bookmarks; `console.actions.registry` has them."""

from typing import Final

from console.actions import availability
from console.actions.account_actions import ACCOUNT
from console.actions.action import CALLS, Action
from console.actions.audit_actions import AUDIT
from console.actions.ladder_actions import LADDER
from console.actions.listening_actions import AUDIO
from console.actions.ncco_actions import NCCO
from console.actions.recording_actions import RECORDINGS
from console.actions.webhook_actions import WEBHOOKS

COPY_ACTIONS: Final = (
    Action(
        id="copy",
        keys=("y",),
        label="copy",
        help="Copy an id, JSON, bytes, or the request as curl, Python or Node.",
        command="copy",
        form="copy",
        views=(CALLS, ACCOUNT, LADDER, AUDIT, WEBHOOKS, RECORDINGS, NCCO, AUDIO),
        unavailable=availability.always,
    ),
)
