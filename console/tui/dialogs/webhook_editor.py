"""A webhook in an editor: what it says, who gets it, how it is signed."""

from collections.abc import Callable, Sequence
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Grid
from textual.widgets import Input, Static, TextArea

from console.actions.forms import FORMS, Args
from console.text import clean
from console.tui.dialogs.choice import Choice
from console.tui.dialogs.dialog import Dialog, text

Check = Callable[[Args], Sequence[str]]
"""Says what is wrong with what was typed."""
_SIGN: Final = next(field for field in FORMS["edited"].fields if field.name == "sign")


class WebhookEditor(Dialog[Args]):
    """Answers with `body`, `to` and `sign`; Enter outside the text sends."""

    DEFAULT_CSS = """
    WebhookEditor > .box { width: 100; padding: 0 1; }
    WebhookEditor TextArea {
        height: 14; border: none; padding: 0; background: $background; color: $foreground;
    }
    WebhookEditor Grid {
        grid-size: 2; grid-columns: 11 1fr; grid-rows: auto; height: auto; margin-top: 1;
    }
    WebhookEditor .label { color: $muted; }
    WebhookEditor Input { background: $surface; }
    WebhookEditor Input:focus { background: $cursor; }
    WebhookEditor #problems { height: 2; color: $muted; }
    WebhookEditor #problems.tried { color: $refused; }
    """

    def __init__(self, title: str, body: str, given: Args, check: Check) -> None:
        """Begin with `body` and what is in `given`: `to`, `sign`."""
        super().__init__(title, "Tab to the fields below · Enter there sends · Esc leaves")
        self._body, self._given, self._check = body, given, check

    def content(self) -> ComposeResult:
        """Yield the text, the fields and what is wrong."""
        yield TextArea(
            self._body,
            soft_wrap=True,
            show_line_numbers=True,
            tab_behavior="focus",
            compact=True,
            id="body",
        )
        with Grid():
            yield text("To", "label")
            yield Input(self._given.get("to", ""), compact=True, id="to")
            yield text("Signature", "label")
            yield Choice(_SIGN.choices, self._given.get("sign", _SIGN.default), id="sign")
        yield text("", id="problems")

    def on_mount(self) -> None:
        """Begin in the text."""
        self.query_one(TextArea).focus()
        self._look(tried=False)

    @on(TextArea.Changed)
    @on(Input.Changed)
    @on(Choice.Changed)
    def changed(self) -> None:
        """Check again what was typed."""
        if self.is_mounted:
            self._look(tried=False)

    @on(Input.Submitted)
    @on(Choice.Submitted)
    def submitted(self) -> None:
        """Answer when nothing is wrong."""
        if not self._look(tried=True):
            self.dismiss(self.args())

    def args(self) -> Args:
        """Return what is filled in."""
        return {
            "body": self.query_one(TextArea).text,
            "to": self.query_one("#to", Input).value,
            "sign": self.query_one(Choice).value,
        }

    def _look(self, *, tried: bool) -> Sequence[str]:
        problems = self._check(self.args())
        line = self.query_one("#problems", Static)
        line.set_class(tried, "tried")
        mark = "✗" if tried else "·"
        line.update("\n".join(f"{mark} {clean(each, limit=200)}" for each in problems[:2]))
        return problems
