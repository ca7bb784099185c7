"""What a key changes is painted in the same turn of the loop, not at Textual's next frame.

Textual paints at most 60 times a second, which is right for what changes by itself; a key that
was pressed would wait up to 16 ms for it.
"""

from typing import Any

from textual.screen import Screen
from textual.widget import Widget


def paint_now(widget: Widget) -> None:
    """Paint what `widget` marked to be drawn again; Textual has no public way to do so early.

    Where another screen lies above, or a batch of updates is open, it is painted as always.
    """
    if not widget.is_attached:
        return
    screen: Screen[Any] = widget.screen
    # What is to be laid out anew is not where it was: the frame does both.
    if screen.is_current and not widget.app._batch_count and not screen._layout_required:
        screen._compositor.update_widgets({widget})
        screen._compositor_refresh()
