"""Lines of a text with styles, drawn without Textual's own way there, which takes much longer."""

from abc import abstractmethod
from typing import Any, Self

from rich.segment import Segment
from rich.text import Text
from textual.geometry import Region, Size
from textual.strip import Strip

from console.tui.widgets.kept_looks import KeptLooks


class ToldLines(KeptLooks):
    """As many lines as `render` gives; they are made again after a refresh, or in another size."""

    def __init__(self, *args: Any, **named: Any) -> None:
        self._told: tuple[Size, list[Strip]] | None = None
        """The lines, and the size that they are made for."""
        super().__init__(*args, **named)

    @abstractmethod
    def render(self) -> Text:
        """Return the lines."""

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        """Make the lines again."""
        self._told = None
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def render_line(self, y: int) -> Strip:
        """Return one line; while a part is marked with the mouse, as Textual draws that."""
        size = self.size
        if self.text_selection is not None:
            return super().render_line(y)
        if self._told is None or self._told[0] != size:
            self._told = size, self._made(size.width)
        lines = self._told[1]
        return lines[y] if y < len(lines) else super().render_line(y)

    def _made(self, width: int) -> list[Strip]:
        base, console = self.visual_style.rich_style, self.app.console
        made: list[Strip] = []
        for number, line in enumerate(self.render().split("\n", allow_blank=True)):
            told = line.render(console)
            segments = [Segment(text, base + style if style else base) for text, style, _ in told]
            # By the offsets it can be marked with the mouse.
            strip = Strip(segments).adjust_cell_length(width, base)
            made.append(strip.apply_offsets(0, number))
        return made
