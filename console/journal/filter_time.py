"""When time alone turns the answer of a filter: `age<2m` passes, and two minutes later does not."""

from collections.abc import Mapping
from typing import Final

from console.journal.filter_terms import Term, sizes_of

_MS: Final = 1_000


def time_keys(term: Term, keys: Mapping[str, object]) -> tuple[tuple[str, int], ...]:
    """Return the fields of `keys` that are compared with a time, and with how many milliseconds.

    Args:
        term: What is asked.
        keys: The fields that grow with time.
    """
    return tuple(
        (size.key, round(size.number * _MS)) for size in sizes_of(term) if size.key in keys
    )


def next_turn(
    compared: tuple[tuple[str, int], ...], begun_ms: Mapping[str, int | None], now_ms: int
) -> int | None:
    """Return the first moment after `now_ms` at which the answer may be another; None: never.

    Args:
        compared: What `time_keys` gave.
        begun_ms: Since when each of these fields grows; None: it stands still. All times are
            Unix milliseconds.
        now_ms: Up to when the answer is known.
    """
    # A comparison turns where its time is reached, and where it is passed.
    turns = (
        begun + length + past
        for key, length in compared
        if (begun := begun_ms.get(key)) is not None
        for past in (0, 1)
    )
    return min((turn for turn in turns if turn > now_ms), default=None)
