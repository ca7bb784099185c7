"""Facts: what one record tells, as values that can be put into sets.

A set of facts has no order and holds nothing twice, so whatever is derived from it cannot
depend on the order or the number of deliveries. Beside each fact the earliest time it was
received is kept (`Received`, Unix milliseconds of this machine's clock); that is a minimum, and
so has no order either.

Facts are structs, not dataclasses: every webhook makes one or two, and a frozen dataclass
takes ten times as long to make. They hold nothing that could hold them, so the garbage collector
need not look at the hundred thousands of them.
"""

from decimal import Decimal
from enum import IntEnum
from typing import TypeAlias

import msgspec

from console.voice.statuses import Status

Received: TypeAlias = int
"""Unix milliseconds of this machine's clock at the first delivery."""


class Source(IntEnum):
    """Who told; where two tell differently, the higher one is believed."""

    REQUESTED = 1
    """Our own request said it."""
    CREATED = 2
    """The answer to a create said it: accepted, not yet seen (3.2)."""
    ANSWER = 3
    """An answer, fallback or input request said it."""
    READ = 4
    """A read-back said it."""
    EVENT = 5
    """A status event said it."""


class StatusFact(msgspec.Struct, frozen=True, gc=False):
    """A leg had a status."""

    status: Status
    at_ms: int | None
    conversation: str | None
    source: Source
    detail: str | None = None
    sip_code: int | None = None
    sub_state: str | None = None
    disconnected_by: str | None = None


class Parties(msgspec.Struct, frozen=True, gc=False):
    """Who is on a leg. Empty texts are not told."""

    direction: str | None
    from_: str
    to: str
    endpoint: str | None
    source: Source


class Bill(msgspec.Struct, frozen=True, gc=False):
    """What a completed leg was (3.4, 5.3.10)."""

    start_ms: int | None
    end_ms: int | None
    duration_s: int | None
    rate: Decimal | None
    price: Decimal | None
    network: str | None
    source: Source


class Move(msgspec.Struct, frozen=True, gc=False):
    """A leg changed conversation (5.3.14)."""

    from_: str | None
    to: str | None
    at_ms: int | None


class Asked(msgspec.Struct, frozen=True, gc=False):
    """The platform asked for an NCCO for a leg; a fallback says why the first try failed."""

    conversation: str | None
    region_url: str | None
    failed: str | None = None


class Keyed(msgspec.Struct, frozen=True, gc=False):
    """Keys or speech came from the far end (5.3.12)."""

    at_ms: int | None
    conversation: str | None
    digits: str
    masked: int
    timed_out: bool
    speech: str
    confidence: float | None
    subscription: str | None = None
    """Tag of the subscription of ours whose URL it came to: one key, pressed just then (3.9)."""


class Script(msgspec.Struct, frozen=True, gc=False):
    """An NCCO was given to a leg when this was received; what it says of a named conversation."""

    exchange: str
    """Of the request or the reply that it came with."""
    room: str | None
    """Name in its `conversation` action; None: it has none."""
    starts: bool
    """The leg begins a moderated room by its entry (`startOnEnter`, 6.4)."""
    transferred: bool = False
    """It came with a transfer, which makes a move of its own before it runs (3.5)."""


class Failed(msgspec.Struct, frozen=True, gc=False):
    """The platform reported an error (5.3.17)."""

    at_ms: int | None
    reason: str
    leg: str | None = None
    """Where the event names one."""


LegFact: TypeAlias = StatusFact | Parties | Bill | Move | Asked | Keyed | Script | Failed


class Notified(msgspec.Struct, frozen=True, gc=False):
    """A notify action ran (5.3.13)."""

    at_ms: int | None
    digest: str
    """Of the bytes: two notifies may differ in their payload only."""


class Recorded(msgspec.Struct, frozen=True, gc=False):
    """A recording ended (5.3.11)."""

    conversation: str | None
    url: str
    size: int | None
    start_ms: int | None
    end_ms: int | None
    at_ms: int | None


class Transcribed(msgspec.Struct, frozen=True, gc=False):
    """A transcription is ready (5.3.16)."""

    conversation: str | None
    url: str
    at_ms: int | None


class Loose(msgspec.Struct, frozen=True, gc=False):
    """An event that names no leg: `fact` waits for the one leg it fits."""

    what: str
    """Status or shape, for the tray."""
    at_ms: int | None
    conversation: str | None
    leg: str | None
    """Named, but what the event says of it cannot be read."""
    fact: StatusFact | Move | Keyed | Asked | None
    """What the leg learns from it; None: it cannot be read at all."""
    parties: Parties | None
    bill: Bill | None
    why: str
    digest: str
    """Of the bytes: the identity of what cannot be told apart otherwise."""

    @property
    def key(self) -> str:
        """A stable id of the event."""
        return f"{self.digest}:{self.what}"
