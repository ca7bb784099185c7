"""The NCCO files: what the linter says of them, written in place, drawn, run, watched."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from textual import on
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import TextArea

from console.actions.forms import Args
from console.actions.ncco_actions import NCCO
from console.actions.registry import Action, actions_of
from console.actions.target import Target
from console.config import paths
from console.journal.filter import Filter
from console.tasks import spawn
from console.text import Shown, clean
from console.tui.copying import Copy
from console.tui.dialogs.dialog import literal
from console.tui.filtering import Filtering
from console.tui.keys import bindings, key_of
from console.tui.ncco_fields import FILE_KEYS, fields_of, text_of
from console.tui.ncco_files import NccoFile, Places, Shelf, stamp_of
from console.tui.ncco_keeping import NccoKeeping
from console.tui.ncco_look import look_at
from console.tui.ncco_running import NccoRunning
from console.tui.ports import DeskPort
from console.tui.screens.view_screen import ViewScreen
from console.tui.steering import Steering
from console.tui.tabs import Tabs
from console.tui.views import Views
from console.tui.widgets.ncco_editor import NccoEditor
from console.tui.widgets.ncco_list import NccoList
from console.tui.widgets.ncco_opened import NccoOpened

_BREAKPOINTS: list[tuple[int, str]] = [(0, "-narrow"), (130, "-wide")]
_PAUSE: Final = 0.12
"""Seconds after the last key until the linter reads the text."""
_STATE: Final = 24
"""Cells of a title that are kept for the tabs and the border."""
_OF_FILE: Final = frozenset(
    f"ncco.{each}" for each in ("write", "save", "next", "previous", "offer")
)
_OF_ROW: Final = frozenset({"ncco.open", "ncco.editor"})
_AGAIN: Final = 1.0
"""Seconds between two looks at the files and at who runs the opened one."""


class NccoScreen(ViewScreen, inherit_bindings=False):
    """A list of files, and one of them opened over it."""

    VIEW = NCCO
    FOLLOWS_TIME = True
    BINDINGS = bindings(actions_of(NCCO))
    HORIZONTAL_BREAKPOINTS = _BREAKPOINTS

    DEFAULT_CSS = """
    NccoScreen.-open NccoList { display: none; }
    NccoScreen.-open NccoOpened { display: block; }
    NccoScreen.-wide FlowPane { display: block; width: 68; border-left: solid $rule; }
    NccoScreen.-wide FlowPane:focus { border-left: heavy $rule-focus; }
    NccoScreen.-wide .-flow NccoEditor, NccoScreen.-wide .-flow NccoGutter { display: block; }
    NccoScreen.-wide .-flow #ncco-said { display: block; }
    """

    def __init__(self, desk: DeskPort, views: Views) -> None:
        super().__init__(desk, views)
        self.pane = NccoList()
        self.opened = NccoOpened()
        self.kept = NccoKeeping(self.opened, self)
        self.steering = Steering(desk, self)
        self.running = NccoRunning(desk, self._draw_opened)
        self._shelf = Shelf(Places(desk.context.routes, Path.cwd(), paths.config_dir()))
        self._files: tuple[NccoFile, ...] = ()
        self._wanted = Filter()
        self._looking = False
        self._tabs = Tabs(("text", "flow"), self._part_changed)
        self._lint: Timer | None = None
        self.filterings = (
            Filtering(
                pane=self.pane,
                keys=FILE_KEYS,
                show=self._show_only,
                count=lambda: f"{len(self.pane.keys)} of {len(self._files)} scripts",
                values=self._values,
            ),
        )

    def body(self) -> Iterator[Widget]:
        """Yield the list and what is opened."""
        yield self.pane
        yield self.opened

    def on_mount(self) -> None:
        """Look at the files, now and again and again."""
        self.set_interval(_AGAIN, self._again)
        self._look()

    # --- what a view says ----------------------------------------------------------------------

    @property
    def home(self) -> Widget:
        """The list, or what is opened."""
        if self.kept.file is None:
            return self.pane
        return self.opened.flow if self.opened.in_flow else self.opened.editor

    @property
    def selected(self) -> NccoFile | None:
        """The file that is opened, or the one under the cursor."""
        return self.kept.file or self.pane.selected

    @property
    def depth(self) -> tuple[str, ...]:
        """Which file is opened."""
        return () if self.kept.file is None else (clean(self.kept.file.name, limit=40),)

    @property
    def copies(self) -> Sequence[Copy]:
        """The script as it stands here, and where its file is."""
        file = self.selected
        if file is None:
            return ()
        copies = [Copy(what="json", label="the NCCO as it stands", text=self._text(file))]
        if file.path is not None:
            copies.append(Copy(what="file", label="the path of its file", text=str(file.path)))
        return copies

    def _text(self, file: NccoFile) -> Callable[[], Awaitable[str]]:
        async def text() -> str:
            return await self.kept.text_of(file)

        return text

    @property
    def unsaved(self) -> str:
        """Which file was written in and not saved."""
        file = self.kept.file
        return clean(file.name, limit=60) if file is not None and self.kept.changed else ""

    @property
    def notes(self) -> Sequence[tuple[str, str]]:
        """What `?` explains besides the keys."""
        return [
            ("routes", "files that answer calls to our numbers, as the context says"),
            ("here", "files of the working directory that hold an array, and those of nccos/"),
            ("config", "files of the folder nccos beside the configuration"),
            ("blocks", "building blocks with made-up parties; they are only read"),
            ("✗ ! ·", "an error is refused whole, a warning does otherwise, a note is advice"),
            ("▶ ~", "the action runs on a live call now; ~ where that is reckoned, not told"),
        ]

    def reason(self, action: Action) -> str | None:
        """Say why an action cannot run now: while one writes, letters are text."""
        if self.opened.writing and any(len(key) == 1 or key == "enter" for key in action.keys):
            return f"you are writing; {key_of('back', self)} ends that"
        if action.id in _OF_FILE and self.kept.file is None:
            return "open a file first"
        if action.id in _OF_ROW and self.selected is None:
            return "select a file first"
        return super().reason(action)

    def run_desk(self, action: Action, target: Target | None, args: Args) -> None:
        """Call somebody who hears the selected script."""
        file = self.selected
        given: dict[str, str] = {}
        if self.kept.changed:
            self.say(f"save it first ({key_of('ncco.save', self)}): a call gets what is saved")
            return
        if file is not None:
            given = {"kind": "block", "value": file.name}
            if file.path is not None:
                given = {"kind": "ncco", "value": str(file.path)}
        self.steering.run(action, target, {**given, **args})

    def run_view(self, action: Action, target: Target | None, args: Args) -> None:
        """Open, write, save, go through findings, draw."""
        file = self.selected
        if file is None:
            self.say(f"{action.label}: no file is selected")
        elif action.id == "ncco.open" and self.kept.file is None:
            self.kept.open(file)
        elif action.id == "ncco.editor":
            self.kept.edit(file, key_of("ncco.save", self))
        elif self.kept.file is None:
            self.say(f"{action.label}: open a file first")
        else:
            self._run_opened(action, target, args)

    def _run_opened(self, action: Action, target: Target | None, args: Args) -> None:
        match action.id:
            case "ncco.open" | "ncco.write":
                self._write()
            case "ncco.save":
                self.kept.save()
            case "ncco.next" | "ncco.previous":
                self._show_part(flow=False)
                if not self.opened.step(1 if action.id == "ncco.next" else -1):
                    self.say("nothing is wrong with it")
            case "ncco.offer":
                if not self.opened.next_offer():
                    self.say("nothing is offered here")
            case _:
                super().run_view(action, target, args)

    def step_back(self) -> bool:
        """End the writing, then leave the file."""
        if self.kept.file is None:
            return False
        if self.opened.writing:
            self.opened.write(on=False)
            self.redraw()
        else:
            self.kept.leave()
        return True

    def _show_only(self, wanted: Filter) -> None:
        self._wanted = wanted
        self.redraw()

    def _values(self, key: str) -> Iterator[str | None]:
        for file in self._files:
            value = fields_of(file)[key]
            yield value if isinstance(value, str) else None

    # --- the files -----------------------------------------------------------------------------

    def on_screen_resume(self) -> None:
        """Look at what changed while another view was shown."""
        super().on_screen_resume()
        self._look()

    def _again(self) -> None:
        if self.is_shown:
            self._look()
            if self.kept.file is not None:
                self.running.look()

    def _look(self) -> None:
        if not self._looking:
            self._looking = True
            spawn(self._look_at_files(), name="look at NCCO files")

    async def _look_at_files(self) -> None:
        try:
            files = await asyncio.to_thread(self._shelf.look)
            file = self.kept.file
            stamp = None
            if file is not None and file.path is not None:
                stamp = await asyncio.to_thread(stamp_of, file.path)
        finally:
            self._looking = False
        if files != self._files:
            self._files = files
            self.frames.wake()
        if file is not None:
            await self.kept.compare(file, stamp)

    # --- one file ------------------------------------------------------------------------------

    def was_opened(self, *, again: bool) -> None:
        """Show the text and read it."""
        self.set_class(True, "-open")
        if not again:
            self._show_part(flow=False)
        self._read_text()
        self.redraw()

    def was_left(self) -> None:
        """Show the list again."""
        self.running.want(None)
        self.set_class(False, "-open")
        self.pane.focus()
        self.was_saved()

    def was_saved(self) -> None:
        """Look at the files again."""
        self._look()
        self.redraw()

    def _write(self) -> None:
        if self.kept.fixed:
            self.say(f"this {self.kept.fixed}")
            return
        if self.time is not None:
            self.say("this is the past; files are written in the present")
            return
        self._show_part(flow=False)
        self.opened.write(on=True)
        self.redraw()

    @property
    def tabs(self) -> Tabs | None:
        """Text and flow of the file that is opened."""
        return self._tabs if self.kept.file is not None else None

    def _part_changed(self) -> None:
        self._show_part(flow=self._tabs.name == "flow")

    def _show_part(self, *, flow: bool) -> None:
        if flow:
            self.opened.write(on=False)
        self.opened.set_class(flow, "-flow")
        self.home.focus()
        self.redraw()

    # --- what is written -----------------------------------------------------------------------

    @on(TextArea.Changed)
    def text_changed(self) -> None:
        """Let the linter read, as soon as no key is pressed for a moment."""
        if self._lint is not None:
            self._lint.stop()
        self._lint = self.set_timer(_PAUSE, self._read_text)
        self.draw_title()

    @on(TextArea.SelectionChanged)
    def cursor_changed(self) -> None:
        """Say what is wrong where the cursor is, and what may stand there."""
        self.opened.say_finding()
        self.opened.look_at_offers()

    @on(NccoEditor.Asked)
    def asked(self) -> None:
        """Take what is offered."""
        self.opened.take_offer()

    def _read_text(self) -> None:
        if self.kept.file is not None:
            spawn(self._look_at_text(self.opened.editor.text), name="look at NCCO")

    async def _look_at_text(self, text: str) -> None:
        look = await asyncio.to_thread(look_at, text)
        if self.kept.file is None or text != self.opened.editor.text:
            return
        self.running.want(look.ncco)
        self.opened.show(look, self._places())
        self.running.look()
        self.draw_title()

    # --- drawing -------------------------------------------------------------------------------

    def _places(self) -> dict[int, bool]:
        now = self.running.now
        return dict(now.actions) if now is not None else {}

    def _draw_opened(self) -> None:
        if self.kept.file is not None:
            self.opened.show(self.opened.look, self._places())
            self.draw_title()

    def draw_title(self) -> None:
        """Say which file it is, what is done with it, and who hears it."""
        file = self.kept.file
        if file is None:
            return
        state = " · writing" if self.opened.writing else ""
        changed = " · ● not saved" if self.kept.changed else ""
        only = " · only read" if self.kept.fixed else ""
        name = clean(self._shelf.places.called(file))
        room = max(self.size.width - _STATE - len(f"{state}{changed}{only}"), 20)
        if len(name) > room:
            name = Shown("…" + name[1 - room :])
        self._tabs.take("flow" if self.opened.in_flow else "text")
        self.opened.show_tabs(self._tabs, f"{name}{state}{changed}{only}")
        now = self.running.now
        if now is not None:
            who = clean(self.desk.store.floor.who(now.leg) or now.leg, limit=32)
            told = "~ " if any(reckoned for _, reckoned in now.actions) else ""
            self.opened.border_subtitle = literal(f"▶ {told}runs on {who}")
        else:
            ends = f"{key_of('back', self)} ends the writing"
            self.opened.border_subtitle = ends if self.opened.writing else ""

    def draw(self, *, rows: bool) -> bool:
        """Show the files that pass."""
        files = [
            file for file in self._files if self._wanted.matches(fields_of(file), text_of(file))
        ]
        self.pane.show(files)
        self.pane.tell(files, len(self._files) if self._wanted else None, key_of("back", self))
        self.draw_title()
        return False
