"""What the stream needs of a desk; `console.desk.Desk` is one, and so is that of a watcher."""

from collections.abc import Sequence
from typing import Protocol

from console.actions.forms import NO_ARGS, Args
from console.actions.target import Target
from console.clock import Clock
from console.config.context import Context
from console.desk.status import DeskStatus
from console.floor.store import Store


class ActsPort(Protocol):
    """Carries out actions, and says why one cannot be carried out."""

    def preflight(self, action: str, target: Target | None, args: Args = NO_ARGS) -> Sequence[str]:
        """Return every reason why this would fail, found without sending anything."""

    def start(self, action: str, target: Target | None, args: Args = NO_ARGS) -> str:
        """Perform in the background and return the attempt's id at once."""


class StreamPort(Protocol):
    """An open context."""

    @property
    def context(self) -> Context:
        """Which application this is."""

    @property
    def clock(self) -> Clock:
        """Where time comes from."""

    @property
    def store(self) -> Store:
        """The floor, and who is told of its changes."""

    @property
    def performer(self) -> ActsPort:
        """What acts."""

    @property
    def status(self) -> DeskStatus:
        """How the desk stands, as it is now."""
