"""What webhooks of a building block are answered: the URL that asked names the block.

A block's URLs carry its name and parties in their query (`console.actions.blocks.values_of`), so
a reply needs no memory: it is the same after a restart, and for a file that was saved long ago.
"""

from collections.abc import Mapping
from typing import Final

from console.actions.blocks import BlockError, Hook, Reply, fill, find_block
from console.journal.record import Kind
from console.text import clean
from console.voice.webhooks import AnswerRequest, InputEvent, StatusEvent, Webhook
from console.voice.wire import encode_json

MOST_CHARACTERS: Final = 200
"""So much of what somebody said is repeated."""
MASKED: Final = "a key"
_HOOKS: Final[Mapping[Kind, Hook]] = {
    Kind.ANSWER: "answer",
    Kind.EVENT: "event",
    Kind.INPUT: "input",
    Kind.NOTIFY: "notify",
}


class BlockReplies:
    """Answers webhooks of blocks.

    Args:
        mask_digits: Pressed keys are not to be written down, and a reply is.
    """

    def __init__(self, *, mask_digits: bool = False) -> None:
        self._mask_digits = mask_digits

    def __call__(self, kind: Kind, query: Mapping[str, str], webhook: Webhook) -> bytes | None:
        """Return the NCCO for a webhook of a block; None: it is answered as any other.

        Args:
            kind: Where it arrived.
            query: Of the URL that was asked.
            webhook: What it says.
        """
        block = find_block(query.get("block", ""))
        hook = _HOOKS.get(kind)
        if block is None or hook is None:
            return None
        for reply in block.replies:
            if reply.to == hook and _fits(reply, webhook):
                try:
                    ncco = fill(list(reply.ncco), dict(query) | self._told(webhook))
                except BlockError:
                    # Not an URL of ours: what it lacks was in it when it was made.
                    return None
                return encode_json(ncco)
        return None

    def _told(self, webhook: Webhook) -> dict[str, str]:
        match webhook:
            case InputEvent():
                digits = MASKED if self._mask_digits else " ".join(webhook.digits or "")
                return {
                    "digits": digits,
                    "speech": clean(_words(webhook), limit=MOST_CHARACTERS),
                }
            case AnswerRequest():
                caller = clean(webhook.from_ or "", limit=MOST_CHARACTERS)
                return {"caller_digits": " ".join(caller) or "a number that is not shown"}
            case _:
                return {}


def _fits(reply: Reply, webhook: Webhook) -> bool:
    match webhook:
        case StatusEvent(status=status):
            return not reply.statuses or status in reply.statuses
        case InputEvent(digits=digits) if reply.having == "digits":
            return bool(digits)
        case InputEvent() if reply.having == "speech":
            return bool(_words(webhook))
        case _:
            return not reply.having and not reply.statuses


def _words(webhook: InputEvent) -> str:
    speech = webhook.speech
    return speech.results[0].text.strip() if speech is not None and speech.results else ""
