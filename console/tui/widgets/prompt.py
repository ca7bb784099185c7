"""The line at the foot where a filter or a command is typed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Static

from console.actions.filter_actions import FILTER_LINE, NAMES
from console.text import clean
from console.tui.dialogs.matches import Match, Matches
from console.tui.surroundings import keys_here
from console.tui.widgets.line_field import LineField

_EDITS: Final = frozenset(
    key
    for binding in Input.BINDINGS
    if isinstance(binding, Binding)
    for key in binding.key.split(",")
)
"""What the line itself does something with."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to go on."""

    match: Match
    """What is shown of it."""
    text: str
    """The whole line with it."""
    cursor: int
    """Where the cursor is then."""


_AROUND: Final = 8
"""Cells of the line that are neither typed nor said: sign, cursor, and what keeps them apart."""

Suggest = Callable[[str, int], Sequence[Offer]]
"""Returns the ways to go on from a line and the place of the cursor in it."""


def _nothing(typed: str, cursor: int) -> Sequence[Offer]:
    return ()


class Prompt(Vertical):
    """Hidden until it is opened with a sign (`/` or `:`); Esc closes it.

    While it is open it has every key: none reaches what is behind it.
    """

    DEFAULT_CSS = """
    Prompt {
        layer: prompt; dock: bottom; height: auto; min-height: 2; display: none;
        background: $panel; padding: 0 1;
    }
    Prompt.open { display: block; }
    Prompt Horizontal { height: 1; }
    Prompt #prompt-wrong {
        height: auto; max-height: 4; padding-left: 2; color: $refused; display: none;
    }
    Prompt.wrong #prompt-wrong { display: block; }
    Prompt #prompt-sign { width: 2; color: $key; text-style: bold; }
    Prompt #prompt-input { width: 1fr; background: $panel; }
    Prompt #prompt-note {
        width: auto; max-width: 60%; color: $muted; text-wrap: nowrap; text-overflow: ellipsis;
    }
    Prompt #prompt-note.wrong { color: $refused; }
    """

    @dataclass
    class Typed(Message):
        """The text changed."""

        sign: str
        text: str

    @dataclass
    class Entered(Message):
        """Enter was pressed."""

        sign: str
        text: str

    @dataclass
    class Named(Message):
        """The filter that is typed is to be saved under a name."""

        text: str

    @dataclass
    class Left(Message):
        """The line was left without Enter."""

        sign: str

    def __init__(self) -> None:
        super().__init__(id="prompt")
        self._matches = Matches((), id="prompt-matches")
        self._sign_before = Static("", id="prompt-sign", markup=False)
        self._field = LineField(id="prompt-input", compact=True)
        self._note = Static("", id="prompt-note", markup=False)
        self._wrong = Static("", id="prompt-wrong", markup=False)
        self._sign = ""
        self._suggest: Suggest = _nothing
        self._offers: Sequence[Offer] = ()
        self._before: Sequence[str] = ()
        self._back = 0
        """How many lines one went back to an earlier one; 0: it is one's own."""
        self._own = ""
        """What was typed before one went back."""
        self._taken = ""
        """The line as a suggestion or the history left it."""

    def compose(self) -> ComposeResult:
        """Yield suggestions above, the line, what is wrong with it below."""
        yield self._matches
        with Horizontal():
            yield self._sign_before
            yield self._field
            yield self._note
        yield self._wrong

    def on_mount(self) -> None:
        """Look at what could stand at the cursor, wherever it goes."""
        self.watch(self._field, "cursor_position", self._seek, init=False)

    @property
    def sign(self) -> str:
        """What is asked now; empty: closed."""
        return self._sign

    @property
    def is_wrong(self) -> bool:
        """Whether it says that the line cannot be understood."""
        return self.has_class("wrong")

    def open(
        self, sign: str, value: str, suggest: Suggest = _nothing, before: Sequence[str] = ()
    ) -> None:
        """Ask, starting with `value`.

        Args:
            sign: What is asked.
            value: What stands there already.
            suggest: Says how one can go on.
            before: What was entered before, the oldest first.
        """
        self._sign, self._suggest = sign, suggest
        self._before, self._back = tuple(before), 0
        self._sign_before.update(sign)
        self.note("")
        self.right()
        self._put(value, len(value))
        self.add_class("open")
        # At once: the next key of a burst must find it focused.
        self.screen.set_focus(self._field)
        self._seek()

    def close(self) -> None:
        """Hide the line."""
        self._sign = ""
        self.remove_class("open")

    def note(self, sentence: str, *, wrong: bool = False) -> None:
        """Say something at the right of the line."""
        line = self._note
        # What is typed goes first: the note gets what is left.
        left = self.size.width - cell_len(self._field.value) - _AROUND
        line.styles.max_width = max(min(left, self.size.width * 3 // 5), 0)
        line.set_class(wrong, "wrong")
        line.update(clean(sentence, limit=120))

    def wrong_at(self, at: int, length: int, reason: str) -> None:
        """Point at what cannot be understood, and say why below it."""
        self.note("")
        field = self._field
        width = max(field.size.width, 20)
        # As it is drawn: a wide character takes two cells, and a long line is scrolled.
        start = cell_len(field.value[:at]) - round(field.scroll_offset.x)
        end = start + max(cell_len(field.value[at : at + length]), 1)
        start, end = min(max(start, 0), width - 1), min(max(end, 1), width)
        carets = " " * start + "^" * max(end - start, 1)
        self._wrong.update(f"{carets}\n{clean(reason, limit=400)}")
        self.add_class("wrong")

    def goes_on(self, at: int, length: int) -> bool:
        """Tell whether a part is typed just now, and there are ways to go on from it."""
        field = self._field
        here = field.cursor_position == len(field.value) == at + length
        return here and bool(self._offers)

    def right(self) -> None:
        """Point at nothing any more."""
        self.remove_class("wrong")

    def _seek(self) -> None:
        field = self._field
        if not self._sign:
            return
        offers = self._suggest(field.value, field.cursor_position)
        if field.value == self._taken and field.value.endswith(("<", ">", " ")):
            # What was taken is whole: the next things to type are not offered over it.
            offers = ()
        self._offers = offers
        self._matches.show([each.match for each in offers])

    @on(Input.Changed)
    def changed(self, event: Input.Changed) -> None:
        """Tell what is typed."""
        event.stop()
        if self._sign:
            self._seek()
            self.post_message(self.Typed(self._sign, event.value))

    @on(Input.Submitted)
    def submitted(self, event: Input.Submitted) -> None:
        """Take the marked suggestion, or tell what was entered."""
        event.stop()
        if self._sign and not self._take():
            self.post_message(self.Entered(self._sign, event.value))

    @on(Matches.Picked)
    def picked(self, event: Matches.Picked) -> None:
        """Take the suggestion that was pressed with the mouse."""
        event.stop()
        self._take()
        self._field.focus()

    def on_click(self, event: events.Click) -> None:
        """Stay open and focused."""
        event.stop()

    def on_key(self, event: events.Key) -> None:
        """Esc leaves, Tab takes the best suggestion, arrows mark one or go through the history."""
        if not self._sign or event.key in _EDITS:
            return
        # Nothing may act from here: a key that the line does not know ends here.
        event.stop()
        event.prevent_default()
        keymap, view = keys_here(self)
        saves = keymap.for_key(event.key, FILTER_LINE)
        if saves is not None and saves.id == NAMES:
            if self._sign == "/":
                self.post_message(self.Named(self._field.value))
            return
        action = keymap.for_key(event.key, view)
        matches = self._matches
        match action.id if action else "":
            case "back":
                self.post_message(self.Left(self._sign))
            case "row.down" if matches.chosen is None and self._back:
                self._go_back(-1)
            case "row.down":
                matches.move(1)
            case "row.up" if matches.chosen is None:
                self._go_back(1)
            case "row.up" if matches.place == 0:
                matches.release()
            case "row.up":
                matches.move(-1)
            case "pane.next" | "pane.previous":
                if matches.chosen is None:
                    matches.move(1)
                self._take()

    def _go_back(self, by: int) -> None:
        """Show what was entered earlier, or later than that; 0 is what one typed oneself."""
        field = self._field
        back = min(max(self._back + by, 0), len(self._before))
        if back == self._back:
            return
        if not self._back:
            self._own = field.value
        self._back = back
        line = self._before[-back] if back else self._own
        self._put(line, len(line))

    def _put(self, line: str, cursor: int) -> None:
        field = self._field
        self._taken = line
        field.value = line
        field.cursor_position = cursor

    def _take(self) -> bool:
        matches = self._matches
        if matches.place is None or matches.place >= len(self._offers):
            return False
        offer = self._offers[matches.place]
        matches.release()
        self._put(offer.text, offer.cursor)
        self._seek()
        return True
