"""Listening through the API alone: join, follow where the call goes, leave (6.4, 7).

The console joins a named conversation as a WebSocket leg that nobody hears (`canSpeak: []`) and
that hears one leg (`canHear`) or everybody. So the same works on a sandbox and on the platform.
"""

import asyncio
import contextlib
import getpass
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from console.actions.forms import Args
from console.actions.job import Done, Job
from console.actions.listening_plan import Plan, called, plan
from console.actions.outcome import ActionError
from console.actions.proving import FOLD_WITHIN_S
from console.actions.requests import ArgsError, filled
from console.actions.sockets_in import EVENTS_WITHIN_S, SocketsIn
from console.actions.target import Target, TargetKind
from console.actions.whereabouts import Goal, Whereabouts
from console.client.errors import VoiceError
from console.clock import Clock
from console.floor.store import Store
from console.floor.views import Changes
from console.journal.record import Journal, JournalError, Kind, NewRecord
from console.listening.aim import Aim, State
from console.listening.room import MOST, Listening
from console.tasks import spawn
from console.text import clean

if TYPE_CHECKING:
    from console.listening.session import Session

LEAVE_WITHIN_S: Final = 2.0
"""How long the hang-ups may take when the desk closes."""
_LEFT: Final = "left"


class Monitor:
    """Begins, follows and ends what a desk listens to.

    Args:
        room: What is listened to.
        sockets: Brings our legs into conversations.
        end: Hangs a leg up; takes its id and the action's.
        store: The floor.
        journal: Where each listening is written down.
        clock: What time it is.
        deaf: Why nothing can be listened to; None: it can.
        folder: Where what is heard is written.
        learn: Reads back a leg, where that tells the name of its conversation (a sandbox).
    """

    def __init__(
        self,
        room: Listening,
        sockets: SocketsIn,
        end: Callable[[str, str | None], Awaitable[Done]],
        store: Store,
        journal: Journal,
        clock: Clock,
        *,
        deaf: str | None,
        folder: Path,
        learn: Callable[[str], Awaitable[object]] | None = None,
    ) -> None:
        self.room = room
        self.deaf = deaf
        self.file: Path | None = None
        """Where the next listening is written; None: a new file in `folder`."""
        self._folder = folder
        self._learn = learn
        self._sockets = sockets
        self._end = end
        self._store = store
        self._journal = journal
        self._clock = clock
        self._who = _who()
        self._where = Whereabouts(store, room)
        self._following: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._writing: set[asyncio.Task[None]] = set()
        room.turned = self._turned
        self._unsubscribe = store.subscribe(self._look)

    # --- what a person asks for ----------------------------------------------------------------

    def make(self, target: Target | None, args: Args) -> Job:
        """Return what begins or ends the listening to `target`.

        Raises:
            ArgsError: It cannot be done as it is.
        """
        values = filled("listen", args)
        session = self.room.of(target.id) if target is not None else None
        want = values["want"]
        if want == "toggle":
            want = "listen" if session is None else "leave"
        if want == "leave":
            if session is None:
                raise ArgsError("it is not listened to")
            if session.leg is None:
                raise ArgsError("it is just joining; press again when our leg is there")
            id_ = session.id
            return _job(target, want, lambda cause: self._leave(id_, cause))
        if session is not None:
            raise ArgsError("it is listened to already")
        if self.deaf is not None:
            raise ArgsError(self.deaf)
        wanted = plan(self._store.floor, target, self.room)
        if wanted.move:
            wanted = _decided(wanted, values["prepare"])
        return _job(target, want, lambda cause: self.listen(wanted, cause))

    async def listen(self, wanted: Plan, cause: str) -> Done:
        """Listen as planned; on return sound comes.

        Raises:
            ActionError: Nothing is heard; the text says why.
            VoiceError: The API refused.
            JournalError: It could not be written down.
        """
        room = self.room
        if room.of(wanted.aim.key) is not None:
            raise ActionError("it is listened to already")
        if len(room.open) >= MOST:
            raise ActionError(f"{MOST} are listened to already; leave one of them first")
        file = self.file or self._new_file(wanted.aim)
        session = room.begin(cause, wanted.aim, wanted.label, file)
        try:
            await self._begin(session, wanted, cause)
        except BaseException as error:
            ours = session.leg if session.state is not State.ENDED else None
            session.end(str(error) or "it was broken off")
            if ours is not None:
                await self._hang_up(ours)
            raise
        # What moved while we joined is gone after from here on.
        self._follow_soon(session.id)
        return Done(leg=wanted.aim.leg, conversation=self._where.at(session.id))

    async def _begin(self, session: "Session", wanted: Plan, cause: str) -> None:
        conversation = wanted.conversation
        if wanted.move:
            await self._sockets.gather(wanted.move, wanted.aim.name, cause)
            leg = self._store.floor.leg(wanted.move[0])
            conversation = leg.conversation if leg is not None else None
            if wanted.aim.leg is None and conversation is not None:
                # The conversation that was pressed on is empty now; its people are the same.
                session.aim = Aim(conversation, wanted.aim.name)
        session.sides.watch(wanted.sides)
        await self._sockets.join(session, session.aim, conversation, cause)
        self._where.put(session.id, conversation)
        await self._keep(
            Kind.LISTENING_BEGAN,
            session,
            {"name": session.aim.name, "file": str(session.tape.path), "again": False},
        )

    async def _leave(self, id_: str, cause: str) -> Done:
        session = self.room.sessions[id_]
        session.end(_LEFT)
        if session.leg is None:
            return Done()
        return await self._end(session.leg, cause)

    def by_name(self, name: str) -> Job:
        """Return what listens to everybody in a named conversation that nobody told of yet."""
        wanted = Plan(aim=Aim(name, name), label=name, conversation=None)
        return _job(None, "listen", lambda cause: self.listen(wanted, cause))

    async def close(self) -> None:
        """Leave everything, write it down, and let go of speakers and files."""
        self._unsubscribe()
        await self.leave_all("the console was closed")
        await self.room.close()

    async def leave_all(self, why: str) -> None:
        """Leave everything that is listened to, and write it down."""
        for task in tuple(self._following.values()):
            task.cancel()
        ours = [session.leg for session in self.room.open if session.leg is not None]
        for session in self.room.open:
            session.end(why)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LEAVE_WITHIN_S):
                await asyncio.gather(*(self._hang_up(leg) for leg in ours))
        if self._writing:
            await asyncio.wait(tuple(self._writing))

    # --- following -----------------------------------------------------------------------------

    def _look(self, changes: Changes) -> None:
        for session in self.room.open:
            if session.state is not State.JOINING and self._where.touched(session, changes):
                self._follow_soon(session.id)

    def _turned(self, session: "Session") -> None:
        if session.state is State.ENDED:
            conversation = self._where.at(session.id)
            if self._where.forget(session.id):
                end = self._write_end(session, conversation)
                task = spawn(end, name=f"end of {session.id}")
                self._writing.add(task)
                task.add_done_callback(self._writing.discard)
        elif session.line is not None and session.line.gone.is_set():
            self._follow_soon(session.id)

    def _follow_soon(self, id_: str) -> None:
        if id_ in self._following:
            self._again.add(id_)
            return
        task = spawn(self._follow(id_), name=f"follow {id_}")
        self._following[id_] = task
        task.add_done_callback(lambda _: self._following.pop(id_, None))

    async def _follow(self, id_: str) -> None:
        self._again.add(id_)
        while id_ in self._again:
            self._again.discard(id_)
            session = self.room.sessions.get(id_)
            if session is not None and session.state not in (State.ENDED, State.JOINING):
                await self._go_after(session)

    async def _go_after(self, session: "Session") -> None:
        goal = await self._goal(session)
        ours = session.leg
        if goal.conversation is None:
            self._over(session, goal.over)
            if ours is not None:
                await self._hang_up(ours)
            return
        session.sides.watch(goal.sides)
        stays = goal.conversation in ("", self._where.at(session.id))
        if stays and session.state is State.LIVE:
            if session.line is not None and session.line.gone.is_set():
                self._over(session, session.line.why or "the platform closed our socket")
                if ours is not None and not await self._is_over(ours):
                    await self._hang_up(ours)
        elif goal.name is not None or session.aim.by_id is not None:
            await self._rejoin(session, goal.conversation, goal.name)
        elif not stays:
            self._where.put(session.id, goal.conversation)
            session.go_adrift("it went to a conversation without a name; nothing is heard")
            self.room.say(f"{self._called(session)}: {session.note}; l leaves, then l asks")
            if ours is not None:
                await self._hang_up(ours)

    async def _goal(self, session: "Session") -> Goal:
        """Return where a session has to be; a name that nobody told yet is asked for."""
        goal = self._where.goal(session)
        stays = goal.conversation == self._where.at(session.id)
        if goal.name or not goal.conversation or stays or self._learn is None:
            return goal
        leg = session.aim.leg or next(iter(goal.sides), None)
        if leg is None:
            return goal
        with contextlib.suppress(VoiceError, JournalError):
            await self._learn(leg)
            await self._sockets.until(
                lambda: self._where.goal(session).name is not None, FOLD_WITHIN_S
            )
        return self._where.goal(session)

    async def _rejoin(self, session: "Session", conversation: str, name: str | None) -> None:
        before = session.leg
        aim = replace(session.aim, name=name or conversation, by_id=None if name else conversation)
        name = aim.name
        self._where.put(session.id, conversation)
        self.room.say(f"{self._called(session)} went to {clean(name, 40)}; listening follows")
        try:
            await self._sockets.join(session, aim, conversation, None)
            session.aim = aim
            told = {"name": name, "file": str(session.tape.path), "again": True}
            await self._keep(Kind.LISTENING_BEGAN, session, told)
        except (ActionError, VoiceError, JournalError) as error:
            # Not tried again by itself: each try would be a call.
            if session.state is not State.ENDED:
                self._over(session, f"it went to {clean(name, 40)}, and we could not: {error}")
            if session.leg is not None and session.leg != before:
                await self._hang_up(session.leg)
        finally:
            if before is not None:
                await self._hang_up(before)

    async def _is_over(self, leg: str) -> bool:
        """Tell whether a leg of ours has ended, as far as an event tells soon."""

        def over() -> bool:
            found = self._store.floor.leg(leg)
            return found is not None and not found.live

        return await self._sockets.until(over, EVENTS_WITHIN_S)

    def _called(self, session: "Session") -> str:
        return clean(called(self._store.floor, session.aim) or session.label, 40)

    def _over(self, session: "Session", why: str) -> None:
        session.end(why)
        self.room.say(f"{self._called(session)}: listening ended, {why}")

    async def _hang_up(self, leg: str) -> None:
        # What became of it is in the journal; nobody listens by it any more.
        with contextlib.suppress(VoiceError, JournalError):
            await self._end(leg, None)

    # --- what is written down ------------------------------------------------------------------

    async def _write_end(self, session: "Session", conversation: str | None) -> None:
        await session.tape.close()
        told = {
            "seconds": round(session.seconds, 1),
            "why": clean(session.note, 300),
            "file": str(session.tape.path),
        }
        # A full disk is told where it is met first; the listening is over all the same.
        with contextlib.suppress(JournalError):
            await self._keep(Kind.LISTENING_ENDED, session, told, conversation)

    async def _keep(
        self,
        kind: Kind,
        session: "Session",
        told: dict[str, Any],
        conversation: str | None = None,
    ) -> None:
        await self._journal.append(
            NewRecord(
                kind=kind,
                at=self._clock.now_ns(),
                mono=self._clock.monotonic_ns(),
                exchange=session.id,
                leg=session.aim.leg,
                conversation=conversation or self._where.at(session.id),
                meta={"who": self._who, "by": session.leg, **told},
            )
        )

    def _new_file(self, aim: Aim) -> Path:
        moment = datetime.fromtimestamp(self._clock.now_ns() / 1e9, UTC)
        what = "".join(c if c.isalnum() else "-" for c in aim.name if c.isascii())[:40]
        return self._folder / f"{moment:%Y%m%dT%H%M%S}.{moment.microsecond // 1000:03d}-{what}.wav"


def _decided(wanted: Plan, prepare: str) -> Plan:
    """Return the plan for a call without a name as a person decided.

    Raises:
        ArgsError: Nobody did.
    """
    if prepare == "move":
        return wanted
    if prepare == "join" and wanted.conversation is not None:
        id_ = wanted.conversation
        return replace(wanted, move=(), aim=replace(wanted.aim, name=id_, by_id=id_))
    count = len(wanted.move)
    raise ArgsError(
        "this call is in no named conversation; join it by its id (:listen prepare=join), or"
        f" transfer its {count} leg{'s' * (count > 1)} into one first (:listen prepare=move)"
    )


def _job(target: Target | None, want: str, run: Callable[[str], Awaitable[Done]]) -> Job:
    is_leg = target is not None and target.kind is TargetKind.LEG
    return Job(
        run=run,
        args={"want": want},
        leg=target.id if target is not None and is_leg else None,
        conversation=target.id if target is not None and not is_leg else None,
        in_turn=False,
    )


def _who() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
