"""Times as the platform writes them, all UTC; inside they are Unix milliseconds (section 1)."""

from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def parse_timestamp(text: object) -> int | None:
    """Return Unix milliseconds of any form in use, or None where `text` is none of them.

    The forms are `2020-01-01T12:00:00.000Z`, `2020-01-01T12:00:00Z` and `2020-01-01 12:00:00`;
    an offset is honoured, a time without one is UTC.
    """
    if not isinstance(text, str) or not 10 <= len(text) <= 40:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        since = moment - _EPOCH
        # By hand: dividing by a timedelta takes twice as long, and every webhook has a time.
        return since.days * 86_400_000 + since.seconds * 1_000 + since.microseconds // 1_000
    except (ValueError, OverflowError):
        return None


def format_timestamp(ms: int) -> str:
    """Return `2020-01-01T12:00:00.000Z`, the form of webhooks and of the call object."""
    return _text(ms, "milliseconds")


def format_second(ms: int) -> str:
    """Return `2020-01-01T12:00:00Z`, the form of record webhooks and of list filters."""
    return _text(ms, "seconds")


def _text(ms: int, precision: str) -> str:
    moment = _EPOCH + timedelta(milliseconds=ms)
    return moment.replace(tzinfo=None).isoformat(timespec=precision) + "Z"
