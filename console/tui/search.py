"""Looking for something in the text that has the place of a list: `/`, then `n` and `N`."""

from collections.abc import Callable
from typing import Any, Final

from textual.events import Key
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea

from console.actions.keymap import Keymap
from console.actions.pane_actions import SEARCH
from console.tui.found import Searchable
from console.tui.widgets.search_line import SearchLine

_STEPS: Final = {"match.next": 1, "match.previous": -1}


class Search:
    """The search of one screen. Its keys are looked at before those of the view, until Esc."""

    def __init__(
        self,
        screen: Screen[Any],
        line: SearchLine,
        keymap: Callable[[], Keymap],
        say: Callable[[str], None],
    ) -> None:
        self._screen, self._line, self._keymap, self._say = screen, line, keymap, say
        self._pane: Widget | None = None
        self._text = self._typed = ""

    @property
    def is_on(self) -> bool:
        """Whether a text was searched and its places are marked."""
        return bool(self._text) and self._pane is not None and self._pane.is_attached

    def open(self, pane: Widget) -> None:
        """Ask what to look for in a pane."""
        if self._pane is not pane:
            self.forget()
        self._pane = pane
        self._line.open(self._text)

    def typed(self, text: str) -> None:
        """Show where the text is so far."""
        self._typed = text
        count = self._look_for(text)
        self._line.note("" if not text else "nowhere" if not count else f"{count} found")

    def entered(self, text: str) -> None:
        """Keep the places, and give the keys back to the pane."""
        self._text = text
        count = self._look_for(text)
        self._close()
        if text:
            self._say(self._told(1, count) if count else f"{text!r} is nowhere in this text")

    def left(self) -> None:
        """Forget what was typed; what was looked for before stays."""
        self._look_for(self._text)
        self._close()

    def forget(self) -> bool:
        """Take the marks off; False: there were none."""
        was_on, self._text = self.is_on, ""
        self._look_for("")
        return was_on

    def step(self, by: int) -> None:
        """Go to the next place or the one before."""
        if not self.is_on or not isinstance(self._pane, Searchable):
            self._say("nothing was searched for: / looks for something in a text")
            return
        place, count = self._pane.step_match(by)
        self._say(self._told(place, count) if count else f"{self._text!r} is nowhere any more")

    def pressed(self, event: Key) -> bool:
        """Run what a key does with the places; False: nothing, or somebody types."""
        focused = self._screen.focused
        writes = isinstance(focused, TextArea) and not focused.read_only
        if not self.is_on or isinstance(focused, Input) or writes or focused is not self._pane:
            return False
        keymap = self._keymap()
        key = event.character if event.character and event.character.isprintable() else event.key
        action = keymap.for_key(key, SEARCH) or keymap.for_key(event.key, SEARCH)
        if action is None or action.id not in _STEPS:
            return False
        self.step(_STEPS[action.id])
        return True

    def _look_for(self, text: str) -> int:
        pane = self._pane
        if pane is None or not pane.is_attached or not isinstance(pane, Searchable):
            return 0
        return pane.search(text)

    def _told(self, place: int, count: int) -> str:
        return f"{place} of {count} · {self._text!r}"

    def _close(self) -> None:
        self._line.close()
        if self._pane is not None and self._pane.is_attached:
            self._screen.set_focus(self._pane)
