"""The figures set out in cells: two charts side by side, the numbers below, then the failures.

Pure: measures and a size in, lines of text with the theme's name of their look out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from rich.cells import cell_len

from console.client.pacing import Gauge
from console.floor.measures import Measures, Series
from console.text import clean
from console.tui.cells import fit, fit_right, span
from console.tui.charts import bar, plot, share

Line = list[tuple[str, str]]
"""Texts with the theme's name of their look."""

LABELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "concurrent": "Concurrent legs",
        "ringing": "Ringing",
        "calls_per_second": "Calls per second",
        "seizure": "Answer-seizure ratio",
        "duration": "Average duration",
        "wait": "Average wait",
        "cost": "Cost now",
        "failures": "Not connected",
    }
)
"""What each measure is called on the screen, by its name in `FORMULAS`."""

_BETWEEN: Final = 3
"""Cells between two columns."""
_TWO, _WIDE = 68, 110
"""Cells from which on there are two columns; in which the failures stand in the second."""
_LABEL, _NUMBER, _GAUGE = 22, 8, 20
_LOW, _HIGH = 3, 18
"""Lines of a chart."""
_ALONE: Final = 5
"""Lines of a chart that has the whole width."""
_BAR, _WHY = 40, 34
_LEAST_BAR = 16
_SHARE: Final = 8
"""Cells of a share, with those before the bar."""
_MOST_FAILURES: Final = 12
_AXES: Final = 3
"""Lines of a chart besides its drawing: its title and the axis of time."""


@dataclass(frozen=True, slots=True)
class Rates:
    """How much of the account's limits is used."""

    calls: Gauge
    requests: Gauge


def set_out(got: Measures, rates: Rates, width: int, height: int) -> list[Line]:
    """Return the figures as lines of at most `width` cells.

    Args:
        got: What was reckoned.
        rates: What is used of the account's limits.
        width: Cells of a line.
        height: Lines in sight: the charts take what the numbers leave.
    """
    failures = got.failures[:_MOST_FAILURES]
    if width < _TWO:
        now, window = _now(got, rates, width), _window(got, width)
        up, began = _charts(got, width, width, _ALONE)
        return [*up, [], *began, [], *now, [], *window, [], *_failures(got, failures, width)]
    left = (width - _BETWEEN) // 2
    right = width - _BETWEEN - left
    now, window = _now(got, rates, left), _window(got, right)
    if width >= _WIDE:
        below = _beside([*now, [], *_window(got, left)], _failures(got, failures, right), left)
    else:
        below = [*_beside(now, window, left), [], *_failures(got, failures, width)]
    room = max(_LOW, min(height - len(below) - _AXES - 1, _HIGH))
    up, began = _charts(got, left, right, room)
    return [*_beside(up, began, left), [], *below]


def _charts(got: Measures, left: int, right: int, height: int) -> tuple[list[Line], list[Line]]:
    each = window_words(got.arrivals.bucket_ms)
    now = f"{got.concurrent} now"
    whole = f"{got.started} in all"
    return (
        _chart(LABELS["concurrent"], got.concurrency, now, left, height, "leg-answered"),
        _chart(f"Started per {each}", got.arrivals, whole, right, height, "leg-started"),
    )


