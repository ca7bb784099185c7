"""Charts in cells: areas over time, bars, shares. Pure text; colour is the caller's."""

from collections.abc import Sequence
from typing import Final

_EIGHTHS: Final = " ▁▂▃▄▅▆▇█"
_LEFT: Final = " ▏▎▍▌▋▊▉█"
_HALVED: Final = 6
"""Lines of a chart from which on half of its height is told too."""


def resampled(points: Sequence[float], width: int) -> list[float]:
    """Return `width` values: the highest of the points that fall into each, so no peak is lost."""
    count = len(points)
    if count == 0 or width <= 0:
        return [0.0] * max(width, 0)
    return [
        max(
            points[
                place * count // width : max(
                    (place + 1) * count // width, 1 + place * count // width
                )
            ]
        )
        for place in range(width)
    ]


def area(points: Sequence[float], width: int, height: int, peak: float | None = None) -> list[str]:
    """Return an area chart, its lines from above.

    Args:
        points: Values from the oldest to the newest; below 0 counts as 0.
        width: Cells.
        height: Lines.
        peak: What reaches the top; the highest value when not given.
    """
    values = resampled(points, width)
    top = max(values, default=0.0) if peak is None else peak
    if top <= 0:
        return [" " * width] * (height - 1) + ["▁" * width] if height else []
    steps = [_steps(value, top, height * 8) for value in values]
    return [
        "".join(_EIGHTHS[max(0, min(step - below * 8, 8))] for step in steps)
        for below in range(height - 1, -1, -1)
    ]


def plot(
    points: Sequence[float], width: int, height: int, times: Sequence[str]
) -> list[tuple[str, str]]:
    """Return an area chart with its axes: pairs of axis and drawing, from above.

    Args:
        points: Values from the oldest to the newest; below 0 counts as 0.
        width: Cells of a whole line.
        height: Lines of the drawing; the axis of time takes two more.
        times: What stands below the axis of time, spread evenly: its beginning first.
    """
    peak = max(points, default=0.0)
    top, half = amount(peak), amount(peak / 2)
    gutter = max(len(top), 1)
    room = max(width - gutter - 2, 1)
    drawn = area(points, room, height) if peak > 0 else [" " * room] * height
    lines = []
    for place, line in enumerate(drawn):
        said, tick = "", "│"
        if place == 0 and peak > 0:
            said, tick = top, "┤"
        elif place * 2 == height and height >= _HALVED and half != top and len(half) <= gutter:
            said, tick = half, "┤"
        lines.append((f"{said:>{gutter}} {tick}", line))
    ticks, told = _time_axis(times, room)
    indent = " " * (gutter + 2)
    return [*lines, (f"{'0':>{gutter}} └{ticks}", ""), (indent + told, "")]


def _time_axis(times: Sequence[str], width: int) -> tuple[str, str]:
    """Return the line of an axis and the words below it; the last word stands for now."""
    ticks, told = ["─"] * width, [" "] * width
    last = max(len(times) - 1, 1)
    for place, words in enumerate(times):
        at = place * (width - 1) // last
        start = place * max(width - len(words), 0) // last
        if len(words) <= width and set(told[max(start - 1, 0) : start + len(words) + 1]) <= {" "}:
            told[start : start + len(words)] = words
            ticks[at] = "┬"
    return "".join(ticks), "".join(told)


def amount(value: float) -> str:
    """Return a number as an axis tells it: whole where it is, else with one digit."""
    return f"{value:.0f}" if float(value).is_integer() else f"{value:.1f}"


def bar(value: float, peak: float, width: int) -> str:
    """Return a bar as exactly `width` cells; what is more than nothing is seen."""
    if peak <= 0 or width <= 0:
        return " " * max(width, 0)
    eighths = _steps(value, peak, width * 8)
    whole, rest = divmod(eighths, 8)
    drawn = "█" * whole + (_LEFT[rest] if rest else "")
    return drawn.ljust(width)[:width]


def share(part: float, width: int) -> str:
    """Return a share from 0 to 1 as a filled and an empty part, exactly `width` cells."""
    filled = round(max(0.0, min(part, 1.0)) * width)
    return "━" * filled + "╌" * (width - filled)


def _steps(value: float, top: float, steps: int) -> int:
    if value <= 0:
        return 0
    return max(1, min(round(value / top * steps), steps))
