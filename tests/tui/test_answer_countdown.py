"""The time that the platform waits for an answer runs on the screen, and what became of it."""

import json
from typing import Any

import pytest

from console.floor.answers import Answering
from console.journal.record import OWN_APPLICATION, Kind, NewRecord, Verdict
from console.tui import answer_words
from tests.fake_clock import START_NS, FakeClock
from tests.tui.scene import OURS, Scene
from tests.tui.screen import Shown, shown
from tests.tui.standing_desk import StandingDesk

LEG, ROOM, CALLER = "63f61863-4a51-4f6b-86e1-46edebcf9009", "CON-9f5a2b10", "447700900009"
ASKED = {"uuid": LEG, "conversation_uuid": ROOM, "from": CALLER, "to": OURS}


def record(scene: Scene, kind: Kind, exchange: str, raw: bytes, **more: Any) -> None:
    scene.add(
        NewRecord(
            kind=kind,
            at=scene.clock.now_ns(),
            mono=scene.clock.monotonic_ns(),
            exchange=exchange,
            raw=raw,
            **more,
        )
    )


def ask(scene: Scene, exchange: str, kind: Kind = Kind.ANSWER) -> None:
    record(
        scene,
        kind,
        exchange,
        json.dumps(ASKED).encode(),
        leg=LEG,
        conversation=ROOM,
        status=kind.value.partition(".")[2],
        verdict=Verdict.SIGNED,
        meta={"method": "POST", "path": "/webhooks/answer"},
    )


def reply(scene: Scene, exchange: str, kind: Kind = Kind.ANSWER) -> None:
    meta = {"status": 200, "content_type": "application/json", "to": kind.value}
    raw = b'[{"action":"talk","text":"Hello"}]'
    record(scene, Kind.REPLY, exchange, raw, leg=LEG, conversation=ROOM, meta=meta)


def application(scene: Scene, socket_ms: int) -> None:
    hooks = {"answer_url": {"address": "https://a.example", "socket_timeout": socket_ms}}
    body = {"id": "app-1", "capabilities": {"voice": {"webhooks": hooks}}}
    meta = {"method": "GET", "url": "https://api.nexmo.com/v2/applications/app-1", "status": 200}
    raw = json.dumps(body).encode()
    record(scene, Kind.REST_RESPONSE, "x1", raw, status=OWN_APPLICATION, meta=meta)


def scene() -> Scene:
    made = Scene(FakeClock(START_NS))
    made.status(LEG, ROOM, "started", from_=CALLER)
    return made


async def passes(seen: Shown, seconds: float) -> None:
    """Time passes and nobody touches a key: the screen's own look at the clock draws."""
    seen.scene.clock.tick(seconds)
    seen.screen.tick()
    await seen.pilot.pause()


def event_with(seen: Shown, word: str) -> str:
    pane = seen.screen.events
    return next(row for y in range(pane.size.height) if word in (row := pane.render_line(y).text))


@pytest.mark.conforms(
    "5.4", "the screen counts down the time an answer has, and says when it is over"
)
@pytest.mark.parametrize("size", [(80, 24), (140, 42)])
async def test_the_wait_for_an_answer_counts_down(size: tuple[int, int]) -> None:
    made = scene()
    ask(made, "w1")
    async with shown(StandingDesk(made), size=size) as seen:
        wide = size[0] > 100
        assert "answer 4.6 s left" in event_with(seen, "answer"), "0.4 s pass at the start"
        assert "answer 4.6 s left" in seen.row_with(CALLER)
        await passes(seen, 1.5)
        assert "answer 3.1 s left" in event_with(seen, "answer")
        assert "answer 3.1 s left" in seen.row_with(CALLER)
        await passes(seen, 3.0)
        assert "answer 0.1 s left" in event_with(seen, "answer")
        await passes(seen, 0.4)
        line = event_with(seen, "answer")
        assert "✗ answer late 5.3 s" in line
        assert ("the platform asks once more" if wide else "asks again") in line
        assert "answer late 5.3 s" in seen.row_with(CALLER)
        # It asks once more, and this time it is answered.
        ask(seen.scene, "w2")
        await seen.settle()
        assert "answer 5.0 s left" in event_with(seen, "left")
        await passes(seen, 0.084)
        reply(seen.scene, "w2")
        await seen.settle()
        await passes(seen, 60.0)
        assert "answer 84 ms of 5 s" in event_with(seen, "84 ms")
        assert "answer" not in seen.row_with(CALLER)
        assert "✗ answer never came" in event_with(seen, "never")


