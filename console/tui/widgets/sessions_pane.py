"""What is listened to: one row each."""

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from rich.style import Style

from console.listening.aim import State
from console.listening.room import Listening
from console.text import clean
from console.tui.cells import fit, fit_right, shown, span
from console.tui.meters import meter
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


class SessionsPane(VirtualList):
    """The listenings of a desk, the newest above."""

    DEFAULT_CSS = """
    SessionsPane {
        border: round $rule; border-title-color: $muted; border-subtitle-color: $muted;
        width: 1fr; height: 3;
    }
    SessionsPane:focus { border: round $rule-focus; border-title-color: $conversation; }
    """

    def __init__(self, listening: Listening) -> None:
        super().__init__(id="sessions")
        self._listening = listening
        self.border_title = "Listened to"

    @property
    def selected(self) -> "Session | None":
        """The one under the cursor."""
        return self._listening.sessions.get(self.cursor or "")

    def catch_up(self) -> None:
        """Show what is now."""
        keys: Sequence[str] = tuple(reversed(self._listening.sessions))
        if tuple(self.keys) != keys:
            self.replace(keys)
        else:
            self.touch()

    def version(self, key: str) -> Hashable:
        """Return what a row is drawn from."""
        session = self._listening.sessions.get(key)
        if session is None:
            return None
        plays = self._listening.speakers.plays == key
        levels = tuple(session.ear.levels)[-_METER:]
        return (session.state, session.note, int(session.seconds), levels, session.badges, plays)

    def draw(self, key: str, width: int) -> list[Piece]:
        """Return one row."""
        session = self._listening.sessions.get(key)
        if session is None:
            return []
        muted = self.meaning("muted")
        live = session.state is State.LIVE
        plays = self._listening.speakers.plays == key
        look = self.meaning(_STATE_LOOKS[session.state])
        level = f"{session.ear.level:.0f} dB" if live else ""
        levels = tuple(session.ear.levels) if live else ()
        pieces = [
            (" ▶ " if plays else "   ", self.meaning("playing")),
            (shown(session.label, 16), Style(bold=True) if live else muted),
            (" ", muted),
            (fit("one leg" if session.aim.leg else "everybody", 10), muted),
            (fit(session.state.value, 8), look),
            (fit_right(span(session.seconds), 6), Style() if live else muted),
            ("  ", muted),
            (meter(levels, _METER), self.meaning("hears")),
            (fit_right(level, 8), muted),
            ("  ", muted),
        ]
        room = max(width - 60, 0)
        if session.badges:
            words, name = " · ".join(session.badges), "refused"
        else:
            words, name = clean(session.note, 200), "muted" if not live else "notice"
        pieces.append((fit(words, room), self.meaning(name)))
        return pieces
