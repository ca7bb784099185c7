import csv
import io
import stat
from pathlib import Path

import pytest

from console.journal.export import parse_line
from console.journal.record import Record
from console.journal.sqlite import SqliteJournal
from tests.cli.given import run
from tests.fake_clock import FakeClock
from tests.journal.given import event


@pytest.fixture
async def kept(tmp_path: Path) -> list[Record]:
    path = tmp_path / "x.journal"
    first = SqliteJournal.open(path, clock=FakeClock(), context="c", version="1")
    await first.append(event(1, raw=b"=cmd()"), event(2, raw=b"\x00\xff"))
    await first.close()
    second = SqliteJournal.open(path, clock=FakeClock(), context="c", version="1")
    await second.append(event(3))
    await second.close()
    journal = SqliteJournal.open(path, clock=FakeClock(), context="c", version="1")
    records = [record async for record in journal.read(session=first.session)]
    await journal.close()
    return records


async def test_jsonl_gives_every_record_back(kept: list[Record], tmp_path: Path) -> None:
    path = str(tmp_path / "x.journal")
    code, out, err = await run("export", kept[0].session, "--jsonl", "--journal", path)
    assert code == 0
    assert [parse_line(line) for line in out.splitlines()] == kept
    assert f"4 records of session {kept[0].session} written." in err


async def test_csv_is_harmless(kept: list[Record], tmp_path: Path) -> None:
    path = str(tmp_path / "x.journal")
    code, out, _ = await run("export", kept[0].session, "--csv", "--journal", path)
    assert code == 0
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["raw"] for row in rows[1:3]] == ["'=cmd()", "AP8="]
    assert rows[2]["raw_encoding"] == "base64"


def contents(folder: Path) -> dict[str, tuple[int, int]]:
    """Rights and number of lines of each file that was written."""
    return {
        file.name: (stat.S_IMODE(file.stat().st_mode), file.read_bytes().count(b"\n"))
        for file in folder.glob("out*")
    }


async def test_a_file_is_whole_private_and_not_replaced(kept: list[Record], tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    arguments = ("export", "latest", "--jsonl", "--journal", str(tmp_path / "x.journal"))
    code, out, err = await run(*arguments, "--output", str(target))
    assert (code, out) == (0, "")
    assert str(target) in err
    assert contents(tmp_path) == {"out.jsonl": (0o600, 2)}
    code, _, err = await run(*arguments, "--output", str(target))
    assert code == 2
    assert "--force" in err
    code, _, _ = await run(*arguments, "--output", str(target), "--force")
    assert code == 0
    assert contents(tmp_path) == {"out.jsonl": (0o600, 2)}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["latest"], "--jsonl or --csv"), (["nope", "--csv"], "no session 'nope'"), ([], "SESSION")],
)
async def test_wrong_usage_is_told(
    kept: list[Record], tmp_path: Path, arguments: list[str], words: str
) -> None:
    code, out, err = await run("export", *arguments, "--journal", str(tmp_path / "x.journal"))
    assert (code, out) == (2, "")
    assert words in err
