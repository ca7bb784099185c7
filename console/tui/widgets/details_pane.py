"""The details: labelled facts of what is selected."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from console.tui.cells import fit_right, fold
from console.tui.facts import Fact
from console.tui.tabs import NO_COUNTS, Tabs
from console.tui.themes import MEANINGS
from console.tui.widgets.scrolling import ScrollingLines

_LABEL = 10
"""Cells of the names, with the blank before the longest of them."""


class DetailsPane(ScrollingLines, can_focus=True, inherit_bindings=False):
    """Facts, one below the other; long ones go on in their own column."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"facts--{meaning}" for meaning in MEANINGS}

    DEFAULT_CSS = """
    DetailsPane {
        border: round $rule; border-title-color: $muted; border-subtitle-color: $muted;
        width: 49; height: 1fr;
    }
    DetailsPane:focus { border: heavy $rule-focus; border-title-color: $conversation; }
    """ + "".join(
        f"DetailsPane > .facts--{meaning} {{ color: ${meaning}; }}\n"
        for meaning in MEANINGS
        if not meaning.startswith("cursor")
    )

    def __init__(self) -> None:
        super().__init__(id="details")
        self._facts: Sequence[Fact] = ()
        self._tab = ""
        self._lines: list[tuple[str, str, str]] = []
        self._width = 0
        self.border_title = "Details"

    def show(self, title: str, facts: Sequence[Fact]) -> None:
        """Show facts under a title that is ours; the same ones are not drawn again."""
        if title != self.border_title:
            self.drop_tabs()
            self.border_title = title
            self.top = 0
        self._show(facts)

    def show_tabs(
        self, tabs: Tabs, rest: str = "", counts: Mapping[str, object] = NO_COUNTS
    ) -> None:
        """Draw tabs as the title; another one begins at its first line."""
        if tabs.name != self._tab:
            self._tab = tabs.name
            self.top = 0
        super().show_tabs(tabs, rest, counts)

    def show_under(self, tabs: Tabs, facts: Sequence[Fact]) -> None:
        """Show facts under tabs."""
        self.show_tabs(tabs)
        self._show(facts)

    def _show(self, facts: Sequence[Fact]) -> None:
        if facts != self._facts:
            self._facts = facts
            self._set_out()
            self.refresh_changed()

    def _set_out(self) -> None:
        """Break the facts into lines of label, text and meaning."""
        self._width = self.line_width
        self._lines = [line for fact in self._facts for line in self._broken(fact)]
        self.top = min(self.top, self.last_top)

    def _broken(self, fact: Fact) -> list[tuple[str, str, str]]:
        """Return the lines of a fact; an id stays whole: it may begin before the others."""
        room = self._width - _LABEL - 2
        parts = fold(fact.text, room)
        if len(parts) > 1 and " " not in fact.text:
            label = f"{fact.label} "
            if len(label) + cell_len(fact.text) <= self._width:
                before = " " * (_LABEL + 1 - (cell_len(fact.text) - room) - len(label))
                return [(f"{before}{label}", fact.text, fact.meaning)]
        return [
            (fit_right(fact.label if number == 0 else "", _LABEL) + " ", part, fact.meaning)
            for number, part in enumerate(parts)
        ]

    @property
    def line_count(self) -> int:
        """How many lines the facts take."""
        if self._width != self.line_width:
            self._set_out()
        return len(self._lines)

    def line(self, place: int, width: int) -> Strip:
        """Return one line."""
        label, text, meaning = self._lines[place]
        look = self._style(meaning) if meaning else Style()
        if meaning == "conversation":
            look += Style(bold=True)
        segments = [
            Segment(label, self.base + self._style("muted")),
            Segment(text, self.base + look),
        ]
        return Strip(segments).adjust_cell_length(width, self.base)

    def _style(self, meaning: str) -> Style:
        return self.get_component_rich_style(f"facts--{meaning}", partial=True)
