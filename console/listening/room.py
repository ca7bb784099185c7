"""Everything that is listened to from here: the sessions, the doors, the speakers, the levels."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from console.clock import Clock
from console.listening.aim import Aim, State
from console.listening.doors import Doors
from console.listening.levels import QUIETEST_DB, Levels
from console.listening.speakers import Speakers

if TYPE_CHECKING:
    # What hears needs numpy, which takes longer to import than the screen does to start.
    from console.audio.frames import Samples
    from console.listening.output import Output
    from console.listening.session import Session

MOST: Final = 8
"""So many can be listened to at once: each costs a leg."""
KEPT: Final = 8
"""So many that are over are still shown."""


class Listening:
    """What a desk listens to.

    Args:
        clock: What time it is.
        opens: Opens the sound card; `miniaudio`'s when not given.
    """

    def __init__(self, clock: Clock, opens: "Callable[[], Output] | None" = None) -> None:
        self.doors = Doors()
        self.levels = Levels()
        self.speakers = Speakers(opens, self._tell)
        self.sessions: dict[str, Session] = {}
        """By id, the oldest first; those that are over as well, for a while."""
        self.misnamed: set[str] = set()
        """Conversations whose supposed name turned out to be another one's."""
        self.turned: Callable[[Session], None] = lambda session: None
        """Called when the state of a session changed; for who joined it."""
        self.said: Callable[[str], None] = lambda sentence: None
        """Called with what a person should read of it at once."""
        self._clock = clock
        self._callbacks: dict[int, Callable[[], None]] = {}
        self._next = 0

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` when there is something new to show; return what ends that."""
        number = self._next
        self._next += 1
        self._callbacks[number] = callback

        def leave() -> None:
            self._callbacks.pop(number, None)

        return leave

    def say(self, sentence: str) -> None:
        """Tell a person something."""
        self.said(sentence)

    # --- sessions ------------------------------------------------------------------------------

    @property
    def open(self) -> "tuple[Session, ...]":
        """Those that are not over."""
        return tuple(s for s in self.sessions.values() if s.state is not State.ENDED)

    @property
    def wants_levels(self) -> bool:
        """Whether the levels of all legs are of use to anybody."""
        return self.levels.watched or bool(self.open)

    def of(self, key: str) -> "Session | None":
        """Return what listens to a leg or a conversation, or is about to."""
        return next((s for s in self.open if s.aim.key == key), None)

    def is_ours(self, leg: str) -> bool:
        """Tell whether a leg is one by which we listen."""
        return any(session.leg == leg for session in self.sessions.values())

    def begin(self, id_: str, aim: Aim, label: str, file: Path) -> "Session":
        """Return a new session, and play it from its first frame on."""
        from console.listening.session import Session
        from console.listening.tape import Tape

        session = Session(
            id_,
            aim,
            label,
            Tape(file),
            self._clock,
            sounds=self._sounds,
            changed=self._session_changed,
        )
        self.sessions[id_] = session
        self.levels.wanted.set()
        over = [s.id for s in self.sessions.values() if s.state is State.ENDED]
        for old in over[: max(len(over) - KEPT, 0)]:
            del self.sessions[old]
        self._tell()
        return session

    def report(self, levels: Mapping[str, float]) -> None:
        """Take the levels of all legs over 100 ms (a sandbox tells them)."""
        self.levels.report(levels)
        for session in self.open:
            for side in session.sides.watched:
                session.sides.told(side, levels.get(side, QUIETEST_DB))

    async def close(self) -> None:
        """Let go of the sound card and the files."""
        await self.speakers.close()
        for session in self.sessions.values():
            await session.tape.close()

    # --- inside --------------------------------------------------------------------------------

    def _sounds(self, session: "Session", samples: "Samples", news: bool) -> None:
        self.speakers.feed(session.id, samples)
        if not news:
            return
        key, level = session.aim.key, session.ear.level
        self.levels.add(key, level)
        if not self.levels.reported and session.aim.leg is not None:
            self._told_by_own(session.aim.leg, level)
        self._tell()

    def _told_by_own(self, leg: str, level: float) -> None:
        """Where nobody reports, two who are listened to one by one are two sides as well."""
        heard = {s.aim.leg for s in self.open if s.state is State.LIVE}
        for session in self.open:
            if leg in session.sides.watched and heard.issuperset(session.sides.watched):
                session.sides.told(leg, level)

    def _session_changed(self, session: "Session") -> None:
        if session.state is State.LIVE and self.speakers.plays is None:
            self.speakers.play(session.id)
        if session.state is State.ENDED:
            self.levels.forget(session.aim.key)
            if self.speakers.plays == session.id:
                live = [s.id for s in self.open if s.state is State.LIVE]
                self.speakers.play(live[-1] if live else None)
        self.turned(session)
        self._tell()

    def _tell(self) -> None:
        for callback in tuple(self._callbacks.values()):
            callback()
