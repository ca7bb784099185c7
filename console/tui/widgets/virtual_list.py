"""A list that draws only what is seen, and whose cursor is bound to an id, never to a row."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from console.tui.painting import paint_now
from console.tui.row_pile import place_of
from console.tui.sorting import Column, Order
from console.tui.themes import MEANINGS
from console.tui.widgets.empty_text import EmptyText
from console.tui.widgets.list_head import Head, head_strip, title_at
from console.tui.widgets.scrolling import ScrollingLines

Piece = tuple[str, Style]
"""Some cells of a row: safe text, fitted to its width, and how it looks."""

Find = Callable[[str], int | None]
"""Gives the place of a key; None: it is not in the list."""

_CACHED_ROWS = 2_000
_TALL: Final = 30
"""Lines of the screen from which on a head is always shown; else only while it says something."""


class VirtualList(ScrollingLines, can_focus=True, inherit_bindings=False):
    """Rows of one line each, by key. A subclass gives `draw` and may give `version`.

    Nothing but the visible rows is ever drawn, and a row is drawn again only when its version,
    the width, or the cursor on it changed.
    """

    REST_SHOWS: ClassVar[bool] = True
    """Whether the cursor is seen while another pane has the keys."""

    COLUMNS: ClassVar[tuple[Column, ...]] = ()
    """What the rows can be sorted by."""

    HEAD_STAYS: ClassVar[bool] = False
    """Whether the head is shown on a low screen too."""

    MARGIN: ClassVar[int] = 1
    """Cells between the border and a row: one, or none where rows bring their own.

    See `margin` for what stands there.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"list--head", *(f"list--{name}" for name in MEANINGS)}

    DEFAULT_CSS = (
        "".join(
            f"VirtualList > .list--{name} {{ color: ${name}; }}\n"
            for name in MEANINGS
            if not name.startswith("cursor")
        )
        + """
        VirtualList > .list--head { color: $muted; }
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
        self.order = Order(self.COLUMNS)
        self._given: Sequence[str] = ()
        self._values: Sequence[Any] = ()
        self._keys: Sequence[str] = ()
        self._find: Find = self._search
        self._cursor: str | None = None
        self._place = 0
        self._drawn: dict[str, tuple[Hashable, Strip]] = {}
        self._empty = EmptyText()

    # --- what a subclass says ------------------------------------------------------------------

    def draw(self, key: str, width: int) -> list[Piece]:
        """Return the pieces of a row, together at most `width` cells wide.

        The margin is not among them, and `width` does not count it.
        """
        raise NotImplementedError

    def margin(self, key: str) -> Piece:
        """Return what stands in the cell before a row; its `version` tells when that changes."""
        return (" ", Style())

    def version(self, key: str) -> Hashable:
        """Return a value that changes when the row looks different."""
        return None

    def first_place(self, keys: Sequence[str]) -> int:
        """Return the row where the cursor starts."""
        return 0

    def lead(self, place: int) -> int:
        """Return the first row that is in sight while the cursor is on this one, or the row."""
        return place

    def moved_by_user(self, place: int) -> None:
        """The user put the cursor on this row."""

    def value(self, key: str, column: Column) -> Any:
        """Return what a row is sorted by in one of `COLUMNS`; None: it has nothing there."""
        raise NotImplementedError

    def heads(self, width: int) -> Sequence[Head]:
        """Return the titles above the columns of a row; those of `COLUMNS` can be pressed.

        `width` is that of a row, without its margin.
        """
        return ()

    def _search(self, key: str) -> int | None:
        return place_of(key, self._keys, self._place)

    # --- rows ----------------------------------------------------------------------------------

    @property
    def row_width(self) -> int:
        """Cells of what `draw` gives: a line without its margin."""
        return max(self.line_width - self.MARGIN, 0)

    def when_empty(self, *lines: str) -> None:
        """Say this in the middle of the list while it has no rows; safe text.

        Args:
            lines: What there is none of, then the key or the command that brings some.
        """
        if lines != self._empty.lines:
            self._empty.lines = lines
            if not self._keys:
                self.refresh()

    @property
    def given(self) -> Sequence[str]:
        """The keys of all rows as they came, whatever they are sorted by."""
        return self._given

    def order_changed(self) -> None:
        """Put the rows in the order that is wished for now."""
        self._values = ()
        self.replace(self._given)

    def _in_order(self, keys: Sequence[str]) -> Sequence[str]:
        """Return keys in order; they are sorted only where a value or a row is another one."""
        column = self.order.by
        if column is None:
            self._values = ()
            return keys
        values = [self.value(key, column) for key in keys]
        if values == self._values and keys == self._given and len(keys) == len(self._keys):
            return self._keys
        self._values = values
        return [keys[place] for place in self.order.places(values)]

    @property
    def keys(self) -> Sequence[str]:
        """The keys of all rows, from above."""
        return self._keys

    @property
    def cursor(self) -> str | None:
        """The key under the cursor."""
        return self._cursor

    def replace(
        self,
        keys: Sequence[str],
        find: Find | None = None,
        *,
        cursor: str | None = None,
        from_top: bool = False,
    ) -> None:
        """Show these rows. The cursor stays on its id, and that on its line of the screen.

        Args:
            keys: All rows from above.
            find: Gives the place of a key; made here when not given.
            cursor: Where the cursor goes instead.
            from_top: The first row is in sight, whatever line the cursor is on then.
        """
        before_line = self._place - self.top
        keys, self._given = self._in_order(keys), keys
        self._keys = keys
        self._find = find or self._search
        taken = cursor is not None and cursor != self._cursor
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
                top = 0 if from_top else max(0, min(place - before_line, self.last_top))
                self.top = self.lead(place) if top == place else top
                moved = taken or place - self.top != before_line
        self.top = min(self.top, self.last_top)
        self.refresh_changed()
        if moved:
            self._keep_in_sight()
            self.tell_cursor(by_user=False)

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
        if changed or by_user:
            # A row that the user stays on was chosen, too.
            self.tell_cursor(by_user=by_user)

    def tell_cursor(self, *, by_user: bool) -> None:
        """Say where the cursor is now."""
        self.post_message(self.CursorMoved(self, self._cursor, by_user=by_user))

    def _keep_in_sight(self) -> None:
        height = self.sight
        if self._place <= self.top:
            self.scroll_top(self.lead(self._place))
        elif height and self._place >= self.top + height:
            self.scroll_top(self._place - height + 1)

    # --- the head ------------------------------------------------------------------------------

    @property
    def head_lines(self) -> int:
        """One, where there is room for it, or where it says how the rows are sorted."""
        if not self.COLUMNS:
            return 0
        roomy = self.HEAD_STAYS or self.app.size.height >= _TALL
        return int(roomy or self.order.by is not None)

    def head_line(self, width: int) -> Strip:
        """Return the titles; the column that the rows are sorted by has an arrow."""
        look = self.base + self.get_component_rich_style("list--head", partial=True)
        return head_strip(self.heads(self.row_width), self.order, look, width, margin=self.MARGIN)

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
        version = (self.version(key), width, at_cursor, at_cursor and self._at_rest, self.base)
        cached = self._drawn.get(key)
        if cached is not None and cached[0] == version:
            return cached[1]
        over = self._cursor_style() if at_cursor else Style()
        look = self.base
        pieces = self.draw(key, max(width - self.MARGIN, 0))
        if self.MARGIN:
            pieces = [self.margin(key), *pieces]
        if over.reverse:
            # Colours of a reversed row would be patches of the ground.
            pieces = [(text, Style(bold=style.bold)) for text, style in pieces]
        segments = [Segment(text, look + style + over) for text, style in pieces if text]
        strip = Strip(segments).adjust_cell_length(width, look + over)
        self._drawn[key] = (version, strip)
        return strip

    def _line_at(self, y: int) -> Strip | None:
        if self._keys or not self._empty.lines or y < self.head_lines:
            return super()._line_at(y)
        style = self.base + self.meaning("muted")
        return self._empty.at(y - self.head_lines, self.line_width, self.sight, style)

    @property
    def _at_rest(self) -> bool:
        # In colour a dialog dims what it lies over.
        return not self.has_focus or (self.app.no_color and not self.screen.is_active)

    def _cursor_style(self) -> Style:
        if not self.has_focus and not self.REST_SHOWS:
            return Style()
        if self.app.no_color:
            return Style(underline=True) if self._at_rest else Style(reverse=True)
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
        if offset.y < self.head_lines:
            title = title_at(self.heads(self.row_width), offset.x - self.MARGIN)
            if any(column.title == title for column in self.COLUMNS):
                self.order.choose(title)
                self.order_changed()
            return
        place = offset.y - self.head_lines + self.top
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
        return Region(0, self._place - self.top + self.head_lines, self.size.width, 1)
