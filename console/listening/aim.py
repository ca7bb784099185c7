"""What is listened to, and how far that is. Light: it is imported when the console starts."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How far a listening is."""

    JOINING = "joining"
    LIVE = "live"
    ADRIFT = "adrift"
    """What is listened to went where it cannot be heard."""
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Aim:
    """What is listened to."""

    key: str
    """Id of the leg or conversation that was under the cursor; the name where no id is known."""
    name: str
    """The named conversation that is joined."""
    leg: str | None = None
    """Only this leg is heard; None: everybody."""
    by_id: str | None = None
    """The conversation is joined by this id, because nobody knows a name of it (6.10)."""
