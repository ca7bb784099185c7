"""What became of the webhooks that were handed on to the user's app, in figures that add up."""

from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import Final

from console.journal.record import WEBHOOK_KINDS, Kind, Record, Verdict

LATEST: Final = 1_000
"""What handing on adds is told of so many of the latest webhooks."""
_UNDER_WAY: Final = 10_000
"""So many webhooks without a reply yet are followed; an older one counts as failed."""


@dataclass(slots=True)
class _Way:
    """One webhook on its way to the app and back."""

    mono: int
    app_ms: float | None = None
    asked: bool = False
    over: bool = False


class Handing:
    """Counts each webhook once.

    `accepted` = those that were kept and believed; of these `forwarded` were handed to the app:
    `forwarded == answered + failed + under_way`. Webhooks sent again from here are none of them.
    """

    def __init__(self) -> None:
        self.accepted = self.forwarded = self.answered = self.failed = 0
        self.last_trouble = ""
        """Why the app gave no answer the last time; empty: it answered since."""
        self._open: OrderedDict[str, _Way] = OrderedDict()
        self._added: deque[float] = deque(maxlen=LATEST)

    @property
    def under_way(self) -> int:
        """How many have no answer yet."""
        return self.forwarded - self.answered - self.failed

    def take(self, record: Record) -> None:
        """Take the next record of the journal."""
        kind = record.kind
        if kind in WEBHOOK_KINDS:
            if record.verdict is not Verdict.REFUSED:
                self.accepted += 1
                self._open[record.exchange] = _Way(record.mono)
                if len(self._open) > _UNDER_WAY:
                    self._forget()
            return
        way = self._open.get(record.exchange)
        if way is None or "replays" in record.meta:
            return
        match kind:
            case Kind.FORWARD_REQUEST if not way.asked:
                way.asked = True
                self.forwarded += 1
            case Kind.FORWARD_RESPONSE if not way.over:
                way.over = True
                self.answered += 1
                self.last_trouble = ""
                elapsed = record.meta.get("elapsed_ms")
                way.app_ms = float(elapsed) if isinstance(elapsed, int | float) else None
            case Kind.FORWARD_FAILED if not way.over:
                self.forwarded += not way.asked
                way.asked = way.over = True
                self.failed += 1
                self.last_trouble = str(record.meta.get("error", ""))
            case Kind.REPLY:
                if way.app_ms is not None:
                    took = max(record.mono - way.mono, 0) / 1e6
                    self._added.append(max(took - way.app_ms, 0.0))
                del self._open[record.exchange]

    def added_ms(self, part: float) -> float | None:
        """Return what handing on added to `part` of the latest at most: 0.5 for the median."""
        if not self._added:
            return None
        ordered = sorted(self._added)
        return ordered[min(int(part * len(ordered)), len(ordered) - 1)]

    def _forget(self) -> None:
        _, way = self._open.popitem(last=False)
        self.failed += way.asked and not way.over
