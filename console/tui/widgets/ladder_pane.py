"""The ladder: lanes side by side, a line for each thing that happened, a line for each gap."""

from collections.abc import Callable, Hashable, Sequence
from typing import ClassVar, Final

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from console.ladder.rungs import Ladder, Lane, Rung, RungKind
from console.ladder.text import GAP_MS, clock, words
from console.text import clean
from console.tui.cells import fit
from console.tui.widgets.scrolling import ScrollingLines
from console.tui.widgets.virtual_list import Piece, VirtualList

_CLOCK: Final = 14
_NARROW, _BROAD = 5, 18
"""Cells from one lane to the next, at least and at most."""
_WORDS: Final = 34
"""Cells that the words keep, as long as the lanes can be narrower."""
_FEW_WORDS: Final = 24
"""The same where the line under the cursor stands open beside the ladder."""
_GAP: Final = "gap "

_REQUESTS: Final = frozenset({RungKind.REST, RungKind.FORWARD})
_NO_ANSWER: Final = " no answer"

_MEANINGS = {
    RungKind.ACTION: "asked",
    RungKind.REST: "direction-out",
    RungKind.WEBHOOK: "direction-in",
    RungKind.REPLY: "direction-out",
    RungKind.FORWARD: "muted",
    RungKind.NCCO: "playing",
    RungKind.SOUND: "playing",
    RungKind.RECORDING: "recording",
}


