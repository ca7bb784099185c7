"""The Voice API, method by method (section 3 of the reference).

Each method takes `cause`, the id of the action that wanted it; every exchange is journalled with
it. Each raises the errors of `console.client.errors`, and only those.
"""

import random
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from console.client.errors import (
    VoiceApiError,
    VoiceTimeout,
    VoiceUnreachable,
    VoiceUnreadableError,
    VoiceUnsafeError,
)
from console.client.files import DEFAULT_LIMIT, Downloaded, download
from console.client.ledger import Ledger
from console.client.pacing import Pacer, Pacers, Priority
from console.client.regions import Regions
from console.client.safety import parse, path_id
from console.client.wire import TOTAL_S, Answer, Ask, Repeat, Wire
from console.clock import Clock
from console.config.context import Context
from console.http import URL
from console.journal.record import Journal
from console.voice.calls import (
    Call,
    CallFilter,
    CallPage,
    ModifyLeg,
    NewCall,
    StreamRequest,
    TalkRequest,
    TransferLeg,
    UnreadableCall,
    dtmf_to_wire,
    parse_call,
    parse_call_page,
)
from console.voice.ncco import Ncco

MOST_PAGES: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """What a new call is called (3.2)."""

    uuid: str
    status: str
    direction: str
    conversation_uuid: str


