"""What is raised, one line each; Enter goes to the call, Esc takes note of all."""

from typing import ClassVar, Final

from rich.style import Style
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from console.clock import Clock
from console.floor.alerts import Alert
from console.text import clean
from console.tui.alerting import NOTED, RAISED, Alerting
from console.tui.cells import fit, fit_right, shown, span
from console.tui.dialogs.dialog import Dialog, text
from console.tui.surroundings import keys_here

_STEPS: Final = {"row.down": 1, "row.up": -1}
_MOST: Final = 12
_NAME, _WHAT, _AGE = 16, 28, 8
_AGAIN: Final = 0.5
_ACTS: Final = "Enter goes to the call · Esc takes note of all"
_LEAVES: Final = "Esc leaves"


class AlertList(Widget, can_focus=True, inherit_bindings=False):
    """The alerts, the newest above; up to twelve are in sight."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"alerts--{part}" for part in ("raised", "noted", "on", "muted")
    }

    DEFAULT_CSS = """
    AlertList { height: auto; }
    AlertList > .alerts--raised { color: $recording; text-style: bold; }
    AlertList > .alerts--noted { color: $muted; }
    AlertList > .alerts--on { background: $cursor; color: $conversation; text-style: bold; }
    AlertList > .alerts--muted { color: $muted; }
    """

    class Picked(Message):
        """One was pressed with the mouse."""

    def __init__(self) -> None:
        super().__init__(id="alerts")
        self._alerts: tuple[Alert, ...] = ()
        self._now_ms = 0
        self._cursor: tuple[str, str] | None = None

    @property
    def selected(self) -> Alert | None:
        """The one under the cursor."""
        return self._alerts[self._place] if self._alerts else None

    @property
    def _place(self) -> int:
        keys = [_key(each) for each in self._alerts]
        return keys.index(self._cursor) if self._cursor in keys else 0

    @property
    def _top(self) -> int:
        return max(self._place - _MOST + 1, 0)

    def show(self, alerts: tuple[Alert, ...], now_ms: int) -> None:
        """Show these, the oldest first as they are given; the cursor stays with its alert."""
        anew = len(alerts) != len(self._alerts)
        self._alerts, self._now_ms = alerts[::-1], now_ms
        if self._cursor is None and self._alerts:
            self._cursor = _key(self._alerts[0])
        self.refresh(layout=anew)

    def move(self, by: int) -> None:
        """Go to another one."""
        if self._alerts:
            self._cursor = _key(self._alerts[(self._place + by) % len(self._alerts)])
            self.refresh()

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """One line each."""
        return min(max(len(self._alerts), 1), _MOST)

    def on_click(self, event: events.Click) -> None:
        """Go to the one under the mouse."""
        place = self._top + event.y
        if place < len(self._alerts):
            self._cursor = _key(self._alerts[place])
            self.post_message(self.Picked())

    def render(self) -> Text:
        """Return the lines: sign, name, whom it is about, since when, its filter."""
        lines = Text(no_wrap=True, overflow="ellipsis", end="")
        if not self._alerts:
            lines.append("Nothing is raised.", self._style("muted"))
        top = self._top
        for place, each in enumerate(self._alerts[top : top + _MOST], top):
            if place > top:
                lines.append("\n")
            on = place == self._place
            base = self._style("noted" if each.acknowledged else "raised")
            rest = self._style("muted")
            if on:
                base = rest = Style(reverse=True) if self.app.no_color else self._style("on")
            name = f"{NOTED if each.acknowledged else RAISED} {fit(each.rule.name, _NAME)} "
            age = span((self._now_ms - each.since_ms) / 1000)
            room = max(self.size.width - _NAME - _WHAT - _AGE - 6, 0)
            lines.append(name, base)
            lines.append(f"{shown(each.what, _WHAT)} {fit_right(age, _AGE)}  ", rest)
            lines.append(fit(clean(each.rule.text, limit=120), room), rest)
        return lines

    def _style(self, part: str) -> Style:
        return self.get_component_rich_style(f"alerts--{part}", partial=True)


class AlertsDialog(Dialog[Alert]):
    """Answers the alert to go to; leaving it takes note of all that are raised."""

    DEFAULT_CSS = """
    AlertsDialog > .box { width: 110; }
    AlertsDialog .hint { margin-top: 1; }
    """

    def __init__(self, alerting: Alerting, clock: Clock) -> None:
        super().__init__("Alerts", _LEAVES)
        self._alerting, self._clock = alerting, clock
        self._list = AlertList()

    def content(self) -> ComposeResult:
        """Yield the list, and what is watched for."""
        yield self._list
        yield text("", "hint", id="watched")

    def on_mount(self) -> None:
        """Let the list have the keys, and follow what is raised."""
        self._list.focus()
        self._draw()
        self.set_interval(_AGAIN, self._draw)

    def _draw(self) -> None:
        alerting = self._alerting
        self._list.show(alerting.raised, self._clock.now_ns() // 1_000_000)
        self.query_one(".box").border_subtitle = _ACTS if alerting.raised else _LEAVES
        names = ", ".join(alerting.names)
        said = f"Watched for: {names}." if names else "No alert is watched for."
        said += " :alert NAME makes one of the filter in force."
        for problem in alerting.problems:
            said += f"\n! {clean(problem, limit=200)}"
        self.query_one("#watched", Static).update(said)

    def on_key(self, event: events.Key) -> None:
        """Move with the arrows, go with Enter, take note with Esc."""
        keymap, view = keys_here(self)
        action = keymap.for_key(event.key, view)
        if action is not None and action.id in _STEPS:
            self._list.move(_STEPS[action.id])
        elif event.key == "enter":
            self.dismiss(self._list.selected)
        elif action is not None and action.id == "back":
            self._alerting.acknowledge()
            self.dismiss(None)
        else:
            return
        event.stop()
        event.prevent_default()

    def on_alert_list_picked(self) -> None:
        """Go to what was pressed with the mouse."""
        self.dismiss(self._list.selected)


def _key(alert: Alert) -> tuple[str, str]:
    return alert.rule.name, alert.subject
