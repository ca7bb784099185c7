"""Webhooks with what became of them: our reply, the user's app, the same one sent again."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from console.floor.log import LogLine
from console.journal.record import WEBHOOK_KINDS, Kind, Record
from console.ladder.wording import ncco_of, ncco_words

MOST: Final = 10_000
"""So many are kept; older ones are in the journal."""
MOST_BYTES: Final = 32 * 1024 * 1024
_FORWARDED: Final = frozenset({Kind.FORWARD_RESPONSE, Kind.FORWARD_FAILED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One webhook that came, or one that was sent again from here."""

    record: Record
    """Of the webhook; of one that was sent again its `forward.request`."""
    reply: Record | None = None
    """Ours."""
    request: Record | None = None
    """To the user's app."""
    forward: Record | None = None
    """What the app answered, or that it did not."""
    who: str = ""
    """The other end's address, as it came; empty: not known then."""
    nth: int = 1
    """2 and more: the same bytes came before."""
    late: bool = False
    """Older than an event of its leg that came before it."""

    @property
    def key(self) -> str:
        """What ties its records."""
        return self.record.exchange

    @property
    def again(self) -> int | None:
        """Sequence number of the webhook that was sent again; None: this one came by itself."""
        seq = self.record.meta.get("replays")
        return seq if isinstance(seq, int) else None

    @property
    def took_ms(self) -> float | None:
        """How long we took to reply; of one that was sent again, whoever it was sent to."""
        if self.again is not None:
            return self.app_ms
        if self.reply is None:
            return None
        return max(self.reply.mono - self.record.mono, 0) / 1e6

    @property
    def app_ms(self) -> float | None:
        """How long the user's app took; None: it was not asked, or gave no answer."""
        elapsed = self.forward.meta.get("elapsed_ms") if self.forward is not None else None
        return float(elapsed) if isinstance(elapsed, int | float) else None

    @property
    def app_status(self) -> int | None:
        """HTTP status of what the user's app answered; None: it was not asked, or did not."""
        status = self.forward.meta.get("status") if self.forward is not None else None
        return status if isinstance(status, int) else None

    @property
    def app_refused(self) -> bool:
        """Whether the user's app answered, but with no success."""
        return self.again is None and (self.app_status or 200) >= 300

    @property
    def added_ms(self) -> float | None:
        """What handing on added: our own part of the time until the reply was ready."""
        took, app = self.took_ms, self.app_ms
        if took is None or app is None or self.again is not None:
            return None
        return max(took - app, 0.0)

    @property
    def answered(self) -> Record | None:
        """The answer: ours, or of whoever it was sent to again."""
        return self.forward if self.again is not None else self.reply

    @property
    def status(self) -> int | None:
        """HTTP status of the answer; None: there is none yet, or there was none."""
        answer = self.answered
        status = answer.meta.get("status") if answer is not None else None
        return status if isinstance(status, int) else None

    @property
    def failed(self) -> str:
        """Why whoever it was handed to gave no answer; empty: it did, or was not asked."""
        error = self.forward.meta.get("error") if self.forward is not None else None
        return error if isinstance(error, str) else ""

    @property
    def bytes(self) -> int:
        """What it takes to keep it."""
        records = (self.record, self.reply, self.request, self.forward)
        return sum(len(each.raw) for each in records if each is not None)


def reply_words(delivery: Delivery) -> str:
    """Return what was answered: its status, and the actions of an NCCO; empty: nothing yet."""
    answer, status = delivery.answered, delivery.status
    if answer is None or status is None:
        return ""
    words = ncco_words(ncco_of(answer.raw)) if answer.raw.lstrip()[:1] == b"[" else ""
    return f"{status} {words}".rstrip()


class Deliveries:
    """The latest webhooks, by the exchange that ties them to their replies; the oldest first."""

    def __init__(self, most: int = MOST, most_bytes: int = MOST_BYTES) -> None:
        self._found: dict[str, Delivery] = {}
        self._most, self._most_bytes = most, most_bytes
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Delivery]:
        return iter(self._found.values())

    def __reversed__(self) -> Iterator[Delivery]:
        return reversed(self._found.values())

    def of(self, key: str) -> Delivery | None:
        """Return the one with this key."""
        return self._found.get(key)

    def take(self, record: Record, line: LogLine | None = None) -> bool:
        """Take in the next record; tell whether anything changed.

        Args:
            record: Of any kind, in the order of the journal.
            line: Of the event log, where it still has one for the record.
        """
        known = self._found.get(record.exchange)
        kind = record.kind
        if kind in WEBHOOK_KINDS:
            made = Delivery(record=record)
            if line is not None:
                made = replace(made, who=line.who, nth=line.delivery, late=line.late)
        elif kind is Kind.FORWARD_REQUEST and "replays" in record.meta:
            made = Delivery(record=record)
        elif known is None:
            return False
        elif kind is Kind.FORWARD_REQUEST:
            made = replace(known, request=record)
        elif kind in _FORWARDED:
            made = replace(known, forward=record)
        elif kind is Kind.REPLY:
            made = replace(known, reply=record)
        else:
            return False
        self._bytes += made.bytes - (known.bytes if known is not None else 0)
        self._found[record.exchange] = made
        while len(self._found) > self._most or self._bytes > self._most_bytes:
            oldest = next(iter(self._found))
            self._bytes -= self._found.pop(oldest).bytes
        return True
