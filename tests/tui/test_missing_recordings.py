"""A recording that was asked for and never came, in a leg's details; one that a command fetched."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from console.floor.fold import Floor
from console.floor.recorded import DUE_S
from console.floor.store import Store
from console.journal.record import Kind, NewRecord, Verdict
from console.journal.sqlite import SqliteJournal
from console.tui.recording_source import RecordingSource
from tests.fake_clock import FakeClock
from tests.tui.scene import Scene
from tests.tui.screen import shown
from tests.tui.standing_desk import StandingDesk

LEG = "63f61863-4a51-4f6b-86e1-46edebcf9001"
URL = "https://api.nexmo.com/v1/files/r-1"
EVENT = (
    b'{"recording_uuid":"r-1","recording_url":"%s","conversation_uuid":"CON-1","size":5}'
    % URL.encode()
)


async def test_the_details_say_that_a_recording_is_due_and_then_that_it_is_missing() -> None:
    scene = Scene()
    scene.exchange(
        "a1",
        "POST",
        "/v1/calls",
        201,
        leg=LEG,
        body={"to": [{"type": "phone", "number": "447700900001"}], "ncco": [{"action": "record"}]},
    )
    scene.up(LEG, "CON-1", direction="outbound")
    scene.status(LEG, "CON-1", "completed", direction="outbound")
    async with shown(StandingDesk(scene)) as seen:
        await seen.wait_for(lambda: "asked for; its event" in seen.text)
        scene.clock.tick(DUE_S + 1)
        seen.screen.redraw()
        await seen.wait_for(lambda: "missing: asked for" in seen.text)


async def test_what_a_command_fetches_is_known_to_the_open_console(tmp_path: Path) -> None:
    clock = FakeClock()
    own = SqliteJournal.open(tmp_path / "x.journal", clock=clock, context="x", version="1")
    path = tmp_path / "x.commands.journal"
    store = Store(Floor())
    news = asyncio.Event()
    source = RecordingSource(store, own, clock, came=news.set, elsewhere=path)

    def record(kind: Kind, raw: bytes = b"", more: Mapping[str, object] = {}) -> NewRecord:
        status = "record" if kind is Kind.RECORDING else None
        return NewRecord(
            kind=kind,
            at=clock.now_ns(),
            mono=1,
            status=status,
            verdict=Verdict.SIGNED if status else Verdict.OWN,
            conversation="CON-1" if status else None,
            raw=raw,
            meta={"method": "POST", **more},
        )

    async def changed() -> None:
        async with asyncio.timeout(10):
            await news.wait()
        news.clear()

    store.apply_all(await own.append(record(Kind.RECORDING, EVENT)))
    source.changed()
    await changed()
    tape = source.tape("r-1")
    assert tape is not None
    assert tape.file is None
    commands = SqliteJournal.open(path, clock=clock, context="x", version="1")
    fetched = {"url": URL, "status": 200, "file": "/x/r-1.mp3", "size": 5, "sha256": "0f"}
    await commands.append(record(Kind.REST_RESPONSE, more=fetched))
    source.look_elsewhere()
    await changed()
    tape = source.tape("r-1")
    assert tape is not None
    assert tape.file is not None
    assert tape.file.file == "/x/r-1.mp3"
    source.look_elsewhere()
    assert not news.is_set(), "nothing is new"
    await commands.close()
    await own.close()
