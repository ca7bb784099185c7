"""The line over a list that names its columns, and says by which one the rows are sorted."""

from collections.abc import Iterable

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from console.tui.cells import fit, fit_right
from console.tui.sorting import Order

Head = tuple[str, int, bool]
"""A title of the head, its cells, and whether it stands at their right edge."""


def head_strip(
    heads: Iterable[Head], order: Order, look: Style, width: int, *, margin: int
) -> Strip:
    """Return the titles; the column that the rows are sorted by has an arrow."""
    by = order.by
    segments = [Segment(" " * margin, look)]
    for title, cells, right in heads:
        sorts = by is not None and by.title == title
        said = f"{title}{order.arrow(by)}" if by is not None and sorts else title
        text = (fit_right if right else fit)(said, cells)
        segments.append(Segment(text, look + Style(bold=True) if sorts else look))
    return Strip(segments).adjust_cell_length(width, look)


def title_at(heads: Iterable[Head], x: int) -> str:
    """Return the title over a cell of the rows; empty where there is none."""
    at = 0
    for title, cells, _ in heads:
        if at <= x < at + cells:
            return title
        at += cells
    return ""
