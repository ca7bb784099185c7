"""What dialogs that were closed leave behind is taken away while nobody types."""

import asyncio
import gc
import weakref
from collections.abc import Iterator

import pytest

from console.cli.collecting import collect_at_rest, collect_rarely
from console.tasks import spawn


class Closed:
    """What holds itself, as a screen and its widgets do."""

    def __init__(self) -> None:
        self.own = self


@pytest.fixture
def left() -> Iterator[weakref.ref[Closed]]:
    gc.disable()
    try:
        yield weakref.ref(Closed())
    finally:
        gc.enable()


async def _looked(left: weakref.ref[Closed], *, closed: int, still_for: float) -> bool:
    """Whether it is gone once it was looked a few times whether it is time."""
    looking = spawn(collect_at_rest(lambda: closed, lambda: still_for, look_s=0), name="collect")
    for _ in range(20):
        await asyncio.sleep(0)
    looking.cancel()
    return left() is None


async def test_it_is_taken_away_while_nobody_types(left: weakref.ref[Closed]) -> None:
    assert await _looked(left, closed=20, still_for=2.5)


async def test_it_waits_while_somebody_types(left: weakref.ref[Closed]) -> None:
    assert not await _looked(left, closed=500, still_for=1.5)


async def test_it_waits_until_there_is_enough(left: weakref.ref[Closed]) -> None:
    assert not await _looked(left, closed=19, still_for=60)


def test_everything_is_looked_at_less_often() -> None:
    before = gc.get_threshold()
    try:
        gc.set_threshold(700, 10, 10)
        collect_rarely()
        young, middle, old = gc.get_threshold()
        assert young > 700
        assert young * middle <= 100_000, "what is looked at in one go takes 5 ms at most"
        assert old > 10
    finally:
        gc.set_threshold(*before)
