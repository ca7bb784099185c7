"""What the screens need of a desk; `console.desk.Desk` and `ReplayDesk` are two of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from console.actions.forms import NO_ARGS, Args

if TYPE_CHECKING:
    # Screens are drawn before anything is sent: what sends is loaded with the desk that has it.
    from collections.abc import Sequence

    from console.actions.account import Account
    from console.actions.hooks import Hooks
    from console.actions.outcome import Waiting
    from console.actions.sandbox_page import SandboxPage
    from console.actions.sending import Sending
    from console.actions.target import Situation, Target
    from console.actions.undoing import Refused, Step
    from console.clock import Clock
    from console.config.context import Context
    from console.desk.status import DeskStatus
    from console.floor.store import Store
    from console.journal.record import Journal
    from console.listening.room import Listening


class PerformerPort(Protocol):
    """Carries out actions, and says why one cannot be carried out."""

    @property
    def waiting(self) -> tuple[Waiting, ...]:
        """Texts that wait for their leg's answer."""

    def situation(self, target: Target | None) -> Situation:
        """Return what decides whether an action on `target` can run now."""

    def preflight(self, action: str, target: Target | None, args: Args = NO_ARGS) -> Sequence[str]:
        """Return every reason why this would fail, found without sending anything."""

    def sends(self, action: str, target: Target | None, args: Args = NO_ARGS) -> Sequence[Sending]:
        """Return the requests that an action on one leg would make, after its preflight."""

    def together(self, which: str) -> Sequence[Step | Refused]:
        """Return what `undo` or `redo` is about, where that was done to several legs at a time."""

    def start(
        self, action: str, target: Target | None, args: Args = NO_ARGS, *, batch: str = ""
    ) -> str:
        """Perform in the background and return the attempt's id at once.

        What has the same `batch` is undone together.
        """


class DeskPort(Protocol):
    """An open context."""

    @property
    def context(self) -> Context:
        """Which application this is, and how it is framed."""

    @property
    def clock(self) -> Clock:
        """Where time comes from; in a replay it is the time of the session."""

    @property
    def store(self) -> Store:
        """The floor, and who is told of its changes."""

    @property
    def journal(self) -> Journal:
        """The records behind it."""

    @property
    def performer(self) -> PerformerPort:
        """What acts."""

    @property
    def status(self) -> DeskStatus:
        """What the status line shows, as it is now."""

    @property
    def account(self) -> Account | None:
        """Applications and numbers; None: nothing can be asked (a replay)."""

    @property
    def sandbox_page(self) -> SandboxPage | None:
        """What the sandbox is set to; None: the other end is none, or cannot be asked."""

    @property
    def listening(self) -> Listening | None:
        """What is listened to, and how loud everybody is; None: nothing can be (a replay)."""

    @property
    def hooks(self) -> Hooks | None:
        """Who takes webhooks; None: nothing is sent or received (a replay)."""

    @property
    def numbers(self) -> tuple[str, ...]:
        """Our own numbers."""


@runtime_checkable
class TravelsPort(Protocol):
    """What a desk can do besides whose journal goes back in time."""

    async def travel(self) -> DeskPort:
        """Return the desk of the past, which stands still at this moment.

        Raises:
            JournalError: The journal cannot be read.
        """


@runtime_checkable
class PastPort(Protocol):
    """What a desk that shows the past can do besides."""

    @property
    def status(self) -> DeskStatus:
        """Which moment it shows."""

    @property
    def speed(self) -> float:
        """Seconds of the journal in one of ours; 0 while it stands still."""

    def play(self, speed: float | None = None) -> None:
        """Go on, at `speed` where one is given."""

    def pause(self) -> None:
        """Stand still."""

    def change_speed(self, *, faster: bool) -> None:
        """Play at the next speed."""

    def go_events(self, count: int) -> None:
        """Go to the moment so many events on, or back; it is shown soon after."""

    def go_seconds(self, seconds: float) -> None:
        """Go to the moment so many seconds on, or back; it is shown soon after."""
