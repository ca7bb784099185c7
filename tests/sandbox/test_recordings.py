import time
import uuid
from pathlib import Path

import pytest

from console.audio.files import FileFormat
from console.audio.frames import samples_of
from console.sandbox.engine.media_effects import WriteRecording
from console.sandbox.media.excerpt import Excerpt
from console.sandbox.media.recorder import Take, take_of
from console.sandbox.media.score import Score
from console.sandbox.recordings import Recordings
from console.voice.tokens import ApplicationKey
from tests.sandbox.given import VIRTUAL, connected

APPLICATION, OTHER, FILE = (str(uuid.UUID(int=number, version=4)) for number in (1, 2, 3))
DAY_S = 86_400


def silent(file_format: FileFormat, ms: int = 1_000) -> Take:
    return Take(file_format, (Excerpt(0, samples_of(ms), ()),))


@pytest.mark.conforms("3.13", "audio is audio/mpeg, audio/wav or audio/ogg")
@pytest.mark.parametrize(
    ("file_format", "content_type"),
    [("mp3", "audio/mpeg"), ("wav", "audio/wav"), ("ogg", "audio/ogg")],
)
async def test_a_file_has_the_type_of_its_format(
    tmp_path: Path, file_format: FileFormat, content_type: str
) -> None:
    recordings = Recordings(tmp_path)
    size = await recordings.of(APPLICATION).write(FILE, silent(file_format))
    found = recordings.find(APPLICATION, FILE)
    assert found is not None
    assert (found.content_type, found.path.stat().st_size) == (content_type, size)


@pytest.mark.conforms("8.3", "a recording is kept for 30 days, then deleted")
@pytest.mark.conforms("11.1", "recordings are kept 30 days")
async def test_a_file_is_kept_for_thirty_days(tmp_path: Path) -> None:
    now = [time.time()]
    recordings = Recordings(tmp_path, lambda: now[0])
    await recordings.of(APPLICATION).write(FILE, silent("wav"))
    now[0] += 30 * DAY_S - 60
    recordings.expire()
    found = recordings.find(APPLICATION, FILE)
    assert found is not None
    now[0] += 120
    assert recordings.find(APPLICATION, FILE) is None
    recordings.expire()
    assert not found.path.exists()


async def test_the_words_of_a_recording_are_json(tmp_path: Path) -> None:
    recordings = Recordings(tmp_path)
    words = b'{"ver":"1.0.0","channels":[]}'
    assert await recordings.of(APPLICATION).write_words(FILE, words) == len(words)
    found = recordings.find(APPLICATION, FILE)
    assert found is not None
    assert found.content_type == "application/json"
    assert found.path.read_bytes() == words
    assert recordings.find(OTHER, FILE) is None


def log_of(caplog: pytest.LogCaptureFixture) -> str:
    (record,) = caplog.records
    return record.getMessage()


@pytest.mark.parametrize("file_format", ["mp3", "wav", "ogg"])
async def test_a_full_disk_leaves_no_file_and_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, file_format: FileFormat
) -> None:
    recordings = Recordings(tmp_path)
    folder = tmp_path / APPLICATION
    folder.mkdir()
    (folder / f".{FILE}.unfinished").symlink_to("/dev/full")
    assert await recordings.of(APPLICATION).write(FILE, silent(file_format, 60_000)) == 0
    assert recordings.find(APPLICATION, FILE) is None
    assert list(folder.iterdir()) == []
    assert log_of(caplog) == (
        f"The recording {FILE}.{file_format} was not kept: No space left on device. "
        f"See that {folder} can be written to and has room."
    )
    assert await recordings.of(APPLICATION).write(FILE, silent(file_format)) > 0


async def test_a_folder_that_cannot_be_made_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / APPLICATION).write_text("not a folder")
    assert await Recordings(tmp_path).of(APPLICATION).write_words(FILE, b"{}") == 0
    assert "can be written to" in log_of(caplog)


async def test_what_was_never_finished_is_no_file_and_is_cleared_away(tmp_path: Path) -> None:
    now = [time.time()]
    recordings = Recordings(tmp_path, lambda: now[0])
    (tmp_path / APPLICATION).mkdir()
    unfinished = tmp_path / APPLICATION / f".{FILE}.unfinished"
    unfinished.write_bytes(b"RIFF")
    assert recordings.find(APPLICATION, FILE) is None
    recordings.expire()
    assert unfinished.exists()
    now[0] += DAY_S
    recordings.expire()
    assert not unfinished.exists()


@pytest.mark.conforms("8.2", "more than two channels are written as wav")
async def test_an_mp3_has_no_room_for_three_channels(tmp_path: Path) -> None:
    recordings = Recordings(tmp_path)
    three = WriteRecording(FILE, "mp3", "CON-1", "leg", True, 3, ("leg",), 0, 1_000)
    await recordings.of(APPLICATION).write(FILE, take_of(Score(), three))
    found = recordings.find(APPLICATION, FILE)
    assert found is not None
    assert found.content_type == "audio/wav"


@pytest.mark.conforms("3.13", "a file of another application is 404")
async def test_a_file_belongs_to_its_application() -> None:
    async with connected(VIRTUAL) as (caller, app):
        app.ncco = [{"action": "record", "endOnKey": "#"}]
        leg = await caller.dial_in()
        await caller.advance(1)
        await caller.control("POST", f"/calls/{leg}/far-end", {"action": "dtmf", "digits": "#"})
        await caller.advance(1)
        event = next(got.fields for got in app.received if b"recording_url" in got.body)
        path = event["recording_url"].removeprefix(caller.sandbox.url)
        assert (await caller.api("GET", path)).status_code == 200
        other = (await caller.account("POST", "/v2/applications", {"name": "Other"})).json()
        key = ApplicationKey.load(other["keys"]["private_key"])
        token = key.sign(other["id"], int(time.time()), "jti")
        headers = {"Authorization": f"Bearer {token}"}
        assert (await caller.api("GET", path, headers=headers)).status_code == 404
