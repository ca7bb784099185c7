"""The live pad: each digit goes out when it is pressed."""

from collections.abc import Callable

from textual import events
from textual.app import ComposeResult
from textual.widgets import Static

from console.tui.dialogs.dialog import Dialog, text

_DIGITS = "0123456789*#p"
_LAYOUT = "1  2  3\n4  5  6\n7  8  9\n*  0  #"
_LAST = 40


class Pad(Dialog[None]):
    """Sends digits one by one until it is left."""

    DEFAULT_CSS = """
    Pad > .box { width: 48; }
    Pad .keys { width: 100%; text-align: center; color: $conversation; text-style: bold; }
    Pad .sent { width: 100%; text-align: center; color: $digits; margin: 1 0; height: 1; }
    Pad .said { width: 100%; text-align: center; }
    """

    def __init__(self, title: str, send: Callable[[str], str | None]) -> None:
        """Open the pad; `send` sends one digit, and says why it could not."""
        super().__init__(title, "each key is sent at once · Esc leaves")
        self._send = send
        self._sent = ""

    def content(self) -> ComposeResult:
        """Yield the keys, what was sent, and what went wrong."""
        yield text(_LAYOUT, "keys")
        yield text("", "sent")
        yield text("0-9 * #, and p for a pause", "hint said")

    def on_key(self, event: events.Key) -> None:
        """Send a digit."""
        if event.character is None or event.character not in _DIGITS:
            return
        event.stop()
        trouble = self._send(event.character)
        said = self.query_one(".said", Static)
        said.set_class(trouble is not None, "wrong")
        said.update(trouble or "0-9 * #, and p for a pause")
        if trouble is None:
            self._sent += event.character
            self.query_one(".sent", Static).update(self._sent[-_LAST:])
