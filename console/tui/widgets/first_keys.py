"""The five keys that one is shown once, on the first start; the first key press takes it away."""

from collections.abc import Collection
from typing import Final

from rich.text import Text
from textual import events
from textual.geometry import Spacing
from textual.widget import Widget

from console.tui.keys import key_of

_FIVE: Final = (
    ("row.down", "move between calls; Enter opens one"),
    ("call.create", "a new call"),
    ("filter", "show only what matches"),
    ("help", "every key, and what a status means"),
    ("quit", "close the console; calls go on"),
)

_WIDTH: Final = 54
_AROUND: Final = 4
"""Lines of the border, and blank ones within it."""


class FirstKeys(Widget):
    """A card over the panes; it takes no key from anybody.

    Args:
        present: Ids of the actions that there are here.
    """

    DEFAULT_CSS = f"""
    FirstKeys {{
        layer: prompt; dock: left; width: {_WIDTH}; height: auto; padding: 1 2;
        background: $surface; color: $foreground;
        border: round $rule-focus; border-title-color: $conversation;
        border-title-style: bold; border-subtitle-color: $muted;
    }}
    """

    def __init__(self, present: Collection[str]) -> None:
        super().__init__()
        self._shown = [(action, says) for action, says in _FIVE if action in present]

    def on_mount(self) -> None:
        """Say what it is and how it leaves."""
        self.border_title = "Five keys to begin with"
        self.border_subtitle = "any key: this card leaves, the key acts"
        self._to_the_middle()
        self.screen.screen_layout_refresh_signal.subscribe(self, lambda _: self._to_the_middle())

    def _to_the_middle(self) -> None:
        """Stand in the middle of the screen, whatever its size."""
        width, height = self.app.size
        above = max((height - len(self._shown) - _AROUND) // 2, 0)
        margin = Spacing(above, 0, 0, max((width - _WIDTH) // 2, 0))
        if self.styles.margin != margin:
            self.styles.margin = margin

    def render(self) -> Text:
        """Return the five keys, as the user has them."""
        text = Text(no_wrap=True, end="")
        for number, (action, says) in enumerate(self._shown):
            text.append("\n" if number else "")
            text.append(f"{key_of(action, self):>6}", "bold")
            text.append(f"   {says}")
        return text

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """One line for each key."""
        return len(self._shown)

    def on_click(self, event: events.Click) -> None:
        """Leave."""
        event.stop()
        self.remove()
