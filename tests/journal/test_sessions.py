from pathlib import Path

import pytest

from console.journal.record import JournalError
from console.journal.sessions import SessionState, find_session, list_sessions
from console.journal.sqlite import SqliteJournal
from tests.fake_clock import START_NS, FakeClock
from tests.journal.given import event


async def test_sessions_are_spans(tmp_path: Path) -> None:
    path = tmp_path / "x.journal"
    clock = FakeClock()
    first = SqliteJournal.open(path, clock=clock, context="one", version="1")
    await first.append(event(), event())
    clock.tick(60)
    await first.close("quit")
    clock.tick(60)
    second = SqliteJournal.open(path, clock=clock, context="two", version="2")
    await second.append(event(at=START_NS + 200))
    ended, running = list_sessions(path)
    assert (ended.name, ended.context, ended.version) == (first.session, "one", "1")
    assert (ended.state, ended.reason) == (SessionState.ENDED, "quit")
    assert ended.ended_at is not None
    assert ended.ended_at - ended.started_at == 60_000_000_000
    assert (ended.first_seq, ended.last_seq, ended.records) == (1, 4, 4)
    assert (running.state, running.ended_at) == (SessionState.OPEN, None)
    assert (running.first_seq, running.last_seq) == (5, 6)
    await second.close()


async def test_a_session_whose_writer_was_killed_ends_with_its_last_record(
    tmp_path: Path,
) -> None:
    path = tmp_path / "x.journal"
    killed = SqliteJournal.open(path, clock=FakeClock(), context="c", version="1")
    await killed.append(event(at=START_NS + 5))
    # As after a kill: nothing is said at the end, only the lock is gone.
    killed._lock.release()
    after = SqliteJournal.open(path, clock=FakeClock(), context="c", version="1")
    interrupted, running = list_sessions(path)
    assert interrupted.state is SessionState.INTERRUPTED
    assert interrupted.ended_at == START_NS + 5
    assert running.state is SessionState.OPEN
    await after.close()
    killed._writer.close()


async def test_a_session_is_found_by_the_beginning_of_its_name(tmp_path: Path) -> None:
    path = tmp_path / "x.journal"
    names = []
    for _ in range(2):
        journal = SqliteJournal.open(path, clock=FakeClock(), context="c", version="1")
        names.append(journal.session)
        await journal.close()
    assert find_session(path, names[0]).name == names[0]
    assert find_session(path, "latest").name == names[1]
    with pytest.raises(JournalError, match="Several sessions begin with"):
        find_session(path, "2025")
    with pytest.raises(JournalError, match="no session 'x'"):
        find_session(path, "x")
    with pytest.raises(JournalError, match="no session ''"):
        find_session(path, "")
