"""A ladder as text: a column for each lane, an arrow for each rung, a line for each gap."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from console.ladder.rungs import Ladder, Rung
from console.text import clean

GAP_MS: Final = 1_000
"""From so much time between two rungs on, a line tells it."""
LANE: Final = 22
"""Cells from one lane to the next."""
_CLOCK: Final = 14
_MINUTE_MS: Final = 60_000


def text_lines(ladder: Ladder, *, ascii_only: bool = False) -> Iterator[str]:
    """Yield the ladder line by line; every part of it is safe to print.

    Args:
        ladder: Which one.
        ascii_only: Draw with `-`, `|` and `>` only.
    """
    marks = _ASCII if ascii_only else _UNICODE
    yield " " * _CLOCK + "".join(fitted(clean(lane.title), LANE) for lane in ladder.lanes).rstrip()
    if any(lane.note for lane in ladder.lanes):
        notes = (fitted(clean(lane.note), LANE) for lane in ladder.lanes)
        yield " " * _CLOCK + "".join(notes).rstrip()
    for rung in ladder.rungs:
        if rung.gap_ms >= GAP_MS:
            yield " " * _CLOCK + f"{marks.gap} {lasted(rung.gap_ms)}"
        yield f"{clock(rung.at)}  {_drawn(ladder, rung, marks)}  {words(rung)}".rstrip()


def words(rung: Rung) -> str:
    """Return what a rung says, safe to print: what, details, length, reply and marks."""
    lasts = rung.lasts_ms
    parts = [
        f"{clean(rung.what)}  {clean(rung.detail)}".rstrip(),
        "" if lasts is None else f"{'~' if rung.estimated else ''}{lasted(lasts)}",
        f"({clean(rung.reply)})" if rung.reply else "",
        "late" if rung.late else "",
        f"delivery {rung.delivery}" if rung.delivery > 1 else "",
    ]
    return "  ".join(part for part in parts if part)


def lasted(ms: int) -> str:
    """Return a length of time as `12.3 s`, from a minute on as `2 min 14 s` or `1 h 2 min`."""
    if ms < _MINUTE_MS:
        return f"{ms / 1000:.1f} s"
    minutes, second = divmod(ms // 1000, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours} h {minute} min" if hours else f"{minute} min {second} s"


def clock(at: int) -> str:
    """Return the time of day in UTC to the millisecond, of Unix nanoseconds."""
    return datetime.fromtimestamp(at // 1_000_000 / 1_000, UTC).strftime("%H:%M:%S.%f")[:-3]


@dataclass(frozen=True, slots=True)
class _Marks:
    line: str
    post: str
    cross: str
    right: str
    left: str
    here: str
    gap: str


_UNICODE: Final = _Marks("─", "│", "┼", "▶", "◀", "●", "┆")
_ASCII: Final = _Marks("-", "|", "+", ">", "<", "*", ":")


def _drawn(ladder: Ladder, rung: Rung, marks: _Marks) -> str:
    """Return the lanes with the arrow of one rung across them."""
    source, target = ladder.span(rung)
    row = [" "] * ((len(ladder.lanes) - 1) * LANE + 1)
    for place in range(len(ladder.lanes)):
        row[place * LANE] = marks.post
    first, last = sorted((source * LANE, target * LANE))
    if first == last:
        row[first] = marks.here
        return "".join(row)
    for cell in range(first, last + 1):
        row[cell] = marks.cross if row[cell] == marks.post else marks.line
    row[first] = row[last] = marks.line
    if target > source:
        row[last] = marks.right
    else:
        row[first] = marks.left
    return "".join(row)


def fitted(text: str, width: int) -> str:
    """Return safe text as exactly `width` cells: cut, or filled with blanks, one at the least."""
    shown = text
    while cells(shown) > width - 1:
        shown = shown[:-1]
    return shown + " " * (width - cells(shown))


def cells(text: str) -> int:
    """Return how many cells safe text takes: wide characters two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(each) else 1 + (unicodedata.east_asian_width(each) in "WF")
        for each in text
    )
