"""Which call runs the script that is looked at, and where it is."""

from collections.abc import Callable

from console.journal.record import JournalError
from console.ladder.now import Running, running_now
from console.ladder.reading import call_of
from console.tasks import spawn
from console.tui.ports import DeskPort
from console.voice.ncco import Ncco

_MOST = 24
"""So many of the newest live legs are looked at."""


class NccoRunning:
    """Looks for a live leg that runs a script; reads the journal in a task of its own."""

    def __init__(self, desk: DeskPort, found: Callable[[], None]) -> None:
        """`found` is called when `now` is another one."""
        self._desk, self._found = desk, found
        self.now: Running | None = None
        self._wanted: Ncco | None = None
        self._reading = False

    def want(self, ncco: Ncco | None) -> None:
        """Look for this script from now on."""
        if ncco != self._wanted:
            self._wanted = ncco
            self._show(None)

    def look(self) -> None:
        """Look again."""
        if not self._reading and self._wanted:
            self._reading = True
            spawn(self._look(self._wanted), name="running NCCO")

    async def _look(self, ncco: Ncco) -> None:
        found: Running | None = None
        try:
            floor = self._desk.store.floor
            legs = sorted(floor.legs(), key=lambda leg: leg.since_ms or 0, reverse=True)[:_MOST]
            now = self._desk.clock.now_ns()
            for leg in legs:
                call = await call_of(self._desk.journal, floor, leg.uuid)
                found = running_now(call.records, leg.uuid, ncco, now)
                if found is not None:
                    break
        except JournalError:
            # The status line tells that the journal cannot be read.
            found = None
        finally:
            self._reading = False
        if ncco == self._wanted:
            self._show(found)

    def _show(self, found: Running | None) -> None:
        if found != self.now:
            self.now = found
            self._found()