class LadderPane(VirtualList):
    """Draws one ladder; the cursor is on a rung, never on a gap."""

    DEFAULT_CSS = """
    LadderPane {
        border: round $rule; border-title-color: $muted; border-subtitle-color: $muted;
        width: 1fr; height: 1fr;
    }
    LadderPane:focus { border: heavy $rule-focus; border-title-color: $conversation; }
    """

    def __init__(self) -> None:
        super().__init__(id="ladder")
        self._ladder = Ladder((), ())
        self._rungs: dict[str, Rung] = {}
        self._gaps: dict[str, int] = {}
        """Milliseconds, by the key of the line that tells them."""
        self._passes: Callable[[Rung], bool] | None = None
        self.opened_beside = False
        """Whether the line under the cursor stands open elsewhere, so that lanes may be broader."""
        self.border_title = "Ladder"

    @property
    def selected(self) -> Rung | None:
        """The rung under the cursor."""
        return self._rungs.get(self.cursor or "")

    @property
    def shown_rungs(self) -> int:
        """How many rungs pass the filter."""
        return len(self._rungs)

    def show(self, ladder: Ladder) -> None:
        """Show a ladder; the cursor stays on its rung."""
        at_end = bool(self.keys) and self.cursor == self.keys[-1]
        self._ladder = ladder
        self._set_out()
        if at_end:
            self.go_last()

    def filter(self, passes: Callable[[Rung], bool] | None) -> None:
        """Show only rungs that pass."""
        self._passes = passes
        self._set_out()

    def _set_out(self) -> None:
        keys: list[str] = []
        self._rungs, self._gaps = {}, {}
        passes = self._passes
        before: int | None = None
        for rung in self._ladder.rungs:
            if passes is not None and not passes(rung):
                continue
            key = f"{rung.seq} {rung.kind.value} {rung.what}"
            while key in self._rungs:
                key += "+"
            gap_ms = 0 if before is None else (rung.at - before) // 1_000_000
            if gap_ms >= GAP_MS:
                self._gaps[_GAP + key] = gap_ms
                keys.append(_GAP + key)
            self._rungs[key] = rung
            keys.append(key)
            before = max(rung.at, before or 0)
        self.forget_drawn()
        self.replace(keys)

    # --- drawing -------------------------------------------------------------------------------

    @property
    def lane_cells(self) -> int:
        """Cells from one lane to the next."""
        gaps = max(len(self._ladder.lanes) - 1, 1)
        room = self.row_width - _CLOCK - (_FEW_WORDS if self.opened_beside else _WORDS)
        return max(_NARROW, min(_BROAD, room // gaps))

    def version(self, key: str) -> Hashable:
        """A rung looks the same until the ladder or the width changes."""
        return (self._rungs.get(key), self.lane_cells)

    def first_place(self, keys: Sequence[str]) -> int:
        """Begin at the end: what happened last."""
        return len(keys) - 1

    def move(self, by: int) -> None:
        """Move over the gaps."""
        super().move(by)
        if (self.cursor or "").startswith(_GAP):
            at_end = self.cursor == self.keys[-1 if by > 0 else 0]
            super().move(-by if at_end else (1 if by > 0 else -1))

    def draw(self, key: str, width: int) -> list[Piece]:
        """Return time, lanes and words of a rung, or the length of a gap."""
        muted = self.meaning("muted")
        gap_ms = self._gaps.get(key)
        if gap_ms is not None:
            told = f"{gap_ms / 1000:.1f} s"
            return [(fit(f"{'':>{_CLOCK - 2}}┆ {told}", width), self.meaning("faint"))]
        rung = self._rungs[key]
        style = self.meaning("refused" if rung.bad else _MEANINGS[rung.kind])
        arrow = self._arrow(rung)
        said = words(rung)
        room = max(width - _CLOCK - len(arrow) - 2, 0)
        pieces: list[Piece] = [(f"{clock(rung.at)}  ", muted)]
        pieces += self._styled(arrow, rung, style)
        pieces.append(("  ", Style()))
        mark = self.meaning("notice" if rung.late or rung.delivery > 1 else "conversation")
        if rung.kind in _REQUESTS and cell_len(what := clean(rung.what)) > room:
            said = _with_outcome(what, room)
        pieces.append((fit(said, room), style if rung.bad else mark))
        return pieces

    def _styled(self, arrow: str, rung: Rung, style: Style) -> list[Piece]:
        """Return the lanes with the part of the arrow in its own colour."""
        first, last = sorted(place * self.lane_cells for place in self._ladder.span(rung))
        post = self.meaning("rule")
        return [
            (arrow[:first], post),
            (arrow[first : last + 1], style),
            (arrow[last + 1 :], post),
        ]

    def _arrow(self, rung: Rung) -> str:
        step = self.lane_cells
        row = [" "] * ((len(self._ladder.lanes) - 1) * step + 1)
        for place in range(len(self._ladder.lanes)):
            row[place * step] = "│"
        source, target = (place * step for place in self._ladder.span(rung))
        if source == target:
            row[source] = "●"
            return "".join(row)
        first, last = sorted((source, target))
        for cell in range(first, last + 1):
            row[cell] = "┼" if row[cell] == "│" else "─"
        row[source] = "─"
        row[target] = "▶" if source < target else "◀"
        return "".join(row)


class LadderHead(ScrollingLines, can_focus=False, inherit_bindings=False):
    """The titles of the lanes and what they are, above the ladder and as wide."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"head--title", "head--note"}

    DEFAULT_CSS = """
    LadderHead { height: 2; padding: 0 1 0 2; }
    LadderHead > .head--title { color: $conversation; text-style: bold; }
    LadderHead > .head--note { color: $muted; }
    """

    def __init__(self, pane: LadderPane) -> None:
        super().__init__(id="ladder-head")
        self._pane = pane
        self._lanes: Sequence[Lane] = ()

    def show(self, lanes: Sequence[Lane]) -> None:
        """Show these lanes."""
        self._lanes = lanes
        self.refresh()

    @property
    def line_count(self) -> int:
        """Titles, and notes below them."""
        return 2

    def line(self, place: int, width: int) -> Strip:
        """Return the titles, or the notes."""
        step = self._pane.lane_cells
        parts = [" " * _CLOCK]
        for number, lane in enumerate(self._lanes):
            text = clean(lane.note if place else lane.title, limit=64)
            last = number == len(self._lanes) - 1
            parts.append(text if last else _titled(text, step - 1) + " ")
        style = self.get_component_rich_style(
            "head--note" if place else "head--title", partial=True
        )
        shown = Segment(fit("".join(parts), width), self.base + style)
        return Strip([shown]).adjust_cell_length(width, self.base)


def _with_outcome(what: str, room: int) -> str:
    """Return a request whose path gives way in little room, not what came of it."""
    ended = _NO_ANSWER if what.endswith(_NO_ANSWER) else " " + what.rpartition(" ")[2]
    return fit(what.removesuffix(ended), room - len(ended)) + ended


def _titled(text: str, width: int) -> str:
    """Return a title as `width` cells; of a number that is too long the end is what tells."""
    if text.isdecimal() and len(text) > width:
        return "…" + text[len(text) - width + 1 :]
    return fit(text, width)