async def test_a_second_miss_says_what_the_platform_did() -> None:
    made = scene()
    ask(made, "w1")
    made.clock.tick(5)
    ask(made, "w2")
    made.clock.tick(4.9)
    async with shown(StandingDesk(made), size=(160, 42)) as seen:
        assert "hung up or asked the fallback" in event_with(seen, "answer late 5.3 s")
        row = seen.row_with(CALLER)
        assert "answer late 5.3 s: the platform has hung up" in row
        details = " ".join(seen.text.split())
        assert "asked again, late 5.3 s of" in details
        ask(seen.scene, "w3", Kind.FALLBACK)
        await seen.settle()
        assert "the platform has asked the fallback" in event_with(seen, "answer late 5.3 s")
        assert "fallback 5.0 s left" in seen.row_with(CALLER)
        await passes(seen, 1.25)
        reply(seen.scene, "w3", Kind.FALLBACK)
        await seen.settle()
        assert "✗ fallback 1.2 s of 5 s" in event_with(seen, "fallback 1")


async def test_the_limit_is_the_applications_own() -> None:
    made = scene()
    application(made, 1_500)
    ask(made, "w1")
    async with shown(StandingDesk(made)) as seen:
        assert "answer 1.1 s left" in seen.row_with(CALLER)
        await passes(seen, 1.2)
        assert "answer late 1.6 s" in seen.row_with(CALLER)


async def test_a_view_that_is_held_counts_no_further() -> None:
    made = scene()
    ask(made, "w1")
    async with shown(StandingDesk(made)) as seen:
        await seen.press("p")
        await passes(seen, 3.0)
        assert "answer 4.6 s left" in event_with(seen, "answer")
        await seen.press("p")
        assert "answer 1.6 s left" in event_with(seen, "answer")


def wait(took: int | None, *, nth: int = 1, fallback: bool = False) -> Answering:
    return Answering(
        exchange="w",
        fallback=fallback,
        nth=nth,
        asked_ms=0,
        replied_ms=took,
        limit_ms=5_000,
    )


@pytest.mark.parametrize(
    ("answer", "now_ms", "said", "meaning"),
    [
        (wait(84), 9_000, "84 ms of 5 s", ""),
        (wait(4_200), 9_000, "4.2 s of 5 s", "asked"),
        (wait(None), 1_000, "4.0 s left of 5 s", "asked"),
        (wait(None), 4_000, "1.0 s left of 5 s", "refused"),
        (wait(None, nth=2), 1_000, "asked again, 4.0 s left of 5 s", "asked"),
        (wait(5_300), 9_000, "late 5.3 s of 5 s: the platform asks once more", "refused"),
        (
            wait(5_300, nth=2),
            9_000,
            "asked again, late 5.3 s of 5 s: the platform has hung up or asked the fallback",
            "refused",
        ),
        (
            wait(None, nth=2, fallback=True),
            99_000,
            "asked again, never came: the platform has hung up or goes on without it",
            "refused",
        ),
    ],
)
def test_what_the_details_say(answer: Answering, now_ms: int, said: str, meaning: str) -> None:
    assert answer_words.whole(answer, now_ms) == (said, meaning)


@pytest.mark.parametrize(
    ("ms", "said"), [(0, "<1 ms"), (1, "1 ms"), (999, "999 ms"), (1_000, "1 s"), (1_250, "1.2 s")]
)
def test_short_times(ms: int, said: str) -> None:
    assert answer_words.length(ms) == said
