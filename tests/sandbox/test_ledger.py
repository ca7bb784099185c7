import asyncio

from console.sandbox.ledger import Ledger


async def value(text: str, gate: asyncio.Event) -> str:
    await gate.wait()
    return text


async def test_results_are_handed_on_in_the_order_of_the_beginnings() -> None:
    ledger = Ledger(ordered=True)
    gates = [asyncio.Event() for _ in range(3)]
    taken: list[str] = []
    tasks = [
        ledger.begin(value(str(number), gate), taken.append, name=str(number))
        for number, gate in enumerate(gates)
    ]
    gates[2].set()
    gates[1].set()
    await asyncio.wait(tasks[1:])
    assert taken == []
    assert len(ledger) == 3
    gates[0].set()
    await ledger.empty()
    assert taken == ["0", "1", "2"]


async def test_without_order_they_come_as_they_come() -> None:
    ledger = Ledger(ordered=False)
    gates = [asyncio.Event() for _ in range(2)]
    taken: list[str] = []
    tasks = [
        ledger.begin(value(str(number), gate), taken.append, name=str(number))
        for number, gate in enumerate(gates)
    ]
    gates[1].set()
    await asyncio.wait(tasks[1:])
    assert taken == ["1"]
    gates[0].set()
    await ledger.empty()
    assert taken == ["1", "0"]


async def test_what_a_result_begins_is_waited_for_as_well() -> None:
    ledger = Ledger(ordered=True)
    gate = asyncio.Event()
    gate.set()
    taken: list[str] = []

    def first(text: str) -> None:
        taken.append(text)
        ledger.begin(value("second", gate), taken.append, name="second")

    ledger.begin(value("first", gate), first, name="first")
    await ledger.empty()
    assert taken == ["first", "second"]


async def test_close_gives_up_what_is_in_flight() -> None:
    ledger = Ledger(ordered=True)
    taken: list[str] = []
    task = ledger.begin(value("never", asyncio.Event()), taken.append, name="never")
    await ledger.close()
    assert task.cancelled()
    assert taken == []
    await ledger.empty()
