"""A question that is answered with one of a few options; the default is the harmless one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.widget import Widget

from console.tui.dialogs.dialog import Dialog, text
from console.tui.surroundings import keys_here

_STEPS = {"row.down": 1, "row.up": -1}
"""Actions of the registry whose keys move between the answers."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer."""

    value: str
    label: str
    letters: str
    """Keys that choose it at once; the first is shown."""
    dangerous: bool = False


class Options(Widget, can_focus=True, inherit_bindings=False):
    """The answers, one a line."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "options--key",
        "options--on",
        "options--off",
        "options--danger",
    }

    DEFAULT_CSS = """
    Options { height: auto; margin: 1 0 0 0; text-wrap: nowrap; text-overflow: ellipsis; }
    Options > .options--key { color: $key; text-style: bold; }
    Options > .options--on { background: $cursor; color: $conversation; text-style: bold; }
    Options > .options--off { color: $foreground; }
    Options > .options--danger { color: $refused; text-style: bold; }
    """

    def __init__(self, options: Sequence[Option], place: int) -> None:
        super().__init__(id="options")
        self.options = tuple(options)
        self.place = place

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """One line for each answer."""
        return len(self.options)

    def render(self) -> Text:
        """Return the answers; the one Enter takes is marked."""
        lines = Text(no_wrap=True, end="")
        for number, option in enumerate(self.options):
            if number:
                lines.append("\n")
            on = number == self.place
            base = self._style("on") if on else self._style("off")
            if on and self.app.no_color:
                base = Style(reverse=True)
            label = base + self._style("danger") if option.dangerous else base
            lines.append(" ▸ " if on else "   ", base)
            lines.append(option.letters[0], base + self._style("key"))
            lines.append(f"  {option.label}", label)
            lines.append(" " * max(self.size.width - 6 - len(option.label), 0), base)
        return lines

    def _style(self, part: str) -> Style:
        return self.get_component_rich_style(f"options--{part}", partial=True)


class Question(Dialog[str]):
    """Asks; answers the option's value, or None when it was left."""

    def __init__(
        self, title: str, lines: Sequence[str], options: Sequence[Option], *, default: str
    ) -> None:
        """Ask with `lines` of safe text; `default` is the value that Enter alone takes."""
        super().__init__(title, "Enter takes the marked one · Esc leaves")
        self._lines = lines
        values = [option.value for option in options]
        self._options = Options(options, values.index(default))

    def content(self) -> ComposeResult:
        """Yield the sentences and the answers."""
        for line in self._lines:
            yield text(line)
        yield self._options

    def on_mount(self) -> None:
        """Let the answers have the keys."""
        self._options.focus()

    def on_key(self, event: events.Key) -> None:
        """Move with the arrows, take with Enter or a letter."""
        options = self._options.options
        taken = [each for each in options if event.character and event.character in each.letters]
        keymap, view = keys_here(self._options)
        action = keymap.for_key(event.key, view)
        if taken:
            self.dismiss(taken[0].value)
        elif action is not None and action.id in _STEPS:
            self._options.place = (self._options.place + _STEPS[action.id]) % len(options)
            self._options.refresh()
        elif event.key == "enter":
            self.dismiss(options[self._options.place].value)
        else:
            return
        event.stop()

    def on_click(self, event: events.Click) -> None:
        """Take what was pressed with the mouse."""
        if event.widget is self._options and event.y < len(self._options.options):
            self.dismiss(self._options.options[event.y].value)
