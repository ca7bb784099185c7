"""How a desk stands, in the words of the status line."""

from dataclasses import dataclass
from enum import StrEnum

from console.client.errors import VoiceApiError, VoiceError
from console.client.pacing import Gauge


class DeskError(Exception):
    """A desk cannot be opened; the text says what to do.

    Attributes:
        error: What stopped it where nothing answered; None where it was something else.
    """

    def __init__(self, text: str, error: VoiceError | None = None) -> None:
        super().__init__(text)
        self.error = error


class Connection(StrEnum):
    """What is known of the way to the API."""

    UNTRIED = "untried"
    UP = "up"
    AWAY = "away"
    """The last exchange got no answer, or the platform failed."""
    REFUSED = "refused"
    """The last exchange was answered 401 or 403."""


@dataclass(frozen=True, slots=True)
class Past:
    """Which moment of a journal is shown instead of the present."""

    at_ns: int
    """Unix nanoseconds."""
    behind_ns: int | None
    """How long ago that was; None: there is no present (a replay)."""
    speed: float
    """Seconds of the journal in one of ours; 0: it stands still."""
    reading: str
    """How far the journal is read while one has to wait for that; empty: one has not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskStatus:
    """What the status line shows; a plain value, made anew on each reading of `desk.status`."""

    context: str
    word: str
    """Of the context's frame: `SANDBOX`, `PROD` …"""
    color: str
    connection: Connection
    trouble: str
    """The last error in words; empty while all is well."""
    receiver_url: str
    """Base URL of the receiver; empty in a replay."""
    calls: Gauge
    """New calls in this second."""
    requests: Gauge
    """All other requests in this second."""
    events_per_second: float
    recording_since: int | None
    """Unix nanoseconds of this session's start; None: nothing is recorded (a replay)."""
    replay: bool = False
    past: Past | None = None
    """The moment that is shown; None: now."""


def connection_of(trouble: VoiceError | None, *, answered: bool) -> Connection:
    """Return what the last exchange says of the way to the API.

    Args:
        trouble: Its error, where it had one.
        answered: Whether anything was ever answered.
    """
    match trouble:
        case None:
            return Connection.UP if answered else Connection.UNTRIED
        case VoiceApiError(status=401 | 403):
            return Connection.REFUSED
        case _:
            return Connection.AWAY
