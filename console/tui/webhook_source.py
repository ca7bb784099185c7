"""The webhooks of the view: read from the journal as the floor takes them in, and filtered."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Final

from console.clock import Clock
from console.floor.answers import Answering, find_answer
from console.floor.log import LogLine
from console.floor.store import Store
from console.journal.filter import Filter
from console.journal.filter_records import fields_of, text_of
from console.journal.filter_terms import reads_fields, reads_text
from console.journal.record import Journal, JournalError, Record
from console.ladder.deliveries import Deliveries, Delivery, reply_words
from console.ladder.effects import Effect, effects_of
from console.ladder.handing import Handing
from console.ladder.reading import call_of
from console.tasks import spawn
from console.tui.cells import short_id

_LOOKED_AT: Final = 2_000
"""Webhooks whose values are offered in a filter."""


class WebhookSource:
    """Follows the store of one desk.

    Args:
        store: Says up to which record the floor is.
        journal: Where the records are.
        clock: What time it is.
        came: Called when there is something new to draw.
        trouble: Told why the journal cannot be read.
    """

    def __init__(
        self,
        store: Store,
        journal: Journal,
        clock: Clock,
        *,
        came: Callable[[], None],
        trouble: Callable[[str], None],
    ) -> None:
        self.deliveries = Deliveries()
        self.handing = Handing()
        """What became of what was handed on."""
        self.held = False
        """Nothing is taken over."""
        self.waiting = 0
        """Changes since it is held."""
        self._store, self._journal, self._clock = store, journal, clock
        self._came, self._trouble = came, trouble
        self._taken: int | None = None
        self._reading = False
        self.begun = False
        """What the journal holds was read once; before that an empty list says nothing."""
        self._wanted = Filter()
        self._fields: frozenset[str] = frozenset()
        """Named by the filter; what is not is not looked up."""
        self._words = False
        """The filter looks for free text."""
        self._passed: dict[str, tuple[Delivery, bool]] = {}
        self._effects: dict[str, Sequence[Effect]] = {}

    # --- records -------------------------------------------------------------------------------

    def changed(self) -> None:
        """Take over what the floor has folded in since; the journal may hold more."""
        if self.held:
            self.waiting += 1
            self._came()
        elif not self._reading:
            self._reading = True
            spawn(self._take(), name="webhooks")

    def hold(self, *, on: bool) -> None:
        """Take nothing over from now on, or go on."""
        self.held, self.waiting = on, 0
        if not on:
            self.changed()

    async def _take(self) -> None:
        store = self._store
        try:
            while not self.held:
                if self._taken is None:
                    self._taken = store.log[0].seq - 1 if len(store.log) else store.last_seq
                until = store.last_seq
                if until <= self._taken:
                    break
                async for record in self._journal.read(self._taken, until=until):
                    self.deliveries.take(record, self._line(record))
                    self.handing.take(record)
                self._taken = until
                self._let_go()
        except JournalError as error:
            self._trouble(f"webhooks: {error}")
        finally:
            self._reading = False
            self.begun = True
        self._came()

    def _let_go(self) -> None:
        """Let go of what was found out of webhooks that are not kept any more."""
        for known in (self._passed, self._effects):
            if len(known) > 2 * len(self.deliveries):
                for key in [key for key in known if self.deliveries.of(key) is None]:
                    del known[key]

    def _line(self, record: Record) -> LogLine | None:
        log = self._store.log
        place = bisect_left(log, record.seq, key=lambda line: line.seq)
        found = log[place] if place < len(log) else None
        return found if found is not None and found.seq == record.seq else None

    # --- the list ------------------------------------------------------------------------------

    @property
    def filtered(self) -> bool:
        """Whether only some are shown."""
        return bool(self._wanted)

    @property
    def by_time(self) -> bool:
        """Whether webhooks come or go without an event."""
        return "age" in self._fields

    def values(self, key: str) -> Iterator[str | None]:
        """Yield the values of a field of the latest webhooks, the newest first."""
        for delivery in islice(reversed(self.deliveries), _LOOKED_AT):
            value = fields_of(delivery.record, frozenset({key}), None).get(key)
            yield value if isinstance(value, str) else None

    def filter(self, wanted: Filter) -> None:
        """Show only webhooks that pass."""
        self._wanted = wanted
        self._passed.clear()
        self._fields = reads_fields(self._wanted.term)
        self._words = reads_text(self._wanted.term)

    def keys(self) -> list[str]:
        """Return the keys of the webhooks that pass, the newest first."""
        latest = reversed(self.deliveries)
        if not self._wanted:
            return [each.key for each in latest]
        return [each.key for each in latest if self._passes(each)]

    def _passes(self, delivery: Delivery) -> bool:
        known = self._passed.get(delivery.key)
        if known is not None and known[0] is delivery and "age" not in self._fields:
            return known[1]
        fields = {
            **fields_of(delivery.record, self._fields, self._clock.now_ns()),
            "answer": None if delivery.status is None else float(delivery.status),
            "elapsed": delivery.took_ms,
        }
        text = ""
        if self._words:
            told = (text_of(delivery.record), reply_words(delivery), self.whose(delivery))
            text = "\n".join(told)
        passes = self._wanted.matches(fields, text)
        self._passed[delivery.key] = (delivery, passes)
        return passes

    # --- one of them ---------------------------------------------------------------------------

    def answering(self, delivery: Delivery) -> Answering | None:
        """Return the wait for its answer; None: no call waits."""
        record = delivery.record
        leg = self._store.floor.leg(record.leg) if record.leg is not None else None
        if leg is None or delivery.again is not None:
            return None
        return find_answer(leg.answers, record.exchange)

    def whose(self, delivery: Delivery) -> str:
        """Return the other end's address, or the beginning of an id; as it came."""
        leg = delivery.record.leg
        if delivery.who or leg is None:
            return delivery.who or (delivery.record.conversation or "—")[:12]
        return self._store.floor.who(leg) or leg[:8]

    def room(self, delivery: Delivery) -> str:
        """Return the name of its conversation, or the beginning of its id; as it came."""
        id_ = delivery.record.conversation
        if id_ is None:
            return "—"
        known = self._store.floor.conversation(id_)
        return (known.name if known is not None else "") or short_id(id_)

    def effects(self, delivery: Delivery) -> Sequence[Effect] | None:
        """Return what it changed on the floor; None: that was not looked for yet."""
        return self._effects.get(delivery.key)

    async def look_at_effects(self, delivery: Delivery) -> None:
        """Find what it changed on the floor."""
        record = delivery.record
        about = record.leg or record.conversation
        if about is None:
            self._effects[delivery.key] = ()
        else:
            try:
                call = await call_of(self._journal, self._store.floor, about)
            except JournalError as error:
                self._trouble(f"what it changed: {error}")
                return
            self._effects[delivery.key] = effects_of(call.records, record.seq)
        self._came()
