"""A desk that plays a stored session: the same floor, the same screens, nothing to steer."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from console.actions.forms import NO_ARGS, Args
from console.actions.outcome import Waiting
from console.actions.registry import BY_ID
from console.actions.target import Situation, Target, TargetKind
from console.client.pacing import Gauge
from console.clock import Clock, SystemClock
from console.config.context import Context, Frame
from console.desk.status import Connection, DeskError, DeskStatus
from console.floor.fold import Floor
from console.floor.store import Store
from console.journal.record import Journal, JournalError, Record
from console.journal.sessions import Session, find_session
from console.journal.sqlite import open_read_only
from console.tasks import spawn

IN_A_REPLAY: Final = "this is a replay"
AT_ONCE: Final = float("inf")
"""Speed at which everything is there at once."""
_NONE: Final = Gauge(used=0, limit=0, waiting=0)


class SessionClock:
    """The time of the session while it is played: it runs `speed` times as fast as ours."""

    def __init__(self, clock: Clock, start_ns: int, speed: float) -> None:
        self._clock = clock
        self._anchor_ns = start_ns
        self._since_ns = clock.monotonic_ns()
        self._speed = speed

    @property
    def speed(self) -> float:
        """Seconds of the session in one of ours; 0 stands still."""
        return self._speed

    def run(self, speed: float) -> None:
        """Go on from where it is at another speed."""
        self._anchor_ns, self._since_ns = self.now_ns(), self._clock.monotonic_ns()
        self._speed = speed

    def reach(self, at_ns: int) -> None:
        """Be at `at_ns` if it lies ahead: what happens then is shown now."""
        if at_ns > self.now_ns():
            self._anchor_ns, self._since_ns = at_ns, self._clock.monotonic_ns()

    def now_ns(self) -> int:
        """Return the session's Unix time in nanoseconds."""
        if self._speed == AT_ONCE:
            return self._anchor_ns
        passed = self._clock.monotonic_ns() - self._since_ns
        return self._anchor_ns + round(passed * self._speed)

    def monotonic_ns(self) -> int:
        """Return our own monotonic clock: keys and frames are of this moment."""
        return self._clock.monotonic_ns()

    async def sleep(self, seconds: float) -> None:
        """Return after `seconds` of ours."""
        await self._clock.sleep(seconds)


