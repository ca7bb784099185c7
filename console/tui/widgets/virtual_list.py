"""A list that draws only what is seen, and whose cursor is bound to an id, never to a row."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from console.tui.painting import paint_now
from console.tui.themes import MEANINGS
from console.tui.widgets.scrolling import ScrollingLines

Piece = tuple[str, Style]
"""Some cells of a row: safe text, fitted to its width, and how it looks."""

Find = Callable[[str], int | None]
"""Gives the place of a key; None: it is not in the list."""

_CACHED_ROWS = 2_000


def _nowhere(key: str) -> int | None:
    return None


class VirtualList(ScrollingLines, can_focus=True, inherit_bindings=False):
    """Rows of one line each, by key. A subclass gives `draw` and may give `version`.

    Nothing but the visible rows is ever drawn, and a row is drawn again only when its version,
    the width, or the cursor on it changed.
    """

    REST_SHOWS: ClassVar[bool] = True
    """Whether the cursor is seen while another pane has the keys."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"list--{meaning}" for meaning in MEANINGS}

    DEFAULT_CSS = (
        "".join(
            f"VirtualList > .list--{meaning} {{ color: ${meaning}; }}\n"
            for meaning in MEANINGS
            if not meaning.startswith("cursor")
        )
        + """
        VirtualList > .list--cursor { background: $cursor; }
        VirtualList > .list--cursor-blurred { background: $cursor-blurred; }
        """
    )

    @dataclass
    class CursorMoved(Message):
        """The cursor went to another id, or its row to another place on the screen."""

        list: "VirtualList"
        key: str | None
        by_user: bool

    class Chosen(Message):
        """A row was pressed a second time with the mouse."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._keys: Sequence[str] = ()
        self._find: Find = _nowhere
        self._cursor: str | None = None
        self._place = 0
        self._drawn: dict[str, tuple[Hashable, Strip]] = {}

    # --- what a subclass says ------------------------------------------------------------------

    def draw(self, key: str, width: int) -> list[Piece]:
        """Return the pieces of a row, together at most `width` cells wide."""
        raise NotImplementedError

    def version(self, key: str) -> Hashable:
        """Return a value that changes when the row looks different."""
        return None

    def first_place(self, keys: Sequence[str]) -> int:
        """Return the row where the cursor starts."""
        return 0

    def moved_by_user(self, place: int) -> None:
        """The user put the cursor on this row."""

    # --- rows ----------------------------------------------------------------------------------

    @property
    def keys(self) -> Sequence[str]:
        """The keys of all rows, from above."""
        return self._keys

    @property
    def cursor(self) -> str | None:
        """The key under the cursor."""
        return self._cursor

    def replace(
        self, keys: Sequence[str], find: Find | None = None, *, cursor: str | None = None
    ) -> None:
        """Show these rows. The cursor stays on its id, and that on its line of the screen.

        Args:
            keys: All rows from above.
            find: Gives the place of a key; made here when not given.
            cursor: Where the cursor goes instead.
        """
        before_line = self._place - self.top
        self._keys = keys
        self._find = find or {key: place for place, key in enumerate(keys)}.get
        if cursor is not None:
            self._cursor = cursor
        if len(self._drawn) > _CACHED_ROWS:
            self._drawn.clear()
        if not keys:
            moved = self._cursor is not None
            self._cursor, self._place = None, 0
        elif self._cursor is None:
            moved = True
            self._place = self.first_place(keys)
            self._cursor = keys[self._place]
        else:
            place = self._find(self._cursor)
            if place is None:
                moved = True
                self._place = min(self._place, len(keys) - 1)
                self._cursor = keys[self._place]
            else:
                self._place = place
                self.top = max(0, min(place - before_line, self.last_top))
                moved = place - self.top != before_line
        self.top = min(self.top, self.last_top)
        self.refresh_changed()
        if moved:
            self._keep_in_sight()
            self.post_message(self.CursorMoved(self, self._cursor, by_user=False))

    def touch(self) -> None:
        """Look at the visible rows again; those that look the same are not drawn again."""
        self.refresh_changed()

    def forget_drawn(self) -> None:
        """Draw every row again (theme or filter changed)."""
        self._drawn.clear()
        self.refresh()

    # --- cursor --------------------------------------------------------------------------------

    def select(self, key: str, *, by_user: bool = True) -> bool:
        """Put the cursor on this id; False: it is not in the list."""
        place = self._find(key)
        if place is None:
            return False
        self._go(place, by_user=by_user)
        return True

    def move(self, by: int) -> None:
        """Move the cursor by so many rows, as far as there are rows."""
        self._go(max(0, min(self._place + by, len(self._keys) - 1)), by_user=True)

    def go_first(self) -> None:
        """Move the cursor to the first row."""
        self._go(0, by_user=True)

    def go_last(self) -> None:
        """Move the cursor to the last row."""
        self._go(len(self._keys) - 1, by_user=True)

    def _go(self, place: int, *, by_user: bool) -> None:
        if not self._keys:
            return
        key = self._keys[place]
        changed, before = key != self._cursor, self._place
        self._place, self._cursor = place, key
        if by_user:
            self.moved_by_user(place)
        self._keep_in_sight()
        if changed:
            self.refresh_place(before)
            self.refresh_place(place)
            if by_user:
                paint_now(self)
            self.post_message(self.CursorMoved(self, key, by_user=by_user))

    def _keep_in_sight(self) -> None:
        height = self.size.height
        if self._place < self.top:
            self.scroll_top(self._place)
        elif height and self._place >= self.top + height:
            self.scroll_top(self._place - height + 1)

    # --- drawing -------------------------------------------------------------------------------

    def meaning(self, name: str) -> Style:
        """Return the theme's style of one meaning."""
        return self.get_component_rich_style(f"list--{name}", partial=True)

    @property
    def line_count(self) -> int:
        """How many rows there are."""
        return len(self._keys)

    def line(self, place: int, width: int) -> Strip:
        """Return one row; it is drawn only when it looks different from the last time."""
        key = self._keys[place]
        at_cursor = key == self._cursor
        version = (self.version(key), width, at_cursor, at_cursor and self.has_focus, self.base)
        cached = self._drawn.get(key)
        if cached is not None and cached[0] == version:
            return cached[1]
        over = self._cursor_style() if at_cursor else Style()
        look = self.base
        pieces = self.draw(key, width)
        segments = [Segment(text, look + style + over) for text, style in pieces if text]
        strip = Strip(segments).adjust_cell_length(width, look + over)
        self._drawn[key] = (version, strip)
        return strip

    def _cursor_style(self) -> Style:
        if not self.has_focus and not self.REST_SHOWS:
            return Style()
        if self.app.no_color:
            return Style(reverse=True) if self.has_focus else Style(underline=True)
        return self.meaning("cursor" if self.has_focus else "cursor-blurred")

    # --- events --------------------------------------------------------------------------------

    def on_resize(self) -> None:
        """Fit rows to the new size and keep the cursor in sight."""
        super().on_resize()
        self._keep_in_sight()

    def on_focus(self) -> None:
        """Show the cursor as the active one."""
        self.refresh()

    def on_blur(self) -> None:
        """Show the cursor as a resting one."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Select the pressed row; pressed again, it is chosen."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        place = offset.y + self.top
        if place < len(self._keys):
            again = self._keys[place] == self._cursor and event.chain > 1
            self._go(place, by_user=True)
            if again:
                self.post_message(self.Chosen())

    def notify_style_update(self) -> None:
        """Drop what was drawn with the old theme."""
        self._drawn.clear()
        super().notify_style_update()

    def line_of_cursor(self) -> Region:
        """Return where on this widget the cursor's row is."""
        return Region(0, self._place - self.top, self.size.width, 1)
