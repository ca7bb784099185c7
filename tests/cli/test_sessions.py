import json
from pathlib import Path

from console.journal.sqlite import SqliteJournal
from tests.cli.given import run
from tests.fake_clock import FakeClock
from tests.journal.given import event


async def test_sessions_are_listed(tmp_path: Path) -> None:
    path = tmp_path / "x.journal"
    clock = FakeClock()
    first = SqliteJournal.open(path, clock=clock, context="day\x1bshift", version="1")
    await first.append(event(), event())
    clock.tick(3_725)
    await first.close("SIGTERM")
    second = SqliteJournal.open(path, clock=clock, context="night", version="1")

    code, out, err = await run("sessions", "--journal", str(path))
    assert (code, err) == (0, "")
    head, ended, running = out.splitlines()
    assert head.split()[:2] == ["SESSION", "CONTEXT"]
    assert ended.split() == [
        first.session,
        r"day\x1bshift",
        "2025-03-01T09:00:00",
        "1:02:05",
        "4",
        "ended",
        "(SIGTERM)",
    ]
    assert running.split()[3:] == ["-", "1", "open"]

    code, out, _ = await run("sessions", "--journal", str(path), "--json")
    objects = [json.loads(line) for line in out.splitlines()]
    assert [(one["session"], one["state"], one["records"]) for one in objects] == [
        (first.session, "ended", 4),
        (second.session, "open", 1),
    ]
    assert objects[0]["ended_at"] == "2025-03-01T10:02:05.000000Z"
    await second.close()


async def test_a_missing_journal_is_told(tmp_path: Path) -> None:
    code, out, err = await run("sessions", "--journal", str(tmp_path / "none"))
    assert (code, out) == (2, "")
    assert "no journal at" in err
