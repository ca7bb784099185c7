"""The Numbers API (10.3): the account's own numbers, and which application each is linked to."""

from typing import Final

from console.client.errors import VoiceUnreadableError
from console.client.hosts import numbers_base
from console.client.ledger import READBACK
from console.client.pacing import Priority
from console.client.wire import Ask, Auth, Wire
from console.http import QueryParams
from console.voice.limits import PAGE_SIZE
from console.voice.own_numbers import (
    NumberPage,
    OwnNumber,
    UnreadableNumbers,
    link_form,
    parse_number_page,
)

MOST_PAGES: Final = 100


class Numbers:
    """Reads and links numbers, with HTTP Basic (2.1)."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._base = numbers_base(wire.context)

    async def every(self, *, cause: str | None = None) -> tuple[OwnNumber, ...]:
        """`GET /account/numbers`: all of them, page after page; a page is a number here.

        Raises:
            VoiceError: They cannot be read.
        """
        found: dict[tuple[str, str], OwnNumber] = {}
        for index in range(1, MOST_PAGES + 1):
            page = await self._page(cause, size=f"{PAGE_SIZE.high:g}", index=str(index))
            found |= {(each.country, each.msisdn): each for each in page.numbers}
            if not page.numbers or len(found) >= page.count:
                break
        return tuple(found.values())

    async def read(
        self, msisdn: str, *, cause: str | None = None, readback: bool = False
    ) -> OwnNumber | None:
        """Return one number; None: it is not the account's."""
        status = READBACK if readback else None
        page = await self._page(cause, status, pattern=msisdn, search_pattern="0")
        return next((each for each in page.numbers if each.msisdn == msisdn), None)

    async def link(
        self,
        number: OwnNumber,
        app_id: str,
        *,
        clear_callback: bool = False,
        cause: str | None = None,
    ) -> None:
        """`POST /number/update`: link a number to an application; an empty id unlinks it.

        Args:
            number: As it was read; what else is set of it is sent along.
            app_id: The application, or "".
            clear_callback: Take a forwarding to `sip` or `tel` away, which goes before it.
            cause: Id of the action.
        """
        await self._wire.send(
            Ask(
                method="POST",
                url=f"{self._base}/number/update",
                form=link_form(number, app_id, clear_callback=clear_callback),
                auth=Auth.BASIC,
                cause=cause,
            )
        )

    async def _page(self, cause: str | None, status: str | None = None, **query: str) -> NumberPage:
        answer = await self._wire.send(
            Ask(
                method="GET",
                url=f"{self._base}/account/numbers?{QueryParams(query)}",
                auth=Auth.BASIC,
                priority=Priority.LOOK,
                cause=cause,
                record_status=status,
            )
        )
        try:
            return parse_number_page(answer.json())
        except UnreadableNumbers as error:
            raise VoiceUnreadableError(str(error), answer.raw) from None
