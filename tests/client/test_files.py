"""A recording is fetched whole, privately, once, and from nobody but the platform."""

import asyncio
import errno
import hashlib
import os
import stat
import threading
from pathlib import Path

import pytest

from console.client.errors import VoiceApiError, VoiceUnreachable, VoiceUnsafeError
from console.journal.record import Kind
from console.journal.sqlite import SqliteJournal
from console.voice.errors import problem_json
from tests.client.conftest import MakeClient
from tests.client.platform import Reply, Seen, platform
from tests.fake_clock import FakeClock

NAME = "0c1d2e3f-0000-4000-8000-aabbccddeeff"
SOUND = bytes(range(256)) * 1000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "recordings"
    made.mkdir(mode=0o700)
    return made


def _sound(_: Seen) -> Reply:
    return Reply(200, raw=SOUND, headers={"content-type": "audio/mpeg"})


def _inside(folder: Path) -> list[Path]:
    return list(folder.iterdir())


@pytest.mark.conforms("2.4", "recording URLs are used as given")
@pytest.mark.conforms("3.13", "a file is fetched with the Voice token")
async def test_a_file_is_fetched_and_kept_private(
    folder: Path, make_client: MakeClient, journal: SqliteJournal
) -> None:
    async with platform(_sound) as there:
        url = f"{there.url}/v1/files/{NAME}?x=1"
        done = await make_client(there.url).download(url, folder, NAME, cause="a1")
        (seen,) = there.seen
    assert seen.target == f"/v1/files/{NAME}?x=1"
    assert seen.headers["authorization"].startswith("Bearer ")
    assert done.path == folder / NAME
    assert done.path.read_bytes() == SOUND
    assert stat.S_IMODE(done.path.stat().st_mode) == 0o600
    digest = hashlib.sha256(SOUND).hexdigest()
    assert (done.size, done.content_type, done.sha256) == (len(SOUND), "audio/mpeg", digest)
    _, asked, answered = [record async for record in journal.read()]
    assert (asked.meta["url"], asked.meta["cause"]) == (url, "a1")
    assert (answered.meta["size"], answered.meta["sha256"]) == (len(SOUND), digest)
    assert answered.raw == b"", "the sound itself stays out of the journal"


async def test_a_file_that_is_there_is_not_replaced(folder: Path, make_client: MakeClient) -> None:
    (folder / NAME).write_bytes(b"mine")
    async with platform(_sound) as there:
        with pytest.raises(VoiceUnsafeError, match="exists already"):
            await make_client(there.url).download(f"{there.url}/f", folder, NAME)
    assert (folder / NAME).read_bytes() == b"mine"


async def test_a_link_that_was_planted_is_not_followed(
    folder: Path, tmp_path: Path, make_client: MakeClient
) -> None:
    (folder / NAME).symlink_to(tmp_path / "target")
    async with platform(_sound) as there:
        with pytest.raises(VoiceUnsafeError):
            await make_client(there.url).download(f"{there.url}/f", folder, NAME)
    assert not (tmp_path / "target").exists()


@pytest.mark.parametrize("said", [True, False], ids=["content-length", "chunked by closing"])
async def test_a_file_over_the_limit_is_not_kept(
    said: bool, folder: Path, make_client: MakeClient
) -> None:
    reply = Reply(200, raw=SOUND)
    async with platform(lambda _: reply) as there:
        limit = len(SOUND) - 1 if said else 10
        with pytest.raises(VoiceUnsafeError, match="bytes"):
            await make_client(there.url).download(f"{there.url}/f", folder, NAME, limit=limit)
    assert _inside(folder) == []


async def test_half_a_file_does_not_stay(folder: Path, make_client: MakeClient) -> None:
    async with platform(lambda _: Reply(200, raw=SOUND, fault="half")) as there:
        with pytest.raises(VoiceUnreachable):
            await make_client(there.url).download(f"{there.url}/f", folder, NAME)
    assert _inside(folder) == []


async def test_a_disk_that_is_full_is_told_and_keeps_no_half(
    folder: Path, make_client: MakeClient, journal: SqliteJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: int, piece: memoryview) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    async with platform(_sound) as there:
        client = make_client(there.url)
        monkeypatch.setattr("console.client.files.os.write", full)
        with pytest.raises(VoiceUnsafeError, match="cannot be written: No space left"):
            await client.download(f"{there.url}/f", folder, NAME)
        monkeypatch.undo()
    assert _inside(folder) == []
    kinds = [record.kind async for record in journal.read()]
    assert kinds[1:] == [Kind.REST_REQUEST, Kind.REST_FAILED]


async def test_the_file_is_closed_after_the_last_write_even_when_cancelled(
    folder: Path, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A number of a file that is closed is given to the next one: the journal, say."""
    loop = asyncio.get_running_loop()
    begun, go_on = asyncio.Event(), threading.Event()
    written: list[int] = []
    real = os.write

    def slow(file: int, piece: memoryview) -> int:
        if file < 3 or bytes(piece[:4]) != SOUND[:4] or written:
            return real(file, piece)
        loop.call_soon_threadsafe(begun.set)
        go_on.wait(5)
        written.append(real(file, piece))
        return written[-1]

    async with platform(_sound) as there:
        client = make_client(there.url)
        monkeypatch.setattr("console.client.files.os.write", slow)
        work = asyncio.ensure_future(client.download(f"{there.url}/f", folder, NAME))
        await begun.wait()
        work.cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert not work.done()
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await work
    assert written
    assert _inside(folder) == []


@pytest.mark.conforms("3.13", "a 404 of a file is an error, nothing is kept")
@pytest.mark.parametrize("status", [302, 404, 500])
async def test_what_is_no_file_is_an_error(
    status: int, folder: Path, make_client: MakeClient, journal: SqliteJournal
) -> None:
    body = problem_json("not-found", "0" * 32, about=NAME)
    headers = {"location": "https://evil.example/"}
    async with platform(lambda _: Reply(status, body, headers)) as there:
        with pytest.raises(VoiceApiError) as caught:
            await make_client(there.url).download(f"{there.url}/f", folder, NAME)
        assert len(there.seen) == 1
    assert caught.value.status == status
    assert _inside(folder) == []
    kinds = [record.kind async for record in journal.read()]
    assert kinds[1:] == [Kind.REST_REQUEST, Kind.REST_RESPONSE]


async def test_an_old_token_is_renewed_once(
    folder: Path, make_client: MakeClient, clock: FakeClock
) -> None:
    tokens: list[str] = []

    def answer(seen: Seen) -> Reply:
        token = seen.headers["authorization"]
        tokens.append(token)
        return _sound(seen) if token != tokens[0] else Reply(401, {"title": "Unauthorized"})

    async with platform(answer) as there:
        client = make_client(there.url)
        client.wire.credentials.token()
        clock.tick(100)
        await client.download(f"{there.url}/f", folder, NAME)
    assert len(set(tokens)) == len(tokens) == 2


@pytest.mark.conforms("2.4", "files are fetched from hosts of the platform only")
@pytest.mark.parametrize("url", ["https://evil.example/f?x=nexmo.com", "http://127.0.0.9:1/f"])
async def test_the_token_does_not_go_to_a_foreign_host(
    url: str, folder: Path, make_client: MakeClient, journal: SqliteJournal
) -> None:
    async with platform(_sound) as there:
        with pytest.raises(VoiceUnsafeError, match="not a host of the platform"):
            await make_client(there.url).download(url, folder, NAME)
    assert [record.kind async for record in journal.read()] == [Kind.SESSION_START]
