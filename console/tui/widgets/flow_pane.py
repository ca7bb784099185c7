"""The drawn flow of a script, with the actions that run now."""

from collections.abc import Mapping
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from console.ladder.flow import FlowLine, flow_of
from console.tui.cells import fit
from console.tui.widgets.empty_text import EmptyText
from console.tui.widgets.scrolling import ScrollingLines
from console.voice.ncco import Ncco

_BOX = 6
"""Lines of an action and what stands below it."""


class FlowPane(ScrollingLines, can_focus=True, inherit_bindings=False):
    """Drawn anew when the script or the width is another one."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "flow--box",
        "flow--what",
        "flow--wait",
        "flow--branch",
        "flow--end",
        "flow--running",
    }

    DEFAULT_CSS = """
    FlowPane { width: 1fr; height: 1fr; }
    FlowPane > .flow--box { color: $muted; }
    FlowPane > .flow--what { color: $foreground; }
    FlowPane > .flow--wait { color: $muted; }
    FlowPane > .flow--branch { color: $direction-out; }
    FlowPane > .flow--end { color: $conversation; }
    FlowPane > .flow--running { color: $playing; text-style: bold; }
    """

    def __init__(self) -> None:
        super().__init__(id="ncco-flow")
        self._ncco: Ncco | None = None
        self._said = ""
        self._runs: Mapping[int, bool] = {}
        self._lines: tuple[FlowLine, ...] = ()
        self._width = -1
        self._empty = EmptyText()

    def show(self, ncco: Ncco | None, said: str, running: Mapping[int, bool]) -> None:
        """Draw a script; without one say `said`.

        Args:
            ncco: The script.
            said: Why there is none; safe text.
            running: Places of the actions that run, each with whether that is reckoned.
        """
        if (ncco, said, running) == (self._ncco, self._said, self._runs):
            return
        began = next(iter(running), None)
        moved = began is not None and began not in self._runs
        self._ncco, self._said, self._runs = ncco, said, running
        self._set_out()
        if moved:
            place = next((n for n, line in enumerate(self._lines) if line.action == began), 0)
            room = self.size.height - _BOX
            if room > 0 and not self.top <= place < self.top + room:
                self.scroll_top(place)
        self.refresh()

    def _set_out(self) -> None:
        self._width = self.line_width
        self._empty.lines = (self._said,) if self._ncco is None else ()
        self._lines = () if self._ncco is None else flow_of(self._ncco, max(self._width, 40))
        self.top = min(self.top, self.last_top)

    @property
    def line_count(self) -> int:
        """How many lines there are at this width."""
        if self._width != self.line_width:
            self._set_out()
        return len(self._lines)

    def _line_at(self, y: int) -> Strip | None:
        if self._ncco is not None:
            return super()._line_at(y)
        return self._empty.at(y, self.line_width, self.sight, self.base + self._style("wait"))

    def line(self, place: int, width: int) -> Strip:
        """Return one line; of an action that runs in the colour of what is heard."""
        line = self._lines[place]
        reckoned = self._runs.get(line.action) if line.action is not None else None
        drawn, look = line.text, self._style(line.part)
        if reckoned is not None and line.part in ("box", "what"):
            look = self._style("running")
            if line.text.lstrip().startswith("┌"):
                drawn = f"  ▶{'~' if reckoned else ' '}" + line.text[4:]
        strip = Strip([Segment(fit(drawn, width), self.base + look)])
        return strip.adjust_cell_length(width, self.base)

    def _style(self, part: str) -> Style:
        return self.get_component_rich_style(f"flow--{part}", partial=True)
