"""The recordings of the view: read from the whole journal, then as the floor takes them in."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from console.actions.recording_actions import FETCHES
from console.clock import Clock
from console.floor.recorded import Fetched, RecordingBook, Tape, with_number
from console.floor.store import Store
from console.floor.views import Attempt
from console.journal.filter import Filter
from console.journal.filter_fields import How, Key
from console.journal.filter_terms import reads_fields
from console.journal.record import Journal, JournalError
from console.journal.sqlite import open_read_only
from console.tasks import spawn
from console.voice.transcription import Sentence, UnreadableTranscription, parse_transcription

_MOST_BYTES: Final = 8 * 1024 * 1024
TAPE_KEYS: Final = MappingProxyType(
    {
        "number": Key(How.CONTAINS, "the other end of the call"),
        "state": Key(How.IS, "what became of it", frozenset({"there", "lost", "missing"})),
        "fetched": Key(How.IS, "whether its file is here", frozenset({"yes", "no"})),
        "words": Key(How.IS, "whether it was written down", frozenset({"yes", "no"})),
        "leg": Key(How.CONTAINS, "uuid of a leg of the call"),
        "conversation": Key(How.CONTAINS, "uuid of the conversation"),
        "recording": Key(How.CONTAINS, "uuid of the recording"),
        "url": Key(How.CONTAINS, "where it is"),
        "size": Key(How.NUMBER, "bytes, as its event told"),
        "dur": Key(How.SPAN, "how long it is"),
        "age": Key(How.SPAN, "time since it began"),
    }
)
"""The fields of a recording."""


class RecordingSource:
    """Follows the store of one desk.

    Args:
        store: Says up to which record the floor is.
        journal: Where the records are, those of earlier sessions among them.
        clock: What time it is.
        came: Called when there is something new to draw.
        elsewhere: The journal of commands, which fetch recordings as well; None: there is none.
    """

    def __init__(
        self,
        store: Store,
        journal: Journal,
        clock: Clock,
        *,
        came: Callable[[], None],
        elsewhere: Path | None = None,
    ) -> None:
        self._elsewhere, self._elsewhere_taken, self._elsewhere_stamp = elsewhere, 0, 0
        self.trouble = ""
        """Why the journal cannot be read."""
        self.loaded = False
        """The journal was read to the end once."""
        self._store, self._journal, self._clock, self._came = store, journal, clock, came
        self._book = RecordingBook()
        self._taken = 0
        self._reading = False
        self._stale = True
        self._overdue: Sequence[str] = ()
        self._wanted = Filter()
        self._tapes: dict[str, Tape] = {}
        self._attempts: dict[str, Attempt] = {}
        self._said: dict[str, Sequence[Sentence] | str | None] = {}
        self._gone: dict[str, bool] = {}

    # --- reading -------------------------------------------------------------------------------

    def changed(self) -> None:
        """Take over what the journal has since."""
        if not self._reading:
            self._reading = True
            spawn(self._take(), name="recordings")

    async def _take(self) -> None:
        try:
            while (until := self._store.last_seq) > self._taken:
                async for record in self._journal.read(self._taken, until=until):
                    self._stale |= self._book.take(record)
                self._taken = until
            await self._take_elsewhere()
            self.loaded, self.trouble = True, ""
        except JournalError as error:
            self.trouble = str(error)
        finally:
            self._reading = False
        if self.look():
            await self._look_at_files()
        self._came()

    def look_elsewhere(self) -> None:
        """Take over what a command has fetched since."""
        if self.loaded and self._stamp() != self._elsewhere_stamp:
            self.changed()

    def _stamp(self) -> int:
        path = self._elsewhere
        if path is None:
            return 0
        files = (path, path.with_name(f"{path.name}-wal"))
        return max(file.stat().st_mtime_ns if file.exists() else 0 for file in files)

    async def _take_elsewhere(self) -> None:
        """Read what commands wrote into their own journal.

        Raises:
            JournalError: It cannot be read.
        """
        stamp = self._stamp()
        if self._elsewhere is None or stamp == self._elsewhere_stamp:
            return
        journal = open_read_only(self._elsewhere)
        try:
            async for record in journal.read(self._elsewhere_taken):
                self._stale |= self._book.take(record)
                self._elsewhere_taken = record.seq
        finally:
            await journal.close()
        self._elsewhere_stamp = stamp

    def attempted(self) -> None:
        """Something was done from here: perhaps a recording is fetched."""
        self._stale = True

    def look(self) -> bool:
        """Look at the book again where anything changed; tell whether it did.

        A recording that does not come is due by the clock.
        """
        now_ms = self._clock.now_ns() // 1_000_000
        overdue = self._book.overdue(now_ms)
        if not self._stale and overdue == self._overdue:
            return False
        self._stale, self._overdue = False, overdue
        floor = self._store.floor
        self._tapes = {
            tape.key: with_number(tape, floor.who(tape.leg) if tape.leg else "")
            for tape in self._book.tapes(now_ms)
        }
        self._attempts = {
            str(attempt.args.get("recording")): attempt
            for attempt in floor.attempts()
            if attempt.action == FETCHES
        }
        return True

    async def _look_at_files(self) -> None:
        """Look whether the files that were fetched are still there."""
        files = [
            each.file
            for tape in self._tapes.values()
            for each in (tape.file, tape.words)
            if each is not None
        ]
        self._gone = await asyncio.to_thread(
            lambda: {file: not Path(file).is_file() for file in files}
        )

    # --- the list ------------------------------------------------------------------------------

    @property
    def every(self) -> int:
        """How many recordings there are."""
        return len(self._tapes)

    @property
    def by_time(self) -> bool:
        """Whether recordings come or go without an event."""
        return "age" in reads_fields(self._wanted.term)

    def filter(self, wanted: Filter) -> None:
        """Show only recordings that pass."""
        self._wanted = wanted

    def values(self, key: str) -> Iterator[str | None]:
        """Yield the values that a field has (`TAPE_KEYS`)."""
        for tape in self._tapes.values():
            value = self._fields(tape)[key]
            yield value if isinstance(value, str) else None

    def shown(self) -> list[str]:
        """Return the keys of the recordings that pass, the newest first."""
        return [key for key, tape in self._tapes.items() if self._passes(tape)]

    def _passes(self, tape: Tape) -> bool:
        if not self._wanted:
            return True
        fetched = "fetched" if tape.file is not None else ""
        return self._wanted.matches(self._fields(tape), f"{tape.key} {fetched}")

    def _fields(self, tape: Tape) -> Mapping[str, str | float | None]:
        told = tape.recording
        began, length = tape.began_ms, tape.length_ms
        now_ms = self._clock.now_ns() // 1_000_000
        return {
            "number": tape.number,
            "recording": told.uuid,
            "conversation": told.conversation,
            "leg": tape.leg,
            "url": told.url,
            "state": "missing" if tape.missing else "lost" if told.lost else "there",
            "fetched": "yes" if tape.file is not None else "no",
            "words": "yes" if told.transcription_url or tape.words is not None else "no",
            "size": None if told.size is None else float(told.size),
            "dur": None if length is None else length / 1_000,
            "age": None if began is None else max(now_ms - began, 0) / 1_000,
        }

    # --- one of them ---------------------------------------------------------------------------

    def tape(self, key: str | None) -> Tape | None:
        """Return a recording."""
        return self._tapes.get(key or "")

    def attempt(self, key: str) -> Attempt | None:
        """Return the last attempt to fetch a recording in this session."""
        return self._attempts.get(key)

    def is_gone(self, fetched: Fetched) -> bool:
        """Tell whether a file that was fetched is not there any more."""
        return self._gone.get(fetched.file, False)

    def said(self, tape: Tape) -> Sequence[Sentence] | str | None:
        """Return what was said, or why that cannot be read; None: it is being read, or not there.

        The file is read in the background the first time.
        """
        words = tape.words
        if words is None:
            return None
        if words.file not in self._said:
            self._said[words.file] = None
            spawn(self._read(words.file), name="read transcription")
        return self._said[words.file]

    async def _read(self, file: str) -> None:
        def read() -> bytes:
            with Path(file).open("rb") as opened:
                return opened.read(_MOST_BYTES)

        try:
            self._said[file] = parse_transcription(await asyncio.to_thread(read))
        except OSError as error:
            self._said[file] = f"{file}: {error.strerror}"
        except UnreadableTranscription as error:
            self._said[file] = f"{file} is no transcription: {error}"
        self._came()
