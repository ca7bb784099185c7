"""Recordings that a call's script asked for and that no event told of: for the call's details."""

from collections.abc import Callable, Sequence

from console.floor.recorded import DUE_S, RecordingBook
from console.floor.views import Leg
from console.journal.record import JournalError
from console.ladder.reading import call_of
from console.tasks import spawn
from console.tui.cells import span
from console.tui.facts import Fact
from console.tui.ports import DeskPort


class MissingRecordings:
    """Looks into the journal whether an ended leg was to be recorded.

    Args:
        desk: Whose journal.
        came: Called when that is known.
    """

    def __init__(self, desk: DeskPort, came: Callable[[], None]) -> None:
        self._desk, self._came = desk, came
        self._asked: dict[str, bool | None] = {}
        """By leg; None: it is being looked for."""

    def facts(self, leg: Leg, now_ms: int) -> Sequence[Fact]:
        """Return what is to be said of a recording that has not come; nothing where it has."""
        if leg.live or leg.recordings or leg.ended_ms is None or leg.answered_ms is None:
            return ()
        if leg.uuid not in self._asked:
            self._asked[leg.uuid] = None
            spawn(self._look(leg.uuid), name="was it to be recorded")
        if not self._asked[leg.uuid]:
            return ()
        waits_s = DUE_S - (now_ms - leg.ended_ms) / 1_000
        if waits_s > 0:
            return [Fact("● rec", f"asked for; its event is due within {span(waits_s)}", "asked")]
        return [
            Fact("● rec", f"missing: asked for, no event within {DUE_S} s of the end", "refused"),
            Fact("", "is the event URL reachable? 3 lists what came; 7 lists all recordings", ""),
        ]

    async def _look(self, leg: str) -> None:
        try:
            call = await call_of(self._desk.journal, self._desk.store.floor, leg)
        except JournalError:
            # It is looked for again the next time; the journal's trouble is told elsewhere.
            del self._asked[leg]
            return
        book = RecordingBook()
        for record in call.records:
            book.take(record)
        self._asked[leg] = book.was_asked(leg)
        self._came()
