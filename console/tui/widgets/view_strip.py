"""The views there are, each with its digit; one can press them with the mouse."""

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.widget import Widget

from console.tui.widgets.footer import Footer

ViewName = tuple[str, str, str]
"""The action that opens a view, its key as it is written for people, its name."""


class ViewStrip(Widget):
    """One line above the panes; hidden where the panes need it (`-short` of the screen)."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"views--key", "views--here", "views--name"}

    DEFAULT_CSS = """
    ViewStrip { height: 1; padding: 0 1; background: $background; color: $muted; }
    ViewStrip > .views--key { color: $key; text-style: bold; }
    ViewStrip > .views--name { color: $muted; }
    ViewStrip > .views--here { color: $conversation; text-style: bold reverse; }
    """

    def __init__(self) -> None:
        super().__init__(id="views")
        self._names: Sequence[ViewName] = ()
        self._here: str | None = None
        self._places: list[tuple[int, int, str]] = []

    def show(self, names: Sequence[ViewName], here: str) -> None:
        """Show views in the order of their digits; `here`: the action of the one that is shown."""
        if (names, here) != (self._names, self._here):
            self._names, self._here = names, here
            self.refresh()

    def render(self) -> Text:
        """Return digits with names, the present one in brackets; where it is tight, digits."""
        key, name, here = (
            self.get_component_rich_style(f"views--{part}", partial=True)
            for part in ("key", "name", "here")
        )
        wide = sum(cell_len(digit) + cell_len(said) + 3 for _, digit, said in self._names)
        text = Text(no_wrap=True, end="")
        self._places = []
        for action, digit, said in self._names:
            start = text.cell_len
            if action == self._here:
                text.append(f"[{digit} {said}]", here)
            else:
                text.append(f" {digit}", key)
                text.append(f" {said} " if wide <= self.size.width else " ", name)
            self._places.append((start, text.cell_len, action))
        return text

    def on_click(self, event: events.Click) -> None:
        """Show the view that was pressed."""
        for start, end, action in self._places:
            if start <= event.x - 1 < end:
                self.post_message(Footer.Pressed(action))
