"""The ladder: lanes side by side, a line for each thing that happened, a line for each gap."""

from collections.abc import Callable, Hashable, Sequence
from typing import Final

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from console.ladder.rungs import Ladder, Rung, RungKind
from console.ladder.text import GAP_MS, clock, lasted, words
from console.text import clean
from console.tui.cells import fit
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

    # --- the head ------------------------------------------------------------------------------

    @property
    def head_lines(self) -> int:
        """The titles of the lanes, and what they are."""
        return 2 if self._ladder.lanes else 0

    def head_line(self, width: int) -> Strip:
        """Return the titles."""
        return self._titles([lane.title for lane in self._ladder.lanes], width, "conversation")

    def _line_at(self, y: int) -> Strip | None:
        if y != 1 or not self.head_lines:
            return super()._line_at(y)
        return self._titles([lane.note for lane in self._ladder.lanes], self.line_width, "muted")

    def _titles(self, titles: Sequence[str], width: int, meaning: str) -> Strip:
        step = self.lane_cells
        parts = [" " * (self.MARGIN + _CLOCK)]
        for number, title in enumerate(titles):
            text = clean(title, limit=64)
            last = number == len(titles) - 1
            parts.append(text if last else _titled(text, step - 1) + " ")
        bold = Style(bold=meaning == "conversation")
        look = self.base + self.meaning(meaning) + bold
        return Strip([Segment(fit("".join(parts), width), look)]).adjust_cell_length(width, look)

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
            told = f"{'':>{_CLOCK - 2}}┆ {lasted(gap_ms)}"
            return [(fit(told, width), self.meaning("faint"))]
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


def _with_outcome(what: str, room: int) -> str:
    """Return a request whose path gives way in little room, not what came of it."""
    ended = _NO_ANSWER if what.endswith(_NO_ANSWER) else " " + what.rpartition(" ")[2]
    return fit(what.removesuffix(ended), room - len(ended)) + ended


def _titled(text: str, width: int) -> str:
    """Return a title as `width` cells; of a number that is too long the end is what tells.

    Of words that are too many the first one is left, or an abbreviation that is the last one.
    """
    if cell_len(text) <= width:
        return fit(text, width)
    if text.isdecimal():
        return "…" + text[len(text) - width + 1 :]
    words = text.split(" ")
    short = next((each for each in (words[0], words[-1]) if cell_len(each) <= width), text)
    return fit(words[-1] if words[-1].isupper() else short, width)
