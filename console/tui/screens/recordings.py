"""The view of recordings: which the journal tells of, which are lost, which were fetched."""

from collections.abc import Callable, Iterator, Sequence

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
from console.text import clean
from console.tui.copyable import of_tape
from console.tui.copying import Copy
from console.tui.dialogs.dialog import literal
from console.tui.facts import Fact
from console.tui.keys import bindings, key_of
from console.tui.ports import DeskPort
from console.tui.recording_facts import tape_facts
from console.tui.recording_source import RecordingSource
from console.tui.screens.view_screen import ViewScreen
from console.tui.views import Views
from console.tui.widgets.details_pane import DetailsPane
from console.tui.widgets.recordings_pane import RecordingsPane

_WIDE = 130
_BREAKPOINTS: list[tuple[int, str]] = [(0, "-narrow"), (_WIDE, "-wide")]
_NOTHING = [Fact("", "nothing is selected", "muted")]


class RecordingsScreen(ViewScreen, inherit_bindings=False):
    """A list, and the details of what is under the cursor."""

    VIEW = RECORDINGS
    BINDINGS = bindings(actions_of(RECORDINGS))
    HORIZONTAL_BREAKPOINTS = _BREAKPOINTS

    DEFAULT_CSS = """
    RecordingsScreen #tapes { height: 1fr; }
    RecordingsScreen #note { height: auto; padding: 0 2; color: $notice; display: none; }
    RecordingsScreen.-noted #note { display: block; }
    RecordingsScreen DetailsPane { width: 52; }
    RecordingsScreen.-narrow DetailsPane { display: none; }
    RecordingsScreen.-full RecordingsPane { display: none; }
    RecordingsScreen.-full DetailsPane { display: block; width: 1fr; }
    """

    def __init__(self, desk: DeskPort, views: Views) -> None:
        super().__init__(desk, views)
        self.source = RecordingSource(
            desk.store, desk.journal, desk.clock, came=lambda: self.frames.wake()
        )
        self.pane = RecordingsPane(self.source.tape, self.source.attempt, self._now_ms)
        self.details = DetailsPane()
        self.note = Static("", id="note", markup=False)
        self._leave: Callable[[], None] = lambda: None

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
        return (self._whom(tape),) if self.has_class("-full") and tape is not None else ()

    @property
    def copies(self) -> Sequence[Copy]:
        """What there is of the recording: ids, address, files, what fetches it."""
        tape = self.pane.selected
        return of_tape(tape) if tape is not None else ()

    def cursor_went(self) -> None:
        """Show what is under the cursor now."""
        self._draw_details()

    def step_back(self) -> bool:
        """Leave the details."""
        if not self.has_class("-full"):
            return False
        self.set_class(False, "-full")
        self.pane.focus()
        self.redraw()
        return True

    def _whom(self, tape: Tape) -> str:
        return clean(tape.number or tape.recording.conversation or tape.key, limit=32)

    # --- actions -------------------------------------------------------------------------------

    def reason(self, action: Action) -> str | None:
        """Say why the recording cannot be fetched."""
        why = super().reason(action)
        tape = self.pane.selected
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
            self.say(f"{action.label}: no recording is selected")
        elif action.id == "recording.open":
            self.set_class(True, "-full")
            self.details.focus()
            self.redraw()
        elif action.id != "recording.ladder":
            super().run_view(action, target, args)
        elif tape.leg is not None:
            self.views.aim(LADDER, Target.leg(tape.leg))
        elif tape.recording.conversation is not None:
            self.views.aim(LADDER, Target.conversation(tape.recording.conversation))
        else:
            self.say("ladder: no event told whose recording this is")

    def filter_by(self, text: str) -> str:
        """Show only what has every word of `text` in it."""
        self.source.filter(text)
        self.redraw()
        return f"{len(self.pane.keys)} recordings"

    # --- drawing -------------------------------------------------------------------------------

    def tick(self) -> None:
        """A recording that does not come is due by the clock."""
        if self.source.look():
            self.draw(rows=True)

    def draw(self, *, rows: bool) -> bool:
        """Show what the journal tells."""
        self.source.look()
        keys = self.source.shown()
        self.pane.show(keys)
        every = self.source.every
        part = f"{len(keys)} of {every}" if len(keys) != every else str(every)
        self.pane.border_title = f"Recordings {part}" if self.source.loaded else "Recordings"
        filtered = self.typed.filter_text
        self.pane.border_subtitle = f"/ {literal(clean(filtered, limit=40))}" if filtered else ""
        said = "\n".join(self._notes())
        self.note.update(said)
        self.set_class(bool(said), "-noted")
        self._draw_details()
        return False

    def _notes(self) -> Sequence[str]:
        source = self.source
        if source.trouble:
            return [clean(f"The journal cannot be read: {source.trouble}", limit=400)]
        if not source.loaded:
            return ["Reading the journal …"]
        if not source.every:
            return ["No recordings yet: a call is recorded by the NCCO action record."]
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
