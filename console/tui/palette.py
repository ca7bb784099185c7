"""The palette: a provider over the registry of actions."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol, runtime_checkable

from rich.text import Text
from textual.command import DiscoveryHit, Hit, Hits, Provider

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


def _title(action: Action) -> Text:
    keys = "  ".join(display(key) for key in action.keys)
    return Text(f"{action.label}   {keys}" if keys else action.label)
