"""The view of recordings on a real sandbox: made, fetched, proven, known again; and what failed."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from console.actions.outcome import Stage
from console.actions.target import Target
from console.desk import Desk, open_desk
from console.floor.recorded import DAY_MS, Fetched, RecordingBook, Tape
from console.floor.views import Recording
from console.journal.sqlite import open_read_only
from console.tui.app import ConsoleApp
from console.tui.recording_facts import state_words, tape_facts
from console.tui.screens.recordings import RecordingsScreen
from console.voice.transcription import Sentence
from tests.actions.test_real_sandbox import Shift
from tests.real_sandbox import RealSandbox, real_sandbox
from tests.tui.screen import Shown, shown

RECORDED = [
    {"action": "record", "endOnSilence": 3, "transcription": {"language": "en-US"}},
    {"action": "talk", "text": "Thank you for calling, this is recorded."},
]


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealSandbox]:
    with real_sandbox(tmp_path_factory.mktemp("sandbox")) as started:
        yield started


@asynccontextmanager
async def on(desk: Any, size: tuple[int, int]) -> AsyncIterator[Shown]:
    """The app on a real desk."""
    app = ConsoleApp(desk)
    async with app.run_test(size=size) as pilot:
        yield Shown(app, desk, pilot)
    if app.failure is not None:
        raise app.failure


async def pressed_w(seen: Shown) -> None:
    """Fetch, once the row under the cursor stays what it is."""
    page = seen.app.screen
    assert isinstance(page, RecordingsScreen)
    await seen.wait_for(lambda: not page.guard.refuses)
    await seen.press("w")


async def book_of(path: Path) -> tuple[Tape, ...]:
    book, journal = RecordingBook(), open_read_only(path)
    try:
        async for record in journal.read():
            book.take(record)
    finally:
        await journal.close()
    return book.tapes(0)


async def recorded(desk: Desk) -> None:
    shift = Shift(desk)
    leg = await shift.answered(json.dumps(RECORDED))
    await shift.until(lambda: shift.leg(leg).playing is None)
    await desk.performer.perform("leg.hangup", Target.leg(leg))
    await shift.until(lambda: any(each.transcription_url for each in desk.store.floor.recordings()))


@pytest.mark.slow
async def test_a_recording_is_fetched_and_known_again_after_a_restart(
    there: RealSandbox, tmp_path: Path
) -> None:
    path = tmp_path / "j.sqlite"
    async with open_desk(there.context(), journal_path=path) as desk:
        await recorded(desk)
        async with on(desk, (140, 42)) as seen:
            await seen.press("7")
            await seen.wait_for(lambda: "30 days left" in seen.text)
            assert "not known until it is fetched" in seen.text
            await pressed_w(seen)
            await seen.wait_for(lambda: "fetched ✓" in seen.text and "text ✓" in seen.text)
            await seen.wait_for(lambda: "proven ✓✓" in seen.text)
            assert "mp3" in seen.text
            await seen.press("w")
            assert "it is fetched already" in seen.text
            await seen.press("enter")
            await seen.wait_for(lambda: "nothing was understood" in seen.text)
            assert "sha256" in seen.text
            await seen.press("escape", "L")
            assert seen.screen.views.here == "ladder"
    (tape,) = await book_of(path)
    assert tape.file is not None
    assert tape.words is not None
    file = Path(tape.file.file)
    raw = await asyncio.to_thread(file.read_bytes)
    assert hashlib.sha256(raw).hexdigest() == tape.file.sha256
    assert len(raw) == tape.file.size == tape.recording.size
    await asyncio.to_thread(file.unlink)
    async with open_desk(there.context(), journal_path=path) as desk, on(desk, (80, 24)) as seen:
        await seen.press("7")
        await seen.wait_for(lambda: "text ✓" in seen.text)
        await seen.press("enter")
        await seen.wait_for(
            lambda: "fetches it again" in " ".join(seen.text.replace("│", "").split())
        )
        await pressed_w(seen)
        await seen.wait_for(file.is_file)


async def test_what_stands_in_the_way_of_a_fetch_is_said_in_words(
    there: RealSandbox, tmp_path: Path
) -> None:
    path = tmp_path / "j.sqlite"
    async with open_desk(there.context(), journal_path=path) as desk:
        target, base = Target.recording("r1"), there.url
        fetch = desk.performer.perform

        async def why(url: str) -> str:
            outcome = await fetch("recording.fetch", target, {"url": url})
            assert outcome.stage is Stage.FAILED
            return outcome.reason

        gone = f"{base}/v1/files/bbbbbbbb-aaaa-cccc-dddd-0123456789ab"
        assert "expired (30 days after it was made)" in await why(gone)
        assert "not on a host of the platform" in await why("https://evil.example/v1/files/1")
        assert "nothing to fetch" in await why("")
        (tmp_path / "recordings").rmdir()
        (tmp_path / "recordings").write_text("")
        assert "cannot be made" in await why(gone)
        context = replace(there.context(), application_id="00000000-0000-0000-0000-000000000000")
    async with open_desk(context, journal_path=path, point_webhooks=False) as desk:
        (tmp_path / "recordings").unlink()
        outcome = await desk.performer.perform("recording.fetch", target, {"url": gone})
        assert "the token was refused" in outcome.reason


def test_what_was_said_is_told_by_time_and_channel() -> None:
    recording = Recording("r1", "CON-1", "https://api.nexmo.com/v1/files/1", 9, 0, 9_000, 9_000)
    words = Fetched("/r/2", 5, "ab" * 32, "application/json", 1)
    tape = Tape("r1", recording, number="447700900999", words=words)
    said = [Sentence(1, 320, "Hello"), Sentence(2, 61_000, "Hi \x1b[2J")]
    told = {fact.label: fact.text for fact in tape_facts(tape, None, said, 9_000, key="w")}
    assert told["00:00"] == "1: Hello"
    assert told["01:01"].startswith("2: Hi")
    assert "\x1b" not in told["01:01"]
    assert told["state"] == "30 days left"
    assert state_words(tape, 31 * DAY_MS) == ("expired", "refused")
    # 30 until a day is over, also where the platform's clock is before ours.
    for passed_ms, left in (
        (-5_000, "30 days left"),
        (DAY_MS - 1, "30 days left"),
        (DAY_MS, "29 days left"),
        (29 * DAY_MS, "1 day left"),
        (29 * DAY_MS + 1, "23:59:59 left"),
    ):
        assert state_words(tape, 9_000 + passed_ms)[0] == left
    assert state_words(replace(tape, missing=True), 0) == ("no event came", "refused")


@pytest.mark.parametrize("size", [(80, 24), (140, 42)])
async def test_without_recordings_it_says_how_one_comes_about(size: tuple[int, int]) -> None:
    async with shown(size=size) as seen:
        await seen.press("7")
        await seen.wait_for(lambda: "No call was recorded yet" in seen.text)
        assert isinstance(seen.app.screen, RecordingsScreen)
        assert all(len(line) == size[0] for line in seen.lines)
        await seen.press("w", "enter", "L")
        assert "select" in seen.text
        await seen.press("escape")
        assert seen.screen.views.here == "calls"
