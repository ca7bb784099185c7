import asyncio

from console.desk.feeding import SLICE, feed
from console.floor.store import Store
from tests.tui.scene import Scene, busy_floor


async def test_a_batch_reaches_the_floor_whole_and_lets_others_run_between_its_slices() -> None:
    records = busy_floor().records
    while len(records) <= 3 * SLICE:
        records = [*records, *records]
    store, turns = Store(), 0
    feeding = asyncio.ensure_future(feed(store, records))
    while not feeding.done():
        turns += 1
        await asyncio.sleep(0)
    assert turns > len(records) // SLICE
    whole = Scene().store
    whole.apply_all(records)
    assert store.floor.tree(live=False) == whole.floor.tree(live=False)
    assert store.snapshot() == whole.snapshot()


async def test_an_empty_batch_is_nothing() -> None:
    store = Store()
    await feed(store, ())
    assert store.last_seq == 0
