"""What the details say of a leg."""

from console.tui.facts import leg_facts
from tests.tui.scene import Scene, stamp


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


def keys_of(scene: Scene) -> list[str]:
    leg = scene.store.floor.leg("leg-1")
    assert leg is not None
    facts = leg_facts(leg, (), (), scene.clock.now_ns() // 1_000_000)
    return [fact.text for fact in facts if fact.label in ("each key", "keys ←")]


def test_keys_that_come_one_by_one_and_where_they_go() -> None:
    scene = Scene()
    scene.up("leg-1", "CON-1")
    assert keys_of(scene) == []
    ours = "http://127.0.0.1:4000/webhooks/input?sub=a1"
    path = "/v1/calls/leg-1/input/dtmf"
    scene.exchange("a1", "PUT", path, 200, leg="leg-1", body={"event_url": [ours]})
    assert keys_of(scene) == ["comes here  accepted ✓"]
    for digit in "47#":
        scene.clock.tick(1)
        scene.webhook(
            {
                "uuid": "leg-1",
                "dtmf": {"digits": digit, "timed_out": False},
                "timestamp": stamp(scene.clock.now_ns()),
            },
            query="sub=a1",
        )
    assert keys_of(scene) == ["comes here  proven ✓✓", "47#"]
    theirs = "https://app.example.com/\x1b[2Jkeys"
    scene.exchange("a2", "PUT", path, 200, leg="leg-1", body={"event_url": [theirs]})
    assert keys_of(scene)[0] == r"goes to https://app.example.com/\x1b[2Jkeys  accepted ✓"
    scene.exchange("a3", "DELETE", path, 200, leg="leg-1")
    assert keys_of(scene)[0] == "is not posted  accepted ✓"
    assert any(line.what == "input 7" for line in scene.store.log)
