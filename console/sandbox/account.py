"""The account a sandbox belongs to, and what it starts with."""

import secrets
from dataclasses import dataclass, field
from typing import Final

from console.sandbox.applications import Application
from console.secret import Secret

DEFAULT_NUMBERS: Final = ("442079460000", "442079460001")
"""From the range Ofcom keeps for drama: nobody has these."""
_SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Account:
    """Credentials of the account."""

    api_key: str
    """8 hexadecimal digits."""
    api_secret: Secret
    signature_secret: Secret


@dataclass(slots=True)
class Holdings:
    """What an account has: applications by id, the first one the default, and numbers.

    Inbound calls to the numbers go to the default application.
    """

    account: Account
    applications: dict[str, Application] = field(default_factory=dict)
    own_numbers: tuple[str, ...] = DEFAULT_NUMBERS
    scenario_numbers: tuple[str, ...] = ()
    """Those a scenario brings; they are not kept."""
    default_application: str = ""
    runs: int = 0
    """How often a sandbox was started on these before."""

    @property
    def numbers(self) -> tuple[str, ...]:
        """All of them, each once."""
        return tuple(dict.fromkeys((*self.own_numbers, *self.scenario_numbers)))

    def owner_of(self, number: str) -> str | None:
        """Return the application that calls to `number` go to."""
        if number in self.numbers and self.default_application in self.applications:
            return self.default_application
        return None


def new_account() -> Account:
    """Return an account with credentials nobody else has."""
    return Account(
        secrets.token_hex(4),
        Secret(secrets.token_urlsafe(12)),
        Secret(secrets.token_urlsafe(_SECRET_BYTES)),
    )
