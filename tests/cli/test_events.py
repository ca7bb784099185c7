import json
from pathlib import Path

import pytest

from console.journal.record import OWN_APPLICATION, Kind, Verdict
from console.journal.sqlite import SqliteJournal
from tests.cli.given import run
from tests.fake_clock import FakeClock
from tests.journal.given import event


@pytest.fixture
async def journal(tmp_path: Path) -> str:
    path = tmp_path / "x.journal"
    opened = SqliteJournal.open(path, clock=FakeClock(), context="c", version="1")
    await opened.append(
        event(1, status="busy", leg="leg-a"),
        event(2, status="ringing", verdict=Verdict.FLAGGED, meta={"reason": "time: too old"}),
        event(3, kind=Kind.REPLY, status=None, leg=None, conversation=None, raw=b"\xff\x00"),
        event(4, status="\x1b]0;owned\x07", leg="[@click=app.bell]\x9b2J"),
        event(
            5,
            kind=Kind.REST_RESPONSE,
            status=OWN_APPLICATION,
            leg=None,
            conversation=None,
            meta={"method": "GET", "url": "https://h/v2/applications/a?b=1", "status": 200},
        ),
    )
    await opened.close()
    return str(path)


async def lines(journal: str, *arguments: str) -> list[str]:
    code, out, err = await run("events", "--journal", journal, *arguments)
    assert (code, err) == (0, "")
    return out.splitlines()


async def test_json_has_one_object_a_line(journal: str) -> None:
    events = [json.loads(line) for line in await lines(journal, "--json")]
    assert [one["seq"] for one in events] == [1, 2, 3, 4, 5, 6, 7]
    assert events[1]["at"] == "2025-03-01T09:00:00.000000Z"
    assert (events[3]["raw"], events[3]["raw_encoding"]) == ("/wA=", "base64")
    assert all("raw_encoding" not in one for one in (events[1], events[2]))


async def test_where_picks(journal: str) -> None:
    picked = await lines(journal, "--json", "--where", "status:busy,ringing -verdict:flagged")
    assert [json.loads(line)["seq"] for line in picked] == [2]
    assert len(await lines(journal, "--after", "5")) == 2


async def test_lines_for_people_cannot_act_on_the_terminal(journal: str) -> None:
    code, out, _ = await run("events", "--journal", journal)
    assert code == 0
    assert all(character.isprintable() or character == "\n" for character in out)
    text = out.splitlines()
    assert "busy" in text[1]
    assert "leg-a" in text[1]
    assert "time: too old" in text[2]
    assert r"\x1b]0;owned\x07" in text[4]
    assert text[5].split()[3:5] == ["rest.response", "200"], "as one reads it, not as it is kept"
    assert text[5].endswith("GET /v2/applications/a")


async def test_a_bad_term_is_named(journal: str) -> None:
    code, out, err = await run("events", "--journal", journal, "--where", "busy colour:red")
    assert (code, out) == (2, "")
    assert "colour:red" in err
    assert "status" in err


async def test_a_missing_journal_is_told(tmp_path: Path) -> None:
    code, out, err = await run("events", "--journal", str(tmp_path / "none"), "--json")
    assert (code, out) == (2, "")
    assert "no journal at" in err


async def test_without_a_name_it_is_the_journal_of_the_context(home: Path) -> None:
    code, _, err = await run("events")
    assert code == 2
    assert str(home / ".local/share/voice-console/sandbox.journal") in err
