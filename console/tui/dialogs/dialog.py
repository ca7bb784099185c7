"""What every question has in common: a box over the dimmed floor, Esc leaves it."""

from typing import TypeVar

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from console.actions.registry import BY_ID
from console.text import clean
from console.tui.keys import bindings
from console.tui.surroundings import frame_of, frame_style

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer | None], inherit_bindings=False):
    """A titled box; answers None when it was left."""

    BINDINGS = bindings([BY_ID["back"], BY_ID["pane.next"], BY_ID["pane.previous"]])

    DEFAULT_CSS = """
    Dialog { align: center middle; background: $background 60%; }
    Dialog > .box {
        width: 72; max-width: 96%; height: auto; max-height: 96%; overflow-y: auto;
        padding: 1 2; border: round $rule-focus; background: $surface;
        border-title-color: $conversation; border-title-style: bold;
        border-subtitle-color: $muted;
    }
    Dialog .hint { color: $muted; height: auto; }
    Dialog .wrong { color: $refused; height: auto; }
    Dialog .right { color: $proven; height: auto; }
    """

    def __init__(self, title: str, foot: str) -> None:
        super().__init__()
        self._title, self._foot = clean(title, limit=66), foot

    def compose(self) -> ComposeResult:
        """Build the box round the subclass's content."""
        with Vertical(classes="box") as box:
            box.border_title = self._headline()
            box.border_subtitle = literal(self._foot)
            yield from self.content()

    def _headline(self) -> Text:
        """Return the title, after the word of the context: a question says whose calls it is on."""
        title = Text(end="")
        if (frame := frame_of(self)) is not None:
            title.append(f" {clean(frame.word, limit=16)} ", frame_style(self, frame.color))
            title.append(" ")
        return title.append(self._title)

    def content(self) -> ComposeResult:
        """Yield what is in the box."""
        yield from ()

    def action_run(self, action: str) -> None:
        """Do what a key of the registry means inside a dialog."""
        match action:
            case "back":
                self.dismiss(None)
            case "pane.next":
                self.focus_next()
            case "pane.previous":
                self.focus_previous()
            case _:
                raise AssertionError(f"no dialog is bound to {action}")


def text(
    content: str,
    classes: str = "",
    *,
    id: str | None = None,  # noqa: A002 - Textual's own name for it
) -> Static:
    """Return safe `content` as a widget that reads no markup in it."""
    return Static(content, classes=classes, id=id, markup=False)


def literal(title: str) -> str:
    """Return a border title that Textual's markup shows as it is."""
    return title.replace("[", "\\[")
