"""The text of an NCCO, read or written in place, with signs beside its lines."""

import re
import unicodedata
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from console.text import clean
from console.tui.ncco_look import SIGNS, colored
from console.tui.surroundings import keys_here
from console.voice.ncco_lint import Severity

_LOOKS: Final = {"name": "name", "text": "text", "word": "word", "sign": "sign"}
_LONGEST_COLORED: Final = 4_000
"""A line with more characters is drawn in one colour."""


class NccoEditor(TextArea):
    """Reads by default: its keys are those of the view. While it writes, letters are text."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"ncco--{look}" for look in _LOOKS.values()}

    DEFAULT_CSS = """
    NccoEditor {
        border: none; padding: 0; background: $background; color: $foreground;
        scrollbar-size-horizontal: 0; scrollbar-size-vertical: 1;
        & > .ncco--name { color: $direction-in; }
        & > .ncco--text { color: $foreground; }
        & > .ncco--word { color: $digits; }
        & > .ncco--sign { color: $muted; }
        & .text-area--gutter { color: $muted; background: $background; }
        & .text-area--cursor-gutter { color: $conversation; background: $cursor; }
        & .text-area--cursor-line { background: $cursor; }
        &.-read-only .text-area--cursor { background: $muted; color: $background; }
    }
    """

    @dataclass
    class Asked(Message):
        """A key that means something while one writes: `take`, or `back`."""

        what: str

    def __init__(self) -> None:
        super().__init__(
            "",
            soft_wrap=False,
            show_line_numbers=True,
            tab_behavior="focus",
            compact=True,
            read_only=True,
            id="ncco-text",
        )
        self._wanted = ""
        self._at = 0
        self.offers = False
        """Something is offered, so that Tab takes it."""

    def get_line(self, line_index: int) -> Text:
        """Return a line with its colours; what could act on the terminal is drawn as a sign.

        Each character stays one, so that the cursor and the colours stay where they are.
        """
        line = self.document.get_line(line_index)
        drawn = Text("".join(map(_harmless, line)), end="", no_wrap=True)
        if len(line) <= _LONGEST_COLORED and not self.app.no_color:
            for start, end, look in colored(line):
                style = self.get_component_rich_style(f"ncco--{_LOOKS[look]}", partial=True)
                drawn.stylize(Style(color=style.color), start, end)
        return drawn

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While it is only read, the keys that change text are those of the view."""
        changes = ("delete", "cut", "paste", "undo", "redo", "cursor_page")
        return not (self.read_only and action.startswith(changes))

    # --- search --------------------------------------------------------------------------------

    def search(self, text: str) -> int:
        """Find a text and select the first place from the cursor on; return how many there are.

        Capitals and small letters are one.
        """
        self._wanted = text
        places = self._places()
        row, column = self.selection.start
        later = (n for n, place in enumerate(places) if place >= (row, column))
        self._at = next(later, 0)
        self._select(places)
        return len(places)

    def step_match(self, by: int) -> tuple[int, int]:
        """Select the next place, or the one before; return which of how many it is, from 1."""
        places = self._places()
        if not places:
            return 0, 0
        self._at = (self._at + by) % len(places)
        self._select(places)
        return self._at + 1, len(places)

    def _places(self) -> list[tuple[int, int]]:
        if not self._wanted:
            return []
        found = re.compile(re.escape(self._wanted), re.IGNORECASE)
        lines = (self.document.get_line(row) for row in range(self.document.line_count))
        return [
            (row, hit.start()) for row, line in enumerate(lines) for hit in found.finditer(line)
        ]

    def _select(self, places: Sequence[tuple[int, int]]) -> None:
        if places:
            row, column = places[self._at]
            self.selection = Selection((row, column), (row, column + len(self._wanted)))
            self.scroll_cursor_visible(center=True)
        else:
            self.selection = Selection.cursor(self.cursor_location)

    # --- rows ----------------------------------------------------------------------------------

    @property
    def sight(self) -> int:
        """How many lines are in sight at a time."""
        return self.content_size.height

    def move(self, by: int) -> None:
        """Move the cursor by lines."""
        row, column = self.cursor_location
        self.move_cursor((max(0, min(row + by, self.document.line_count - 1)), column))

    def go_first(self) -> None:
        """Go to the first line."""
        self.move_cursor((0, 0))

    def go_last(self) -> None:
        """Go to the last line."""
        self.move_cursor((self.document.line_count - 1, 0))

    def on_key(self, event: events.Key) -> None:
        """While one writes, Tab takes what is offered and Esc ends the writing."""
        if self.read_only:
            return
        keymap, view = keys_here(self)
        action = keymap.for_key(event.key, view)
        if action is not None and action.id == "pane.next" and self.offers:
            event.stop()
            event.prevent_default()
            self.post_message(self.Asked("take"))


class NccoGutter(Widget):
    """Beside each line in sight: what the linter says, and whether its action runs."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "gutter--refused",
        "gutter--asked",
        "gutter--accepted",
        "gutter--playing",
    }

    DEFAULT_CSS = """
    NccoGutter {
        width: 3; height: 1fr; background: $background;
        & > .gutter--refused { color: $refused; text-style: bold; }
        & > .gutter--asked { color: $asked; text-style: bold; }
        & > .gutter--accepted { color: $accepted; }
        & > .gutter--playing { color: $playing; text-style: bold; }
    }
    """

    def __init__(self, editor: NccoEditor) -> None:
        super().__init__(id="ncco-gutter")
        self._editor = editor
        self._signs: Mapping[int, Severity] = {}
        self._runs: Set[int] = frozenset()

    def on_mount(self) -> None:
        """Go with the text."""
        self.watch(self._editor, "scroll_y", self._scrolled, init=False)

    def _scrolled(self) -> None:
        self.refresh()

    def show(self, signs: Mapping[int, Severity], running: Set[int]) -> None:
        """Show findings by line from 0, and the lines whose actions run."""
        if (signs, running) != (self._signs, self._runs):
            self._signs, self._runs = signs, running
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return the signs of one line in sight."""
        line = y + self._editor.scroll_offset.y
        base = self.rich_style
        severity = self._signs.get(line)
        sign, meaning = SIGNS[severity] if severity is not None else (" ", "asked")
        runs = "▶" if line in self._runs else " "
        return Strip(
            [
                Segment(runs, base + self._look("playing")),
                Segment(sign, base + self._look(meaning)),
                Segment(" ", base),
            ]
        )

    def _look(self, meaning: str) -> Style:
        return self.get_component_rich_style(f"gutter--{meaning}", partial=True)


def _harmless(character: str) -> str:
    """Return one character for one: what `clean` would write out becomes a sign."""
    if character == "\t" or (character.isascii() and character.isprintable()):
        return character
    if ord(character) < 0x20:
        return chr(0x2400 + ord(character))
    if unicodedata.combining(character) or len(clean(character)) == 1:
        return character
    return "�"
