"""A desk that shows a past moment of a journal: the same floor, the same screens, nothing sent.

The time machine of an open context and the replay of a stored session are this one desk. It
stands still, plays on at any speed, and goes to any moment (`console.desk.moments`).
"""

import asyncio
from collections.abc import Sequence
from typing import Final

from console.client.pacing import Gauge
from console.clock import Clock
from console.config.context import Context
from console.desk.feeding import SLICE, feed
from console.desk.past_ports import IN_A_REPLAY, IN_THE_PAST, PastJournal, PastPerformer
from console.desk.reaching import Reaching
from console.desk.session_clock import AT_ONCE, SessionClock
from console.desk.status import Connection, DeskStatus, Past
from console.floor.store import Store
from console.journal.record import Journal, JournalError, Record
from console.tasks import spawn

SPEEDS: Final = (0.125, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
"""Seconds of the journal in one of ours."""
FOLDED_ON: Final = 100
"""Records that are folded on to the floor that is shown; a moment farther on is unpacked."""
_NONE: Final = Gauge(used=0, limit=0, waiting=0)


class PastDesk:
    """A moment of a journal.

    Args:
        context: How the screen is framed.
        clock: The present.
        reaching: The journal's moments.
        journal: The same journal, read by the views.
        span: The first and the last record that one can go to, and when the first one was; the
            last None: whatever the journal has.
        replay: Whether the past is all there is; else there is a present to go back to.
        speed: At which it plays.
    """

    listening = None
    """Nothing of it can be listened to any more."""
    sandbox_page = None
    """It is the present that a sandbox tells of."""
    hooks = None
    """Nothing is sent and nothing received."""
    account = None
    """What is not the journal's is not asked for."""

    def __init__(
        self,
        *,
        context: Context,
        clock: Clock,
        reaching: Reaching,
        journal: Journal,
        span: tuple[int, int | None, int],
        replay: bool,
        speed: float = 1.0,
    ) -> None:
        self.context = context
        self._first, self._last, start_ns = span
        self._present = clock
        self.clock = SessionClock(clock, start_ns, speed, ends=not replay)
        self._reaching = reaching
        self._session = ""
        self.journal = PastJournal(journal, lambda: (self.played, self._session))
        self._inner = journal
        self.store = Store()
        self._replay = replay
        self.performer = PastPerformer(self.store, IN_A_REPLAY if replay else IN_THE_PAST)
        self.finished = asyncio.Event()
        """Set when the last record is shown."""
        self.arrived = asyncio.Event()
        """Set while no jump is under way."""
        self.arrived.set()
        self.played = self._first - 1
        """Sequence number of the last record that is shown."""
        self._resumes: float | None = None
        self._next_ns: int | None = None
        self._changed = asyncio.Event()
        self._trouble = self._reading = ""
        self._wanted: tuple[str, float] | None = None
        self._stepped = False
        self._pictured = False
        """Whether what is shown cannot be folded on: it is a picture of the present."""
        self._playing: asyncio.Task[None] | None = None
        self._going: asyncio.Task[None] | None = None
        self._preparing: asyncio.Task[None] | None = None

    @property
    def numbers(self) -> tuple[str, ...]:
        """Our own numbers, as the context has them today."""
        return self.context.numbers

    @property
    def status(self) -> DeskStatus:
        """What the status line shows."""
        now_ns = self.clock.now_ns()
        behind = None if self._replay else max(self._present.now_ns() - now_ns, 0)
        return DeskStatus(
            context=self.context.name,
            word=self.context.frame.word,
            color=self.context.frame.color,
            connection=Connection.UNTRIED,
            trouble=self._trouble,
            receiver_url="",
            calls=_NONE,
            requests=_NONE,
            events_per_second=self.store.events_per_second(now_ns),
            recording_since=None,
            replay=self._replay,
            past=Past(now_ns, behind, self.clock.speed, self._reading),
        )

    # --- pace ----------------------------------------------------------------------------------

    @property
    def speed(self) -> float:
        """Seconds of the journal in one of ours; 0 while it stands still."""
        return self.clock.speed

    def play(self, speed: float | None = None) -> None:
        """Go on, at `speed` where one is given (`AT_ONCE` shows everything)."""
        if speed is not None and speed <= 0:
            raise ValueError("a session is played forwards")
        resumed = self._resumes if self._resumes is not None else self.clock.speed
        self._resumes = None
        self.clock.run(speed if speed is not None else resumed)
        self._changed.set()

    def pause(self) -> None:
        """Stand still."""
        if self._resumes is None:
            self._resumes = 1.0 if self.clock.speed in (0.0, AT_ONCE) else self.clock.speed
            self.clock.run(0.0)
            self._changed.set()

    def change_speed(self, *, faster: bool) -> None:
        """Play at the next speed."""
        now = self.clock.speed or self._resumes or 1.0
        if faster:
            self.play(next((speed for speed in SPEEDS if speed > now), SPEEDS[-1]))
        else:
            self.play(next((speed for speed in reversed(SPEEDS) if speed < now), SPEEDS[0]))

    def step(self) -> None:
        """Show the next record now, whether it stands still or not."""
        if self._next_ns is not None:
            self.clock.reach(self._next_ns)
            self._stepped = True
            self._changed.set()

    # --- to another moment ---------------------------------------------------------------------

    def go_events(self, count: int) -> None:
        """Go to the moment so many records on, or back; it stands still there."""
        self.pause()
        self._want("events", count)

    def go_seconds(self, seconds: float) -> None:
        """Go to the moment so many seconds on, or back; what plays goes on from there."""
        if self.clock.speed == AT_ONCE:
            self.pause()
        self._want("seconds", seconds)

    def go_to(self, seq: int) -> None:
        """Go to the moment of a record."""
        self.pause()
        self._wanted = None
        self._want("seq", seq)

    def _want(self, kind: str, much: float) -> None:
        # Keys that come faster than moments are reached make one way of theirs.
        waiting = self._wanted
        self._wanted = (kind, much + (waiting[1] if waiting and waiting[0] == kind else 0))
        if self._going is None or self._going.done():
            self.arrived.clear()
            self._going = spawn(self._go(), name="time machine")

    async def _go(self) -> None:
        try:
            while (wanted := self._wanted) is not None:
                self._wanted = None
                await self._halt()
                await self._reach(*wanted)
            self._trouble = ""
        except JournalError as error:
            self._trouble = str(error)
        finally:
            self._reading = ""
            self._playing = spawn(self._play(), name="past")
            self.arrived.set()

    async def _reach(self, kind: str, much: float) -> None:
        reaching = self._reaching
        last = self._last if self._last is not None else await reaching.last_seq()
        if kind == "seconds":
            at_ns = self.clock.now_ns() + round(much * 1e9)
            begun = await reaching.at(self._first)
            ended = await reaching.at(last) if self._replay else self._present.now_ns()
            at_ns = min(max(at_ns, begun or at_ns), ended or at_ns)
            seq = await reaching.seq_at(at_ns, self._first, last)
        else:
            seq = round(much) + (self.played if kind == "events" else 0)
            seq = min(max(seq, self._first), last)
            at_ns = await reaching.at(seq) or self.clock.now_ns()
        session = await reaching.session_of(seq)
        ahead = seq - self.played
        if ahead == 0:
            pass
        elif 0 < ahead <= FOLDED_ON and session.name == self._session and not self._pictured:
            await self._show(await reaching.records(self.played, seq))
        else:
            await self._unpack(seq)
        self.played, self._session = seq, session.name
        self.clock.put(at_ns)

    async def _unpack(self, seq: int) -> None:
        self.store.become(await self._reaching.store_at(seq, self._tell))
        self._pictured = False

    def _tell(self, words: str) -> None:
        self._reading = words

    # --- playing -------------------------------------------------------------------------------

    async def open(self) -> None:
        """Begin to play at the beginning."""
        self._prepare(self._first)
        self._playing = spawn(self._play(), name="past")

    async def come_from(self, store: Store) -> None:
        """Stand still at the present, as the floor of an open context has it.

        Args:
            store: A picture of it (`Store.picture`).

        Raises:
            JournalError: The journal cannot be read.
        """
        await self._stay()
        self._prepare(store.last_seq)
        self.pause()
        self.played = store.last_seq
        self.store.become(store)
        self._pictured = True
        self._session = (await self._reaching.session_of(self.played)).name
        self.clock.put(self._present.now_ns())
        self._playing = spawn(self._play(), name="past")

    async def _play(self) -> None:
        """Show one record after the other when its time has come."""
        due: list[Record] = []
        self.finished.clear()
        try:
            async for record in self._inner.read(self.played, until=self._last):
                await self._take(record, due)
            await self._show(due)
            self._next_ns = None
            self.finished.set()
            if self._replay:
                # There is nothing after its end, so that it is no time of the session either.
                self.pause()
                return
            async for batch in self._inner.follow(self.played):
                for record in batch:
                    await self._take(record, due)
                await self._show(due)
                self._next_ns = None
        except JournalError as error:
            self._trouble = str(error)
            self._next_ns = None
            self.finished.set()

    async def _take(self, record: Record, due: list[Record]) -> None:
        """Wait until it is time for a record; what was due before is shown meanwhile."""
        if due and not self._is_due(record):
            await self._show(due)
        await self._until(record.at)
        due.append(record)
        if len(due) >= 500:
            await self._show(due)

    def _prepare(self, seq: int) -> None:
        if self._preparing is None:
            self._preparing = spawn(self._keep(seq), name="keep moments")

    async def _keep(self, seq: int) -> None:
        try:
            await self._reaching.prepare(seq)
        except JournalError as error:
            self._trouble = str(error)

    async def _stay(self) -> None:
        """Go nowhere any more."""
        self._wanted = None
        if self._going is not None and not self._going.done():
            self._going.cancel()
            await asyncio.wait({self._going})
        await self._halt()

    async def _halt(self) -> None:
        playing = self._playing
        if playing is not None and not playing.done():
            playing.cancel()
            await asyncio.wait({playing})

    def _is_due(self, record: Record) -> bool:
        speed = self.clock.speed
        return speed == AT_ONCE or (speed > 0 and record.at <= self.clock.now_ns())

    async def _until(self, at_ns: int) -> None:
        self._next_ns = at_ns
        # What stands still shows nothing more, not even what came at the same moment.
        while self.clock.speed != AT_ONCE and (
            self.clock.now_ns() < at_ns or (self.clock.speed == 0 and not self._stepped)
        ):
            self._changed.clear()
            news = spawn(self._changed.wait(), name="pace")
            waits: set[asyncio.Task[None]] = {news}
            if self.clock.speed > 0:
                seconds = (at_ns - self.clock.now_ns()) / 1e9 / self.clock.speed
                waits.add(spawn(self.clock.sleep(seconds), name="past"))
            try:
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in waits:
                    task.cancel()
        self._stepped = False
        if self.clock.speed == AT_ONCE:
            self.clock.reach(at_ns)

    async def _show(self, due: list[Record]) -> None:
        """Fold records that have happened; a session begins with an empty floor."""
        if due and self._pictured:
            await self._unpack(self.played)
            self._reading = ""
        begin = 0
        for place, record in enumerate(due):
            if record.session != self._session:
                await self._fold(due[begin:place])
                begin = place
                if self._session:
                    self.store.become(Store())
                self._session = record.session
        await self._fold(due[begin:])
        due.clear()

    async def _fold(self, records: Sequence[Record]) -> None:
        # A slice is shown whole, or not at all where one goes elsewhere meanwhile.
        for begin in range(0, len(records), SLICE):
            some = records[begin : begin + SLICE]
            self.played, self._session = some[-1].seq, some[-1].session
            await feed(self.store, some)
            await asyncio.sleep(0)

    async def close(self) -> None:
        """Stop, and let go of everything but the journal."""
        await self._stay()
        if self._preparing is not None:
            await asyncio.wait({self._preparing})
        await self._reaching.close()
