"""The palette: a provider over the registry of actions."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol, runtime_checkable

from rich.text import Text
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider

from console.actions.registry import Action
from console.tui.keys import display


@runtime_checkable
class RunsActions(Protocol):
    """A screen that can run an action of the registry."""

    @property
    def actions(self) -> Sequence[Action]:
        """What can be done there."""

    def action_run(self, action: str) -> None:
        """Run the action of this id."""

    def reason(self, action: Action) -> str | None:
        """Say why it cannot run now."""


class RegistryProvider(Provider):
    """Finds actions by a few letters of label, command or help."""

    async def discover(self) -> Hits:
        """Offer every action before anything is typed."""
        for action, run, note in self._actions():
            yield DiscoveryHit(_title(action), run, text=action.label, help=note)

    async def search(self, query: str) -> Hits:
        """Offer the actions that fit `query`, the best first."""
        matcher = self.matcher(query)
        for action, run, note in self._actions():
            score = max(matcher.match(action.label), matcher.match(action.command))
            score = max(score, matcher.match(action.help) * 0.5)
            if score > 0:
                yield Hit(score, _title(action), run, text=action.label, help=note)

    def _actions(self) -> list[tuple[Action, Callable[[], None], str]]:
        screen = self.screen
        if not isinstance(screen, RunsActions):
            return []
        found: list[tuple[Action, Callable[[], None], str]] = []
        for action in screen.actions:
            if action.id == "palette":
                continue
            why = screen.reason(action)
            note = f"not now: {why}" if why else action.help
            found.append((action, partial(screen.action_run, action.id), note))
        return found


class Palette(CommandPalette):
    """Textual's palette over the registry, as calm as the other dialogs."""

    DEFAULT_CSS = """
    Palette > Vertical { margin-top: 2; }
    Palette SearchIcon { display: none; }
    Palette CommandInput, Palette CommandInput:focus { border: none; height: 1; padding: 0 1; }
    Palette #--input, Palette #--input.--list-visible { border: round $rule-focus; }
    Palette CommandList, Palette CommandList:focus { border: none; max-height: 60vh; padding: 0; }
    Palette CommandList { scrollbar-gutter: stable; }
    Palette CommandList > .option-list--option-highlighted {
        background: $cursor; color: $foreground; text-style: none;
    }
    """

    def __init__(self) -> None:
        super().__init__([RegistryProvider], placeholder="Find an action…")


def _title(action: Action) -> Text:
    keys = "  ".join(display(key) for key in action.keys)
    return Text(f"{action.label}   {keys or ':' + action.command}")
