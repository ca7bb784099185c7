"""How long the user's own app may take: within what the platform waits for our reply (5.4)."""

from collections.abc import Iterable
from typing import Final

from console.journal.record import OWN_APPLICATION, Kind, Record
from console.voice.applications import HOOKS, UnreadableApplication, parse_application
from console.voice.wire import UnreadableJson, decode_json

_HOOK_OF: Final = {Kind.ANSWER: "answer_url", Kind.FALLBACK: "fallback_answer_url"}
_MARGIN_S: Final = 0.5
"""Kept for the disk and the way back."""
_MOST_OF_IT: Final = 0.25
"""Of a short timeout no more than this part is kept."""


class Deadlines:
    """Follows the timeouts of the context's own application, as far as they were read (10.4)."""

    def __init__(self) -> None:
        self._limit_ms = {name: _default_ms(name) for name in HOOKS}

    def take(self, records: Iterable[Record]) -> None:
        """Take over what the Application API told of the application."""
        for record in records:
            if record.kind is not Kind.REST_RESPONSE or record.status != OWN_APPLICATION:
                continue
            try:
                application = parse_application(decode_json(record.raw))
            except (UnreadableJson, UnreadableApplication):
                continue
            for name in self._limit_ms:
                told = application.hook(name).socket_ms
                self._limit_ms[name] = told if told > 0 else _default_ms(name)

    def seconds(self, kind: Kind) -> float:
        """Return how long the app may take for a webhook of this kind."""
        limit = self._limit_ms[_HOOK_OF.get(kind, "event_url")] / 1_000
        return limit - min(_MARGIN_S, limit * _MOST_OF_IT)


def _default_ms(name: str) -> int:
    return HOOKS[name].socket_default
