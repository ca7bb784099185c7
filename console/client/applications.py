"""The Application API (10.4): an account's applications, and where their webhooks go."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from console.client.errors import VoiceUnreadableError
from console.client.hosts import applications_base
from console.client.ledger import READBACK
from console.client.pacing import Priority
from console.client.safety import path_id
from console.client.wire import Answer, Ask, Auth, Wire
from console.journal.record import OWN_APPLICATION
from console.voice.applications import (
    Application,
    HookChange,
    UnreadableApplication,
    VoiceChange,
    changed,
    parse_application,
    parse_application_page,
)
from console.voice.limits import PAGE_SIZE

MOST_PAGES: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceWebhooks:
    """The three URLs of the voice capability; None leaves one as it is."""

    answer_url: str | None = None
    event_url: str | None = None
    fallback_answer_url: str | None = None

    def change(self) -> VoiceChange:
        """Return the change that sets them; an empty one is left as well."""
        told = {each.name: getattr(self, each.name) for each in fields(self)}
        return VoiceChange(
            hooks={name: HookChange(address=url) for name, url in told.items() if url}
        )


class Applications:
    """Reads and changes applications, with HTTP Basic (2.1)."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._base = applications_base(wire.context)

    async def every(self, *, cause: str | None = None) -> tuple[Application, ...]:
        """`GET /v2/applications`: all of them, page after page.

        Raises:
            VoiceError: They cannot be read.
        """
        found: dict[str, Application] = {}
        for page in range(1, MOST_PAGES + 1):
            query = f"page_size={PAGE_SIZE.high:g}&page={page}"
            answer = await self._get(f"{self._base}/v2/applications?{query}", cause)
            try:
                told = parse_application_page(answer.json())
            except UnreadableApplication as error:
                raise VoiceUnreadableError(str(error), answer.raw) from None
            # A list that changes between two pages may tell one twice.
            found |= {each.id: each for each in told.applications}
            if page >= told.pages or not told.applications:
                break
        return tuple(found.values())

    async def read(
        self, application: str = "", *, cause: str | None = None, readback: bool = False
    ) -> Application:
        """`GET /v2/applications/{id}`: one application; the context's own where none is named.

        Args:
            application: Its id.
            cause: Id of the action.
            readback: It is read to prove a change; its record says so.

        Raises:
            VoiceError: It cannot be read.
        """
        own = application in ("", self._wire.context.application_id)
        kept_as = READBACK if readback else OWN_APPLICATION if own else None
        answer = await self._get(self._url(application), cause, kept_as)
        try:
            return parse_application(answer.json())
        except UnreadableApplication as error:
            raise VoiceUnreadableError(str(error), answer.raw) from None

    async def change(
        self, change: VoiceChange, application: str = "", *, cause: str | None = None
    ) -> Application:
        """Read an application, lay `change` over it, put it back; return it as it was before.

        The `PUT` replaces the whole application, so all else is sent back as it was read.
        """
        before = await self.read(application, cause=cause)
        await self._put(before.id, changed(before.wire, change), cause)
        return before

    async def point(self, webhooks: VoiceWebhooks, *, cause: str | None = None) -> VoiceWebhooks:
        """Set the URLs of the context's own application; return those that were there before."""
        return _urls(await self.change(webhooks.change(), cause=cause))

    async def restore(
        self, ours: VoiceWebhooks, before: VoiceWebhooks, *, cause: str | None = None
    ) -> bool:
        """Set the URLs back to `before`; False: somebody else has pointed them since, so not.

        Args:
            ours: What we had set.
            before: What `point` returned; an empty URL is left as it is.
            cause: Id of the action.
        """
        application = await self.read(cause=cause)
        if _urls(application).event_url != ours.event_url:
            return False
        await self._put(application.id, changed(application.wire, before.change()), cause)
        return True

    async def _get(self, url: str, cause: str | None, status: str | None = None) -> Answer:
        return await self._wire.send(
            Ask(
                method="GET",
                url=url,
                auth=Auth.BASIC,
                priority=Priority.LOOK,
                cause=cause,
                record_status=status,
            )
        )

    async def _put(self, application: str, body: Mapping[str, Any], cause: str | None) -> None:
        url = self._url(application)
        await self._wire.send(Ask(method="PUT", url=url, body=body, auth=Auth.BASIC, cause=cause))

    def _url(self, application: str) -> str:
        id_ = path_id(application or self._wire.context.application_id)
        return f"{self._base}/v2/applications/{id_}"


def _urls(application: Application) -> VoiceWebhooks:
    return VoiceWebhooks(
        **{
            each.name: application.hooks[each.name].address
            for each in fields(VoiceWebhooks)
            if each.name in application.hooks
        }
    )
