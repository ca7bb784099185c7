"""`voice-console calls` on a real journal file."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from console.cli.calls import command
from console.journal.record import Kind, NewRecord, Record
from console.journal.sqlite import SqliteJournal
from tests.fake_clock import FakeClock
from tests.floor.build import Scribe, base
from tests.floor.scenarios import AG, C1, C2, CR, I1, O1, REC, U1, F, N, c1, c2, c3

Write = Callable[[list[Record]], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    async def keep(records: list[Record], path: Path) -> None:
        journal = SqliteJournal.open(path, clock=FakeClock(), context="sandbox", version="0")
        names = NewRecord.__struct_fields__
        await journal.append(
            *(NewRecord(**{name: getattr(r, name) for name in names}) for r in records)
        )
        await journal.close()

    def written(records: list[Record]) -> Path:
        path = tmp_path / "test.journal"
        asyncio.run(keep(records, path))
        return path

    return written


def run(path: Path, *options: str) -> Result:
    return CliRunner().invoke(command, ["--journal", str(path), *options])


def document(path: Path, *options: str) -> Any:
    result = run(path, "--json", *options)
    assert result.exit_code == 0, result.output
    assert result.stdout.isascii()
    return json.loads(result.stdout)


def test_json_has_the_fields_that_outside_tools_rely_on(write: Write) -> None:
    (room,) = document(write(c1()))["conversations"]
    assert room["uuid"] == C1
    (leg,) = room["legs"]
    assert leg["uuid"] == U1
    assert leg["conversation_uuid"] == C1
    assert (leg["direction"], leg["from"], leg["to"]) == ("outbound", N, F)
    assert (leg["status"], leg["live"]) == ("completed", False)
    assert (leg["muted"], leg["earmuffed"]) == (False, False)
    assert leg["started_at"] == "2026-03-01T09:00:00.060Z"
    assert leg["answered_at"] == "2026-03-01T09:00:04.000Z"
    assert leg["ended_at"] == "2026-03-01T09:00:10.000Z"
    assert (leg["duration"], leg["price"]) == (6, "0.00045000")


def test_json_of_answers_and_of_keys_that_come_one_by_one(write: Write) -> None:
    scribe = Scribe()
    asked = {"uuid": U1, "conversation_uuid": C1, "from": N, "to": F}
    scribe.reply([], 84, to=scribe.get(asked, 0, exchange="w1"))
    scribe.get(asked, 1_000, exchange="w2")
    url = "http://127.0.0.1:4000/webhooks/input?sub=a1"
    scribe.put("x1", U1, {"event_url": [url]}, 2_000, below="input/dtmf", status=200, cause="a1")
    scribe.post(
        {"uuid": U1, "dtmf": {"digits": "7", "timed_out": False}},
        3_000,
        kind=Kind.INPUT,
        query="sub=a1",
    )
    ((leg,),) = (room["legs"] for room in document(write(scribe.records))["conversations"])
    assert leg["answers"] == [
        {
            "at": "2026-03-01T09:00:00.000Z",
            "fallback": False,
            "attempt": 1,
            "took_ms": 84,
            "limit_ms": 5_000,
            "late": False,
        },
        {
            "at": "2026-03-01T09:00:01.000Z",
            "fallback": False,
            "attempt": 1,
            "took_ms": None,
            "limit_ms": 5_000,
            "late": True,
        },
    ]
    assert leg["digits"] == {
        "subscribed": True,
        "url": url,
        "certainty": "proven",
        "since": "2026-03-01T09:00:03.000Z",
    }
    (heard,) = leg["heard"]
    assert (heard["digits"], heard["by_subscription"]) == ("7", True)


def test_json_of_a_conference(write: Write) -> None:
    shown = document(write(c3()))
    rooms = {room["uuid"]: room for room in shown["conversations"]}
    assert rooms[CR]["name"] == "room-7"
    (agent,) = rooms[CR]["legs"]
    assert agent["uuid"] == AG
    assert agent["speaks"] == {
        "open": True,
        "certainty": "accepted",
        "since": "2026-03-01T09:00:25.025Z",
    }
    assert shown["figures"]["legs"] == 2
    assert shown["unplaced"] == []


def test_json_of_recordings_and_digits(write: Write) -> None:
    (room,) = document(write(c2()))["conversations"]
    legs = {leg["uuid"]: leg for leg in room["legs"]}
    assert room["recordings"][0]["uuid"] == REC
    assert legs[I1]["recordings"] == [REC]
    assert legs[I1]["heard"][0]["digits"] == "1"
    assert legs[O1]["failure"] == "timeout"


def test_only_live_ones(write: Write) -> None:
    scribe = Scribe()
    for leg, room, status in (("L1", C1, "completed"), ("L2", C2, "answered")):
        fields = base(leg, room, 0, from_=N, to=F, direction="outbound")
        scribe.post({**fields, "status": status}, 10)
    path = write(scribe.records)
    assert [room["uuid"] for room in document(path, "--live")["conversations"]] == [C2]
    assert len(document(path, "--all")["conversations"]) == 2


def test_a_filter(write: Write) -> None:
    path = write(c2())
    (room,) = document(path, "--where", "direction:outbound")["conversations"]
    assert [leg["uuid"] for leg in room["legs"]] == [O1]
    assert document(path, "--where", "status:ringing")["conversations"] == []
    (room,) = document(path, "--where", f"-to:{N} {O1[:6]}")["conversations"]
    assert [leg["uuid"] for leg in room["legs"]] == [O1]


def test_a_filter_that_cannot_be_understood(write: Write) -> None:
    result = run(write(c1()), "--where", "colour:red")
    assert result.exit_code == 2
    assert "colour" in result.output


def test_the_table(write: Write) -> None:
    result = run(write(c2()))
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].split() == [
        "SOUND",
        "FAR",
        "END",
        "DIRECTION",
        "STATUS",
        "STARTED",
        "SECONDS",
        "LEG",
    ]
    assert C2 in lines[1]
    assert "1 recorded" in lines[1]
    assert lines[2].split()[:5] == [">", "<", F, "inbound", "completed"]
    assert "It rang until the ringing timer ended." in lines[3]


def test_the_table_is_safe_on_a_terminal(write: Write) -> None:
    scribe = Scribe()
    nasty = "\x1b]52;c;aGk=\x07\x9b2J\u202e[/red]"
    fields = base(nasty, nasty, 0, from_=nasty, to=nasty, direction="inbound")
    scribe.post({**fields, "status": "answered"}, 10)
    scribe.post({"reason": nasty, "conversation_uuid": nasty}, 20)
    path = write(scribe.records)
    result = run(path)
    assert result.exit_code == 0
    assert all(character.isprintable() or character == "\n" for character in result.stdout)
    assert document(path)["conversations"][0]["uuid"] == nasty


def test_no_calls(write: Write) -> None:
    result = run(write([]))
    assert (result.exit_code, result.stdout) == (0, "")
    assert "No calls." in result.stderr


def test_a_missing_journal_is_said_in_one_sentence(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "console", "calls", "--journal", str(tmp_path / "none.journal")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1


def test_neither_textual_nor_numpy_is_imported(write: Write) -> None:
    code = (
        "import sys, console.cli\n"
        "try:\n"
        "    console.cli.main()\n"
        "finally:\n"
        "    heavy = {'textual', 'numpy', 'httpx', 'starlette'} & set(sys.modules)\n"
        "    print(sorted(heavy), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "calls", "--json", "--journal", str(write(c1()))],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.strip() == "[]"
    assert json.loads(done.stdout)["figures"]["legs"] == 1