class VoiceClient:
    """All of `/v1/calls` and `/v1/files` for one context, over one HTTP client.

    Args:
        context: Where, as whom, and how fast.
        journal: Where each exchange is kept.
        clock: Where time comes from.
        pacer: The account's limits; a new one of the context's figures when not given.
        jitter: Randomness of waits; seedable.
        total_s: Seconds until an answer is given up.
    """

    def __init__(
        self,
        context: Context,
        journal: Journal,
        *,
        clock: Clock,
        pacer: Pacer | None = None,
        jitter: random.Random | None = None,
        total_s: float = TOTAL_S,
    ) -> None:
        self.context = context
        self.pacer = pacer or Pacers(clock).of(
            account(context), calls=context.calls_per_second, requests=context.requests_per_second
        )
        self.regions = Regions(context)
        """Where each leg is asked for."""
        self.wire = Wire(
            context,
            Ledger(journal, clock),
            clock=clock,
            pacer=self.pacer,
            jitter=jitter,
            total_s=total_s,
        )

    async def close(self) -> None:
        """Close the connections."""
        await self.wire.close()

    # --- calls -----------------------------------------------------------------------------------

    async def create(self, call: NewCall, *, intent: str, cause: str | None = None) -> Created:
        """`POST /v1/calls` once (3.1, 3.2). Use `console.client.dial.Dialer` to place a call.

        Args:
            call: What to dial.
            intent: The dial's own id; the request is on the disk under it before it is sent.
            cause: Id of the action.

        Raises:
            JournalError: It could not be written down, so it was not sent.
        """
        answer = await self.wire.send(
            Ask(
                method="POST",
                url=self._url("/v1/calls"),
                body=call.to_wire(),
                repeat=Repeat.NEVER,
                cause=cause,
                intent=intent,
            )
        )
        return _created(answer.json(), answer.raw)

    async def read(
        self,
        uuid: str,
        *,
        cause: str | None = None,
        priority: Priority = Priority.LOOK,
        intent: str | None = None,
    ) -> Call:
        """`GET /v1/calls/{uuid}`: one leg (3.4); `intent` ties it to the dial that made it."""
        answer = await self._at(
            uuid, Ask(method="GET", url="", priority=priority, cause=cause, intent=intent)
        )
        try:
            return parse_call(answer.json())
        except UnreadableCall as error:
            raise VoiceUnreadableError(str(error), answer.raw) from None

    async def pages(
        self,
        where: CallFilter | None = None,
        *,
        cause: str | None = None,
        base: str | None = None,
    ) -> AsyncIterator[CallPage]:
        """`GET /v1/calls`: page after page, following `_links.next` (3.3).

        Of a link only the query is used, and only where it names no other host: the token goes
        nowhere but to the context's own API, or to `base`, another region's of `regions`.
        """
        query = dict(where.to_query()) if where is not None else {}
        first = URL((base or self.wire.base) + "/v1/calls")
        url = URL(str(first), params=query)
        seen = {str(url)}
        for _ in range(MOST_PAGES):
            answer = await self.wire.send(
                Ask(method="GET", url=str(url), priority=Priority.LOOK, cause=cause)
            )
            try:
                page = parse_call_page(answer.json())
            except UnreadableCall as error:
                raise VoiceUnreadableError(str(error), answer.raw) from None
            yield page
            if page.next is None:
                return
            url = _next(first, page.next)
            if str(url) in seen:
                raise VoiceUnreadableError("its pages lead back to one that was read", answer.raw)
            seen.add(str(url))
        raise VoiceUnreadableError(f"it has more than {MOST_PAGES} pages", b"")

    async def list(
        self, where: CallFilter | None = None, *, cause: str | None = None
    ) -> AsyncIterator[Call]:
        """Yield every call that matches, in the order of the platform (3.3)."""
        async for page in self.pages(where, cause=cause):
            for call in page.calls:
                yield call

    async def hangup(self, uuid: str, *, cause: str | None = None) -> None:
        """End this leg, or cancel it before it is answered (3.5)."""
        await self._modify(uuid, ModifyLeg("hangup").to_wire(), Priority.HANGUP, cause)

    async def mute(self, uuid: str, *, cause: str | None = None) -> None:
        """Let nobody hear this leg (3.5)."""
        await self._modify(uuid, ModifyLeg("mute").to_wire(), Priority.MUTE, cause)

    async def unmute(self, uuid: str, *, cause: str | None = None) -> None:
        """Let this leg be heard again (3.5)."""
        await self._modify(uuid, ModifyLeg("unmute").to_wire(), Priority.MUTE, cause)

    async def earmuff(self, uuid: str, *, cause: str | None = None) -> None:
        """Let this leg hear nobody (3.5)."""
        await self._modify(uuid, ModifyLeg("earmuff").to_wire(), Priority.ACT, cause)

    async def unearmuff(self, uuid: str, *, cause: str | None = None) -> None:
        """Let this leg hear again (3.5)."""
        await self._modify(uuid, ModifyLeg("unearmuff").to_wire(), Priority.ACT, cause)

    async def transfer_to_url(self, uuid: str, url: str, *, cause: str | None = None) -> None:
        """Let this leg run the NCCO that `url` answers (3.5).

        Not repeated when an answer is lost: the script would begin twice.
        """
        await self._transfer(uuid, TransferLeg(url=url), cause)

    async def transfer_to_ncco(self, uuid: str, ncco: Ncco, *, cause: str | None = None) -> None:
        """Let this leg run this NCCO (3.5). Not repeated when an answer is lost."""
        await self._transfer(uuid, TransferLeg(ncco=ncco), cause)

    # --- sound -----------------------------------------------------------------------------------

    async def stream(self, uuid: str, request: StreamRequest, *, cause: str | None = None) -> None:
        """Play an audio file to this leg (3.6). Not repeated when an answer is lost."""
        await self._play(uuid, "stream", request.to_wire(), cause)

    async def stop_stream(self, uuid: str, *, cause: str | None = None) -> None:
        """Stop the audio file (3.6)."""
        await self._delete(uuid, "stream", cause)

    async def talk(self, uuid: str, request: TalkRequest, *, cause: str | None = None) -> None:
        """Speak a text to this leg (3.7). Not repeated when an answer is lost."""
        await self._play(uuid, "talk", request.to_wire(), cause)

    async def stop_talk(self, uuid: str, *, cause: str | None = None) -> None:
        """Stop the text (3.7)."""
        await self._delete(uuid, "talk", cause)

    async def dtmf(self, uuid: str, digits: str, *, cause: str | None = None) -> None:
        """Send tones towards this leg's endpoint (3.8). Not repeated when an answer is lost."""
        await self._play(uuid, "dtmf", dtmf_to_wire(digits), cause)

    async def subscribe_dtmf(self, uuid: str, event_url: str, *, cause: str | None = None) -> None:
        """Have each digit pressed on this leg posted to `event_url` (3.9)."""
        body = {"event_url": [event_url]}
        await self._at(uuid, Ask(method="PUT", url="/input/dtmf", body=body, cause=cause))

    async def unsubscribe_dtmf(self, uuid: str, *, cause: str | None = None) -> None:
        """End the subscription of digits (3.9)."""
        await self._delete(uuid, "input/dtmf", cause)

    # --- files -----------------------------------------------------------------------------------

    async def download(
        self,
        url: str,
        directory: Path,
        name: str,
        *,
        limit: int = DEFAULT_LIMIT,
        cause: str | None = None,
    ) -> Downloaded:
        """Fetch a recording or transcription from its URL as given (3.13).

        Args:
            url: As the webhook gave it; see `console.client.safety.may_have_token`.
            directory: An existing directory; nothing is written outside it.
            name: An id of ours, 36 hex digits and dashes; the file must not exist.
            limit: Most bytes that are taken.
            cause: Id of the action.

        Raises:
            VoiceUnsafeError: The host, the name or the size is not to be trusted.
        """
        return await download(self.wire, url, directory, name, limit=limit, cause=cause)

    # --- how it is asked -------------------------------------------------------------------------

    def _url(self, path: str) -> str:
        return self.wire.base + path

    async def _at(self, uuid: str, ask: Ask) -> Answer:
        """Send `ask`, whose URL is what comes after the leg's, where the leg lives (2.4).

        After a 404 for a leg that is up the other regions are tried, each once: a 404 means that
        nothing was done there. One that may have done it ends the search.
        """
        path = f"/v1/calls/{path_id(uuid)}{ask.url}"
        base = self.regions.base(uuid)
        try:
            return await self.wire.send(replace(ask, url=base + path, leg=uuid))
        except VoiceApiError as error:
            if error.status != 404:
                raise
            not_there = error
        missed = 0
        others = self.regions.others(uuid, base)
        for region in others:
            once = replace(
                ask, url=region.url + path, leg=uuid, repeat=Repeat.NEVER, region=region.name
            )
            try:
                answer = await self.wire.send(once)
            except VoiceApiError as error:
                if error.status == 400:
                    # Refused for the leg's state, so this region has it (3.11).
                    self.regions.found(uuid, region)
                if error.status == 400 or (error.status >= 500 and ask.repeat is not Repeat.SAFE):
                    raise
                missed += error.status == 404
            except (VoiceUnreachable, VoiceTimeout) as error:
                if error.sent and ask.repeat is not Repeat.SAFE:
                    raise
            else:
                self.regions.found(uuid, region)
                return answer
        if missed == len(others):
            self.regions.missed(uuid)
        raise not_there

    async def _modify(
        self, uuid: str, body: Mapping[str, Any], priority: Priority, cause: str | None
    ) -> None:
        await self._at(uuid, Ask(method="PUT", url="", body=body, priority=priority, cause=cause))

    async def _transfer(self, uuid: str, transfer: TransferLeg, cause: str | None) -> None:
        body = transfer.to_wire()
        await self._at(
            uuid, Ask(method="PUT", url="", body=body, repeat=Repeat.UNSENT, cause=cause)
        )

    async def _play(self, uuid: str, what: str, body: Mapping[str, Any], cause: str | None) -> None:
        await self._at(
            uuid, Ask(method="PUT", url=f"/{what}", body=body, repeat=Repeat.UNSENT, cause=cause)
        )

    async def _delete(self, uuid: str, what: str, cause: str | None) -> None:
        await self._at(uuid, Ask(method="DELETE", url=f"/{what}", cause=cause))


def account(context: Context) -> tuple[str, str]:
    """Return whose limits a context shares: its account, or its application where none is named."""
    return context.api_url, context.api_key or context.application_id


def _next(own: URL, href: str) -> URL:
    """Return a link to the next page of `own`, which leads to no other host.

    Raises:
        VoiceUnsafeError: It would.
    """
    try:
        link = parse(str(own.join(href)))
    except ValueError:
        raise VoiceUnsafeError("the API's link to the next page is not a URL") from None
    if (link.scheme, link.host, link.port) != (own.scheme, own.host, own.port):
        raise VoiceUnsafeError(
            f"the API's link to the next page leads to {link.host}; not followed"
        )
    return own.copy_with(query=link.query)


def _created(body: object, raw: bytes) -> Created:
    if isinstance(body, dict):
        found = [body.get(name) for name in ("uuid", "status", "direction", "conversation_uuid")]
        if isinstance(found[0], str) and found[0]:
            uuid, status, direction, conversation = (
                value if isinstance(value, str) else "" for value in found
            )
            return Created(
                uuid=uuid, status=status, direction=direction, conversation_uuid=conversation
            )
    raise VoiceUnreadableError("a created call has no uuid", raw)
