"""When the collector of cycles looks: not while the program is loaded, nor while somebody types.

A floor is many small objects without cycles, and to look at all those of 10,000 legs takes
40 ms and more, during which no key is painted. Screens and dialogs that were closed are cycles,
half a megabyte each: without a look at everything a long shift would keep all of them.
"""

import asyncio
import gc
from collections.abc import Callable
from typing import Final

_STILL_S: Final = 2.0
"""Seconds without a key after which one is not likely to come in the next tenth of one."""
_LOOK_S: Final = 10.0
"""Seconds between two looks whether it is time."""
_ENOUGH: Final = 20
"""So many screens and dialogs were closed since everything was looked at."""


def collect_later() -> None:
    """Look at nothing while the program is loaded: all of that stays."""
    gc.disable()


def collect_from_now_on() -> None:
    """Look at what is made from now on, rarely; what was loaded stays for good."""
    gc.freeze()
    gc.enable()
    collect_rarely()


def collect_rarely() -> None:
    """Look at what is young, in portions of 100,000 objects at most, which takes some 5 ms."""
    gc.set_threshold(10_000, 10, 1_000)


async def collect_at_rest(
    closed: Callable[[], int], still_for: Callable[[], float], *, look_s: float = _LOOK_S
) -> None:
    """Look at everything once enough was closed, and nobody types.

    Args:
        closed: Gives how many screens and dialogs were closed so far.
        still_for: Gives the seconds since something was typed.
        look_s: Seconds between two looks whether it is time.
    """
    taken = 0
    while True:
        await asyncio.sleep(look_s)
        if closed() - taken >= _ENOUGH and still_for() >= _STILL_S:
            gc.collect()
            taken = closed()
