"""The help over the screen: every key of the registry, why it is dimmed, what a status means."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.console import Group, RenderableType
from rich.style import Style
from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from console.actions.registry import BY_ID, Action, Scope
from console.text import clean
from console.tui.dialogs.dialog import Dialog
from console.tui.keys import bindings, display
from console.voice.statuses import Status, meaning

_KEYS = 11
_SCROLL = {"row.down": 1, "row.up": -1}


class HelpScreen(Dialog[None]):
    """Made from the registry each time it opens."""

    BINDINGS = bindings(
        BY_ID[name] for name in ("back", "help", "row.down", "row.up", "row.first", "row.last")
    )

    COMPONENT_CLASSES: ClassVar[set[str]] = {"help--key", "help--off", "help--head", "help--muted"}

    DEFAULT_CSS = """
    HelpScreen > .box { width: 100; height: auto; max-height: 96%; padding: 0 1; }
    HelpScreen VerticalScroll { height: auto; max-height: 100%; scrollbar-size-vertical: 1; }
    HelpScreen VerticalScroll > Static { height: auto; }
    HelpScreen > .help--key { color: $key; text-style: bold; }
    HelpScreen > .help--off { color: $muted; }
    HelpScreen > .help--head { color: $conversation; text-style: bold; }
    HelpScreen > .help--muted { color: $muted; }
    """

    def __init__(
        self,
        actions: Sequence[Action],
        reason: Callable[[Action], str | None],
        status: Status | None,
        notes: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Open on the actions of a view.

        Args:
            actions: In the order of the footer.
            reason: Says why one cannot run now.
            status: The selected leg's.
            notes: What else the view explains: a name and a sentence each.
        """
        super().__init__("Keys", "Esc leaves")
        self._actions_here, self._reason, self._status = actions, reason, status
        self._notes = notes

    def content(self) -> ComposeResult:
        """Yield the whole text in one scrolling part."""
        with VerticalScroll():
            yield Static(id="help-text", markup=False)

    def on_mount(self) -> None:
        """Fill in the text, which needs the theme's styles."""
        self.query_one("#help-text", Static).update(self._text())
        self.query_one(VerticalScroll).focus()

    def action_run(self, action: str) -> None:
        """Scroll, or leave."""
        scroll = self.query_one(VerticalScroll)
        match action:
            case "row.down" | "row.up":
                scroll.scroll_relative(y=_SCROLL[action], animate=False)
            case "row.first":
                scroll.scroll_home(animate=False)
            case "row.last":
                scroll.scroll_end(animate=False)
            case _:
                self.dismiss(None)

    def _style(self, part: str) -> Style:
        return self.get_component_rich_style(f"help--{part}", partial=True)

    def _text(self) -> Group:
        parts: list[RenderableType] = []
        if self._status is not None:
            parts += [self._meaning(self._status), Text()]
        for title, scope in (("What is sent", Scope.DESK), ("This screen", Scope.VIEW)):
            if not any(action.scope is scope for action in self._actions_here):
                continue
            parts += [Text(title, self._style("head")), self._actions(scope), Text()]
        if self._notes:
            parts += [Text("What is shown", self._style("head")), self._explained(), Text()]
        return Group(*parts[:-1])

    def _meaning(self, status: Status) -> Table:
        """Return what a status says, who caused it, and what follows."""
        said = meaning(status)
        table = Table.grid(padding=(0, 1), expand=True)
        table.add_column(width=_KEYS, no_wrap=True)
        table.add_column(ratio=1)
        muted = self._style("muted")
        table.add_row(Text(status.value, self._style("head")), Text(said.what))
        table.add_row(Text("caused by", muted), Text(said.who))
        table.add_row(Text("then", muted), Text(said.next))
        return table

    def _explained(self) -> Table:
        table = Table.grid(padding=(0, 1), expand=True)
        table.add_column(width=_KEYS + 6, no_wrap=True)
        table.add_column(ratio=1)
        for name, sentence in self._notes:
            table.add_row(Text(f" {name}", self._style("muted")), Text(sentence))
        return table

    def _actions(self, scope: Scope) -> Table:
        table = Table.grid(padding=(0, 1), expand=True)
        table.add_column(width=_KEYS, no_wrap=True)
        table.add_column(width=13, no_wrap=True)
        table.add_column(ratio=1)
        for action in self._actions_here:
            if action.scope is not scope:
                continue
            why = self._reason(action)
            off = self._style("off")
            keys = " ".join(display(key) for key in action.keys)
            said = Text(action.help, off if why else Style())
            if not action.keys:
                said.append(f" (:{action.command})", off)
            if why:
                said.append(f"\nnot now: {clean(why)}", off + Style(italic=True))
            table.add_row(
                Text(f" {keys}", off if why else self._style("key")),
                Text(action.label, off if why else Style()),
                said,
            )
        return table
