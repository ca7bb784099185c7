"""The account a sandbox belongs to, and what it starts with."""

import secrets
from dataclasses import dataclass, field, replace
from typing import Final

from console.sandbox.applications import Application
from console.sandbox.numbers import OwnNumber
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
    """What an account has: applications by id, the first one the default, and numbers."""

    account: Account
    applications: dict[str, Application] = field(default_factory=dict)
    own_numbers: dict[str, OwnNumber] = field(default_factory=dict)
    """By number, in the order in which they were bought."""
    scenario_numbers: tuple[str, ...] = ()
    """Those a scenario brings: linked to the default application, and not kept."""
    default_application: str = ""
    runs: int = 0
    """How often a sandbox was started on these before."""

    @property
    def numbers(self) -> tuple[str, ...]:
        """All of them, each once."""
        return tuple(dict.fromkeys((*self.own_numbers, *self.scenario_numbers)))

    def owner_of(self, number: str) -> str | None:
        """Return the application that calls to `number` go to, None where there is none."""
        if number in self.own_numbers:
            application = self.own_numbers[number].application
        elif number in self.scenario_numbers:
            application = self.default_application
        else:
            return None
        return application if application in self.applications else None

    def numbers_of(self, application_id: str) -> tuple[str, ...]:
        """Return the numbers whose calls go to an application."""
        return tuple(one for one in self.numbers if self.owner_of(one) == application_id)

    def unlink(self, application_id: str) -> None:
        """Take an application that is gone from its numbers."""
        for msisdn, number in self.own_numbers.items():
            if number.app_id == application_id:
                self.own_numbers[msisdn] = replace(number, app_id=None)


def new_account() -> Account:
    """Return an account with credentials nobody else has."""
    return Account(
        secrets.token_hex(4),
        Secret(secrets.token_urlsafe(12)),
        Secret(secrets.token_urlsafe(_SECRET_BYTES)),
    )
