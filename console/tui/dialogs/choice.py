"""One of a few words, all of them in sight."""

from dataclasses import dataclass
from typing import ClassVar, Final

from rich.style import Style
from rich.text import Text
from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

_GAP: Final = 2
"""Cells between two words."""


class Choice(Widget, can_focus=True, inherit_bindings=False):
    """Words side by side; the arrow keys, a word's first letter or the mouse choose."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"choice--on", "choice--off", "choice--focus"}

    DEFAULT_CSS = """
    Choice { height: auto; }
    Choice > .choice--on { color: $conversation; text-style: bold; }
    Choice > .choice--off { color: $muted; }
    Choice > .choice--focus { color: $conversation; background: $cursor; text-style: bold; }
    """

    place: reactive[int] = reactive(0)

    @dataclass
    class Changed(Message):
        """Another word was chosen."""

        choice: "Choice"

        @property
        def control(self) -> "Choice":
            """The widget it is about."""
            return self.choice

    class Submitted(Message):
        """Enter was pressed."""

    def __init__(
        self,
        words: tuple[str, ...],
        chosen: str,
        *,
        id: str,  # noqa: A002 - Textual's own name for it
    ) -> None:
        super().__init__(id=id)
        self._words = words
        self.set_reactive(Choice.place, words.index(chosen) if chosen in words else 0)

    @property
    def value(self) -> str:
        """The chosen word."""
        return self._words[self.place]

    def watch_place(self) -> None:
        """Tell the dialog."""
        self.post_message(self.Changed(self))

    def on_key(self, event: events.Key) -> None:
        """Choose with the arrows or a first letter, submit with Enter."""
        if event.key in ("left", "right"):
            self.place = (self.place + (1 if event.key == "right" else -1)) % len(self._words)
        elif event.key == "enter":
            self.post_message(self.Submitted())
        elif event.character and event.character.isalpha():
            starts = [
                number for number, word in enumerate(self._words) if word[0] == event.character
            ]
            if not starts:
                return
            later = [number for number in starts if number > self.place]
            self.place = (later or starts)[0]
        else:
            return
        event.stop()

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """As many lines as the words need."""
        return len(self._lines(width))

    def on_click(self, event: events.Click) -> None:
        """Choose the word under the mouse."""
        lines = self._lines(self.size.width)
        if event.y >= len(lines):
            return
        at = 0
        for number in lines[event.y]:
            if at <= event.x < at + _width(self._words[number]):
                self.place = number
            at += _width(self._words[number])

    def render(self) -> Text:
        """Return the words; the chosen one is marked by a sign as well."""
        text = Text(no_wrap=True, end="")
        for line, numbers in enumerate(self._lines(self.size.width)):
            if line:
                text.append("\n")
            for number in numbers:
                on = number == self.place
                part = "focus" if on and self.has_focus else "on" if on else "off"
                style = self.get_component_rich_style(f"choice--{part}", partial=True)
                if on and self.has_focus and self.app.no_color:
                    style = Style(reverse=True)
                text.append(f"{'●' if on else '○'} {self._words[number]}", style)
                text.append(" " * _GAP)
        return text

    def _lines(self, width: int) -> list[list[int]]:
        """Return which words stand on which line, by their places."""
        lines: list[list[int]] = [[]]
        used = 0
        for number, word in enumerate(self._words):
            if lines[-1] and used + _width(word) > width + _GAP:
                lines.append([])
                used = 0
            lines[-1].append(number)
            used += _width(word)
        return lines


def _width(word: str) -> int:
    """Return how many cells a word takes with its sign and the gap behind it."""
    return len(word) + 2 + _GAP
