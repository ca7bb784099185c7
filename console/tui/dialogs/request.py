"""Exactly what a form would send: method, path and body of each request."""

import json
from collections.abc import Sequence
from typing import ClassVar, Final

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from console.actions.registry import BY_ID
from console.actions.sending import Sending
from console.text import clean
from console.tui.dialogs.dialog import Dialog
from console.tui.keys import bindings

_MOST_LINES: Final = 2000
_WIDEST: Final = 2000
_SCROLL: Final = {"row.down": 1, "row.up": -1}


class RequestDialog(Dialog[None]):
    """Shows requests; Esc leads back to the form."""

    BINDINGS = bindings(BY_ID[name] for name in ("back", "form.request", "row.down", "row.up"))

    COMPONENT_CLASSES: ClassVar[set[str]] = {"request--line", "request--muted"}

    DEFAULT_CSS = """
    RequestDialog > .box { width: 100; padding: 0 1; }
    RequestDialog VerticalScroll { height: auto; max-height: 70vh; scrollbar-size-vertical: 1; }
    RequestDialog Static { height: auto; }
    RequestDialog > .request--line { color: $conversation; text-style: bold; }
    RequestDialog > .request--muted { color: $muted; }
    """

    def __init__(self, title: str, requests: Sequence[Sending]) -> None:
        super().__init__(f"{title} · what is sent", "nothing was sent · Esc leads back")
        self._requests = requests

    def content(self) -> ComposeResult:
        """Yield the requests in one scrolling part."""
        with VerticalScroll():
            yield Static(id="requests", markup=False)

    def on_mount(self) -> None:
        """Fill it in, which needs the theme's styles."""
        self.query_one("#requests", Static).update(self._text())
        self.query_one(VerticalScroll).focus()

    def action_run(self, action: str) -> None:
        """Scroll, or lead back."""
        if action in _SCROLL:
            self.query_one(VerticalScroll).scroll_relative(y=_SCROLL[action], animate=False)
        else:
            self.dismiss(None)

    def _text(self) -> Text:
        text = Text(end="")
        line = self.get_component_rich_style("request--line", partial=True)
        muted = self.get_component_rich_style("request--muted", partial=True)
        if not self._requests:
            text.append("Nothing leaves this machine.", muted)
        for number, each in enumerate(self._requests):
            text.append("\n\n" if number else "")
            text.append(clean(f"{each.method} {each.path}", limit=_WIDEST), line)
            if each.when:
                text.append(f"  {clean(each.when)}", muted)
            if each.body is None:
                text.append("\nno body", muted)
                continue
            body = json.dumps(dict(each.body), indent=2, ensure_ascii=False).splitlines()
            for row in body[:_MOST_LINES]:
                text.append("\n" + clean(row, limit=_WIDEST))
        return text
