"""The details: labelled facts of what is selected."""

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from rich.table import Table
from rich.text import Text
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from console.tui.facts import Fact
from console.tui.themes import MEANINGS

_LABEL = 9


class DetailsPane(ScrollView, can_focus=True, inherit_bindings=False):
    """Facts, one below the other; long ones go on in their own column.

    Its lines are made when the facts, the width or the theme change, and no layout is done for
    it: it changes with every move of the cursor.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"facts--{meaning}" for meaning in MEANINGS}

    DEFAULT_CSS = """
    DetailsPane {
        border: round $rule; border-title-color: $muted; border-subtitle-color: $muted;
        width: 44; height: 1fr; background: $background;
        overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1;
        scrollbar-color: $rule; scrollbar-color-hover: $muted; scrollbar-color-active: $muted;
        scrollbar-background: $background; scrollbar-background-hover: $background;
        scrollbar-background-active: $background;
    }
    DetailsPane:focus { border: round $rule-focus; border-title-color: $conversation; }
    """ + "".join(
        f"DetailsPane > .facts--{meaning} {{ color: ${meaning}; }}\n"
        for meaning in MEANINGS
        if not meaning.startswith("cursor")
    )

    def __init__(self, *, id: str = "details") -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._facts: Sequence[Fact] = ()
        self._lines: list[Strip] = []
        self._made_for: tuple[int, Style] | None = None
        self.border_title = "Details"

    def show(self, title: str, facts: Sequence[Fact]) -> None:
        """Show facts under a title that is ours; the same ones are not drawn again."""
        if title != self.border_title:
            self.border_title = title
            self.scroll_to(y=0, animate=False)
        if facts != self._facts:
            self._facts = facts
            self._made_for = None
            self._make()
            self.refresh()

    def _make(self) -> None:
        width, base = self.size.width, self.rich_style
        if width <= 0 or self._made_for == (width, base):
            return
        self._made_for = (width, base)
        options = self.app.console.options.update(width=width, height=None)
        lines = self.app.console.render_lines(self._table(), options, style=base, pad=True)
        self._lines = [Strip(line).adjust_cell_length(width, base) for line in lines]
        self.virtual_size = Size(width, len(self._lines))

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 1, 0, 0), expand=True)
        table.add_column(width=_LABEL, no_wrap=True, justify="right")
        table.add_column(ratio=1, overflow="fold")
        muted = self._style("muted")
        for fact in self._facts:
            style = self._style(fact.meaning) if fact.meaning else Style()
            if fact.meaning == "conversation":
                style += Style(bold=True)
            table.add_row(Text(fact.label, muted), Text(fact.text, style))
        return table

    def _style(self, meaning: str) -> Style:
        return self.get_component_rich_style(f"facts--{meaning}", partial=True)

    def render_line(self, y: int) -> Strip:
        """Return line `y` of the visible part."""
        self._make()
        place = y + self.scroll_offset.y
        if place < len(self._lines):
            return self._lines[place]
        return Strip([Segment(" " * self.size.width, self.rich_style)])

    def on_resize(self) -> None:
        """Set the facts out for the new width."""
        self._make()

    def notify_style_update(self) -> None:
        """Draw again with the new theme."""
        self._made_for = None
        super().notify_style_update()

    def move(self, by: int) -> None:
        """Scroll by lines."""
        self.scroll_relative(y=by, animate=False)

    def go_first(self) -> None:
        """Scroll to the beginning."""
        self.scroll_home(animate=False)

    def go_last(self) -> None:
        """Scroll to the end."""
        self.scroll_end(animate=False)
