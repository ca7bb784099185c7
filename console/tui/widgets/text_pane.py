"""Lines of text one scrolls through: labelled facts, and bytes as they are.

One column stays free at the left, as in every list.
"""

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from console.tui.cells import fit_right, fold
from console.tui.facts import Fact
from console.tui.themes import MEANINGS
from console.tui.webhook_words import Exact, Line
from console.tui.widgets.scrolling import ScrollingLines

_MARGIN, _LABEL = 1, 16


class TextPane(ScrollingLines, can_focus=True, inherit_bindings=False):
    """Facts go on in their own column; an exact line is broken where the width ends."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"text--{meaning}" for meaning in MEANINGS}

    DEFAULT_CSS = """
    TextPane {
        border: round $rule; border-title-color: $muted; border-subtitle-color: $muted;
        width: 1fr; height: 1fr;
    }
    TextPane:focus { border: heavy $rule-focus; border-title-color: $conversation; }
    """ + "".join(
        f"TextPane > .text--{meaning} {{ color: ${meaning}; }}\n"
        for meaning in MEANINGS
        if not meaning.startswith("cursor")
    )

    def __init__(self, title: str, *, id: str) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._content: Sequence[Line] = ()
        self._lines: list[tuple[str, str, str]] = []
        self._width = 0
        self.border_title = title

    def show(self, content: Sequence[Line]) -> None:
        """Show lines; the same ones are not drawn again."""
        if content != self._content:
            self._content = content
            self._set_out()
            self.refresh()

    def _set_out(self) -> None:
        """Break the content into lines of label, text and meaning."""
        self._width = self.line_width
        self._lines = []
        for each in self._content:
            if isinstance(each, Exact):
                parts = (fold if each.ours else _chopped)(each.text, self._width - _MARGIN)
                self._lines += [(" " * _MARGIN, part, each.meaning) for part in parts]
                continue
            parts = fold(each.text, self._width - _LABEL - 2)
            label = f"{fit_right(each.label, _LABEL)}  "
            if len(parts) > 1 and " " not in each.text and (whole := self._whole(each)):
                self._lines += whole
                continue
            self._lines += [
                (label if number == 0 else " " * len(label), part, each.meaning)
                for number, part in enumerate(parts)
            ]
        self.top = min(self.top, self.last_top)

    def _whole(self, fact: Fact) -> list[tuple[str, str, str]]:
        """Return the lines of one long word that can be whole: before its column, or below."""
        room, name, word = self._width - _MARGIN, fact.label, fact.text
        if cell_len(name) + 2 + cell_len(word) <= room:
            return [(f"{name}  ".rjust(self._width - cell_len(word)), word, fact.meaning)]
        if cell_len(word) > room:
            return []
        return [(" " * _MARGIN, name, "muted"), (" " * _MARGIN, word, fact.meaning)]

    @property
    def line_count(self) -> int:
        """How many lines there are at this width."""
        if self._width != self.line_width:
            self._set_out()
        return len(self._lines)

    def line(self, place: int, width: int) -> Strip:
        """Return one line."""
        label, text, meaning = self._lines[place]
        look = self._style(meaning) if meaning else Style()
        if meaning == "conversation":
            look += Style(bold=True)
        muted = self.base + self._style("muted")
        return Strip([Segment(label, muted), Segment(text, self.base + look)]).adjust_cell_length(
            width, self.base
        )

    def _style(self, meaning: str) -> Style:
        return self.get_component_rich_style(f"text--{meaning}", partial=True)


def _chopped(text: str, width: int) -> list[str]:
    """Return text cut into parts of at most `width` cells; nothing of it is lost."""
    if width <= 1 or cell_len(text) <= width:
        return [text]
    parts: list[str] = []
    while cell_len(text) > width:
        head = set_cell_size(text, width)
        # A wide character that would be cut in two leaves a blank in its place.
        taken = len(head) if text.startswith(head) else len(head) - 1
        parts.append(text[:taken])
        text = text[taken:]
    return [*parts, text] if text else parts
