"""What is known of one thing a person can do; `console.actions.registry` lists them all."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from console.actions.availability import Unavailable
from console.actions.target import Situation, TargetKind

CALLS: Final = "calls"
"""The view that opens first."""
EVERY_VIEW: Final[tuple[str, ...]] = ()
"""`Action.views` of what can be done wherever one is."""


class Scope(StrEnum):
    """What an action touches."""

    DESK = "desk"
    """Calls and the account: it sends something and is written down as an attempt."""
    VIEW = "view"
    """This screen only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing a person can do."""

    id: str
    keys: tuple[str, ...]
    """A character, or a name such as `ctrl+p`; the first is the one that is shown."""
    label: str
    """One or two words for the footer."""
    help: str
    """One sentence for `?` and the palette."""
    command: str
    """The word of the `:` command line."""
    target: TargetKind = TargetKind.NONE
    scope: Scope = Scope.VIEW
    dangerous: bool = False
    """Asks first, default No, where the context's confirmation level says so."""
    form: str | None = None
    """Name in `console.actions.forms.FORMS` of what has to be filled in first."""
    footer: bool = True
    """Shown in the footer; the palette and `?` show every action."""
    views: tuple[str, ...] = (CALLS,)
    """Ids of the views that have it (`console.tui.views`); `EVERY_VIEW`: all of them."""
    unavailable: Unavailable
    about: Callable[[Situation], str] | None = None
    """What it would be done to, where that is not what is under the cursor: for its label."""

    def name(self, situation: Situation) -> str:
        """Return its label, and what it would be done to now."""
        about = self.about(situation) if self.about is not None else ""
        return f"{self.label} {about}".rstrip()

    def is_in(self, view: str) -> bool:
        """Tell whether a view has it."""
        return self.views == EVERY_VIEW or view in self.views
