"""`voice-console recordings`: listed and fetched while a console is open on the same context."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.actions.target import Target
from console.config.paths import journal_file
from console.desk import open_desk
from tests.actions.test_real_sandbox import Shift
from tests.cli.test_verbs import shell
from tests.real_sandbox import RealSandbox, real_sandbox

RECORDED = [{"action": "record"}, {"action": "talk", "text": "Hello", "loop": 0}]


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealSandbox]:
    with real_sandbox(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


async def test_a_recording_is_listed_fetched_and_not_fetched_twice(
    there: RealSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = tmp_path / "sandbox.env"
    env.write_text("".join(f"{name}='{value}'\n" for name, value in there.env.items()), "utf-8")
    monkeypatch.setenv("VOICE_CONSOLE_SANDBOX_ENV", str(env))
    path = journal_file("sandbox")
    path.parent.mkdir(parents=True, exist_ok=True)
    async with open_desk(there.context(), journal_path=path) as desk:
        shift = Shift(desk)
        leg = await shift.answered(json.dumps(RECORDED))
        await desk.performer.perform("leg.hangup", Target.leg(leg))
        await shift.until(lambda: bool(desk.store.floor.recordings()))
        (told,) = desk.store.floor.recordings()
        listed = await shell("recordings")
        assert told.uuid in listed.out
        assert "30 days left" in listed.out
        done = await shell("recordings", "--fetch", told.uuid[:8], "--json")
        assert done.code == 0, done.err
        file = json.loads(done.out)["file"]
        assert Path(file["path"]).parent == path.parent / "recordings"
        assert (file["size"], file["content_type"]) == (told.size, "audio/mpeg")
        again = await shell("recordings", "--fetch", told.uuid)
        assert again.code == 0
        assert again.out.strip() == file["path"]
        assert "fetched already" in again.err
        wrong = await shell("recordings", "--fetch", "zz")
        assert wrong.code == 2
        assert "no recording" in wrong.err
