"""What is known of the account: its applications and numbers, as they were read last."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

from console.client.applications import Applications, VoiceWebhooks
from console.client.credentials import without_account
from console.client.errors import VoiceError
from console.client.numbers import Numbers
from console.client.wire import Wire
from console.clock import Clock
from console.tasks import spawn
from console.voice.applications import HOOKS, Application
from console.voice.own_numbers import OwnNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountState:
    """A plain value: what was read, and how the reading stands."""

    applications: tuple[Application, ...] = ()
    numbers: tuple[OwnNumber, ...] = ()
    reading: bool = False
    read_at_ms: int | None = None
    """When both lists were read, Unix milliseconds; None: they never were."""
    trouble: str = ""
    """Why they could not be read the last time, as one sentence."""


class Account:
    """The account of one context. Nothing is asked before `refresh` or `read`.

    Args:
        wire: Sends and writes down what is asked.
        clock: Where time comes from.
        ours: Where our own receiver listens; None: nothing is received here.
    """

    def __init__(self, wire: Wire, clock: Clock, *, ours: VoiceWebhooks | None = None) -> None:
        self.applications = Applications(wire)
        self.numbers = Numbers(wire)
        self.ours = ours
        self.own_id = wire.context.application_id
        """The application that this console works with."""
        self.state = AccountState()
        self._wire = wire
        self._clock = clock
        self._subscribers: list[Callable[[], None]] = []
        self._reading: asyncio.Task[None] | None = None

    @property
    def missing(self) -> str | None:
        """Which setting the context lacks and how to set it; None: everything is there."""
        missing = self._wire.credentials.missing_of_account
        return without_account(self._wire.context.name, missing) if missing else None

    def subscribe(self, told: Callable[[], None]) -> Callable[[], None]:
        """Call `told` after each change of `state`; return what ends that."""
        self._subscribers.append(told)
        return lambda: self._subscribers.remove(told)

    def refresh(self) -> None:
        """Read both lists in the background, unless that is under way already."""
        if self.missing is None and self._reading is None:
            self._reading = spawn(self._read(), name="read the account")

    async def read(self) -> AccountState:
        """Read both lists and return what they are.

        Raises:
            VoiceError: One of them cannot be read.
        """
        self._become(replace(self.state, reading=True, trouble=""))
        try:
            applications = await self.applications.every()
            numbers = await self.numbers.every()
        except VoiceError as error:
            self._become(replace(self.state, reading=False, trouble=error.sentence))
            raise
        self._become(
            AccountState(
                applications=tuple(sorted(applications, key=self._order)),
                numbers=tuple(sorted(numbers, key=lambda each: (each.country, each.msisdn))),
                read_at_ms=self._clock.now_ns() // 1_000_000,
            )
        )
        return self.state

    async def close(self) -> None:
        """End what is being read."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait({self._reading})

    def application(self, id_: str) -> Application | None:
        """Return an application as it was read last."""
        return next((each for each in self.state.applications if each.id == id_), None)

    def number(self, msisdn: str) -> OwnNumber | None:
        """Return a number as it was read last."""
        return next((each for each in self.state.numbers if each.msisdn == msisdn), None)

    def saw_application(self, seen: Application) -> None:
        """Take an application that was just read."""
        known = self.state.applications
        kept = tuple(seen if each.id == seen.id else each for each in known)
        self._become(replace(self.state, applications=kept))

    def saw_number(self, seen: OwnNumber) -> None:
        """Take a number that was just read."""
        known = self.state.numbers
        kept = tuple(seen if each.msisdn == seen.msisdn else each for each in known)
        self._become(replace(self.state, numbers=kept))

    def points_here(self, application: Application) -> bool:
        """Tell whether all of an application's webhooks come to our receiver."""
        return self.ours is not None and all(
            application.hook(name).address == getattr(self.ours, name) for name in HOOKS
        )

    async def _read(self) -> None:
        try:
            await self.read()
        except VoiceError:
            # `state` says it, and the exchange is in the journal.
            pass
        finally:
            self._reading = None

    def _order(self, application: Application) -> tuple[bool, str, str]:
        return application.id != self.own_id, application.name.lower(), application.id

    def _become(self, state: AccountState) -> None:
        self.state = state
        for told in tuple(self._subscribers):
            told()
