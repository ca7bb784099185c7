"""Suggestions below a field: what could be meant by what was typed so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual import events
from textual.fuzzy import Matcher
from textual.message import Message
from textual.widget import Widget

from console.text import clean
from console.tui.cells import fit

_MOST = 5


@dataclass(frozen=True, slots=True)
class Match:
    """One thing that can be chosen."""

    value: str
    """What is put into the field."""
    note: str = ""
    """What it is, in a few words."""


class Matches(Widget):
    """Up to five suggestions in sight; the one that Enter takes is marked."""

    class Picked(Message):
        """A suggestion was pressed with the mouse; it is the marked one now."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"matches--on", "matches--off", "matches--note"}

    DEFAULT_CSS = """
    Matches { height: auto; }
    Matches > .matches--on { background: $cursor; color: $conversation; }
    Matches > .matches--off { color: $foreground; }
    Matches > .matches--note { color: $muted; }
    """

    def __init__(
        self,
        all_of_them: Sequence[Match],
        *,
        id: str,  # noqa: A002 - Textual's own name for it
    ) -> None:
        super().__init__(id=id)
        self._all = all_of_them
        self._found: list[Match] = []
        self._place: int | None = None

    @property
    def chosen(self) -> Match | None:
        """The marked one; None: none was marked."""
        return self._found[self._place] if self._place is not None else None

    def offer(self, all_of_them: Sequence[Match]) -> None:
        """Suggest out of these from now on."""
        self._all = all_of_them

    def seek(self, typed: str | None) -> None:
        """Show what fits `typed`; None hides all."""
        self.show([] if typed is None else fitting(typed, self._all)[:_MOST])

    def show(self, found: Sequence[Match]) -> None:
        """Show these; with more than five of them the lines go with the marked one."""
        before = self._lines
        if list(found) != self._found:
            self._found, self._place = list(found), None
            self.refresh(layout=before != self._lines)

    @property
    def place(self) -> int | None:
        """Which one is marked."""
        return self._place

    @property
    def _lines(self) -> int:
        return min(len(self._found), _MOST)

    @property
    def _top(self) -> int:
        """The first one in sight."""
        return max((self._place or 0) - _MOST + 1, 0)

    def on_click(self, event: events.Click) -> None:
        """Take the one under the mouse."""
        place = self._top + event.y
        if place < len(self._found):
            event.stop()
            self._place = place
            self.refresh()
            self.post_message(self.Picked())

    def move(self, by: int) -> None:
        """Mark the next or the one before."""
        if self._found:
            start = -1 if by > 0 else 0
            place = self._place if self._place is not None else start
            self._place = (place + by) % len(self._found)
            self.refresh()

    def release(self) -> None:
        """Mark none."""
        self._place = None
        self.refresh()

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """One line for each suggestion."""
        return self._lines

    def render(self) -> Text:
        """Return the suggestions."""
        lines = Text(no_wrap=True, overflow="ellipsis", end="")
        top = self._top
        width = max(self.size.width, 8)
        values = [clean(match.value, limit=width - 2) for match in self._found]
        # The notes begin in one column, whichever lines are in sight.
        column = min(max(map(cell_len, values), default=0), width // 2)
        for number, match in enumerate(self._found[top : top + _MOST], top):
            if number > top:
                lines.append("\n")
            on = number == self._place
            style = self.get_component_rich_style(f"matches--{'on' if on else 'off'}", partial=True)
            if on and self.app.no_color:
                style = Style(reverse=True)
            value: str = values[number]
            if match.note:
                value = fit(value, max(column, min(cell_len(value), width - 2)))
            lines.append("▸ " if on else "  ", style)
            lines.append(value, style)
            more = len(self._found) - _MOST
            last = number == top + _MOST - 1
            far = f"  {number + 1} of {len(self._found)}" if more > 0 and last else ""
            room = width - 4 - cell_len(value) - len(far)
            if match.note and room > 8:
                note = self.get_component_rich_style("matches--note", partial=True)
                lines.append("  " + fit(clean(match.note), room) + far, note)
        return lines


def fitting(typed: str, all_of_them: Sequence[Match]) -> list[Match]:
    """Return what fits what was typed, the best first; everything where nothing was."""
    sought = typed.strip()
    if not sought:
        return list(all_of_them)
    scored = [(_score(sought, match), match) for match in all_of_them]
    scored.sort(key=lambda pair: -pair[0])
    return [match for score, match in scored if score > 0 and match.value != typed]


def _score(typed: str, match: Match) -> float:
    """Return how well a suggestion fits; what begins like it comes first."""
    value, sought = match.value.lower(), typed.lower()
    if value.startswith(sought):
        return 10.0 + 1 / len(value)
    if sought in match.note.lower().partition(" ")[0]:
        return 5.0
    return min(Matcher(typed).match(match.value), 4.0)
