"""Suggestions below a field: what could be meant by what was typed so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.fuzzy import Matcher
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
    """Up to five suggestions; the one that Enter takes is marked."""

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
        before = self._found
        if typed is None:
            self._found = []
        elif typed.strip():
            scored = [(_score(typed.strip(), match), match) for match in self._all]
            scored.sort(key=lambda pair: -pair[0])
            self._found = [match for score, match in scored if score > 0 and match.value != typed][
                :_MOST
            ]
        else:
            self._found = list(self._all[:_MOST])
        if self._found != before:
            self._place = None
            self.refresh(layout=len(before) != len(self._found))

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
        return len(self._found)

    def render(self) -> Text:
        """Return the suggestions."""
        lines = Text(no_wrap=True, overflow="ellipsis", end="")
        for number, match in enumerate(self._found):
            if number:
                lines.append("\n")
            on = number == self._place
            style = self.get_component_rich_style(f"matches--{'on' if on else 'off'}", partial=True)
            if on and self.app.no_color:
                style = Style(reverse=True)
            width = max(self.size.width, 8)
            value = clean(match.value, limit=width - 2)
            lines.append("▸ " if on else "  ", style)
            lines.append(value, style)
            room = width - 4 - cell_len(value)
            if match.note and room > 8:
                note = self.get_component_rich_style("matches--note", partial=True)
                lines.append("  " + fit(clean(match.note), room), note)
        return lines


def _score(typed: str, match: Match) -> float:
    """Return how well a suggestion fits; what begins like it comes first."""
    value, sought = match.value.lower(), typed.lower()
    if value.startswith(sought):
        return 10.0 + 1 / len(value)
    if sought in match.note.lower().partition(" ")[0]:
        return 5.0
    return min(Matcher(typed).match(match.value), 4.0)
