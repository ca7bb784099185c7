"""The line at the foot where a filter or a command is typed."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Static

from console.text import clean
from console.tui.dialogs.matches import Match, Matches
from console.tui.surroundings import keys_here


class Prompt(Vertical):
    """Hidden until it is opened with a sign (`/` or `:`); Esc closes it."""

    DEFAULT_CSS = """
    Prompt {
        layer: prompt; dock: bottom; height: auto; min-height: 2; display: none;
        background: $panel; padding: 0 1;
    }
    Prompt.open { display: block; }
    Prompt Horizontal { height: 1; }
    Prompt #prompt-sign { width: 2; color: $key; text-style: bold; }
    Prompt #prompt-input { width: 1fr; background: $panel; }
    Prompt #prompt-note { width: auto; max-width: 60%; color: $muted; }
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
    class Left(Message):
        """The line was left without Enter."""

        sign: str

    def __init__(self) -> None:
        super().__init__(id="prompt")
        self._sign = ""

    def compose(self) -> ComposeResult:
        """Yield suggestions above, the line below."""
        yield Matches((), id="prompt-matches")
        with Horizontal():
            yield Static("", id="prompt-sign", markup=False)
            yield Input(id="prompt-input", compact=True)
            yield Static("", id="prompt-note", markup=False)

    @property
    def sign(self) -> str:
        """What is asked now; empty: closed."""
        return self._sign

    def open(self, sign: str, value: str, suggestions: Sequence[Match]) -> None:
        """Ask, starting with `value`."""
        self._sign = sign
        self.query_one("#prompt-sign", Static).update(sign)
        self.note("")
        self.query_one(Matches).offer(suggestions)
        field = self.query_one(Input)
        field.value = value
        field.cursor_position = len(value)
        self.add_class("open")
        # At once: the next key of a burst must find it focused.
        self.screen.set_focus(field)
        self._seek(value)

    def close(self) -> None:
        """Hide the line."""
        self._sign = ""
        self.remove_class("open")

    def note(self, sentence: str, *, wrong: bool = False) -> None:
        """Say something at the right of the line."""
        line = self.query_one("#prompt-note", Static)
        line.set_class(wrong, "wrong")
        line.update(clean(sentence, limit=120))

    def _seek(self, value: str) -> None:
        wanted = value.lstrip()
        self.query_one(Matches).seek(wanted if self._sign and " " not in wanted else None)

    @on(Input.Changed)
    def changed(self, event: Input.Changed) -> None:
        """Tell what is typed."""
        event.stop()
        if self._sign:
            self._seek(event.value)
            self.post_message(self.Typed(self._sign, event.value))

    @on(Input.Submitted)
    def submitted(self, event: Input.Submitted) -> None:
        """Take the marked suggestion, or tell what was entered."""
        event.stop()
        if not self._take():
            self.post_message(self.Entered(self._sign, event.value))

    def on_key(self, event: events.Key) -> None:
        """Esc leaves, the arrows mark a suggestion, Tab takes the best one."""
        keymap, view = keys_here(self)
        action = keymap.for_key(event.key, view)
        matches = self.query_one(Matches)
        match action.id if action else "":
            case "back":
                self.post_message(self.Left(self._sign))
            case "row.down":
                matches.move(1)
            case "row.up":
                matches.move(-1)
            case "pane.next" | "pane.previous":
                if matches.chosen is None:
                    matches.move(1)
                self._take()
            case _:
                return
        event.stop()
        event.prevent_default()

    def _take(self) -> bool:
        matches = self.query_one(Matches)
        chosen = matches.chosen
        if chosen is None:
            return False
        field = self.query_one(Input)
        field.value = chosen.value + " "
        field.cursor_position = len(field.value)
        matches.release()
        return True
