"""The copy menu, notes and bookmarks; `console.actions.registry` has them."""

from typing import Final

from console.actions import availability
from console.actions.account_actions import ACCOUNT
from console.actions.action import CALLS, Action, Scope
from console.actions.audit_actions import AUDIT
from console.actions.ladder_actions import LADDER
from console.actions.listening_actions import AUDIO
from console.actions.ncco_actions import NCCO
from console.actions.recording_actions import RECORDINGS
from console.actions.target import TargetKind
from console.actions.webhook_actions import WEBHOOKS
from console.journal.notes import BOOKMARK, NOTE

NOTE_ACTIONS: Final = (
    Action(
        id=NOTE,
        keys=(";",),
        label="note",
        help="Write a note on the leg, the conversation, the webhook or the line.",
        command="note",
        target=TargetKind.EITHER,
        scope=Scope.DESK,
        form="note",
        footer=False,
        views=(CALLS, LADDER, WEBHOOKS),
        unavailable=availability.live,
    ),
    Action(
        id=BOOKMARK,
        keys=("*",),
        label="bookmark",
        help="Mark the leg, the conversation, the webhook or the line, to come back to it.",
        command="bookmark",
        target=TargetKind.EITHER,
        scope=Scope.DESK,
        form="bookmark",
        footer=False,
        views=(CALLS, LADDER, WEBHOOKS),
        unavailable=availability.live,
    ),
)
"""They go to the journal, and nowhere else."""

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
