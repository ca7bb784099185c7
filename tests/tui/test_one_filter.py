"""The calls on the screen and `voice-console calls --where` have one filter, also in time."""

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from console.cli.calls import passing
from console.floor.leg_fields import LegFilter
from console.floor.views import Conversation, Leg
from console.journal.filter import LEG_KEYS, parse_filter
from console.tui.source import FloorSource
from console.tui.tree import CallTree
from tests.journal.filters import FILTERS
from tests.tui.scene import Scene, busy_floor
from tests.tui.screen import shown
from tests.tui.standing_desk import StandingDesk
from tests.tui.test_notes import LEG

SCENE = busy_floor()


def leg_filter(text: str) -> LegFilter:
    return LegFilter(parse_filter(text, LEG_KEYS), SCENE.store.floor.attempts_of)


def by_shell(scene: Scene, text: str) -> set[str]:
    wanted = parse_filter(text, LEG_KEYS)
    now_ms = scene.clock.now_ns() // 1_000_000
    found = passing(scene.store.floor, wanted, now_ms)
    return {leg.uuid for _, legs in found for leg in legs}


@settings(max_examples=80, deadline=None)
@given(FILTERS, st.lists(st.integers(1, 90_000), max_size=6))
def test_the_tree_shows_what_the_shell_shows_at_every_moment(text: str, waits: list[int]) -> None:
    source = FloorSource(SCENE.store.floor, SCENE.clock)
    begun = SCENE.clock.now_ns() // 1_000_000
    now_ms = begun
    legs, tree = leg_filter(text), CallTree(source)

    def passes(leg: Leg) -> bool:
        room = source.conversation(leg.conversation or "")
        return legs.passes(leg, room.name if room else None, now_ms)

    tree.filter(passes, (lambda leg: legs.turns(leg, now_ms)) if legs.by_time else None)
    rows = tree.rows()
    for wait in [0, *waits]:
        now_ms += wait
        if tree.moved_by_time(now_ms):
            rows = tree.rows()
        found = passing(SCENE.store.floor, legs.wanted, now_ms)
        assert {row[2:] for row in rows if row[0] == "l"} == {
            leg.uuid for _, legs in found for leg in legs
        }


async def test_the_view_filters_as_the_shell_does_and_rows_drop_out_by_the_clock() -> None:
    async with shown(size=(120, 40)) as seen:
        typed, calls = seen.screen.typed, seen.screen.calls

        def on_screen() -> set[str]:
            return {key[2:] for key in calls.keys if key[0] == "l"}

        for text in (
            *("status:ringing", "live:no", "dur>30", "age<2m", "price>0", "earmuffed:yes | busy"),
            *("name:support* !direction:inbound", "endpoint:phone", "@nothing", "waiting:yes"),
        ):
            if typed.apply_filter(text):
                assert on_screen() == by_shell(seen.scene, text), text
        assert typed.apply_filter("age<2m live:yes")
        before = on_screen()
        assert before
        for _ in range(4):
            seen.scene.clock.tick(40)
            seen.screen.tick()
            await seen.settle()
            assert on_screen() == by_shell(seen.scene, "age<2m live:yes")
        assert not on_screen()
        assert "No call passes the filter." in seen.text


async def test_a_note_is_found_where_it_is_written() -> None:
    scene = busy_floor()
    first, second = LEG(1), LEG(2)
    scene.asked("n1", "note", leg=first, text="asks for a refund")
    scene.asked("n2", "bookmark", leg=second)
    async with shown(StandingDesk(scene), size=(120, 40)) as seen:
        typed, calls = seen.screen.typed, seen.screen.calls
        for text, found in (
            ("note:refund", {first}),
            ("note:asks*", {first}),
            ("noted:yes", {first, second}),
            ("noted:yes !note:refund", {second}),
        ):
            assert typed.apply_filter(text), text
            assert {key[2:] for key in calls.keys if key[0] == "l"} == found, text
            assert by_shell(scene, text) == found, text
        scene.asked("n3", "note", leg=second, text="refund, too")
        assert typed.apply_filter("note:refund")
        await seen.wait_for(lambda: "2 of " in seen.text)
        await seen.press("escape", "/", *"note:", "tab")
        await seen.wait_for(lambda: "asks for a refund" in seen.text)
        await seen.press("escape")
        events = seen.screen.filterings[1]
        assert typed.apply_filter("note:refund", events)
        assert typed.words() == ["events / note:refund · 2 lines"]
        assert typed.apply_filter("noted:yes", events)
        assert typed.words() == ["events / noted:yes · 3 lines"]


def test_only_what_is_due_is_looked_at() -> None:
    leg = next(iter(SCENE.store.floor.tree(live=True))).legs[0]
    legs = {str(n): replace(leg, uuid=str(n), since_ms=n * 1_000) for n in range(10_000)}

    room = SCENE.store.floor.conversation(leg.conversation or "")
    assert room is not None
    whole = replace(room, legs=tuple(legs))

    class Many(FloorSource):
        def leg(self, uuid: str) -> Leg | None:
            return legs[uuid]

        def conversation(self, uuid: str) -> Conversation:
            return whole

        def conversations(self) -> list[Conversation]:
            return [whole]

    now_ms = looked = 0
    wanted = leg_filter("age<2h")

    def passes(leg: Leg) -> bool:
        nonlocal looked
        looked += 1
        return wanted.passes(leg, "", now_ms)

    tree = CallTree(Many(SCENE.store.floor, SCENE.clock))
    tree.filter(passes, lambda leg: wanted.turns(leg, now_ms))
    assert len(tree.rows()) == 10_001
    looked = 0
    for now_ms in range(7_190_000, 7_200_000, 500):
        assert not tree.moved_by_time(now_ms)
    assert looked == 0
    now_ms = 7_202_000
    assert tree.moved_by_time(now_ms)
    assert looked <= 6
    assert len(tree.rows()) == 10_001 - 3
