"""Records on their way into the floor, a few at a time, so that no key waits for many of them."""

import asyncio
from collections.abc import Sequence
from time import thread_time
from typing import Final

from console.floor.store import Store
from console.journal.record import Record

SLICE: Final = 32
"""Records of one turn of the loop: with what they change some 1 to 2 ms."""
_TURNS: Final = 24
"""Turns of the loop that others get in a row at most."""
_IDLE_S: Final = 80e-6
"""A turn that took less of the processor had nothing to do."""


async def feed(store: Store, records: Sequence[Record]) -> None:
    """Fold records in and derive what they change, in slices.

    Between two slices everything else goes on as far as it can: a key takes a dozen turns of
    the loop to its paint, and is not held up in any of them.
    """
    for start in range(0, len(records), SLICE):
        if start:
            await _let_others()
        store.apply_all(records[start : start + SLICE])
        # Who draws next finds it done: all at once it would take as long as a frame.
        store.floor.settle()


async def _let_others() -> None:
    """Let what else runs in this loop go on until it waits for something."""
    for _ in range(_TURNS):
        began = thread_time()
        await asyncio.sleep(0)
        if thread_time() - began < _IDLE_S:
            return
