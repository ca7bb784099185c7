"""What the details say of a leg."""

from console.tui.facts import leg_facts
from tests.tui.scene import Scene


def test_what_cost_nothing_is_told_in_figures_a_person_reads() -> None:
    scene = Scene()
    scene.status(
        "leg-1",
        "CON-1",
        "completed",
        direction="outbound",
        duration="0",
        rate="0.00000000",
        price="0.00000000",
    )
    leg = scene.store.floor.leg("leg-1")
    assert leg is not None
    (billed,) = [
        fact.text
        for fact in leg_facts(leg, (), (), scene.clock.now_ns() // 1_000_000)
        if fact.label == "billed"
    ]
    assert billed == "0 s  0.00000000 EUR  at 0.00000000 a minute"
