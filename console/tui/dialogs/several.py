"""What will be sent to several legs, one line each, and then what became of each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from console.actions.registry import BY_ID
from console.actions.sending import Sending
from console.floor.views import Attempt, Stage
from console.text import clean
from console.tui import words
from console.tui.batch import Batch
from console.tui.cells import fit
from console.tui.dialogs.dialog import Dialog, literal, text
from console.tui.dialogs.question import Option, Options
from console.tui.dialogs.request import RequestDialog
from console.tui.keys import bindings, key_of
from console.tui.surroundings import keys_here

_LOOK_S = 0.2
"""Seconds between two looks at what became of them."""
_WHO = 16
_ID = 7
_STEPS = {"row.down": 1, "row.up": -1}


@dataclass(frozen=True, slots=True)
class Line:
    """What is done to one leg."""

    leg: str
    who: str
    """Its other end; safe text."""
    requests: Sequence[Sending] = ()
    why: str = ""
    """Why nothing is; safe text."""


class SeveralDialog(Dialog[bool]):
    """Answers whether it was sent; stays open while it is under way, until it is left."""

    BINDINGS = bindings(
        BY_ID[name] for name in ("back", "pane.next", "pane.previous", "form.request")
    )

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"several--{part}" for part in ("who", "muted", "refused", "asked", "accepted", "proven")
    }

    DEFAULT_CSS = """
    SeveralDialog > .box { width: 132; padding: 0 1; }
    SeveralDialog VerticalScroll { height: auto; max-height: 60vh; scrollbar-size-vertical: 1; }
    SeveralDialog VerticalScroll > Static { height: auto; }
    SeveralDialog .told { margin-top: 1; }
    SeveralDialog > .several--who { color: $conversation; text-style: bold; }
    SeveralDialog > .several--muted { color: $muted; }
    SeveralDialog > .several--refused { color: $refused; }
    SeveralDialog > .several--asked { color: $asked; }
    SeveralDialog > .several--accepted { color: $accepted; }
    SeveralDialog > .several--proven { color: $proven; }
    """

    def __init__(
        self,
        title: str,
        lines: Sequence[Line],
        told: str,
        start: Callable[[], Batch],
        counted: Callable[[Batch], str],
        *,
        dangerous: bool,
    ) -> None:
        """Show `lines`; nothing is sent before it is wished.

        Args:
            title: What is done to how many.
            lines: One for each leg.
            told: How many requests, and how long they take.
            start: Begins to send what can be, in order.
            counted: Says how far that came.
            dangerous: The answer that Enter alone takes is no.
        """
        super().__init__(title, "")
        self.lines, self._told, self._start = lines, told, start
        self._counted = counted
        ready = any(not line.why for line in lines)
        options = [Option("no", "no, send nothing", "n")]
        if ready:
            options.insert(0, Option("send", "send this", "y", dangerous=dangerous))
        self._options = Options(options, 0 if ready and not dangerous else len(options) - 1)
        self._batch: Batch | None = None

    def content(self) -> ComposeResult:
        """Yield the lines, what they take, and the answers."""
        with VerticalScroll(can_focus=False):
            yield Static(id="lines", markup=False)
        yield text(self._told, "hint told", id="told")
        yield self._options

    def on_mount(self) -> None:
        """Let the answers have the keys."""
        self._options.focus()
        whole = f"{key_of('form.request', self)} each request in full"
        self.query_one(".box").border_subtitle = literal(f"{whole} · Esc leaves")
        self._draw()

    def on_resize(self) -> None:
        """Lines are cut to the width there is."""
        self.call_after_refresh(self._draw)

    def on_key(self, event: events.Key) -> None:
        """Choose and take; once it is sent, any of the keys that take leaves."""
        options = self._options.options
        taken = [each for each in options if event.character and event.character in each.letters]
        keymap, view = keys_here(self._options)
        action = keymap.for_key(event.key, view)
        if self._batch is not None:
            if event.key != "enter":
                return
            self.dismiss(True)
        elif taken:
            self._take(taken[0].value)
        elif action is not None and action.id in _STEPS:
            self._options.place = (self._options.place + _STEPS[action.id]) % len(options)
            self._options.refresh()
        elif event.key == "enter":
            self._take(options[self._options.place].value)
        else:
            return
        event.stop()

    def on_click(self, event: events.Click) -> None:
        """Take what was pressed with the mouse."""
        if event.widget is self._options and event.y < len(self._options.options):
            self._take(self._options.options[event.y].value)

    def action_run(self, action: str) -> None:
        """Stop what is not sent yet, leave, or show each request; what was sent stays sent."""
        batch = self._batch
        if action == "form.request":
            requests = [each for line in self.lines for each in line.requests]
            self.app.push_screen(RequestDialog(self._title, requests))
        elif action != "back":
            super().action_run(action)
        elif batch is not None and batch.left and not batch.stopped:
            batch.stop()
            self._draw()
        else:
            self.dismiss(batch is not None)

    def _take(self, answer: str) -> None:
        if answer != "send":
            self.dismiss(False)
            return
        self.send()
        self._options.display = False
        self.set_interval(_LOOK_S, self._draw)
        self._draw()

    def send(self) -> Batch:
        """Send; return what goes on from then on."""
        self._batch = self._start()
        return self._batch

    def _draw(self) -> None:
        batch = self._batch
        drawn = Text(end="")
        width = max(self.query_one(VerticalScroll).size.width - 1, 20)
        for number, line in enumerate(self.lines):
            if number:
                drawn.append("\n")
            drawn.append(fit(line.who, _WHO) + " ", self._style("who"))
            room = width - _WHO - 1
            if line.why:
                drawn.append(fit(f"✗ {line.why}", room), self._style("refused"))
            elif batch is None:
                said = " · ".join(str(each) for each in line.requests)
                if len(said) > room:
                    # Whose id it is stands before it; what is sent matters more.
                    said = said.replace(line.leg, f"{line.leg[:_ID]}…")
                drawn.append(fit(clean(said), room), self._style("muted"))
            elif line.leg not in batch.attempts:
                turn = "not sent: stopped" if batch.stopped else "waits for its turn"
                drawn.append(fit(turn, room), self._style("muted"))
            else:
                attempt = batch.found(line.leg)
                drawn.append(fit(_said(attempt), room), self._style(_part(attempt)))
        self.query_one("#lines", Static).update(drawn)
        if batch is not None:
            self.query_one("#told", Static).update(self._counted(batch))
            runs = batch.left and not batch.stopped
            foot = "Esc stops the rest · Enter leaves, it goes on" if runs else "Esc leaves"
            self.query_one(".box").border_subtitle = literal(foot)

    def _style(self, part: str) -> Style:
        return self.get_component_rich_style(f"several--{part}", partial=True)


def _said(attempt: Attempt | None) -> str:
    return "asked …" if attempt is None else words.lane(attempt)


def _part(attempt: Attempt | None) -> str:
    if attempt is None:
        return "asked"
    if attempt.undone_ms is not None:
        return "muted"
    return "refused" if attempt.stage is Stage.FAILED else attempt.stage.value
