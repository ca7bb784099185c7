"""The keys of the registry at the foot of the screen; dimmed when they cannot act now."""

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual import events
from textual.message import Message

from console.actions.registry import Action, Scope
from console.tui.keys import display
from console.tui.widgets.told_lines import ToldLines

Reason = Callable[[Action], str | None]
"""Why an action cannot run now; None: it can."""

_GAP = "  "
_MOST_LINES = 2
_KEPT: Final = frozenset({"ladder", "filter", "command", "help"})
"""The ways to everything else: they are seen wherever there are more keys than room."""


class Footer(ToldLines):
    """As many lines of keys as there is room for; what does not fit is behind `?`."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"footer--key", "footer--off", "footer--label"}

    DEFAULT_CSS = """
    Footer {
        height: auto;
        max-height: 2;
        padding: 0 1;
        background: $surface;
        color: $foreground;
    }
    Footer > .footer--key { color: $key; text-style: bold; }
    Footer > .footer--label { color: $foreground; }
    Footer > .footer--off { color: $faint; }
    """

    class Pressed(Message):
        """A key of the footer was pressed with the mouse."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(
        self,
        reason: Reason,
        actions: Sequence[Action],
        label: Callable[[Action], str] = lambda action: action.label,
        *,
        replay: bool = False,
    ) -> None:
        super().__init__(id="footer")
        self._reason = reason
        self._label = label
        self._labels: dict[str, str] = {}
        self._actions = tuple(
            action
            for action in actions
            if action.footer and action.keys and (action.scope is Scope.VIEW or not replay)
        )
        self._places: list[list[tuple[int, int, str]]] = []
        self._off: frozenset[str] | None = None

    def update_keys(self) -> None:
        """Look again at what can act now, and redraw if that changed."""
        off = frozenset(action.id for action in self._actions if self._reason(action))
        labels = {action.id: self._label(action) for action in self._actions}
        if off != self._off or labels != self._labels:
            self.refresh(layout=labels != self._labels)
            self._off, self._labels = off, labels

    def _said(self, action: Action) -> str:
        return self._labels.get(action.id, action.label)

    def _lines(self, width: int) -> list[list[Action]]:
        lines: list[list[Action]] = [[]]
        used = 0
        for action in self._actions:
            if action.about is not None and self._said(action) == action.label:
                # There is nothing that it would be done to.
                continue
            size = self._cells_of(action)
            if used and used + len(_GAP) + size > width:
                lines.append([])
                used = 0
            lines[-1].append(action)
            used += size + (len(_GAP) if used else 0)
        if len(lines) > _MOST_LINES:
            self._keep_help(lines, width)
        return lines

    def _keep_help(self, lines: list[list[Action]], width: int) -> None:
        """Let the ways to everything else stand in what is seen, in place of the last ones."""
        last = lines[_MOST_LINES - 1]
        below = [each for line in lines[_MOST_LINES:] for each in line if each.id in _KEPT]
        for action in below:
            while (
                sum(self._cells_of(each) + len(_GAP) for each in (*last, action)) - len(_GAP)
                > width
            ):
                others = [each for each in last if each.id not in _KEPT]
                if not others:
                    return
                last.remove(others[-1])
            last.append(action)

    def _cells_of(self, action: Action) -> int:
        return cell_len(display(action.keys[0])) + 1 + cell_len(self._said(action))

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """Return how many lines the keys need."""
        return min(len(self._lines(width)), _MOST_LINES)

    def render(self) -> Text:
        """Return the keys, each with its word."""
        if self._off is None:
            self.update_keys()
        key_style, label_style, off_style = (
            self.get_component_rich_style(f"footer--{part}", partial=True)
            for part in ("key", "label", "off")
        )
        if self.app.no_color:
            off_style = Style(dim=True, italic=True)
        text = Text(no_wrap=True, end="")
        self._places = []
        for number, line in enumerate(self._lines(self.size.width)[:_MOST_LINES]):
            if number:
                text.append("\n")
            places: list[tuple[int, int, str]] = []
            at = 0
            for action in line:
                if at:
                    text.append(_GAP)
                    at += len(_GAP)
                off = action.id in (self._off or ())
                key = display(action.keys[0])
                text.append(key, off_style if off else key_style)
                said = self._said(action)
                text.append(" " + said, off_style if off else label_style)
                end = at + cell_len(key) + 1 + cell_len(said)
                places.append((at, end, action.id))
                at = end
            self._places.append(places)
        return text

    def on_click(self, event: events.Click) -> None:
        """Run what was pressed."""
        x, y = event.x - 1, event.y
        if y < len(self._places):
            for start, end, action in self._places[y]:
                if start <= x < end:
                    self.post_message(self.Pressed(action))