class ReplayPerformer:
    """Performs nothing, and says so."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def waiting(self) -> tuple[Waiting, ...]:
        """Nothing waits."""
        return ()

    def situation(self, target: Target | None) -> Situation:
        """Return a situation in which no call can be steered."""
        known = True
        if target is not None:
            floor = self._store.floor
            find = floor.leg if target.kind is TargetKind.LEG else floor.conversation
            known = find(target.id) is not None
        return Situation(target=target, known=known, replay=True, can_send=False)

    def preflight(self, action: str, target: Target | None, args: Args = NO_ARGS) -> Sequence[str]:
        """Return why nothing can be done."""
        return (BY_ID[action].unavailable(self.situation(target)) or IN_A_REPLAY,)

    def start(self, action: str, target: Target | None, args: Args = NO_ARGS) -> str:
        """Refuse.

        Raises:
            DeskError: Always.
        """
        raise DeskError(IN_A_REPLAY)

    def cancel(self, attempt: str) -> bool:
        """Nothing waits, so nothing is taken back."""
        return False


class ReplayDesk:
    """A stored session played into a floor. Made by `open_replay`."""

    def __init__(
        self, *, context: Context, clock: SessionClock, journal: Journal, session: Session
    ) -> None:
        self.context = context
        self.clock = clock
        self.journal = journal
        self.session = session
        self.store = Store(Floor())
        self.performer = ReplayPerformer(self.store)
        self.finished = asyncio.Event()
        """Set when the last record is shown."""
        self.played = 0
        """Sequence number of the last record that is shown."""
        self._changed = asyncio.Event()
        self._paused_speed: float | None = None
        self._next_ns: int | None = None
        self._trouble = ""

    @property
    def hooks(self) -> None:
        """Nothing is sent and nothing received."""
        return None

    @property
    def account(self) -> None:
        """What is not the session's is not asked for."""
        return None

    @property
    def listening(self) -> None:
        """Nothing of it can be listened to any more."""
        return None

    @property
    def numbers(self) -> tuple[str, ...]:
        """Our own numbers, as the context has them today."""
        return self.context.numbers

    @property
    def speed(self) -> float:
        """How fast it is played; 0 while it is paused."""
        return self.clock.speed

    def play(self, speed: float | None = None) -> None:
        """Go on, at `speed` where one is given (`AT_ONCE` shows everything)."""
        if speed is not None and speed <= 0:
            raise ValueError("a session is played forwards")
        resumed = self._paused_speed if self._paused_speed is not None else self.clock.speed
        self._paused_speed = None
        self.clock.run(speed if speed is not None else resumed)
        self._changed.set()

    def pause(self) -> None:
        """Stand still."""
        if self._paused_speed is None:
            self._paused_speed = self.clock.speed
            self.clock.run(0.0)
            self._changed.set()

    def step(self) -> None:
        """Show the next record now, whether it stands still or not."""
        if self._next_ns is not None:
            self.clock.reach(self._next_ns)
            self._changed.set()

    @property
    def status(self) -> DeskStatus:
        """What the status line shows, as it is now."""
        return DeskStatus(
            context=self.context.name,
            word=self.context.frame.word,
            color=self.context.frame.color,
            connection=Connection.UNTRIED,
            trouble=self._trouble,
            receiver_url="",
            calls=_NONE,
            requests=_NONE,
            events_per_second=self.store.events_per_second(self.clock.now_ns()),
            recording_since=None,
            replay=True,
        )

    async def run(self) -> None:
        """Show one record after the other when its time has come."""
        due: list[Record] = []
        try:
            async for record in self.journal.read(
                self.session.first_seq - 1, session=self.session.name
            ):
                if due and not self._is_due(record):
                    self._show(due)
                await self._until(record.at)
                due.append(record)
                if len(due) >= 500:
                    self._show(due)
            self._show(due)
        except JournalError as error:
            self._trouble = str(error)
        self.finished.set()

    def _is_due(self, record: Record) -> bool:
        return self.clock.speed == AT_ONCE or record.at <= self.clock.now_ns()

    async def _until(self, at_ns: int) -> None:
        self._next_ns = at_ns
        while self.clock.speed != AT_ONCE and self.clock.now_ns() < at_ns:
            self._changed.clear()
            news = spawn(self._changed.wait(), name="replay speed")
            waits: set[asyncio.Task[None]] = {news}
            if self.clock.speed > 0:
                seconds = (at_ns - self.clock.now_ns()) / 1e9 / self.clock.speed
                waits.add(spawn(self.clock.sleep(seconds), name="replay"))
            try:
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in waits:
                    task.cancel()
        if self.clock.speed == AT_ONCE:
            self.clock.reach(at_ns)

    def _show(self, due: list[Record]) -> None:
        if not due:
            return
        self.store.apply_all(tuple(due))
        self.played = due[-1].seq
        due.clear()


@asynccontextmanager
async def open_replay(
    path: Path,
    session: str,
    *,
    context: Context | None = None,
    speed: float = 1.0,
    clock: Clock | None = None,
) -> AsyncIterator[ReplayDesk]:
    """Play a session of the journal at `path`.

    Args:
        path: The journal; another process may be writing it.
        session: Its name, the beginning of it, or `latest`.
        context: How the screen is framed; a plain REPLAY frame when not given.
        speed: Seconds of the session in one of ours; `AT_ONCE` shows everything.
        clock: Where time comes from; this machine's when not given.

    Raises:
        DeskError: There is no such journal or session.
    """
    if not speed > 0:
        raise DeskError("a session is played at a speed above 0")
    try:
        found = await asyncio.to_thread(find_session, path, session)
        journal = open_read_only(path)
    except JournalError as error:
        raise DeskError(str(error)) from error
    frame = Frame(word="REPLAY", color="warning")
    desk = ReplayDesk(
        context=context or Context(name=found.context, frame=frame),
        clock=SessionClock(clock or SystemClock(), found.started_at, speed),
        journal=journal,
        session=found,
    )
    playing = spawn(desk.run(), name="replay")
    try:
        yield desk
    finally:
        playing.cancel()
        with suppress(asyncio.CancelledError):
            await playing
        await journal.close()
