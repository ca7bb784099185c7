"""What a key or a frame changes is painted in the same turn of the loop, not at Textual's next.

Textual paints at most 60 times a second, which is right for what changes by itself; a key that
was pressed would wait up to 16 ms for it. Each widget that changed tells its screen so by
messages through two tasks, and all widgets in the box around what changed are rendered, which
both take longer than to write the lines that are others. Textual has no public way to do less:
what is used of its own is used here only.
"""

from collections.abc import Collection, Iterator
from typing import Any

from rich.console import Console, ConsoleOptions, RenderResult
from textual._compositor import CompositorUpdate
from textual._context import visible_screen_stack
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget


def paint_now(widget: Widget) -> None:
    """Paint what `widget` marked to be drawn again.

    Where another screen lies above, or a batch of updates is open, it is painted as always.
    """
    if widget.is_attached:
        _paint(widget.screen, {widget})


def paint_changed(screen: Screen[Any]) -> None:
    """Paint everything of a screen that was marked to be drawn again, in one piece of output."""
    seen = screen._compositor.visible_widgets
    # Textual forgets who asked, not what was marked, where the screen itself is to be drawn, too.
    marked = {each for each in seen if each._repaint_required or each._repaint_regions}
    _paint(screen, marked - {screen})


def _paint(screen: Screen[Any], widgets: set[Widget]) -> None:
    # What is to be laid out anew is not where it was: the frame does both.
    moves = screen._layout_required or any(widget._layout_required for widget in widgets)
    if not widgets or moves or not screen.is_current or screen.app._batch_count:
        return
    # A screen behind a dialog is current, too, and is painted by the dialog.
    behind = screen is not screen.app.screen
    if behind or screen._compositor._dirty_regions or not _uncovered(screen, widgets):
        screen._compositor.update_widgets(widgets | screen._dirty_widgets)
        screen._compositor_refresh()
        if behind:
            # A dialog below another one keeps a picture of what is behind it, too.
            stack = screen.app.screen_stack
            for between in stack[stack.index(screen) + 1 : -1]:
                between.refresh()
    else:
        app = screen.app
        visible_screen_stack.set(app._background_screens)
        lines = [line for widget in widgets for line in _changed_lines(screen, widget)]
        app._display(screen, _Lines(lines) if lines else None)
        screen._dirty_widgets -= widgets
        app._update_mouse_over(screen)
    for widget in widgets:
        # Else it would still ask for what is done.
        widget._repaint_required = False


def _uncovered(screen: Screen[Any], widgets: Collection[Widget]) -> bool:
    """Tell whether all of these widgets are wholly in sight, with nothing in front of them."""
    left, before = set(widgets), list[Region]()
    for widget, (region, clip) in screen._compositor.visible_widgets.items():
        seen = region.intersection(clip)
        if widget in left:
            if seen != region or any(each.overlaps(region) for each in before):
                return False
            left.remove(widget)
            if not left:
                return True
        before.append(seen)
    return False


def _changed_lines(screen: Screen[Any], widget: Widget) -> Iterator[tuple[int, int, Strip]]:
    """Yield column, line and cells of what a widget marked; that is not marked any more."""
    region, _ = screen._compositor.visible_widgets[widget]
    whole = region.reset_offset
    parts = (whole.intersection(each) for each in widget._exchange_repaint_regions())
    marked = [part for part in parts if part]
    if not marked:
        return
    top = min(part.y for part in marked)
    bottom = max(part.bottom for part in marked)
    strips = widget.render_lines(Region(0, top, region.width, bottom - top))
    ends: dict[int, int] = {}
    for part in marked:
        for y in part.line_range:
            ends[y] = max(ends.get(y, 0), part.right)
    for y, end in sorted(ends.items()):
        yield region.x, region.y + y, strips[y - top].crop(0, end)


class _Lines(CompositorUpdate):
    """Beginnings of lines of widgets."""

    def __init__(self, lines: Collection[tuple[int, int, Strip]]) -> None:
        self._lines = lines

    def render_segments(self, console: Console) -> str:
        """Return what is written to the terminal."""
        return "".join(
            f"\x1b[{y + 1};{x + 1}H{strip.render(console)}" for x, y, strip in self._lines
        )

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the cells; Textual writes them by `render_segments`."""
        for _, _, strip in self._lines:
            yield from strip
