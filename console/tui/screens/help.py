"""The help over the screen: the keys of this place, why one is dimmed, what a status means."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.style import Style
from rich.table import Table
from rich.text import Text

from console.actions.action import EVERY_VIEW
from console.actions.registry import BY_ID, Action
from console.text import clean
from console.tui.dialogs.reading import READS, Reading
from console.tui.keys import bindings, display

_KEYS = 11


class HelpScreen(Reading):
    """Made from the registry each time it opens."""

    BINDINGS = bindings(BY_ID[name] for name in ("help", *READS))

    COMPONENT_CLASSES: ClassVar[set[str]] = {"help--key", "help--off", "help--head", "help--muted"}

    DEFAULT_CSS = """
    HelpScreen > .box { width: 120; height: auto; max-height: 92%; padding: 0 1; }
    HelpScreen > .help--key { color: $key; text-style: bold; }
    HelpScreen > .help--off { color: $muted; }
    HelpScreen > .help--head { color: $conversation; text-style: bold; }
    HelpScreen > .help--muted { color: $muted; }
    """

    def __init__(
        self,
        actions: Sequence[Action],
        reason: Callable[[Action], str | None],
        *,
        place: str,
        status: Sequence[tuple[str, str]] = (),
        notes: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Open on the actions of a view.

        Args:
            actions: In the order of the footer, with the keys that are in force.
            reason: Says why one cannot run now.
            place: What the view is called.
            status: What the status under the cursor means: a label and a sentence each.
            notes: What else the view explains: a name and a sentence each.
        """
        super().__init__(f"Help · {place}", "/ looks for something · Esc leaves")
        self._actions_here, self._reason, self._place = actions, reason, place
        self._status, self._notes = status, notes

    def shown(self) -> RenderableType:
        """Return the whole text."""
        return self._text()

    def action_run(self, action: str) -> None:
        """Read, or leave; the key that opened it leaves too."""
        super().action_run("back" if action == "help" and not self.search.is_on else action)

    def _style(self, part: str) -> Style:
        return self.get_component_rich_style(f"help--{part}", partial=True)

    def _text(self) -> Group:
        """Return the keys of this place, what its status means, then the keys of all places."""
        here = [each for each in self._actions_here if each.views != EVERY_VIEW]
        everywhere = [each for each in self._actions_here if each.views == EVERY_VIEW]
        parts: list[RenderableType] = []
        if self._status:
            parts += [Text("Under the cursor", self._style("head")), self._meaning(), Text()]
        for title, actions in (
            (f"Keys of this place: {self._place}", here),
            ("Keys of every place", everywhere),
        ):
            if actions:
                parts += [Text(title, self._style("head")), self._actions(actions), Text()]
            if actions is here and self._notes:
                parts += [Text("What is shown", self._style("head")), self._explained(), Text()]
        return Group(*parts[:-1])

    def _meaning(self) -> Table:
        """Return what the status says, who sent it, and what follows."""
        table = Table.grid(padding=(0, 1), expand=True)
        longest = max(cell_len(label) for label, _ in self._status)
        table.add_column(width=max(_KEYS, min(longest + 1, 2 * _KEYS)), no_wrap=True)
        table.add_column(ratio=1)
        for number, (label, said) in enumerate(self._status):
            style = self._style("key") if number == 0 else self._style("muted")
            table.add_row(Text(f" {label}", style), Text(said))
        return table

    def _explained(self) -> Table:
        table = Table.grid(padding=(0, 1), expand=True)
        longest = max(cell_len(name) for name, _ in self._notes)
        table.add_column(width=max(_KEYS, min(longest + 1, 2 * _KEYS)), no_wrap=True)
        table.add_column(ratio=1)
        for name, sentence in self._notes:
            table.add_row(Text(f" {name}", self._style("muted")), Text(sentence))
        return table

    def _actions(self, actions: Sequence[Action]) -> Table:
        table = Table.grid(padding=(0, 1), expand=True)
        table.add_column(width=_KEYS, no_wrap=True)
        table.add_column(width=13, no_wrap=True)
        table.add_column(ratio=1)
        for action in actions:
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
