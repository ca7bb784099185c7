"""The view of recordings: which the journal tells of, which are lost, which were fetched."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Static

from console.actions.forms import Args
from console.actions.ladder_actions import LADDER
from console.actions.recording_actions import FETCHES, RECORDINGS
from console.actions.registry import Action, actions_of
from console.actions.target import Target
from console.floor.recorded import Tape
from console.floor.views import Changes
from console.journal.filter import Filter
from console.journal.record import Journal
from console.journal.sqlite import ReadOnlyJournal, SqliteJournal
from console.text import clean
from console.tui.copyable import of_tape
from console.tui.copying import Copy
from console.tui.facts import Fact
from console.tui.filtering import Filtering
from console.tui.keys import bindings, key_of
from console.tui.ports import DeskPort
from console.tui.recording_facts import tape_facts
from console.tui.recording_source import TAPE_KEYS, RecordingSource
from console.tui.screens.view_screen import ViewScreen
from console.tui.state_lines import tape_lines
from console.tui.tabs import NO_COUNTS, Tabs
from console.tui.views import Views
from console.tui.widgets.details_pane import DetailsPane
from console.tui.widgets.recordings_pane import RecordingsPane

_WIDE = 130
_BREAKPOINTS: list[tuple[int, str]] = [(0, "-narrow"), (_WIDE, "-wide")]
_NOTHING = [Fact("", "nothing is selected", "muted")]

_OF_ONE: Final = frozenset({FETCHES, "recording.open", "recording.ladder"})
"""What is done to the row under the cursor."""
_OF_TAB: Final[Mapping[str, Callable[[Tape], bool]]] = MappingProxyType(
    {
        "all": lambda tape: True,
        "to fetch": lambda tape: not (tape.missing or tape.recording.lost or tape.file),
        "fetched": lambda tape: tape.file is not None,
        "lost": lambda tape: tape.missing or tape.recording.lost,
    }
)
"""Which recordings are in a tab."""


class RecordingsScreen(ViewScreen, inherit_bindings=False):
    """A list, and the details of what is under the cursor."""

    VIEW = RECORDINGS
    BINDINGS = bindings(actions_of(RECORDINGS))
    HORIZONTAL_BREAKPOINTS = _BREAKPOINTS

    DEFAULT_CSS = """
    RecordingsScreen #tapes { height: 1fr; }
    RecordingsScreen #note { height: auto; padding: 0 2; color: $notice; display: none; }
    RecordingsScreen.-noted #note { display: block; }
    RecordingsScreen DetailsPane { width: 56; }
    RecordingsScreen.-narrow DetailsPane { display: none; }
    """

    def __init__(self, desk: DeskPort, views: Views) -> None:
        super().__init__(desk, views)
        self.source = RecordingSource(
            desk.store,
            desk.journal,
            desk.clock,
            came=lambda: self.frames.wake(),
            elsewhere=_commands(desk.journal),
        )
        self.pane = RecordingsPane(self.source.tape, self.source.attempt, self._now_ms)
        self.details = DetailsPane()
        self.note = Static("", id="note", markup=False)
        self._tabs = Tabs(tuple(_OF_TAB), self.redraw)
        self._leave: Callable[[], None] = lambda: None
        self.filterings = (
            Filtering(
                pane=self.pane,
                keys=TAPE_KEYS,
                show=self._show_only,
                count=lambda: f"{len(self.pane.keys)} of {self.source.every} recordings",
                values=self.source.values,
            ),
        )

    def body(self) -> Iterator[Widget]:
        """Yield what is to be said, the list, the details."""
        yield self.note
        with Horizontal(id="tapes"):
            yield self.pane
            yield self.details

    def on_mount(self) -> None:
        """Read the journal, and follow what comes."""
        self._leave = self.desk.store.subscribe(self._changed)
        self.source.changed()

    def on_unmount(self) -> None:
        """Let go of the store."""
        self._leave()

    def on_screen_resume(self) -> None:
        """Take over what came while another view was shown."""
        super().on_screen_resume()
        self.source.attempted()
        self.source.changed()

    def _changed(self, changes: Changes) -> None:
        if changes.attempts:
            self.source.attempted()
        if self.is_shown:
            self.source.changed()

    def _now_ms(self) -> int:
        return self.desk.clock.now_ns() // 1_000_000

    # --- where one is --------------------------------------------------------------------------

    @property
    def home(self) -> Widget:
        """The list."""
        return self.pane

    @property
    def target(self) -> Target | None:
        """The recording under the cursor."""
        return self.pane.target

    @property
    def depth(self) -> tuple[str, ...]:
        """What has the whole screen."""
        tape = self.pane.selected
        return (self._whom(tape),) if self.zoom.opened and tape is not None else ()

    @property
    def explained(self) -> Sequence[tuple[str, str]]:
        """What there is of the recording under the cursor."""
        tape = self.pane.selected
        if tape is None:
            return ()
        return tape_lines(tape, self._now_ms(), key_of(FETCHES, self))

    @property
    def tabs(self) -> Tabs | None:
        """Those of all recordings of which there is more, or nothing more, to have."""
        return self._tabs

    @property
    def copies(self) -> Sequence[Copy]:
        """What there is of the recording: ids, address, files, what fetches it."""
        tape = self.pane.selected
        return of_tape(tape) if tape is not None else ()

    def cursor_went(self) -> None:
        """Show what is under the cursor now."""
        self._draw_details()

    def _whom(self, tape: Tape) -> str:
        return clean(tape.number or tape.recording.conversation or tape.key, limit=32)

    # --- actions -------------------------------------------------------------------------------

    def reason(self, action: Action) -> str | None:
        """Say why the recording cannot be fetched, or what is wanted of none."""
        why = super().reason(action)
        tape = self.pane.selected
        if why is None and tape is None and action.id in _OF_ONE:
            return "no recording is selected"
        if why is not None or action.id != FETCHES or tape is None:
            return why
        if tape.missing:
            return "no event told where it is: there is nothing to fetch"
        if not any(self._wanted(tape).values()):
            fetched = tape.file is not None or tape.words is not None
            return "it is fetched already" if fetched else "it was reported without a file"
        return None

    def run_desk(self, action: Action, target: Target | None, args: Args) -> None:
        """Fetch what is not there yet."""
        tape = self.pane.selected
        if tape is None:
            return
        wanted = {name: url for name, url in self._wanted(tape).items() if url}
        performer = self.desk.performer
        if reasons := performer.preflight(action.id, target, wanted):
            self.say(f"✗ {action.label}: {clean(reasons[0], limit=200)}")
            return
        performer.start(action.id, target, wanted)
        self.say(f"fetching {self._whom(tape)} …")

    def _wanted(self, tape: Tape) -> dict[str, str]:
        told, source = tape.recording, self.source
        file, words = tape.file, tape.words
        there = file is not None and not source.is_gone(file)
        written = words is not None and not source.is_gone(words)
        return {
            "url": "" if there else told.url,
            "words": "" if written else told.transcription_url or "",
        }

    def run_view(self, action: Action, target: Target | None, args: Args) -> None:
        """Open the details, or the ladder of the call."""
        tape = self.pane.selected
        if tape is None:
            super().run_view(action, target, args)
        elif action.id == "recording.open":
            self.zoom.open(self.details)
            self.redraw()
        elif action.id != "recording.ladder":
            super().run_view(action, target, args)
        elif tape.leg is not None:
            self.views.aim(LADDER, Target.leg(tape.leg))
        elif tape.recording.conversation is not None:
            self.views.aim(LADDER, Target.conversation(tape.recording.conversation))
        else:
            self.say("ladder: no event told whose recording this is")

    def _show_only(self, wanted: Filter) -> None:
        self.source.filter(wanted)
        self.redraw()

    # --- drawing -------------------------------------------------------------------------------

    def tick(self) -> None:
        """A recording that does not come is due by the clock; commands fetch some."""
        self.source.look_elsewhere()
        if self.source.look() or self.source.by_time:
            self.draw(rows=True)

    def draw(self, *, rows: bool) -> bool:
        """Show what the journal tells."""
        self.source.look()
        passing = {key: tape for key in self.source.shown() if (tape := self.source.tape(key))}
        counts = {tab: sum(map(has, passing.values())) for tab, has in _OF_TAB.items()}
        keys = [key for key, tape in passing.items() if _OF_TAB[self._tabs.name](tape)]
        self.pane.show(keys)
        self.pane.show_tabs(self._tabs, "recordings", counts if self.source.loaded else NO_COUNTS)
        said = "\n".join(self._notes())
        self.note.update(said)
        self.set_class(bool(said), "-noted")
        self._say_empty(bool(passing))
        self._draw_details()
        return False

    def _say_empty(self, some: bool) -> None:
        """Say what brings a recording here where the list is empty; `some`: other tabs have one."""
        if not self.source.loaded:
            told = [] if self.source.trouble else ["Reading the journal …"]
        elif not self.source.every:
            told = ["No call was recorded yet.", "The NCCO action record makes a recording."]
        elif not some:
            told = ["No recording passes the filter.", f"{key_of('back', self)} shows all of them."]
        else:
            told = [f"No recording is in the part {self._tabs.name}."]
            told += [f"{key_of('tab.before', self)} and {key_of('tab.after', self)} show others."]
        self.pane.when_empty(*told)

    def _notes(self) -> Sequence[str]:
        source = self.source
        if source.trouble:
            return [clean(f"The journal cannot be read: {source.trouble}", limit=400)]
        missing = [key for key in source.shown() if (t := source.tape(key)) and t.missing]
        if missing:
            calls = "call" if len(missing) == 1 else "calls"
            return [f"! {len(missing)} {calls} should have been recorded, and no event came."]
        return []

    def _draw_details(self) -> None:
        if not self.details.display:
            return
        tape = self.pane.selected
        if tape is None:
            self.details.show("Recording", _NOTHING)
            return
        source = self.source
        facts = tape_facts(
            tape,
            source.attempt(tape.key),
            source.said(tape),
            self._now_ms(),
            key=key_of(FETCHES, self),
            gone=[each for each in (tape.file, tape.words) if each and source.is_gone(each)],
        )
        self.details.show("Recording", facts)


def _commands(journal: Journal) -> Path | None:
    """Return the journal that commands write beside a console's."""
    if not isinstance(journal, SqliteJournal | ReadOnlyJournal):
        return None
    return journal.path.with_name(f"{journal.path.stem}.commands{journal.path.suffix}")
