"""What cannot be written down: it is not done, and that is told; a hang-up goes out."""

from pathlib import Path

import pytest

from console.actions.target import Target
from console.actions.written import Written
from console.journal.record import JournalError
from console.journal.sqlite import SqliteJournal
from tests.fake_clock import FakeClock


async def test_an_action_that_cannot_be_written_down_is_remembered_until_one_can(
    tmp_path: Path,
) -> None:
    clock = FakeClock()
    journal = SqliteJournal.open(tmp_path / "j", clock=clock, context="test", version="1")
    written = Written(journal, clock)
    leg = Target.leg("leg-1")
    await written.asked("a1", "leg.mute", leg, {}, waits=False, batch="")
    assert written.kept_out == ""
    await journal.close()
    with pytest.raises(JournalError):
        await written.asked("a2", "leg.mute", leg, {}, waits=False, batch="")
    assert written.kept_out == "leg.mute"
    await written.asked("a3", "leg.hangup", leg, {}, waits=False, batch="")
    again = SqliteJournal.open(tmp_path / "j", clock=clock, context="test", version="1")
    written = Written(again, clock)
    written.kept_out = "leg.mute"
    await written.asked("a4", "leg.say", leg, {}, waits=False, batch="")
    assert written.kept_out == ""
    await again.close()
