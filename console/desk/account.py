"""A desk for the account alone: no receiver, no calls; what a shell verb needs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from console.actions.account import Account
from console.actions.perform import Performer
from console.clock import Clock
from console.config.context import Context
from console.desk.shell import open_shell
from console.desk.status import DeskError


@dataclass(frozen=True, slots=True)
class AccountDesk:
    """Made by `open_account`."""

    context: Context
    account: Account
    performer: Performer


@asynccontextmanager
async def open_account(
    context: Context, *, journal_path: Path, own: bool = False, clock: Clock | None = None
) -> AsyncIterator[AccountDesk]:
    """Open what changes applications and numbers, and close it again.

    Args:
        context: Whose account.
        journal_path: Where every exchange is kept.
        own: A person named the file: no other one is taken.
        clock: Where time comes from; this machine's when not given.

    Raises:
        DeskError: Something stands in the way; the text says what to do.
    """
    async with open_shell(context, journal_path=journal_path, own=own, clock=clock) as desk:
        if (missing := desk.account.missing) is not None:
            raise DeskError(f"Applications and numbers cannot be read: {missing}.")
        yield AccountDesk(context, desk.account, desk.performer)
