"""Which filters are in force, in every view: their text, how much they show, and the way out."""

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.widget import Widget

from console.tui.cells import fit
from console.tui.keys import key_of

_GAP = "   "


class FilterLine(Widget):
    """One line above the keys; not there while everything is shown."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"filter-line--text", "filter-line--way-out"}

    DEFAULT_CSS = """
    FilterLine { height: 1; padding: 0 1; background: $surface; display: none; }
    FilterLine > .filter-line--text { color: $notice; text-style: bold; }
    FilterLine > .filter-line--way-out { color: $muted; }
    """

    def __init__(self) -> None:
        super().__init__(id="filter-line")
        self._words: tuple[str, ...] = ()

    def show(self, words: Sequence[str]) -> None:
        """Show the filters in force; safe texts."""
        if tuple(words) != self._words:
            self._words = tuple(words)
            self.display = bool(words)
            self.refresh()

    def render(self) -> Text:
        """Return the line; a long filter is cut, the way out is not."""
        style = self.get_component_rich_style
        way_out = f"{_GAP}{key_of('back', self)} clears"
        room = max(self.size.width - cell_len(way_out), 8)
        said = _GAP.join(self._words)
        line = Text(no_wrap=True, end="")
        line.append(
            said if cell_len(said) <= room else fit(said, room),
            style("filter-line--text", partial=True),
        )
        line.append(way_out, style("filter-line--way-out", partial=True))
        return line
