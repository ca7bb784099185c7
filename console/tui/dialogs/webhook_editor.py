"""A webhook in an editor: what it says, who gets it, how it is signed."""

from collections.abc import Callable, Sequence
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Grid
from textual.widgets import Input, Static, TextArea

from console.actions.forms import FORMS, Args
from console.actions.registry import BY_ID
from console.actions.sending import Sending
from console.text import clean
from console.tui.dialogs.choice import Choice
from console.tui.dialogs.dialog import Dialog, literal, text
from console.tui.dialogs.request import RequestDialog
from console.tui.drafts import Drafts
from console.tui.keys import bindings, key_of
from console.tui.widgets.line_field import LineField

Check = Callable[[Args], Sequence[str]]
"""Says what is wrong with what was typed."""
_KEYS: Final = (
    ("pane.next", "to the fields below"),
    ("form.send", "sends"),
    ("form.request", "request"),
)
"""What the foot says of the keys."""
_SIGN: Final = next(field for field in FORMS["edited"].fields if field.name == "sign")


class WebhookEditor(Dialog[Args]):
    """Answers with `body`, `to` and `sign`; Enter outside the text sends, F2 from anywhere."""

    BINDINGS = bindings(
        BY_ID[name] for name in ("back", "pane.next", "pane.previous", "form.send", "form.request")
    )

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

    def __init__(
        self,
        title: str,
        given: Args,
        check: Check,
        *,
        sends: Callable[[Args], Sequence[Sending]],
        drafts: Drafts,
        draft: str,
    ) -> None:
        """Begin with what is in `given`: `body`, `to`, `sign`, or as it was left before.

        Args:
            title: What is sent.
            given: What is filled in already.
            check: Says what is wrong.
            sends: Tells the request it would send.
            drafts: Where what was typed is kept when it is left.
            draft: Under which name.
        """
        super().__init__(title, "")
        self._before = {"to": "", "sign": _SIGN.default, **given}
        self._given = {**self._before, **drafts.of(draft)}
        self._check, self._sends = check, sends
        self._drafts, self._draft = drafts, draft

    def content(self) -> ComposeResult:
        """Yield the text, the fields and what is wrong."""
        yield TextArea(
            self._given["body"],
            soft_wrap=True,
            show_line_numbers=True,
            tab_behavior="focus",
            compact=True,
            id="body",
        )
        with Grid():
            yield text("To", "label")
            yield LineField(self._given["to"], compact=True, id="to")
            yield text("Signature", "label")
            yield Choice(_SIGN.choices, self._given["sign"], id="sign")
        yield text("", id="problems")

    def on_mount(self) -> None:
        """Begin in the text."""
        self.query_one(TextArea).focus()
        keys = [f"{key_of(id_, self)} {word}" for id_, word in _KEYS]
        self.query_one(".box").border_subtitle = literal(" · ".join([*keys, "Esc leaves"]))
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
            self._drafts.drop(self._draft)
            self.dismiss(self.args())

    def action_run(self, action: str) -> None:
        """Send, show what would be sent, or leave with what was typed kept."""
        match action:
            case "form.send":
                self.submitted()
            case "form.request":
                if not self._look(tried=True):
                    self.app.push_screen(RequestDialog(self._title, self._sends(self.args())))
            case "back":
                self._drafts.keep(self._draft, self._before, self.args())
                self.dismiss(None)
            case _:
                super().action_run(action)

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
