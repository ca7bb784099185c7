"""Something of Rich's that one reads: its lines scroll, and can be searched."""

from rich.console import RenderableType
from rich.segment import Segment
from rich.text import Text
from textual.geometry import Size
from textual.strip import Strip

from console.tui.widgets.scrolling import ScrollingLines


class RenderedPane(ScrollingLines, can_focus=True, inherit_bindings=False):
    """As high as its lines, as far as there is room."""

    DEFAULT_CSS = """
    RenderedPane { height: auto; max-height: 100%; background: $surface; }
    """

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._content: RenderableType = Text()
        self._width = -1
        self._strips: list[Strip] = []

    def show(self, content: RenderableType) -> None:
        """Show this from its beginning."""
        self._content, self._width, self.top = content, -1, 0
        self.refresh(layout=True)

    def _set_out(self, width: int) -> None:
        if width == self._width:
            return
        self._width = width
        console = self.app.console
        options = console.options.update(width=max(width, 1), height=None, highlight=False)
        lines = console.render_lines(self._content, options, pad=True)
        self._strips = [Strip(line, width) for line in lines] if width > 0 else []

    @property
    def line_count(self) -> int:
        """How many lines there are at this width."""
        self._set_out(self.line_width)
        return len(self._strips)

    def line(self, place: int, width: int) -> Strip:
        """Return one line."""
        self._set_out(width)
        strip = self._strips[place].apply_style(self.base)
        return Strip([Segment(each.text, self.base + (each.style or self.base)) for each in strip])

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines there are at a width."""
        self._set_out(max(width - 1, 0))
        return len(self._strips)
