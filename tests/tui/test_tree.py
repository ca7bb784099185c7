from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks._made_up import day
from console.actions.target import Target
from console.clock import SystemClock
from console.floor.store import Store
from console.floor.views import Changes
from console.journal.record import NewRecord, Record
from console.tui.source import FloorSource
from console.tui.tree import CallTree, row_of, target_of
from tests.tui.scene import Scene, busy_floor, stamp

LEG = "63f61863-4a51-4f6b-86e1-46edebcf9{:03d}".format
ROOM = "CON-{0}f5a2b10-0000-4000-8000-00000000000{0}".format


def tree_of(scene: Scene) -> CallTree:
    tree = CallTree(FloorSource(scene.store.floor, scene.clock))
    tree.rows()
    return tree


def noted(scene: Scene, tree: CallTree) -> list[bool]:
    moves: list[bool] = []
    scene.store.subscribe(lambda changes: moves.append(tree.moved_by(changes)))
    return moves


def test_live_conversations_come_first_the_oldest_above_then_those_that_are_over() -> None:
    rows = tree_of(busy_floor()).rows()
    assert [row for row in rows if row[0] == "c"] == ["c:" + ROOM(n) for n in (1, 2, 4, 3)]
    assert rows[1:4] == ["l:" + LEG(n) for n in (1, 2, 3)]


def test_targets_and_rows_are_each_others_names() -> None:
    for target in (Target.leg("a:b"), Target.conversation("CON-1")):
        assert target_of(row_of(target)) == target
    assert target_of("c:") is None
    assert target_of(None) is None


def test_only_what_moves_rows_asks_for_a_new_order() -> None:
    scene = busy_floor()
    tree = tree_of(scene)
    moves = noted(scene, tree)
    scene.asked("a8", "leg.mute", leg=LEG(1), want="mute")
    scene.status(LEG(6), ROOM(4), "answered", from_="442079460123")
    assert moves == [False, False]
    scene.status(LEG(6), ROOM(4), "completed", from_="442079460123")
    assert moves[-1], "its conversation is over"
    tree.rows()
    scene.up("new", "CON-new")
    assert moves[-3], "a conversation came"


def test_a_transfer_moves_the_leg_to_its_new_conversation() -> None:
    scene = busy_floor()
    tree = tree_of(scene)
    moves = noted(scene, tree)
    scene.webhook(
        {
            "type": "transfer",
            "uuid": LEG(4),
            "conversation_uuid_from": ROOM(2),
            "conversation_uuid_to": ROOM(1),
            "timestamp": stamp(scene.clock.now_ns()),
        }
    )
    assert moves[-1]
    rows = tree.rows()
    assert rows.index("l:" + LEG(4)) < rows.index("c:" + ROOM(4))
    assert "c:" + ROOM(2) not in rows


def test_a_filter_keeps_what_passes_with_its_conversation() -> None:
    scene = busy_floor()
    tree = tree_of(scene)
    tree.filter(lambda leg: leg.status == "ringing")
    assert list(tree.rows()) == ["c:" + ROOM(4), "l:" + LEG(6)]
    assert tree.shown_legs == 1
    assert tree.moved_by(Changes(legs=frozenset({LEG(6)}))) is False
    scene.status(LEG(6), ROOM(4), "answered", from_="442079460123")
    assert tree.moved_by(Changes(legs=frozenset({LEG(6)})))
    assert list(tree.rows()) == []


def _by_room(rows: Sequence[str]) -> dict[str, list[str]]:
    """Return the legs of each conversation in their order; that of conversations stays calm."""
    rooms: dict[str, list[str]] = {}
    room = ""
    for row in rows:
        room = row if row[0] == "c" else room
        rooms.setdefault(room, []).append(row)
    return rooms


def test_live_legs_stand_above_those_that_are_over_the_last_end_first() -> None:
    scene = Scene()
    tree = tree_of(scene)
    moves = noted(scene, tree)
    for leg in range(1, 6):
        scene.status(LEG(leg), ROOM(1), "answered")
    for leg in (2, 1, 4):
        scene.clock.tick(1)
        tree.rows()
        scene.status(LEG(leg), ROOM(1), "completed")
        assert moves[-1]
    wanted = ["c:" + ROOM(1), *("l:" + LEG(n) for n in (3, 5, 4, 1, 2))]
    assert list(tree.rows()) == wanted
    assert tree.last_of == {ROOM(1): LEG(2)}
    tree.sort(lambda room: room.name, lambda values: range(len(values)))
    assert list(tree.rows()) == wanted
    scene.status(LEG(6), ROOM(1), "answered")
    assert tree.rows().index("l:" + LEG(6)) == 3


@given(
    st.lists(
        st.tuples(
            st.integers(0, 5), st.integers(0, 2), st.sampled_from(["ringing", "answered", "busy"])
        ),
        max_size=25,
    ),
    st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_rows_kept_up_with_each_change_are_those_made_anew(
    told: list[tuple[int, int, str]], filtered: bool
) -> None:
    scene = Scene()
    tree = tree_of(scene)
    if filtered:
        tree.filter(lambda leg: leg.status == "answered")
    noted(scene, tree)
    for leg, room, status in told:
        scene.clock.tick(1)
        scene.status(LEG(leg), ROOM(room), status)
        afresh = CallTree(FloorSource(scene.store.floor, scene.clock))
        if filtered:
            afresh.filter(lambda leg: leg.status == "answered")
        assert _by_room(tree.rows()) == _by_room(afresh.rows())
        assert tree.last_of == afresh.last_of
        assert tree.shown_legs == afresh.shown_legs


def test_what_a_filter_knows_of_a_leg_goes_with_it() -> None:
    store = Store(lines=10)
    tree = CallTree(FloorSource(store.floor, SystemClock()))
    tree.filter(lambda leg: leg.live, lambda leg: (leg.since_ms or 0) + 86_400_000)
    records = [
        Record(seq=seq, session="s", **{name: getattr(new, name) for name in fields})
        for fields in [NewRecord.__struct_fields__]
        for seq, new in enumerate(day(2_500, calls_per_second=0.1), 1)
    ]
    known = set[str]()
    for at in range(0, len(records), 50):
        changes = store.apply_all(records[at : at + 50])
        known |= changes.legs
        tree.moved_by(changes)
        tree.rows()
    gone = sorted(uuid for uuid in known if store.floor.leg(uuid) is None)
    assert len(gone) > 20
    held = {*tree._passing, *tree._due._at}
    assert held.isdisjoint(gone)
