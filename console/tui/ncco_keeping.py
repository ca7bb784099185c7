"""The file that is opened: read, compared with what others write, saved, edited outside."""

import asyncio
from pathlib import Path
from typing import Any, Protocol

from textual.app import App

from console.tasks import spawn
from console.text import clean
from console.tui.dialogs.question import Option, Question
from console.tui.ncco_files import NccoFile, Opened, Stamp, block_text, read, save, stamp_of
from console.tui.ncco_look import look_at
from console.tui.own_editor import EditorError, edit_file
from console.tui.steering import Shows
from console.tui.typed_in_order import opening
from console.tui.widgets.ncco_opened import NccoOpened
from console.voice.ncco_lint import Severity


class Keeps(Shows, Protocol):
    """The screen that the file is opened on."""

    @property
    def app(self) -> App[Any]:
        """Whose terminal an editor gets."""

    def was_opened(self, *, again: bool) -> None:
        """Another text is in the pane; `again`: of the same file."""

    def was_left(self) -> None:
        """No file is opened any more."""

    def was_saved(self) -> None:
        """The file is as the text is."""


class NccoKeeping:
    """What is written in the pane stays until it is saved or given up."""

    def __init__(self, pane: NccoOpened, shows: Keeps) -> None:
        self._pane, self._shows = pane, shows
        self.file: NccoFile | None = None
        self._content = Opened()
        self._saved = ""
        self._told = False

    @property
    def fixed(self) -> str:
        """Why the text cannot be written in; empty: it can."""
        return self._content.fixed

    @property
    def changed(self) -> bool:
        """Whether something was written that is not saved."""
        return self.file is not None and self._pane.editor.text != self._saved

    def open(self, file: NccoFile) -> None:
        """Show a file, soon."""
        opening(self._pane, self._open(file), name="open NCCO")

    async def _open(self, file: NccoFile, *, again: bool = False) -> None:
        if file.path is None:
            content = Opened(block_text(file.name), fixed="is a building block: it is only read")
        else:
            content = await asyncio.to_thread(read, file.path)
        if again and (file is not self.file or self.changed):
            return
        if content.trouble:
            self._shows.say(f"{clean(file.name, limit=60)} {content.trouble}")
            return
        place = self._pane.editor.cursor_location if again else (0, 0)
        self.file, self._content, self._told = file, content, False
        self._pane.begin(content.text)
        self._saved = self._pane.editor.text
        self._pane.editor.move_cursor(place)
        self._shows.was_opened(again=again)
        if again:
            self._shows.say("read again: it was changed outside")

    async def text_of(self, file: NccoFile) -> str:
        """Return a file's text: of the opened one as it was written in."""
        if file is self.file:
            return self._pane.editor.text
        if file.path is None:
            return block_text(file.name)
        return (await asyncio.to_thread(read, file.path)).text

    async def compare(self, file: NccoFile, stamp: Stamp | None) -> None:
        """Take what somebody else wrote into the file; what is written here stays.

        Args:
            file: Which one was looked at.
            stamp: Its stamp then; None: it is gone.
        """
        if file is not self.file or file.path is None:
            return
        if stamp == self._content.stamp:
            self._told = False
        elif self.changed or self._pane.writing or stamp is None:
            if not self._told:
                gone = "is gone" if stamp is None else "was changed by somebody else"
                self._shows.say(f"{clean(file.name, limit=60)} {gone}; what you see is kept here")
            self._told = True
        else:
            await self._open(file, again=True)

    # --- leaving -------------------------------------------------------------------------------

    def leave(self) -> None:
        """Close the file; what is not saved is asked about."""
        if not self.changed or self.file is None:
            self._close()
            return

        def answered(answer: str | None) -> None:
            if answer == "save":
                self.save(leave=True)
            elif answer == "leave":
                self._close()

        options = [
            Option("save", "save it, then leave", "s"),
            Option("leave", "leave it as it was; what you wrote is lost", "l", dangerous=True),
            Option("no", "no, go on with it", "n"),
        ]
        lines = [f"{clean(self.file.name, limit=60)} was written in and is not saved."]
        self._shows.push(Question("Leave", lines, options, default="no"), answered)

    def _close(self) -> None:
        self.file, self._content, self._saved = None, Opened(), ""
        self._pane.begin("")
        self._shows.was_left()

    # --- saving --------------------------------------------------------------------------------

    def save(self, *, leave: bool = False) -> None:
        """Save the text; what somebody else wrote meanwhile is not written over unasked."""
        file = self.file
        if file is None or file.path is None or self.fixed:
            self._shows.say(f"this {self.fixed}")
        elif stamp_of(file.path) in (self._content.stamp, None):
            opening(self._pane, self._put(file, file.path, leave=leave), name="save NCCO")
        else:
            self._ask_over(file, file.path, leave=leave)

    def _ask_over(self, file: NccoFile, path: Path, *, leave: bool) -> None:
        def answered(answer: str | None) -> None:
            if answer == "over":
                opening(self._pane, self._put(file, path, leave=leave), name="save NCCO")

        options = [
            Option("over", "save over it", "o", dangerous=True),
            Option("no", "no, leave the file as it is", "n"),
        ]
        lines = [f"{clean(file.name, limit=60)} was changed by somebody else since you opened it."]
        self._shows.push(Question("Save", lines, options, default="no"), answered)

    async def _put(self, file: NccoFile, path: Path, *, leave: bool) -> None:
        text = self._pane.editor.text
        try:
            stamp = await asyncio.to_thread(save, path, text)
        except (OSError, ValueError) as error:
            said = error.strerror if isinstance(error, OSError) else None
            self._shows.say(f"not saved: {clean(said or error, limit=120)}")
            return
        if file is self.file:
            self._content, self._saved = Opened(text, stamp), text
        look = await asyncio.to_thread(look_at, text)
        if any(found.severity is Severity.ERROR for found in look.findings):
            self._shows.say(f"saved with {look.counted}: a call is not answered with it so")
        elif file.group == "routes":
            self._shows.say("saved: the next call of its route is answered with it")
        else:
            self._shows.say("saved")
        if leave and file is self.file and not self.changed:
            self._close()
        else:
            self._shows.was_saved()

    # --- outside -------------------------------------------------------------------------------

    def edit(self, file: NccoFile, save_key: str) -> None:
        """Open a file in the person's own editor; `save_key` saves what is written here."""
        if file.path is None:
            self._shows.say("this is a building block: it is only read")
        elif self.changed:
            self._shows.say(f"save it first ({save_key}): your editor reads the file")
        else:
            spawn(self._edit(file, file.path), name="edit NCCO")

    async def _edit(self, file: NccoFile, path: Path) -> None:
        try:
            await edit_file(self._shows.app, path)
        except EditorError as error:
            self._shows.say(f"$EDITOR: {error}")
            return
        self._shows.app.refresh(layout=True)
        if file is self.file:
            await self._open(file, again=True)
        self._shows.was_saved()
