"""The tabs of a pane: they stand in its title, the one that is shown in brackets."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from rich.cells import cell_len
from textual import events
from textual.message import Message
from textual.widget import Widget

from console.tui.dialogs.dialog import literal

_START: Final = 2
"""Cells before the first tab: a line of the border and a blank; a corner may come before."""
_FRAME: Final = 6
"""Cells of a title's line that are no title: corners, two cells of the line, two blanks."""
NO_COUNTS: Final[Mapping[str, object]] = MappingProxyType({})


class Tabs:
    """Some tabs, one of which is shown."""

    def __init__(self, names: Sequence[str], changed: Callable[[], None]) -> None:
        """`changed` is called once another one is to be shown."""
        self.names = tuple(names)
        self.place = 0
        self._changed = changed

    @property
    def name(self) -> str:
        """The name of the one that is shown."""
        return self.names[self.place]

    def rename(self, place: int, name: str) -> None:
        """Call a tab otherwise."""
        self.names = (*self.names[:place], name, *self.names[place + 1 :])

    def take(self, name: str) -> None:
        """Take note that this one is shown; nobody is told."""
        self.place = self.names.index(name)

    def step(self, by: int) -> None:
        """Show the next one, or the one before; after the last comes the first."""
        self.go((self.place + by) % len(self.names))

    def go(self, place: int) -> None:
        """Show the one at this place."""
        if place != self.place:
            self.place = place
            self._changed()


@dataclass
class TabPressed(Message):
    """A tab in a title was pressed with the mouse."""

    place: int


class TabTitle(Widget):
    """A pane whose title can be tabs."""

    _tab_places: tuple[tuple[int, int], ...] = ()
    """From which cell to which, by place."""
    _titled: tuple[Tabs, str, Mapping[str, object]] | None = None
    """What is drawn as the title now."""
    _tab_title: tuple[str, str | None] = ("", "")
    """The same as it was given to Textual, and the spelling of it that Textual gives back."""

    def show_tabs(
        self, tabs: Tabs, rest: str = "", counts: Mapping[str, object] = NO_COUNTS
    ) -> None:
        """Draw tabs as the title.

        Args:
            tabs: Names that are ours.
            rest: What stands behind them; safe text.
            counts: How many are behind a tab, by its name.
        """
        self._titled = tabs, rest, counts
        places: list[tuple[int, int]] = []
        names = [f"{name} {counts[name]}" if name in counts else name for name in tabs.names]
        wide = sum(cell_len(said) + 2 for said in names) + (cell_len(rest) + 3 if rest else 0)
        # One blank between two of them where two do not fit.
        tight = 0 < self.outer_size.width < wide + _FRAME
        title, at = "", _START + bool(self.styles.border_left[0])
        for place, said in enumerate(names):
            shown = place == tabs.place
            gap = " " if tight and place else ""
            title += gap
            at += len(gap)
            if shown:
                title += f"[b]\\[{said}][/b]"
            else:
                title += said if tight else f" {said} "
            cells = cell_len(said) + (2 if shown or not tight else 0)
            places.append((at, at + cells))
            at += cells
        if rest:
            title += f" · {literal(rest)}"
        self._tab_places = tuple(places)
        if (title, self.border_title) != self._tab_title:
            self.border_title = title
            self._tab_title = title, self.border_title

    def drop_tabs(self) -> None:
        """The title is none of tabs any more."""
        self._tab_places, self._titled = (), None

    def on_resize(self) -> None:
        """There is more room for the tabs now, or less."""
        if self._titled is not None:
            self.show_tabs(*self._titled)

    def on_click(self, event: events.Click) -> None:
        """Show the tab that was pressed."""
        if event.y:
            return
        for place, (start, end) in enumerate(self._tab_places):
            if start <= event.x < end:
                event.stop()
                self.post_message(TabPressed(place))
