"""The signs that screens are drawn with, and what stands for each where only ASCII can be shown.

A sign and its stand-in take the same number of cells, so that columns stay where they are.
"""

import re
import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

ASCII_SIGNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        # Marks
        "●": "*",
        "○": "o",
        "◐": "%",
        "■": "#",
        "□": "o",
        "◆": "*",
        "◇": "o",
        "•": "*",
        "·": ".",
        "✓": "+",
        "✔": "+",
        "✘": "!",
        "✗": "!",
        "✕": "!",
        "⚠": "!",
        "▲": "^",
        "▼": "v",
        "△": "^",
        "▽": "v",
        "▶": ">",
        "►": ">",
        "◄": "<",
        "▪": "*",
        "▫": "o",
        "◀": "<",
        "▷": ">",
        "◁": "<",
        "▸": ">",
        "◂": "<",
        "▹": ">",
        "▴": "^",
        "▾": "v",
        "↺": "@",
        "↻": "@",
        "⟳": "@",
        "★": "*",
        "♪": "~",
        "⏸": "=",
        "⏵": ">",
        # Arrows
        "→": ">",
        "←": "<",
        "↑": "^",
        "↓": "v",
        "↔": "-",
        "⇄": "=",
        "↳": ">",
        "↵": "<",
        "⇒": ">",
        "⇐": "<",
        "↗": ">",
        "↘": ">",
        "⤷": ">",
        # Lines and corners
        "─": "-",
        "━": "=",
        "┏": "#",
        "┓": "#",
        "┗": "#",
        "┛": "#",
        "╌": "-",
        "┄": "-",
        "┈": "-",
        "═": "=",
        "│": "|",
        "┃": "|",
        "┆": ":",
        "┊": ":",
        "╎": ":",
        "║": "|",
        "⋮": ":",
        "├": "|",
        "└": "`",
        "┌": "+",
        "┐": "+",
        "┘": "+",
        "┤": "|",
        "┬": "+",
        "┴": "+",
        "┼": "+",
        "╭": "+",
        "╮": "+",
        "╯": "+",
        "╰": "+",
        "╴": "-",
        "╵": "|",
        "╶": "-",
        "╷": "|",
        "▔": "-",
        # Levels and bars
        "▁": "_",
        "▂": ".",
        "▃": ":",
        "▄": "-",
        "▅": "=",
        "▆": "+",
        "▇": "*",
        "█": "#",
        "▀": "=",
        "▏": ".",
        "▎": ":",
        "▍": ":",
        "▌": "|",
        "▋": "=",
        "▊": "+",
        "▉": "*",
        "▐": "|",
        "░": ".",
        "▒": ":",
        "▓": "%",
        # Writing
        "…": "~",
        "—": "-",
        "\N{EN DASH}": "-",
        "“": '"',
        "”": '"',
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{MULTIPLICATION SIGN}": "x",
        "±": "~",
        "≈": "~",
        "≤": "<",
        "≥": ">",
        "µ": "u",
        "°": "o",
        "Σ": "S",
        "Δ": "D",
        "¶": "P",
        "␣": "_",
        "‖": "=",
        "\N{MINUS SIGN}": "-",
        "‣": ">",
        "⋯": "~",
        "⋅": ".",
        "◉": "*",
        "◎": "o",
        "⊘": "!",
        "➜": ">",
        "⟶": ">",
        "⟵": "<",
        "«": "<",
        "»": ">",
        "≠": "!",
        "∞": "8",
        "▮": "#",
        "▯": "o",
        "⏎": "<",
        "⇥": ">",
        "♫": "~",
        "€": "E",
        "£": "L",
        "\N{REPLACEMENT CHARACTER}": "?",
        "\N{NO-BREAK SPACE}": " ",
        "🔎": "? ",
    }
)
"""Ours, and those that the screen's library draws its own widgets with."""

_TABLE: Final = str.maketrans(dict(ASCII_SIGNS))
_ROOMY_DOTS: Final = re.compile("…  (?= )")
"""Three points have room where three blanks follow; elsewhere a cut is one cell."""
_FOREIGN: Final = re.compile("[^\x00-\x7f]")


def in_ascii(text: str, *, foreign: bool = False) -> str:
    """Return `text` in as many cells with its signs in ASCII.

    Args:
        text: What is to be shown.
        foreign: Whether letters that the table does not have, such as those of a name, may
            stay. Where they may not, each of their cells becomes `?`.
    """
    if text.isascii():
        return text
    text = _ROOMY_DOTS.sub("...", text).translate(_TABLE)
    if foreign or text.isascii():
        return text
    return _FOREIGN.sub(lambda found: "?" * cell_len(found[0]), text)


class AsciiSigns(LineFilter):
    """Puts everything that a widget draws, borders and titles too, into ASCII."""

    def __init__(self, *, foreign: bool) -> None:
        """`foreign`: letters from outside may stay, as the terminal can write them."""
        super().__init__()
        self._foreign = foreign

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments of a line with their signs in ASCII."""
        return [
            Segment(in_ascii(text, foreign=self._foreign), style, control)
            for text, style, control in segments
        ]


def writes_unicode() -> bool:
    """Tell whether the terminal can be written all signs: by the encoding that is set for it.

    Screens are written to standard error.
    """
    encoding = getattr(sys.__stderr__, "encoding", None) or "utf-8"
    return encoding.lower().replace("-", "").replace("_", "").startswith("utf")
