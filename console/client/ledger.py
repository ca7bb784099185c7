"""Writes each exchange with the API down: what was asked, what came back, or that nothing did."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from console.clock import Clock
from console.journal.record import NO_META, Journal, JournalError, Kind, NewRecord
from console.voice.wire import UnreadableJson, decode_json

READBACK: Final = "readback"
"""`status` column of the record of an answer that is asked for as proof."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What the records of one exchange have in common."""

    exchange: str
    method: str
    url: str
    cause: str | None = None
    leg: str | None = None
    conversation: str | None = None
    intent: str | None = None
    region: str | None = None

    def meta(self, **more: Any) -> Mapping[str, Any]:
        """Return the records' meta; only what is known is in it."""
        known = {"cause": self.cause, "intent": self.intent, "region": self.region, **more}
        named = {name: value for name, value in known.items() if value is not None}
        return {"method": self.method, "url": self.url, **named}


class Ledger:
    """The journal as the client uses it. `unrecorded` counts what could not be kept.

    A dial that cannot be written down is not sent. Anything else goes on: a full disk must not
    stop a hang-up.
    """

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self.journal = journal
        self.unrecorded = 0
        self._clock = clock

    async def asked(self, line: Line, body: bytes, *, must: bool) -> None:
        """Keep a `rest.request`; with `must` it is on the disk on return, or this raises."""
        await self._keep(self._record(Kind.REST_REQUEST, line, raw=body), must=must)

    async def answered(
        self,
        line: Line,
        body: bytes,
        *,
        status: int,
        elapsed_ms: float,
        trace: str = "",
        record_status: str | None = None,
        more: Mapping[str, Any] = NO_META,
    ) -> None:
        """Keep a `rest.response`; the ids in the body place it where the request had none."""
        leg, conversation = _ids(body) if 200 <= status < 300 else (None, None)
        meta = line.meta(status=status, elapsed_ms=elapsed_ms, trace=trace or None, **more)
        record = NewRecord(
            kind=Kind.REST_RESPONSE,
            at=self._clock.now_ns(),
            mono=self._clock.monotonic_ns(),
            exchange=line.exchange,
            leg=line.leg or leg,
            conversation=line.conversation or conversation,
            status=record_status,
            raw=body,
            meta=meta,
        )
        await self._keep(record, must=False)

    async def failed(self, line: Line, *, error: str, sent: bool) -> None:
        """Keep a `rest.failed`."""
        meta = line.meta(error=error, sent=sent)
        await self._keep(self._record(Kind.REST_FAILED, line, meta=meta), must=False)

    def _record(
        self, kind: Kind, line: Line, *, raw: bytes = b"", meta: Mapping[str, Any] | None = None
    ) -> NewRecord:
        return NewRecord(
            kind=kind,
            at=self._clock.now_ns(),
            mono=self._clock.monotonic_ns(),
            exchange=line.exchange,
            leg=line.leg,
            conversation=line.conversation,
            raw=raw,
            meta=line.meta() if meta is None else meta,
        )

    async def _keep(self, record: NewRecord, *, must: bool) -> None:
        try:
            await self.journal.append(record)
        except JournalError as error:
            if must:
                raise
            self.unrecorded += 1
            _log.warning("an exchange could not be kept: %s", error)


def _ids(body: bytes) -> tuple[str | None, str | None]:
    try:
        found = decode_json(body)
    except UnreadableJson:
        return None, None
    if not isinstance(found, dict):
        return None, None
    leg, conversation = found.get("uuid"), found.get("conversation_uuid")
    return (
        leg if isinstance(leg, str) and leg else None,
        conversation if isinstance(conversation, str) and conversation else None,
    )
