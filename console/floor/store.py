"""The floor with those who watch it: records go in, who subscribed is told what changed."""

from collections import deque
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

from console.floor.fold import Floor
from console.floor.log import Log, line_of
from console.floor.views import Changes, Figures
from console.journal.record import WEBHOOK_KINDS, Record, Verdict

Callback = Callable[[Changes], None]
"""Told once for each batch; must return at once, and must not apply records."""

_REMEMBERED: Final = 10_000
"""Webhooks among which a second delivery is recognised in the log, at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Counts of the store, and the figures of its floor."""

    records: int
    last_seq: int
    webhooks: int
    """Deliveries, repeated and refused ones too."""
    repeated: int
    late: int
    refused: int
    figures: Figures


class Store:
    """One floor, its event log, and the callbacks that follow it. Knows no clock and no task.

    Args:
        floor: The floor to keep; a new one when not given.
        lines: How many lines of the log are kept.
        window_s: Over how long `events_per_second` is measured.
    """

    def __init__(
        self, floor: Floor | None = None, *, lines: int = 10_000, window_s: float = 5.0
    ) -> None:
        self.floor = floor if floor is not None else Floor()
        self.log = Log(lines)
        self._window_ns = round(window_s * 1e9)
        self._times: deque[int] = deque()
        self._recent: dict[bytes, int] = {}
        self._older: dict[bytes, int] = {}
        """What was recent before that."""
        self._callbacks: dict[int, Callback] = {}
        self._next = 0
        self._records = self._last_seq = self._last_at = 0
        self._webhooks = self._repeated = self._late = self._refused = 0

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy begins with: nobody follows it yet."""
        return {**self.__dict__, "_callbacks": {}}

    def picture(self) -> "Store":
        """Return a store that shows what this one shows now; nothing can be folded into it."""
        made = copy(self)
        made._callbacks = {}
        made._times = self._times.copy()
        made.floor = self.floor.picture()
        made.log = Log(self.log.limit)
        made.log.become(self.log)
        return made

    def become(self, other: "Store") -> None:
        """Show what another store shows from now on; subscribers are told that all changed.

        The other one is not to be used any more.
        """
        before = self.floor
        legs, rooms, attempts = before.ids()
        state = {**other.__dict__, "_callbacks": self._callbacks, "_next": self._next}
        before.become(other.floor)
        self.log.become(other.log)
        self.__dict__.update({**state, "floor": before, "log": self.log})
        now = before.ids()
        self._tell(
            Changes(legs | now[0], rooms | now[1], attempts | now[2], unplaced=True, anew=True)
        )

    def apply_all(self, records: Iterable[Record]) -> Changes:
        """Fold records in, in any order; tell the subscribers once; return what changed."""
        floor, log = self.floor, self.log
        count, seq, at = 0, self._last_seq, self._last_at
        for record in records:
            late = floor.take(record)
            count += 1
            if record.seq > seq:
                seq = record.seq
            if record.at > at:
                at = record.at
            delivery = self._count(record, late) if record.kind in WEBHOOK_KINDS else 1
            who = floor.who(record.leg) if record.leg is not None else ""
            line = line_of(record, who, delivery=delivery, late=late)
            if line is not None:
                log.append(line)
        self._records, self._last_seq, self._last_at = self._records + count, seq, at
        changes = floor.taken()
        if count:
            self._tell(changes)
        return changes

    def _tell(self, changes: Changes) -> None:
        for callback in tuple(self._callbacks.values()):
            callback(changes)

    def subscribe(self, callback: Callback) -> Callable[[], None]:
        """Call `callback` after each batch of records, also one that changed only the log.

        Returns:
            A function that ends the subscription; calling it again does nothing.
        """
        number = self._next
        self._next += 1
        self._callbacks[number] = callback

        def unsubscribe() -> None:
            self._callbacks.pop(number, None)

        return unsubscribe

    def events_per_second(self, now_ns: int | None = None) -> float:
        """Return the webhooks per second over the window that ends at `now_ns`.

        Args:
            now_ns: Unix nanoseconds; the time of the latest record when not given.
        """
        now = self._last_at if now_ns is None else now_ns
        begin = now - self._window_ns
        times = self._times
        while times and times[0] <= begin:
            times.popleft()
        # Counting one by one takes milliseconds on a busy floor; nothing is from the future.
        all_past = now >= self._last_at
        count = len(times) if all_past else sum(1 for at in times if at <= now)
        return count / (self._window_ns / 1e9)

    @property
    def last_seq(self) -> int:
        """Return the number of the latest record that was folded in; 0: there is none."""
        return self._last_seq

    def snapshot(self) -> Snapshot:
        """Return counts and figures as they stand."""
        return Snapshot(
            records=self._records,
            last_seq=self._last_seq,
            webhooks=self._webhooks,
            repeated=self._repeated,
            late=self._late,
            refused=self._refused,
            figures=self.floor.figures(),
        )

    def _count(self, record: Record, late: bool) -> int:
        """Count a webhook; return how often these bytes came among the last ones."""
        self._webhooks += 1
        self._late += late
        times = self._times
        times.append(record.at)
        if len(times) > 2 and times[0] <= record.at - self._window_ns:
            times.popleft()
        if record.verdict is Verdict.REFUSED:
            self._refused += 1
            return 1
        if not record.raw:
            return 1
        digest = _BEGUN[record.kind].copy()
        digest.update(record.raw)
        key = digest.digest()
        known = self._recent.get(key) or self._older.get(key)
        delivery = self._recent[key] = (known or 0) + 1
        self._repeated += delivery > 1
        if len(self._recent) >= _REMEMBERED:
            self._recent, self._older = {}, self._recent
        return delivery


_BEGUN: Final = {kind: blake2b(kind.value.encode(), digest_size=8) for kind in WEBHOOK_KINDS}
"""By kind what tells deliveries apart, the same in every process; the bytes go on from there."""
