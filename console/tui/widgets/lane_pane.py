"""The level of one listening over time, as it comes."""

from collections.abc import Sequence
from typing import ClassVar, Final

from rich.segment import Segment
from textual.strip import Strip

from console.tui.charts import area
from console.tui.meters import LOUD_DB, QUIET_DB, height
from console.tui.themes import MEANINGS
from console.tui.widgets.scrolling import ScrollingLines

CELL_MS: Final = 100


class LanePane(ScrollingLines, can_focus=False, inherit_bindings=False):
    """One cell is `CELL_MS`; the newest is at the right."""

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

    def show(self, title: str, levels: Sequence[float]) -> None:
        """Show these levels, dB of full scale, the newest last, of what `title` says."""
        seconds = self.line_width * CELL_MS / 1_000
        over = f"{QUIET_DB:.0f} to {LOUD_DB:.0f} dB over the last {seconds:.0f} s"
        self.caption(f"{title} · {over}", "now")
        if levels != self._levels or self._width != self.line_width:
            self._levels = levels
            self._set_out()
            self.refresh()

    def _set_out(self) -> None:
        self._width, lines = self.line_width, self.sight
        width, most = self._width, lines * 8
        # What is silent has a line still: there is sound to be heard, and nothing in it.
        steps = [max(height(level, most), 1) for level in self._levels[-width:]] if width else []
        points = [0.0] * (width - len(steps)) + [float(step) for step in steps]
        self._lines = area(points, width, lines, float(most))

    @property
    def line_count(self) -> int:
        """As many as there is room for."""
        if self._width != self.line_width or len(self._lines) != self.sight:
            self._set_out()
        return len(self._lines)

    def line(self, place: int, width: int) -> Strip:
        """Return one line."""
        look = self.get_component_rich_style("lane--hears", partial=True)
        return Strip([Segment(self._lines[place], self.base + look)]).adjust_cell_length(
            width, self.base
        )
