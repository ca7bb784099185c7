"""One of a few words, all of them in sight."""

from dataclasses import dataclass
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget


class Choice(Widget, can_focus=True, inherit_bindings=False):
    """Words side by side; the arrow keys, a word's first letter or the mouse choose."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"choice--on", "choice--off", "choice--focus"}

    DEFAULT_CSS = """
    Choice { height: 1; }
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

    def on_click(self, event: events.Click) -> None:
        """Choose the word under the mouse."""
        at = 0
        for number, word in enumerate(self._words):
            if at <= event.x < at + len(word) + 4:
                self.place = number
            at += len(word) + 4

    def render(self) -> Text:
        """Return the words; the chosen one is marked by a sign as well."""
        line = Text(no_wrap=True, end="")
        for number, word in enumerate(self._words):
            on = number == self.place
            part = "focus" if on and self.has_focus else "on" if on else "off"
            style = self.get_component_rich_style(f"choice--{part}", partial=True)
            if on and self.has_focus and self.app.no_color:
                style = Style(reverse=True)
            line.append(f"{'●' if on else '○'} {word}", style)
            line.append("  ")
        return line
