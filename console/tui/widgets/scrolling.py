"""Lines that are drawn where they are seen: own scrolling, no layout, no child widgets.

Textual lays the whole screen out anew when the size of a scrolled view changes, which costs
more than drawing it. Here a change of rows costs a redraw of the lines in sight.
"""

from typing import ClassVar, Protocol, runtime_checkable

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

_WHEEL = 3
"""Lines for one notch of the mouse wheel."""
_NOWHERE = range(0)


@runtime_checkable
class Moves(Protocol):
    """A pane that the keys of rows move in."""

    def move(self, by: int) -> None:
        """Go by lines or rows."""

    def go_first(self) -> None:
        """Go to the beginning."""

    def go_last(self) -> None:
        """Go to the end."""


class ScrollingLines(Widget, can_focus=True, inherit_bindings=False):
    """A window on `line_count` lines; a subclass gives `line(place, width)`.

    The last column is a scroll bar while there is more than fits.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"lines--thumb"}

    DEFAULT_CSS = """
    ScrollingLines { background: $background; }
    ScrollingLines > .lines--thumb { color: $rule; }
    """

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self.top = 0
        """The first line in sight."""
        self._base = Style()
        self._thumb = Style()
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
    def base(self) -> Style:
        """How this pane looks where nothing else is said; right while lines are drawn."""
        return self._base

    @property
    def line_width(self) -> int:
        """Cells of one line, without the scroll bar."""
        return max(self.size.width - 1, 0)

    @property
    def last_top(self) -> int:
        """The last place that can be the first line in sight."""
        return max(self.line_count - self.size.height, 0)

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
        if 0 <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    def refresh_changed(self) -> None:
        """Draw the lines in sight again that look different from what stands there."""
        size = self.size
        if not size or not self._shown:
            self.refresh()
            return
        self._look()
        thumb, shown = self._thumb_span(), self._shown
        changed = [
            Region(0, y, size.width, 1)
            for y in range(size.height)
            if shown.get(y) != (self._line_at(y), y in thumb)
        ]
        if changed:
            self.refresh(*changed)

    def _look(self) -> None:
        """Look up what all lines share."""
        self._base = self.rich_style
        self._thumb = self.get_component_rich_style("lines--thumb", partial=True)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the lines of a part; what all of them share is looked up once."""
        self._look()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Return line `y` of what is in sight, with its cell of the scroll bar."""
        strip, is_thumb = self._shown[y] = self._line_at(y), y in self._thumb_span()
        if strip is None:
            return Strip([Segment(" " * self.size.width, self._base)], self.size.width)
        bar = Segment("▐" if is_thumb else " ", self._base + self._thumb)
        return Strip([*strip, bar], strip.cell_length + 1)

    def _line_at(self, y: int) -> Strip | None:
        """Return what stands in line `y` of what is in sight; None: nothing does."""
        place = self.top + y
        return self.line(place, self.line_width) if place < self.line_count else None

    def _thumb_span(self) -> range:
        """Return the lines of the window that the thumb of the scroll bar covers."""
        height, count = self.size.height, self.line_count
        if count <= height:
            return _NOWHERE
        size = max(height * height // count, 1)
        start = round(self.top * (height - size) / max(self.last_top, 1))
        return range(start, start + size)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Take the width there is."""
        return container.width

    def on_resize(self) -> None:
        """Stay within the lines there are."""
        self._shown.clear()
        self.top = min(self.top, self.last_top)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll; the cursor stays where it is."""
        event.stop()
        self.scroll_top(self.top + _WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll; the cursor stays where it is."""
        event.stop()
        self.scroll_top(self.top - _WHEEL)
