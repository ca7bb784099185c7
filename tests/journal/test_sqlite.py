import asyncio
import json
import os
import random
import sqlite3
import stat
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.journal.record import JournalError, Kind, NewRecord, Record
from console.journal.sessions import list_sessions
from console.journal.sqlite import SqliteJournal, open_read_only
from tests.fake_clock import FakeClock
from tests.journal.given import event, new_records, without_place


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "calls.journal"


def open_journal(path: Path) -> SqliteJournal:
    return SqliteJournal.open(path, clock=FakeClock(), context="desk", version="1.2")


@pytest.fixture
async def journal(path: Path) -> AsyncIterator[SqliteJournal]:
    opened = open_journal(path)
    yield opened
    await opened.close()


async def everything(journal: SqliteJournal) -> list[Record]:
    return [record async for record in journal.read()]


async def test_a_session_starts_with_its_own_record(journal: SqliteJournal) -> None:
    (start,) = await everything(journal)
    assert (start.seq, start.kind, start.session) == (1, Kind.SESSION_START, journal.session)
    assert start.meta == {"context": "desk", "version": "1.2"}


async def test_append_gives_back_what_is_on_the_disk(journal: SqliteJournal, path: Path) -> None:
    kept = await journal.append(event(1), event(2))
    assert [record.seq for record in kept] == [2, 3]
    other = open_read_only(path)
    read = [record async for record in other.read(after=1)]
    await other.close()
    assert read == list(kept)


async def test_appends_of_many_tasks_have_no_gaps_and_keep_batches_together(
    journal: SqliteJournal,
) -> None:
    batches = await asyncio.gather(
        *(journal.append(event(n), event(n, exchange="second")) for n in range(300))
    )
    for first, second in batches:
        assert second.seq == first.seq + 1
        assert second.exchange == "second"
    assert [record.seq for record in await everything(journal)] == list(range(1, 602))


async def test_appending_nothing_writes_nothing(journal: SqliteJournal) -> None:
    assert await journal.append() == ()
    assert len(await everything(journal)) == 1


async def test_file_and_folder_belong_to_their_owner_alone(
    journal: SqliteJournal, path: Path
) -> None:
    await journal.append(event())
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_rights_of_an_old_file_are_narrowed(path: Path) -> None:
    await open_journal(path).close()
    os.chmod(path, 0o644)
    await open_journal(path).close()
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600


async def test_the_file_says_what_it_is(journal: SqliteJournal, path: Path) -> None:
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA application_id").fetchone() == (0x76434A31,)
    assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records SET status = 'completed'",
        "DELETE FROM records",
        "REPLACE INTO records SELECT seq, session, at, mono, kind, exchange, leg, conversation,"
        " 'x', verdict, raw, meta FROM records WHERE seq = 1",
        "INSERT INTO records SELECT seq + 9, session, at, mono, kind, exchange, leg,"
        " conversation, status, verdict, raw, meta FROM records WHERE seq = 1",
    ],
)
async def test_records_are_neither_changed_nor_removed_nor_put_between(
    journal: SqliteJournal, path: Path, statement: str
) -> None:
    await journal.append(event())
    connection = sqlite3.connect(path, isolation_level=None)
    with pytest.raises(sqlite3.IntegrityError, match="record"):
        connection.execute(statement)
    connection.close()


async def test_the_next_session_goes_on_counting(path: Path) -> None:
    first = open_journal(path)
    await first.append(event())
    await first.close()
    second = open_journal(path)
    (kept,) = await second.append(event())
    assert kept.seq == 5
    assert kept.session == second.session != first.session
    ours = [record.seq async for record in second.read(session=first.session)]
    theirs = [record.seq async for record in second.read(session=second.session)]
    assert (ours, theirs) == ([1, 2, 3], [4, 5])
    await second.close()


async def test_reading_picks_leg_conversation_and_span(journal: SqliteJournal) -> None:
    await journal.append(*(event(n) for n in range(21)))
    legs = [record.meta["n"] async for record in journal.read(leg="leg-2")]
    assert legs == [2, 9, 16]
    conversation = [record.meta["n"] async for record in journal.read(conversation="CON-1")]
    assert conversation == [1, 4, 7, 10, 13, 16, 19]
    assert [record.seq async for record in journal.read(after=3, until=6)] == [4, 5, 6]
    with pytest.raises(JournalError, match="no session 'nope'"):
        [record async for record in journal.read(session="nope")]


async def test_reading_ends_where_it_stood_and_goes_in_chunks(journal: SqliteJournal) -> None:
    await journal.append(*(event(n) for n in range(4_500)))
    seen = 0
    async for record in journal.read():
        seen += 1
        assert record.seq == seen
        if seen == 1:
            await journal.append(event(9_999))
    assert seen == 4_501


async def test_a_second_writer_is_refused_and_told_who_writes(
    journal: SqliteJournal, path: Path
) -> None:
    with pytest.raises(JournalError, match=f"is being written by process {os.getpid()}"):
        open_journal(path)
    await journal.append(event())


async def test_the_lock_goes_with_the_writer(path: Path) -> None:
    await open_journal(path).close()
    again = open_journal(path)
    await again.close()


