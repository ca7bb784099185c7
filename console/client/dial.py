"""Placing a call at most once, whatever happens to the answer (reliability, rule for P8).

The intent is on the disk before the request leaves. A definite refusal is the end of it. After
anything else the call is looked for, by its own id in the event URL and by listing; it is never
dialled a second time by itself.
"""

import asyncio
import dataclasses
import uuid
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from console.client.errors import (
    VoiceApiError,
    VoiceCredentialsError,
    VoiceError,
    VoiceTimeout,
    VoiceUnreachable,
    VoiceUnsafeError,
)
from console.client.voice_client import VoiceClient
from console.clock import Clock
from console.journal.record import WEBHOOK_KINDS, JournalError, Record, Verdict
from console.tasks import spawn
from console.voice.calls import Call, CallFilter, NewCall, Party
from console.voice.endpoints import address

LOOK_AT_S: Final = (1.0, 2.0, 4.0, 8.0)
"""When it is looked for, counted from the lost answer."""
SKEW_S: Final = 30
"""The listing begins so long before the intent: two clocks do not agree."""
_TIES_KEPT: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """The call exists. `found` says how it is known: `answer`, `webhook` or `listing`."""

    intent: str
    uuid: str
    conversation: str | None
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The call does not exist, and it is certain."""

    intent: str
    error: VoiceError | JournalError


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFound:
    """Nobody knows: the answer was lost and no call could be tied to the dial.

    `candidates` are legs that may be it, when there are several. A person decides what next.
    """

    intent: str
    error: VoiceError
    candidates: tuple[str, ...] = ()


Dialled = Placed | Refused | NotFound
_Key = tuple[str, str]


@dataclass(slots=True, eq=False)
class _Open:
    """One dial that is not settled yet."""

    intent: str
    key: _Key
    since_ns: int
    answered: asyncio.Event
    """The POST has come to an end, well or badly."""
    heard: asyncio.Event
    """A webhook with our id came."""


class Dialer:
    """Places calls for one context; knows which leg belongs to which dial.

    Args:
        client: The API.
        clock: Where time comes from.
        event_url: Where the events of a call go that is dialled without a receiver of ours;
            None: where the application has them sent.
    """

    def __init__(self, client: VoiceClient, clock: Clock, *, event_url: str | None = None) -> None:
        self._client = client
        self._event_url = event_url
        self._clock = clock
        self._open: dict[str, _Open] = {}
        self._ties: OrderedDict[str, str] = OrderedDict()
        self._webhooks: OrderedDict[str, tuple[str, str | None]] = OrderedDict()

    async def dial(
        self, call: NewCall, *, event_url: str | None = None, cause: str | None = None
    ) -> Dialled:
        """Place `call` and return what became of it.

        Args:
            call: What to dial.
            event_url: Our receiver's event URL, for a call that names none: the dial's own id
                is put into its query, which makes the match certain.
            cause: Id of the action.
        """
        intent = uuid.uuid4().hex
        event_url = event_url or self._event_url
        if call.event_url is None and event_url is not None:
            call = dataclasses.replace(call, event_url=tagged(event_url, intent))
        dial = _Open(
            intent=intent,
            key=_key(call),
            since_ns=self._clock.now_ns(),
            answered=asyncio.Event(),
            heard=asyncio.Event(),
        )
        self._open[intent] = dial
        try:
            try:
                created = await self._client.create(call, intent=intent, cause=cause)
            except JournalError as error:
                return Refused(intent=intent, error=error)
            except VoiceError as error:
                if _certain(error):
                    return Refused(intent=intent, error=error)
                dial.answered.set()
                return await self._reconcile(dial, error, cause)
            self._tie(created.uuid, intent)
            return Placed(
                intent=intent,
                uuid=created.uuid,
                conversation=created.conversation_uuid or None,
                found="answer",
            )
        finally:
            dial.answered.set()
            del self._open[intent]

    def notice(self, records: Sequence[Record]) -> None:
        """Take in records as they are written: a webhook's `?i=` ties its leg to a dial."""
        for record in records:
            if record.kind not in WEBHOOK_KINDS or record.verdict is Verdict.REFUSED:
                continue
            intent = _intent_of(record.meta.get("query"))
            if intent is None or record.leg is None:
                continue
            self._tie(record.leg, intent)
            # Legs that the call's own script connects tell of themselves at the same URL, later.
            self._webhooks.setdefault(intent, (record.leg, record.conversation))
            while len(self._webhooks) > _TIES_KEPT:
                self._webhooks.popitem(last=False)
            if (dial := self._open.get(intent)) is not None:
                dial.heard.set()

    def _tie(self, leg: str, intent: str) -> None:
        self._ties[leg] = intent
        while len(self._ties) > _TIES_KEPT:
            self._ties.popitem(last=False)

    async def _reconcile(self, dial: _Open, error: VoiceError, cause: str | None) -> Dialled:
        lost_ns = self._clock.monotonic_ns()
        candidates: tuple[str, ...] = ()
        for offset in LOOK_AT_S:
            await self._wait(dial, lost_ns + round(offset * 1e9))
            if (heard := self._webhooks.get(dial.intent)) is not None:
                leg, conversation = heard
                return Placed(
                    intent=dial.intent, uuid=leg, conversation=conversation, found="webhook"
                )
            try:
                found = await self._look(dial, cause)
            except VoiceError:
                continue
            rivals = sum(1 for other in self._open.values() if other.key == dial.key)
            if found and len(found) <= rivals:
                call = found[0]
                self._tie(call.uuid, dial.intent)
                # The record of this reading is what ties the leg to the dial in the journal.
                with suppress(VoiceError):
                    await self._client.read(call.uuid, cause=cause, intent=dial.intent)
                return Placed(
                    intent=dial.intent,
                    uuid=call.uuid,
                    conversation=call.conversation,
                    found="listing",
                )
            candidates = tuple(call.uuid for call in found)
        return NotFound(intent=dial.intent, error=error, candidates=candidates)

    async def _wait(self, dial: _Open, until_ns: int) -> None:
        """Wait until it is time to look, or our webhook comes; then for rivals in flight.

        A rival is a dial of ours to the same number whose request is still out: until its answer
        is known, a leg in the listing may be the rival's.
        """
        seconds = (until_ns - self._clock.monotonic_ns()) / 1e9
        if seconds > 0 and not dial.heard.is_set():
            timer = spawn(self._clock.sleep(seconds), name="look for a dial")
            heard = spawn(dial.heard.wait(), name="hear of a dial")
            try:
                await asyncio.wait({timer, heard}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                timer.cancel()
                heard.cancel()
        for other in list(self._open.values()):
            if other.key == dial.key and other is not dial and not dial.heard.is_set():
                await other.answered.wait()

    async def _look(self, dial: _Open, cause: str | None) -> list[Call]:
        """Return the legs, newest first, that may be this dial and are no other dial's."""
        since_ms = dial.since_ns // 1_000_000 - SKEW_S * 1000
        where = CallFilter(date_start_ms=since_ms, order="desc", page_size=100)
        found: list[Call] = []
        async for call in self._client.list(where, cause=cause):
            tied = self._ties.get(call.uuid)
            if call.direction == "outbound" and tied is None and _matches(call, dial.key):
                found.append(call)
        return [call for call in found if call.uuid not in self._ties]


def tagged(url: str, intent: str) -> str:
    """Return `url` with the dial's own id in its query."""
    parts = urlsplit(url)
    tag = urlencode({"i": intent})
    query = f"{parts.query}&{tag}" if parts.query else tag
    return urlunsplit(parts._replace(query=query))


def _intent_of(query: object) -> str | None:
    if isinstance(query, str):
        found = parse_qs(query).get("i")
        return found[0] if found else None
    if isinstance(query, dict):
        value = query.get("i")
        return value if isinstance(value, str) else None
    return None


def _certain(error: VoiceError) -> bool:
    """Tell whether it is certain that no call was placed."""
    match error:
        case VoiceApiError():
            return error.refused
        case VoiceUnreachable() | VoiceTimeout():
            return not error.sent
        case VoiceCredentialsError() | VoiceUnsafeError():
            return True
        case _:
            return False


def _key(call: NewCall) -> _Key:
    return address(call.to), "" if call.random_from_number else call.caller or ""


def _matches(call: Call, key: _Key) -> bool:
    to, caller = key
    if _plain(call.to) != to.lower():
        return False
    return not caller or _plain(call.from_) == caller.lower()


def _plain(party: Party | None) -> str:
    return "" if party is None else party.address.removeprefix("+").lower()
