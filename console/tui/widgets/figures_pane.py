"""The figures: numbers with their charts, one below the other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from rich.segment import Segment
from textual.strip import Strip

from console.client.pacing import Gauge
from console.floor.measures import Measures, Series
from console.text import clean
from console.tui.cells import fit, fit_right, span
from console.tui.charts import area, bar, share
from console.tui.themes import MEANINGS
from console.tui.widgets.scrolling import ScrollingLines

_LABEL: Final = 22
_NUMBER: Final = 12
_CHART_LINES: Final = 3
_MOST_FAILURES: Final = 12

_Line = list[tuple[str, str]]
"""Texts with the theme's name of their look."""


@dataclass(frozen=True, slots=True)
class Rates:
    """How much of the account's limits is used."""

    calls: Gauge
    requests: Gauge


class FiguresPane(ScrollingLines, can_focus=True, inherit_bindings=False):
    """Shows the measures of a window of time."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"figures--{meaning}" for meaning in MEANINGS}

    DEFAULT_CSS = """
    FiguresPane {
        border: round $rule; border-title-color: $muted; border-subtitle-color: $muted;
        width: 1fr; height: 1fr; padding: 0 1;
    }
    FiguresPane:focus { border: heavy $rule-focus; border-title-color: $conversation; }
    """ + "".join(
        f"FiguresPane > .figures--{meaning} {{ color: ${meaning}; }}\n"
        for meaning in MEANINGS
        if not meaning.startswith("cursor")
    )

    def __init__(self) -> None:
        super().__init__(id="figures")
        self._measures: Measures | None = None
        self._rates: Rates | None = None
        self._lines: Sequence[_Line] = ()
        self._width = 0

    def show(self, measures: Measures, rates: Rates) -> None:
        """Show these figures."""
        self._measures, self._rates = measures, rates
        self._set_out()
        self.refresh()

    def _set_out(self) -> None:
        self._width = self.line_width
        if self._measures is not None and self._rates is not None:
            self._lines = list(_lines(self._measures, self._rates, self._width))
        self.top = min(self.top, self.last_top)

    @property
    def line_count(self) -> int:
        """How many lines the figures take."""
        if self._width != self.line_width:
            self._set_out()
        return len(self._lines)

    def line(self, place: int, width: int) -> Strip:
        """Return one line."""
        segments = [
            Segment(
                text, self.base + self.get_component_rich_style(f"figures--{name}", partial=True)
            )
            for text, name in self._lines[place]
        ]
        return Strip(segments).adjust_cell_length(width, self.base)


def _lines(got: Measures, rates: Rates, width: int) -> Iterator[_Line]:
    yield from _chart(
        "Concurrent legs", got.concurrency, f"{got.concurrent} now", width, "leg-answered"
    )
    yield []
    yield from _chart(
        f"Started in {got.arrivals.bucket_ms // 1000} s each",
        got.arrivals,
        f"{got.started} in all",
        width,
        "leg-started",
    )
    yield []
    room = max(width - _LABEL - _NUMBER - 2, 0)
    ratio = "—" if got.seizure is None else f"{got.seizure * 100:.0f} %"
    counted = f"{got.answered} of {got.answered + got.not_connected}"
    yield _row(
        "Answer-seizure ratio",
        ratio,
        [(share(got.seizure or 0.0, min(20, room)), "proven"), (f"  {counted}", "muted")],
    )
    yield _row("Average call duration", _seconds(got.duration_s), [])
    yield _row("Average wait", _seconds(got.wait_s), [])
    yield _row("Calls per second", f"{got.calls_per_second:.2f}", [])
    yield _row("Ringing now", str(got.ringing), [])
    yield _row("Cost now", f"{got.cost:.4f}", [("EUR, told and reckoned", "muted")])
    for label, gauge in (("New legs", rates.calls), ("Requests", rates.requests)):
        if not gauge.limit:
            yield _row(label, "—", [("only who sends knows it, while it sends", "muted")])
            continue
        used = gauge.used / gauge.limit
        yield _row(
            label,
            f"{gauge.used:.1f}/{gauge.limit:g}",
            [
                (share(used, min(20, room)), "notice" if used > 0.8 else "accepted"),
                ("  a second", "muted"),
            ],
        )
    yield []
    yield [("Not connected", "conversation")]
    if not got.failures:
        yield [("nobody, in this time", "muted")]
    peak = max((count for _, count in got.failures), default=0)
    for why, count in got.failures[:_MOST_FAILURES]:
        yield _row(clean(why, limit=_LABEL), str(count), [(bar(count, peak, room), "leg-failed")])


def _chart(title: str, series: Series, note: str, width: int, look: str) -> Iterator[_Line]:
    told = f"{note} · peak {series.peak:g}"
    yield [(fit(title, max(width - len(told), 0)), "conversation"), (told, "muted")]
    for line in area(series.points, width, _CHART_LINES):
        yield [(line, look)]


def _row(label: str, number: str, rest: _Line) -> _Line:
    return [
        (fit(label, _LABEL), "muted"),
        (fit_right(number, _NUMBER), "conversation"),
        ("  ", "muted"),
        *rest,
    ]


def _seconds(value: float | None) -> str:
    return "—" if value is None else span(value)


def window_words(ms: int) -> str:
    """Return a length of time as it stands in a title: `15 min`, `8 h`."""
    minutes = ms // 60_000
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h"
