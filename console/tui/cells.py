"""Text fitted to terminal cells: wide characters count two, combining ones none."""

import re
from typing import Final

from rich.cells import cell_len, set_cell_size

from console.text import Shown, clean

_BEFORE_WORD: Final = re.compile(" (?![✓✗])")
"""The blanks at which a line is broken: none before a mark."""
_PATH: Final = re.compile(r"(?<!\S)(?P<folder>[~/]\S*/)(?P<name>[^\s/]*[^\s/:;,])")


def fit(text: str, width: int) -> str:
    """Return safe `text` as exactly `width` cells: padded, or cut with `…`."""
    if width <= 0:
        return ""
    if text.isascii() and len(text) <= width:
        return text.ljust(width)
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(text, width - 1) + "…"


def fold(text: str, width: int) -> list[str]:
    """Return safe `text` as lines of at most `width` cells, broken between words if possible.

    A mark (`proven ✓✓`) stays with the word that it follows.
    """
    if width <= 0:
        return []
    lines: list[str] = []
    line = ""
    for word in _BEFORE_WORD.split(text):
        longer = f"{line} {word}" if line else word
        if cell_len(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        while cell_len(word) > width:
            head = set_cell_size(word, width).rstrip(" ") or word[:1]
            # The id at the end of an address, or the name of a file, stays in one piece.
            whole = head.rfind("/") + 1
            if whole and cell_len(word[whole:]) <= width:
                head = head[:whole]
            lines.append(head)
            word = word[len(head) :]
        line = word
    return [*lines, line]


def fit_right(text: str, width: int) -> str:
    """Return safe `text` as exactly `width` cells, at the right edge."""
    length = cell_len(text)
    return " " * (width - length) + text if length <= width else fit(text, width)


def shown(text: object, width: int) -> str:
    """Return outside `text` cleaned and as exactly `width` cells."""
    return fit(clean(text, limit=max(width * 4, 64)), width)


def with_whole_name(sentence: str, width: int, home: str = "") -> str:
    """Return a safe sentence whose path gives way where it is too long: never its file's name.

    Args:
        sentence: What is said; the first path in it is shortened.
        width: Cells that there are.
        home: The folder that is written `~`.
    """
    if cell_len(sentence) <= width or (found := _PATH.search(sentence)) is None:
        return sentence
    folder, name = found["folder"], found["name"]
    if home and folder.startswith(home + "/"):
        folder = "~" + folder[len(home) :]
    before, after = sentence[: found.start()], sentence[found.end() :]
    room = width - cell_len(before) - cell_len(name) - cell_len(after)
    if cell_len(folder) > room:
        kept = max(room - 2, 0)
        left = kept // 2
        folder = f"{folder[:left]}…{folder[len(folder) - 1 - (kept - left) :]}"
    return f"{before}{folder}{name}{after}"


def short_id(identifier: str) -> Shown:
    """Return the beginning of an id that tells it apart on a screen (`CON-8f5a`, `63f61863`)."""
    prefix, dash, rest = identifier.partition("-")
    if dash and prefix.isalpha() and prefix.isupper():
        return clean(f"{prefix}-{rest[:4]}")
    return clean(identifier[:8])


def span(seconds: float) -> str:
    """Return a length of time as `02:14`, or `1:02:14` from an hour on."""
    whole = max(int(seconds), 0)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute:02d}:{second:02d}"


def clock_span(seconds: float) -> str:
    """Return a length of time as `hh:mm:ss`."""
    whole = max(int(seconds), 0)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02d}:{minute:02d}:{second:02d}"
