"""What is seen before anything is opened: the empty frame of the calls, drawn by itself.

Nothing of a floor is loaded for it, so that it is there as soon as a bare screen would be. The
calls are drawn over it with their borders in the same places.
"""

from typing import Final

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.screen import Screen
from textual.strip import Strip

from console.config.context import Frame
from console.text import clean
from console.tui.frame_style import frame_style

_TALL = 30
"""Lines from which on the views stand in a line of their own."""
_WIDE = 110
"""Cells from which on the details stand beside the calls."""
_DETAILS = 49
"""Cells of the details."""
_ONE_LINE = 187
"""Cells from which on all keys have room in one line."""

_COLORS: Final = {
    "bar": ("foreground", "surface"),
    "muted": ("muted", "surface"),
    "key": ("key", "surface"),
    "rule": ("rule", "background"),
    "back": ("muted", "background"),
    "focus": ("rule-focus", "background"),
    "title": ("conversation", "background"),
}
"""What each part is drawn with and on, by the theme's names: read so, and not from a style sheet,
as that takes longer than all the rest of the frame."""

_HEAVY = tuple("┏━┓┃┗━┛")
_ROUND = tuple("╭─╮│╰─╯")


class OpeningScreen(Screen[None], inherit_bindings=False):
    """Draws the panes of the calls without their content, and says what is waited for.

    Args:
        frame: The context's word and its colour.
        sends: Whether there will be keys that send, which take a second line at the foot.
    """

    DEFAULT_CSS = "OpeningScreen { background: $background; }"

    def __init__(self, frame: Frame, *, sends: bool) -> None:
        super().__init__()
        self._frame, self._sends = frame, sends
        self._words = ""
        self._styles_of: dict[str, Style] = {}

    def say(self, words: str) -> None:
        """Say what is waited for; safe text."""
        self._words = words
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return a line of the frame for the size that the terminal has."""
        width, height = self.size
        foot = 2 if self._sends and width < _ONE_LINE else 1
        top = 2 if height >= _TALL else 1
        end = height - foot
        # As in the calls: 30 % of the height, from 5 to 14 lines.
        events = end - min(max(3 * height // 10, 5), 14)
        if y == 0:
            pieces = self._head(width)
        elif y < top:
            pieces = [(" " * width, self._style("back"))]
        elif y < events:
            pieces = self._calls(width, y - top, events - top)
        elif y < end:
            pieces = self._box(width, y - events, end - events, "Events", focused=False)
        else:
            pieces = self._foot(width, y == end)
        return Strip([Segment(text, style) for text, style in pieces]).adjust_cell_length(width)

    def _style(self, part: str) -> Style:
        if part not in self._styles_of:
            named = self.app.theme_variables
            color, back = (Color.parse(named[name]).rich_color for name in _COLORS[part])
            self._styles_of[part] = Style(color=color, bgcolor=back, bold=part == "key" or None)
        return self._styles_of[part]

    def _head(self, width: int) -> list[tuple[str, Style]]:
        word = f" {clean(self._frame.word, limit=16)} "
        return [
            (word, frame_style(self, self._frame.color)),
            (f" {self._words}".ljust(width), self._style("muted")),
        ]

    def _calls(self, width: int, y: int, height: int) -> list[tuple[str, Style]]:
        if width < _WIDE:
            return self._box(width, y, height, "Calls", focused=True)
        calls = self._box(width - _DETAILS, y, height, "Calls", focused=True)
        return calls + self._box(_DETAILS, y, height, "", focused=False)

    def _box(
        self, width: int, y: int, height: int, title: str, *, focused: bool
    ) -> list[tuple[str, Style]]:
        left, top, right, side, down, bottom, corner = _HEAVY if focused else _ROUND
        rule = self._style("focus" if focused else "rule")
        if y == 0 and title:
            words = f" {title} "
            line = top * (width - len(words) - 3) + right
            return [
                (left + top, rule),
                (words, self._style("title" if focused else "back")),
                (line, rule),
            ]
        if y in (0, height - 1):
            first, between, last = (left, top, right) if y == 0 else (down, bottom, corner)
            return [(first + between * (width - 2) + last, rule)]
        return [(side + " " * (width - 2) + side, rule)]

    def _foot(self, width: int, first: bool) -> list[tuple[str, Style]]:
        bar = self._style("bar")
        if not first:
            return [(" " * width, bar)]
        return [(" ", bar), ("q", self._style("key")), (" quit".ljust(width), bar)]
