"""What is raised, what ends, and that nothing flaps; the time is given, never asked for."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from console.floor.alert_rules import On, Rule, rule_of
from console.floor.alerts import MOST, REST_MS, Alerts
from console.floor.due import Due
from console.floor.fold import Floor
from console.floor.store import Store
from console.floor.views import Changes, Leg
from console.journal.record import Kind, NewRecord
from tests.tui.scene import Scene

LEG, ROOM = "leg-1", "CON-1"


def watch(scene: Scene, *rules: Rule) -> tuple[Alerts, list[str]]:
    alerts = Alerts(rules, scene.store.floor)
    said: list[str] = []

    def note(changes: Changes) -> None:
        now_ms = scene.clock.now_ns() // 1_000_000
        tell(alerts.note(changes, now_ms))
        tell(alerts.saw(scene.records[-1], now_ms) if scene.records else [])

    def tell(facts: list) -> None:  # type: ignore[type-arg]
        said.extend(
            f"{'+' if each.raised else '-'}{each.alert.rule.name} {each.alert.subject}"
            for each in facts
        )

    scene.store.subscribe(note)
    tell(alerts.begin(scene.clock.now_ns() // 1_000_000))
    alerts.tell = tell  # type: ignore[attr-defined]
    return alerts, said


def passes(scene: Scene, alerts: Alerts, seconds: float) -> None:
    for _ in range(round(seconds * 2)):
        scene.clock.tick(0.5)
        alerts.tell(alerts.tick(scene.clock.now_ns() // 1_000_000))  # type: ignore[attr-defined]


def test_a_leg_raises_once_by_the_clock_and_ends_once() -> None:
    scene = Scene()
    alerts, said = watch(scene, rule_of("long", "status:answered dur>30", On.LEGS, bell=True))
    scene.up(LEG, ROOM)
    passes(scene, alerts, 29)
    assert said == []
    passes(scene, alerts, 3)
    assert said == ["+long leg-1"]
    (alert,) = alerts.raised
    assert (alert.leg, alert.conversation, alert.what) == (LEG, ROOM, "447700900001")
    passes(scene, alerts, 100)
    scene.status(LEG, ROOM, "completed")
    assert len(said) == 1, "it has to stay away for a while"
    passes(scene, alerts, REST_MS / 1000)
    assert said == ["+long leg-1", "-long leg-1"]
    assert alerts.raised == ()
    passes(scene, alerts, 60)
    assert len(said) == 2


def test_it_has_to_stay_so_as_long_as_is_said_without_a_break() -> None:
    scene = Scene()
    rule = rule_of("wait", "waiting:yes", On.LEGS, for_ms=20_000)
    alerts, said = watch(scene, rule)
    scene.status(LEG, ROOM, "ringing")
    passes(scene, alerts, 15)
    scene.status(LEG, ROOM, "answered")
    passes(scene, alerts, 30)
    assert said == []
    scene.status("leg-2", ROOM, "ringing")
    passes(scene, alerts, 19.5)
    assert said == []
    passes(scene, alerts, 0.5)
    assert said == ["+wait leg-2"]
    assert alerts.raised[0].since_ms + 20_000 == alerts.raised[0].raised_ms


def test_what_comes_and_goes_is_one_alert() -> None:
    scene = Scene()
    alerts, said = watch(scene, rule_of("muted", "muted:yes", On.LEGS))
    scene.up(LEG, ROOM)
    for turn in range(6):
        scene.read_back("", LEG, ROOM, muted=turn % 2 == 0)
        passes(scene, alerts, 2)
    assert said == ["+muted leg-1"]
    passes(scene, alerts, 5)
    assert said[-1] == "-muted leg-1"


def test_conversations_and_webhooks_raise_too() -> None:
    scene = Scene()
    alerts, said = watch(
        scene,
        rule_of("queue", "waiting>1", On.CONVERSATIONS),
        rule_of("bad", "verdict:signed status:busy,failed", On.WEBHOOKS),
        rule_of("fresh", "status:failed age<10s", On.WEBHOOKS),
    )
    scene.status("a", ROOM, "ringing")
    scene.status("b", ROOM, "ringing", direction="outbound")
    assert said == ["+queue CON-1"]
    scene.status("b", ROOM, "busy", direction="outbound")
    scene.status("b", ROOM, "busy", direction="outbound")
    assert said == ["+queue CON-1", "+bad b"]
    passes(scene, alerts, 60)
    assert said[2:] == ["-queue CON-1"], "a webhook stays raised until it is acknowledged"
    assert alerts.acknowledge() == 1
    assert alerts.raised == ()
    scene.status("a", ROOM, "failed")
    assert said[3:] == ["+bad a", "+fresh a"]
    passes(scene, alerts, 16)
    assert said[5:] == ["-fresh a"]
    for number in range(MOST + 5):
        scene.status(f"leg {number}", f"room {number}", "busy")
    assert len(alerts.raised) <= MOST


def test_a_webhook_raises_by_our_reply() -> None:
    scene = Scene()
    _, said = watch(
        scene,
        rule_of("broken", "answer>=500", On.WEBHOOKS),
        rule_of("slow", "elapsed>1000 kind:webhook.answer", On.WEBHOOKS),
    )

    def came(kind: Kind, **more: Any) -> None:
        clock = scene.clock
        at, mono = clock.now_ns(), clock.monotonic_ns()
        scene.add(NewRecord(kind=kind, at=at, mono=mono, exchange="x1", leg=LEG, **more))

    came(Kind.ANSWER, raw=b"{}", meta={"method": "POST"})
    scene.clock.tick(1.5)
    assert said == []
    came(Kind.REPLY, meta={"status": 502})
    assert said == ["+broken leg-1", "+slow leg-1"]
    came(Kind.REPLY, meta={"status": 502})
    assert len(said) == 2


def test_what_is_acknowledged_stays_so_and_ends() -> None:
    scene = Scene()
    scene.up(LEG, ROOM)
    alerts, said = watch(scene, rule_of("up", "status:answered", On.LEGS))
    assert said == ["+up leg-1"]
    assert alerts.acknowledge() == 1
    assert alerts.acknowledge() == 0
    passes(scene, alerts, 20)
    assert alerts.raised[0].acknowledged
    scene.status(LEG, ROOM, "completed")
    passes(scene, alerts, 6)
    assert said == ["+up leg-1", "-up leg-1"]


def test_what_the_floor_lets_go_of_ends() -> None:
    class Forgets(Floor):
        gone = False

        def leg(self, uuid: str) -> Leg | None:
            return None if self.gone else super().leg(uuid)

    scene = Scene()
    scene.store = Store(floor := Forgets())
    scene.status(LEG, ROOM, "busy")
    alerts, said = watch(scene, rule_of("busy", "status:busy", On.LEGS))
    now_ms = scene.clock.now_ns() // 1_000_000
    assert alerts.sweep(now_ms) == []
    floor.gone = True
    assert alerts.sweep(now_ms) == []
    (fact,) = alerts.sweep(now_ms + REST_MS)
    assert not fact.raised
    assert said == ["+busy leg-1"]


def test_other_rules_go_on_with_what_is_raised() -> None:
    scene = Scene()
    same = rule_of("bad", "status:busy", On.WEBHOOKS)
    before, _ = watch(scene, rule_of("gone", "live:yes", On.LEGS), same)
    scene.status(LEG, ROOM, "busy")
    assert {each.rule.name for each in before.raised} == {"bad"}
    again = rule_of("bad", "status:busy", On.WEBHOOKS)
    after = Alerts([rule_of("new", "live:yes", On.LEGS), again], scene.store.floor)
    now_ms = scene.clock.now_ns() // 1_000_000
    after.take_over(before, now_ms)
    assert [each.rule.name for each in after.raised] == ["bad"]
    assert after.begin(now_ms) == []
    assert after.tick(now_ms) == []
    assert after.acknowledge() == 1


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.booleans(), st.integers(0, 9_000)),
        max_size=30,
    ),
    st.sampled_from([0, 3_000]),
)
def test_raised_and_ended_take_turns(steps: list[tuple[bool, int]], for_ms: int) -> None:
    scene = Scene()
    alerts, said = watch(scene, rule_of("muted", "muted:yes", On.LEGS, for_ms=for_ms))
    scene.up(LEG, ROOM)
    for muted, wait in steps:
        scene.read_back("", LEG, ROOM, muted=muted)
        passes(scene, alerts, wait / 1000)
    assert said == ["+muted leg-1", "-muted leg-1"] * (len(said) // 2) + said[len(said) // 2 * 2 :]
    assert [each for each in said[::2] if each[0] == "-"] == []


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 4), st.none() | st.integers(0, 50)), max_size=200))
def test_what_is_due_comes_once_and_in_order(steps: list[tuple[int, int | None]]) -> None:
    due: Due[int] = Due()
    wanted: dict[int, int] = {}
    for key, at_ms in steps:
        due.set(key, at_ms)
        wanted.pop(key, None)
        if at_ms is not None:
            wanted[key] = at_ms
    found = list(due.pop(25))
    assert sorted(found) == sorted((at, key) for key, at in wanted.items() if at <= 25)
    assert [at for at, _ in found] == sorted(at for at, _ in found)
    assert len(due) == sum(at > 25 for at in wanted.values())
