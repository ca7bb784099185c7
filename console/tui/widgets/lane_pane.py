"""The level of one listening over time, as it comes."""

from collections.abc import Sequence
from typing import ClassVar, Final

from rich.segment import Segment
from textual.strip import Strip

from console.tui.charts import area
from console.tui.meters import height
from console.tui.themes import MEANINGS
from console.tui.widgets.scrolling import ScrollingLines

LINES: Final = 4
_STEPS: Final = LINES * 8


class LanePane(ScrollingLines, can_focus=False, inherit_bindings=False):
    """One cell is 100 ms; the newest is at the right."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"lane--{meaning}" for meaning in MEANINGS}

    DEFAULT_CSS = """
    LanePane {
        border: round $rule; border-title-color: $muted; border-subtitle-color: $muted;
        width: 1fr; height: 6;
    }
    """ + "".join(
        f"LanePane > .lane--{meaning} {{ color: ${meaning}; }}\n"
        for meaning in MEANINGS
        if not meaning.startswith("cursor")
    )

    def __init__(self) -> None:
        super().__init__(id="lane")
        self._levels: Sequence[float] = ()
        self._lines: Sequence[str] = ()
        self._width = 0

    def show(self, levels: Sequence[float]) -> None:
        """Show these levels, dB of full scale, the newest last."""
        if levels != self._levels or self._width != self.line_width:
            self._levels = levels
            self._set_out()
            self.refresh()

    def _set_out(self) -> None:
        self._width = width = self.line_width
        steps = [height(level, _STEPS) for level in self._levels[-width:]] if width else []
        points = [0.0] * (width - len(steps)) + [float(step) for step in steps]
        self._lines = area(points, width, LINES, float(_STEPS))

    @property
    def line_count(self) -> int:
        """Always the same."""
        if self._width != self.line_width:
            self._set_out()
        return len(self._lines)

    def line(self, place: int, width: int) -> Strip:
        """Return one line."""
        look = self.get_component_rich_style("lane--hears", partial=True)
        return Strip([Segment(self._lines[place], self.base + look)]).adjust_cell_length(
            width, self.base
        )
