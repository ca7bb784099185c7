"""Charts in cells: areas over time, bars, shares. Pure text; colour is the caller's."""

from collections.abc import Sequence
from typing import Final

_EIGHTHS: Final = " ▁▂▃▄▅▆▇█"
_LEFT: Final = " ▏▎▍▌▋▊▉█"


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
