"""What proves that somebody listens: the first sound, not the call that is placed for it."""

from typing import Any

from msgspec.structs import replace

from console.floor.views import Attempt, Stage
from console.journal.record import Kind, NewRecord
from tests.tui.scene import Scene

LEG, OURS = "63f61863-4a51-4f6b-86e1-46edebcf9001", "63f61863-4a51-4f6b-86e1-46edebcf9002"
ROOM, OWN = "CON-8f5a2b10-0000-4000-8000-000000000001", "CON-8f5a2b10-0000-4000-8000-000000000002"


def told(scene: Scene, kind: Kind, **meta: Any) -> None:
    scene.add(
        NewRecord(
            kind=kind,
            at=scene.clock.now_ns(),
            mono=scene.clock.monotonic_ns(),
            exchange="a1",
            leg=LEG,
            conversation=ROOM,
            meta={"who": "ana", "by": OURS, **meta},
        )
    )


def attempt(scene: Scene) -> Attempt:
    found = scene.store.floor.attempt("a1")
    assert found is not None
    return found


def asked(scene: Scene) -> None:
    scene.up(LEG, ROOM)
    scene.asked("a1", "leg.listen", leg=LEG, want="listen")
    assert attempt(scene).stage is Stage.ASKED
    answer = {"uuid": OURS, "conversation_uuid": OWN, "status": "started", "direction": "outbound"}
    body = {"to": [{"type": "websocket", "uri": "ws://127.0.0.1:1/media/x"}]}
    scene.exchange("a1", "POST", "/v1/calls", 201, body=body, answer=answer, leg=OURS)


def test_the_first_sound_proves_it_and_no_event_of_our_leg_does() -> None:
    scene = Scene()
    asked(scene)
    assert attempt(scene).stage is Stage.ACCEPTED
    scene.status(OURS, OWN, "answered", direction="outbound")
    assert attempt(scene).stage is Stage.ACCEPTED
    assert attempt(scene).reason == "waits to be proven by the first sound that comes from it"
    told(scene, Kind.LISTENING_BEGAN, name="support", again=False)
    assert attempt(scene).stage is Stage.PROVEN
    before = attempt(scene)
    told(scene, Kind.LISTENING_BEGAN, name="hold", again=True)
    told(scene, Kind.LISTENING_ENDED, seconds=4.2, why="left")
    assert attempt(scene) == before
    assert [line.what for line in scene.store.log][-3:] == [
        "listening: sound comes",
        "listening on: sound comes",
        "listened 4.2 s: left",
    ]


def test_it_does_not_depend_on_the_order() -> None:
    scene = Scene()
    asked(scene)
    told(scene, Kind.LISTENING_BEGAN, name="support", again=False)
    other = Scene()
    other.store.apply_all([replace(one) for one in reversed(scene.records)])
    assert other.store.floor.attempt("a1") == attempt(scene)
