"""The line where one types what to look for in a text; it leaves with Enter or Esc."""

from dataclasses import dataclass

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from console.text import clean
from console.tui.surroundings import keys_here
from console.tui.widgets.line_field import LineField


class SearchLine(Horizontal):
    """Hidden until it is opened; while it is open letters are text."""

    DEFAULT_CSS = """
    SearchLine {
        dock: bottom; height: 1; display: none; background: $panel; padding: 0 1;
    }
    PaneScreen > SearchLine { layer: prompt; }
    SearchLine.open { display: block; }
    SearchLine #search-sign { width: 7; color: $key; text-style: bold; }
    SearchLine #search-input { width: 1fr; background: $panel; }
    SearchLine #search-note { width: auto; max-width: 60%; color: $muted; }
    """

    @dataclass
    class Typed(Message):
        """The text changed."""

        text: str

    @dataclass
    class Entered(Message):
        """Enter was pressed."""

        text: str

    class Left(Message):
        """The line was left without Enter."""

    def __init__(self) -> None:
        super().__init__(id="search")

    def compose(self) -> ComposeResult:
        """Yield what is asked, the text, how often it is there."""
        yield Static("find / ", id="search-sign", markup=False)
        yield LineField(id="search-input", compact=True)
        yield Static("", id="search-note", markup=False)

    @property
    def is_open(self) -> bool:
        """Whether one types in it."""
        return self.has_class("open")

    def open(self, text: str) -> None:
        """Ask, starting with `text`."""
        field = self.query_one(Input)
        self.add_class("open")
        self.note("")
        field.value = text
        field.cursor_position = len(text)
        # At once: the next key of a burst must find it focused.
        self.screen.set_focus(field)

    def close(self) -> None:
        """Hide the line."""
        self.remove_class("open")

    def note(self, sentence: str) -> None:
        """Say something at the right of the line."""
        self.query_one("#search-note", Static).update(clean(sentence, limit=60))

    @on(Input.Changed)
    def changed(self, event: Input.Changed) -> None:
        """Tell what is typed."""
        event.stop()
        if self.is_open:
            self.post_message(self.Typed(event.value))

    @on(Input.Submitted)
    def submitted(self, event: Input.Submitted) -> None:
        """Tell what was entered."""
        event.stop()
        self.post_message(self.Entered(event.value))

    def on_key(self, event: events.Key) -> None:
        """Esc leaves; Tab stays."""
        keymap, view = keys_here(self)
        action = keymap.for_key(event.key, view)
        match action.id if action else "":
            case "back":
                self.post_message(self.Left())
            case "pane.next" | "pane.previous":
                pass
            case _:
                return
        event.stop()
        event.prevent_default()
