"""What a ladder is made of: lanes side by side, rungs below each other."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

YOU: Final = "you"
"""The lane of this machine: the person, the console, the app behind it."""
API: Final = "api"
"""The lane of the platform, for what concerns no leg that is known."""


class RungKind(StrEnum):
    """What a rung is about."""

    ACTION = "action"
    """A person pressed a key."""
    REST = "rest"
    WEBHOOK = "webhook"
    REPLY = "reply"
    """Our answer to a webhook, where it says something."""
    FORWARD = "forward"
    """A webhook handed on to the user's own app."""
    NCCO = "ncco"
    """An action of a script as it runs."""
    SOUND = "sound"
    """A talk, a stream or tones that REST asked for."""
    RECORDING = "recording"
    """From its beginning to its end."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One party.

    Attributes:
        id: `you`, `api`, or the uuid of a leg.
        title: What it is called; as it came, pass it through `clean`.
        note: Direction and kind of a leg; empty for the others.
    """

    id: str
    title: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One thing that happened. Texts are as they came: pass them through `clean`.

    Attributes:
        seq: The record that holds its bytes.
        at: When it happened, Unix nanoseconds of this machine's clock; for a script's actions
            and recordings the platform's, or an estimate.
        kind: What it is about.
        source: Lane it comes from.
        target: Lane it goes to; the same one where it stays there.
        what: In a few words.
        detail: More of it.
        ends_at: When it was over, for what lasts; None: it is a moment, or nobody knows.
        estimated: Whether its times are reckoned, not told.
        late: The event is older than one of the same leg that came before it.
        delivery: 2 and more: the same bytes came before.
        bad: Refused, failed, or an error.
        reply: Our answer to a webhook, such as `204 · 3 ms`.
        gap_ms: Time since the rung above; 0 for the first one.
    """

    seq: int
    at: int
    kind: RungKind
    source: str
    target: str
    what: str
    detail: str = ""
    leg: str | None = None
    conversation: str | None = None
    ends_at: int | None = None
    estimated: bool = False
    late: bool = False
    delivery: int = 1
    bad: bool = False
    reply: str = ""
    gap_ms: int = 0

    @property
    def lasts_ms(self) -> int | None:
        """How long it lasted, in milliseconds; None where nobody knows."""
        return None if self.ends_at is None else max(self.ends_at - self.at, 0) // 1_000_000


@dataclass(frozen=True, slots=True)
class Ladder:
    """One call, or several that belong together.

    Attributes:
        lanes: You first, then the platform, then the legs in the order in which they appeared.
        rungs: In the order of their times.
    """

    lanes: tuple[Lane, ...]
    rungs: tuple[Rung, ...]
    places: dict[str, int] = field(init=False, repr=False, compare=False)
    """Place of each lane by its id."""

    def __post_init__(self) -> None:
        places = {lane.id: place for place, lane in enumerate(self.lanes)}
        object.__setattr__(self, "places", places)

    def span(self, rung: Rung) -> tuple[int, int]:
        """Return the places of the lanes that a rung comes from and goes to."""
        return self.places[rung.source], self.places[rung.target]

    @property
    def began(self) -> int:
        """When its first rung happened, Unix nanoseconds; 0 for an empty one."""
        return self.rungs[0].at if self.rungs else 0
