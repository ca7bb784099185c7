"""The actions of the view of webhooks; `console.actions.registry` has them."""

from typing import Final

from console.actions import availability
from console.actions.action import Action, Scope
from console.actions.target import TargetKind

WEBHOOKS: Final = "webhook"
"""The view."""
_HERE: Final = (WEBHOOKS,)

WEBHOOK_SENDS: Final = (
    Action(
        id="webhook.replay",
        keys=("r",),
        label="replay",
        help="Send the webhook again, byte for byte, to your app or to this console.",
        command="resend",
        target=TargetKind.WEBHOOK,
        scope=Scope.DESK,
        form="resend",
        views=_HERE,
        unavailable=availability.webhook,
    ),
    Action(
        id="webhook.edit",
        keys=("e",),
        label="edit, replay",
        help="Change what the webhook says, and send it to your app or to this console.",
        command="edit-webhook",
        target=TargetKind.WEBHOOK,
        scope=Scope.DESK,
        form="edited",
        views=_HERE,
        unavailable=availability.webhook,
    ),
    Action(
        id="webhook.forward",
        keys=("f",),
        label="forwarding",
        help="Hand webhooks on to your app, for this session; again answers them here.",
        command="forward",
        scope=Scope.DESK,
        form="forward",
        views=_HERE,
        unavailable=availability.live,
    ),
)
"""What is sent."""

WEBHOOK_SCREEN: Final = (
    Action(
        id="webhook.open",
        keys=("enter",),
        label="open",
        help="Show its bytes beside what they mean, and our reply.",
        command="inspect",
        views=_HERE,
        unavailable=availability.seen_webhook,
    ),
    Action(
        id="webhook.verify",
        keys=("V",),
        label="signature",
        help="Explain the check of its signature step by step.",
        command="verify",
        views=_HERE,
        unavailable=availability.seen_webhook,
    ),
    Action(
        id="webhook.ladder",
        keys=("L",),
        label="ladder",
        help="Open the ladder of its call.",
        command="ladder-of-webhook",
        views=_HERE,
        unavailable=availability.seen_webhook,
    ),
    Action(
        id="webhook.follow",
        keys=("A",),
        label="follow",
        help="Stay with the newest webhook; again stays where it is.",
        command="follow",
        footer=False,
        views=_HERE,
        unavailable=availability.always,
    ),
)
"""What touches the screen only."""
