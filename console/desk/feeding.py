"""Records on their way into the floor, a few at a time, so that no key waits for many of them."""

import asyncio
from collections.abc import Sequence
from typing import Final

from console.floor.store import Store
from console.journal.record import Record

SLICE: Final = 16
"""Records of one turn of the loop: with what they change some 1 to 2 ms."""
_REST_S: Final = 0.001
"""Between two slices, so that a key goes all its way meanwhile."""
_MANY: Final = 400
"""Records at once from which on there is no rest: the floor is behind, and has to catch up."""


async def feed(store: Store, records: Sequence[Record]) -> None:
    """Fold records in and derive what they change, in slices."""
    rest = _REST_S if len(records) < _MANY else 0.0
    for start in range(0, len(records), SLICE):
        if start:
            await asyncio.sleep(rest)
        store.apply_all(records[start : start + SLICE])
        # Who draws next finds it done: all at once it would take as long as a frame.
        store.floor.settle()
