"""What is listened to: one row each."""

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Any

from rich.style import Style

from console.listening.aim import State
from console.listening.room import Listening
from console.text import clean
from console.tui.cells import fit, fit_right, span
from console.tui.meters import meter
from console.tui.sorting import Column
from console.tui.widgets.list_head import Head
from console.tui.widgets.virtual_list import Piece, VirtualList

if TYPE_CHECKING:
    from console.listening.session import Session

_STATE_LOOKS = {
    State.JOINING: "asked",
    State.LIVE: "proven",
    State.ADRIFT: "notice",
    State.ENDED: "muted",
}
_METER = 5
_WHO, _WHOLE, _HOW = Column("who"), Column("whom"), Column("state")
_LONG, _LOUD = Column("heard", down=True), Column("level", down=True)
_STATES = (State.LIVE, State.JOINING, State.ADRIFT, State.ENDED)


class SessionsPane(VirtualList):
    """The listenings of a desk, the newest above."""

    COLUMNS = (_WHO, _WHOLE, _HOW, _LONG, _LOUD)
    MARGIN = 0
    HEAD_STAYS = True

    DEFAULT_CSS = """
    SessionsPane {
        border: round $rule; border-title-color: $muted; border-subtitle-color: $muted;
        width: 1fr; height: 3;
    }
    SessionsPane:focus { border: heavy $rule-focus; border-title-color: $conversation; }
    """

    def __init__(self, listening: Listening, called: Callable[["Session"], str]) -> None:
        """`called` says who is listened to, in safe text."""
        super().__init__(id="sessions")
        self._listening, self._called = listening, called
        self.border_title = "Listened to"

    @property
    def selected(self) -> "Session | None":
        """The one under the cursor."""
        return self._listening.sessions.get(self.cursor or "")

    def catch_up(self) -> None:
        """Show what is now."""
        keys: Sequence[str] = tuple(reversed(self._listening.sessions))
        if tuple(self.given) != keys or self.order.by is not None:
            self.replace(keys)
        else:
            self.touch()

    def value(self, key: str, column: Column) -> Any:
        """Return what a row is sorted by."""
        session = self._listening.sessions.get(key)
        if session is None:
            return None
        if column is _WHO:
            return self._called(session).casefold()
        if column is _WHOLE:
            return session.aim.leg is None
        if column is _HOW:
            return _STATES.index(session.state)
        return int(session.seconds) if column is _LONG else round(session.ear.level)

    def heads(self, width: int) -> Sequence[Head]:
        """Return the titles above the columns."""
        return (
            ("", 3, False),
            (_WHO.title, self._who_cells(width) + 1, False),
            (_WHOLE.title, 10, False),
            (_HOW.title, 8, False),
            (_LONG.title, 6, True),
            ("", 2 + _METER, False),
            (_LOUD.title, 8, True),
        )

    @staticmethod
    def _who_cells(width: int) -> int:
        """Return the cells of who is listened to: a third of what a wide list has to spare."""
        return min(max(16, 16 + (width - 76) // 3), 40)

    def version(self, key: str) -> Hashable:
        """Return what a row is drawn from."""
        session = self._listening.sessions.get(key)
        if session is None:
            return None
        plays = self._listening.speakers.plays == key
        levels = tuple(session.ear.levels)[-_METER:]
        return (
            *(self._called(session), session.state, session.note),
            *(int(session.seconds), levels, session.badges, plays),
        )

    def draw(self, key: str, width: int) -> list[Piece]:
        """Return one row."""
        session = self._listening.sessions.get(key)
        if session is None:
            return []
        muted = self.meaning("muted")
        live = session.state is State.LIVE
        plays = self._listening.speakers.plays == key
        look = self.meaning(_STATE_LOOKS[session.state])
        who = self._who_cells(width)
        level = f"{session.ear.level:.0f} dB" if live else ""
        levels = tuple(session.ear.levels) if live else ()
        pieces = [
            (" ▶ " if plays else "   ", self.meaning("playing")),
            (fit(self._called(session), who), Style(bold=True) if live else muted),
            (" ", muted),
            (fit("one leg" if session.aim.leg else "everybody", 10), muted),
            (fit(session.state.value, 8), look),
            (fit_right(span(session.seconds), 6), Style() if live else muted),
            ("  ", muted),
            (meter(levels, _METER), self.meaning("hears")),
            (fit_right(level, 8), muted),
            ("  ", muted),
        ]
        room = max(width - 45 - who, 0)
        if session.badges:
            words, name = " · ".join(session.badges), "refused"
        else:
            words, name = clean(session.note, 200), "muted" if not live else "notice"
        pieces.append((fit(words, room), self.meaning(name)))
        return pieces