async def test_a_closed_journal_says_so(path: Path) -> None:
    journal = open_journal(path)
    await journal.close("done")
    await journal.close()
    with pytest.raises(JournalError, match="is closed"):
        await journal.append(event())
    other = open_read_only(path)
    *_, last = [record async for record in other.read()]
    await other.close()
    assert (last.kind, last.meta) == (Kind.SESSION_END, {"reason": "done"})


async def test_closing_writes_what_is_queued(path: Path) -> None:
    journal = open_journal(path)
    appends = [asyncio.ensure_future(journal.append(event(n))) for n in range(50)]
    await asyncio.sleep(0)
    await journal.close()
    kept = await asyncio.gather(*appends)
    assert [records[0].seq for records in kept] == list(range(2, 52))


async def test_an_abandoned_append_is_kept_all_the_same(journal: SqliteJournal) -> None:
    task = asyncio.ensure_future(journal.append(event(7)))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await journal.append(event(8))
    assert [r.meta["n"] for r in await everything(journal) if r.kind is Kind.EVENT] == [7, 8]


async def test_what_is_no_json_is_refused_before_anything_is_written(
    journal: SqliteJournal,
) -> None:
    with pytest.raises(JournalError, match="meta is not JSON"):
        await journal.append(event(1), event(2, meta={"x": object()}))
    with pytest.raises(JournalError, match="its time"):
        await journal.append(event(1), event(2, at=2**63))
    assert len(await everything(journal)) == 1
    (kept,) = await journal.append(event(3))
    assert kept.seq == 2


async def test_lone_surrogates_are_kept_as_their_escape(journal: SqliteJournal) -> None:
    (kept,) = await journal.append(event(1, leg="a\ud800b", meta={"x": "\udfff"}))
    assert kept.leg == "a\\ud800b"
    assert kept.meta == {"x": "\udfff"}
    assert (await everything(journal))[-1] == kept


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(batch=st.lists(new_records, min_size=1, max_size=5))
def test_whatever_is_appended_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, batch: list[NewRecord]
) -> None:
    async def round_trip() -> None:
        journal = open_journal(tmp_path_factory.mktemp("j") / "x.journal")
        kept = await journal.append(*batch)
        read = [record async for record in journal.read(after=1)]
        await journal.close()
        assert read == list(kept)
        for record, new in zip(kept, batch, strict=True):
            said = without_place(record)
            headers = new.meta.get("headers")
            if not isinstance(headers, dict):
                assert said["meta"] == json.loads(json.dumps(dict(new.meta)))
            assert said["raw"] == new.raw
            assert said["leg"] == new.leg

    asyncio.run(round_trip())


def test_what_is_no_journal_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("these are notes, and they are longer than a header " * 40)
    with pytest.raises(JournalError, match="damaged or no journal"):
        open_journal(text)
    foreign = tmp_path / "other.db"
    connection = sqlite3.connect(foreign)
    connection.execute("CREATE TABLE t (x)")
    connection.close()
    with pytest.raises(JournalError, match="is not a journal"):
        open_journal(foreign)
    assert text.read_text().startswith("these are notes")


def damages(path: Path, chance: random.Random, many: int) -> Iterator[None]:
    """Put one damaged form of the file after the other in its place."""
    sound = path.read_bytes()
    for _ in range(many):
        broken = bytearray(sound)
        for _ in range(chance.choice((1, 5, 30))):
            broken[chance.randrange(100, len(broken))] ^= chance.randrange(1, 256)
        path.write_bytes(broken)
        yield


async def test_a_damaged_journal_is_told_in_a_sentence_or_read(path: Path) -> None:
    """Whatever byte is wrong: no other error than ours leaves the journal."""
    journal = open_journal(path)
    await journal.append(*(event(number) for number in range(60)))
    await journal.close()
    chance = random.Random(7)
    told = set()
    for _ in damages(path, chance, 150):
        try:
            list_sessions(path)
            reader = open_read_only(path)
            try:
                async for _ in reader.read(session=reader.session):
                    pass
            finally:
                await reader.close()
        except JournalError as error:
            told.add("damaged" in str(error))
    assert told >= {True}


async def test_a_later_layout_is_refused(path: Path) -> None:
    await open_journal(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 9")
    connection.close()
    with pytest.raises(JournalError, match="layout 9"):
        open_journal(path)
    with pytest.raises(JournalError, match="layout 9"):
        open_read_only(path)


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(JournalError, match="--journal"):
        open_journal(tmp_path / "file" / "x.journal")


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "target").touch()
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with pytest.raises(JournalError, match="cannot be written"):
        open_journal(tmp_path / "link")


def test_a_missing_journal_is_told_to_readers(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="no journal at"):
        open_read_only(tmp_path / "none.journal")


async def test_a_reader_writes_nothing(journal: SqliteJournal, path: Path) -> None:
    other = open_read_only(path)
    assert other.session == journal.session
    with pytest.raises(JournalError, match="reading only"):
        await other.append(event())
    await other.close()
    with pytest.raises(JournalError, match="closed"):
        [record async for record in other.read()]
