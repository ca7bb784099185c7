"""The figures: charts over time, numbers, and why calls were not connected."""

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual.strip import Strip

from console.floor.measures import Measures
from console.tui.figures_layout import Line, Rates, set_out
from console.tui.themes import MEANINGS
from console.tui.widgets.scrolling import ScrollingLines


class FiguresPane(ScrollingLines, can_focus=True, inherit_bindings=False):
    """Shows the measures of a window of time."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"figures--{meaning}" for meaning in MEANINGS}

    DEFAULT_CSS = """
    FiguresPane {
        border: round $rule; border-title-color: $muted; border-subtitle-color: $muted;
        width: 1fr; height: 1fr; padding: 0 1;
    }
    FiguresPane:focus { border: heavy $rule-focus; border-title-color: $conversation; }
    """ + "".join(
        f"FiguresPane > .figures--{meaning} {{ color: ${meaning}; }}\n"
        for meaning in MEANINGS
        if not meaning.startswith("cursor")
    )

    def __init__(self) -> None:
        super().__init__(id="figures")
        self._measures: Measures | None = None
        self._rates: Rates | None = None
        self._lines: Sequence[Line] = ()
        self._for = (0, 0)
        """The size that the lines are set out for."""

    def show(self, measures: Measures, rates: Rates) -> None:
        """Show these figures."""
        self._measures, self._rates = measures, rates
        self._set_out()
        self.refresh()

    def _set_out(self) -> None:
        self._for = (self.line_width, self.sight)
        if self._measures is not None and self._rates is not None:
            self._lines = set_out(self._measures, self._rates, *self._for)
        self.top = min(self.top, self.last_top)

    @property
    def line_count(self) -> int:
        """How many lines the figures take."""
        if self._for != (self.line_width, self.sight):
            self._set_out()
        return len(self._lines)

    def line(self, place: int, width: int) -> Strip:
        """Return one line."""
        segments = [
            Segment(
                text, self.base + self.get_component_rich_style(f"figures--{name}", partial=True)
            )
            for text, name in self._lines[place]
        ]
        return Strip(segments).adjust_cell_length(width, self.base)
