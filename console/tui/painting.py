"""What a key or a frame changes is painted in the same turn of the loop, not at Textual's next.

Textual paints at most 60 times a second, which is right for what changes by itself; a key that
was pressed would wait up to 16 ms for it. And each widget that changed tells its screen so by
messages through two tasks, which takes longer than to paint a line. Textual has no public way
to paint early: what is used of its own is used here only.
"""

from typing import Any

from textual.screen import Screen
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
    _paint(screen, {widget for widget in seen if widget._repaint_required} - {screen})


def _paint(screen: Screen[Any], widgets: set[Widget]) -> None:
    # What is to be laid out anew is not where it was: the frame does both.
    moves = screen._layout_required or any(widget._layout_required for widget in widgets)
    if not widgets or moves or not screen.is_current or screen.app._batch_count:
        return
    screen._compositor.update_widgets(widgets)
    screen._compositor_refresh()
    for widget in widgets:
        # Else it would still ask for what is done.
        widget._repaint_required = False