def _chart(title: str, series: Series, note: str, width: int, height: int, look: str) -> list[Line]:
    whole = series.bucket_ms * len(series.points)
    times = (f"{window_words(whole)} ago", window_words(whole // 2), "now")
    lines: list[Line] = [
        [(fit(title, max(width - cell_len(note), 0)), "conversation"), (note, "muted")]
    ]
    drawn = plot(series.points, width, height, times)
    if not series.peak:
        axis, room = drawn[height // 2]
        told = f"none in these {window_words(whole)}"
        drawn[height // 2] = (f"{axis}{told:^{len(room)}}", "")
    return lines + [[(axis, "muted"), (points, look)] for axis, points in drawn]


def _now(got: Measures, rates: Rates, width: int) -> list[Line]:
    lines: list[Line] = [
        [("Now", "conversation")],
        _row(LABELS["ringing"], str(got.ringing), [], width),
        _row(LABELS["cost"], f"{got.cost:.4f}", [("EUR", "muted")], width),
    ]
    for label, gauge in (("New legs a second", rates.calls), ("Requests a second", rates.requests)):
        if not gauge.limit:
            lines.append(_row(label, "—", [("not in the journal", "muted")], width))
            continue
        used = gauge.used / gauge.limit
        look = "notice" if used > 0.8 else "accepted"
        told = f"{gauge.used:.1f}/{gauge.limit:g}"
        lines.append(_row(label, told, [(share(used, _gauge(width)), look)], width))
    return lines


def _window(got: Measures, width: int) -> list[Line]:
    ratio = "—" if got.seizure is None else f"{got.seizure * 100:.0f} %"
    tried = got.answered + got.not_connected
    counted: Line = [(f"{got.answered} of {tried}", "muted")]
    if tried and width >= _LABEL + _NUMBER + _GAUGE:
        counted = [(share(got.seizure or 0.0, _GAUGE), "proven"), ("  ", "muted"), *counted]
    return [
        [(f"In these {window_words(got.window_ms)}", "conversation")],
        _row(LABELS["seizure"], ratio, counted if tried else [], width),
        _row(LABELS["duration"], _seconds(got.duration_s), [], width),
        _row(LABELS["wait"], _seconds(got.wait_s), [], width),
        _row(LABELS["calls_per_second"], f"{got.calls_per_second:.2f}", [], width),
    ]


def _failures(got: Measures, shown: Sequence[tuple[str, int]], width: int) -> list[Line]:
    """Return how often which reason: a bar is as long as its share of the most frequent."""
    total = sum(count for _, count in got.failures)
    title = LABELS["failures"] + (f"  {total}" if total else "")
    if not shown:
        return [[(title, "conversation")], [("none in this time", "muted")]]
    peak = shown[0][1]
    longest = max(cell_len(clean(reason, limit=200)) for reason, _ in shown)
    why = min(max(longest, _LABEL), _WHY, max(width - _NUMBER - _SHARE - _LEAST_BAR, 10))
    room = max(min(width - why - _NUMBER - _SHARE, _BAR), 0)
    lines: list[Line] = [[(title, "conversation")]]
    lines += [
        [
            (fit(clean(reason, limit=200), why), "muted"),
            (fit_right(str(count), _NUMBER), "conversation"),
            ("  ", "muted"),
            (bar(count, peak, room), "leg-failed"),
            (fit_right(f"{count / total * 100:.0f} %", 6), "muted"),
        ]
        for reason, count in shown
    ]
    more = len(got.failures) - len(shown)
    if more:
        lines.append([(f"and {more} more reason{'s' if more != 1 else ''}", "muted")])
    return lines


def _gauge(width: int) -> int:
    return max(0, min(_GAUGE, width - _LABEL - _NUMBER - 2))


def _row(label: str, number: str, rest: Line, width: int) -> Line:
    line = [
        (fit(label, _LABEL), "muted"),
        (fit_right(number, _NUMBER), "conversation"),
        ("  ", "muted"),
    ]
    room = width - _LABEL - _NUMBER - 2
    for text, look in rest:
        if cell_len(text) <= room:
            line.append((text, look))
        room -= cell_len(text)
    return line


def _beside(left: Sequence[Line], right: Sequence[Line], width: int) -> list[Line]:
    """Return two columns, the first one `width` cells wide."""
    lines = []
    for place in range(max(len(left), len(right))):
        first = left[place] if place < len(left) else []
        second = right[place] if place < len(right) else []
        room = width + _BETWEEN - sum(cell_len(text) for text, _ in first)
        lines.append([*first, (" " * max(room, 0), "muted"), *second] if second else list(first))
    return lines


def _seconds(value: float | None) -> str:
    return "—" if value is None else span(value)


def window_words(ms: int) -> str:
    """Return a length of time as it stands in a title: `15 s`, `7.5 min`, `8 h`."""
    for unit, of_one in (("h", 3_600_000), ("min", 60_000)):
        if ms >= of_one:
            return f"{ms / of_one:g} {unit}"
    return f"{ms / 1_000:g} s"
