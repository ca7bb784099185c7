"""One pane of a view larger than it is by itself: in three steps, as lazygit has it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from textual.containers import Horizontal
from textual.widget import Widget

from console.tui.widgets.footer import Footer
from console.tui.widgets.prompt import Prompt
from console.tui.widgets.scrolling import ScrollingLines
from console.tui.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from console.tui.screens.pane_screen import PaneScreen

NORMAL, BIGGER, WHOLE = range(3)
_STEPS: Final = 3
_MARKS: Final = ("-zoomed", "-aside", "-narrowed", "-lowered")

ZOOM_CSS: Final = """
    PaneScreen .-zoomed {
        display: block !important; width: 1fr !important; height: 1fr !important;
        min-height: 0 !important; max-height: 100% !important;
    }
    PaneScreen .-aside { display: none !important; }
    PaneScreen .-narrowed { width: 20% !important; }
    PaneScreen .-lowered {
        height: 20% !important; min-height: 3 !important; max-height: 20% !important;
    }
"""
"""For the screens of views; it wins over what they say of their panes."""


class Zoom:
    """Which pane of a view is bigger, and how much."""

    def __init__(self, screen: "PaneScreen") -> None:
        self._screen = screen
        self.level = NORMAL
        self.pane: Widget | None = None
        self._opened = False
        self._beside: tuple[Widget, ...] = ()
        self._round: tuple[Widget, ...] = ()
        """The panes that there were when it began, which Tab goes through."""

    @property
    def opened(self) -> bool:
        """Whether a key opened the pane (details), rather than made it bigger."""
        return self._opened and self.level != NORMAL

    @property
    def words(self) -> str:
        """Return what is in force for the status line; empty: nothing."""
        return f"ZOOM {self.level}/{WHOLE}" if self.level else ""

    @property
    def panes(self) -> tuple[Widget, ...]:
        """The panes that one can go through now."""
        return self._round if self.level else tuple(self._seen())

    def step(self, by: int) -> None:
        """Make the pane that has the keys bigger, or less so."""
        level = (self.level + by) % _STEPS
        if level == NORMAL:
            self.leave()
            return
        if self.level == NORMAL:
            self._round = tuple(self._seen())
            focused = self._screen.focused
            self.pane = focused if focused in self._round else self._screen.home
        self.level = level
        self._apply()

    def open(self, pane: Widget, *beside: Widget) -> None:
        """Give the whole place to a pane that a key opens, and to some others with it."""
        self._round = (pane, *beside)
        self.pane, self._beside, self.level, self._opened = pane, beside, WHOLE, True
        self._apply()
        pane.focus()

    def leave(self) -> bool:
        """Show the panes as they are by themselves; False: they are."""
        if self.level == NORMAL:
            return False
        opened = self._opened
        self.level, self._opened, self._beside = NORMAL, False, ()
        self._apply()
        if opened:
            self._screen.home.focus()
        self._screen.unzoomed()
        self._screen.redraw()
        return True

    def next(self, by: int) -> bool:
        """Go to another pane, which is then the bigger one; False: nothing is zoomed."""
        if self.level == NORMAL or self.pane is None:
            return False
        panes = self._round
        focused = self._screen.focused
        here = focused if focused in panes else self.pane
        to = panes[(panes.index(here) + by) % len(panes)] if here in panes else panes[0]
        self.follow(to)
        to.focus()
        return True

    def follow(self, pane: Widget | None) -> None:
        """Another pane has the keys: it is the bigger one."""
        if self.level == NORMAL or pane is None or pane is self.pane or pane in self._beside:
            return
        if self._opened and self.pane is not None and pane in self._round:
            return
        if isinstance(pane, ScrollingLines) and pane.can_focus:
            if pane not in self._round:
                self._round = (*self._round, pane)
            self.pane = pane
            self._apply()

    def _seen(self) -> Iterator[Widget]:
        for pane in self._screen.query(ScrollingLines):
            line = [pane, *(each for each in pane.ancestors if isinstance(each, Widget))]
            if pane.can_focus and all(each.display for each in line):
                yield pane

    def _apply(self) -> None:
        screen, pane = self._screen, self.pane
        for mark in _MARKS:
            screen.query(f".{mark}").remove_class(mark)
        if self.level == NORMAL or pane is None:
            return
        kept: set[Widget] = set()
        for each in (pane, *self._beside):
            kept.update(node for node in (each, *each.ancestors) if isinstance(node, Widget))
        kept.discard(screen)
        for node in kept:
            node.add_class("-zoomed")
            parent = node.parent
            across = isinstance(parent, Horizontal)
            for other in parent.children if parent is not None else ():
                if other in kept or not _is_pane(other):
                    continue
                smaller = "-narrowed" if across else "-lowered"
                other.add_class("-aside" if self.level == WHOLE else smaller)


def _is_pane(widget: Widget) -> bool:
    if isinstance(widget, StatusLine | Footer | Prompt):
        return False
    # What cannot have the keys, such as the titles above a ladder, goes with its pane.
    lines = [widget] if isinstance(widget, ScrollingLines) else widget.query(ScrollingLines)
    return any(each.can_focus for each in lines)
