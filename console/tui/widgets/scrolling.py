"""Lines that are drawn where they are seen: own scrolling, no layout, no child widgets.

Textual lays the whole screen out anew when the size of a scrolled view changes, which costs
more than drawing it. Here a change of rows costs a redraw of the lines in sight.
"""

from typing import ClassVar, Final, Protocol, Self, runtime_checkable

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.color import Color
from textual.geometry import Region, Size
from textual.strip import Strip

from console.tui.found import Found
from console.tui.tabs import TabTitle
from console.tui.widgets.kept_looks import KeptLooks
from console.tui.widgets.side_borders import SideBorders

_WHEEL = 3
"""Lines for one notch of the mouse wheel."""
_NOWHERE = range(0)
_MOST_BARRED: Final = 1_000
ROWS: Final = frozenset(
    {
        *("row.down", "row.up", "row.first", "row.last"),
        *("rows.down", "rows.up", "page.down", "page.up"),
    }
)
"""The actions that move in a pane."""


def rows_of(action: str, sight: int) -> int:
    """Return by how many lines an action of `ROWS` but first and last moves."""
    return {
        "row.down": 1,
        "row.up": -1,
        "rows.down": max(sight // 2, 1),
        "rows.up": -max(sight // 2, 1),
        "page.down": max(sight - 1, 1),
        "page.up": -max(sight - 1, 1),
    }[action]


@runtime_checkable
class Moves(Protocol):
    """A pane that the keys of rows move in."""

    @property
    def sight(self) -> int:
        """How many lines are in sight at a time."""

    def move(self, by: int) -> None:
        """Go by lines or rows."""

    def go_first(self) -> None:
        """Go to the beginning."""

    def go_last(self) -> None:
        """Go to the end."""


class ScrollingLines(KeptLooks, TabTitle, can_focus=True, inherit_bindings=False):
    """A window on `line_count` lines; a subclass gives `line(place, width)`.

    The last column is a scroll bar while there is more than fits.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"lines--thumb", "lines--found"}

    DEFAULT_CSS = """
    ScrollingLines { background: $background; }
    ScrollingLines > .lines--thumb { color: $rule; }
    ScrollingLines > .lines--found { color: $notice; text-style: reverse; }
    """

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name for it
        self._painted: dict[int, Strip] = {}
        """Lines with their borders, by their place in the window, as they were painted last."""
        self._drawn_size: Size | None = None
        """The size while lines are drawn: Textual reckons it anew for each who asks."""
        super().__init__(id=id)
        self.top = 0
        """The first line in sight."""
        self._base = Style()
        self._thumb = Style()
        self._hit_style = Style(reverse=True)
        self._hits = Found()
        self._caption = ("", "")
        self._borders = SideBorders()
        self._barred: dict[tuple[int, bool], tuple[Strip, Strip]] = {}
        """Lines with their cell of the scroll bar, by the identity of the line."""
        self._looked = False
        self._shown: dict[int, tuple[Strip | None, bool]] = {}
        """By line of the window: what was drawn there last, and whether the thumb was."""

    @property
    def line_count(self) -> int:
        """How many lines there are."""
        raise NotImplementedError

    def line(self, place: int, width: int) -> Strip:
        """Return one line, exactly `width` cells wide."""
        raise NotImplementedError

    @property
    def size(self) -> Size:
        """The cells within the border."""
        return self._drawn_size or super().size

    @property
    def base(self) -> Style:
        """How this pane looks where nothing else is said; right while lines are drawn."""
        return self._base

    @property
    def head_lines(self) -> int:
        """How many lines above the others stay where they are."""
        return 0

    def head_line(self, width: int) -> Strip:
        """Return the line above the others, exactly `width` cells wide."""
        raise NotImplementedError

    @property
    def sight(self) -> int:
        """How many lines are in sight at a time."""
        return max(self.size.height - self.head_lines, 0)

    @property
    def line_width(self) -> int:
        """Cells of one line, without the scroll bar."""
        return max(self.size.width - 1, 0)

    @property
    def last_top(self) -> int:
        """The last place that can be the first line in sight."""
        return max(self.line_count - self.sight, 0)

    def scroll_top(self, place: int) -> None:
        """Make `place` the first line in sight, as far as there are lines."""
        place = max(0, min(place, self.last_top))
        if place != self.top:
            self.top = place
            self.refresh_changed()

    def move(self, by: int) -> None:
        """Scroll by lines."""
        self.scroll_top(self.top + by)

    def go_first(self) -> None:
        """Scroll to the beginning."""
        self.scroll_top(0)

    def go_last(self) -> None:
        """Scroll to the end."""
        self.scroll_top(self.last_top)

    def refresh_place(self, place: int) -> None:
        """Draw one line again, if it is in sight."""
        y = place - self.top
        if 0 <= y < self.sight:
            self.refresh(Region(0, y + self.head_lines, self.size.width, 1))

    def caption(self, title: str, subtitle: str) -> None:
        """Show these in the border; all is drawn again only where they are others."""
        if (title, subtitle) != self._caption:
            self._caption = (title, subtitle)
            self.border_title, self.border_subtitle = title, subtitle

    def refresh_changed(self) -> None:
        """Draw the lines in sight again that look different from what stands there."""
        size = self.size
        if not size or not self._shown or not self._painted:
            self.refresh()
            return
        self._look()
        thumb, shown = self._thumb_span(), self._shown
        self._drawn_size = size
        try:
            changed = [
                Region(0, y, size.width, 1)
                for y in range(size.height)
                if shown.get(y) != (self._line_at(y), y in thumb)
            ]
        finally:
            self._drawn_size = None
        if changed:
            self.refresh(*changed)

    def _look(self) -> None:
        """Look up what all lines share."""
        if not self._looked:
            self._base = self.rich_style
            self._thumb = self.get_component_rich_style("lines--thumb", partial=True)
            self._hit_style = self.get_component_rich_style("lines--found", partial=True)
            self._looked = True

    def notify_style_update(self) -> None:
        """Look everything up again: theme, focus or style are others."""
        self._barred.clear()
        self._painted.clear()
        self._borders.look = None
        self._looked = False
        super().notify_style_update()

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        """Mark lines to be drawn again; all of them where no region is given."""
        if not regions:
            self._painted.clear()
        for region in regions:
            for y in region.line_range:
                self._painted.pop(y, None)
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the lines of a part; only those that were marked are drawn again."""
        self._look()
        content, whole = self.size, self.outer_size
        if not content or not whole:
            return super().render_lines(crop)
        above, right, _, left = self.styles.gutter
        background = self.background_colors[1]
        look = (whole, content, self.styles.border, background, self.opacity)
        if look != self._borders.look:
            sample = super().render_lines(Region(0, above, whole.width, 1))[0]
            self._borders.take(look, sample, left, right)
            self._painted.clear()
        self._drawn_size = content
        try:
            lines = [self._painted_line(y - above, content, background) for y in crop.line_range]
        finally:
            self._drawn_size = None
        for number, line in enumerate(lines):
            if line is None:
                lines[number] = self._edge(crop.y + number, above, whole.width)
        start, end = crop.column_span
        found = [line for line in lines if line is not None]
        if (start, end) == (0, whole.width):
            return found
        return [line.crop(start, end) for line in found]

    def _edge(self, y: int, above: int, width: int) -> Strip:
        """Return line `y` of the widget, which is all border; its titles change with a refresh."""
        edge = self._painted.get(y - above)
        if edge is None:
            edge = super().render_lines(Region(0, y, width, 1))[0]
            self._painted[y - above] = edge
        return edge

    def _painted_line(self, y: int, content: Size, background: Color) -> Strip | None:
        """Return a line with its borders as it is seen; None: it is all border."""
        if not 0 <= y < content.height:
            return None
        painted = self._painted.get(y)
        if painted is None:
            painted = self._borders.around(self.render_line(y))
            for each in self.get_line_filters():
                painted = painted.apply_filter(each, background)
            self._painted[y] = painted
        return painted

    def render_line(self, y: int) -> Strip:
        """Return line `y` of what is in sight, with its cell of the scroll bar."""
        size = self.size
        strip, is_thumb = self._shown[y] = self._line_at(y), y in self._thumb_span()
        if strip is None:
            return Strip([Segment(" " * size.width, self._base)], size.width)
        key = (id(strip), is_thumb)
        known = self._barred.get(key)
        if known is not None and known[0] is strip:
            return known[1]
        bar = Segment("▐" if is_thumb else " ", self._base + self._thumb)
        barred = Strip([*strip, bar], strip.cell_length + 1)
        if len(self._barred) >= _MOST_BARRED:
            self._barred.clear()
        self._barred[key] = (strip, barred)
        return barred

    def _line_at(self, y: int) -> Strip | None:
        """Return what stands in line `y` of what is in sight; None: nothing does."""
        if y < self.head_lines:
            return self.head_line(self.line_width)
        place = self.top + y - self.head_lines
        if place >= self.line_count:
            return None
        return self._hits.drawn(place, self.line(place, self.line_width), self._hit_style)

    def _thumb_span(self) -> range:
        """Return the lines of the window that the thumb of the scroll bar covers."""
        height, count = self.sight, self.line_count
        if count <= height:
            return _NOWHERE
        size = max(height * height // count, 1)
        start = round(self.top * (height - size) / max(self.last_top, 1)) + self.head_lines
        return range(start, start + size)

    # --- search --------------------------------------------------------------------------------

    def search(self, text: str) -> int:
        """Mark where a text is in these lines, go to the first place; return how many there are.

        Capitals and small letters are one. An empty text takes the marks off.
        """
        self._base = self.rich_style
        lines = [self.line(place, self.line_width).text for place in range(self.line_count)]
        count = self._hits.look_for(text, lines if text else [], at=self.top)
        self._show_hits()
        return count

    def step_match(self, by: int) -> tuple[int, int]:
        """Go to the next place, or the one before; return which of how many it is, from 1."""
        if self._hits.width != self.line_width or self._hits.height != self.line_count:
            self.search(self._hits.text)
        place = self._hits.step(by)
        self._show_hits()
        return place

    def _show_hits(self) -> None:
        self._hits.width, self._hits.height = self.line_width, self.line_count
        line = self._hits.line
        if line is not None and not self.top <= line < self.top + self.sight:
            self.scroll_top(line - self.sight // 2)
        self.refresh()

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Take the width there is."""
        return container.width

    def on_resize(self) -> None:
        """Stay within the lines there are; they may have been painted at another place before."""
        self._shown.clear()
        self.top = min(self.top, self.last_top)
        self.refresh()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll; the cursor stays where it is."""
        event.stop()
        self.scroll_top(self.top + _WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll; the cursor stays where it is."""
        event.stop()
        self.scroll_top(self.top - _WHEEL)
